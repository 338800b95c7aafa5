"""Conversations dragged into folders, and out of them.

The one law: only a conversation of this list is taken; files held above it belong to the window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem

from app.ui.chat.listing import FOLDER, ID, INSIDE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QPoint
    from PySide6.QtGui import (
        QDragEnterEvent,
        QDragLeaveEvent,
        QDragMoveEvent,
        QDropEvent,
    )

    from app.ui.theme import Theme

TALK = "application/x-moadesk-conversation"  # the id of one, as text


class ConversationRows(QListWidget):
    """The rows of the list."""

    moved = Signal(int, int)  # a conversation, into a folder; 0 = into none

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._over: QListWidgetItem | None = None  # the folder that something is held above
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.CopyAction)  # the list is read anew, not edited
        self.setDropIndicatorShown(False)

    def mimeTypes(self) -> list[str]:
        """What it takes."""
        return [TALK]

    def supportedDropActions(self) -> Qt.DropAction:
        """What happens to what is dropped."""
        return Qt.DropAction.CopyAction

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        """A conversation as it is dragged; nothing for other rows."""
        made = QMimeData()
        ids = [item.data(ID) for item in items if item.data(ID)]
        if ids:
            made.setData(TALK, str(ids[0]).encode())
        return made

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take conversations."""
        self._consider(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show which folder it would go into."""
        self._consider(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """It goes elsewhere."""
        self._light(None)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Put it there."""
        self._light(None)
        talk = _talk(event.mimeData())
        if talk:
            event.acceptProposedAction()
            self.moved.emit(talk, self._folder_at(event.position().toPoint()))

    def _consider(self, event: QDragMoveEvent) -> None:
        if not _talk(event.mimeData()):
            event.ignore()
            return
        event.acceptProposedAction()
        folder = self._folder_at(event.position().toPoint())
        heads = (self.item(at) for at in range(self.count()))
        self._light(next((one for one in heads if folder and one.data(FOLDER) == folder), None))

    def _folder_at(self, point: QPoint) -> int:
        """The folder a point is in: on its head, or on a conversation inside; 0 = in none."""
        item = self.itemAt(point)
        return (item.data(FOLDER) or item.data(INSIDE) or 0) if item is not None else 0

    def _light(self, item: QListWidgetItem | None) -> None:
        if item is self._over:
            return
        if self._over is not None:
            self._over.setData(Qt.ItemDataRole.BackgroundRole, None)
        if item is not None:
            item.setBackground(self._theme.colour("accent_soft"))
        self._over = item


def _talk(data: QMimeData) -> int:
    """The conversation that is dragged; 0 for anything else."""
    held = bytes(data.data(TALK).data()) if data.hasFormat(TALK) else b""
    return int(held) if held.isdigit() else 0
