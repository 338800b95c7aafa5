"""Lines of a column into paragraphs, by their distance, indent, size and ends.

The one law: a line belongs to exactly one paragraph; when in doubt, a new paragraph begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from agents.pages.lines import LEADER
from agents.pages.shapes import Box, union

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.pages.columns import Column
    from agents.pages.shapes import Line

_ITEM = re.compile(
    r"(?:[•·▪◦‣○●■□–—*○▶※]|\(?[\da-zA-Z]{1,2}[.)]|\(?[가나다라마바사아자차카타파하][.)]|\[\d+\])\s"
)
_SYLLABLE = re.compile(r"[가-힣][.)]\s")  # an item, or the end of a sentence: 나타났|다.
_ENDED = re.compile(r"[.!?:;。…]['\"”’)\]]*$")
_INDENT = 0.7  # of the letter size
_LOOSE = 1.25  # times the usual distance of lines
_SHORT = 3.0  # letter sizes: a line that ends so far from the border was ended by its author


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that are one paragraph, or the part of one that stands in one column."""

    page: int  # number of the page
    column: int  # number of the column on that page
    lines: tuple[Line, ...]
    space: Box  # of the column
    cell: bool = False  # something stands beside it in the same column
    turn: int = 0  # quarters to the left; boxes are those of the page turned back

    @property
    def box(self) -> Box:
        """The space that its lines take."""
        return union(line.box for line in self.lines)

    @property
    def size(self) -> float:
        """The size of its letters."""
        return median(line.size for line in self.lines)

    @property
    def text(self) -> str:
        """Its lines, one below the other."""
        return "\n".join(line.text for line in self.lines)


def blocks(column: Column, page: int, number: int, turn: int = 0) -> list[Block]:
    """The paragraphs of one column; `turn` says by how many quarters it stands on its side."""
    beside = _beside(column.lines)
    usual = _leading(column.lines, beside)
    groups: list[list[Line]] = []
    for line in column.lines:
        group = groups[-1] if groups else None
        alone = id(line) in beside
        if group and not alone and id(group[-1]) not in beside:
            if _continues(group, line, column.box, usual):
                group.append(line)
                continue
        elif alone and (above := _above(groups, line, usual)) is not None:
            above.append(line)
            continue
        groups.append([line])
    return [
        Block(
            page, number, tuple(group), column.box, any(id(line) in beside for line in group), turn
        )
        for group in groups
    ]


def _beside(lines: Sequence[Line]) -> frozenset[int]:
    """The `id()` of lines that share their height with another line."""
    found: set[int] = set()
    for one, two in pairwise(lines):
        if abs(one.baseline - two.baseline) < 0.35 * min(one.size, two.size):
            found |= {id(one), id(two)}
    return frozenset(found)


def _above(groups: Sequence[list[Line]], line: Line, usual: float) -> list[Line] | None:
    """The cell that `line` goes on with, in a row of cells of several lines."""
    for group in reversed(groups[-8:]):
        over = group[-1]
        step = over.baseline - line.baseline
        if step <= 0.35 * line.size:
            continue
        same = abs(over.box.x0 - line.box.x0) < 0.3 * line.size
        close = step <= min(usual, 1.25 * line.size)
        if same and close and _alike(over, line) and not _ENDED.search(over.text):
            return group if line.text[:1].islower() else None
    return None


def _leading(lines: Sequence[Line], beside: frozenset[int]) -> float:
    """The usual distance of two lines; 0 where there is none."""
    steps: dict[float, int] = {}
    for one, two in pairwise(lines):
        step = one.baseline - two.baseline
        if id(two) not in beside and 0.8 * two.size < step < 2.6 * two.size:
            key = round(step * 2) / 2
            steps[key] = steps.get(key, 0) + 1
    return max(steps, key=lambda key: (steps[key], -key)) if steps else 0.0


def _alike(one: Line, two: Line) -> bool:
    """Whether two lines are set alike."""
    return abs(one.size - two.size) <= 0.12 * max(one.size, two.size) and one.bold == two.bold


def _continues(group: Sequence[Line], line: Line, space: Box, usual: float) -> bool:
    before = group[-1]
    step = before.baseline - line.baseline
    full = space.x1 - before.box.x1 < _SHORT * before.size
    new = _item(before, line, full=full) or LEADER.search(before.text)
    if new or not _same_block(group, line, step, usual):
        return False
    indent = line.box.x0 - before.box.x0
    if abs(_middle(before) - _middle(line)) < 0.5 * line.size and abs(indent) > line.size:
        return before.italic == line.italic  # lines of a title, each in the middle
    goes = full or not _ended(before, line)
    if len(group) == 1:
        if indent > _INDENT * line.size:  # the second line hangs, or a new paragraph begins
            return full and (_ITEM.match(before.text) is not None or not _sentence(before, line))
        return goes
    hanging = group[0].box.x0 < group[1].box.x0 - _INDENT * line.size
    back = indent < -_INDENT * line.size if hanging else indent < -2.5 * line.size
    return goes and not back and indent <= _INDENT * line.size


def _item(before: Line, line: Line, *, full: bool) -> bool:
    """Whether a line begins as one of a list does."""
    if _ITEM.match(line.text) is None:
        return False
    within = full and _SYLLABLE.match(line.text) and "가" <= before.text[-1:] <= "힣"
    return not within


def _same_block(group: Sequence[Line], line: Line, step: float, usual: float) -> bool:
    """Whether `line` is close enough and set like the lines above it."""
    before = group[-1]
    if step <= 0 or not before.box.beside(line.box) or not _alike(before, line):
        return False
    own = [one.baseline - two.baseline for one, two in pairwise(group)]
    near = 1.75 * line.size
    if own:
        near = median(own) * _LOOSE
    elif usual and usual < 1.9 * line.size and not _flush(before, line):
        near = max(usual * 1.15, 1.3 * line.size)
    return step <= near


def _flush(before: Line, line: Line) -> bool:
    """Whether two lines begin and end at the same borders, in the middle of a sentence."""
    borders = abs(before.box.x0 - line.box.x0), abs(before.box.x1 - line.box.x1)
    return max(borders) < 0.2 * line.size and _ENDED.search(before.text) is None


def _middle(line: Line) -> float:
    return (line.box.x0 + line.box.x1) / 2


def _ended(before: Line, line: Line) -> bool:
    """Whether a short line was the last of its paragraph."""
    if _ENDED.search(before.text) is not None:
        return True
    start = line.text[:1]
    if "\uac00" <= start <= "\ud7a3":  # a script without capitals: half a line is a heading's
        return before.box.width < 0.6 * line.box.width
    return not start.islower()


def _sentence(before: Line, line: Line) -> bool:
    """Whether one sentence ends with `before` and another begins with `line`."""
    return _ENDED.search(before.text) is not None and not line.text[:1].islower()


def goes_on(before: Block, block: Block) -> bool:
    """Whether `block`, at the top of another column or page, goes on with `before`."""
    last, first = before.lines[-1], block.lines[0]
    if before.cell or block.cell or before.turn != block.turn or not _alike(last, first):
        return False
    full = before.space.x1 - last.box.x1 <= _SHORT * last.size
    if _item(last, first, full=full):
        return False
    if not full and last.text[-1:] not in "-\u00ad":
        return False
    if _ENDED.search(last.text):
        return False
    start = first.text[:1]
    return start.islower() or "\uac00" <= start <= "\ud7a3" or last.text[-1:] in "-,\u00ad"
