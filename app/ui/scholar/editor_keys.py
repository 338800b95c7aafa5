"""What keys mean in a draft's text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QTextCursor

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

_MOVE = QTextCursor.MoveOperation


def deletes(event: QKeyEvent) -> QTextCursor.MoveOperation | None:
    """How far a key deletes, if it does."""
    standard = QKeySequence.StandardKey
    for key, way in (
        (standard.Backspace, _MOVE.PreviousCharacter),
        (standard.Delete, _MOVE.NextCharacter),
        (standard.DeleteStartOfWord, _MOVE.PreviousWord),
        (standard.DeleteEndOfWord, _MOVE.NextWord),
        (standard.DeleteEndOfLine, _MOVE.EndOfBlock),
    ):
        if event.matches(key):
            return way
    plain = event.modifiers() in (
        Qt.KeyboardModifier.NoModifier,
        Qt.KeyboardModifier.ShiftModifier,
    )
    return _MOVE.PreviousCharacter if event.key() == Qt.Key.Key_Backspace and plain else None
