"""A damaged database is explained before the window opens, mended if wanted, and kept."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from agents.store import repair
from agents.store.database import Database
from app.build import Desk
from app.settings import Settings
from app.ui import build, recovery
from app.ui.examining import Examiner
from app.ui.recovery import RecoveryWindow


@pytest.fixture
def damaged(paths):
    paths.data.mkdir(parents=True)
    paths.database.write_bytes(b"this is not a database" * 100)
    return paths


@pytest.fixture
def _no_log(monkeypatch):
    monkeypatch.setattr(build, "start_log", lambda _folder: None)


def in_window(act):
    """Do something with the recovery window as soon as it is there."""
    timer = QTimer(interval=20)

    def look():
        for window in QApplication.topLevelWidgets():
            if isinstance(window, RecoveryWindow) and window.isVisible():
                timer.stop()
                act(window)

    timer.timeout.connect(look)
    timer.start()
    return timer


@pytest.mark.usefixtures("_no_log")
def test_quitting_leaves_everything_as_it_was(damaged, qapp):
    said = []

    def quit_(window):
        said.append(window.problem.text())
        window.leave.click()

    timer = in_window(quit_)
    content = damaged.database.read_bytes()
    assert build.run(damaged, Settings(language="en", welcomed=True), None) == 1
    timer.stop()
    assert "is damaged" in said[0]
    assert damaged.database.read_bytes() == content


def test_repairing_opens_a_desk_that_works_and_says_so(damaged, theme, qapp):
    timer = in_window(lambda window: window.mend.click())
    done = recovery.offer(damaged, theme, _error(damaged))
    timer.stop()
    assert done is not None
    assert done.aside.read_bytes() == b"this is not a database" * 100
    assert "0 entries were saved" in recovery.told(done)
    assert done.aside.name in recovery.told(done)
    Database(damaged.database).close()


def test_a_repair_that_cannot_be_is_a_sentence_in_the_window(
    damaged, pool, theme, qtbot, settled, monkeypatch
):
    usage = type("Usage", (), {"free": 10})
    monkeypatch.setattr(repair.shutil, "disk_usage", lambda _path: usage)
    window = RecoveryWindow(damaged, pool, theme, "It is damaged.")
    qtbot.addWidget(window)
    window.show()
    window.mend.click()
    settled()
    assert "Repairing needs" in window.words.text()
    assert window.isVisible()
    assert window.mend.isEnabled()


def test_a_check_finds_damage_and_the_next_start_offers_the_repair(
    desk, pool, settled, monkeypatch
):
    said = []
    desk.kept  # noqa: B018 - the database is there
    examiner = Examiner(desk, pool, said.append)
    examiner.begin(soon=True)
    settled()
    assert said == []
    assert desk.kept.get("checked")
    monkeypatch.setattr(repair, "check", lambda _path: ("page 7: wrong",))
    examiner._later()  # checked a moment ago: not again within a week
    settled()
    assert said == []
    examiner.begin(soon=True)
    settled()
    assert "at the next start" in said[0]
    assert recovery.wish(desk.paths).exists()


@pytest.mark.usefixtures("_no_log")
def test_a_wish_is_offered_at_the_start(paths, qapp):
    Desk(paths, Settings()).database.close()
    recovery.wish(paths).touch()
    said = []

    def quit_(window):
        said.append(window.problem.text())
        window.leave.click()

    timer = in_window(quit_)
    assert build.run(paths, Settings(language="en", welcomed=True), None) == 1
    timer.stop()
    assert "found by a check" in said[0]
    assert recovery.wish(paths).exists()


def _error(paths):
    from agents.base import UserError

    return UserError("store.damaged", path=str(paths.database), reason="x")
