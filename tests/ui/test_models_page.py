"""The Models page with a real shelf and a real hub on this machine."""

from __future__ import annotations

import hashlib
import random
import shutil
import struct
import threading
import time
from pathlib import Path

import gguf
import numpy as np
import pytest

from agents.engine.catalog import Catalog, CatalogEntry, Licence, ModelFile
from agents.engine.hub import Hub
from agents.engine.port import Fit
from agents.engine.shelf import Shelf
from app import i18n
from app.paths import assets_dir
from app.ui.models import words
from app.ui.models.page import ModelsPage
from app.ui.translation.page import TranslationPage
from tests.engine import http_hub

TINY_GLINER = Path(__file__).parents[1] / "entities" / "tiny_gliner"

CONTENT = random.Random(3).randbytes(2_500_000)
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def entry(model_id, **changes):
    values = {
        "id": model_id,
        "name": model_id.title(),
        "role": "chat",
        "repository": "owner/model",
        "files": (ModelFile(name="tiny.gguf", size=len(CONTENT), sha256=DIGEST),),
        "licence": Licence(id="MIT", url="https://example.org"),
        "languages": ("en", "ko", "fr"),
        "architecture": "llama",
        "context": 512,
        "memory": 1000,
    }
    return CatalogEntry(**{**values, **changes})


@pytest.fixture
def server():
    with http_hub.serve(http_hub.Hub(files={"tiny.gguf": CONTENT})) as running:
        yield running


@pytest.fixture
def stocked(desk, server, paths):
    """The desk with two models to be had: one free, one with conditions."""
    limited = Licence(id="LFM-Open-1.0", url="https://example.org", commercial_limit="terms")
    catalog = Catalog((entry("free"), entry("limited", licence=limited, role="translation")))
    vars(desk)["catalog"] = catalog
    vars(desk)["shelf"] = Shelf(catalog, paths.models)
    vars(desk)["hub"] = Hub(desk.shelf, token=lambda: "", base_url=server.address, pause=0.01)
    return desk


@pytest.fixture
def page(qtbot, stocked, pool, theme, settled):
    page = ModelsPage(stocked, pool, theme)
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    page.entered()
    settled()
    yield page
    settled()


def words_of(bars):
    return [bar.words for bar in bars.shown]


def press(bars, name):
    from PySide6.QtWidgets import QPushButton

    found = [b for bar in bars.shown for b in bar.findChildren(QPushButton) if b.text() == name]
    assert len(found) == 1, name
    found[0].click()


