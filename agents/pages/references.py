"""The list of references of a paper, one text a reference.

The one law: a reference begins where its list shows it: at a mark, at a line that does not hang, or
after a gap; what looks like none of a list is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from agents.pages.joining import habit_of, joined
from agents.pages.sections import lists

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.pages.passages import Quotable
    from agents.pages.sections import Section
    from agents.pages.shapes import Line

_MARK = re.compile(r"\[(?P<number>\d{1,4})\]|\[[^\[\]\s]{2,12}\]|(?P<plain>\d{1,3})[.)](?=\s|\Z)")
_MARKED = 0.15  # of the lines: with fewer marks a list is not marked
_HANGS = 0.6  # of the letter size: how far the other lines of a reference stand in
_HANGING = 0.2  # of the lines: with fewer a list does not hang
_GAP = 1.25  # times the usual distance of lines
_DATED = re.compile(
    r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)|arxiv|doi|https?:|www\.|in press|forthcoming|to appear"
    r"|submitted|unpublished|출판\s*예정",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\[1\]\s")
_FEWEST = 4  # references of a list without a heading
_SHORTEST = 20  # letters of a reference
_LONGEST = 1_500


@dataclass(frozen=True, slots=True)
class Listed:
    """A reference as it is printed, without the mark before it."""

    text: str
    page: int  # from 0
    mark: str = ""  # "12", "Knu84"; empty where there is none


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the list, and where its column begins and ends."""

    line: Line
    page: int
    column: tuple[int, int]
    right: float
    begins: bool  # a paragraph of the reader


def references(
    paragraphs: Sequence[Quotable], found: Sequence[Section]
) -> tuple[tuple[Listed, ...], tuple[int, int]]:
    """The references of a document, and the paragraphs that hold them, from and to.

    Of several lists (of chapters, or one that is only about references) the longest is taken.
    """
    best: tuple[tuple[Listed, ...], tuple[int, int]] = ((), (0, 0))
    for begin, end in lists(paragraphs, found):
        made = listed(paragraphs[begin:end])
        if len(made) > len(best[0]):
            best = (made, (begin, end))
    return best if best[0] else _unnamed(paragraphs, found)


def _unnamed(
    paragraphs: Sequence[Quotable], found: Sequence[Section]
) -> tuple[tuple[Listed, ...], tuple[int, int]]:
    """A list without a heading, as journals of physics have it: "[1]" and those that follow."""
    for begin in range(len(paragraphs) - 1, len(paragraphs) // 3, -1):
        if _FIRST.match(paragraphs[begin].text):
            stops = [one.paragraph for one in found if one.paragraph > begin]
            end = stops[0] if stops else len(paragraphs)
            made = listed(paragraphs[begin:end])
            if len(made) >= _FEWEST:
                return made, (begin, end)
    return (), (0, 0)


def listed(paragraphs: Sequence[Quotable]) -> tuple[Listed, ...]:
    """The references within the paragraphs of a list."""
    rows = [
        _Row(line, block.page, (block.page, block.column), block.space.x1, not at)
        for one in paragraphs
        for block in one.passage.blocks
        for at, line in enumerate(block.lines)
    ]
    if not rows:
        return ()
    starts = _starts(rows)
    habit = habit_of([row.line for row in rows])
    found: list[Listed] = []
    for begin, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        some = rows[begin:end]
        right = max(row.right for row in some)
        text = joined([row.line for row in some], right, habit)[0]
        text = " ".join(text.split())
        mark = _MARK.match(text)
        bare = text[mark.end() :].strip() if mark else text
        if _SHORTEST <= len(bare) <= _LONGEST and _DATED.search(bare):
            name = mark[0].strip("[].)") if mark else ""
            found.append(Listed(bare, some[0].page, name))
    return tuple(found)


def _starts(rows: Sequence[_Row]) -> list[int]:
    """The rows at which a reference begins."""
    marked = _by_marks(rows)
    if len(marked) > max(1, _MARKED * len(rows)):
        return marked
    hanging = _by_indent(rows)
    if hanging:
        return hanging
    return _by_gap(rows)


def _by_marks(rows: Sequence[_Row]) -> list[int]:
    """Rows that begin with a mark; numbers go up one by one."""
    found: list[int] = []
    last = 0
    for at, row in enumerate(rows):
        match = _MARK.match(row.line.text)
        if match is None:
            continue
        number = match["number"] or match["plain"]
        if number is None:
            found.append(at)
        elif int(number) == last + 1 or (not last and match["number"]):
            last = int(number)
            found.append(at)
    return found


def _by_indent(rows: Sequence[_Row]) -> list[int]:
    """Rows at the left border of their column, where the others stand in from it."""
    lefts: dict[tuple[int, int], float] = {}
    for row in rows:
        x0 = row.line.box.x0
        lefts[row.column] = min(lefts.get(row.column, x0), x0)
    size = median(row.line.size for row in rows)
    inner = [row.line.box.x0 - lefts[row.column] for row in rows]
    hung = [indent for indent in inner if indent > _HANGS * size]
    if len(hung) < _HANGING * len(rows):
        return []
    # a column that holds only what hangs has no border of its own to tell it by
    usual = median(hung)
    whole = {
        column
        for column in lefts
        if sum(row.column == column for row in rows) > 2
        and not any(
            row.column == column and abs(indent - usual) < _HANGS * size
            for row, indent in zip(rows, inner, strict=True)
        )
    }
    return [
        at
        for at, (row, indent) in enumerate(zip(rows, inner, strict=True))
        if indent <= _HANGS * size and (row.column not in whole or row.begins)
    ]


def _by_gap(rows: Sequence[_Row]) -> list[int]:
    """Rows after a wider gap than usual, or at which the reader saw a paragraph begin."""
    steps = [
        one.line.baseline - two.line.baseline
        for one, two in pairwise(rows)
        if one.column == two.column and one.line.baseline > two.line.baseline
    ]
    usual = median(steps) if steps else 0.0
    gaps = sum(step > _GAP * usual for step in steps)
    if gaps < 0.1 * len(rows):
        return [at for at, row in enumerate(rows) if row.begins or not at]
    found = [0]
    for at in range(1, len(rows)):
        above, row = rows[at - 1], rows[at]
        step = above.line.baseline - row.line.baseline
        if (above.column == row.column and step > _GAP * usual) or (
            above.column != row.column and row.begins
        ):
            found.append(at)
    return found
