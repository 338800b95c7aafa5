"""Models travel on a stick: whole, checked, in pieces where the stick wants that; never half."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import subprocess
import sys

import pytest

from agents.base import CancelledError, CancelToken, Notice, Progress, UserError
from agents.engine import kit as kits
from agents.engine import kit_file, removal, transfer
from agents.engine.catalog import Catalog, CatalogEntry, Licence, ModelFile
from agents.engine.kit import Kit
from agents.engine.kit_events import KitDone, KitExport, KitFault, KitImport, KitVerify
from agents.engine.manifest import Manifest, hold
from agents.engine.shelf import Shelf

FREE = Licence(id="MIT", url="https://example.org/mit")
BOUND = Licence(id="LFM-Open-1.0", url="https://example.org/lfm", commercial_limit="terms")
CONTENT = {"one": random.Random(1).randbytes(2_500_000), "two": random.Random(2).randbytes(700_000)}


def entry(model_id, content, licence=FREE):
    digest = hashlib.sha256(content).hexdigest()
    return CatalogEntry(
        id=model_id,
        name=model_id.title(),
        role="chat",
        repository="owner/model",
        files=(ModelFile(name=f"{model_id}.gguf", size=len(content), sha256=digest),),
        licence=licence,
        languages=("ko", "en"),
        architecture="llama",
        context=512,
        memory=1000,
    )


CATALOG = Catalog((entry("one", CONTENT["one"]), entry("two", CONTENT["two"], BOUND)))


def put(shelf, model_id, files, **more):
    """Put a model on the shelf."""
    folder = shelf.folder / model_id
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    held = tuple(
        hold(folder / name, hashlib.sha256(content).hexdigest()) for name, content in files.items()
    )
    values = {"name": model_id, "where": "downloaded", "verified": "ok", "published": True, **more}
    shelf.record(Manifest(id=model_id, files=held, **values))


@pytest.fixture(autouse=True)
def _every_chunk_is_told(monkeypatch):
    monkeypatch.setattr(transfer, "_SHOW_EVERY", 0.0)


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(CATALOG, tmp_path / "here")
    for name, content in CONTENT.items():
        put(shelf, name, {f"{name}.gguf": content})
    put(
        shelf,
        "own",
        {"model.onnx": b"graph", "tokenizer.json": b"{}"},
        where="imported",
        role="entities",
        languages=("ko",),
        published=False,
        verified="unknown",
    )
    return shelf


@pytest.fixture
def there(tmp_path):
    """A shelf on a machine without a network."""
    return Shelf(CATALOG, tmp_path / "there")


@pytest.fixture
def stick(tmp_path):
    return tmp_path / "stick"


def run(shelf, request, cancel=None):
    return list(Kit(shelf).run(request, cancel or CancelToken()))


def refused(shelf, request):
    with pytest.raises(UserError) as caught:
        run(shelf, request)
    return caught.value.code


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_what_is_exported_is_verified_and_imported_whole(shelf, there, stick):
    events = run(shelf, KitExport(stick, ("one", "two", "own")))
    assert events[-1].models == ("one", "two", "own")
    assert [event for event in events if isinstance(event, Progress)][-1].done == events[-1].size
    assert run(shelf, KitVerify(stick))[-1] == KitDone(
        stick, ("one", "two", "own"), size=events[-1].size
    )
    done = run(there, KitImport(stick, licences_accepted=True))[-1]
    assert (done.models, done.faults) == (("one", "two", "own"), ())
    for name, content in CONTENT.items():
        assert there.path(name).read_bytes() == content
        assert there.get(name).verified == "ok"
        assert there.get(name).where == "imported"
    own = there.get("own")
    assert (own.role, own.languages, own.verified) == ("entities", ("ko",), "unknown")
    assert [f for f in names(there.folder) if "incoming" in f] == []


def test_the_digests_are_those_of_sha256sum(shelf, stick):
    run(shelf, KitExport(stick, ("one", "own")))
    for line in (stick / kit_file.SUMS).read_text().splitlines():
        digest, path = line.split("  ")
        assert hashlib.sha256((stick / path).read_bytes()).hexdigest() == digest
    assert len((stick / kit_file.SUMS).read_text().splitlines()) == 3


# --- what else a machine without a network needs ---


@pytest.fixture
def along(tmp_path):
    """An installer and a font."""
    installer, font = tmp_path / "moadesk_9_amd64.deb", tmp_path / "Hangul.ttf"
    installer.write_bytes(random.Random(3).randbytes(900_000))
    font.write_bytes(b"font")
    return (("installers", installer), ("fonts", font))


def test_installers_and_fonts_lie_in_the_kit(shelf, there, stick, along):
    done = run(shelf, KitExport(stick, ("two",), extras=along, start="먼저\n읽기\n"))[-1]
    paths = ("installers/moadesk_9_amd64.deb", "fonts/Hangul.ttf")
    assert done.extras == paths
    assert (stick / kit_file.START).read_text("utf-8-sig") == "먼저\n읽기\n"
    for line in (stick / kit_file.SUMS).read_text("utf-8").splitlines():
        digest, path = line.split("  ")
        assert hashlib.sha256((stick / path).read_bytes()).hexdigest() == digest
    checked = run(shelf, KitVerify(stick))[-1]
    assert (checked.models, checked.extras, checked.size) == (("two",), paths, done.size)
    came = run(there, KitImport(stick, licences_accepted=True))[-1]
    assert (came.models, came.extras, came.size) == (("two",), paths, len(CONTENT["two"]))
    assert [one for one in names(there.folder) if "deb" in one or "Hangul" in one] == []


def test_a_newer_installer_of_the_same_name_takes_its_place(shelf, stick, along):
    run(shelf, KitExport(stick, (), extras=along))
    along[0][1].write_bytes(b"newer")
    run(shelf, KitExport(stick, ("one",), extras=along))
    kit = kit_file.read(stick)
    assert [(one.path, one.file.size) for one in kit.extras] == [
        ("installers/moadesk_9_amd64.deb", 5),
        ("fonts/Hangul.ttf", 4),
    ]
    assert run(shelf, KitVerify(stick))[-1].faults == ()


def test_an_installer_goes_in_pieces_where_the_stick_wants_that(shelf, stick, along):
    run(shelf, KitExport(stick, (), extras=along, piece=400_000))
    assert "installers/moadesk_9_amd64.deb.003" in names(stick)
    assert run(shelf, KitVerify(stick))[-1].extras[0] == "installers/moadesk_9_amd64.deb"


@pytest.mark.parametrize(
    ("harm", "fault"),
    [(lambda path: path.unlink(), "missing"), (lambda path: path.write_bytes(b"!"), "changed")],
)
def test_a_damaged_installer_is_named_and_the_models_come(shelf, there, stick, along, harm, fault):
    run(shelf, KitExport(stick, ("one",), extras=along))
    harm(stick / "installers/moadesk_9_amd64.deb")
    wanted = (KitFault("installers", "moadesk_9_amd64.deb", fault),)
    assert run(shelf, KitVerify(stick))[-1].faults == wanted
    came = run(there, KitImport(stick))[-1]
    assert (came.models, came.faults, came.extras) == (("one",), wanted, ("fonts/Hangul.ttf",))


def test_a_cancelled_export_of_an_installer_leaves_nothing_half(shelf, stick, along):
    cancel = CancelToken()
    with pytest.raises(CancelledError):
        for event in Kit(shelf).run(KitExport(stick, (), extras=along, piece=400_000), cancel):
            if isinstance(event, Progress) and event.done > 500_000:
                cancel.cancel()
    assert names(stick) == []


def test_an_installer_that_cannot_be_read_is_a_sentence(shelf, stick, tmp_path):
    extras = (("installers", tmp_path / "gone.deb"),)
    assert refused(shelf, KitExport(stick, (), extras=extras)) == "file.unreadable"
    assert names(stick) == []


def test_a_model_may_be_called_as_a_folder_of_the_kit(shelf, there, stick, along):
    put(shelf, "fonts", {"model.onnx": b"graph"}, where="imported", role="entities")
    run(shelf, KitExport(stick, ("fonts",), extras=along))
    (stick / "fonts/Hangul.ttf").write_bytes(b"!")
    checked = run(shelf, KitVerify(stick))[-1]
    assert (checked.models, checked.faults) == (
        ("fonts",),
        (KitFault("fonts", "Hangul.ttf", "changed"),),
    )


def test_a_file_too_large_for_the_stick_goes_in_pieces(shelf, there, stick):
    events = run(shelf, KitExport(stick, ("one", "two"), piece=1_000_000))
    told = [event for event in events if isinstance(event, Notice)]
    assert [(note.code, dict(note.values)["count"]) for note in told] == [("model.kit_pieces", 3)]
    assert [name for name in names(stick) if "models/one" in name] == [
        "models/one/one.gguf.001",
        "models/one/one.gguf.002",
        "models/one/one.gguf.003",
    ]
    assert "models/two/two.gguf" in names(stick)
    assert run(shelf, KitVerify(stick))[-1].models == ("one", "two")
    run(there, KitImport(stick, licences_accepted=True))
    assert there.path("one").read_bytes() == CONTENT["one"]


def test_a_disk_that_refuses_large_files_is_found_out(shelf, stick, monkeypatch):
    monkeypatch.setattr(kits, "PIECE", 1_000_000)
    monkeypatch.setattr(kits, "piece_limit", lambda _folder: 0)
    real = kits._piece

    def small_disk(data, path, room, *rest):
        if room > 1_000_000:
            raise OSError(errno.EFBIG, "File too large")
        made = yield from real(data, path, room, *rest)
        return made

    monkeypatch.setattr(kits, "_piece", small_disk)
    assert run(shelf, KitExport(stick, ("one",)))[-1].models == ("one",)
    assert "models/one/one.gguf.003" in names(stick)


def test_the_disk_of_a_folder_tells_how_large_a_file_may_be(stick, monkeypatch):
    import psutil

    part = type("Part", (), {"mountpoint": str(stick.parent), "fstype": "vfat"})
    root = type("Part", (), {"mountpoint": "/", "fstype": "ext4"})
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_how: [part, root])
    assert kits.piece_limit(stick) == kits.PIECE < 2**32
    part.fstype = "exfat"
    assert kits.piece_limit(stick) == 0


def test_what_is_there_already_is_not_copied_again(shelf, stick):
    run(shelf, KitExport(stick, ("one",)))
    before = (stick / "models/one/one.gguf").stat().st_mtime_ns
    done = run(shelf, KitExport(stick, ("one", "two")))[-1]
    assert (done.models, done.already) == (("two",), ("one",))
    assert (stick / "models/one/one.gguf").stat().st_mtime_ns == before
    assert {one.id for one in kit_file.read(stick).models} == {"one", "two"}


def test_too_little_room_is_said_before_anything_is_written(shelf, stick, monkeypatch):
    usage = type("Usage", (), {"free": 3_000_000})
    monkeypatch.setattr(transfer.shutil, "disk_usage", lambda _path: usage)
    assert refused(shelf, KitExport(stick, ("one",))) == "model.disk_full"
    assert names(stick) == []


def test_a_cancelled_export_leaves_the_models_that_were_done(shelf, there, stick):
    cancel = CancelToken()
    with pytest.raises(CancelledError):
        for event in Kit(shelf).run(KitExport(stick, ("two", "one")), cancel):
            if isinstance(event, Progress) and event.done > len(CONTENT["two"]):
                cancel.cancel()
    assert [one.id for one in kit_file.read(stick).models] == ["two"]
    assert [name for name in names(stick) if "one" in name] == []
    assert run(there, KitImport(stick, licences_accepted=True))[-1].models == ("two",)


def test_a_cancelled_import_leaves_nothing_half(shelf, there, stick):
    run(shelf, KitExport(stick, ("one",)))
    cancel = CancelToken()
    with pytest.raises(CancelledError):
        for event in Kit(there).run(KitImport(stick), cancel):
            if isinstance(event, Progress) and event.done:
                cancel.cancel()
    assert there.installed() == ()
    assert names(there.folder) == []


def test_a_killed_import_leaves_nothing_half(shelf, there, stick, tmp_path):
    run(shelf, KitExport(stick, ("one",)))
    code = f"""
