"""`moadesk data`: backups are made, listed and gone back to, also where the database is broken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agents.store.conversations import Conversations
from agents.store.database import Database


@pytest.fixture
def file(tmp_path):
    return tmp_path / "home" / "data" / "moadesk.sqlite3"


def _titles(file):
    database = Database(file)
    found = [one.title for one in Conversations(database).list()]
    database.close()
    return found


def _start(file, title):
    database = Database(file)
    Conversations(database).start(title, "m")
    database.close()


def test_a_backup_is_made_listed_and_gone_back_to(moadesk, file):
    assert moadesk("data", "backups")[:2] == (1, "")
    _start(file, "first")
    made = Path(moadesk("data", "backup")[1].strip())
    _start(file, "second")
    assert moadesk("data", "backups")[1].split("\t")[:2] == [made.name, "wish"]
    code, out, _err = moadesk("data", "restore", made.name)
    assert code == 0
    assert _titles(file) == ["first"]
    listed = json.loads(moadesk("data", "backups", "--json")[1])
    kept = {one["reason"]: one["path"] for one in listed}
    assert set(kept) == {"restore", "wish"}
    assert kept["restore"] in out


def test_a_damaged_database_is_set_aside_for_it(moadesk, file):
    _start(file, "first")
    made = moadesk("data", "backup")[1].strip()
    file.write_bytes(b"no database" * 1000)
    code, out, _err = moadesk("data", "restore", made)
    assert code == 0
    assert "The damaged file is kept as" in out
    assert _titles(file) == ["first"]
    (aside,) = file.parent.glob("*broken*")
    assert aside.read_bytes() == b"no database" * 1000


def test_a_backup_that_is_not_there_is_a_sentence(moadesk, file):
    _start(file, "first")
    code, out, err = moadesk("data", "restore", "nothing.sqlite3")
    assert (code, out) == (1, "")
    assert "is not there any more" in err
