"""The list of documents: name, how it stands, and a thin line that grows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from app.i18n import _
from app.ui.translation import words
from app.ui.two_lines import PART, STATE, TONE, TwoLines

if TYPE_CHECKING:
    from app.ui.theme import Theme
    from app.ui.translation.queue import Document, DocumentQueue

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class QueueModel(QAbstractListModel):
    """The queue as a list, the latest on top."""

    def __init__(self, queue: DocumentQueue, parent: QWidget) -> None:
        """Follow the queue."""
        super().__init__(parent)
        self._rows: list[Document] = []
        queue.added.connect(self._added)
        queue.changed.connect(self._changed)
        queue.removed.connect(self._removed)

    def row(self, document: Document) -> int:
        """Where a document stands; -1 if it is gone."""
        return next((at for at, one in enumerate(self._rows) if one is document), -1)

    def document(self, row: int) -> Document | None:
        """The document of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Documents."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:  # noqa: ANN401 - Qt's own signature
        """What the list draws, tips, and name and state together for a screen reader."""
        document = self.document(index.row())
        return None if document is None else _said(document).get(role)

    @Slot(object)
    def _added(self, document: Document) -> None:
        # Documents of earlier runs go below, new ones on top.
        at = 0 if document.state == "waiting" else len(self._rows)
        self.beginInsertRows(QModelIndex(), at, at)
        self._rows.insert(at, document)
        self.endInsertRows()

    @Slot(object)
    def _changed(self, document: Document) -> None:
        row = self.row(document)
        if row >= 0:
            self.dataChanged.emit(self.index(row), self.index(row))

    @Slot(object)
    def _removed(self, document: Document) -> None:
        row = self.row(document)
        if row >= 0:
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._rows[row]
            self.endRemoveRows()


def _said(document: Document) -> dict[int, Any]:
    state = words.state(document)
    said = {
        int(Qt.ItemDataRole.DisplayRole): document.name,
        int(Qt.ItemDataRole.ToolTipRole): "\n".join(
            one for one in (str(document.request.source), words.choices(document.request)) if one
        ),
        int(Qt.ItemDataRole.AccessibleTextRole): f"{document.name}: {state}",
        STATE: state,
        TONE: words.tone(document),
    }
    if document.state == "running":
        said[PART] = document.done / document.segments if document.segments else 0.0
    return said


class QueueList(QListView):
    """The list itself."""

    picked = Signal(object)  # Document, or None

    def __init__(self, queue: DocumentQueue, theme: Theme) -> None:
        """Show a queue."""
        super().__init__()
        self.setAccessibleName(_("Documents"))
        self.rows = QueueModel(queue, self)
        self.setModel(self.rows)
        self.setItemDelegate(TwoLines(theme, self, Qt.TextElideMode.ElideMiddle))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(self._moved)
        theme.changed.connect(self.doItemsLayout)

    def pick(self, document: Document) -> None:
        """Show this one."""
        self.setCurrentIndex(self.rows.index(self.rows.row(document)))

    @property
    def current(self) -> Document | None:
        """The document that is shown."""
        return self.rows.document(self.currentIndex().row())

    @Slot(QModelIndex, QModelIndex)
    def _moved(self, index: QModelIndex, _before: QModelIndex) -> None:
        self.picked.emit(self.rows.document(index.row()))
