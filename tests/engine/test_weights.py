"""The GGUF check: facts of good files, a sentence for every bad one."""

from __future__ import annotations

import contextlib
import struct
from pathlib import Path

import gguf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.base import UserError
from agents.engine import gguf_file, native, weights
from tests.engine.tiny_models import ARCHITECTURES, CONTEXT, TEMPLATE, build, smollm2, vocabulary

FLIPS = st.tuples(st.integers(0, 20_000), st.integers(1, 255))  # where, which bits
NAN = float("nan")
GOOD = {"general.architecture": "llama", "llama.block_count": 1, "llama.embedding_length": 32}


def text(value: bytes | str) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(data)) + data


def entry(key: str, value: object) -> bytes:
    if isinstance(value, str):
        return text(key) + struct.pack("<I", 8) + text(value)
    if isinstance(value, bytes):  # the type and the value as they are
        return text(key) + value
    return text(key) + struct.pack("<II", 4, value)


def strings(*values: str) -> bytes:
    return struct.pack("<IIQ", 9, 8, len(values)) + b"".join(text(value) for value in values)


def tensor(name: str, shape: tuple[int, ...], kind: int = 0, offset: int = 0) -> bytes:
    dimensions = b"".join(struct.pack("<Q", length) for length in shape)
    return (
        text(name) + struct.pack("<I", len(shape)) + dimensions + struct.pack("<IQ", kind, offset)
    )


def write(
    path: Path,
    entries: dict[str, object],
    tensors: list[bytes] = (),
    data: int = 4 * 32 * 2,
    *,
    magic: bytes = b"GGUF",
    version: int = 3,
    counts: tuple[int, int] | None = None,
) -> Path:
    tensors = list(tensors) or [tensor("token_embd.weight", (32, 2))]
    entries = entries | {"tokenizer.ggml.tokens": strings("a", "b")}
    head = magic + struct.pack("<I", version)
    head += struct.pack("<QQ", *(counts or (len(tensors), len(entries))))
    head += b"".join(entry(key, value) for key, value in entries.items()) + b"".join(tensors)
    head += b"\0" * (-len(head) % 32)
    path.write_bytes(head + b"\0" * data)
    return path


def refused(path: Path) -> UserError:
    with pytest.raises(UserError) as caught:
        weights.read(path)
    return caught.value


def test_the_starter_model_is_read():
    info = weights.read(smollm2())
    assert (info.architecture, info.layers, info.width) == ("llama", 30, 576)
    assert (info.vocabulary, info.context, info.languages) == (49152, 8192, ("en",))
    assert "<|im_start|>" in info.template
    assert info.cache_bytes_per_token == 30 * 2 * 3 * 64 * 2
    assert info.state_bytes_per_sequence == 0
    assert not info.hybrid
    assert 0 < smollm2().stat().st_size - info.file_bytes < 2_000_000


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_hybrid_architectures_are_read(tiny_folder, architecture):
    info = weights.read(tiny_folder / f"{architecture}.gguf")
    assert info.architecture == architecture
    assert info.name == f"tiny {architecture}"
    assert (info.context, info.template) == (CONTEXT, TEMPLATE)
    assert info.vocabulary == len(vocabulary()[0])
    assert info.hybrid
    attention = {"lfm2": 1, "lfm2moe": 1, "falcon-h1": 2, "nemotron_h_moe": 1}[architecture]
    assert info.cache_bytes_per_token == attention * 2 * 2 * (16 + 16)
    mamba = 4 * (3 * (64 + 2 * 16) + 16 * 64)
    state = {"lfm2": 3 * 4 * 2 * 64, "lfm2moe": 2 * 4 * 2 * 64, "falcon-h1": 2 * mamba}
    assert info.state_bytes_per_sequence == state.get(architecture, 2 * mamba)


def test_block_sizes_are_those_of_ggml():
    theirs = {int(kind): sizes for kind, sizes in gguf.GGML_QUANT_SIZES.items()}
    assert theirs == gguf_file.BLOCKS


def test_every_architecture_is_in_the_library():
    folder = Path(native.llama().__file__).parent / "lib"
    library = next(file for file in folder.iterdir() if file.stem in {"libllama", "llama"})
    content = library.read_bytes()
    assert [name for name in weights.ARCHITECTURES if name.encode() + b"\0" not in content] == []


