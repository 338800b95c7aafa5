"""A draft as a document that can be edited, and back.

The one law: each heading is one block that knows which it is, so the text under it always belongs
to it; whatever else happens to the document, its headings are all there, in their order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtGui import (
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)

from agents.scholar import cited, editing
from app.ui.scholar import chips

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QTextDocument

    from agents.scholar.events import Sentence
    from app.ui.scholar.draft_text import Written
    from app.ui.theme import Theme

_SECTION = QTextFormat.Property.UserProperty.value + 2
_BREAKS = re.compile(r"[\n\r\u2028\u2029\ufffc]")  # what would end a block, or be taken for a chip
Line = list[str | tuple[str, ...]]  # of a paragraph: words, or keys of one citation


@dataclass(slots=True)
class Section:
    """What stands under a heading now."""

    number: int
    title: str
    blocks: list[QTextBlock] = field(default_factory=list)


def section_of(block: QTextBlock) -> int:
    """Which heading a block is; -1 for text."""
    number = block.blockFormat().intProperty(_SECTION)
    return number - 1 if number else -1


def blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    """All blocks, in order."""
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def sections(document: QTextDocument) -> list[Section]:
    """The headings with their blocks."""
    found: list[Section] = []
    for block in blocks(document):
        number = section_of(block)
        if number >= 0:
            found.append(Section(number, " ".join(block.text().split())))
        elif found:
            found[-1].blocks.append(block)
    return found


def sound(document: QTextDocument, headings: int) -> bool:
    """Whether all headings are there, in their order, with nothing before the first."""
    found = [(block.blockNumber(), section_of(block)) for block in blocks(document)]
    numbers = [number for _at, number in found if number >= 0]
    return numbers == list(range(headings)) and (not headings or found[0][1] == 0)


def typed(block: QTextBlock) -> tuple[str, list[str]]:
    """The letters of a block with a mark for each citation, and what those cite."""
    keys = chips.keys_in(block)
    letters = list(block.text().replace(editing.CHIP, " "))
    for at, _key in keys:
        letters[at] = editing.CHIP
    return "".join(letters).replace(chips.LETTER, " "), [key for _at, key in keys]


def fill(document: QTextDocument, written: Written, theme: Theme) -> None:
    """Show a draft; what was there cannot be brought back."""
    document.setUndoRedoEnabled(False)
    document.clear()
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    first = True
    for number, title in enumerate(written.themes):
        _block(cursor, heading(number, theme), heading_letters(), first=first)
        first = False
        cursor.insertText(" ".join(title.split()), heading_letters())
        for line in lines([sentence for _at, sentence in written.paragraph(number)]) or [[]]:
            _block(cursor, paragraph(theme), letters())
            insert_line(cursor, line)
    if first:
        cursor.setBlockFormat(paragraph(theme))
    cursor.endEditBlock()
    document.setUndoRedoEnabled(True)
    document.setModified(False)


def update(document: QTextDocument, written: Written, theme: Theme) -> None:
    """Show the same draft as it is stored now; the difference can be undone."""
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    for section in reversed(sections(document)):
        wanted = lines([sentence for _at, sentence in written.paragraph(section.number)]) or [[]]
        there = [_line(block) for block in section.blocks]
        if there != wanted:
            heading_block = section.blocks[0].previous()
            last = section.blocks[-1]
            cursor.setPosition(heading_block.position() + heading_block.length() - 1)
            cursor.setPosition(last.position() + last.length() - 1, QTextCursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()
            for line in wanted:
                _block(cursor, paragraph(theme), letters())
                insert_line(cursor, line)
        title = " ".join(written.themes[section.number].split())
        if title != section.title:
            block = _heading_block(document, section.number)
            cursor.setPosition(block.position())
            cursor.movePosition(
                QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor
            )
            cursor.insertText(title, heading_letters())
    cursor.endEditBlock()


def lines(found: list[Sentence]) -> list[Line]:
    """Sentences as paragraphs of words and citations, with the spaces between them."""
    made: list[Line] = []
    for sentence in found:
        if sentence.opens or not made:
            made.append([])
        line = made[-1]
        words = cited.pieces(sentence)
        for at, piece in enumerate(words):
            before = line[-1] if line else ""
            apart = isinstance(before, tuple) or (before and before[-1] not in cited.OPENING)
            if before and (not at or not isinstance(piece, str)) and apart:
                line.append(" ")
            line.append(piece)
    return [_joined(line) for line in made]


def insert_line(cursor: QTextCursor, line: Line) -> None:
    """Write words and citations where the cursor is."""
    for piece in line:
        if isinstance(piece, str):
            cursor.insertText(" ".join(_BREAKS.split(piece)), letters())
        else:
            for key in piece:
                chips.insert(cursor, key)


def read(cursor: QTextCursor) -> list[Line]:
    """What is selected, block by block."""
    found: list[Line] = []
    document = cursor.document()
    start, end = cursor.selectionStart(), cursor.selectionEnd()
    block = document.findBlock(start)
    while block.isValid() and block.position() <= end:
        low = max(start - block.position(), 0)
        high = min(end - block.position(), block.length() - 1)
        found.append(_line(block, low, high))
        block = block.next()
    return found


def _line(block: QTextBlock, low: int = 0, high: int | None = None) -> Line:
    text = block.text()
    high = len(text) if high is None else high
    made: Line = []
    at = low
    for place, key in chips.keys_in(block):
        if not low <= place < high:
            continue
        if place > at:
            made.append(text[at:place])
        if made and isinstance(made[-1], tuple) and place == at:
            made[-1] = (*made[-1], key)
        else:
            made.append((key,))
        at = place + 1
    if at < high:
        made.append(text[at:high])
    return made


def _joined(line: Line) -> Line:
    """Words that follow each other as one, and citations too."""
    made: Line = []
    for piece in line:
        if made and type(made[-1]) is type(piece):
            made[-1] = made[-1] + piece
        else:
            made.append(piece)
    return made


def _heading_block(document: QTextDocument, number: int) -> QTextBlock:
    return next(block for block in blocks(document) if section_of(block) == number)


def _block(
    cursor: QTextCursor, form: QTextBlockFormat, letters_: QTextCharFormat, *, first: bool = False
) -> None:
    if first:
        cursor.setBlockFormat(form)
        cursor.setBlockCharFormat(letters_)
    else:
        cursor.insertBlock(form, letters_)


def heading(number: int, theme: Theme) -> QTextBlockFormat:
    """The format of a heading."""
    form = QTextBlockFormat()
    form.setProperty(_SECTION, number + 1)
    form.setHeadingLevel(3)
    form.setTopMargin(theme.px(18) if number else theme.px(4))
    form.setBottomMargin(theme.px(6))
    return form


def heading_letters() -> QTextCharFormat:
    """The letters of a heading; their size follows that of the text."""
    form = QTextCharFormat()
    form.setFontWeight(QFont.Weight.DemiBold)
    form.setProperty(QTextFormat.Property.FontSizeAdjustment, 1)
    return form


def paragraph(theme: Theme) -> QTextBlockFormat:
    """The format of text."""
    form = QTextBlockFormat()
    form.setLineHeight(160, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    form.setBottomMargin(theme.px(8))
    return form


def letters() -> QTextCharFormat:
    """The letters of text: those of the editor, whatever size it has."""
    return QTextCharFormat()
