"""The table of terms: written in place, pasted into, looked through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.i18n import _
from app.ui.scholar.works import Table
from app.ui.translation.glossaries_model import AVOID, CHECK, EN, KO, NOTE, TermModel

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from agents.store.glossaries import StoredTerm, TermRow
    from app.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
_NARROW = 620  # px below which the note is not shown


class CellDelegate(QStyledItemDelegate):
    """Cells whose editors are called as their columns are."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A field with a name."""
        editor = super().createEditor(parent, option, index)
        name = index.model().headerData(index.column(), Qt.Orientation.Horizontal)
        editor.setAccessibleName(str(name))
        editor.setProperty("kind", "cell")
        return editor


class TermDelegate(CellDelegate):
    """Warnings in their colour, the empty line muted."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        """Keep the theme."""
        super().__init__(parent)
        self._theme = theme

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Choose the colour of a cell."""
        super().initStyleOption(option, index)
        model = index.model()
        colour = ""
        if index.column() == CHECK:
            colour = "warn"
        elif index.column() in {AVOID, NOTE}:
            colour = "muted"
        elif isinstance(model, TermModel) and model.row(index.row()) is None:
            colour = "text" if model.draft.en or model.draft.ko else "muted"
        if colour:
            for role in (option.palette.ColorRole.Text, option.palette.ColorRole.HighlightedText):
                option.palette.setColor(role, self._theme.colour(colour))


class TermTable(Table):
    """The terms; several can be selected."""

    added = Signal(object)  # StoredTerm written in the last line
    remove_asked = Signal()
    pasted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        """Make an empty table."""
        super().__init__(_("Terms"), theme)
        self.terms = TermModel(self)
        self.setModel(self.terms)
        cells = TermDelegate(theme, self)
        self.setItemDelegate(cells)
        cells.closeEditor.connect(self._edit_ended)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.selectionModel().currentRowChanged.connect(self._moved)

    @property
    def chosen(self) -> list[TermRow]:
        """The selected terms."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [row for place in rows if (row := self.terms.row(place)) is not None]

    def begin_new(self) -> None:
        """Write into the empty line."""
        place = self.terms.rowCount() - 1
        self.scrollToBottom()
        self.setCurrentIndex(self.terms.index(place, EN))
        self.setFocus()
        self.edit(self.terms.index(place, EN))

    def go_to(self, id_: int) -> None:
        """Select a term."""
        place = self.terms.place(id_)
        if place >= 0:
            self.selectRow(place)
            self.scrollTo(self.terms.index(place, EN))

    def end_edit(self) -> None:
        """Take in what is being written, as if another place was clicked."""
        for editor in self.viewport().findChildren(QLineEdit):
            if editor.isVisible():
                self.commitData(editor)
                self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        self._commit_draft()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter edits, Delete removes, paste adds rows."""
        if self.state() == QAbstractItemView.State.EditingState:
            return  # the field that is open has had it
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit(QApplication.clipboard().text())
            return
        if event.key() == Qt.Key.Key_Delete:
            self.remove_asked.emit()
            return
        index = self.currentIndex()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and index.isValid():
            self.edit(index if index.column() != CHECK else index.siblingAtColumn(EN))
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Terms share what notes and checks leave; where there is little room, notes go first."""
        super().resizeEvent(event)
        across, wide, px = self.horizontalHeader(), self.viewport().width(), self._theme.px
        narrow = wide < px(_NARROW)
        self.setColumnHidden(NOTE, narrow)
        check = min(px(130), wide // 5)
        avoid = wide * 16 // 100
        note = 0 if narrow else wide * 20 // 100
        rest = wide - check - avoid - note
        for column, size in (
            (CHECK, check),
            (AVOID, avoid),
            (NOTE, note),
            (EN, rest // 2),
            (KO, rest - rest // 2),
        ):
            across.resizeSection(column, size)

    @Slot(QWidget, QAbstractItemDelegate.EndEditHint)
    def _edit_ended(self, _editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        ends = (
            QAbstractItemDelegate.EndEditHint.NoHint,
            QAbstractItemDelegate.EndEditHint.SubmitModelCache,
        )
        if hint in ends and self.terms.row(self.currentIndex().row()) is None:
            # Not from within the editor that closes: it still stands in the last line.
            QTimer.singleShot(0, self, self._commit_draft)

    @Slot(QModelIndex, QModelIndex)
    def _moved(self, _now: QModelIndex, before: QModelIndex) -> None:
        if before.isValid() and self.terms.row(before.row()) is None:
            self._commit_draft()

    @Slot()
    def _commit_draft(self) -> None:
        draft: StoredTerm = self.terms.draft
        if draft.en and draft.ko:
            self.terms.clear_draft()
            self.added.emit(draft)
            return
        place = self.terms.rowCount() - 1
        begun = bool(draft.en or draft.ko)
        writing = self.state() == QAbstractItemView.State.EditingState
        if begun and not writing and self.hasFocus() and self.currentIndex().row() == place:
            missing = self.terms.index(place, KO if draft.en else EN)
            self.setCurrentIndex(missing)
            self.edit(missing)