def test_a_handmade_file_is_good(tmp_path):
    info = weights.read(write(tmp_path / "m.gguf", GOOD))
    assert (info.layers, info.width, info.vocabulary) == (1, 32, 2)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"magic": b"GGML"}, "model.damaged"),
        ({"magic": b"FUGG"}, "model.damaged"),
        ({"version": 1}, "model.unsupported"),
        ({"version": 0x03000000}, "model.unsupported"),  # big-endian
        ({"counts": (1, 1 << 60)}, "model.damaged"),
        ({"counts": (1 << 60, 4)}, "model.damaged"),
        ({"counts": (1, 5)}, "model.damaged"),
        ({"counts": (2, 4)}, "model.damaged"),
        ({"data": 10}, "model.damaged"),
        ({"data": 0}, "model.damaged"),
        ({"tensors": [tensor("token_embd.weight", (32, 1 << 40))]}, "model.damaged"),
        ({"tensors": [tensor("token_embd.weight", (1 << 33, 1 << 33))]}, "model.damaged"),
        ({"tensors": [tensor("token_embd.weight", (32, 0))]}, "model.damaged"),
        ({"tensors": [tensor("token_embd.weight", (32, 2), offset=1 << 63)]}, "model.damaged"),
        ({"tensors": [tensor("token_embd.weight", (32, 2), offset=32)]}, "model.damaged"),
        ({"tensors": [tensor("token_embd.weight", (33, 2), kind=2)]}, "model.damaged"),
        ({"tensors": [tensor("token_embd.weight", (32, 2), kind=31)]}, "model.unsupported"),
        ({"tensors": [tensor("token_embd.weight", (32, 2), kind=4_000_000)]}, "model.unsupported"),
        ({"tensors": [tensor("token_embd.weight", (1,) * 5)]}, "model.damaged"),
        ({"tensors": [tensor("x" * 64, (32, 2))]}, "model.damaged"),
        ({"tensors": [tensor("other", (32, 2))]}, "model.damaged"),
        ({"tensors": [tensor("token_embd.weight", (16, 2))]}, "model.damaged"),
        ({"tensors": [tensor("token_embd.weight", (32, 1))] * 2}, "model.damaged"),
    ],
)
def test_bad_files_are_sentences(tmp_path, change, code):
    error = refused(write(tmp_path / "m.gguf", GOOD, **change))
    assert error.code == code
    assert error.values["path"] == str(tmp_path / "m.gguf")


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ({"general.architecture": "clip"}, "model.unsupported"),
        ({"general.architecture": "../../x"}, "model.unsupported"),
        ({"general.architecture": 7}, "model.unsupported"),
        ({"llama.block_count": 0}, "model.damaged"),
        ({"llama.block_count": 4_000_000_000}, "model.damaged"),
        ({"llama.block_count": "many"}, "model.damaged"),
        ({"llama.block_count": struct.pack("<Ii", 5, -1)}, "model.damaged"),
        ({"llama.embedding_length": 0}, "model.damaged"),
        ({"llama.attention.head_count": 0}, "model.damaged"),
        ({"llama.attention.head_count_kv": struct.pack("<IIQ", 9, 4, 0)}, "model.damaged"),
        ({"llama.expert_count": 4, "llama.expert_used_count": 5}, "model.damaged"),
        ({"llama.expert_count": 4}, "model.damaged"),
        ({"llama.attention.layer_norm_rms_epsilon": struct.pack("<If", 6, -1)}, "model.damaged"),
        ({"llama.attention.layer_norm_epsilon": struct.pack("<If", 6, NAN)}, "model.damaged"),
        ({"llama.expert_count": 4_000_000}, "model.damaged"),
        ({"llama.expert_group_count": 2}, "model.damaged"),
        ({"general.alignment": 0}, "model.damaged"),
        ({"general.alignment": 31}, "model.damaged"),
        ({"general.alignment": "32"}, "model.damaged"),
        ({"split.count": 3}, "model.split"),
        ({"x": struct.pack("<I", 13)}, "model.damaged"),  # no such type
        ({"x": struct.pack("<IIQIQ", 9, 9, 1, 4, 0)}, "model.damaged"),  # an array of arrays
        ({"x": struct.pack("<IIQ", 9, 4, 1 << 61)}, "model.damaged"),
        ({"x": struct.pack("<IIQ", 9, 8, 1 << 61)}, "model.damaged"),
        ({"x": struct.pack("<IIQ", 9, 12, (1 << 64) - 1)}, "model.damaged"),
        ({"x": struct.pack("<IQ", 8, (1 << 64) - 1)}, "model.damaged"),
        ({"x" * (1 << 17): 1}, "model.damaged"),
    ],
)
def test_bad_entries_are_sentences(tmp_path, entries, code):
    assert refused(write(tmp_path / "m.gguf", GOOD | entries)).code == code


def test_no_vocabulary_is_damage(tmp_path):
    path = write(tmp_path / "m.gguf", GOOD)
    path.write_bytes(path.read_bytes().replace(b"tokenizer.ggml.tokens", b"tokenizer.ggml.tokeng"))
    assert refused(path).code == "model.damaged"


