"""The entities of the library as a table: name, kind, in how many works, how often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QHeaderView

from app.i18n import _
from app.ui.scholar import words
from app.ui.scholar.works import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from agents.store.entities import EntityRow
    from app.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_NUMBERS = (2, 3)


class EntityModel(QAbstractTableModel):
    """Name, kind, works, mentions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.rows: tuple[EntityRow, ...] = ()

    def show_rows(self, rows: Sequence[EntityRow]) -> None:
        """Show these, in this order."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Entities."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Name, kind, works, mentions."""
        return 0 if parent.isValid() else 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's own signature
        """Names of the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section in _NUMBERS:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.DisplayRole:
            return (_("Name"), _("Kind"), _("Works"), _("Mentions"))[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own signature
        """Text of a cell."""
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            kind = words.label(row.label)
            return (row.name, kind, f"{row.works:,}", f"{row.mentions:,}")[column]
        if role == Qt.ItemDataRole.ToolTipRole and column == 0:
            return row.name
        if role == Qt.ItemDataRole.TextAlignmentRole and column in _NUMBERS:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None


class EntityTable(Table):
    """Several can be selected, to be made one."""

    picked = Signal(int)  # the id of the current one

    def __init__(self, theme: Theme) -> None:
        """Make an empty table."""
        super().__init__(_("Entities"), theme)
        self.entities = EntityModel(self)
        self.setModel(self.entities)
        across = self.horizontalHeader()
        across.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, wide in ((1, 84), (2, 58), (3, 76)):
            across.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            across.resizeSection(column, theme.px(wide))
        self.selectionModel().currentRowChanged.connect(self._moved)

    @property
    def selected(self) -> list[EntityRow]:
        """All selected ones, the current one first."""
        rows = [index.row() for index in self.selectionModel().selectedRows()]
        current = self.currentIndex().row()
        rows.sort(key=lambda row: (row != current, row))
        return [self.entities.rows[row] for row in rows]

    def pick(self, entity: int) -> bool:
        """Select one; whether it is shown."""
        rows = self.entities.rows
        at = next((at for at, row in enumerate(rows) if row.id == entity), -1)
        if at >= 0:
            self.selectRow(at)
            self.scrollTo(self.entities.index(at, 0))
        return at >= 0

    @Slot(QModelIndex, QModelIndex)
    def _moved(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self.picked.emit(self.entities.rows[index.row()].id)
