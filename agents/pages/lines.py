"""Letters into lines: stretches of text on one baseline.

The one law: every upright letter is in exactly one line.
"""

from __future__ import annotations

import dataclasses
import re
from statistics import median
from typing import TYPE_CHECKING

from agents.pages.shapes import ACCENTS, Line, union

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.pages.shapes import Letter

_SPACE = 0.2  # of the letter size: a wider gap is a space even where the file has none
_APART = 1.3  # of the letter size: a wider gap is no space but the border of a column or a cell
_RAISED = 0.55  # of the bigger letter's size: how far a mark may stand above or below its line
LEADER = re.compile(r"(?:[.·…]\s?){4,}\s*[\divxlcIVXLC]*\s*$")  # in a table of contents
_DOTTED = re.compile(r"[.·…\divxlcIVXLC]")
_NUMBERED = re.compile(r"[\divxlcIVXLC]")
_SAME = 0.25  # of the letter size: how far letters of one line stand apart in height


def lines(letters: Sequence[Letter]) -> list[Line]:
    """The lines of a page, in the order of the file."""
    runs: list[list[Letter]] = []
    for letter in letters:
        if runs and _follows(runs[-1][-1], letter, runs[-1]):
            runs[-1].append(letter)
        else:
            runs.append([letter])
    return _joined([_line(run) for run in runs])


def _follows(before: Letter, letter: Letter, run: Sequence[Letter]) -> bool:
    size = max(before.size, letter.size)
    if letter.box == before.box and letter.object == before.object:
        return True  # the parts of a ligature share one box
    gap = letter.box.x0 - before.box.x1
    if gap < 0 and (letter.text in ACCENTS or before.text in ACCENTS) and _above(before, letter):
        return True
    if not -0.6 * size <= gap <= _APART * size:
        return False
    rise = abs(letter.baseline - before.baseline)
    if rise <= _SAME * min(before.size, letter.size):
        return True
    main = max(run, key=lambda one: one.size)
    small = min(before.size, letter.size) < 0.85 * max(before.size, letter.size)
    back = abs(letter.baseline - main.baseline) <= _SAME * main.size
    return rise <= _RAISED * size and (small or back)


def _above(one: Letter, two: Letter) -> bool:
    """Whether one of two letters stands right above the other."""
    apart = abs(one.baseline - two.baseline)
    return one.box.beside(two.box) and apart <= max(one.size, two.size)


def _line(letters: Sequence[Letter]) -> Line:
    ordered = sorted(letters, key=lambda letter: letter.box.x0)
    spaced: list[Letter] = []
    for letter in ordered:
        if spaced:
            before = spaced[-1]
            gap = letter.box.x0 - before.box.x1
            wide = gap > _SPACE * min(before.size, letter.size)
            # A file may have a space where letters touch; where they overlap it has none.
            there = letter.spaced and gap > -0.3 * letter.size
            letter = dataclasses.replace(letter, spaced=wide or there)  # noqa: PLW2901 - the same
        spaced.append(letter)
    size = _size(spaced)
    main = [letter.baseline for letter in spaced if letter.size > 0.85 * size]
    baseline = median(main or [letter.baseline for letter in spaced])
    return Line(tuple(spaced), union(letter.box for letter in spaced), baseline, size)


def _size(letters: Sequence[Letter]) -> float:
    """The size most letters have."""
    counted: dict[float, int] = {}
    for letter in letters:
        key = round(letter.size * 4) / 4
        counted[key] = counted.get(key, 0) + 1
    return max(counted, key=lambda key: (counted[key], key))


def _joined(found: list[Line]) -> list[Line]:
    """Stretches of one line that stand apart in the file put together."""
    done: list[Line] = []
    by_height: dict[int, list[int]] = {}
    for line in found:
        home = -1
        for key in (round(line.baseline / 4) + step for step in (-2, -1, 0, 1, 2)):
            for index in by_height.get(key, ()):
                if _one_line(done[index], line):
                    home = index
        if home >= 0:
            done[home] = _line((*done[home].letters, *line.letters))
        else:
            by_height.setdefault(round(line.baseline / 4), []).append(len(done))
            done.append(line)
    return done


def _one_line(one: Line, two: Line) -> bool:
    """Whether two stretches are parts of one line."""
    size = max(one.size, two.size)
    left, right = (one, two) if one.box.x0 <= two.box.x0 else (two, one)
    gap = right.box.x0 - left.box.x1
    if not -0.6 * size <= gap <= 0.9 * size:
        return False
    rise = abs(one.baseline - two.baseline)
    small = min(one.size, two.size) < 0.85 * size
    return rise <= (_RAISED if small else _SAME) * size


def led(line: Line) -> tuple[Line, Line | None]:
    """A line of a table of contents as its words, and its page number with the dots before it.

    Dots that are one object with the words cannot be told apart on the page, and stay with them.
    """
    if LEADER.search(line.text) is None:
        return line, None
    for shape in (_DOTTED, _NUMBERED):
        letters = line.letters
        at = len(letters)
        while at and shape.fullmatch(letters[at - 1].text):
            at -= 1
        words, rest = letters[:at], letters[at:]
        if words and rest and not {one.object for one in words} & {one.object for one in rest}:
            return _line(words), _line(rest)
    return line, None
