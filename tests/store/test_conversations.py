"""Conversations survive whatever ends them."""

from __future__ import annotations

import pytest

from agents.store import owner
from agents.store.conversations import Conversations
from agents.store.database import Database


@pytest.fixture
def kept(tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    yield Conversations(database)
    database.close()


def test_a_conversation_keeps_its_turns_in_order(kept):
    talk = kept.start("  How long\n does it take? " + "x" * 100, "lfm")
    kept.add(talk, "user", "How long?", "done")
    answer = kept.add(talk, "assistant", "", "writing", "LFM")
    kept.grow(answer, "Three")
    kept.finish(answer, "Three hours.", "done", tokens=3, seconds=0.5)
    question, reply = kept.turns(talk)
    assert (question.role, question.content) == ("user", "How long?")
    assert (reply.content, reply.state, reply.model, reply.tokens) == (
        "Three hours.",
        "done",
        "LFM",
        3,
    )
    listed = kept.list()[0]
    assert listed.title.startswith("How long does it take? xxx")
    assert len(listed.title) == 60


def test_the_latest_conversation_is_first(kept):
    first = kept.start("first", "m")
    second = kept.start("second", "m")
    kept.add(first, "user", "again", "done")
    assert [talk.id for talk in kept.list()] == [first, second]


@pytest.mark.parametrize(
    ("search", "found"),
    [("부산", {"b"}), ("100%", {"a"}), ("100_", set()), ("a", {"a"}), ("\\", set()), ("'", set())],
)
def test_search_reads_titles_and_texts_literally(kept, search, found):
    for title, text in (("a", "it costs 100% more"), ("b", "서울에서 부산까지")):
        kept.add(kept.start(title, "m"), "user", text, "done")
    assert {talk.title for talk in kept.list(search)} == found


def test_deleting_deletes_the_turns_too(kept):
    talk = kept.start("t", "m")
    kept.add(talk, "user", "secret", "done")
    kept.delete(talk)
    assert kept.list() == ()
    assert kept.turns(talk) == ()
    assert not kept.exists(talk)


def test_only_what_a_dead_process_left_is_marked_interrupted(kept):
    talk = kept.start("t", "m")
    mine = kept.add(talk, "assistant", "half", "writing")
    orphan = kept.add(talk, "assistant", "half an", "writing")
    with kept._database.write() as db:
        db.execute("update turn set owner = '999999999:1.00' where id = ?", [orphan])
    assert kept.mark_interrupted() == 1
    states = {turn.id: turn.state for turn in kept.turns(talk)}
    assert states == {mine: "writing", orphan: "interrupted"}


def test_a_process_knows_itself_and_not_a_stranger():
    assert owner.alive(owner.me())
    pid = owner.me().split(":")[0]
    assert not owner.alive(f"{pid}:1.00")
    assert not owner.alive("nonsense")
    assert not owner.alive("")


def test_renaming_is_seen_in_the_list(kept):
    talk = kept.start("old", "m")
    kept.rename(talk, "새 이름")
    assert kept.list()[0].title == "새 이름"
