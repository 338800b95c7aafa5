"""Find and replace among the segments of a document, for the bar above them.

The one law: counting is a worker's, and a count of an earlier question is dropped.
"""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.translation.search import Search
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.translation.review_bars import FindBar
    from app.ui.translation.reviewing import Reviewing
    from app.ui.translation.segments import SegmentTable


class Finding(QObject):
    """Answers the find bar."""

    def __init__(
        self, desk: Desk, pool: JobPool, bar: FindBar, table: SegmentTable, steps: Reviewing
    ) -> None:
        """Listen to the bar."""
        super().__init__(bar)
        self._desk = desk
        self._count = Latest(pool, self._found, self)
        self._bar, self._table, self._steps = bar, table, steps
        self._hits: Sequence[int] = ()  # places with what is looked for, ascending
        self._looked: Search | None = None
        bar.looked.connect(self.look)
        bar.next_asked.connect(self._next_hit)
        bar.replace_asked.connect(self._replace)
        bar.replace_all_asked.connect(self._replace_all)
        bar.closed.connect(table.setFocus)

    def begin(self, *, replace: bool) -> None:
        """Show the bar."""
        self._table.end_edit()
        self._bar.begin(replace=replace)

    @Slot(object)
    def look(self, wanted: Search) -> None:
        """Count it."""
        self._looked = wanted
        if not wanted.find or not self._steps.job:
            self._count.drop()
            self._hits = ()
            self._bar.say("")
            return
        self._count.ask(_found, self._desk, self._steps.job, wanted)

    @Slot(object)
    def _found(self, outcome: Outcome) -> None:
        if self._looked != self._bar.wanted:
            return  # another count is on its way
        if outcome.error is not None:
            self._hits = ()
            self._bar.say(i18n.explain(outcome.error), "bad")
        elif outcome.state == "done":
            self._hits, count = outcome.value
            self._bar.say(
                _(
                    "{count} in {segments} segments",
                    count=figures.number(count),
                    segments=figures.number(len(self._hits)),
                ),
                found=bool(self._hits),
            )

    @Slot(object)
    def _next_hit(self, _wanted: Search) -> None:
        segments = self._table.segments
        start = bisect.bisect_right(self._hits, segments.place(self._table.currentIndex().row()))
        for step in range(len(self._hits)):
            row = segments.row_of(self._hits[(start + step) % len(self._hits)])
            if row >= 0:
                self._table.go_to(row)
                return

    @Slot(object)
    def _replace(self, wanted: Search) -> None:
        current = self._table.current
        if current is not None and current.position in self._hits:
            self._steps.replace(wanted, [current.segment])
        self._next_hit(wanted)

    @Slot(object)
    def _replace_all(self, wanted: Search) -> None:
        self._steps.replace(wanted)


def _found(desk: Desk, job: int, wanted: Search) -> tuple[tuple[int, ...], int]:
    """The places of the segments that have it, and how often it is there in all."""
    found = desk.review.find(job, wanted)
    return tuple(row.position for row, _count in found), sum(count for _row, count in found)
