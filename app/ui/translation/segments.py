"""The segments of a document in a table: source, translation, checks.

The one law: nothing here grows with the document but the list of rows; only rows on the screen
are ever laid out, so a hundred thousand of them scroll as ten do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QHeaderView, QTableView

from app.i18n import _
from app.ui.translation.segment_cells import CellEdit, SegmentDelegate
from app.ui.translation.segment_model import (
    CHECKS,
    NUMBER,
    SOURCE,
    TARGET,
    SegmentModel,
    as_one_line,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtCore import QModelIndex
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from agents.store.segment_rows import StoredSegment
    from agents.translation.events import SegmentDone
    from app.ui.theme import Theme
    from app.ui.translation.segment_model import Filter, Stored

_LEAST = 120  # px of a text column
_CHECKS = (92, 150)  # px of the checks: at least, and where there is room


class SegmentTable(QTableView):
    """The table itself: rows on the screen get the height their text needs."""

    written = Signal(object, str, bool)  # StoredSegment as it was, new words, confirmed
    confirm_asked = Signal(object)  # list of StoredSegment
    number_asked = Signal(int)  # Ctrl and a digit, where `numbers` says that these are for us

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Make an empty table."""
        super().__init__(parent)
        self._theme = theme
        self._followed = 0  # where the scroll bar was left by `put`
        self._held: tuple[QPersistentModelIndex, QAbstractItemView.ScrollHint] | None = None
        self._confirms = False  # whether the edit that ends now confirms
        self._share = 0.5  # of the room for texts, the source's part
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self._fit)
        self._sizing = False
        self.numbers = False  # whether Ctrl+1 … 9 are taken here and in the field over a cell
        self.segments = SegmentModel(self)
        self.segments.edited.connect(self._edited)
        self.setModel(self.segments)
        self._cells = SegmentDelegate(theme, self)
        self._cells.ended.connect(self._end_edit)
        self.setItemDelegate(self._cells)
        self.setAccessibleName(_("Segments"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
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
        across.setMinimumSectionSize(theme.px(40))
        across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across.setSectionResizeMode(SOURCE, QHeaderView.ResizeMode.Interactive)
        across.sectionResized.connect(self._resized)
        self.verticalScrollBar().valueChanged.connect(self._later)
        self.segments.dataChanged.connect(self._later)
        self.segments.modelReset.connect(self._later)
        self.segments.rowsInserted.connect(self._later)
        theme.changed.connect(self._themed)
        self._themed()

    def put(self, segment: SegmentDone | StoredSegment) -> None:
        """Take in one segment; who neither scrolled nor chose a row is shown how it grows."""
        bar = self.verticalScrollBar()
        follows = bar.value() == self._followed and not self.currentIndex().isValid()
        before = self.segments.front
        self.segments.put(segment)
        if follows and self.segments.front > before:
            row = self.segments.row_of(self.segments.front - 1)
            self.scrollTo(self.segments.index(row, SOURCE))
            self._followed = bar.value()

    def show_segments(
        self, segments: Iterable[StoredSegment] | Stored = (), sources: Sequence[str] = ()
    ) -> None:
        """Show other segments, from the first on."""
        self.segments.reset(segments, sources=sources)
        self.scrollToTop()
        self._followed = self.verticalScrollBar().value()

    def show_again(self, segments: Stored, sources: Sequence[str], place: int) -> None:
        """Show the same document cut into other segments, and stand at a place of it."""
        bar = self.verticalScrollBar()
        before = bar.value()
        self.segments.reset(segments, sources=sources)
        self.updateGeometries()
        bar.setValue(before)
        row = self.segments.row_of(place)
        if row >= 0:
            self.clearSelection()
            self.setCurrentIndex(self.segments.index(row, TARGET))
            self.scrollTo(self.segments.index(row, SOURCE))

    def show_only(self, wanted: Filter, places: list[int] | None = None) -> None:
        """Show what a filter takes; the current segment stays current if it is among it."""
        place = self.segments.place(self.currentIndex().row())
        self.segments.show_only(wanted, places)
        row = self.segments.row_of(place) if place >= 0 else -1
        if row >= 0:
            self.go_to(row)

    def scrollTo(
        self,
        index: QModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Show a row, and hold it until the rows around it have the height they need."""
        self.updateGeometries()  # rows may have grown since the scroll bar was told
        super().scrollTo(index, hint)
        self._held = (QPersistentModelIndex(index), hint)
        self._settle.start()

    def go_to_next_problem(self, *, back: bool = False) -> int:
        """Select the next row with a problem, or the one before; returns it, or -1."""
        return self.go_to(self.segments.next_problem(self.currentIndex().row(), back=back))

    def go_to(self, row: int) -> int:
        """Select a row and show it in the middle; returns it."""
        if row >= 0:
            self.clearSelection()
            self.setCurrentIndex(self.segments.index(row, TARGET))
            self.scrollTo(
                self.segments.index(row, SOURCE), QAbstractItemView.ScrollHint.PositionAtCenter
            )
        return row

    @property
    def chosen(self) -> list[StoredSegment]:
        """The selected segments that are done, in the order of the document."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [segment for row in rows if (segment := self.segments.segment(row)) is not None]

    @property
    def current(self) -> StoredSegment | None:
        """The segment of the current row, if it is done."""
        return self.segments.segment(self.currentIndex().row())

    def edit_row(self) -> None:
        """Edit the translation of the current row."""
        index = self.segments.index(self.currentIndex().row(), TARGET)
        if self.segments.segment(index.row()) is not None:
            self.setCurrentIndex(index)
            self.edit(index)

    def write_in(self, words: str, *, whole: bool) -> bool:
        """Write into the field that is open; False if none is.

        Args:
            words: what is written at the cursor.
            whole: they take the place of everything there.
        """
        for editor in self.findChildren(CellEdit):
            if not editor.isHidden():
                editor.take(words, whole=whole)
                return True
        return False

    def end_edit(self) -> None:
        """Take in what is being written, as if another place was clicked."""
        for editor in self.findChildren(CellEdit):
            if not editor.isHidden():  # those are gone already
                self._end_edit(editor, confirmed=False)

    @property
    def share(self) -> float:
        """How much of the room for texts is the source's, 0 to 1."""
        return self._share

    @share.setter
    def share(self, share: float) -> None:
        self._share = min(0.8, max(0.2, share))
        self._divide()

    def event(self, event: QEvent) -> bool:
        """Keep the digits from those who would go to another page with them."""
        if event.type() == QEvent.Type.ShortcutOverride and self._number(event):
            event.accept()
            return True
        return super().event(event)

    def _number(self, event: QKeyEvent) -> int:
        """The digit of Ctrl+1 … 9, where it is for us; 0 otherwise."""
        keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        digit = event.key() - Qt.Key.Key_0
        wanted = self.numbers and keys == Qt.KeyboardModifier.ControlModifier
        return digit if wanted and 1 <= digit <= 9 else 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter edits, Ctrl+Enter confirms what is selected and goes on."""
        if self._number(event):
            event.accept()
            self.number_asked.emit(self._number(event))
            return
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)
            return
        event.accept()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.confirm_and_go_on()
        elif not event.isAutoRepeat():
            self.edit_row()

    def confirm_and_go_on(self) -> None:
        """Confirm what is selected, or else the current row, and go to the next that is not."""
        current = self.current
        chosen = self.chosen or ([] if current is None else [current])
        if chosen:
            self.confirm_asked.emit(chosen)
            self._go_on()

    @Slot(object, bool)
    def _end_edit(self, editor: CellEdit, confirmed: bool) -> None:  # noqa: FBT001 - a slot
        self._confirms = confirmed
        place = self.segments.place(self.currentIndex().row())
        current = self.segments.segment(self.currentIndex().row())
        unchanged = current is not None and as_one_line(editor.toPlainText()) == current.target
        self.commitData(editor)
        self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        self._confirms = False
        self.setFocus()
        if confirmed:
            if unchanged and current is not None:
                self.confirm_asked.emit([current])
            if place >= 0:
                self._go_on()

    def _go_on(self) -> None:
        at = self.currentIndex().row()
        row = self.segments.next_open(at)
        if row not in {-1, at}:
            self.go_to(row)

    @Slot(object, str)
    def _edited(self, segment: StoredSegment, words: str) -> None:
        self.written.emit(segment, words, self._confirms)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The current row is what shows the focus: there has to be one."""
        super().focusInEvent(event)
        self._hold_a_row()

    def _hold_a_row(self) -> None:
        if self.segments.rowCount() and not self.selectionModel().hasSelection():
            row = self.currentIndex().row()
            index = self.segments.index(row if row >= 0 else max(0, self.rowAt(0)), TARGET)
            flags = QItemSelectionModel.SelectionFlag
            # `selectRow` would toggle while Ctrl is held.
            self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The width decides how texts wrap."""
        super().resizeEvent(event)
        self._divide()
        self._settle.start()

    @Slot(int, int, int)
    def _resized(self, column: int, _before: int, width: int) -> None:
        """The user moved the border between source and translation."""
        if column == SOURCE and not self._sizing and self._room() > 0:
            self.share = width / self._room()

    def _room(self) -> int:
        fixed = self.columnWidth(NUMBER) + self.columnWidth(CHECKS)
        return self.viewport().width() - fixed

    def _divide(self) -> None:
        least, most = map(self._theme.px, _CHECKS)
        self._sizing = True
        self.setColumnWidth(CHECKS, min(most, max(least, self.viewport().width() // 5)))
        room = max(2 * _LEAST, self._room())
        self.setColumnWidth(SOURCE, round(room * self._share))
        self.setColumnWidth(TARGET, room - round(room * self._share))
        self._sizing = False
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
        self._divide()
        self.viewport().update()
        self._settle.start()

    @Slot()
    def _fit(self) -> None:
        """Give the rows that are on the screen the height they need."""
        if self.hasFocus():
            self._hold_a_row()
        bar = self.verticalScrollBar()
        at_end, follows = bar.value() == bar.maximum() > 0, bar.value() == self._followed
        held, self._held = self._held, None
        if self._grow() and (at_end or held is not None):
            # What was shown was pushed down; what is on the screen now is laid out next.
            if held is not None and held[0].isValid():
                self.scrollTo(self.segments.index(held[0].row(), held[0].column()), held[1])
            else:
                self.updateGeometries()
                self.scrollToBottom()
        if follows:
            self._followed = bar.value()

    def _grow(self) -> bool:
        """Give the rows that are on the screen the height they need; whether one has changed."""
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
        return grown
