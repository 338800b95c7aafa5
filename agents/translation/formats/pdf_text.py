"""Paragraphs of pages as text with what is fastened to it.

The one law: what cannot be written anew is moved as it stands; where neither can be done, the
paragraph is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.pages import formulas
from agents.pages.letters import UNKNOWN
from agents.translation.formats import pdf_insets as insets
from agents.translation.formats.base import protected
from agents.translation.formats.pdf_layout import Trait
from agents.translation.inline import Mark, Rich, Style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.pages.reading import Book, Passage
    from agents.pages.shapes import Letter, Line
    from agents.translation.formats.pdf_fonts import Fonts
    from agents.translation.formats.pdf_insets import Inset

_RAISED = 0.15  # of the letter size: from here on a smaller letter is a mark beside the line
_SMALL = 0.85  # of the letter size

Span = tuple[int, int]


class Texts:
    """The texts of one book, and what is needed to set them."""

    def __init__(self, book: Book, passages: Mapping[str, Passage], fonts: Fonts) -> None:
        """Take all paragraphs apart."""
        self._fonts = fonts
        self._written = book.written
        self._letters = insets.counted(book.passages, book.alone)
        self._numbers: dict[Trait, int] = {}
        self.traits: list[Trait] = []  # by the ids of styles
        self.insets: dict[str, dict[int, Inset]] = {}  # of each paragraph, by the ids of marks
        self.stuck: set[str] = set()  # paragraphs with letters that can only stay where they are
        self.riches = {name: self._rich(name, passage) for name, passage in passages.items()}

    def _rich(self, name: str, passage: Passage) -> Rich:
        text, sources = passage.text, passage.sources
        homes = _homes(passage)
        styles: list[Style] = []
        trait = Trait()
        for at, letter in enumerate(sources):
            if letter is not None:
                trait = _trait(letter, passage.size, homes)
            number = self._number(trait)
            if styles and styles[-1].id == number:
                styles[-1] = Style(styles[-1].start, at + 1, number)
            else:
                styles.append(Style(at, at + 1, number))
        shown = [letter is None or self._shows(letter.text) for letter in sources]
        code = self._written and not formulas.code(_lines(passage))
        spans = list(formulas.spans(sources, code=code))
        raised = [
            (style.start, style.end)
            for style in styles
            if self.traits[style.id].rise and text[style.start : style.end].strip()
        ]
        strange = [(at, at + 1) for at, good in enumerate(shown) if not good]
        for some in (raised, strange):
            spans = sorted((*spans, *(one for one in some if not _overlap(one, spans))))
        marks = [Mark(number, "fixed", start, end) for number, (start, end) in enumerate(spans)]
        moved = {
            mark.id: one
            for mark in marks
            if (one := insets.inset(passage, mark.start, mark.end, self._letters, homes))
        }
        if moved:
            self.insets[name] = moved
        if any(mark.id not in moved and not all(shown[mark.start : mark.end]) for mark in marks):
            self.stuck.add(name)
        return protected(Rich(text, tuple(marks), tuple(styles)))

    def _shows(self, text: str) -> bool:
        return text != UNKNOWN and self._fonts.shows(text)

    def _number(self, trait: Trait) -> int:
        if trait not in self._numbers:
            self._numbers[trait] = len(self.traits)
            self.traits.append(trait)
        return self._numbers[trait]


def _lines(passage: Passage) -> list[Line]:
    return [line for block in passage.blocks for line in block.lines]


def _homes(passage: Passage) -> dict[int, Line]:
    """The line that each letter stands in, by its `id()`."""
    return {id(letter): line for line in _lines(passage) for letter in line.letters}


def _trait(letter: Letter, size: float, homes: Mapping[int, Line]) -> Trait:
    ratio = round(letter.size / max(size, 0.1), 1)
    line = homes.get(id(letter))
    off = (letter.baseline - line.baseline) / max(size, 0.1) if line is not None else 0.0
    raised = ratio < _SMALL and abs(off) > _RAISED
    return Trait(
        letter.look.bold,
        letter.look.italic and not letter.look.math,
        letter.look.colour,
        ratio if ratio < _SMALL or ratio > 1.15 else 1.0,
        round(off, 1) if raised else 0.0,
    )


def _overlap(one: Span, spans: Sequence[Span]) -> bool:
    return any(start < one[1] and one[0] < end for start, end in spans)
