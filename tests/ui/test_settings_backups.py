"""Backups in the settings: made, gone back to with a yes, and the window shows what was."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton

from agents.base import UserError
from app.ui.build import Keeper
from app.ui.settings.page import SettingsPage


@pytest.fixture
def page(qtbot, desk, pool, theme, settled):
    page = SettingsPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.show()
    page.entered()
    settled()
    yield page
    settled()


def press(widget, name, number=0):
    found = [b for b in widget.findChildren(QPushButton) if b.text() == name and b.isVisible()]
    found[number].click()


def bars(page):
    return [bar.words for bar in page._bars.shown]


def test_a_backup_is_made_listed_and_deleted(page, desk, settled):
    press(page._backups, "Make a backup")
    settled()
    assert len(page._backups.backups) == 1
    assert bars(page) == ["The backup is made."]
    press(page._backups, "Delete")
    settled()
    assert len(desk.backups.list()) == 1  # it asks first
    press(page._bars, "Delete")
    settled()
    assert desk.backups.list() == ()
    assert page._backups.backups == ()


def test_going_back_asks_first_and_does_nothing_while_work_runs(page, desk, pool, settled, qtbot):
    desk.conversations.start("first", "m")
    backup = desk.backups.make()
    desk.conversations.start("second", "m")
    page._backups.look()
    settled()
    press(page._backups, "Restore")
    assert len(desk.conversations.list()) == 2
    press(page._bars, "Cancel")
    assert len(desk.conversations.list()) == 2

    class Slow:
        def run(self, _request, cancel):
            while not cancel.wait(0.01):
                yield 1

    job = pool.start(Slow(), None)
    page._backups.restore(backup)
    assert "still running" in bars(page)[-1]
    job.cancel()
    settled()
    assert len(desk.conversations.list()) == 2
    with qtbot.waitSignal(page.restored):
        page._backups.restore(backup)
    assert [one.title for one in desk.conversations.list()] == ["first"]


def test_a_bad_backup_is_a_sentence(page, desk, settled, monkeypatch):
    backup = desk.backups.make()

    def broken(_path):
        raise UserError("store.backup_damaged", path="x", reason="y")

    monkeypatch.setattr(desk.backups, "restore", broken)
    page._backups.restore(backup)
    settled()
    assert "cannot be read" in bars(page)[-1]


def test_the_window_is_made_anew_with_what_was(qtbot, desk, pool, theme, settled):
    kept = desk.conversations
    first = kept.start("first", "m")
    kept.add(first, "user", "hello", "done")
    backup = desk.backups.make()
    second = kept.start("second", "m")
    kept.add(second, "user", "later", "done")
    keeper = Keeper(desk, pool, theme)
    keeper.open()
    chat = keeper.window.go("chat")
    settled()
    chat.delete(first)  # put off, and carried out before the backup is gone back to
    settings = keeper.window.go("settings")
    settled()
    old = keeper.window
    settings._backups.restore(backup)
    qtbot.waitUntil(lambda: keeper.window is not old)
    settled()
    chat = keeper.window.go("chat")
    settled()
    listed = [chat._side.list.item(at).text() for at in range(chat._side.list.count())]
    assert listed == ["Today", "first"]
    assert any("restored" in bar.words for bar in keeper.window.bars.shown)
    keeper.window.left.disconnect()
    keeper.window.leave()
    settled()
    keeper.window.deleteLater()
