"""What a page shows beside its paragraphs: formulas, program code, drawings, by their places.

The one law: whatever a reader sees is in a paragraph or in one of these; headers, footers, rules
and grounds are not worth a picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.pages.shapes import Box, union

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.pages.paragraphs import Block
    from agents.pages.reading import Book
    from agents.pages.shapes import Sheet

_NEAR = 8.0  # points between two parts of one figure
_LEAST = 14.0  # points: smaller drawings are bullets and rules
_THIN = 3.0  # points: a rule
_GROUND = 0.8  # of the page: a ground or a frame
_TEXT = 0.35  # of a drawing: that much text makes it a box around text
_BORDER = 0.4  # of its height: so far lines around a figure may reach into it
_MARGIN = 3.0  # points of paper around a figure


@dataclass(frozen=True, slots=True)
class Figure:
    """A part of a page.

    `before` is the number of the paragraph (in `Book.passages`) it precedes; as many as there
    are: it stands behind all of them.
    """

    page: int
    box: Box
    before: int


def figures(book: Book) -> list[Figure]:
    """The figures of all pages whose letters are known, in reading order."""
    owners = [
        (number, block)
        for number, passage in enumerate(book.passages)
        for block in passage.blocks
        if not block.turn
    ]
    by_page: dict[int, list[tuple[int, Block]]] = {}
    for number, block in owners:
        by_page.setdefault(block.page, []).append((number, block))
    lines: dict[int, list[Box]] = {}
    for page, line in book.shown:
        lines.setdefault(page, []).append(line.box)
    found: list[Figure] = []
    before = 0  # the paragraph a page without any would precede
    for sheet in book.sheets:
        own = by_page.get(sheet.number, [])
        if not sheet.scanned:
            boxes = _clusters(sheet, [block for _, block in own], lines.get(sheet.number, []))
            found += [Figure(sheet.number, box, _place(box, own, before)) for box in boxes]
        before = max((number + 1 for number, _ in own), default=before)
    return sorted(found, key=lambda one: (one.before, one.page, -one.box.y1))


def _clusters(sheet: Sheet, text: Sequence[Block], lines: Sequence[Box]) -> list[Box]:
    """What stands together on a page, once each."""
    area = sheet.box.width * sheet.box.height
    drawn = [
        clipped
        for box in sheet.drawings
        if (clipped := _clipped(box, sheet.box)) is not None
        and clipped.width * clipped.height < _GROUND * area
        and not any(block.box.around(clipped) for block in text)  # a bar, a root, an underline
    ]
    groups = _grown([*lines, *drawn], [block.box for block in text])
    found: list[Box] = []
    for box in groups:
        held = any(box.around(line) for line in lines)
        if not held and (min(box.width, box.height) < _THIN or max(box.width, box.height) < _LEAST):
            continue
        covered = sum(_shared(box, block.box) for block in text)
        if covered > _TEXT * max(box.width * box.height, 1.0):
            continue
        edge = Box(box.x0 - _MARGIN, box.y0 - _MARGIN, box.x1 + _MARGIN, box.y1 + _MARGIN)
        trimmed = _trimmed(edge, [line.box for block in text for line in block.lines])
        found.append(_clipped(trimmed, sheet.box) or box)
    return found


def _trimmed(box: Box, lines: Sequence[Box]) -> Box:
    """A figure without the lines of text that reach into its upper and lower border."""
    y0, y1 = box.y0, box.y1
    most = _BORDER * box.height
    for line in lines:
        if not line.beside(box):
            continue
        if line.y0 < box.y0 + 0.5 < line.y1 <= box.y0 + most:
            y0 = max(y0, line.y1)
        elif line.y1 > box.y1 - 0.5 > line.y0 >= box.y1 - most:
            y1 = min(y1, line.y0)
    return Box(box.x0, y0, box.x1, y1)


def _grown(boxes: Sequence[Box], text: Sequence[Box]) -> list[Box]:
    """Boxes joined with those near them, and with those of their row if no text is between."""
    groups: list[Box] = []
    for box in sorted(boxes, key=lambda one: (-one.y1, one.x0)):
        joined = box
        again = True
        while again:
            near = [one for one in groups if _together(one, joined, text)]
            again = bool(near)
            groups = [one for one in groups if one not in near]
            joined = union([joined, *near])
        groups.append(joined)
    return groups


def _together(one: Box, other: Box, text: Sequence[Box]) -> bool:
    across = max(one.x0, other.x0) - min(one.x1, other.x1)
    down = max(one.y0, other.y0) - min(one.y1, other.y1)
    if across <= _NEAR and down <= _NEAR:
        return not _parted(one, other, text)
    row = -down > 0.5 * min(one.height, other.height)
    return row and not _parted(one, other, text)


def _parted(one: Box, other: Box, text: Sequence[Box]) -> bool:
    """Whether a paragraph stands between two boxes."""
    if one.x0 <= other.x1 and other.x0 <= one.x1:
        low, high = min(one.y1, other.y1), max(one.y0, other.y0)
        gap = Box(max(one.x0, other.x0), low, min(one.x1, other.x1), high)
    else:
        left, right = min(one.x1, other.x1), max(one.x0, other.x0)
        gap = Box(left, max(one.y0, other.y0), right, min(one.y1, other.y1))
    return any(_shared(gap, box) > 0.0 for box in text)


def _shared(one: Box, other: Box) -> float:
    """How much of the page both cover, in square points."""
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    return width * height if width > 0 and height > 0 else 0.0


def _clipped(box: Box, page: Box) -> Box | None:
    """The part of a box that is on the page."""
    part = Box(
        max(box.x0, page.x0), max(box.y0, page.y0), min(box.x1, page.x1), min(box.y1, page.y1)
    )
    return part if part.width >= 0 and part.height >= 0 else None


def _place(box: Box, own: Sequence[tuple[int, Block]], otherwise: int) -> int:
    """The number of the paragraph a figure precedes."""
    middle = (box.y0 + box.y1) / 2
    beside = [(number, block) for number, block in own if block.box.beside(box)] or list(own)
    above = [number for number, block in beside if (block.box.y0 + block.box.y1) / 2 > middle]
    if above:
        return max(above) + 1
    return min((number for number, _ in beside), default=otherwise)
