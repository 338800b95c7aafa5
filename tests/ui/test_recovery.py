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


def _with_backup(paths, title):
    """A desk with one conversation, its backup, and a database that was damaged afterwards."""
    desk = Desk(paths, Settings())
    desk.conversations.start(title, "m")
    desk.backups.make()
    desk.close()
    paths.database.write_bytes(b"this is not a database" * 100)


def test_a_backup_can_be_gone_back_to(paths, theme, qapp):
    _with_backup(paths, "from before")

    def go_back(window):
        assert window.going_back.isVisible()
        assert "made by you" in window.choice.currentText()
        window.restore.click()

    timer = in_window(go_back)
    done = recovery.offer(paths, theme, _error(paths))
    timer.stop()
    assert done.aside.read_bytes() == b"this is not a database" * 100
    assert "was restored" in recovery.told(done)
    assert done.aside.name in recovery.told(done)
    desk = Desk(paths, Settings())
    assert [one.title for one in desk.conversations.list()] == ["from before"]
    desk.close()


def test_a_bad_backup_is_a_sentence_and_changes_nothing(paths, pool, theme, qtbot, settled):
    _with_backup(paths, "x")
    (backup,) = (paths.data / "backups").iterdir()
    backup.write_bytes(b"a letter" * 100)
    content = paths.database.read_bytes()
    window = RecoveryWindow(paths, pool, theme, "It is damaged.")
    qtbot.addWidget(window)
    window.show()
    window.restore.click()
    settled()
    assert "Choose another one." in window.words.text()
    assert window.restore.isEnabled()
    assert window.mend.isEnabled()
    assert paths.database.read_bytes() == content
    assert [one.name for one in paths.data.glob("*broken*")] == []


def test_without_a_backup_none_is_offered(damaged, pool, theme, qtbot):
    window = RecoveryWindow(damaged, pool, theme, "It is damaged.")
    qtbot.addWidget(window)
    window.show()
    assert not window.going_back.isVisible()


def _error(paths):
    from agents.base import UserError

    return UserError("store.damaged", path=str(paths.database), reason="x")
