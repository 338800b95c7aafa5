"""Spans without the Korean particles at their end: 논문에서 -> 논문.

The one law: only the end of a span moves, and never to its beginning. The analyser is shown the
stretches of text that hold spans, not the whole: it needs some 10 s for 100,000 letters.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from agents.entities.events import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

Particles = Callable[[str], Mapping[int, int]]  # text -> end of a word: start of its particles

_STRETCH = 400  # letters; a longer line is analysed in parts that end between words
_SPACE = re.compile(r"\s")


def trimmed(text: str, spans: Sequence[Span], particles: Particles) -> tuple[Span, ...]:
    """The spans, each without the particles at its end."""
    if not any(_is_hangul(span.text[-1]) for span in spans):
        return tuple(spans)
    starts = _stretches(text)

    @functools.cache
    def ends(number: int) -> dict[int, int]:
        begin, stop = starts[number], starts[number + 1]
        found = particles(text[begin:stop])
        return {begin + end: begin + start for end, start in found.items()}

    def trim(span: Span) -> Span:
        if not _is_hangul(span.text[-1]):
            return span
        end = ends(bisect.bisect_right(starts, span.end - 1) - 1).get(span.end, span.end)
        if end <= span.start:
            return span  # nothing but particles: then it is none
        return Span(span.start, end, text[span.start : end], span.label, span.score)

    return tuple(trim(span) for span in spans)


def _stretches(text: str) -> list[int]:
    """Where the stretches begin, and the end of the text."""
    starts = [0]
    while starts[-1] < len(text):
        begin = starts[-1]
        line = text.find("\n", begin, begin + _STRETCH)
        space = None if line >= 0 else _SPACE.search(text, begin + _STRETCH)
        starts.append(line + 1 if line >= 0 else space.end() if space else len(text))
    return starts


def _is_hangul(letter: str) -> bool:
    return "가" <= letter <= "힣"
