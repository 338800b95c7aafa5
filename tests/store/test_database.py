"""The database is what a user would miss most: it must never be lost or half-written."""

from __future__ import annotations

import contextlib
import errno
import sqlite3
import threading

import pytest

from agents.base import UserError
from agents.store import troubles
from agents.store.database import Database


@pytest.fixture
def database(tmp_path):
    made = Database(tmp_path / "new folder" / "한글.sqlite3")
    yield made
    made.close()


def test_a_write_is_undone_as_a_whole(database):
    def half():
        with database.write() as db:
            db.execute("insert into conversation (title) values ('lost')")
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - ours, raised above
        half()
    assert database.read().execute("select count(*) from conversation").fetchone() == (0,)
    with database.write() as db:
        db.execute("insert into conversation (title) values ('kept')")
    assert database.read().execute("select title from conversation").fetchone() == ("kept",)


def test_threads_have_connections_of_their_own_and_no_write_is_lost(database):
    def work():
        for _step in range(25):
            with database.write() as db:
                db.execute("insert into conversation (title) values ('x')")

    threads = [threading.Thread(target=work) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert database.read().execute("select count(*) from conversation").fetchone() == (100,)


def test_opening_again_migrates_nothing_twice(tmp_path):
    path = tmp_path / "data.sqlite3"
    first = Database(path)
    with first.write() as db:
        db.execute("insert into conversation (title) values ('kept')")
    first.close()
    second = Database(path)
    assert second.read().execute("select title from conversation").fetchall() == [("kept",)]
    second.close()


def test_a_newer_database_is_refused_with_a_sentence(tmp_path):
    path = tmp_path / "data.sqlite3"
    made = Database(path)
    with made.write() as db:
        db.execute("insert into migration (name) values ('9999_future.sql')")
    made.close()
    with pytest.raises(UserError) as caught:
        Database(path)
    assert caught.value.code == "store.newer"


def test_a_damaged_database_is_a_sentence(tmp_path):
    path = tmp_path / "data.sqlite3"
    path.write_bytes(b"this is not a database, it is a letter" * 100)
    with pytest.raises(UserError) as caught:
        Database(path)
    assert caught.value.code == "store.damaged"


def test_a_folder_in_the_way_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError) as caught:
        Database(tmp_path / "file" / "data.sqlite3")
    assert caught.value.code == "store.unwritable"


@pytest.mark.parametrize(
    ("harm", "reason"),
    [("pragma max_page_count = 1", "full"), ("pragma query_only = on", "readonly")],
)
def test_a_disk_that_takes_nothing_is_no_damage(tmp_path, monkeypatch, harm, reason):
    def migrate(database):
        with database.write() as db:
            db.execute(harm)
            db.execute("create table a (b)")

    monkeypatch.setattr(Database, "_migrate", migrate)
    with pytest.raises(UserError) as caught:
        Database(tmp_path / "data.sqlite3")
    assert caught.value.code == "store.unwritable"
    assert reason in caught.value.values["reason"]


def test_a_database_that_is_held_by_another_is_no_damage(tmp_path, monkeypatch):
    monkeypatch.setattr("agents.store.database.BUSY_SECONDS", 0.05)
    path = tmp_path / "data.sqlite3"
    Database(path).close()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(UserError) as caught:
            Database(path)
    assert caught.value.code == "store.unwritable"
    assert "locked" in caught.value.values["reason"]


def test_a_second_process_may_read_while_we_write(database):
    with database.write() as db:
        db.execute("insert into conversation (title) values ('open')")
        other = sqlite3.connect(database.path)
        assert other.execute("select count(*) from conversation").fetchone() == (0,)
        other.close()


def test_a_disk_that_fills_up_in_the_middle_undoes_the_piece_and_is_explained(database):
    with database.write() as db:
        db.execute("insert into conversation (title) values ('kept')")
        db.execute("pragma max_page_count = 1")  # what is there already is all there may be
    with pytest.raises(sqlite3.OperationalError) as caught, database.write() as db:
        db.execute("insert into conversation (title) values (?)", ["x" * 9_000_000])
    error = troubles.explained(caught.value)
    assert error.code == "store.disk"
    assert "full" in error.values["reason"]
    database.read().execute("pragma max_page_count = 1000000")
    with database.write() as db:  # nothing of the one before is still open
        db.execute("insert into conversation (title) values ('after')")
    titles = [
        row[0] for row in database.read().execute("select title from conversation order by id")
    ]
    assert titles == ["kept", "after"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOTCONN, "Transport endpoint is not connected"), True),
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (FileNotFoundError(errno.ENOENT, "No such file or directory"), False),
        (sqlite3.IntegrityError("UNIQUE constraint failed"), False),
        (ValueError("a bug"), False),
    ],
)
def test_only_the_disks_errors_are_the_disks(error, told):
    assert (troubles.explained(error) is not None) == told
