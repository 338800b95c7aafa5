"""A damaged database costs what lay on the damaged pages, and nothing else is ever lost."""

from __future__ import annotations

import contextlib
import random
import sqlite3

import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.store import repair
from agents.store.database import Database
from agents.store.repair import Repair, RepairRequest

PAGE = 4096
ROWS = 3000


@pytest.fixture
def path(tmp_path):
    """A database with a few thousand conversations of one page each, and a translation memory."""
    path = tmp_path / "desk.sqlite3"
    database = Database(path)
    dice = random.Random(5)
    with database.write() as db:
        for number in range(ROWS):
            title = f"{number} {dice.randbytes(300).hex()}"
            db.execute("insert into conversation (id, title) values (?, ?)", [number + 1, title])
        db.execute("insert into kept (name, value) values ('x', '1')")
    database.close()
    return path


def run(path, cancel=None):
    return list(Repair().run(RepairRequest(path), cancel or CancelToken()))[-1]


def titles(path):
    with contextlib.closing(sqlite3.connect(path)) as db:
        return {row[0]: row[1] for row in db.execute("select id, title from conversation")}


def spoil(path, pages):
    """Overwrite whole pages."""
    content = bytearray(path.read_bytes())
    for page in pages:
        content[page * PAGE : (page + 1) * PAGE] = b"\xa5" * PAGE
    path.write_bytes(bytes(content))


def leaves(path):
    """Numbers (from 0) of the pages that hold conversations and nothing else."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        try:
            rows = db.execute(
                "select pageno - 1 from dbstat where name = 'conversation' and pagetype = 'leaf'"
            ).fetchall()
            return [row[0] for row in rows]
        except sqlite3.OperationalError:  # built without dbstat
            content = path.read_bytes()
            return [
                number
                for number in range(1, len(content) // PAGE)
                if content[number * PAGE] == 13 and b" " in content[number * PAGE :][:PAGE]
            ]


def test_a_whole_database_has_nothing_wrong(path, tmp_path):
    assert repair.check(path) == ()
    assert repair.check(tmp_path / "none") == ()


def test_a_whole_database_is_copied_whole(path):
    before = titles(path)
    done = run(path)
    assert done.harmed == ()
    assert titles(path) == before
    assert repair.check(path) == ()
    database = Database(path)
    assert database.read().execute("select value from kept").fetchall() == [("1",)]
    database.close()


def test_damaged_pages_cost_only_their_rows(path):
    before = titles(path)
    pages = leaves(path)
    assert len(pages) > 100
    broken = [pages[20], pages[21], pages[70]]
    spoil(path, broken)
    assert repair.check(path)
    done = run(path)
    after = titles(path)
    assert done.harmed == ("conversation",)
    assert repair.check(path) == ()
    assert len(before) - 12 * len(broken) <= len(after) < len(before)
    assert all(before[number] == title for number, title in after.items())
    assert max(after) == ROWS
    assert min(after) == 1


def test_the_damaged_file_is_kept_as_it_was(path):
    spoil(path, leaves(path)[5:6])
    content = path.read_bytes()
    done = run(path)
    assert done.aside.read_bytes() == content
    assert done.aside != path
    again = run(path)
    assert again.aside != done.aside


def test_a_file_that_is_no_database_begins_anew_and_is_kept(tmp_path):
    path = tmp_path / "desk.sqlite3"
    path.write_bytes(b"this is not a database" * 1000)
    with pytest.raises(UserError) as caught:
        Database(path)
    assert caught.value.code == "store.damaged"
    done = run(path)
    assert done.rows == 0
    assert done.aside.read_bytes() == b"this is not a database" * 1000
    database = Database(path)
    assert database.read().execute("select count(*) from conversation").fetchone() == (0,)
    database.close()


def test_what_waits_in_the_log_beside_it_is_saved_too(path, tmp_path):
    database = Database(path)
    with database.write() as db:
        db.execute("insert into conversation (id, title) values (9999, 'in the log')")
    copy = tmp_path / "copy" / "desk.sqlite3"
    copy.parent.mkdir()
    for suffix in ("", "-wal"):
        source = path.with_name(path.name + suffix)
        copy.with_name(copy.name + suffix).write_bytes(source.read_bytes())
    database.close()
    run(copy)
    assert titles(copy)[9999] == "in the log"
    assert not copy.with_name(copy.name + "-wal").exists()


def test_rows_without_their_owner_are_taken_out(tmp_path):
    path = tmp_path / "desk.sqlite3"
    database = Database(path)
    with database.write() as db:
        db.execute("pragma defer_foreign_keys = on")
        db.execute("insert into conversation (id, title) values (1, 'kept')")
    database.close()
    with contextlib.closing(sqlite3.connect(path)) as db:
        owned = [
            (table, row[3])
            for (table,) in db.execute("select name from sqlite_master where type = 'table'")
            for row in db.execute(f"pragma foreign_key_list('{table}')")
            if row[2] == "conversation"
        ]
        table, column = owned[0]
        columns = [r for r in db.execute(f"pragma table_info('{table}')") if r[3] or r[1] == column]
        names = [r[1] for r in columns if not r[5]]
        for owner in (1, 77):
            plain = {"state": "done", "role": "user"}
            values = [owner if name == column else plain.get(name, "1") for name in names]
            marks = ", ".join("?" * len(names))
            db.execute(f"insert into {table} ({', '.join(names)}) values ({marks})", values)  # noqa: S608
        db.commit()
    run(path)
    with contextlib.closing(sqlite3.connect(path)) as db:
        assert db.execute(f"select {column} from {table}").fetchall() == [(1,)]  # noqa: S608
        assert db.execute("pragma foreign_key_check").fetchall() == []


def test_stopping_leaves_the_database_as_it_was(path):
    content = path.read_bytes()
    cancel = CancelToken()
    with pytest.raises(CancelledError):
        for _event in Repair().run(RepairRequest(path), cancel):
            cancel.cancel()
    assert path.read_bytes() == content
    assert not list(path.parent.glob("*.mended*"))


def test_too_little_room_is_a_sentence(path, monkeypatch):
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr(repair.shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(UserError) as caught:
        run(path)
    assert caught.value.code == "store.repair_room"
    assert len(list(path.parent.iterdir())) == 1
