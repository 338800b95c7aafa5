"""Two editors side by side whose sentences know each other.

The one law: positions are Qt's (UTF-16 units) in here and code points outside. Once the source
is changed, or the translation written anew, nothing is paired until `pair` is called again.
"""

from __future__ import annotations

import bisect
import itertools
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QTextCursor
from PySide6.QtWidgets import QTextEdit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QPlainTextEdit

    from agents.translation.events import Pair
    from app.ui.theme import Theme

Span = tuple[int, int]


class Pairs(QObject):
    """Shows which sentence belongs to which, under the pointer and under the cursor."""

    asked = Signal(int, QPoint)  # number of a sentence of the translation, and where it ends

    def __init__(self, source: QPlainTextEdit, target: QPlainTextEdit, theme: Theme) -> None:
        """Watch both editors."""
        super().__init__(target)
        self._edits = (source, target)
        self._theme = theme
        self._spans: tuple[list[Span], list[Span]] = ([], [])
        self.shown = -1  # number of the sentence that is marked
        for edit in self._edits:
            edit.viewport().setMouseTracking(True)
            edit.viewport().installEventFilter(self)
            edit.cursorPositionChanged.connect(self._moved)
        target.installEventFilter(self)
        # Told before the cursor moves on; `textChanged` comes after.
        source.document().contentsChange.connect(self.clear)
        theme.changed.connect(self._themed)

    def pair(self, pairs: Sequence[Pair]) -> None:
        """From now on these belong together; both editors hold their texts already."""
        for side, edit in enumerate(self._edits):
            units = _units(edit.toPlainText())
            bounds = [(pair.source, pair.target)[side] for pair in pairs]
            self._spans[side][:] = [(units[start], units[end]) for start, end in bounds]
        self._mark(-1)

    @Slot()
    def clear(self) -> None:
        """Nothing belongs together any more."""
        for spans in self._spans:
            spans.clear()
        self._mark(-1)

    def words(self, number: int) -> tuple[str, str]:
        """A sentence and its translation."""
        source, target = (self._cursor(side, number).selectedText() for side in (0, 1))
        # Qt's own sign for a line end
        return source.replace("\u2029", "\n"), target.replace("\u2029", "\n")

    def replace(self, number: int, words: str) -> None:
        """Put other words in the place of a sentence of the translation."""
        cursor = self._cursor(1, number)
        start, end = self._spans[1][number]
        grown = len(words.encode("utf-16-le")) // 2 - (end - start)
        cursor.insertText(words)
        self._spans[1][number] = (start, end + grown)
        for later in range(number + 1, len(self._spans[1])):
            first, last = self._spans[1][later]
            self._spans[1][later] = (first + grown, last + grown)
        self._mark(number)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the pointer; a click on a sentence of the translation, or Alt+Down, asks."""
        kind = event.type()
        if kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            side = 0 if watched is self._edits[0].viewport() else 1
            self._mark(self._under(side, event.position().toPoint()))
        elif kind == QEvent.Type.Leave:
            self._mark(-1)
        elif kind == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            target = self._edits[1]
            chose = target.textCursor().hasSelection()  # a word to copy
            if watched is target.viewport() and event.button() == Qt.MouseButton.LeftButton:
                number = self._under(1, event.position().toPoint())
                if number >= 0 and not chose:
                    self._ask(number)
        elif (
            kind == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and watched is self._edits[1]
            and event.key() == Qt.Key.Key_Down
            and event.modifiers() & Qt.KeyboardModifier.AltModifier
        ):
            number = self._at(1, self._edits[1].textCursor().position())
            if number >= 0:
                self._ask(number)
                return True
        return super().eventFilter(watched, event)

    def _ask(self, number: int) -> None:
        target = self._edits[1]
        cursor = QTextCursor(target.document())
        cursor.setPosition(self._spans[1][number][0])
        place = target.cursorRect(cursor).bottomLeft()
        self.asked.emit(number, target.viewport().mapToGlobal(place))

    @Slot()
    def _moved(self) -> None:
        """Follow the cursor of the editor that has the focus."""
        for side, edit in enumerate(self._edits):
            if edit.hasFocus():
                self._mark(self._at(side, edit.textCursor().position()))

    def _under(self, side: int, point: QPoint) -> int:
        edit = self._edits[side]
        cursor = edit.cursorForPosition(point)
        place = edit.cursorRect(cursor)
        # The nearest place in the text may be far from the pointer.
        if abs(point.x() - place.center().x()) > 2 * place.height():
            return -1
        if not place.top() <= point.y() <= place.bottom():
            return -1
        return self._at(side, cursor.position())

    def _at(self, side: int, position: int) -> int:
        """The sentence at a position; -1 between sentences."""
        spans = self._spans[side]
        number = bisect.bisect_right(spans, position, key=lambda span: span[0]) - 1
        return number if number >= 0 and position <= spans[number][1] else -1

    def _cursor(self, side: int, number: int) -> QTextCursor:
        start, end = self._spans[side][number]
        cursor = QTextCursor(self._edits[side].document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    @Slot()
    def _themed(self) -> None:
        self._mark(self.shown)

    def _mark(self, number: int) -> None:
        self.shown = number
        for side, edit in enumerate(self._edits):
            marked: list[QTextEdit.ExtraSelection] = []
            if number >= 0:
                one = QTextEdit.ExtraSelection()
                one.cursor = self._cursor(side, number)  # pyright: ignore[reportAttributeAccessIssue] - a field, in Qt's stubs a constant
                one.format.setBackground(self._theme.colour("accent_soft"))  # pyright: ignore[reportAttributeAccessIssue] - the same
                marked.append(one)
            edit.setExtraSelections(marked)


def _units(text: str) -> list[int]:
    """For each code point of a text, and its end, the UTF-16 unit at which it begins."""
    widths = (2 if letter > "\uffff" else 1 for letter in text)
    return list(itertools.accumulate(widths, initial=0))