import os, signal
from pathlib import Path
from agents.base import CancelToken, Progress
from agents.engine.catalog import Catalog
from agents.engine.kit import Kit
from agents.engine.kit_events import KitImport
from agents.engine.shelf import Shelf
kit = Kit(Shelf(Catalog(()), Path({str(there.folder)!r})))
for event in kit.run(KitImport(Path({str(stick)!r})), CancelToken()):
    if isinstance(event, Progress) and event.done:
        os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=120)  # noqa: S603
    assert done.returncode == -9
    assert there.installed() == ()
    assert [name for name in names(there.folder) if "incoming" in name]
    assert run(there, KitImport(stick))[-1].models == ("one",)
    assert [name for name in names(there.folder) if "incoming" in name] == []


@pytest.mark.parametrize(
    ("harm", "fault"),
    [
        (lambda path: path.unlink(), "missing"),
        (lambda path: path.write_bytes(b"short"), "changed"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1] + b"!"), "changed"),
        (lambda path: path.write_bytes(path.read_bytes() + b"!"), "changed"),
    ],
)
def test_damaged_files_are_named_and_the_others_come(shelf, there, stick, harm, fault):
    run(shelf, KitExport(stick, ("one", "two")))
    harm(stick / "models/one/one.gguf")
    wanted = KitFault("one", "one.gguf", fault)
    checked = run(shelf, KitVerify(stick))
    assert [event for event in checked if isinstance(event, KitFault)] == [wanted]
    assert checked[-1].models == ("two",)
    done = run(there, KitImport(stick, licences_accepted=True))[-1]
    assert (done.models, done.faults) == (("two",), (wanted,))
    assert there.get("one") is None
    assert [name for name in names(there.folder) if "one" in name or "incoming" in name] == []


