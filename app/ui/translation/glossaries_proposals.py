"""Proposed terms in a table: a tick, the term, its translation, what it is, how often, where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from app.i18n import _
from app.ui.scholar.works import Table
from app.ui.translation import glossaries_words
from app.ui.translation.glossaries_table import CellDelegate
from app.ui.widgets.rows import Index, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from agents.translation.propose import Proposal
    from app.ui.theme import Theme

TERM, TRANSLATION, KIND, COUNT, EXAMPLE = range(5)
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)


class ProposalModel(Rows):
    """A tick, the term, its translation, what it is, how often, and where."""

    changed = Signal()  # what is ticked

    def __init__(self, parent: QWidget) -> None:
        """Start empty."""
        super().__init__(parent)
        self._rows: tuple[Proposal, ...] = ()
        self._said: list[str] = []
        self._ticked: set[int] = set()

    def show_proposals(self, proposals: Sequence[Proposal]) -> None:
        """Show these. What only the memory translates is ticked: it is worth fixing."""
        self.beginResetModel()
        self._rows = tuple(proposals)
        self._said = [one.translation for one in self._rows]
        self._ticked = {at for at, one in enumerate(self._rows) if one.known == "memory"}
        self.endResetModel()
        self.changed.emit()

    @property
    def chosen(self) -> list[tuple[Proposal, str]]:
        """Those that are ticked and have a translation, and how they are translated."""
        return [
            (one, self._said[at])
            for at, one in enumerate(self._rows)
            if at in self._ticked and self._said[at]
        ]

    @property
    def without_words(self) -> int:
        """How many are ticked and have no translation yet."""
        return sum(not self._said[at] for at in self._ticked)

    def count(self) -> int:
        """Proposals."""
        return len(self._rows)

    def heads(self) -> tuple[str, ...]:
        """Names of the columns."""
        return (_("Term"), _("Translation"), _("Kind"), _("Count"), _("Example"))

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Terms are ticked, translations written."""
        flags = super().flags(index)
        if index.column() == TERM:
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == TRANSLATION else flags

    def data(self, index: Index, role: int = _DISPLAY) -> Any:  # noqa: ANN401 - Qt's own signature
        """Text of a cell."""
        one = self._rows[index.row()]
        said = self._said[index.row()]
        column = index.column()
        if role == Qt.ItemDataRole.CheckStateRole and column == TERM:
            on = index.row() in self._ticked
            return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.EditRole and column == TRANSLATION:
            return said
        if role == Qt.ItemDataRole.ToolTipRole:
            return {EXAMPLE: one.example, TRANSLATION: glossaries_words.known(one)}.get(column)
        if role != _DISPLAY:
            return None
        known = glossaries_words.known(one) if said == one.translation else ""
        return (
            one.term,
            f"{said}  ({known})" if known else said,
            glossaries_words.kind(one),
            str(one.count),
            one.example,
        )[column]

    def setData(self, index: Index, value: Any, role: int = int(Qt.ItemDataRole.EditRole)) -> bool:  # noqa: ANN401 - Qt's own signature
        """Tick, or write a translation, which ticks too."""
        at = index.row()
        if role == Qt.ItemDataRole.CheckStateRole:
            on = Qt.CheckState(value) == Qt.CheckState.Checked
            self._ticked.add(at) if on else self._ticked.discard(at)
        elif role == Qt.ItemDataRole.EditRole and index.column() == TRANSLATION:
            said = " ".join(str(value).split())
            if said == self._said[at]:
                return True
            self._said[at] = said
            self._ticked.add(at) if said else self._ticked.discard(at)
        else:
            return False
        self.dataChanged.emit(self.index(at, TERM), self.index(at, TRANSLATION))
        self.changed.emit()
        return True

    def tick(self, place: int) -> None:
        """Turn a tick round."""
        on = place in self._ticked
        state = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
        self.setData(self.index(place, TERM), state, int(Qt.ItemDataRole.CheckStateRole))


class ProposalTable(Table):
    """The table: Space ticks, Enter writes."""

    def __init__(self, theme: Theme) -> None:
        """Make an empty table."""
        super().__init__(_("Proposed terms"), theme)
        self.proposals = ProposalModel(self)
        self.setModel(self.proposals)
        self.setItemDelegate(CellDelegate(self))
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space ticks the selected rows, Enter writes a translation."""
        place = self.currentIndex().row()
        if self.state() == QAbstractItemView.State.EditingState:
            return  # the field that is open has had it
        if event.key() == Qt.Key.Key_Space and place >= 0:
            self.proposals.tick(place)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and place >= 0:
            index = self.proposals.index(place, TRANSLATION)
            self.setCurrentIndex(index)
            self.edit(index)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The example takes what is left."""
        super().resizeEvent(event)
        across, wide, px = self.horizontalHeader(), self.viewport().width(), self._theme.px
        sizes = {TERM: wide * 24 // 100, TRANSLATION: wide * 26 // 100, KIND: px(90), COUNT: px(56)}
        sizes[EXAMPLE] = max(px(80), wide - sum(sizes.values()))
        for column, size in sizes.items():
            across.resizeSection(column, size)
