"""Entries of one work side by side: a row for each field, a column for each entry.

The one law: one value is ticked in every row, and what is not ticked is kept all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from agents.scholar import bib, latex, merging
from app.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from agents.store.library import Entry

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
KEY = "key"
_FIRST = ("title", "author", "year", "journal", "booktitle", "volume", "number", "pages", "doi")


class ComparisonModel(QAbstractTableModel):
    """Ticks choose the value of a row; the first row chooses the entry that is kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.entries: tuple[Entry, ...] = ()
        self.rows: list[str] = []
        self._values: list[dict[str, str]] = []
        self._chosen: dict[str, int] = {}

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Compare these; the fullest is ticked."""
        self.beginResetModel()
        self.entries = tuple(entries)
        self._values = [{**bib.values_of(entry), KEY: entry.work.key} for entry in entries]
        names = dict.fromkeys(name for values in self._values for name in values)
        order = (KEY, *_FIRST)
        self.rows = sorted(names, key=lambda n: order.index(n) if n in order else len(order))
        self._tick_all(merging.best(self.entries) if entries else 0)
        self.endResetModel()

    @property
    def keep(self) -> int:
        """The id of the entry that is kept."""
        return self.entries[self._chosen[KEY]].work.id

    @property
    def chosen(self) -> dict[str, str]:
        """LaTeX values by field, where another entry than the kept one was ticked."""
        kept = self._chosen[KEY]
        return {
            name: self._values[at][name]
            for name, at in self._chosen.items()
            if name != KEY and at != kept and name in self._values[kept]
        }

    def differs(self, row: int) -> bool:
        """Whether the entries say different things in a row."""
        name = self.rows[row]
        said = [values[name] for values in self._values if values.get(name, "").strip()]
        return any(not merging.alike(said[0], other) for other in said[1:])

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Fields."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Entries."""
        return 0 if parent.isValid() else len(self.entries)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's own signature
        """Entries across, fields down; a field that differs carries a mark."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self.entries[section].work.key
        name = self.rows[section]
        shown = _("key") if name == KEY else name
        return f"≠ {shown}" if name != KEY and self.differs(section) else shown

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own signature
        """The value, and whether it is ticked."""
        name, at = self.rows[index.row()], index.column()
        value = latex.read(self._values[at].get(name, ""))
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return value
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = _("chosen") if self._chosen.get(name) == at else ""
            return f"{name}: {value} {said}".strip()
        if role == Qt.ItemDataRole.CheckStateRole and value:
            ticked = self._chosen.get(name) == at
            return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Cells with a value can be ticked."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self._values[index.column()].get(self.rows[index.row()], "").strip():
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: ANN401 - Qt's own signature
        """Tick a cell; ticking a key ticks all of its entry."""
        if role != Qt.ItemDataRole.CheckStateRole or Qt.CheckState(value) != Qt.CheckState.Checked:
            return False
        name = self.rows[index.row()]
        if name == KEY:
            self._tick_all(index.column())
        else:
            self._chosen[name] = index.column()
        self.dataChanged.emit(
            self.index(0, 0), self.index(len(self.rows) - 1, len(self.entries) - 1)
        )
        return True

    def _tick_all(self, at: int) -> None:
        for name in self.rows:
            holders = [n for n, values in enumerate(self._values) if values.get(name, "").strip()]
            self._chosen[name] = at if at in holders or not holders else holders[0]
