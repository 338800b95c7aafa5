"""A table of rows under named columns: what every list of the window tells Qt of its size.

The one law: rows are counted where they are kept; nothing is counted twice.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class Rows(QAbstractTableModel):
    """Rows under named columns; the cells are those of who derives from it."""

    def heads(self) -> tuple[str, ...]:
        """The names of the columns, in the user's language."""
        raise NotImplementedError  # each table has its own

    def count(self) -> int:
        """The rows that are shown."""
        raise NotImplementedError  # each table keeps its own

    def rowCount(self, parent: Index = ROOT) -> int:
        """Rows; none below a row."""
        return 0 if parent.isValid() else self.count()

    def columnCount(self, parent: Index = ROOT) -> int:
        """Columns; none below a row."""
        return 0 if parent.isValid() else len(self.heads())

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's own signature
        """Names of the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.heads()[section]
        return None
