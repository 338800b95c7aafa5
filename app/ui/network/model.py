"""The rows of the network list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from app import network_words as words
from app.i18n import _

if TYPE_CHECKING:
    from PySide6.QtCore import QPersistentModelIndex

    from agents.store.network_log import NetworkCall
    from app.ui.theme import Theme

    Index = QModelIndex | QPersistentModelIndex

_NUMBERS = (4, 5)  # columns of sizes


class CallsModel(QAbstractTableModel):
    """One row a call, the latest first."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        """No rows yet."""
        super().__init__(parent)
        self._theme = theme
        self._calls: tuple[NetworkCall, ...] = ()
        self._heads = (
            _("When"),
            _("Where"),
            _("What for"),
            _("Model or file"),
            _("Sent"),
            _("Received"),
            _("Outcome"),
        )

    def show_calls(self, calls: tuple[NetworkCall, ...]) -> None:
        """Show these."""
        if calls != self._calls:
            self.beginResetModel()
            self._calls = calls
            self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """How many calls there are."""
        return 0 if parent and parent.isValid() else len(self._calls)

    def columnCount(self, parent: Index | None = None) -> int:
        """When, where, what for, about, sent, received, outcome."""
        return 0 if parent and parent.isValid() else len(self._heads)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The name of a column, on the side of its words."""
        if role == Qt.ItemDataRole.TextAlignmentRole and section in _NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._heads[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What stands in a cell."""
        call = self._calls[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return _cells(call)[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in _NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and words.carries_text(call.why):
            return self._theme.colour("warn")
        return None


def _cells(call: NetworkCall) -> tuple[str, ...]:
    return (
        words.moment(call.made),
        call.address,
        words.why(call.why),
        call.about,
        words.size(call.sent),
        words.size(call.received) if call.received or call.answer else "",
        words.answer(call),
    )
