"""Folders, pins and titles of conversations."""

from __future__ import annotations

import pytest

from agents.base import UserError
from agents.store.conversations import Conversations
from agents.store.database import Database
from agents.store.folders import Folders


@pytest.fixture
def database(tmp_path):
    made = Database(tmp_path / "data.sqlite3")
    yield made
    made.close()


@pytest.fixture
def kept(database):
    return Conversations(database)


@pytest.fixture
def folders(database):
    return Folders(database)


def test_a_folder_holds_conversations_and_deletes_none(kept, folders):
    one, two = kept.start("one", "m"), kept.start("two", "m")
    folder = folders.make("  논문   작업 ")
    assert [(each.id, each.name) for each in folders.list()] == [(folder, "논문 작업")]
    folders.put((one, two), folder)
    assert {talk.folder for talk in kept.list()} == {folder}
    folders.put((two,), 0)
    assert kept.one(two).folder == 0
    assert folders.delete(folder) == (one,)
    assert kept.one(one).folder == 0
    assert folders.list() == ()


def test_two_folders_never_have_one_name(folders):
    first = folders.make("Work")
    folders.make("work")
    assert [each.name for each in folders.list()] == ["Work", "work 2"]
    folders.rename(first, "WORK")  # its own name is not in its way
    with pytest.raises(UserError) as caught:
        folders.rename(first, "Work 2")
    assert caught.value.code == "chat.folder_taken"


def test_a_folder_that_is_gone_is_none(kept, folders):
    talk = kept.start("one", "m")
    folders.put((talk,), 99)
    assert kept.one(talk).folder == 0


def test_pinned_conversations_come_first(kept):
    first, second = kept.start("first", "m"), kept.start("second", "m")
    kept.pin(first, pinned=True)
    kept.add(second, "user", "later", "done")
    assert [talk.id for talk in kept.list()] == [first, second]
    kept.pin(first, pinned=False)
    assert [talk.id for talk in kept.list()] == [second, first]


def test_a_model_never_writes_over_a_title_that_was_given(kept):
    talk = kept.start("How long does it take?", "m")
    assert kept.one(talk).titled == "question"
    assert kept.rename(talk, "Travel time", by="model")
    assert not kept.rename(talk, "Another", by="model")
    assert kept.rename(talk, "Mine")
    assert not kept.rename(talk, "A model's again", by="model")
    assert (kept.one(talk).title, kept.one(talk).titled) == ("Mine", "user")
    assert kept.one(999) is None


def test_a_limit_leaves_out_only_old_ones_that_stand_nowhere(kept, folders):
    talks = [kept.start(f"talk {number}", "m") for number in range(6)]
    folder = folders.make("kept")
    folders.put((talks[0],), folder)
    kept.pin(talks[1], pinned=True)
    assert {one.id for one in kept.list(limit=2)} == {*talks[:2], *talks[4:]}
    assert len(kept.list(limit=-1)) == 6
    assert [one.id for one in kept.list("talk", limit=2)] == [talks[1], talks[5]]
