"""A draft of three sentences, stored and open in the window."""

from __future__ import annotations

import pytest

from agents.store.drafts import Plan
from app.ui.scholar.page import ScholarPage
from tests.ui.draft.hands import FIRST, SECOND, THIRD, WORKS


@pytest.fixture
def draft(desk):
    vars(desk)["embedder"] = lambda: None
    best = desk.shelf.best
    desk.shelf.best = lambda role, wanted="": "" if role == "entities" else best(role, wanted)
    plan = Plan((("First theme", ("gu2023mamba",)), ("Second", ())), WORKS)
    id_ = desk.drafts.start("A topic", "m", 0, "", plan)
    desk.drafts.add(id_, 0, 0, FIRST)
    desk.drafts.add(id_, 0, 1, SECOND)
    desk.drafts.add(id_, 1, 0, THIRD)
    desk.drafts.finish(id_, "done")
    return id_


@pytest.fixture
def page(qtbot, desk, draft, pool, theme, settled):
    page = ScholarPage(desk, pool, theme)

    def end(page):
        page.drafts.exporter.dialog.reject()
        page.closing()
        settled()

    qtbot.addWidget(page, before_close_func=end)
    page.resize(1200, 700)
    page.show()
    page.entered()
    page.switch.choose("drafts")
    page.drafts.show_draft(draft)
    settled()
    return page


@pytest.fixture
def reading(page):
    return page.drafts.reading


@pytest.fixture
def editor(reading):
    return reading.editor


@pytest.fixture
def stored(qtbot, reading, desk, draft, settled):
    """A function that waits until all is stored and checked, and reads it."""

    def read():
        qtbot.waitUntil(lambda: not reading.keeper.busy)
        settled()
        found = desk.drafts.load(draft)
        return {p.index: p.sentences for p in found.paragraphs}

    return read
