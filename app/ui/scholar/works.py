"""The works of the library as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.i18n import _
from app.ui.scholar import dropping, words
from app.ui.widgets.rows import Index, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QFocusEvent, QResizeEvent

    from agents.scholar.events import Broken, Work
    from app.ui.theme import Theme

TITLE, AUTHORS, YEAR, VENUE = range(4)
_LESS = 0.6  # of their width columns have where there is little room
_NARROW = 560  # px below which the venue is not shown


class WorkModel(Rows):
    """Title, authors, year, venue."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._works: list[Work] = []

    def show_works(self, works: Sequence[Work]) -> None:
        """Show these, in this order."""
        self.beginResetModel()
        self._works = list(works)
        self.endResetModel()

    @property
    def all(self) -> tuple[Work, ...]:
        """What is shown, in this order."""
        return tuple(self._works)

    def work(self, row: int) -> Work | None:
        """The work of a row."""
        return self._works[row] if 0 <= row < len(self._works) else None

    def row(self, work_id: int) -> int:
        """Where a work stands; -1 if it is not shown."""
        return next((at for at, work in enumerate(self._works) if work.id == work_id), -1)

    def count(self) -> int:
        """Works shown."""
        return len(self._works)

    def heads(self) -> tuple[str, ...]:
        """Names of the columns."""
        return (_("Title"), _("Authors"), _("Year"), _("Published in"))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own signature
        """Text of a cell."""
        work = self.work(index.row())
        if work is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _cell(work, index.column())
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == TITLE:
            return work.title
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Works can be dragged, into a draft say."""
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        """What is dragged."""
        return [dropping.WORKS]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The works of some cells, each once, in their order."""
        rows = sorted({index.row() for index in indexes})
        return dropping.packed(work for at in rows if (work := self.work(at)))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; the next search or a click brings another order."""
        if column < 0:
            return
        self.layoutAboutToBeChanged.emit()
        self._works.sort(
            key=lambda work: _cell(work, column).casefold(),
            reverse=order == Qt.SortOrder.DescendingOrder,
        )
        self.layoutChanged.emit()


def _cell(work: Work, column: int) -> str:
    if column == TITLE:
        return work.title or work.key
    if column == AUTHORS:
        return words.families(work) if work.authors else ""
    return work.year if column == YEAR else work.venue


class Table(QTableView):
    """A quiet table: whole rows, no grid; its current row shows the focus."""

    def __init__(self, name: str, theme: Theme) -> None:
        """Make an empty table."""
        super().__init__()
        self._theme = theme
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across = self.horizontalHeader()
        across.setHighlightSections(False)
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._wished: dict[int, int] = {}
        self._narrow = False
        theme.changed.connect(self._themed)
        self._themed()

    def wish(self, widths: dict[int, int]) -> None:
        """Columns beside the one that stretches, and how many pixels they have, with room."""
        self._wished = widths
        self._divide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the column that stretches has most of it."""
        super().resizeEvent(event)
        narrow = self._is_narrow()
        if narrow != self._narrow:
            self._narrow = narrow
            self._divide()

    def _is_narrow(self) -> bool:
        return self.width() < self._theme.px(1.5 * sum(self._wished.values()))

    def _divide(self) -> None:
        share = _LESS if self._narrow else 1.0
        for column, wide in self._wished.items():
            self.horizontalHeader().resizeSection(column, self._theme.px(wide * share))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The current row is what shows the focus: there has to be one."""
        super().focusInEvent(event)
        model = self.model()
        if model is not None and model.rowCount() and not self.currentIndex().isValid():
            self.selectRow(max(0, self.rowAt(0)))

    @Slot()
    def _themed(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.px(36))
        self._narrow = self._is_narrow()
        self._divide()


class WorkTable(Table):
    """The works; several can be selected."""

    picked = Signal(object)  # Work or None: the current one

    def __init__(self, theme: Theme) -> None:
        """Make an empty table."""
        super().__init__(_("Works"), theme)
        self.works = WorkModel(self)
        self.setModel(self.works)
        self.setSortingEnabled(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        across = self.horizontalHeader()
        across.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        across.setStretchLastSection(False)
        across.setSectionResizeMode(TITLE, QHeaderView.ResizeMode.Stretch)
        for column in (AUTHORS, YEAR, VENUE):
            across.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        self.selectionModel().currentRowChanged.connect(self._moved)

    def show_works(self, works: Sequence[Work], *, keep: int = 0) -> None:
        """Show these in this order; the work `keep` stays selected if it is among them."""
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.works.show_works(works)
        self.pick(keep)

    def pick(self, work_id: int) -> bool:
        """Select a work; whether it is shown."""
        row = self.works.row(work_id)
        if row >= 0:
            self.selectRow(row)
            self.scrollTo(self.works.index(row, TITLE))
        return row >= 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Titles keep at least half; where there is little room, the venue goes first."""
        super().resizeEvent(event)
        across, wide, px = self.horizontalHeader(), self.viewport().width(), self._theme.px
        self.setColumnHidden(VENUE, wide < px(_NARROW))
        across.resizeSection(AUTHORS, min(px(190), wide // 4))
        across.resizeSection(YEAR, px(60))
        across.resizeSection(VENUE, wide // 4)

    @property
    def current(self) -> Work | None:
        """The current work."""
        return self.works.work(self.currentIndex().row())

    @property
    def selected(self) -> list[Work]:
        """All selected works."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [work for row in rows if (work := self.works.work(row))]

    @Slot(QModelIndex, QModelIndex)
    def _moved(self, index: QModelIndex, _before: QModelIndex) -> None:
        self.picked.emit(self.works.work(index.row()))


class BrokenModel(Rows):
    """Entries that could not be read: file, line, reason, text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._rows: list[tuple[str, str, str, str]] = []

    def show_broken(self, broken: Sequence[tuple[str, Broken]]) -> None:
        """Show these; `broken` has (path, entry)."""
        self.beginResetModel()
        self._rows = [
            (
                source.replace("\\", "/").rsplit("/", 1)[-1],
                str(entry.line),
                words.explained(entry.reason),
                " ".join(entry.text.split())[:300],
            )
            for source, entry in broken
        ]
        self.endResetModel()

    def count(self) -> int:
        """Entries."""
        return len(self._rows)

    def heads(self) -> tuple[str, ...]:
        """Names of the columns."""
        return (_("File"), _("Line"), _("What is wrong"), _("Entry"))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own signature
        """Text of a cell; the tip has all of it."""
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return self._rows[index.row()][index.column()]
        return None


class BrokenTable(Table):
    """The entries that could not be read."""

    def __init__(self, theme: Theme) -> None:
        """Make an empty table; it shows itself when it is asked for."""
        super().__init__(_("Entries that could not be read"), theme)
        self._rows = BrokenModel(self)
        self.setModel(self._rows)
        across = self.horizontalHeader()
        across.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        across.setStretchLastSection(True)
        for place, wide in enumerate((120, 50, 240)):
            across.resizeSection(place, theme.px(wide))
        self.setMaximumHeight(theme.px(190))
        self.hide()

    def show_broken(self, broken: Sequence[tuple[str, Broken]]) -> None:
        """Show these; `broken` has (path, entry)."""
        self._rows.show_broken(broken)
        if not broken:
            self.hide()
