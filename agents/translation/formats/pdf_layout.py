"""Text into boxes: lines are broken, and letters shrink until everything is in.

The one law: nothing is cut off. What does not fit at a readable size is set as small as it must
be, and that is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.translation.formats.pdf_fonts import Fonts
    from agents.translation.formats.pdf_insets import Inset

Align = Literal["left", "centre", "right"]

FIRST = 0.95  # of the original size: a Hangul letter is as wide as it is high
SHRUNK = 0.8  # of the original size: before letters get smaller, paragraphs get longer
READABLE = 0.6  # of the original size: the smallest that is not told
_STEP = 0.05
_LEAST = 0.1
_NO_START = frozenset("!%),.:;?]}’”…、。〉》」』】〕!),.:;?]}·")
_NO_END = frozenset("([{‘“〈《「『【〔([{")
_RAGGED = 0.005  # of a line: letters may reach so far over the border


@dataclass(frozen=True, slots=True)
class Trait:
    """How a stretch of a paragraph looks, beside the paragraph itself."""

    bold: bool = False
    italic: bool = False
    colour: tuple[int, int, int] = (0, 0, 0)
    ratio: float = 1.0  # of the paragraph's letter size
    rise: float = 0.0  # above the line, in parts of the paragraph's letter size


@dataclass(frozen=True, slots=True)
class Frame:
    """Where text may stand. `grow` is how far below `bottom` there is nothing."""

    page: int
    x0: float
    x1: float
    first: float  # the first baseline
    bottom: float  # the last baseline
    grow: float = 0.0
    indent: float = 0.0  # of the first line
    align: Align = "left"
    turn: int = 0  # quarters to the left; everything else is of the page turned back


Sign = tuple[str, "Trait | Inset"]


@dataclass(frozen=True, slots=True)
class Set:
    """One line, set."""

    page: int
    x: float
    y: float
    size: float
    signs: tuple[Sign, ...]
    turn: int = 0  # see `Frame`


@dataclass(frozen=True, slots=True)
class Layout:
    """A paragraph, set."""

    lines: tuple[Set, ...]
    scale: float


def set_in(
    signs: Sequence[Sign],
    frames: Sequence[Frame],
    size: float,
    leading: float,
    fonts: Fonts,
    most: float = FIRST,
) -> Layout:
    """Set a paragraph into its frames, as large as it fits, but not above `most`."""
    setter = _Setter(signs, frames, leading, fonts)
    tries = [(scale, False) for scale in _scales(most, SHRUNK)]
    tries += [(scale, True) for scale in _scales(most, _LEAST)]
    for scale, grown in tries:
        lines = setter.lines(size * scale, grown=grown)
        if lines is not None:
            return Layout(tuple(lines), scale)
    return Layout(tuple(setter.lines(size * _LEAST, grown=True, always=True) or ()), _LEAST)


def _scales(most: float, least: float) -> list[float]:
    count = round((most - least) / _STEP)
    return [most - step * _STEP for step in range(count + 1)]


def _width(sign: str, look: Trait | Inset, fonts: Fonts) -> float:
    """How wide something is, in parts of the letter size."""
    if isinstance(look, Trait):
        return fonts.width(sign, bold=look.bold) * look.ratio
    return look.width


class _Setter:
    def __init__(
        self, signs: Sequence[Sign], frames: Sequence[Frame], leading: float, fonts: Fonts
    ) -> None:
        self._frames = frames
        self._leading = leading
        self._signs = [(" ", trait) if sign in "\n\t" else (sign, trait) for sign, trait in signs]
        self._widths = [_width(sign, look, fonts) for sign, look in self._signs]

    def lines(self, size: float, *, grown: bool, always: bool = False) -> list[Set] | None:
        """The lines at one letter size; None if they do not fit."""
        done: list[Set] = []
        at = self._skip(0)
        for number, frame in enumerate(self._frames):
            last = number == len(self._frames) - 1
            floor = frame.bottom - (frame.grow if grown else 0.0) - 0.05 * size
            y = frame.first
            first = True
            while at < len(self._signs) and (y >= floor or (always and last)):
                indent = frame.indent if first else 0.0
                width = frame.x1 - frame.x0 - indent
                end = self._end(at, width / size)
                done.append(self._set(frame, at, end, y, size, indent))
                at = self._skip(end)
                y -= self._leading * size
                first = False
        return done if at >= len(self._signs) else None

    def _skip(self, at: int) -> int:
        while at < len(self._signs) and self._signs[at][0] == " ":
            at += 1
        return at

    def _end(self, start: int, width: float) -> int:
        """Where the line that begins at `start` ends."""
        used, at = 0.0, start
        good = -1
        while at < len(self._signs):
            used += self._widths[at]
            if used > width * (1 + _RAGGED) and self._signs[at][0] != " ":
                break
            at += 1
            if at < len(self._signs) and (
                self._signs[at][0] == " " or (at > start + 1 and self._signs[at - 1][0] in "-–—/")
            ):
                good = at
        if at >= len(self._signs):
            return at
        if good > start:
            return good
        return self._within(start, max(at, start + 1))

    def _within(self, start: int, end: int) -> int:
        """A break within a word that is longer than its line."""
        at = end
        while at > start + 1 and at < len(self._signs):
            if self._signs[at][0] not in _NO_START and self._signs[at - 1][0] not in _NO_END:
                return at
            at -= 1
        return end

    def _set(self, frame: Frame, start: int, end: int, y: float, size: float, indent: float) -> Set:
        signs = self._signs[start:end]
        width = sum(self._widths[start:end]) * size
        x = frame.x0 + indent
        room = max(0.0, frame.x1 - frame.x0 - width)
        if frame.align == "centre":
            x = frame.x0 + room / 2
        elif frame.align == "right":
            x = frame.x0 + room
        return Set(frame.page, x, y, size, tuple(signs), frame.turn)
