"""The list of commands that opens while "/" is being written.

The one law: the text field keeps the focus and the input method; what is being composed counts as
written, and is never sent twice or left behind when a command is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.i18n import _
from app.ui.widgets.send_edit import COMMIT_MS, SendEdit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.ui.theme import Theme

_ROWS = 8
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CommandPopup(QFrame):
    """Follows a text field; `taken` with the name that is to stand there."""

    taken = Signal(str)

    def __init__(
        self,
        theme: Theme,
        edit: SendEdit,
        matching: Callable[[str], Sequence[tuple[str, str]]],
        parent: QWidget,
    ) -> None:
        """Make it.

        Args:
            theme: how it looks.
            edit: where commands are written.
            matching: the (name, what it does) of the commands that fit what was typed.
            parent: what it floats over.
        """
        super().__init__(parent)
        self._theme, self._edit, self._matching = theme, edit, matching
        self._closed_at = ""  # what stood there when Esc closed it
        self._waiting = False  # a composition is being committed, then the command is taken
        self.setProperty("kind", "floating")
        self.list = QListWidget()
        self.list.setAccessibleName(_("Commands"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(4), theme.px(4), theme.px(4), theme.px(4))
        layout.addWidget(self.list)
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(COMMIT_MS)
        self._late.timeout.connect(self._take_late)
        edit.installEventFilter(self)
        edit.textChanged.connect(self.look)
        edit.cursorPositionChanged.connect(self.look)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys that belong to the list while it is open."""
        if event.type() == QEvent.Type.InputMethod:
            QTimer.singleShot(0, self, self.look)
        elif (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self.isVisible()
        ):
            event.accept()  # Esc closes the list, it does not stop an answer
            return True
        elif event.type() == QEvent.Type.FocusOut:
            self.hide()
        elif (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and self.isVisible()
        ):
            return self._key(event)
        return super().eventFilter(watched, event)

    @Slot()
    def look(self) -> None:
        """Open, follow or close, as the text is now."""
        if self._waiting:
            if not self._composed():
                self._take_late()
            return
        written = self._written()
        if written != self._closed_at:
            self._closed_at = ""
        found = self._matching(written[1:]) if self._is_command(written) else ()
        if not found or self._closed_at:
            self.hide()
            return
        row = max(0, self.list.currentRow()) if self.isVisible() else 0
        self.list.clear()
        for name, does in found:
            item = QListWidgetItem(f"/{name}    {does}")
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}: {does}")
            self.list.addItem(item)
        self.list.setCurrentRow(min(row, len(found) - 1))
        self._place(len(found))

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            by = 1 if key == Qt.Key.Key_Down else -1
            self.list.setCurrentRow((self.list.currentRow() + by) % self.list.count())
            return True
        if key == Qt.Key.Key_Escape:
            self._closed_at = self._written()
            self.hide()
            return True
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key == Qt.Key.Key_Tab or (key in _ENTER and plain):
            if self._composed():
                self._waiting = True
                self._late.start()
                QGuiApplication.inputMethod().commit()
            else:
                self._take()
            return True
        return False

    @Slot()
    def _take_late(self) -> None:
        if self._waiting:
            self._waiting = False
            self._late.stop()
            if self._composed():
                QGuiApplication.inputMethod().reset()
            self._take()

    def _take(self, *_item: object) -> None:
        item = self.list.currentItem()
        if item is None:
            return
        name = str(item.data(Qt.ItemDataRole.UserRole))
        self.hide()
        self._closed_at = f"/{name} "
        cursor = self._edit.textCursor()
        cursor.select(cursor.SelectionType.Document)
        cursor.insertText(f"/{name} ")
        self._edit.setTextCursor(cursor)
        self.taken.emit(name)

    def _composed(self) -> str:
        """What the input method has not committed yet."""
        layout = self._edit.textCursor().block().layout()
        return layout.preeditAreaText() if layout is not None else ""

    def _written(self) -> str:
        cursor = self._edit.textCursor()
        text, at = self._edit.toPlainText(), cursor.position()
        return text[:at] + self._composed() + text[at:]

    def _is_command(self, written: str) -> bool:
        return written.startswith("/") and not any(letter.isspace() for letter in written)

    def _place(self, count: int) -> None:
        row = self.list.sizeHintForRow(0)
        px, room = self._theme.px, self.parentWidget()
        wide = min(self._edit.width(), px(460))
        high = row * min(count, _ROWS) + px(14)
        at = self._edit.mapTo(room, self._edit.rect().topLeft())
        self.setGeometry(at.x(), max(0, at.y() - high - px(6)), wide, high)
        self.show()
        self.raise_()
