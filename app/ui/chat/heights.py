"""How high the messages of a conversation are, and which of them are in sight.

The one law: a height is a guess until the message is shown, and what is read stays where it is
when a guess turns out wrong.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_STRETCH = 64  # items added up together: to change one is cheap, also among a hundred thousand


class Heights:
    """Heights of items below one another, in pixels, with a gap below each."""

    def __init__(self, gap: int) -> None:
        self._gap = gap
        self._heights: list[int] = []
        self._sums: list[int] = []  # of each stretch of items
        self._tops: list[int] | None = None  # of each stretch, and the end of the last

    def fill(self, heights: Iterable[int]) -> None:
        """Other items."""
        self._heights = list(heights)
        self._sums = [self._sum(at) for at in range(0, len(self._heights), _STRETCH)]
        self._tops = None

    def append(self, height: int) -> None:
        """One more at the end."""
        self.fill([*self._heights, height])

    def cut(self, count: int) -> None:
        """Only the first so many are left."""
        self.fill(self._heights[:count])

    def set(self, item: int, height: int) -> bool:
        """Say how high one is; returns whether that is news."""
        if self._heights[item] == height:
            return False
        self._sums[item // _STRETCH] += height - self._heights[item]
        self._heights[item] = height
        self._tops = None
        return True

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, item: int) -> int:
        return self._heights[item]

    @property
    def total(self) -> int:
        """Of all of them."""
        return self._all()[-1]

    def top(self, item: int) -> int:
        """Where an item begins."""
        stretch = item // _STRETCH
        inside = self._heights[stretch * _STRETCH : item]
        return self._all()[stretch] + sum(inside) + self._gap * len(inside)

    def at(self, pixel: int) -> int:
        """The item at a distance from the top; the first or last beyond the ends."""
        tops = self._all()
        stretch = max(0, bisect_right(tops, pixel) - 1)
        item, top = stretch * _STRETCH, tops[stretch]
        while item < len(self._heights) and top + self._heights[item] + self._gap <= pixel:
            top += self._heights[item] + self._gap
            item += 1
        return max(0, min(item, len(self._heights) - 1))

    def _sum(self, begin: int) -> int:
        part = self._heights[begin : begin + _STRETCH]
        return sum(part) + self._gap * len(part)

    def _all(self) -> list[int]:
        if self._tops is None:
            self._tops = [0, *accumulate(self._sums)]
        return self._tops


def guess(text: str, line: int, letters: int, around: int) -> int:
    """About how high a message is.

    Args:
        text: of the message.
        line: height of a line, in pixels.
        letters: that a line holds, about.
        around: pixels for what stands above and below the text.
    """
    lines = text.count("\n") + 1 + len(text) // max(1, letters)
    return lines * line + around
