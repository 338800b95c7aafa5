"""Backups: made before a change, whole or not at all, and going back loses nothing."""

from __future__ import annotations

import sqlite3
import threading
from types import SimpleNamespace

import pytest

from agents.base import UserError
from agents.store import database as database_module
from agents.store.backups import Backups
from agents.store.conversations import Conversations
from agents.store.database import Database


@pytest.fixture
def path(tmp_path):
    return tmp_path / "moadesk.sqlite3"


@pytest.fixture
def database(path):
    made = Database(path)
    yield made
    made.close()


@pytest.fixture
def backups(database):
    return Backups(database)


def older(path, monkeypatch, last="0016"):
    """A database as an older version left it, with one conversation."""
    steps = database_module._steps
    with monkeypatch.context() as patch:
        patch.setattr(
            database_module,
            "_steps",
            lambda: [step for step in steps() if step.name[:4] <= last],
        )
        old = Database(path)
        with old.write() as db:
            db.execute("insert into conversation (title) values ('from before')")
        old.close()


def titles(file):
    connection = sqlite3.connect(file)
    found = [row[0] for row in connection.execute("select title from conversation")]
    connection.close()
    return found


def test_an_update_keeps_a_copy_of_what_was_before(path, monkeypatch):
    older(path, monkeypatch)
    database = Database(path)
    (backup,) = Backups(database).list()
    assert (backup.reason, titles(backup.path)) == ("update", ["from before"])
    connection = sqlite3.connect(backup.path)
    names = [row[0] for row in connection.execute("select name from migration order by name")]
    connection.close()
    assert names[-1].startswith("0016")
    database.close()
    again = Database(path)  # nothing is changed, so nothing is copied
    assert len(Backups(again).list()) == 1
    again.close()


def test_a_new_database_needs_no_copy(backups):
    assert backups.list() == ()


def test_without_room_for_a_copy_nothing_is_changed(path, monkeypatch):
    older(path, monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(
            "agents.store.copies.shutil.disk_usage", lambda _path: SimpleNamespace(free=0)
        )
        with pytest.raises(UserError) as caught:
            Database(path)
    assert caught.value.code == "store.no_backup"
    assert list((path.parent / "backups").glob("*")) == []
    connection = sqlite3.connect(path)
    (last,) = connection.execute("select max(name) from migration").fetchone()
    connection.close()
    assert last.startswith("0016")
    Database(path).close()


def test_a_copy_that_fails_midway_leaves_no_file(backups, path, monkeypatch):
    def full(_number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("agents.store.copies.os.fsync", full)
    with pytest.raises(UserError) as caught:
        backups.make()
    assert caught.value.code == "store.no_backup"
    assert list((path.parent / "backups").iterdir()) == []


def test_going_back_keeps_what_it_replaces(database, backups):
    kept = Conversations(database)
    kept.start("first", "m")
    backup = backups.make()
    second = kept.start("second", "m")
    kept.add(second, "user", "later", "done")
    replaced = backups.restore(backup.path)
    assert [talk.title for talk in kept.list()] == ["first"]
    assert titles(replaced.path) == ["first", "second"]
    backups.restore(replaced.path)
    assert {talk.title for talk in kept.list()} == {"first", "second"}
    assert [one.reason for one in backups.list()].count("restore") == 2


def test_threads_that_had_it_open_see_what_was_restored(database, backups):
    kept = Conversations(database)
    kept.start("first", "m")
    backup = backups.make()
    kept.start("second", "m")
    seen, restored, results = threading.Event(), threading.Event(), []

    def work():
        results.append(len(kept.list()))
        seen.set()
        restored.wait(20)
        results.append(len(kept.list()))
        kept.start("third", "m")

    thread = threading.Thread(target=work)
    thread.start()
    seen.wait(20)
    backups.restore(backup.path)
    restored.set()
    thread.join()
    assert results == [2, 1]
    assert {talk.title for talk in kept.list()} == {"first", "third"}


def test_an_older_backup_is_brought_up_to_date(path, monkeypatch):
    older(path, monkeypatch)
    database = Database(path)
    backups = Backups(database)
    Conversations(database).start("new", "m")
    backups.restore(backups.list()[-1].path)
    assert [talk.title for talk in Conversations(database).list()] == ["from before"]
    assert Conversations(database).start("works", "m") == 2
    database.close()


@pytest.mark.parametrize("damage", ["gone", "letter", "cut", "foreign", "newer"])
def test_a_bad_backup_is_a_sentence_and_changes_nothing(database, backups, damage):
    kept = Conversations(database)
    for number in range(300):
        kept.add(kept.start(f"title {number}", "m"), "user", "words " * 50, "done")
    backup = backups.make()
    file = database.path.parent / "backups" / backup.path.rsplit("/", 1)[-1]
    code = "store.backup_damaged"
    if damage == "gone":
        file.unlink()
        code = "store.backup_gone"
    elif damage == "letter":
        file.write_text("this is a letter" * 100)
    elif damage == "cut":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    else:
        file.unlink() if damage == "foreign" else None
        other = sqlite3.connect(file)
        if damage == "foreign":
            other.execute("create table recipe (name text)")
        else:
            other.execute("insert into migration (name) values ('9999_future.sql')")
            code = "store.newer"
        other.commit()
        other.close()
    with pytest.raises(UserError) as caught:
        backups.restore(backup.path)
    assert caught.value.code == code
    assert len(kept.list()) == 300
    assert [one.reason for one in backups.list() if one.reason == "restore"] == []


def test_a_writer_in_the_way_is_a_sentence_and_changes_nothing(database, backups, monkeypatch):
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.2)
    kept = Conversations(database)
    backup = backups.make()
    kept.start("kept", "m")
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("begin immediate")
    database.read().execute("pragma busy_timeout = 50")
    with pytest.raises(UserError) as caught:
        backups.restore(backup.path)
    assert caught.value.code == "store.busy"
    other.execute("rollback")
    other.close()
    assert [talk.title for talk in kept.list()] == ["kept"]


def test_only_the_latest_that_nobody_asked_for_are_kept(backups):
    wish = backups.make()
    for _time in range(8):
        backups.make("restore")
    reasons = [one.reason for one in backups.list()]
    assert (reasons.count("restore"), reasons.count("wish")) == (5, 1)
    backups.delete(wish.path)
    backups.delete(wish.path)
    assert "wish" not in [one.reason for one in backups.list()]