def test_a_damaged_piece_is_named(shelf, there, stick):
    run(shelf, KitExport(stick, ("one",), piece=1_000_000))
    path = stick / "models/one/one.gguf.002"
    path.write_bytes(b"x" * path.stat().st_size)
    assert run(there, KitImport(stick))[-1].faults == (KitFault("one", "one.gguf.002", "changed"),)


def test_a_kit_cannot_pass_another_file_for_a_published_one(shelf, there, stick):
    run(shelf, KitExport(stick, ("one",)))
    fake = b"GGUF" + b"!" * 100
    (stick / "models/one/one.gguf").write_bytes(fake)
    list_ = json.loads((stick / kit_file.NAME).read_text())
    digest = hashlib.sha256(fake).hexdigest()
    list_["models"][0]["files"][0] |= {"sha256": digest, "size": len(fake)}
    (stick / kit_file.NAME).write_text(json.dumps(list_))
    assert run(shelf, KitVerify(stick))[-1].faults == ()
    done = run(there, KitImport(stick))[-1]
    assert done.faults == (KitFault("one", "one.gguf", "refused"),)
    assert there.installed() == ()


def test_another_model_of_the_same_name_is_not_replaced(shelf, there, stick):
    run(shelf, KitExport(stick, ("own",)))
    put(there, "own", {"model.onnx": b"mine"}, role="entities")
    assert run(there, KitImport(stick))[-1].faults == (KitFault("own", "model.onnx", "taken"),)
    assert (there.folder / "own" / "model.onnx").read_bytes() == b"mine"


