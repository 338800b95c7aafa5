"""Finding words in a conversation: a bar at its upper right edge.

The one law: however long the conversation, typing is never held up: messages are looked through
a few milliseconds at a time.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from app.i18n import _
from app.ui import figures
from app.ui.widgets.basic import IconButton, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.ui.theme import Theme

WAIT_MS = 120
_SLICE_SECONDS = 0.005
_MARKS = re.compile(r"\*\*|__|~~|`+")
_LINKS = re.compile(r"\[([^\[\]\n]*)\]\([^()\s]*\)")  # of which only the words are shown


@dataclass(frozen=True, slots=True)
class Hit:
    """One place: the message, and which of its hits."""

    item: int
    number: int


def places(content: str, words: str) -> int:
    """How often words are in a message, whatever their case, as they are shown."""
    if not words:
        return 0
    return _MARKS.sub("", _LINKS.sub(r"\1", content)).lower().count(words.lower())


class FindBar(QFrame):
    """Says which words are wanted; the conversation marks them."""

    wanted = Signal()  # other words, or another hit

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._texts: Sequence[str] = ()
        self._read: Callable[[], Sequence[str]] = tuple
        self._hits: list[Hit] = []
        self._at = 0
        self._next = 0  # message to look through next
        self._first: int | None = None  # the message whose hit is to be looked at first
        self._back: QWidget | None = None
        self.words = ""
        self.setProperty("kind", "card")
        self.setAutoFillBackground(True)
        self.line = QLineEdit()
        self.line.setPlaceholderText(_("Find in this conversation"))
        self.line.setAccessibleName(_("Find in this conversation"))
        self.line.returnPressed.connect(self._enter)
        self.line.installEventFilter(self)
        self._count = text("", "small")
        self._previous = IconButton(theme, "chevron-up", _("Previous hit"), lambda: self.go(-1))
        self._following = IconButton(theme, "chevron-down", _("Next hit"), lambda: self.go(1))
        close = IconButton(theme, "close", _("Close the search bar"), self.leave)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(8), theme.px(6), theme.px(6), theme.px(6))
        layout.setSpacing(theme.px(4))
        layout.addWidget(self.line, 1)
        for part in (self._count, self._previous, self._following, close):
            layout.addWidget(part)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(WAIT_MS)
        self._wait.timeout.connect(self._begin)
        self.line.textChanged.connect(self._wait.start)
        self._look = QTimer(self)
        self._look.setInterval(0)
        self._look.timeout.connect(self._look_on)

    @property
    def hit(self) -> Hit | None:
        """The hit that is looked at."""
        return self._hits[self._at] if self._hits else None

    def open(
        self, read: Callable[[], Sequence[str]], back: QWidget | None, words: str = ""
    ) -> None:
        """Begin to look.

        Args:
            read: gives what was said in each message.
            back: what has the focus again afterwards.
            words: what to look for first; empty for what was looked for last.
        """
        self._read = read
        if back is not None and not self.isAncestorOf(back):
            self._back = back
        self.show()
        self.settle()
        self.raise_()
        if words and "\n" not in words:
            self.line.setText(words)
        self.line.selectAll()
        self.line.setFocus()
        self._begin()

    def show_hit(self, read: Callable[[], Sequence[str]], words: str, item: int) -> None:
        """Show where words stand in a message; the keyboard stays where it is.

        Args:
            read: gives what was said in each message.
            words: what to look for; where it is not found as it is shown, nothing opens.
            item: the number of the message.
        """
        self._read = read
        with QSignalBlocker(self.line):
            self.line.setText(words)
        self.show()
        self.settle()
        self.raise_()
        self._begin(item)

    @Slot()
    def leave(self) -> None:
        """Look no more."""
        if self.isHidden():
            return
        self._wait.stop()
        self._look.stop()
        self._hits, self.words = [], ""
        self.hide()
        self.wanted.emit()
        if self._back is not None:
            self._back.setFocus()
            self._back = None

    def settle(self) -> None:
        """Stand at the upper right edge."""
        room = self.parentWidget()
        if room is None or self.isHidden():
            return
        edge = self._theme.px(12)
        width = min(self._theme.px(420), room.width() - 2 * edge)
        self.setGeometry(room.width() - width - edge, edge, width, self.sizeHint().height())

    def go(self, step: int) -> None:
        """To the next hit, or the one before; round at the ends."""
        if self._hits:
            self._at = (self._at + step) % len(self._hits)
            self._tell()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Shift+Enter goes back, Esc closes."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.go(-1)
                return True
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:  # not the page's "stop"
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.leave()
                return True
        return super().eventFilter(watched, event)

    @Slot()
    def _enter(self) -> None:
        if self._wait.isActive() or self.words != self.line.text():
            self._begin()
        else:
            self.go(1)

    @Slot()
    def _begin(self, first: int | None = None) -> None:
        self._wait.stop()
        self.words = self.line.text()
        self._texts = self._read()
        self._hits, self._next, self._at = [], len(self._texts) - 1, 0
        self._first = first
        self._look.start()
        self._look_on()

    @Slot()
    def _look_on(self) -> None:
        """The latest messages first: that is where the reader is."""
        began, none_yet = time.perf_counter(), not self._hits
        found: list[Hit] = []
        while self._next >= 0 and time.perf_counter() - began < _SLICE_SECONDS:
            count = places(self._texts[self._next], self.words)
            found[:0] = [Hit(self._next, number) for number in range(count)]
            self._next -= 1
        self._hits[:0] = found
        self._at = len(self._hits) - 1 if none_yet else self._at + len(found)
        if self._next < 0:
            self._look.stop()
        if self._first is not None:
            self._go_to_first()
            return
        if none_yet and (self._hits or self._next < 0):
            self._tell()
        else:
            self._show_count()

    def _go_to_first(self) -> None:
        """Look at the message that was asked for, when all messages are looked through."""
        if self._next >= 0:
            return
        first, self._first = self._first, None
        at = next((at for at, hit in enumerate(self._hits) if hit.item == first), None)
        if at is None:
            self.leave()
            return
        self._at = at
        self._tell()

    def _tell(self) -> None:
        self._show_count()
        self.wanted.emit()

    def _show_count(self) -> None:
        if not self.words:
            words = ""
        elif not self._hits:
            words = _("Nothing found") if self._next < 0 else ""
        else:
            words = _(
                "{number} of {count}",
                number=figures.number(self._at + 1),
                count=figures.number(len(self._hits)),
            )
        self._count.setText(words)
        self._previous.setEnabled(bool(self._hits))
        self._following.setEnabled(bool(self._hits))
