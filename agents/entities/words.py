"""Texts become the words and windows GLiNER reads; what it finds becomes spans of the text.

The one law: nothing is cut off. A text longer than the model's window is read in windows that
overlap, every word begins spans in exactly one of them, and positions are those of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# GLiNER's own word splitter ("whitespace"), gliner/data_processing/tokenizer.py
_WORD = re.compile(r"\w+(?:[-_]\w+)*|\S")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: character offsets into the text, end exclusive."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Window:
    """Words `start` to `stop` of one text; the spans that begin at `first` to `last` are its own.

    All numbers are positions in the text's words, the ends exclusive.
    """

    start: int
    stop: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible entity: word numbers, both inclusive."""

    first: int
    last: int
    label: int
    score: float


def split(text: str) -> list[Word]:
    """The words of a text."""
    return [Word(match.group(), match.start(), match.end()) for match in _WORD.finditer(text)]


def windows(sizes: Sequence[int], *, most_words: int, most_tokens: int, width: int) -> list[Window]:
    """Cut a text into windows.

    Neighbours share twice the longest span, where a window is long enough for that: so each span
    stands whole, with words on both sides of it, in the window it belongs to.

    Args:
        sizes: sub-tokens of each word.
        most_words: words of one window.
        most_tokens: sub-tokens of one window; a single word longer than that stands alone.
        width: words of the longest span.
    """
    cuts: list[tuple[int, int]] = []
    start = 0
    while start < len(sizes):
        stop, tokens = start, 0
        while stop < len(sizes) and stop - start < most_words:
            tokens += sizes[stop]
            if tokens > most_tokens and stop > start:
                break
            stop += 1
        cuts.append((start, stop))
        if stop >= len(sizes):
            break
        start = max(start + 1, stop - min(2 * width, (stop - start) // 2))
    made: list[Window] = []
    first = 0
    for number, (start, stop) in enumerate(cuts):
        following = cuts[number + 1][0] if number + 1 < len(cuts) else stop
        last = stop if number + 1 == len(cuts) else max(following, stop - width)
        made.append(Window(start, stop, first, last))
        first = last
    return made


def choose(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The best candidates that do not overlap, by position (flat named entities).

    As gliner's `greedy_search`: by falling score, the earlier of two equals first.
    """
    taken: set[int] = set()
    chosen: list[Candidate] = []
    ordered = sorted(candidates, key=lambda one: (-one.score, one.first, one.last, one.label))
    for candidate in ordered:
        span = range(candidate.first, candidate.last + 1)
        if taken.isdisjoint(span):
            taken.update(span)
            chosen.append(candidate)
    return sorted(chosen, key=lambda one: one.first)
