"""The segments of one document as a table: number, source, target, checks.

The one law: nothing here grows with the document but the list of rows; only rows on the screen
are ever laid out, so a hundred thousand of them scroll as ten do.
"""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.i18n import _
from app.ui.translation import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtGui import QFocusEvent, QResizeEvent

    from agents.translation.events import SegmentDone
    from app.ui.theme import Theme

NUMBER, SOURCE, TARGET, CHECKS = range(4)
_WRAP = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft)
_LINES = 12  # of one cell at most; the sheet beside the table shows all of it

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class SegmentModel(QAbstractTableModel):
    """Rows by document order; a segment that is not done yet shows its source alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._rows: list[SegmentDone | None] = []
        self._sources: Sequence[str] = ()
        self._bad: list[int] = []  # rows with problems, ascending
        self._front = 0

    def reset(
        self, segments: Iterable[SegmentDone] = (), total: int = 0, sources: Sequence[str] = ()
    ) -> None:
        """Show other segments; `total` and `sources` keep room for those still to come."""
        self.beginResetModel()
        done = list(segments)
        self._sources = sources
        size = max([total, len(sources), *(segment.index + 1 for segment in done)])
        self._rows = [None] * size
        for segment in done:
            self._rows[segment.index] = segment
        self._bad = [row for row, segment in enumerate(self._rows) if segment and segment.problems]
        self._front = 0
        self.endResetModel()

    def expect(self, sources: Sequence[str]) -> None:
        """Make room for all segments of a document that was just read."""
        if sources is self._sources:
            return
        self._sources = sources
        if len(sources) > len(self._rows):
            self.beginInsertRows(QModelIndex(), len(self._rows), len(sources) - 1)
            self._rows.extend([None] * (len(sources) - len(self._rows)))
            self.endInsertRows()
        if self._rows:
            self.dataChanged.emit(self.index(0, SOURCE), self.index(len(self._rows) - 1, SOURCE))

    def put(self, segment: SegmentDone) -> None:
        """Take in one segment."""
        row = segment.index
        if row >= len(self._rows):
            self.beginInsertRows(QModelIndex(), len(self._rows), row)
            self._rows.extend([None] * (row + 1 - len(self._rows)))
            self.endInsertRows()
        self._rows[row] = segment
        at = bisect.bisect_left(self._bad, row)
        known = at < len(self._bad) and self._bad[at] == row
        if segment.problems and not known:
            self._bad.insert(at, row)
        elif known and not segment.problems:
            del self._bad[at]
        self.dataChanged.emit(self.index(row, 0), self.index(row, CHECKS))

    def segment(self, row: int) -> SegmentDone | None:
        """The segment of a row, if it is done."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    @property
    def front(self) -> int:
        """How many rows from the first on are done without a gap."""
        while self._front < len(self._rows) and self._rows[self._front] is not None:
            self._front += 1
        return self._front

    @property
    def problems(self) -> int:
        """How many rows have problems."""
        return len(self._bad)

    def next_problem(self, after: int) -> int:
        """The next row with a problem, going round; -1 if there is none."""
        if not self._bad:
            return -1
        return self._bad[bisect.bisect_right(self._bad, after) % len(self._bad)]

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Segments of the document."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Number, source, target, checks."""
        return 0 if parent.isValid() else 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's own signature
        """Names of the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (_("No."), _("Source"), _("Translation"), _("Checks"))[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own signature
        """Text of a cell; also what a screen reader says."""
        segment = self.segment(index.row())
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            if index.column() == NUMBER:
                return str(index.row() + 1)
            if segment is None:
                return self._waiting(index.row(), index.column())
            if index.column() == CHECKS:
                return checks(segment)
            return segment.source if index.column() == SOURCE else segment.target
        return None

    def _waiting(self, row: int, column: int) -> str:
        if column == SOURCE:
            return self._sources[row] if row < len(self._sources) else ""
        return "…" if column == TARGET else ""


def checks(segment: SegmentDone) -> str:
    """What the checks say about a segment, in a few words."""
    if segment.problems:
        return " · ".join(words.problem(kind) for kind in segment.problems)
    if segment.state == "untranslated":
        return _("Not translated")
    return _("From memory") if segment.state == "from_memory" else "✓"


class SegmentDelegate(QStyledItemDelegate):
    """Draws a cell: wrapped text, a hairline under the row, nothing else."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        """Keep the theme."""
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        theme = self._theme
        painter.save()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(option.rect, theme.colour("accent_soft"))
            if option.state & QStyle.StateFlag.State_Active and index.column() == NUMBER:
                here = QRect(option.rect)
                here.setWidth(theme.px(3))
                painter.fillRect(here, theme.colour("accent" if self._has_focus() else "line"))
        painter.setPen(theme.colour("line"))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        column = index.column()
        painter.setFont(theme.font("small" if column in {NUMBER, CHECKS} else "body"))
        painter.setPen(theme.colour(self._colour(index)))
        inner = self._inner(option.rect)
        text = index.data() or ""
        flags = _WRAP | int(Qt.AlignmentFlag.AlignVCenter)
        if QFontMetrics(painter.font()).boundingRect(inner, _WRAP, text).height() > inner.height():
            flags = _WRAP | int(Qt.AlignmentFlag.AlignTop)
        painter.setClipRect(option.rect)
        painter.drawText(inner, flags, text)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Room a cell of this width needs."""
        return QSize(option.rect.width(), self.height(index, option.rect.width()))

    def height(self, index: Index, width: int) -> int:
        """Pixels the text of a cell needs at this width."""
        font = self._theme.font("small" if index.column() in {NUMBER, CHECKS} else "body")
        metrics = QFontMetrics(font)
        inner = self._inner(QRect(0, 0, width, 1 << 20))
        needed = metrics.boundingRect(inner, _WRAP, index.data() or " ").height()
        return min(needed, _LINES * metrics.lineSpacing()) + 2 * self._theme.space("s") + 2

    def _has_focus(self) -> bool:
        view = self.parent()
        return isinstance(view, QWidget) and view.hasFocus()

    def _inner(self, rect: QRect) -> QRect:
        side, top = self._theme.space("s"), self._theme.space("s")
        return rect.adjusted(side, top, -side, -top)

    def _colour(self, index: Index) -> str:
        model = index.model()
        segment = model.segment(index.row()) if isinstance(model, SegmentModel) else None
        if index.column() == NUMBER or segment is None:
            return "muted"
        if index.column() != CHECKS:
            return "text"
        if segment.problems:
            return "bad"
        return "ok" if segment.state == "translated" else "muted"


