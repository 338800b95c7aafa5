"""The offline kit in the window: out of one desk, onto another, with what is damaged named."""

# ruff: noqa: F811 - fixtures are imported

from __future__ import annotations

import hashlib
import threading

import pytest
from PySide6.QtWidgets import QPushButton

from agents.engine import kit_file
from agents.engine.catalog import Licence
from agents.engine.manifest import Manifest, hold
from agents.engine.shelf import Shelf
from tests.ui.test_models_page import (  # noqa: F401 - fixtures
    CONTENT,
    page,
    server,
    stocked,
    words_of,
)


@pytest.fixture
def stick(tmp_path, monkeypatch):
    """The folder that the dialogs give back."""
    folder = tmp_path / "stick"
    folder.mkdir()
    monkeypatch.setattr(
        "app.ui.models.kit_panel.QFileDialog.getExistingDirectory", lambda *_words: str(folder)
    )
    return folder


def put(shelf, model_id):
    folder = shelf.folder / model_id
    folder.mkdir(parents=True)
    (folder / "tiny.gguf").write_bytes(CONTENT)
    held = hold(folder / "tiny.gguf", hashlib.sha256(CONTENT).hexdigest())
    shelf.record(
        Manifest(
            id=model_id,
            name=model_id,
            where="downloaded",
            files=(held,),
            verified="ok",
            published=True,
        )
    )


def boxes(choices):
    return [box.text() for box, _size in choices._boxes.values()]


def exported(page, stocked, settled):
    put(stocked.shelf, "free")
    put(stocked.shelf, "limited")
    page.refresh()
    settled()
    page._offline.click()
    page.kit.export.click()
    settled()


def elsewhere(stocked, tmp_path):
    """The same desk with nothing on its shelf."""
    vars(stocked)["shelf"] = Shelf(stocked.catalog, tmp_path / "other")
    del vars(stocked)["kit"]


def test_nothing_to_export_is_said(page, stick):
    page._offline.click()
    assert page.kit.isVisible()
    assert "no model to export" in page.kit._total.text()
    assert not page.kit.export.isEnabled()


def test_models_are_exported(page, stocked, settled, stick):
    exported(page, stocked, settled)
    assert boxes(page.kit._out) == ["Free · 2 MB", "Limited · 2 MB"]
    assert [one.id for one in kit_file.read(stick).models] == ["free", "limited"]
    assert words_of(page.kit.bars) == [f"2 models (5 MB) are in {stick} now."]
    assert not page.kit.progress.isVisible()


def test_an_installer_goes_along(page, stocked, settled, stick, tmp_path, monkeypatch):
    installer = tmp_path / "moadesk_9.0.0_amd64.deb"
    installer.write_bytes(b"package")
    monkeypatch.setattr(
        "app.ui.models.kit_panel.QFileDialog.getOpenFileNames",
        lambda *_words: ([str(installer)], ""),
    )
    page._offline.click()
    assert not page.kit.export.isEnabled()
    page.kit.installer.click()
    assert page.kit._going_along.whole == installer.name
    assert page.kit.export.isEnabled()
    page.kit.export.click()
    settled()
    assert (stick / "installers" / installer.name).read_bytes() == b"package"
    assert (stick / "START-HERE.txt").is_file()


def test_what_is_no_installer_is_a_sentence(page, settled, stick, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "app.ui.models.kit_panel.QFileDialog.getOpenFileNames",
        lambda *_words: ([str(tmp_path / "thesis.zip")], ""),
    )
    page._offline.click()
    page.kit.installer.click()
    page.kit.export.click()
    settled()
    (said,) = words_of(page.kit.bars)
    assert said.startswith("thesis.zip is no installer of MoA Desk.")
    assert list(stick.iterdir()) == []


def test_only_what_is_ticked_is_exported(page, stocked, settled, stick):
    put(stocked.shelf, "free")
    put(stocked.shelf, "limited")
    page.refresh()
    settled()
    page._offline.click()
    page.kit._out._boxes["limited"][0].setChecked(False)
    assert page.kit._total.text() == "2 MB will be copied."
    page.kit.export.click()
    settled()
    assert [one.id for one in kit_file.read(stick).models] == ["free"]


