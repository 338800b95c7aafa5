"""Drafts of the store, and how they become what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import Token, UserError
from agents.scholar import export
from agents.scholar.events import ParagraphDone, SentenceDone
from app.ui.scholar import words
from app.ui.scholar.draft_text import Written

if TYPE_CHECKING:
    from pathlib import Path

    from agents.scholar.events import Draft
    from agents.store.drafts import Begun, DraftRow, Plan
    from app.build import Desk


def grow(written: Written, event: Token | SentenceDone | ParagraphDone) -> None:
    """Take in what was written."""
    if isinstance(event, Token):
        written.growing += event.text
        return
    written.growing = ""
    if isinstance(event, SentenceDone):
        written.at = event.paragraph
        _put(written, event)
        return
    written.at = event.index + 1
    for place in [place for place in written.sentences if place[0] == event.index]:
        del written.sentences[place]
    for at, sentence in enumerate(event.sentences):
        written.sentences[event.index, at] = sentence


def _put(written: Written, event: SentenceDone) -> None:
    """A sentence where it is stored: instead of what its plan gave before, or between others."""
    part, at = event.paragraph, event.index
    there = written.sentences.get((part, at))
    if there is not None and there.planned != event.sentence.planned:
        behind = [place for place in written.sentences if place[0] == part and place[1] >= at]
        for place in sorted(behind, reverse=True):
            written.sentences[part, place[1] + 1] = written.sentences.pop(place)
    written.sentences[part, at] = event.sentence


def stored(draft: Draft, plan: Plan) -> Written:
    """A draft of the store, to be shown."""
    works = {entry.work.key: entry.work for entry in plan.entries}
    written = Written([title for title, _keys in plan.themes], {}, works)
    for paragraph in draft.paragraphs:
        written.at = paragraph.index
        for at, sentence in enumerate(paragraph.sentences):
            written.sentences[paragraph.index, at] = sentence
    return written


def rows(desk: Desk) -> tuple[DraftRow, ...]:
    """The list of drafts; those a dead process left are marked. For a worker."""
    desk.drafts.mark_interrupted()
    return desk.drafts.list()


def load(desk: Desk, draft: int) -> tuple[Draft | None, Plan | None, Begun | None]:
    """A draft, its plan and what it was begun with; None if it is gone. For a worker."""
    return desk.drafts.load(draft), desk.drafts.plan(draft), desk.drafts.begun(draft)


def write_out(
    desk: Desk, draft: int, path: Path, form: export.Form | None = None
) -> tuple[Path, ...]:
    """Export a draft with its bibliography and report; returns the paths. For a worker.

    Raises:
        UserError: scholar.draft_gone, and those of `agents.scholar.export.write`.
    """
    made = desk.drafts.load(draft)
    if made is None:
        raise UserError("scholar.draft_gone")
    desk.versions.keep(draft, "export")
    return export.write(made, path, form, words.explained)
