"""Writing parts of a draft anew: what a person wrote stays, and what was stopped goes on."""

from __future__ import annotations

import dataclasses

import pytest

from agents.base import CancelledError, CancelToken
from agents.scholar import steps
from agents.scholar.events import (
    AlternativesFound,
    DraftDone,
    DraftRequest,
    ParagraphDone,
    RewriteRequest,
)
from tests.scholar.conftest import ON_TOPIC, TOPIC
from tests.scholar.test_draft import draft, echo
from tests.scholar.test_steps import sentences, written


def test_a_paragraph_is_written_anew_alone(scholar, bib_file):
    answers = {"first": True}

    def say(request):
        return echo(request) if answers["first"] else "no"

    agent = scholar(say)
    made = draft(agent, DraftRequest(TOPIC, "m", bib_file))[-1].draft
    answers["first"] = False
    outline = agent.drafts.begun(made.id).outline
    locked = next(s for s in outline.themes[0].sentences if s.kind == "claim")
    assert agent.drafts.replan(made.id, steps.lock(outline, locked.id, on=True))
    # a lock alone changes nothing that is written
    assert sentences(agent.drafts.load(made.id)) == sentences(made)
    events = draft(agent, RewriteRequest(made.id, "m", 0))
    again = events[-1].draft
    assert isinstance(events[-1], DraftDone)
    assert [p.index for p in events if isinstance(p, ParagraphDone)] == [0]
    assert again.paragraphs[1:] == made.paragraphs[1:]
    assert again.state == "done"
    before = {s.planned: s for s in made.paragraphs[0].sentences}
    for sentence in again.paragraphs[0].sentences:
        if sentence.planned == locked.id:
            assert sentence == before[locked.id]
        elif sentence.origin != "lead":
            assert sentence.origin == "quote"


def test_what_a_person_wrote_is_not_written_anew(scholar, bib_file):
    agent = scholar(echo)
    made = draft(agent, DraftRequest(TOPIC, "m", bib_file))[-1].draft
    at, claim = next(
        (at, s) for at, s in enumerate(made.paragraphs[0].sentences) if s.origin != "lead"
    )
    mine = dataclasses.replace(claim, text="My own words for it.", origin="person")
    agent.drafts.add(made.id, 0, at, mine)
    again = draft(agent, RewriteRequest(made.id, "m", 0))[-1].draft
    assert again.paragraphs[0].sentences[at] == mine


def test_other_wordings_are_offered_and_none_is_stored(scholar, bib_file):
    agent = scholar("no")
    made = draft(agent, DraftRequest(TOPIC, "m", bib_file))[-1].draft
    claim = next(s for s in made.paragraphs[0].sentences if s.origin == "quote")
    events = draft(agent, RewriteRequest(made.id, "m", 0, claim.planned, alternatives=2))
    found = events[-1]
    assert isinstance(found, AlternativesFound)
    assert found.sentences
    assert all(s.text != claim.text and s.keys == claim.keys for s in found.sentences)
    assert agent.drafts.load(made.id) == made


def test_a_cancelled_rewriting_keeps_the_old_words(scholar, bib_file):
    agent = scholar(echo)
    made = draft(agent, DraftRequest(TOPIC, "m", bib_file))[-1].draft
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        draft(agent, RewriteRequest(made.id, "m", 0), cancel)
    assert agent.drafts.load(made.id) == made


def test_a_person_beside_the_plan_is_kept_when_it_changes(scholar, bib_file):
    agent = scholar(echo)
    made = draft(agent, DraftRequest(TOPIC, "m", bib_file))[-1].draft
    outline = agent.drafts.begun(made.id).outline
    theme = outline.themes[0]
    last = made.paragraphs[0].sentences[-1]
    mine = dataclasses.replace(last, text="A sentence of mine.", planned=0, keys=())
    agent.drafts.add(made.id, 0, len(made.paragraphs[0].sentences), mine)
    moved = steps.move_sentence(outline, last.planned, 0)
    assert agent.drafts.replan(made.id, moved)
    texts = [s.text for s in agent.drafts.load(made.id).paragraphs[0].sentences]
    assert texts[:2] == [last.text, mine.text]
    gone = steps.delete_theme(outline, theme.id)
    assert agent.drafts.replan(made.id, gone)
    assert mine in agent.drafts.load(made.id).dropped


@pytest.mark.parametrize("until", ["themes", "sentences"])
def test_planning_that_is_stopped_goes_on(scholar, bib_file, until):
    agent = scholar(echo)
    cancel = CancelToken()
    stream = agent.run(DraftRequest(TOPIC, "m", bib_file, until=until), cancel)
    begun = next(stream)
    cancel.cancel()
    with pytest.raises(CancelledError):
        list(stream)
    (row,) = agent.drafts.list()
    assert (row.id, row.state, row.step) == (begun.draft, "stopped", "topic")
    made = written(agent, row.id)
    assert {work.key for work in made.works} == ON_TOPIC
