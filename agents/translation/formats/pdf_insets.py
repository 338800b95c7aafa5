"""Formulas and code within a sentence: their own text objects, moved to where the sentence goes.

The one law: an object is moved only where all of its letters are moved with it; what cannot be
moved is written anew, and what cannot be written either keeps its paragraph as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.pages.reading import Passage
    from agents.pages.shapes import Line

Key = tuple[int, int]  # number of a page, and of an object on it


@dataclass(frozen=True, slots=True)
class Inset:
    """Objects of a page that are moved as they are. Lengths are in points of the page."""

    page: int
    objects: frozenset[int]
    x0: float
    x1: float
    baseline: float  # of the line it stands in
    size: float  # of the letters of its paragraph

    @property
    def width(self) -> float:
        """How wide it is, in parts of the letter size."""
        return (self.x1 - self.x0) / self.size


def inset(
    passage: Passage, start: int, end: int, letters: Mapping[Key, int], homes: Mapping[int, Line]
) -> Inset | None:
    """A stretch of a paragraph as objects that can be moved; None where it cannot.

    Args:
        passage: the paragraph.
        start: where the stretch begins in its text.
        end: where it ends.
        letters: how many letters each object of the document has.
        homes: the line that each letter of the paragraph stands in, by its `id()`.
    """
    pages = {block.page for block in passage.blocks}
    found = {id(one): one for one in passage.sources[start:end] if one is not None}.values()
    lines = {id(homes[id(letter)]) for letter in found if id(letter) in homes}
    turned = any(block.turn for block in passage.blocks)
    if turned or len(pages) != 1 or len(lines) != 1 or any(letter.object < 0 for letter in found):
        return None
    page = pages.pop()
    counted: dict[int, int] = {}
    for letter in found:
        counted[letter.object] = counted.get(letter.object, 0) + 1
    if any(letters.get((page, number)) != count for number, count in counted.items()):
        return None
    line = homes[id(next(iter(found)))]
    return Inset(
        page,
        frozenset(counted),
        min(letter.box.x0 for letter in found),
        max(letter.box.x1 for letter in found),
        line.baseline,
        max(passage.size, 0.1),
    )


def counted(passages: Sequence[Passage], alone: Sequence[tuple[int, Line]]) -> dict[Key, int]:
    """How many letters each text object has."""
    lines = [
        (block.page, line)
        for passage in passages
        for block in passage.blocks
        for line in block.lines
    ]
    found: dict[Key, int] = {}
    for page, line in (*lines, *alone):
        for letter in line.letters:
            key = page, letter.object
            found[key] = found.get(key, 0) + 1
    return found