class SegmentTable(QTableView):
    """The table itself: rows on the screen get the height their text needs."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Make an empty table."""
        super().__init__(parent)
        self._theme = theme
        self._followed = 0  # where the scroll bar was left by `put`
        self.segments = SegmentModel(self)
        self.setModel(self.segments)
        self._cells = SegmentDelegate(theme, self)
        self.setItemDelegate(self._cells)
        self.setAccessibleName(_("Segments"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setStyleSheet("QTableView:focus { border: 0 }")  # its current row shows the focus
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across = self.horizontalHeader()
        across.setHighlightSections(False)
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, mode in (
            (NUMBER, QHeaderView.ResizeMode.Fixed),
            (SOURCE, QHeaderView.ResizeMode.Stretch),
            (TARGET, QHeaderView.ResizeMode.Stretch),
            (CHECKS, QHeaderView.ResizeMode.Fixed),
        ):
            across.setSectionResizeMode(column, mode)
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self._fit)
        self.verticalScrollBar().valueChanged.connect(self._later)
        self.segments.dataChanged.connect(self._later)
        self.segments.modelReset.connect(self._later)
        self.segments.rowsInserted.connect(self._later)
        theme.changed.connect(self._themed)
        self._themed()

    def put(self, segment: SegmentDone) -> None:
        """Take in one segment; who neither scrolled nor chose a row is shown how it grows."""
        bar = self.verticalScrollBar()
        follows = bar.value() == self._followed and not self.currentIndex().isValid()
        before = self.segments.front
        self.segments.put(segment)
        if follows and self.segments.front > before:
            self.scrollTo(self.segments.index(self.segments.front - 1, SOURCE))
            self._followed = bar.value()

    def show_segments(
        self, segments: Iterable[SegmentDone] = (), sources: Sequence[str] = ()
    ) -> None:
        """Show other segments, from the first on."""
        self.segments.reset(segments, sources=sources)
        self.scrollToTop()
        self._followed = self.verticalScrollBar().value()

    def go_to_next_problem(self) -> int:
        """Select the next row with a problem; returns it, or -1."""
        row = self.segments.next_problem(self.currentIndex().row())
        if row >= 0:
            self.selectRow(row)
            self.scrollTo(
                self.segments.index(row, SOURCE), QAbstractItemView.ScrollHint.PositionAtCenter
            )
        return row

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The current row is what shows the focus: there has to be one."""
        super().focusInEvent(event)
        self._hold_a_row()

    def _hold_a_row(self) -> None:
        if not self.currentIndex().isValid() and self.segments.rowCount():
            self.selectRow(max(0, self.rowAt(0)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The width decides how texts wrap."""
        super().resizeEvent(event)
        self._settle.start()

    def changeEvent(self, event: QEvent) -> None:
        """A font change decides it too."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_settle"):
            self._settle.start()

    @Slot()
    def _later(self, *_what: object) -> None:
        self._settle.start()

    @Slot()
    def _themed(self) -> None:
        theme = self._theme
        line = QFontMetrics(theme.font("body")).lineSpacing()
        self.verticalHeader().setDefaultSectionSize(2 * line + 2 * theme.space("s") + 2)
        self.horizontalHeader().resizeSection(NUMBER, theme.px(52))
        self.horizontalHeader().resizeSection(CHECKS, theme.px(150))
        self.viewport().update()
        self._settle.start()

    @Slot()
    def _fit(self) -> None:
        """Give the rows that are on the screen the height they need."""
        if self.hasFocus():
            self._hold_a_row()
        bar = self.verticalScrollBar()
        at_end = bar.value() == bar.maximum() > 0
        row, grown = self.rowAt(0), False
        bottom = self.viewport().height()
        least = self.verticalHeader().defaultSectionSize()
        while 0 <= row < self.segments.rowCount() and self.rowViewportPosition(row) < bottom:
            needed = max(
                self._cells.height(self.segments.index(row, column), self.columnWidth(column))
                for column in (SOURCE, TARGET, CHECKS)
            )
            if self.rowHeight(row) != max(least, needed):
                self.setRowHeight(row, max(least, needed))
                grown = True
            row += 1
        if at_end and grown:
            self.updateGeometries()
            self.scrollToBottom()  # the last row was pushed out; it is laid out next
