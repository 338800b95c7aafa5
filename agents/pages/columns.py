"""Lines into columns, columns into reading order.

The one law: a gutter is believed only where lines on both sides fill their columns; a table
whose cells stand apart is read row by row.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from agents.pages.shapes import Box, union

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.pages.shapes import Line

_PAGE = re.compile(r"\d{1,4}")
_LEAST = 4  # lines on each side of a gutter
_NARROW = 5.0  # points: the narrowest gutter
_EDGE = 2.0  # points: how far lines that begin at one border may stand apart
_POKES = 0.5  # of the letter size: a line may reach so far over the middle of a gutter
_FILLED = 0.6  # of its column: how wide the lines are that hold half of its text
_CROSSING = 0.25  # of all lines: where more run across a gutter, columns have to look like text
_FULL = 0.85  # of its column: how wide the lines of such text are
_WIDE = 14.0  # letter sizes: how wide such a column is
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Column:
    """Lines that are read from top to bottom, and the space they are set in."""

    lines: tuple[Line, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class _Gutter:
    """Where two columns part: the right border of one, the left border of the other."""

    left: float
    right: float
    crossing: frozenset[int]  # the `id()` of lines that run across

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def columns(found: Sequence[Line]) -> list[Column]:
    """The columns of a page in reading order."""
    if not found:
        return []
    around = union(line.box for line in found)
    return _split(list(found), around.x0, around.x1, 0)


def _split(found: list[Line], x0: float, x1: float, depth: int) -> list[Column]:
    """The columns of lines that are set between `x0` and `x1`."""
    gutter = _gutter(found) if depth < _DEEPEST else None
    if gutter is None:
        around = union(line.box for line in found)
        box = Box(min(x0, around.x0), around.y0, max(x1, around.x1), around.y1)
        return [Column(tuple(_rows(found)), box)]
    done: list[Column] = []
    band: list[Line] = []
    across: list[Line] = []
    for line in sorted(found, key=lambda line: -line.baseline):
        if id(line) in gutter.crossing:
            done += _halves(band, gutter, (x0, x1), depth)
            band = []
            across.append(line)
        else:
            if across:
                done += _split(across, x0, x1, _DEEPEST)
                across = []
            band.append(line)
    done += _halves(band, gutter, (x0, x1), depth)
    if across:
        done += _split(across, x0, x1, _DEEPEST)
    return done


def _halves(
    band: list[Line], gutter: _Gutter, sides: tuple[float, float], depth: int
) -> list[Column]:
    left = [line for line in band if _middle(line) < gutter.middle]
    right = [line for line in band if _middle(line) >= gutter.middle]
    done: list[Column] = []
    if left:
        done += _split(left, sides[0], gutter.left, depth + 1)
    if right:
        done += _split(right, gutter.right, sides[1], depth + 1)
    return done


def _middle(line: Line) -> float:
    return (line.box.x0 + line.box.x1) / 2


def _gutter(found: Sequence[Line]) -> _Gutter | None:
    """The gutter that most lines stand beside; None where there is none."""
    if len(found) < 2 * _LEAST:
        return None
    best: tuple[float, _Gutter] | None = None
    for border in _borders(found):
        one = _at(found, border)
        if one is not None and (best is None or one[0] > best[0]):
            best = one
    return None if best is None else best[1]


def _borders(found: Sequence[Line]) -> list[float]:
    """Where several lines begin: each may be the left border of a column."""
    starts = sorted(line.box.x0 for line in found)
    borders: list[float] = []
    at = 0
    while at < len(starts):
        end = at
        while end < len(starts) and starts[end] - starts[at] <= _EDGE:
            end += 1
        if end - at >= _LEAST - 1:
            borders.append(starts[at])
        at = end
    return borders[1:] if borders and borders[0] - starts[0] <= _EDGE else borders


def _at(found: Sequence[Line], border: float) -> tuple[float, _Gutter] | None:
    """The gutter before a left border, and how many lines speak for it."""
    size = median(line.size for line in found)
    before = [line for line in found if line.box.x1 <= border + _POKES * size]
    before = [line for line in before if line.box.x0 < border - _NARROW]
    if len(before) < _LEAST:
        return None
    ends = sorted(line.box.x1 for line in before)
    end = min(ends[-1], border - 1)  # a word may poke into the gutter; it is not its border
    if (pokes := [one for one in ends if one <= border - _NARROW]) and end > border - _NARROW:
        if len(pokes) < 0.8 * len(ends):
            return None
        end = pokes[-1]
    gutter = _Gutter(end, border, frozenset())
    middle, slack = gutter.middle, _POKES * size
    crossing = {
        id(line)
        for line in found
        if line.box.x0 < middle - slack
        and line.box.x1 > middle + slack
        and not line.box.x1 <= border + slack
        and not line.box.x0 >= border - _EDGE
    }
    left: list[Line] = []
    right: list[Line] = []
    for band in _bands(found, crossing):
        one = [line for line in band if _middle(line) < middle]
        two = [line for line in band if _middle(line) >= middle]
        if one and two and _side_by_side(one, two):
            left += one
            right += two
    strict = len(crossing) > _CROSSING * len(found)
    contents = _contents(left) if _is_column(right, strict=True) else left
    if not (_is_column(contents, strict=strict) and _is_column(right, strict=strict)):
        return None
    early = sum(line.box.x0 < border - _EDGE for line in right)  # this border is an indent
    score = min(len(left), len(right)) - 0.5 * len(crossing) - early
    if not strict or min(len(left), len(right)) >= 2 * _LEAST:
        return score, _Gutter(end, border, frozenset(crossing))
    return None


def _bands(found: Sequence[Line], crossing: set[int]) -> list[list[Line]]:
    """Lines that do not run across, from each one that does to the next."""
    bands: list[list[Line]] = [[]]
    for line in sorted(found, key=lambda line: -line.baseline):
        if id(line) not in crossing:
            bands[-1].append(line)
        elif bands[-1]:
            bands.append([])
    return bands


def _is_column(side: Sequence[Line], *, strict: bool) -> bool:
    """Whether lines are a column of text: half of them fill it."""
    if len(side) < _LEAST:
        return False
    around = union(line.box for line in side)
    size = median(line.size for line in side)
    filled = _usual_width(side) / max(around.width, 1.0)
    if strict:
        return filled >= _FULL and around.width >= _WIDE * size
    return filled >= _FILLED and around.width >= 7 * size


def _contents(side: Sequence[Line]) -> Sequence[Line]:
    """Lines of a table of contents, each as wide as to its page number; others as they are."""
    rows = _rows(side)
    wide: list[Line] = []
    numbers: list[int] = []
    for line in rows:
        before = wide[-1] if wide else None
        level = before is not None and abs(before.baseline - line.baseline) < 0.35 * line.size
        if before is not None and level and _PAGE.fullmatch(line.text):
            wide[-1] = dataclasses.replace(before, box=union([before.box, line.box]))
            numbers.append(int(line.text))
        else:
            wide.append(line)
    climbs = numbers == sorted(numbers) and len(set(numbers)) > 1
    return wide if climbs and len(numbers) >= _LEAST else side


def _usual_width(side: Sequence[Line]) -> float:
    """Half of all text stands in lines at least so wide; a table's cells weigh little."""
    widths = sorted((line.box.width for line in side), reverse=True)
    left = sum(widths) / 2
    for width in widths:
        left -= width
        if left <= 0:
            return width
    return 0.0


def _side_by_side(left: Sequence[Line], right: Sequence[Line]) -> bool:
    one, two = union(line.box for line in left), union(line.box for line in right)
    shared = min(one.y1, two.y1) - max(one.y0, two.y0)
    return shared > 0.25 * min(one.height, two.height)


def _rows(found: Sequence[Line]) -> list[Line]:
    """Lines from top to bottom; what stands side by side from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(found, key=lambda line: -line.baseline):
        if rows and abs(rows[-1][0].baseline - line.baseline) < 0.35 * min(
            rows[-1][0].size, line.size
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.box.x0)]
