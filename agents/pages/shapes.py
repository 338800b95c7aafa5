"""The nouns of a page: boxes, letters, lines.

The one law: coordinates are those of the page, in points, with y growing upwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ACCENTS = frozenset("ˆ˜¯˙¨ˇ˘˚´`^~")  # that stand above a letter as signs of their own


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """How high it is."""
        return self.y1 - self.y0

    def beside(self, other: Box) -> bool:
        """Whether both share some stretch of the x axis."""
        return self.x0 < other.x1 and other.x0 < self.x1

    def around(self, other: Box, slack: float = 1.0) -> bool:
        """Whether `other` lies inside."""
        return (
            self.x0 - slack <= other.x0
            and self.y0 - slack <= other.y0
            and self.x1 + slack >= other.x1
            and self.y1 + slack >= other.y1
        )

    def turned(self, quarters: int) -> Box:
        """The box after turning the page about its origin, by quarters to the left."""
        one, two = turned(self.x0, self.y0, quarters), turned(self.x1, self.y1, quarters)
        return Box(
            min(one[0], two[0]), min(one[1], two[1]), max(one[0], two[0]), max(one[1], two[1])
        )


def turned(x: float, y: float, quarters: int) -> tuple[float, float]:
    """A point after turning the page about its origin, by quarters to the left."""
    return ((x, y), (-y, x), (-x, -y), (y, -x))[quarters % 4]


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around all of them; there is at least one."""
    found = list(boxes)
    return Box(
        min(box.x0 for box in found),
        min(box.y0 for box in found),
        max(box.x1 for box in found),
        max(box.y1 for box in found),
    )


@dataclass(frozen=True, slots=True)
class Look:
    """How letters of one text object look."""

    font: str = ""
    bold: bool = False
    italic: bool = False
    serif: bool = False
    math: bool = False
    visible: bool = True
    colour: tuple[int, int, int] = (0, 0, 0)
    mono: bool = False  # a typewriter's font: program code


@dataclass(frozen=True, slots=True)
class Letter:
    """One character on a page. `text` may be longer where a ligature was taken apart."""

    text: str
    box: Box
    baseline: float
    size: float
    look: Look
    object: int  # number of its object on the page; -1 inside a form that is used as a stamp
    spaced: bool = False  # a space stands before it
    trailing: bool = False  # a space stands behind it, at the end of its line


@dataclass(frozen=True, slots=True)
class Line:
    """Letters on one baseline, from left to right."""

    letters: tuple[Letter, ...]
    box: Box
    baseline: float
    size: float

    @property
    def text(self) -> str:
        """The line as text."""
        return "".join(
            (" " if at and letter.spaced else "") + letter.text
            for at, letter in enumerate(self.letters)
        )

    @property
    def bold(self) -> bool:
        """Whether most of it is bold."""
        return sum(letter.look.bold for letter in self.letters) * 2 > len(self.letters)

    @property
    def italic(self) -> bool:
        """Whether most of it is italic."""
        return sum(letter.look.italic for letter in self.letters) * 2 > len(self.letters)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page as it was read."""

    number: int  # from 0
    box: Box
    letters: tuple[Letter, ...] = ()  # upright ones, in the order of the file
    drawings: tuple[Box, ...] = ()  # images, lines, fields: whatever is no text
    rotated: int = 0  # letters at an odd angle, which are left alone
    scanned: bool = False  # only a picture says what stands on the page
    readable: bool = True
    # Letters that stand on a side, by quarters to the left. Their boxes and baselines are those
    # of the page turned back: `box.turned(quarters)` says where they stand.
    turned: tuple[tuple[int, tuple[Letter, ...]], ...] = ()
    garbled: bool = False  # it has letters, and the file does not say which they are
    looked: bool = False  # its picture was searched for text
