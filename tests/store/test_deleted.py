"""Deleted is deleted: the words are not in the bytes of the files any more."""

from __future__ import annotations

import random
import threading

import pytest

from agents.store.conversations import Conversations
from agents.store.database import Database

SECRET = "비밀번호는 사과나무"  # noqa: S105 - nobody's


@pytest.fixture
def database(tmp_path):
    made = Database(tmp_path / "data.sqlite3")
    yield made
    made.close()


def remains(database, words=SECRET):
    """The files of the database in which the words stand."""
    files = sorted(database.path.parent.glob(f"{database.path.name}*"))
    return [file.name for file in files if words.encode() in file.read_bytes()]


def talk_of(kept, words, times=40, seed=1):
    """A conversation whose answers grow, as they do while a model writes."""
    chance = random.Random(seed)
    talk = kept.start(words, "m")
    for _number in range(times):
        kept.add(talk, "user", f"{words} " * chance.randint(1, 30), "done")
        turn = kept.add(talk, "assistant", "", "writing")
        text = ""
        for _step in range(6):
            text += f"{words} " * chance.randint(1, 90)
            kept.grow(turn, text)
        kept.finish(turn, text, "done")
    return talk


def test_nothing_of_a_deleted_conversation_is_left(database):
    kept = Conversations(database)
    other = talk_of(kept, "무해한 이야기", seed=2)
    talk = talk_of(kept, SECRET)
    talk_of(kept, "또 다른 이야기", times=10, seed=3)
    assert remains(database) != []
    kept.delete(talk)
    assert kept.forget_traces()
    assert remains(database) == []
    assert len(kept.turns(other)) == 80
    grams = database.read().execute(
        "select count(*) from turn_words where turn_words match '\"사과나\"'"
    )
    assert grams.fetchone() == (0,)


def test_also_what_was_written_before_anything_was_overwritten(database):
    kept = Conversations(database)
    with database.write() as db:
        db.execute("insert into conversation (id, title) values (1, 't')")
        db.execute("insert into turn (conversation, role, content) values (1, 'user', ?)", [SECRET])
    with database.write() as db:
        db.execute("update turn set content = 'short'")  # not private: the old words may stay
    kept.delete(1)
    assert kept.forget_traces()
    assert remains(database) == []


def test_a_database_too_large_to_be_written_anew_overwrites_the_words(database, monkeypatch):
    monkeypatch.setattr(Database.compact, "__defaults__", (0,))
    kept = Conversations(database)
    talk = talk_of(kept, SECRET)
    talk_of(kept, "무해한 이야기", times=10, seed=2)
    kept.delete(talk)
    assert not kept.forget_traces()
    assert remains(database) == []


def test_a_reader_in_the_way_is_said_and_later_it_works(database):
    kept = Conversations(database)
    talk = talk_of(kept, SECRET, times=4)
    holding, done = threading.Event(), threading.Event()

    def read():
        cursor = database.read().execute("select content from turn")
        cursor.fetchone()
        holding.set()
        done.wait(20)
        cursor.close()

    reader = threading.Thread(target=read)
    reader.start()
    holding.wait(20)
    database.read().execute("pragma busy_timeout = 50")
    kept.delete(talk)
    assert not kept.forget_traces()
    done.set()
    reader.join()
    assert kept.forget_traces()
    assert remains(database) == []
