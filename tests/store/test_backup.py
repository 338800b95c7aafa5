"""The copy from before a migration: whole, of the state before, and not kept for ever."""

from __future__ import annotations

import os
import sqlite3
import time
from types import SimpleNamespace

import pytest

from agents.base import UserError
from agents.store import backup
from agents.store.database import Database

TITLE = "insert into conversation (title) values ('kept')"


@pytest.fixture
def old(tmp_path):
    """A database that lacks the last migration, with a conversation in it."""
    path = tmp_path / "한글 폴더" / "moadesk.sqlite3"
    made = Database(path)
    with made.write() as db:
        db.execute(TITLE)
        db.execute("delete from migration where name = (select max(name) from migration)")
    made.close()
    return path


def _last(path):
    with sqlite3.connect(path) as db:
        return db.execute("select count(*) from migration").fetchone()[0]


@pytest.fixture
def harmless(monkeypatch):
    """The last migration was already applied: doing it again must not fail the test."""
    from agents.store import database

    monkeypatch.setattr(database, "_statements", lambda _script: iter(()))


def test_before_a_migration_the_database_is_copied(old, harmless):
    steps = _last(old)
    Database(old).close()
    (copy,) = old.parent.glob("*.before-*")
    with sqlite3.connect(copy) as db:
        assert db.execute("select title from conversation").fetchall() == [("kept",)]
    assert _last(copy) == steps
    assert _last(old) == steps + 1


def test_a_new_database_and_one_that_is_up_to_date_are_not_copied(tmp_path):
    path = tmp_path / "moadesk.sqlite3"
    Database(path).close()
    Database(path).close()
    assert not list(tmp_path.glob("*.before-*"))


def test_without_room_for_the_copy_nothing_is_changed(old, harmless, monkeypatch):
    steps = _last(old)
    monkeypatch.setattr(backup.shutil, "disk_usage", lambda _path: SimpleNamespace(free=1 << 20))
    with pytest.raises(UserError) as caught:
        Database(old)
    assert caught.value.code == "store.no_room"
    assert _last(old) == steps
    assert not list(old.parent.glob("*.before-*"))


def test_a_copy_that_fails_leaves_no_half_of_it(old, harmless, monkeypatch):
    def broken(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(old), "replace", broken)
    with pytest.raises(UserError) as caught:
        Database(old)
    assert caught.value.code == "store.unwritable"
    assert not list(old.parent.glob("*.before-*"))


def test_only_the_newest_copy_is_kept_and_for_two_weeks(old, harmless):
    earlier = backup.before(old, "0001_first.sql")
    earlier.write_bytes(b"earlier")
    Database(old).close()
    (copy,) = old.parent.glob("*.before-*")
    assert copy != earlier
    Database(old).close()
    assert copy.exists()
    long_ago = time.time() - backup.KEPT_SECONDS - 60
    os.utime(copy, (long_ago, long_ago))
    Database(old).close()
    assert not copy.exists()