def test_what_is_here_is_not_taken_twice(shelf, stick):
    run(shelf, KitExport(stick, ("one",)))
    done = run(shelf, KitImport(stick))[-1]
    assert (done.models, done.already) == ((), ("one",))


def test_a_licence_with_conditions_is_accepted_once(shelf, there, stick):
    run(shelf, KitExport(stick, ("two",)))
    assert refused(there, KitImport(stick)) == "hub.licence"
    assert there.installed() == ()
    run(there, KitImport(stick, licences_accepted=True))
    there.remove("two")
    assert run(there, KitImport(stick))[-1].models == ("two",)


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one.update(id="../evil"),
        lambda one: one["files"][0].update(name="../../evil"),
        lambda one: one["files"][0].update(sha256="short"),
        lambda one: one["files"][0].update(size=-1),
        lambda one: one["files"][0].update(pieces=[{"name": "a", "size": 1, "sha256": "0" * 64}]),
        lambda one: one.update(files=[]),
        lambda one: one["files"].append(one["files"][0]),
    ],
)
def test_a_list_that_could_do_harm_is_none(shelf, there, stick, change):
    run(shelf, KitExport(stick, ("one",)))
    list_ = json.loads((stick / kit_file.NAME).read_text())
    change(list_["models"][0])
    (stick / kit_file.NAME).write_text(json.dumps(list_))
    assert refused(there, KitImport(stick)) == "model.kit_damaged"
    assert names(there.folder) == []


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "programs"},
        {"file": {"name": "../evil", "size": 1, "sha256": "0" * 64}},
        {"file": {"name": "OFL.txt", "size": 1, "sha256": "no"}},
    ],
)
def test_an_extra_that_could_do_harm_makes_it_no_kit(shelf, there, stick, along, change):
    run(shelf, KitExport(stick, (), extras=along))
    list_ = json.loads((stick / kit_file.NAME).read_text("utf-8"))
    list_["extras"][0] |= change
    (stick / kit_file.NAME).write_text(json.dumps(list_), "utf-8")
    assert refused(there, KitImport(stick)) == "model.kit_damaged"


