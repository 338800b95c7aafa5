"""Text that a person selects, in an answer or where they write, and what can be done with it.

The one law: nothing opens while the mouse still selects; the small bar goes as soon as the
selection does, and never takes the focus from where the person is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.i18n import _
from app.ui.widgets.basic import button

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

    from app.ui.theme import Theme

_LEAST = 2  # letters that are worth it


class Selecting(QObject):
    """Tells what is selected in a text, once the mouse or the keys have done so."""

    def __init__(
        self, view: QTextEdit | QPlainTextEdit, tell: Callable[[str, QPoint], object]
    ) -> None:
        """Tell `tell` the words and the global point below them; "" when nothing is selected."""
        super().__init__(view)
        self._view, self._tell = view, tell
        view.viewport().installEventFilter(self)
        view.installEventFilter(self)
        view.selectionChanged.connect(self._gone)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The mouse is released, or Shift is after arrows have selected."""
        kind = event.type()
        mouse = kind == QEvent.Type.MouseButtonRelease and watched is not self._view
        keys = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Shift
        if mouse or (keys and kind == QEvent.Type.KeyRelease):
            QTimer.singleShot(0, self, self.look)  # the view takes the event first
        return False

    @Slot()
    def look(self) -> None:
        """Tell what is selected now."""
        words = self._words()
        if len(words) >= _LEAST:
            point = self._view.viewport().mapToGlobal(self._view.cursorRect().bottomLeft())
            self._tell(words, point)

    @Slot()
    def _gone(self) -> None:
        if not self._words():
            self._tell("", QPoint())

    def _words(self) -> str:
        return self._view.textCursor().selection().toPlainText().strip()


class SelectionBar(QFrame):
    """A small bar of buttons that floats below what is selected."""

    chosen = Signal(str)  # the key of a command

    def __init__(self, theme: Theme, commands: Sequence[tuple[str, str]], parent: QWidget) -> None:
        """Offer these (key, words); "more" is a key of its own."""
        super().__init__(parent)
        self._theme = theme
        self.words = ""
        self.setProperty("kind", "floating")
        self.setAccessibleName(_("What can be done with the selection"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(4), theme.px(3), theme.px(4), theme.px(3))
        layout.setSpacing(theme.px(2))
        for key, words in commands:
            made = button(words, kind="faint")
            made.clicked.connect(lambda _on=False, wish=key: self._choose(wish))
            layout.addWidget(made)
        self.hide()

    def offer(self, words: str, point: QPoint) -> None:
        """Show it near a global point for these words; hide it where there are none."""
        self.words = words
        if not words:
            self.hide()
            return
        self.adjustSize()
        room = self.parentWidget()
        at = room.mapFromGlobal(point) + QPoint(0, self._theme.px(6))
        edge = self._theme.px(8)
        at.setX(max(edge, min(at.x(), room.width() - self.width() - edge)))
        if at.y() + self.height() > room.height() - edge:
            at.setY(at.y() - self.height() - self._theme.px(40))
        self.move(at)
        self.show()
        self.raise_()

    def _choose(self, key: str) -> None:
        self.hide()
        self.chosen.emit(key)