def real_gguf(path):
    """A file a GGUF reader accepts."""
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name("My own model")
    writer.add_block_count(1)
    writer.add_embedding_length(32)
    writer.add_context_length(256)
    writer.add_head_count(2)
    writer.add_token_list(["<s>", "a"])
    writer.add_tensor("token_embd.weight", np.zeros((2, 32), np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_models_stand_in_groups(page):
    assert page._order == [("Chat", ("free",)), ("Translation", ("limited",))]
    card = page._cards["free"]
    assert card.download.isVisible()
    assert not card.take_away.isVisible()
    assert card._about.text() == "Chat · 2 MB · Korean, English, 1 more language"


def test_a_download_ends_on_the_shelf(page, stocked, settled):
    page._cards["free"].download.click()
    settled()
    assert stocked.shelf.path("free").read_bytes() == CONTENT
    card = page._cards["free"]
    assert not card.download.isVisible()
    assert card._state.text() == "On this machine"
    assert page._order[0] == ("On this machine", ("free",))


def test_a_download_pauses_and_goes_on(page, stocked, server, settled, qtbot):
    server.trickle = threading.Event()
    card = page._cards["free"]
    card.download.click()
    qtbot.waitUntil(lambda: stocked.shelf.partial("free") > 500_000)
    assert card.work == "pull"
    assert card.pause.isVisible()
    qtbot.waitUntil(lambda: "of 2 MB" in card._figures.text())
    card.pause.click()
    settled()
    server.trickle.set()
    server.trickle = None
    assert stocked.shelf.path("free") is None
    assert card.resume.isVisible()
    assert card.discard_part.isVisible()
    assert card._state.text().endswith("downloaded")
    card.resume.click()
    settled()
    assert stocked.shelf.path("free").read_bytes() == CONTENT
    assert any("range" in request.headers for request in server.downloads)


def test_a_server_that_falls_silent_has_no_speed(page, stocked, server, settled, qtbot):
    server.trickle = threading.Event()
    card = page._cards["free"]
    card._silence.setInterval(50)
    card.download.click()
    qtbot.waitUntil(lambda: card._figures.text().endswith("· waiting for the server"))
    assert "/s" not in card._figures.text()
    trickle, server.trickle = server.trickle, None
    trickle.set()
    settled()
    assert stocked.shelf.get("free") is not None
    assert not card._silence.isActive()


def test_what_was_downloaded_can_be_discarded(page, stocked, server, settled, qtbot):
    server.trickle = threading.Event()
    card = page._cards["free"]
    card.download.click()
    qtbot.waitUntil(lambda: stocked.shelf.partial("free") > 500_000)
    card.pause.click()
    settled()
    card.discard_part.click()
    settled()
    assert stocked.shelf.partial("free") == 0
    assert card.download.isVisible()
    assert not card.resume.isVisible()


def test_conditions_are_shown_once_and_nothing_dials_out_before(page, stocked, server, settled):
    card = page._cards["limited"]
    card.download.click()
    settled()
    assert server.log == []
    assert words_of(card.bars) == [i18n.explain(card._shown.entry.licence.condition)]
    press(card.bars, "Not now")
    settled()
    assert server.log == []
    card.download.click()
    press(card.bars, "Accept and download")
    settled()
    assert stocked.shelf.path("limited") is not None
    assert stocked.shelf.accepted(card._shown.entry.licence)
    assert card._shown.accepted


def test_a_failed_download_says_why_on_its_card(page, server, settled, stocked):
    server.wrong["tiny.gguf"] = CONTENT[:-1] + b"!"
    card = page._cards["free"]
    card.download.click()
    settled()
    said = words_of(card.bars)
    assert said
    assert "Traceback" not in said[0]
    assert stocked.shelf.path("free") is None
    assert card.work == ""


def test_a_file_is_verified_and_a_change_is_seen(page, stocked, settled):
    page._cards["free"].download.click()
    settled()
    card = page._cards["free"]
    card.check.click()
    settled()
    assert words_of(card.bars) == ["The file is exactly as published."]
    stocked.shelf.path("free").write_bytes(CONTENT[:-1] + b"!")
    card.check.click()
    settled()
    assert words_of(card.bars) == [
        "The file is not what was downloaded. Remove it and download it again."
    ]
    assert card._state.text() == "The file has changed"


def test_removing_can_be_undone(page, stocked, settled):
    page._cards["free"].download.click()
    settled()
    card = page._cards["free"]
    card.take_away.click()
    settled()
    assert stocked.shelf.path("free") is None
    assert card.download.isVisible()
    assert words_of(page.bars) == ["Free was removed: 3 MB of disk space."]
    press(page.bars, "Undo")
    settled()
    assert stocked.shelf.path("free").read_bytes() == CONTENT
    assert card.take_away.isVisible()
    assert page.bars.shown == []


def test_what_was_removed_is_deleted_when_the_bar_goes(page, stocked, settled):
    page._cards["free"].download.click()
    settled()
    page._cards["free"].take_away.click()
    settled()
    assert list(stocked.shelf.folder.glob(".gone-*"))
    page.bars.shown[0].dismiss()
    settled()
    assert list(stocked.shelf.folder.glob(".gone-*")) == []
    page._cards["free"].download.click()
    settled()
    page._cards["free"].take_away.click()
    settled()
    page.closing()
    assert list(stocked.shelf.folder.glob(".gone-*")) == []


def test_a_file_is_imported_by_dropping_it(page, stocked, settled, tmp_path):
    source = real_gguf(tmp_path / "own-model.gguf")
    assert page.accepts(source)
    assert not page.accepts(tmp_path / "a.txt")
    page.open_files([source])
    settled()
    here = [model for model in stocked.shelf.installed() if model.where == "imported"]
    assert len(here) == 1, words_of(page.bars)
    assert page._order[0] == ("On this machine", (here[0].id,))
    assert "is here now" in words_of(page.bars)[0]
    assert source.is_file()


def test_a_gliner_folder_is_imported_by_its_button(page, stocked, settled, monkeypatch, tmp_path):
    source = shutil.copytree(TINY_GLINER, tmp_path / "my gliner")
    assert page.accepts(source)
    monkeypatch.setattr(
        "app.ui.models.page.QFileDialog.getExistingDirectory", lambda *_words: str(source)
    )
    page._import_folder.click()
    settled()
    here = [model for model in stocked.shelf.installed() if model.where == "imported"]
    assert [model.role for model in here] == ["entities"], words_of(page.bars)
    assert stocked.shelf.best("entities") == here[0].id


def test_a_folder_of_gguf_files_is_imported_and_stays_on_the_page(page, stocked, settled, tmp_path):
    folder = tmp_path / "내 모델"
    folder.mkdir()
    real_gguf(folder / "one.gguf")
    (folder / "README.md").write_text("about it", "utf-8")
    assert page.accepts(folder)
    page.open_files([folder])
    settled()
    assert words_of(page.bars) == ["My own model is here now and can be chosen."]
    assert (folder / "one.gguf").is_file()


def test_weights_of_other_programs_are_said_to_be_that(page, stocked, settled, tmp_path):
    checkpoint = tmp_path / "checkpoint"
    checkpoint.mkdir()
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (checkpoint / name).write_text("{}", "utf-8")
    weights = checkpoint / "model.safetensors"
    assert page.accepts(checkpoint)
    assert page.accepts(weights)
    page.open_files([checkpoint, weights])
    settled()
    first, second = words_of(page.bars)
    assert "holds no GGUF file" in first
    assert "a form that MoA Desk does not read (.safetensors)" in second
    assert stocked.shelf.installed() == ()


@pytest.mark.parametrize("name", ["gliner_config.json", "model.gguf", "moadesk-kit.json"])
def test_the_translator_leaves_folders_of_models_to_this_page(
    qtbot, stocked, pool, theme, settled, tmp_path, name
):
    translator = TranslationPage(stocked, pool, theme)
    qtbot.addWidget(translator)
    assert translator.accepts(tmp_path)
    (tmp_path / name).write_text("{}", "utf-8")
    assert not translator.accepts(tmp_path)
    translator.closing()
    settled()


def test_a_folder_of_documents_is_for_other_pages(page, tmp_path):
    (tmp_path / "config.json").write_text("{}", "utf-8")
    (tmp_path / "보고서.docx").write_bytes(b"PK")
    assert not page.accepts(tmp_path)
    assert not page.accepts(tmp_path / "gone")


@pytest.mark.parametrize(
    "content", [b"", b"not a model", b"GGUF" + struct.pack("<IQQ", 3, 2**60, 5)]
)
def test_a_file_that_is_no_model_is_a_sentence(page, stocked, settled, tmp_path, content):
    source = tmp_path / "bad.gguf"
    source.write_bytes(content)
    page.imports.bring([source])
    settled()
    assert len(words_of(page.bars)) == 1
    assert "bad.gguf" in words_of(page.bars)[0]
    assert stocked.shelf.installed() == ()
    assert page._import.isVisible()


def test_a_missing_file_is_a_sentence(page, settled, tmp_path):
    page.imports.bring([tmp_path / "gone.gguf"])
    settled()
    assert "gone.gguf" in words_of(page.bars)[0]


def test_loaded_models_are_listed_and_freed(page, stocked, settled):
    with stocked.models.borrow("scripted"):
        page._look_at_memory()
        settled()
        assert not page._loaded._button.isEnabled()
    page._look_at_memory()
    settled()
    line = page._loaded._lines.itemAt(0).widget().text()
    assert line.startswith("Scripted · 1 MB · since ")
    assert line.endswith(" · idle")
    page._loaded._button.click()
    settled()
    assert stocked.models.resident() == ()
    assert words_of(page.bars) == ["1 MB of memory are free again."]
    assert not page._loaded._button.isVisible()


def test_the_gauge_says_whether_it_fits():
    i18n.use("en", assets_dir())
    giga = 10**9
    assert words.fit(Fit(2 * giga, 8 * giga, 8 * giga, fits=True))[0] == "ok"
    tone, sentence = words.fit(Fit(6 * giga, 4 * giga, 8 * giga, fits=True))
    assert (tone, "4.0 GB" in sentence) == ("warn", True)
    assert words.fit(Fit(9 * giga, 8 * giga, 8 * giga, fits=False))[0] == "bad"
    assert words.fit(Fit(0, 1, 1, fits=True))[0] == "muted"


def test_leaving_while_a_download_runs_is_safe(qtbot, stocked, pool, theme, server, settled):
    server.trickle = threading.Event()
    page = ModelsPage(stocked, pool, theme)
    page.show()
    page.entered()
    settled()
    page._cards["free"].download.click()
    qtbot.waitUntil(lambda: stocked.shelf.partial("free") > 0)
    page.close()
    page.deleteLater()
    qtbot.wait(20)
    server.trickle.set()
    settled()
    assert stocked.shelf.path("free") is not None


def test_times_and_sizes_read_well():
    from app.ui import figures

    assert figures.size(98_362_432) == "98 MB"
    assert figures.size(1_250_000_000) == "1.2 GB"
    assert figures.left(0) == ""
    assert figures.left(40) == "40 s left"
    assert figures.left(600) == "10 min left"
    assert figures.number(1284) == "1,284"
    assert figures.clock(time.mktime((2026, 1, 2, 3, 4, 0, 0, 0, -1))) == "03:04"
