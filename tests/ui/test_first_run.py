"""The first run: three steps by keyboard, nothing dialled before it is asked for, shown once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from agents.engine.catalog import Catalog, Licence
from agents.engine.hub import Hub
from agents.engine.shelf import Shelf
from app import settings as stored
from app.ui.build import Keeper
from tests.engine import http_hub
from tests.ui.test_models_page import CONTENT, entry, real_gguf


@pytest.fixture
def server():
    with http_hub.serve(http_hub.Hub(files={"tiny.gguf": CONTENT})) as running:
        yield running


@pytest.fixture
def stocked(desk, server, paths):
    """Models to be had: a chat model with conditions, a free translator."""
    limited = Licence(id="LFM-Open-1.0", url="https://example.org", commercial_limit="terms")
    catalog = Catalog(
        (
            entry("chatty", licence=limited, recommended=True),
            entry("translator", role="translation", recommended=True),
        )
    )
    vars(desk)["catalog"] = catalog
    vars(desk)["shelf"] = Shelf(catalog, paths.models)
    vars(desk)["hub"] = Hub(desk.shelf, token=lambda: "", base_url=server.address, pause=0.01)
    return desk


@pytest.fixture
def keeper(qtbot, stocked, pool, theme, settled):
    keeper = Keeper(stocked, pool, theme)
    keeper.open()
    settled()
    yield keeper
    keeper.window.left.disconnect()
    keeper.window.leave()
    settled()
    keeper.window.deleteLater()


def page(keeper):
    return keeper.window._pages["welcome"]


def on_disk(desk):
    return stored.load(desk.paths.settings)[0]


def press_enter(keeper):
    """What the keyboard does: the button that goes on has the focus."""
    QTest.keyClick(page(keeper).next, Qt.Key.Key_Space)


def links(shown):
    return [one.text() for one in shown.findChildren(QPushButton) if one.isVisible()]


def to_models(keeper, settled):
    press_enter(keeper)
    press_enter(keeper)
    settled()


def test_a_new_desk_begins_with_it_and_only_once(keeper, stocked, settled):
    assert keeper.window.page == "welcome"
    assert page(keeper)._where.text() == "Step 1 of 3"
    page(keeper).later.click()
    assert keeper.window.page == "chat"
    assert on_disk(stocked).welcomed
    keeper.open()
    assert keeper.window.page == "chat"


def test_who_goes_on_by_the_rail_is_not_welcomed_again(keeper, stocked, settled):
    page(keeper).next.click()
    keeper.window.go("settings")
    assert on_disk(stocked).welcomed
    assert keeper.window.page == "settings"
    keeper.open()
    assert keeper.window.page == "settings"


def test_who_closes_the_window_is_welcomed_again(keeper, stocked, settled):
    keeper.window.close()
    assert not stocked.paths.settings.exists()


def test_three_steps_lead_to_the_downloads(keeper, stocked, server, settled):
    to_models(keeper, settled)
    first = page(keeper)
    assert first._where.text() == "Step 3 of 3"
    assert list(first.models.boxes) == ["chatty", "translator"]
    assert first.models.wanted == ("chatty", "translator")
    assert first.models.total.text() == "Together 5 MB to download."
    assert "its own terms apply" in first.models.licences.text()
    assert first.next.text() == "Accept and download"
    assert links(first.models.links) == ["Read the licence LFM-Open-1.0"]
    assert server.log == []
    press_enter(keeper)
    settled()
    assert keeper.window.page == "models"
    assert {one.id for one in stocked.shelf.installed()} == {"chatty", "translator"}
    assert on_disk(stocked).welcomed


def test_what_is_not_ticked_is_not_downloaded(keeper, stocked, server, settled):
    to_models(keeper, settled)
    first = page(keeper)
    first.models.boxes["chatty"].setChecked(False)
    assert first.next.text() == "Download"
    assert not first.models.licences.isVisible()
    assert links(first.models.links) == []
    press_enter(keeper)
    settled()
    assert [one.id for one in stocked.shelf.installed()] == ["translator"]


def test_nothing_ticked_begins_without_a_download(keeper, server, settled):
    first = page(keeper)
    first.goals.choose(["translate"])
    to_models(keeper, settled)
    assert list(first.models.boxes) == ["translator"]
    first.models.boxes["translator"].setChecked(False)
    assert first.models.total.text() == "Nothing will be downloaded."
    assert first.next.text() == "Begin"
    press_enter(keeper)
    assert keeper.window.page == "translate"
    settled()
    assert server.log == []


def test_a_file_can_be_brought_instead(keeper, stocked, server, settled, tmp_path, monkeypatch):
    source = real_gguf(tmp_path / "own.gguf")
    monkeypatch.setattr(
        "app.ui.first_run.page.QFileDialog.getOpenFileNames",
        lambda *_words: ([str(source)], ""),
    )
    to_models(keeper, settled)
    page(keeper).file.click()
    settled()
    assert keeper.window.page == "models"
    assert [one.where for one in stocked.shelf.installed()] == ["imported"]
    assert server.log == []


def test_the_language_changes_at_once_and_the_step_stays(keeper, stocked, settled, qtbot):
    old = keeper.window
    page(keeper).language.choices["ko"].click()
    qtbot.waitUntil(lambda: keeper.window is not old)
    settled()
    assert keeper.window.page == "welcome"
    assert page(keeper)._where.text() == "3단계 중 1단계"
    assert on_disk(stocked).language == "ko"
    assert not on_disk(stocked).welcomed


def test_one_can_go_back(keeper, settled):
    to_models(keeper, settled)
    page(keeper).back.click()
    assert page(keeper)._where.text() == "Step 2 of 3"
    page(keeper).back.click()
    assert not page(keeper).back.isVisible()


def test_it_can_be_opened_again_from_the_settings(keeper, settled):
    from PySide6.QtWidgets import QPushButton

    page(keeper).later.click()
    settings = keeper.window.go("settings")
    settled()
    (again,) = [
        b
        for b in settings.findChildren(QPushButton)
        if b.accessibleName() == "Show the first steps"
    ]
    again.click()
    assert keeper.window.page == "welcome"
    assert not any(b.isChecked() for b in keeper.window._rail._buttons.values())
    keeper.window.go("chat")
    assert keeper.window._rail._buttons["chat"].isChecked()


def test_files_to_open_come_before_it(qtbot, stocked, pool, theme, settled):
    from pathlib import Path

    keeper = Keeper(stocked, pool, theme)
    keeper.open([Path("film.mkv")])
    settled()
    assert keeper.window.page != "welcome"
    keeper.window.left.disconnect()
    keeper.window.leave()
    settled()
    keeper.window.deleteLater()
