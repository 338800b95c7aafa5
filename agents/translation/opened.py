"""The document that is looked through: its segments as its file has them, and who judges them.

The one law: a file is read when something needs it, and kept until another document is wanted.
What can be said without the file is said also where it is gone.
"""

from __future__ import annotations

import dataclasses
import threading
from typing import TYPE_CHECKING, cast

from agents.base import UserError
from agents.translation import work
from agents.translation.guards import Guards
from agents.translation.units import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.store.segment_rows import Cut, StoredSegment
    from agents.store.translations import Translations
    from agents.translation.documents import Documents
    from agents.translation.events import Language
    from agents.translation.korean import Korean
    from agents.translation.work import Judge, Unit


class Opened:
    """One document at a time. Any thread."""

    def __init__(self, documents: Documents, store: Translations, korean: Korean) -> None:
        """Nothing is opened yet."""
        self._documents = documents
        self._store = store
        self._korean = korean
        self._lock = threading.Lock()
        self._last: tuple[int, dict[str, Unit], Judge] | None = None

    def of(self, job: int) -> tuple[dict[str, Unit], Judge]:
        """The segments of a job by their ids, in order, and who judges their translations.

        Raises:
            UserError: translation.{job_gone,source_changed}, file.*.
        """
        with self._lock:
            if self._last is None or self._last[0] != job:
                self._last = (job, *self._documents.reopen(job))
            return self._last[1:]

    def recut(self, job: int, paragraph: str, cuts: Sequence[Cut]) -> None:
        """A paragraph is cut into other segments now; nothing is read for it."""
        with self._lock:
            if self._last is not None and self._last[0] == job:
                units, judge = self._last[1:]
                new = work.recut(list(units.values()), paragraph, cuts)
                self._last = (job, {unit.id: unit for unit in new}, judge.anew())

    def judged(self, job: int, row: StoredSegment) -> StoredSegment:
        """A person's words with what the guards find in them.

        Words that cannot hold the marks of their source stay out of the file: the segment is not
        translated, and says why.
        """
        try:
            units, judge = self.of(job)
        except UserError:  # the file is gone or another one: what needs no file is still checked
            kept = self._store.job(job)
            goal = cast("Language", kept.target_language if kept else "ko")
            return dataclasses.replace(
                row, problems=Guards(goal, self._korean).problems(row.source, row.target)
            )
        unit = units[row.segment]
        if row.target == unit.text and not unit.asks(judge.target):
            return row
        problems = judge.weigh(unit, row.target, stands=True).problems
        problems = told(unit, row.target, problems)
        holds = bool(row.target) and judge.place(unit, row.target, lambda _text: "") is not None
        state = "translated" if holds else "untranslated"
        return dataclasses.replace(row, state=state, problems=problems)
