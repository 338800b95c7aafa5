"""Versions are whole, never change, and going back loses nothing."""

from __future__ import annotations

import dataclasses

import pytest

from agents.store.database import Database
from agents.store.draft_edits import DraftEdits
from agents.store.drafts import Drafts, Plan, Sentence
from agents.store.versions import Versions
from tests.store.test_drafts import PLAN, entry

ONE = Sentence("One.", ("a",), "supported", "E.", places=(3,))
TWO = Sentence("둘.", (), "flagged", "", "scholar.cites_nothing", "person", opens=True)


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    yield database
    database.close()


@pytest.fixture
def made(database):
    drafts = Drafts(database)
    id_ = drafts.start("t", "m", 0, "", PLAN)
    edits = DraftEdits(database)
    edits.replace(id_, 0, [ONE, TWO])
    drafts.finish(id_, "done")
    return drafts, Versions(database), id_


def texts(drafts, id_):
    return {p.index: [s.text for s in p.sentences] for p in drafts.load(id_).paragraphs}


def test_a_paragraph_is_replaced_as_a_whole(made):
    drafts, _versions, id_ = made
    assert drafts.load(id_).paragraphs[0].sentences == (ONE, TWO)
    before = drafts.list()[0].updated
    assert DraftEdits(drafts._database).replace(id_, 0, [ONE, TWO])
    assert drafts.list()[0].updated == before  # nothing changed
    assert DraftEdits(drafts._database).replace(id_, 0, [TWO])
    assert drafts.load(id_).paragraphs[0].sentences == (TWO,)
    assert DraftEdits(drafts._database).replace(id_, 0, [])
    assert drafts.load(id_).paragraphs == ()
    assert not DraftEdits(drafts._database).replace(999, 0, [ONE])


def test_headings_change_and_works_are_added(made):
    drafts, _versions, id_ = made
    assert DraftEdits(drafts._database).retitle(id_, 1, "새 제목")
    assert not DraftEdits(drafts._database).retitle(id_, 2, "x")
    assert not DraftEdits(drafts._database).retitle(999, 0, "x")
    assert [title for title, _keys in drafts.plan(id_).themes] == ["First", "새 제목"]
    DraftEdits(drafts._database).cite(id_, [entry("d"), entry("a"), entry("d")])
    assert [e.work.key for e in drafts.plan(id_).entries] == ["a", "b", "c", "d"]
    DraftEdits(drafts._database).replace(id_, 0, [dataclasses.replace(ONE, keys=("d",))])
    assert drafts.load(id_).report.unknown_keys == 0


def test_a_version_is_kept_once_and_comes_back_whole(made):
    drafts, versions, id_ = made
    first = versions.keep(id_, "export")
    assert first
    assert versions.keep(id_, "writing") == 0  # the same again
    DraftEdits(drafts._database).replace(id_, 0, [TWO])
    DraftEdits(drafts._database).retitle(id_, 0, "Other")
    second = versions.keep(id_, "named", name="Mine")
    assert [(v.id, v.reason, v.name, v.sentences) for v in versions.list(id_)] == [
        (second, "named", "Mine", 1),
        (first, "export", "", 2),
    ]
    (old, empty) = versions.load(first)
    assert (old.theme, old.sentences) == ("First", (ONE, TWO))
    assert (empty.theme, empty.sentences) == ("둘째", ())
    assert versions.load(999) == ()
    assert versions.keep(id_, "named", name="Again") == second  # the same: another name for it
    assert versions.list(id_)[0].name == "Again"


def test_going_back_keeps_what_there_is(made):
    drafts, versions, id_ = made
    first = versions.keep(id_, "named", name="First")
    DraftEdits(drafts._database).replace(id_, 0, [TWO])
    DraftEdits(drafts._database).replace(id_, 1, [ONE])
    DraftEdits(drafts._database).retitle(id_, 0, "Changed")
    kept = versions.restore(first)
    assert kept not in (0, first)
    assert texts(drafts, id_) == {0: ["One.", "둘."]}
    assert drafts.plan(id_).themes[0] == ("First", ("a", "b"))
    back = versions.restore(kept)
    assert back
    assert texts(drafts, id_) == {0: ["둘."], 1: ["One."]}
    assert drafts.plan(id_).themes[0][0] == "Changed"
    assert versions.restore(999) == 0


def test_editing_keeps_one_in_a_few_minutes(made, database):
    drafts, versions, id_ = made
    assert versions.keep(id_, "editing", minutes=5)
    DraftEdits(drafts._database).replace(id_, 0, [TWO])
    assert versions.keep(id_, "editing", minutes=5) == 0
    with database.write() as db:
        db.execute("update draft_version set made = '2020-01-01T00:00:00.000Z'")
    assert versions.keep(id_, "editing", minutes=5)


def test_old_versions_without_a_name_go_and_named_ones_stay(made, monkeypatch):
    drafts, versions, id_ = made
    monkeypatch.setattr("agents.store.versions._KEPT", 3)
    named = versions.keep(id_, "named", name="Mine")
    for number in range(6):
        DraftEdits(drafts._database).replace(id_, 0, [dataclasses.replace(ONE, text=f"{number}.")])
        versions.keep(id_, "export")
    found = versions.list(id_)
    assert len(found) == 4
    assert found[-1].id == named


def test_names_change_and_versions_go(made):
    _drafts, versions, id_ = made
    version = versions.keep(id_, "export")
    versions.rename(version, "이름")
    assert versions.list(id_)[0].name == "이름"
    versions.delete(version)
    assert versions.list(id_) == ()


def test_an_empty_draft_and_one_that_is_gone_have_no_versions(database):
    drafts, versions = Drafts(database), Versions(database)
    empty = drafts.start("t", "m", 0, "", Plan((), ()))
    assert versions.keep(empty, "writing") == 0
    assert versions.keep(999, "writing") == 0
    assert versions.now(999) == ()


def test_versions_go_with_their_draft(made):
    drafts, versions, id_ = made
    versions.keep(id_, "export")
    drafts.delete(id_)
    assert versions.list(id_) == ()


def test_a_heading_of_an_outline_is_planned_as_well(database):
    from agents.store.outlines import Outline, PlannedTheme

    drafts, edits, versions = Drafts(database), DraftEdits(database), Versions(database)
    outline = Outline((PlannedTheme(1, "First", ("a",)), PlannedTheme(2, "둘째")))
    id_ = drafts.start("t", "m", 0, "", PLAN, outline)
    edits.replace(id_, 0, [ONE])
    version = versions.keep(id_, "named", name="Before")
    assert edits.retitle(id_, 1, "Second")
    assert [theme.title for theme in drafts.begun(id_).outline.themes] == ["First", "Second"]
    assert drafts.plan(id_).themes[1][0] == "Second"
    versions.restore(version)
    assert drafts.begun(id_).outline == outline
    assert drafts.plan(id_).themes[1][0] == "둘째"