def test_a_kit_is_shown_then_taken_in(page, stocked, settled, stick, tmp_path):
    exported(page, stocked, settled)
    elsewhere(stocked, tmp_path)
    page.refresh()
    settled()
    page.kit.way.choose("in")
    page.kit.choose.click()
    settled()
    assert boxes(page.kit._in) == ["Free · 2 MB", "Limited · 2 MB"]
    assert "its own terms apply" in page.kit._licences.text()
    assert page.kit.take.text() == "Accept and import"
    assert page.kit._links.findChild(QPushButton).text() == "Read the licence LFM-Open-1.0"
    assert stocked.shelf.installed() == ()
    page.kit.take.click()
    settled()
    assert {one.id for one in stocked.shelf.installed()} == {"free", "limited"}
    assert words_of(page.kit.bars) == ["2 models (5 MB) were taken in."]
    assert boxes(page.kit._in) == ["Free · 2 MB · here already", "Limited · 2 MB · here already"]
    assert page.kit._in.chosen == []
    assert not page.kit.take.isEnabled()
    assert page._order[0] == ("On this machine", ("free", "limited"))
    assert stocked.shelf.accepted(Licence(id="LFM-Open-1.0", url="", commercial_limit="terms"))


def test_damaged_files_are_named(page, stocked, settled, stick, tmp_path):
    exported(page, stocked, settled)
    (stick / "models" / "free" / "tiny.gguf").write_bytes(CONTENT[:-1] + b"?")
    page.kit.show_kit(stick)
    settled()
    page.kit.check.click()
    settled()
    assert words_of(page.kit.bars) == [
        "free: the file tiny.gguf is damaged.",
        "1 model (2 MB) is whole.",
    ]
    elsewhere(stocked, tmp_path)
    page.kit.show_kit(stick)
    settled()
    page.kit.take.click()
    settled()
    assert [one.id for one in stocked.shelf.installed()] == ["limited"]
    assert "free: the file tiny.gguf is damaged." in words_of(page.kit.bars)


def test_a_folder_that_is_no_kit_is_a_sentence(page, settled, stick):
    page._offline.click()
    page.kit.way.choose("in")
    page.kit.choose.click()
    settled()
    assert "is no offline kit" in words_of(page.kit.bars)[0]
    assert not page.kit.take.isVisible()


def test_a_kit_is_opened_by_dropping_it(page, stocked, settled, stick):
    exported(page, stocked, settled)
    page.kit.hide()
    assert page.accepts(stick)
    page.open_files([stick])
    settled()
    assert page.kit.isVisible()
    assert boxes(page.kit._in) == ["Free · 2 MB · here already", "Limited · 2 MB · here already"]
    assert page.kit._in.chosen == []
    assert not page.kit.take.isEnabled()


def test_a_full_stick_is_a_sentence(page, stocked, settled, stick, monkeypatch):
    usage = type("Usage", (), {"free": 3_000_000})
    monkeypatch.setattr("agents.engine.transfer.shutil.disk_usage", lambda _path: usage)
    exported(page, stocked, settled)
    assert "There is not enough room" in words_of(page.kit.bars)[0]
    assert list(stick.iterdir()) == []


def test_copying_can_be_stopped(page, stocked, settled, stick, qtbot, monkeypatch):
    from agents.engine import kit

    gate = threading.Event()

    def held(data, count):
        gate.wait(20)
        return b"x" * count

    monkeypatch.setattr(kit, "_read", held)
    put(stocked.shelf, "free")
    page.refresh()
    settled()
    page._offline.click()
    page.kit.export.click()
    qtbot.waitUntil((stick / "models" / "free").is_dir)
    page.kit.progress.stop.emit()
    gate.set()
    settled()
    assert "Stopped" in words_of(page.kit.bars)[0]
    assert not (stick / "models" / "free").exists()
    assert page.kit.export.isEnabled()
