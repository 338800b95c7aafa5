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

    from agents.pages.joining import Habit
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
_CAP = r"[A-ZÀ-ÖØ-ÞĀ-Ž]"
# How references by name begin: Lee, A. B. | Lee A, | Lee, Ann. | A. B. Lee, | 김철수·이영희 (2020)
_PEOPLE = re.compile(
    rf"(?:(?:[a-z]{{2,4}} ){{0,2}}{_CAP}[\w'’-]+(?: {_CAP}[\w'’-]+)?,? {_CAP}"
    r"(?:\.|[\w'’-]+[,.&]| ?[,(]|[A-Z]?[,.])"
    rf"|{_CAP}\.(?:[ -]?{_CAP}\.)* ?{_CAP}[\w'’-]+[, ]|[가-힣]{{2,4}}(?:[,·ㆍ‧(]| [(외])"
    rf"|{_CAP}[^.()]{{2,60}}\.? \((?:1[5-9]|20)\d\d)"
)
_YEAR = re.compile(r"[(. ](?:1[5-9]|20)\d\d[a-z]?[)., ]|\((?:in press|forthcoming|출판 예정)\)")
_NEARLY = 0.8
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
    habit = habit_of(_lines(paragraphs))  # of the document: a list alone has few lines
    for begin, end in lists(paragraphs, found):
        made = listed(paragraphs[begin:end], habit)
        if len(made) > len(best[0]):
            best = (made, (begin, end))
    return best if best[0] else _unnamed(paragraphs, found, habit)


def _lines(paragraphs: Sequence[Quotable]) -> list[Line]:
    return [line for one in paragraphs for block in one.passage.blocks for line in block.lines]


def _unnamed(
    paragraphs: Sequence[Quotable], found: Sequence[Section], habit: Habit
) -> tuple[tuple[Listed, ...], tuple[int, int]]:
    """A list without a heading, as journals of physics have it: "[1]" and those that follow."""
    for begin in range(len(paragraphs) - 1, len(paragraphs) // 3, -1):
        if _FIRST.match(paragraphs[begin].text):
            stops = [one.paragraph for one in found if one.paragraph > begin]
            end = stops[0] if stops else len(paragraphs)
            made = listed(paragraphs[begin:end], habit)
            if len(made) >= _FEWEST:
                return made, (begin, end)
    return _by_names(paragraphs, found, habit)


def _by_names(
    paragraphs: Sequence[Quotable], found: Sequence[Section], habit: Habit
) -> tuple[tuple[Listed, ...], tuple[int, int]]:
    """A list without a heading or marks: people and years, again and again, in alphabetical order.

    The last such stretch in the last two thirds of a document; no prose is made like that.
    """
    heads = {one.paragraph for one in found}
    end = len(paragraphs)
    while end > len(paragraphs) // 3:
        begin = end
        while begin > len(paragraphs) // 3 and begin - 1 not in heads:
            if not (
                _is_reference(paragraphs[begin - 1].text)
                # the rest of a reference that begins before the end of a column
                or (begin > 1 and _is_reference(paragraphs[begin - 2].text) and begin < end)
            ):
                break
            begin -= 1
        made = listed(paragraphs[begin:end], habit) if begin < end else ()
        if len(made) >= _FEWEST and _in_order(made):
            return made, (begin, end)
        end = begin - 1 if begin < end else end - 1
    return (), (0, 0)


def _is_reference(text: str) -> bool:
    """Whether a paragraph begins with people and soon says a year."""
    return _PEOPLE.match(text) is not None and _YEAR.search(text[:_LONGEST]) is not None


def _in_order(made: Sequence[Listed]) -> bool:
    """Whether nearly all begin with people, who go up the alphabet (once for each script)."""
    names = [one.text.casefold() for one in made if _PEOPLE.match(one.text)]
    back = sum(two[:1] < one[:1] for one, two in pairwise(names))
    return len(names) >= _NEARLY * len(made) and back <= max(1, (1 - _NEARLY) * len(names))


def listed(paragraphs: Sequence[Quotable], habit: Habit) -> tuple[Listed, ...]:
    """The references within the paragraphs of a list, of a document with this habit."""
    rows = [
        _Row(line, block.page, (block.page, block.column), block.space.x1, not at)
        for one in paragraphs
        for block in one.passage.blocks
        for at, line in enumerate(block.lines)
    ]
    if not rows:
        return ()
    starts = _starts(rows)
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
    gaps, named = _by_gap(rows), _by_people(rows)
    return named if len(named) >= max(_FEWEST, len(gaps) / 2) else gaps


def _by_people(rows: Sequence[_Row]) -> list[int]:
    """Rows that begin with people, say a year soon, and stand below the end of a sentence."""
    found: list[int] = []
    for at, row in enumerate(rows):
        soon = " ".join(one.line.text for one in rows[at : at + 2])
        above = rows[at - 1].line.text if at else "."
        if _PEOPLE.match(row.line.text) and _YEAR.search(soon) and above[-1:] in ".)]0123456789/":
            found.append(at)
    return found


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
