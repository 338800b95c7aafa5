"""Texts become the words and windows GLiNER reads.

The one law: nothing is cut off. A text longer than the model's window is read in windows that
overlap, and every position is a position in the whole text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

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
    """Words `start` to `stop` (exclusive) of one text."""

    start: int
    stop: int


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


def windows(sizes: list[int], most_words: int, most_tokens: int, overlap: int) -> list[Window]:
    """Cut a text into windows.

    Args:
        sizes: sub-tokens of each word.
        most_words: words of one window.
        most_tokens: sub-tokens of one window; a single word longer than that stands alone.
        overlap: words that two neighbours share, so that no entity is cut by a border.
    """
    made: list[Window] = []
    start = 0
    while start < len(sizes):
        stop, tokens = start, 0
        while stop < len(sizes) and stop - start < most_words:
            tokens += sizes[stop]
            if tokens > most_tokens and stop > start:
                break
            stop += 1
        made.append(Window(start, stop))
        if stop >= len(sizes):
            break
        start = max(start + 1, stop - overlap)
    return made


def choose(candidates: list[Candidate]) -> list[Candidate]:
    """The best candidates that do not overlap, by position (flat named entities).

    As gliner's `greedy_search`: by falling score, the earlier of two equals first.
    """
    best: dict[tuple[int, int, int], Candidate] = {}
    for candidate in candidates:  # windows that overlap may find the same one twice
        place = (candidate.first, candidate.last, candidate.label)
        if place not in best or best[place].score < candidate.score:
            best[place] = candidate
    taken: list[Candidate] = []
    ordered = sorted(best.values(), key=lambda one: (one.first, one.last, one.label))
    for candidate in sorted(ordered, key=lambda one: -one.score):
        if all(candidate.first > one.last or candidate.last < one.first for one in taken):
            taken.append(candidate)
    return sorted(taken, key=lambda one: one.first)
