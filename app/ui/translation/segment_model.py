"""The segments of a document as rows, all of them or those a filter leaves.

The one law: rows keep the order of the document, and a filter never hides a row under the hands
of whoever edits it: what no longer fits stays until the filter is chosen anew.
"""

from __future__ import annotations

import bisect
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, Signal

from agents.store.segment_rows import StoredSegment
from agents.translation.events import SegmentDone
from app.i18n import _
from app.ui.translation import words
from app.ui.widgets.rows import Index, Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from PySide6.QtWidgets import QWidget

NUMBER, SOURCE, TARGET, CHECKS = range(4)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows are wanted. `kind`: "", "problems", "open", "edited", "comments", or a problem."""

    kind: str = ""
    text: str = ""

    def takes(self, segment: StoredSegment | None, source: str = "") -> bool:
        """Whether a segment, or one that is not done yet, is wanted."""
        if segment is None:
            return self.kind in {"", "open"} and self._has(source)
        wanted = {
            "": True,
            "problems": bool(segment.problems) and not segment.confirmed,
            "open": not segment.confirmed,
            "edited": segment.edited,
            "comments": bool(segment.comment),
        }.get(self.kind, self.kind in segment.problems)
        return wanted and self._has(segment.source, segment.target, segment.comment)

    def _has(self, *texts: str) -> bool:
        folded = self.text.casefold()
        return not folded or any(folded in text.casefold() for text in texts)


def wanted_rows(
    rows: Sequence[StoredSegment | None], sources: Sequence[str], wanted: Filter
) -> list[int]:
    """The places of the rows that a filter takes."""
    return [
        place
        for place, segment in enumerate(rows)
        if wanted.takes(segment, sources[place] if place < len(sources) else "")
    ]


@dataclass(frozen=True, slots=True)
class Stored:
    """Segments put in their places and counted: work for a worker, not for the window."""

    rows: tuple[StoredSegment | None, ...]
    bad: tuple[int, ...]
    kinds: Mapping[str, int]
    confirmed: int


def prepared(segments: Iterable[StoredSegment]) -> Stored:
    """Put segments in their places, and count them."""
    done = list(segments)
    rows: list[StoredSegment | None] = [None] * max(
        (segment.position + 1 for segment in done), default=0
    )
    for segment in done:
        rows[segment.position] = segment
    bad = [segment for segment in rows if segment and _bad(segment)]
    return Stored(
        tuple(rows),
        tuple(segment.position for segment in bad),
        Counter(kind for segment in bad for kind in segment.problems),
        sum(segment.confirmed for segment in done),
    )


class SegmentModel(Rows):
    """Rows by document order; a segment that is not done yet shows its source alone.

    A *place* is where a segment stands in the document, a *row* where it stands in the table.
    """

    edited = Signal(object, str)  # StoredSegment as it was, the new words

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._rows: list[StoredSegment | None] = []
        self._sources: Sequence[str] = ()
        self._bad: list[int] = []  # places with problems that nobody confirmed, ascending
        self._kinds = Counter[str]()  # of their problems
        self._confirmed = 0
        self._front = 0
        self._filter = Filter()
        self._shown: list[int] | None = None  # places that the filter takes; None for all

    def reset(
        self,
        segments: Iterable[StoredSegment] | Stored = (),
        total: int = 0,
        sources: Sequence[str] = (),
    ) -> None:
        """Show other segments; `total` and `sources` keep room for those still to come."""
        self.beginResetModel()
        self._sources = sources
        self._take(segments if isinstance(segments, Stored) else prepared(segments))
        size = max(total, len(sources))
        self._rows += [None] * (size - len(self._rows))
        if self._shown is not None:
            self._shown = wanted_rows(self._rows, sources, self._filter)
        self.endResetModel()

    def expect(self, sources: Sequence[str]) -> None:
        """Make room for all segments of a document that was just read."""
        if sources is self._sources:
            return
        self._sources = sources
        self._grow(len(sources))
        if self.rowCount():
            self.dataChanged.emit(self.index(0, SOURCE), self.index(self.rowCount() - 1, SOURCE))

    def put(self, done: StoredSegment | SegmentDone) -> None:
        """Take in one segment; what a machine says never hides what a person wrote."""
        segment = _stored(done)
        place = segment.position
        self._grow(place + 1)
        before = self._rows[place]
        if isinstance(done, SegmentDone) and before and (before.edited or before.confirmed):
            return
        self._rows[place] = segment
        self._confirmed += segment.confirmed - bool(before and before.confirmed)
        self._kinds.subtract(before.problems if before and _bad(before) else ())
        self._kinds.update(segment.problems if _bad(segment) else ())
        at = bisect.bisect_left(self._bad, place)
        known = at < len(self._bad) and self._bad[at] == place
        if _bad(segment) and not known:
            self._bad.insert(at, place)
        elif known and not _bad(segment):
            del self._bad[at]
        row = self.row_of(place)
        if row < 0 and self._filter.takes(segment):
            row = self._show(place)
        if row >= 0:
            self.dataChanged.emit(self.index(row, 0), self.index(row, CHECKS))

    def everything(self) -> tuple[list[StoredSegment | None], Sequence[str]]:
        """All segments and sources, whatever the filter."""
        return list(self._rows), self._sources

    def show_only(self, wanted: Filter, places: list[int] | None = None) -> None:
        """Show what a filter takes; `places` if they are known already (see `wanted_rows`)."""
        self.beginResetModel()
        self._filter = wanted
        if wanted == Filter():
            self._shown = None
        elif places is None:
            self._shown = wanted_rows(self._rows, self._sources, wanted)
        else:
            self._shown = places
        self.endResetModel()

    @property
    def filter(self) -> Filter:
        """What is shown."""
        return self._filter

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of problems there are."""
        return tuple(sorted(kind for kind, count in self._kinds.items() if count))

    def segment(self, row: int) -> StoredSegment | None:
        """The segment of a row, if it is done."""
        place = self.place(row)
        return self._rows[place] if place >= 0 else None

    def text(self, row: int, column: int) -> str:
        """What a cell says."""
        place = self.place(row)
        if column == NUMBER:
            return str(place + 1)
        segment = self._rows[place] if place >= 0 else None
        if segment is None:
            return self._waiting(place, column)
        if column == CHECKS:
            return words.checks(segment)
        return segment.source if column == SOURCE else segment.target

    def place(self, row: int) -> int:
        """Where the segment of a row stands in the document; -1 if there is no such row."""
        if self._shown is None:
            return row if 0 <= row < len(self._rows) else -1
        return self._shown[row] if 0 <= row < len(self._shown) else -1

    def row_of(self, place: int) -> int:
        """The row of a place; -1 if it is not shown."""
        if self._shown is None:
            return place if 0 <= place < len(self._rows) else -1
        at = bisect.bisect_left(self._shown, place)
        return at if at < len(self._shown) and self._shown[at] == place else -1

    @property
    def front(self) -> int:
        """How many segments from the first on are done without a gap."""
        while self._front < len(self._rows) and self._rows[self._front] is not None:
            self._front += 1
        return self._front

    @property
    def problems(self) -> int:
        """How many segments have problems that nobody has confirmed."""
        return len(self._bad)

    @property
    def confirmed(self) -> int:
        """How many segments a person has confirmed."""
        return self._confirmed

    @property
    def total(self) -> int:
        """Segments of the document, whatever the filter."""
        return len(self._rows)

    def next_problem(self, after: int, *, back: bool = False) -> int:
        """The next row with a problem, going round; -1 if there is none. `back`: the one before."""
        rows = [row for place in self._bad if (row := self.row_of(place)) >= 0]
        if not rows:
            return -1
        if back:
            return rows[bisect.bisect_left(rows, after) - 1]
        return rows[bisect.bisect_right(rows, after) % len(rows)]

    def next_open(self, after: int) -> int:
        """The next row that is done and not confirmed, going round; -1 if there is none."""
        count = self.rowCount()
        for step in range(1, count + 1):
            row = (after + step) % count
            segment = self.segment(row)
            if segment is not None and not segment.confirmed:
                return row
        return -1

    # --- Qt ---

    def count(self) -> int:
        """Segments that are shown."""
        return len(self._rows) if self._shown is None else len(self._shown)

    def heads(self) -> tuple[str, ...]:
        """Names of the columns."""
        return (_("No."), _("Source"), _("Translation"), _("Checks"))

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A translation that is done can be edited."""
        flags = super().flags(index)
        if index.column() == TARGET and self.segment(index.row()) is not None:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own signature
        """Text of a cell; also what a screen reader says."""
        segment = self.segment(index.row())
        if role == Qt.ItemDataRole.ToolTipRole:
            return words.segment_tip(segment) if segment else None
        if role == Qt.ItemDataRole.EditRole:
            return segment.target if segment else ""
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return None
        return self.text(index.row(), index.column())

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Hand a person's words on; the row changes when they are stored."""
        segment = self.segment(index.row())
        if segment is None or role != Qt.ItemDataRole.EditRole or index.column() != TARGET:
            return False
        said = str(value)
        if as_one_line(said) != segment.target:
            self.edited.emit(segment, said)
        return True

    # --- inside ---

    def _take(self, stored: Stored) -> None:
        self._rows, self._bad = list(stored.rows), list(stored.bad)
        self._kinds, self._confirmed = Counter(stored.kinds), stored.confirmed
        self._front = 0

    def _grow(self, size: int) -> None:
        old = len(self._rows)
        if size <= old:
            return
        more = [None] * (size - old)
        if self._shown is None:
            self.beginInsertRows(QModelIndex(), old, size - 1)
            self._rows.extend(more)
            self.endInsertRows()
        else:
            self._rows.extend(more)

    def _show(self, place: int) -> int:
        if self._shown is None:
            return place
        row = bisect.bisect_left(self._shown, place)
        self.beginInsertRows(QModelIndex(), row, row)
        self._shown.insert(row, place)
        self.endInsertRows()
        return row

    def _waiting(self, place: int, column: int) -> str:
        if column == SOURCE:
            return self._sources[place] if place < len(self._sources) else ""
        return "…" if column == TARGET else ""


def as_one_line(said: str) -> str:
    """Words as they are stored: a segment has no line breaks."""
    return " ".join(said.split())


def _bad(segment: StoredSegment | None) -> bool:
    return segment is not None and bool(segment.problems) and not segment.confirmed


def _stored(done: StoredSegment | SegmentDone) -> StoredSegment:
    if isinstance(done, StoredSegment):
        return done
    return StoredSegment(
        done.segment, done.index, done.source, done.target, done.state, done.problems
    )
