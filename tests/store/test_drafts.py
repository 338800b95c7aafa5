"""Drafts are kept sentence by sentence, whatever ends them."""

from __future__ import annotations

import pytest

from agents.store import owner
from agents.store.database import Database
from agents.store.drafts import Drafts, Plan, Sentence
from agents.store.library import Entry, Work


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    yield database
    database.close()


def entry(key):
    return Entry(
        Work(0, key, "misc", f"Title {key}", ("Kim, A",), "2000", "", "Text."), f"@misc{{{key}}}"
    )


PLAN = Plan((("First", ("a", "b")), ("둘째", ("c",))), (entry("a"), entry("b"), entry("c")), 5)


def test_a_draft_comes_back_as_it_was_made(database):
    drafts = Drafts(database)
    id_ = drafts.start("A topic", "m", 1, "", PLAN)
    made = Sentence("한 문장.", ("c",), "flagged", "", "scholar.no_abstract", "title")
    drafts.add(id_, 1, 0, made)
    drafts.add(id_, 0, 1, Sentence("Two.", ("b", "zzz"), "supported", "Text."))
    drafts.finish(id_, "stopped")
    draft = drafts.load(id_)
    assert [(p.index, p.theme) for p in draft.paragraphs] == [(0, "First"), (1, "둘째")]
    assert draft.paragraphs[1].sentences == (made,)
    assert [work.key for work in draft.works] == ["b", "c"]
    assert [item.raw for item in draft.entries] == ["@misc{b}", "@misc{c}"]
    assert draft.report.unknown_keys == 1
    assert (draft.report.citations, draft.report.sentences) == (3, 2)
    assert (draft.report.supported, draft.report.flagged) == (1, 1)
    assert drafts.plan(id_) == PLAN
    (row,) = drafts.list()
    assert (row.state, row.sentences, row.flagged) == ("stopped", 2, 1)


def test_what_a_dead_process_left_is_interrupted_and_can_be_gone_on_with(database):
    drafts = Drafts(database)
    mine, dead = drafts.start("t", "m", 0, "", PLAN), drafts.start("t", "m", 0, "", PLAN)
    with database.write() as db:
        db.execute("update draft set owner = '999999:1.00' where id = ?", [dead])
    assert drafts.mark_interrupted() == 1
    assert drafts.load(dead).state == "interrupted"
    assert drafts.load(mine).state == "writing"
    assert not drafts.go_on(mine, "m")  # we are alive and writing it
    assert drafts.go_on(dead, "other")
    assert drafts.load(dead).model == "other"
    drafts.finish(dead, "done")
    assert not drafts.go_on(dead, "m")
    assert owner.alive(owner.me())


def test_deleted_drafts_are_gone(database):
    drafts = Drafts(database)
    id_ = drafts.start("t", "m", 0, "", PLAN)
    drafts.add(id_, 0, 0, Sentence("x.", ("a",), "supported"))
    drafts.delete(id_)
    assert drafts.load(id_) is None
    assert drafts.plan(id_) is None
    assert drafts.list() == ()
    assert database.read().execute("select count(*) from draft_sentence").fetchone()[0] == 0
