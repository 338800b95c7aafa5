"""Deleting in a draft's text.

The one law: of several sections their text goes, and no heading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor

from app.ui.scholar import editor_document

if TYPE_CHECKING:
    from PySide6.QtGui import QTextBlock, QTextDocument


def remove(document: QTextDocument, cursor: QTextCursor) -> None:
    """Delete what a cursor has selected."""
    first = document.findBlock(cursor.selectionStart())
    last = document.findBlock(cursor.selectionEnd())
    if not crosses(first, last):
        cursor.removeSelectedText()
        return
    start, end = cursor.selectionStart(), cursor.selectionEnd()
    cursor.beginEditBlock()
    block = last
    while block.isValid() and block.blockNumber() >= first.blockNumber():
        before = block.previous()
        _clear(block, start, end)
        block = before
    cursor.endEditBlock()
    cursor.setPosition(min(start, document.characterCount() - 1))


def crosses(first: QTextBlock, last: QTextBlock) -> bool:
    """Whether a heading stands in a stretch of several blocks."""
    if first == last:
        return False
    block = first
    while block.isValid() and block.blockNumber() <= last.blockNumber():
        if editor_document.section_of(block) >= 0:
            return True
        block = block.next()
    return False


def _clear(block: QTextBlock, start: int, end: int) -> None:
    """Delete the selected part of a block of text; the block too if it is not the first."""
    if editor_document.section_of(block) >= 0:
        return
    low, high = max(start, block.position()), min(end, block.position() + block.length() - 1)
    cursor = QTextCursor(block)
    cursor.setPosition(low)
    cursor.setPosition(high, QTextCursor.MoveMode.KeepAnchor)
    cursor.removeSelectedText()
    alone = editor_document.section_of(block.previous()) >= 0
    if block.length() == 1 and start < block.position() and not alone:
        cursor.deletePreviousChar()