def test_exporting_once_more_mends_a_damaged_list(shelf, there, stick):
    run(shelf, KitExport(stick, ("one",)))
    (stick / kit_file.NAME).write_bytes(b'{"format": 1, "mod')
    run(shelf, KitExport(stick, ("one",)))
    run(there, KitImport(stick))
    assert there.get("one").verified == "ok"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "model.not_a_kit"),
        (b"", "model.kit_damaged"),
        (b"[]", "model.kit_damaged"),
        (b'{"format": 2, "models": "later"}', "model.kit_newer"),
    ],
)
def test_a_folder_that_is_no_kit(there, stick, content, code):
    stick.mkdir()
    if content is not None:
        (stick / kit_file.NAME).write_bytes(content)
    assert refused(there, KitImport(stick)) == code
    assert refused(there, KitVerify(stick)) == code


def test_models_that_cannot_go_are_said(shelf, there, stick):
    assert refused(shelf, KitExport(stick, ("nobody",))) == "model.not_here"
    shelf.path("one").write_bytes(b"changed since")
    assert refused(shelf, KitExport(stick, ("one",))) == "model.kit_unsure"
    spoiled = CONTENT["two"][:-1] + b"!"
    path = shelf.path("two")
    stat = path.stat()
    path.write_bytes(spoiled)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # its size and time tell nothing
    assert refused(shelf, KitExport(stick, ("two",))) == "model.kit_unsure"
    assert [name for name in names(stick) if "two" in name] == []
    run(shelf, KitExport(stick, ("own",)))
    assert refused(there, KitImport(stick, ("other",))) == "model.kit_lacks"


# --- taken off the shelf, and put back ---


def test_what_was_set_aside_can_be_put_back(shelf):
    aside = removal.set_aside(shelf, "one")
    assert shelf.get("one") is None
    assert aside.size >= len(CONTENT["one"])
    removal.put_back(aside)
    assert shelf.path("one").read_bytes() == CONTENT["one"]


def test_what_came_meanwhile_stays(shelf):
    aside = removal.set_aside(shelf, "own")
    put(shelf, "own", {"model.onnx": b"new"}, role="entities")
    removal.put_back(aside)
    assert (shelf.folder / "own" / "model.onnx").read_bytes() == b"new"
    assert not aside.path.exists()


def test_what_a_crash_left_aside_is_swept_later(shelf, monkeypatch):
    aside = removal.set_aside(shelf, "one")
    removal.sweep(shelf.folder)
    assert aside.path.exists()
    now = removal.time.time()
    monkeypatch.setattr(removal.time, "time", lambda: now + 4000)
    removal.sweep(shelf.folder)
    assert not aside.path.exists()
