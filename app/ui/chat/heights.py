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


class Heights:
    """Heights of items below one another, in pixels, with a gap between."""

    def __init__(self, gap: int) -> None:
        self._gap = gap
        self._heights: list[int] = []
        self._tops: list[int] | None = [0]

    def fill(self, heights: Iterable[int]) -> None:
        """Other items."""
        self._heights = list(heights)
        self._tops = None

    def append(self, height: int) -> None:
        """One more at the end."""
        self._heights.append(height)
        self._tops = None

    def cut(self, count: int) -> None:
        """Only the first so many are left."""
        del self._heights[count:]
        self._tops = None

    def set(self, item: int, height: int) -> bool:
        """Say how high one is; returns whether that is news."""
        if self._heights[item] == height:
            return False
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
        return self._all()[item]

    def at(self, pixel: int) -> int:
        """The item at a distance from the top; the first or last beyond the ends."""
        return min(max(0, bisect_right(self._all(), pixel) - 1), max(0, len(self._heights) - 1))

    def _all(self) -> list[int]:
        if self._tops is None:
            gap = self._gap
            self._tops = [0, *accumulate(height + gap for height in self._heights)]
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
