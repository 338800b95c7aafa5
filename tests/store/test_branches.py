"""The tree of messages: nothing is lost by editing, and every branch can be shown again."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from agents.store.conversations import Conversations
from agents.store.database import MIGRATIONS, Database, _statements


@pytest.fixture
def kept(tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    yield Conversations(database)
    database.close()


def texts(kept, talk):
    return [turn.content for turn in kept.turns(talk)]


def grown(kept, *said):
    """A conversation in which user and model take turns."""
    talk = kept.start(said[0], "m")
    turns = [
        kept.add(talk, ("user", "assistant")[number % 2], text, "done")
        for number, text in enumerate(said)
    ]
    return talk, turns


def test_an_edited_question_is_a_branch_and_the_old_one_stays(kept):
    talk, turns = grown(kept, "one", "first", "two", "second")
    edited = kept.add(talk, "user", "two, otherwise", "done", parent=turns[1])
    kept.add(talk, "assistant", "other", "done", parent=edited)
    assert texts(kept, talk) == ["one", "first", "two, otherwise", "other"]
    assert [turn.siblings for turn in kept.turns(talk)] == [(), (), (turns[2], edited), ()]
    assert kept.switch(talk, turns[2])
    assert texts(kept, talk) == ["one", "first", "two", "second"]


def test_an_answer_given_again_is_a_branch(kept):
    talk, turns = grown(kept, "one", "first", "two", "second")
    again = kept.add(talk, "assistant", "first, again", "done", parent=turns[0])
    assert texts(kept, talk) == ["one", "first, again"]
    assert kept.turns(talk)[1].siblings == (turns[1], again)
    kept.add(talk, "user", "three", "done")
    kept.switch(talk, turns[1])
    assert texts(kept, talk) == ["one", "first", "two", "second"]
    kept.switch(talk, again)
    assert texts(kept, talk) == ["one", "first, again", "three"]


def test_the_first_question_can_be_edited_too(kept):
    talk, turns = grown(kept, "one", "first")
    kept.add(talk, "user", "another one", "done", parent=0)
    assert texts(kept, talk) == ["another one"]
    assert kept.turns(talk)[0].siblings[0] == turns[0]
    assert kept.switch(talk, turns[0])
    assert texts(kept, talk) == ["one", "first"]


def test_an_answer_that_comes_late_does_not_take_the_other_branch_away(kept):
    talk, turns = grown(kept, "one", "first", "two", "second")
    edited = kept.add(talk, "user", "slow", "done", parent=turns[1])
    kept.switch(talk, turns[2])  # while the model is being loaded
    kept.add(talk, "assistant", "late", "writing", parent=edited)
    assert texts(kept, talk) == ["one", "first", "two", "second"]
    kept.switch(talk, edited)
    assert texts(kept, talk) == ["one", "first", "slow", "late"]


def test_revealing_a_message_changes_the_branch_only_if_it_must(kept):
    talk, turns = grown(kept, "one", "first", "two", "second")
    other = kept.add(talk, "user", "other", "done", parent=turns[1])
    kept.switch(talk, turns[2])
    assert kept.reveal(talk, turns[0])
    assert texts(kept, talk)[-1] == "second"
    assert kept.reveal(talk, other)
    assert texts(kept, talk) == ["one", "first", "other"]
    assert not kept.reveal(talk, 9999)
    assert not kept.switch(talk, 9999)


@pytest.mark.parametrize("state", ["stopped", "interrupted"])
def test_an_answer_without_a_word_gives_way_to_the_newest_of_the_others(kept, state):
    talk, turns = grown(kept, "one", "first", "two", "second")
    empty = kept.add(talk, "assistant", "", "writing", parent=turns[0])
    assert texts(kept, talk) == ["one", ""]
    kept.finish(empty, "", state)
    assert texts(kept, talk) == ["one", "first", "two", "second"]
    assert kept.turns(talk)[1].siblings == ()


def test_an_answer_without_a_word_stays_where_it_is_the_only_one(kept):
    talk, _turns = grown(kept, "one")
    empty = kept.add(talk, "assistant", "", "writing")
    kept.finish(empty, "", "interrupted")
    assert [turn.state for turn in kept.turns(talk)] == ["done", "interrupted"]


def test_what_a_dead_process_left_without_a_word_gives_way(kept):
    talk, turns = grown(kept, "one", "first")
    kept.add(talk, "assistant", "", "writing", parent=turns[0])
    with kept._database.write() as db:
        db.execute("update turn set owner = '1:0.00' where state = 'writing'")
    assert kept.mark_interrupted() == 1
    assert texts(kept, talk) == ["one", "first"]


def test_a_message_of_another_conversation_is_not_shown(kept):
    _talk, turns = grown(kept, "one", "first")
    other, _more = grown(kept, "theirs", "answer")
    assert not kept.switch(other, turns[1])
    assert kept.path(other, turns[1]) == ()
    assert texts(kept, other) == ["theirs", "answer"]


def test_ten_thousand_messages_in_one_line_are_read_and_deleted(kept):
    talk = kept.start("long", "m")
    with kept._database.write() as db:
        db.connection.executemany(
            "insert into turn (conversation, role, content, parent) values (?, 'user', ?, ?)",
            [(talk, f"message {number}", number) for number in range(10_000)],
        )
        db.execute("update conversation set shown = 10000 where id = ?", [talk])
    assert len(kept.turns(talk)) == 10_000
    kept.delete(talk)
    assert kept.turns(talk) == ()


def test_branches_grow_from_several_threads(kept):
    talk, turns = grown(kept, "one", "first")

    def work(number):
        kept.add(talk, "assistant", f"again {number}", "done", parent=turns[0])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept.turns(talk)[1].siblings) == 9


def test_a_deleted_conversations_number_is_not_given_again(kept):
    first = kept.start("first", "m")
    kept.delete(first)
    assert kept.start("second", "m") > first


def test_older_conversations_become_one_branch(tmp_path):
    """A database of before is migrated with everything in its place."""
    from importlib.resources import files

    path = tmp_path / "old.sqlite3"
    old = sqlite3.connect(path)
    old.execute("create table migration (name text primary key, at text default current_timestamp)")
    for step in sorted(files("agents.store").joinpath(MIGRATIONS).iterdir(), key=lambda e: e.name):
        if not step.name.endswith(".sql") or step.name >= "0017":
            continue
        for statement in _statements(step.read_text("utf-8")):
            old.execute(statement)
        old.execute("insert into migration (name) values (?)", [step.name])
    old.execute("insert into conversation (id, title) values (3, 'mine'), (7, 'other')")
    for talk, role, text in [(3, "user", "부산까지"), (7, "user", "x"), (3, "assistant", "350 km")]:
        old.execute(
            "insert into turn (conversation, role, content) values (?, ?, ?)", [talk, role, text]
        )
    old.commit()
    old.close()
    database = Database(path)
    kept = Conversations(database)
    assert texts(kept, 3) == ["부산까지", "350 km"]
    assert [talk.id for talk in kept.list("부산까지")] == [3]
    assert not kept.rename(3, "by a model", by="model")  # who gave the old title is not known
    assert kept.start("new", "m") == 8
    database.close()