def test_states_that_do_not_divide_are_damage(tmp_path):
    sizes = {
        f"falcon-h1.ssm.{name}": size
        for name, size in (("inner_size", 64), ("group_count", 1), ("state_size", 16))
    }
    base = {key.replace("llama", "falcon-h1"): value for key, value in GOOD.items()}
    base["general.architecture"] = "falcon-h1"
    good = {**base, **sizes, "falcon-h1.ssm.time_step_rank": 4}
    assert weights.read(write(tmp_path / "good.gguf", good)).hybrid
    for ranks in (0, 5):
        bad = {**good, "falcon-h1.ssm.time_step_rank": ranks}
        assert refused(write(tmp_path / "bad.gguf", bad)).code == "model.damaged"


def test_an_attention_of_another_shape_is_damage(tiny_folder, tmp_path):
    path = tmp_path / "m.gguf"
    data = (tiny_folder / "falcon-h1.gguf").read_bytes()
    key = b"falcon-h1.attention.head_count" + struct.pack("<II", 4, 4)
    assert data.count(key) == 1
    path.write_bytes(data.replace(key, key[:-4] + struct.pack("<I", 5)))
    assert refused(path).code == "model.damaged"


def test_states_of_16_bits_are_damage(tiny_folder, tmp_path):
    path = tmp_path / "m.gguf"
    data = (tiny_folder / "falcon-h1.gguf").read_bytes()
    info = b"blk.0.ssm_a" + struct.pack("<IQQI", 2, 1, 4, 0)
    assert data.count(info) == 1
    path.write_bytes(data.replace(info, info[:-4] + struct.pack("<I", 1)))
    assert "ssm_a" in str(refused(path).values["reason"])


def test_empty_missing_and_folder(tmp_path):
    (tmp_path / "empty").touch()
    assert refused(tmp_path / "empty").code == "model.damaged"
    assert refused(tmp_path / "absent").code == "file.unreadable"
    assert refused(tmp_path).code == "file.unreadable"


def test_an_entry_twice_is_damage(tmp_path):
    twice = struct.pack("<II", 4, 1) + entry("general.name", "again")
    error = refused(write(tmp_path / "m.gguf", GOOD | {"general.name": twice}, counts=(1, 6)))
    assert "twice" in str(error.values["reason"])


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 20_000), flips=st.lists(FLIPS, max_size=4))
def test_no_damage_is_a_crash(tiny_folder, tmp_path, cut, flips):
    data = bytearray((tiny_folder / "lfm2.gguf").read_bytes())
    for at, mask in flips:
        data[at] ^= mask
    if cut:
        del data[cut:]
    path = tmp_path / "m.gguf"
    path.write_bytes(data)
    with contextlib.suppress(UserError):
        assert weights.read(path).layers > 0
        assert not cut


def test_the_recommended_sampling_is_read(tmp_path):
    real = struct.pack("<If", 6, 0.5)
    wanted = {"general.sampling.temp": real, "general.sampling.top_k": 50}
    info = weights.read(write(tmp_path / "m.gguf", GOOD | wanted))
    assert info.sampling is not None
    assert (info.sampling.temperature, info.sampling.top_k, info.sampling.top_p) == (0.5, 50, 1.0)


def test_a_plan_keeps_within_its_room(tiny_folder):
    info = weights.read(smollm2())
    large = weights.plan(info)
    assert (large.cells, large.running) == (8192, weights.MAX_RUNNING)
    assert large.sequences == weights.MAX_RUNNING + weights.KEPT
    small = weights.plan(info, large.bytes - 1)
    assert small.cells < large.cells
    assert small.bytes < large.bytes
    least = weights.plan(info, 0)
    assert least.running == weights.MIN_RUNNING
    hybrid = weights.plan(weights.read(tiny_folder / "falcon-h1.gguf"))
    assert hybrid.cells == CONTEXT


def test_fit_counts_what_is_resident_and_what_is_idle():
    gib = 1 << 30
    assert weights.fit(1, budget=gib).fits
    assert not weights.fit(2 * gib, budget=gib).fits
    assert not weights.fit(gib // 2, budget=gib, resident=gib).fits
    freed = weights.fit(gib // 2, budget=gib, resident=gib, idle=gib)
    assert freed.fits
    assert (freed.needed, freed.budget) == (gib // 2, gib)
    assert weights.fit(1 << 60).available < 1 << 60


def test_a_model_without_a_template_is_read(tmp_path):
    assert weights.read(build(tmp_path / "m.gguf", "lfm2", template="")).template == ""


def test_a_vocabulary_with_the_same_token_twice_is_refused(tmp_path):
    """llama.cpp would end the process."""
    path = build(tmp_path / "twice.gguf", "lfm2")
    length = (2).to_bytes(8, "little")
    path.write_bytes(path.read_bytes().replace(length + b"in", length + b"th", 1))
    with pytest.raises(UserError) as caught:
        weights.read(path)
    assert caught.value.code == "model.damaged"
    assert "twice" in str(caught.value.values["reason"])
