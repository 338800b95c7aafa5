"""Paragraphs with their places, for whoever quotes a page and wants to show where.

The one law: every character of a text is at a place that can be looked up; nobody has to search a
page for words that hyphens and ligatures hide.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.pages.shapes import union

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.pages.reading import Book, Passage
    from agents.pages.shapes import Box, Letter

BETWEEN = "\n\n"  # between two paragraphs in the text of a document


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one line of one page.

    `box` is in points (1/72 inch) of the page, x to the right, y upwards, as `Sheet.box` is;
    `render.on_picture` turns it into pixels.
    """

    page: int  # from 0
    box: Box


@dataclass(frozen=True, slots=True)
class Quotable:
    """One paragraph as it is read aloud: ligatures in letters, hyphens of line ends resolved.

    Offsets are in characters (code points, as Python counts them).
    """

    text: str
    start: int  # where it begins in the text of the whole document, see `whole`
    page: int  # from 0, of its first letter
    size: float  # of its letters, in points
    passage: Passage

    @property
    def end(self) -> int:
        """Where it ends in the text of the whole document."""
        return self.start + len(self.text)

    def places(self, start: int = 0, end: int | None = None) -> list[Place]:
        """Where the characters from `start` to `end` of this paragraph stand: a box for each line.

        What lies outside of the paragraph is left out.
        """
        lines = [
            (block.page, block.turn, line) for block in self.passage.blocks for line in block.lines
        ]
        homes = {
            id(letter): number
            for number, (_page, _turn, line) in enumerate(lines)
            for letter in line.letters
        }
        found: dict[int, list[Letter]] = {}
        for letter in self.passage.sources[max(start, 0) : end]:
            if letter is not None:
                found.setdefault(homes[id(letter)], []).append(letter)
        return [
            Place(lines[number][0], union(one.box for one in letters).turned(lines[number][1]))
            for number, letters in sorted(found.items())
        ]


def quotable(book: Book) -> list[Quotable]:
    """The paragraphs of a document in reading order, without headers, footers and formulas."""
    found: list[Quotable] = []
    at = 0
    for passage in book.passages:
        found.append(Quotable(passage.text, at, passage.page, passage.size, passage))
        at += len(passage.text) + len(BETWEEN)
    return found


def whole(paragraphs: Sequence[Quotable]) -> str:
    """The text of a whole document."""
    return BETWEEN.join(one.text for one in paragraphs)


def places(paragraphs: Sequence[Quotable], start: int, end: int) -> list[Place]:
    """Where the characters from `start` to `end` of the text of the whole document stand."""
    first = bisect.bisect_right([one.end for one in paragraphs], start)
    found: list[Place] = []
    for one in paragraphs[first:]:
        if one.start >= end:
            break
        found += one.places(start - one.start, end - one.start)
    return found
