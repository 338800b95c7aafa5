"""Lines into columns, columns into reading order.

The one law: a gutter is believed only where lines on both sides fill their columns; a table
whose cells stand apart is read row by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from agents.pages.shapes import Box, union

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.pages.shapes import Line

_LEAST = 4  # lines on each side of a gutter
_NARROW = 5.0  # points: the narrowest gutter
_FILLED = 0.5  # of its column: how wide half of the lines are at least
_CROSSING = 0.25  # of all lines: how many may run across a gutter (titles, wide captions)
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Column:
    """Lines that are read from top to bottom, and the space they are set in."""

    lines: tuple[Line, ...]
    box: Box


def columns(found: Sequence[Line]) -> list[Column]:
    """The columns of a page in reading order."""
    return _split(list(found), 0) if found else []


def _split(found: list[Line], depth: int) -> list[Column]:
    gutter = _gutter(found) if depth < _DEEPEST else None
    if gutter is None:
        return [Column(tuple(_rows(found)), union(line.box for line in found))]
    at, crossing = gutter
    done: list[Column] = []
    band: list[Line] = []
    across: list[Line] = []
    for line in sorted(found, key=lambda line: -line.baseline):
        if line in crossing:
            done += _halves(band, at, depth)
            band = []
            across.append(line)
        else:
            if across:
                done += _split(across, _DEEPEST)
                across = []
            band.append(line)
    done += _halves(band, at, depth)
    if across:
        done += _split(across, _DEEPEST)
    return done


def _halves(band: list[Line], at: float, depth: int) -> list[Column]:
    left = [line for line in band if _middle(line) < at]
    right = [line for line in band if _middle(line) >= at]
    return [column for half in (left, right) if half for column in _split(half, depth + 1)]


def _middle(line: Line) -> float:
    return (line.box.x0 + line.box.x1) / 2


def _gutter(found: Sequence[Line]) -> tuple[float, frozenset[Line]] | None:
    """Where two columns part, and the lines that run across."""
    if len(found) < 2 * _LEAST:
        return None
    around = union(line.box for line in found)
    most = _CROSSING * len(found)
    cells = max(1, round(around.width))
    cover = [0] * (cells + 1)
    for line in found:
        for cell in range(
            max(0, int(line.box.x0 - around.x0)), min(cells, int(line.box.x1 - around.x0)) + 1
        ):
            cover[cell] += 1
    best: tuple[float, float, frozenset[Line]] | None = None
    for start, end in _valleys(cover, most):
        at = around.x0 + (start + end) / 2
        crossing = frozenset(line for line in found if line.box.x0 < at < line.box.x1)
        left = [line for line in found if line not in crossing and _middle(line) < at]
        right = [line for line in found if line not in crossing and _middle(line) >= at]
        if not (_is_column(left) and _is_column(right) and _side_by_side(left, right)):
            continue
        score = min(len(left), len(right)) - 2 * len(crossing)
        if best is None or score > best[0]:
            best = (score, at, crossing)
    return None if best is None else best[1:]


def _valleys(cover: Sequence[int], most: float) -> list[tuple[int, int]]:
    """Stretches that few lines run across: the emptiest part of each."""
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(cover):
        if cover[at] > most:
            at += 1
            continue
        end = at
        while end < len(cover) and cover[end] <= most:
            end += 1
        low = min(cover[at:end])
        inner = [cell for cell in range(at, end) if cover[cell] == low]
        first = last = inner[0]
        for cell in inner[1:]:
            if cell != last + 1:
                break
            last = cell
        if at > 0 and end < len(cover) and last - first + 1 >= _NARROW:
            found.append((first, last + 1))
        at = end
    return found


def _is_column(side: Sequence[Line]) -> bool:
    if len(side) < _LEAST:
        return False
    around = union(line.box for line in side)
    size = median(line.size for line in side)
    filled = median(line.box.width for line in side) >= _FILLED * around.width
    return filled and around.width >= 7 * size


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
