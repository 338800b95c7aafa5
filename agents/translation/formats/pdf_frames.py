"""Where a translated paragraph may stand: the box of the original, and what is free around it.

The one law: no paragraph is given space that something else stands in.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from agents.pages.shapes import Box
from agents.translation.formats.pdf_layout import Align, Frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.pages.paragraphs import Block
    from agents.pages.reading import Book, Passage

_MARGIN = 36.0  # points that stay free at the edge of a page
_PAPER = 0.8  # of a page: a drawing this big is its background
_GAP = 2.0  # points to whatever stands beside or below
LEADING = 1.25  # of the letter size, where a paragraph has one line
_TIGHT = 1.12  # of the letter size: lines of Hangul are no closer


class Surroundings:
    """What stands on the pages of a book."""

    def __init__(self, book: Book) -> None:
        """Collect the boxes of everything."""
        self._sheets = {sheet.number: sheet for sheet in book.sheets}
        self._text: dict[int, list[Box]] = {}
        self._drawn: dict[int, list[Box]] = {}
        self._spaces: dict[int, set[Box]] = {}  # of the columns
        for passage in book.passages:
            for block in passage.blocks:
                boxes = self._text.setdefault(block.page, [])
                boxes.extend(line.box.turned(block.turn) for line in block.lines)
                self._spaces.setdefault(block.page, set()).add(block.space)
        for page, line in book.alone:
            self._text.setdefault(page, []).append(line.box)
        for sheet in book.sheets:
            area = max(sheet.box.width * sheet.box.height, 1.0)
            self._drawn[sheet.number] = [
                box for box in sheet.drawings if box.width * box.height < _PAPER * area
            ]

    def frames(self, passage: Passage) -> list[Frame]:
        """The frames of a paragraph, one for each column that it stands in."""
        return [
            self._frame(block, first=number == 0) for number, block in enumerate(passage.blocks)
        ]

    def _frame(self, block: Block, *, first: bool) -> Frame:
        box = block.box
        lines = list(block.lines)
        if block.turn:  # nothing is known of the room beside it
            ends = lines[0].baseline, lines[-1].baseline
            return Frame(block.page, box.x0, box.x1, *ends, turn=block.turn)
        own = [line.box for line in block.lines]
        right = self._right(block, box, own)
        left = box.x0
        indent = 0.0
        if first and len(lines) > 1:
            left = min(line.box.x0 for line in lines[1:])
            indent = lines[0].box.x0 - left
        align: Align = "left"
        if _centred(block):
            left, right, indent, align = block.space.x0, block.space.x1, 0.0, "centre"
        elif _flush_right(block):
            left, indent, align = self._left(block, box, own), 0.0, "right"
        elif self._has_axis(block, own):
            middle = (box.x0 + box.x1) / 2
            room = min(middle - self._left(block, box, own), right - middle)
            left, right, indent, align = middle - room, middle + room, 0.0, "centre"
        grow = self._below(block.page, Box(left, box.y0, right, box.y1), own, block.size)
        return Frame(
            block.page,
            left if indent >= 0 else left + indent,
            right,
            lines[0].baseline,
            lines[-1].baseline,
            grow,
            max(indent, 0.0),
            align,
        )

    def _right(self, block: Block, box: Box, own: Sequence[Box]) -> float:
        sheet = self._sheets[block.page].box
        far = block.space.x1
        beside = (space.x0 >= far - 1 for space in self._spaces[block.page])
        if block.space.width < 0.4 * sheet.width and block.column == 0 and not any(beside):
            far = max(far, sheet.x1 - _MARGIN)
        for other in self._around(block.page, own):
            level = other.y0 < box.y1 and box.y0 < other.y1
            if level and other.x0 >= box.x1 - 1:
                far = min(far, other.x0 - _GAP)
            elif level and other.around(box) and other.x1 > box.x1:
                far = min(far, other.x1 - _GAP)
        return max(far, box.x1)

    def _left(self, block: Block, box: Box, own: Sequence[Box]) -> float:
        """How far text that ends at the right border may begin to the left."""
        far = block.space.x0
        for other in self._around(block.page, own):
            if other.y0 < box.y1 and box.y0 < other.y1 and other.x0 < box.x0:
                far = max(far, min(other.x1 + _GAP, box.x0))
        return far

    def _has_axis(self, block: Block, own: Sequence[Box]) -> bool:
        """Whether its lines, or those right above and below it, stand on one middle.

        So authors and their addresses stand, in columns of their own.
        """
        box, size = block.box, block.size  # put together from its lines: once, not for each box
        middle = (box.x0 + box.x1) / 2
        near = [*own]
        for other in self._around(block.page, own):
            apart = max(other.y0 - box.y1, box.y0 - other.y1)
            if apart < size and other.beside(box):
                near.append(other)
        on_it = all(abs((one.x0 + one.x1) / 2 - middle) < 0.3 * size for one in near)
        starts = [one.x0 for one in near]
        return on_it and max(starts) - min(starts) > size

    def _below(self, page: int, box: Box, own: Sequence[Box], size: float) -> float:
        """How much room there is under a box."""
        sheet = self._sheets[page].box
        floor = min(sheet.y0 + _MARGIN, box.y0)
        for other in self._around(page, own):
            if not other.beside(box):
                continue
            if other.y1 <= box.y0 + 0.3 * size:
                floor = max(floor, other.y1 + _GAP)
            elif other.around(box) or other.y0 < box.y0 < other.y1:
                floor = max(floor, other.y0 + _GAP)
        return max(0.0, box.y0 - floor)

    def _around(self, page: int, own: Sequence[Box]) -> list[Box]:
        mine = set(own)
        text = [box for box in self._text.get(page, ()) if box not in mine]
        return [*text, *self._drawn.get(page, ())]


def _centred(block: Block) -> bool:
    """Whether every line stands in the middle of its column."""
    if block.cell:
        return False
    middle = (block.space.x0 + block.space.x1) / 2
    off = max(abs((line.box.x0 + line.box.x1) / 2 - middle) for line in block.lines)
    room = min(line.box.x0 - block.space.x0 for line in block.lines)
    return off < 0.5 * block.size and room > block.size


def _flush_right(block: Block) -> bool:
    """Whether every line ends at the right border of its column, and none begins at the left."""
    if block.cell:
        return False
    ends = max(abs(line.box.x1 - block.space.x1) for line in block.lines)
    starts = min(line.box.x0 - block.space.x0 for line in block.lines)
    return ends < 0.3 * block.size and starts > max(4 * block.size, 0.15 * block.space.width)


def leading(passage: Passage) -> float:
    """The distance of two lines, in parts of the letter size."""
    steps = [
        one.baseline - two.baseline
        for block in passage.blocks
        for one, two in zip(block.lines, block.lines[1:], strict=False)
    ]
    if not steps:
        return LEADING
    return max(_TIGHT, median(steps) / max(passage.size, 0.1))
