"""Find and replace among the segments of a document, for the bar above them.

The one law: counting is a worker's, and a count of an earlier question is dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app import i18n
from app.i18n import _
from app.ui import figures

if TYPE_CHECKING:
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
        self._desk, self._pool = desk, pool
        self._bar, self._table, self._steps = bar, table, steps
        self._hits: list[str] = []  # segments with what is looked for
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
            self._hits = []
            self._bar.say("")
            return
        call = self._pool.call(self._desk.review.find, self._steps.job, wanted)
        call.finished.connect(self._found)

    @Slot(object)
    def _found(self, outcome: Outcome) -> None:
        if self._looked != self._bar.wanted:
            return  # another count is on its way
        if outcome.error is not None:
            self._hits = []
            self._bar.say(i18n.explain(outcome.error), "bad")
        elif outcome.state == "done":
            self._hits = [segment for segment, _count in outcome.value]
            count = sum(count for _segment, count in outcome.value)
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
        hits = set(self._hits)
        count, at = segments.rowCount(), self._table.currentIndex().row()
        for step in range(1, count + 1):
            row = (at + step) % count
            segment = segments.segment(row)
            if segment is not None and segment.segment in hits:
                self._table.go_to(row)
                return

    @Slot(object)
    def _replace(self, wanted: Search) -> None:
        chosen = [one.segment for one in self._table.chosen]
        if chosen and chosen[0] in self._hits:
            self._steps.replace(wanted, chosen[:1])
        self._next_hit(wanted)

    @Slot(object)
    def _replace_all(self, wanted: Search) -> None:
        self._steps.replace(wanted)
