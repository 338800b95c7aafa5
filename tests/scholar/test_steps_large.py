"""In a large library only so many works are read, and the same ones are found."""

from __future__ import annotations

import random

import pytest

from agents.base import CancelledError, CancelToken
from agents.scholar import bib, steps_themes
from agents.scholar.events import DraftRequest, PlanDone, PlanMade
from agents.store.entries import Entry, Work
from tests.scholar.conftest import ATTENTION, ON_TOPIC, TOPIC
from tests.scholar.test_draft import draft

COUNT = 3000


def others(count):
    """Works of made-up words, some of which are those of the topic."""
    dice = random.Random(1)
    made = [
        "".join(dice.choice("bcdfgklmnprst") + dice.choice("aeiou") for _ in range(3))
        for _ in range(3000)
    ]
    made += ["cost", "sequence", "network"] * 20
    for number in range(count):
        title = " ".join(dice.choices(made, k=6))
        abstract = " ".join(dice.choices(made, k=30)).capitalize() + "."
        work = Work(0, f"k{number}", "misc", title, ("Kim, A",), "2001", "", abstract)
        yield Entry(work, f"@misc{{k{number}, title={{{title}}}}}")


@pytest.fixture
def large(scholar):
    agent = scholar("no")
    agent.library.add(others(COUNT))
    agent.library.add(bib.parse(ATTENTION).entries)
    return agent


def test_what_fits_is_found_without_reading_everything(large):
    total = large.library.count()
    assert total > steps_themes.LARGE
    chooser = steps_themes.Chooser(large.library, large.passages, None)
    works, counted = chooser.pool(TOPIC)
    assert counted == total
    assert len(works) < 1000
    assert {work.key for work in works} >= ON_TOPIC
    events = draft(large, DraftRequest(TOPIC, "m", until="sentences"))
    plan = next(event for event in events if isinstance(event, PlanMade))
    assert {work.key for theme in plan.themes for work in theme.works} >= ON_TOPIC
    assert plan.left_out > total - 500
    assert isinstance(events[-1], PlanDone)


def test_planning_is_cancelled_at_once(large):
    cancel = CancelToken()
    stream = large.run(DraftRequest(TOPIC, "m", until="sentences"), cancel)
    next(stream)  # it has begun
    cancel.cancel()
    with pytest.raises(CancelledError):
        next(stream)
    assert large.drafts.list()[0].state == "stopped"
