"""Paragraphs into sentences.

The one law: lossless. The sentences plus what stands between them are the paragraph, character
for character; sentences neither begin nor end with white space.
"""

from __future__ import annotations

import bisect
import itertools
import re
from typing import TYPE_CHECKING

from agents.translation import language

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agents.translation.inline import Rich
    from agents.translation.korean import Korean
    from agents.translation.srx import Rules

Span = tuple[int, int]

LONGEST = 1200  # characters; beyond it a sentence is cut at a pause so that it fits a small context


def sentences(text: str, korean: Korean) -> list[Span]:
    """Offsets of the sentences. Line breaks and tabs always separate."""
    spans: list[Span] = []
    for match in re.finditer(r"[^\n\t\r\v\f\u2028\u2029]+", text):
        line, offset = match.group(), match.start()
        found = _korean(line, korean) if language.hangul(line) else _english(line, korean.rules)
        for start, end in found:
            spans += _shortened(text, *_trimmed(text, start + offset, end + offset))
    return spans


def segments(rich: Rich, korean: Korean) -> list[Span]:
    """The sentences of a paragraph, none of which ends inside text that must stay whole."""
    spans = sentences(rich.text, korean)
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    joined: set[int] = set()  # spans that go on with the one before
    for mark in rich.marks:
        if mark.kind == "fixed":
            first = bisect.bisect_right(ends, mark.start)
            joined.update(range(first + 1, bisect.bisect_left(starts, mark.end)))
    made: list[Span] = []
    for index, (start, end) in enumerate(spans):
        if index in joined:
            made[-1] = (made[-1][0], end)
        else:
            made.append((start, end))
    return made


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _korean(line: str, korean: Korean) -> list[Span]:
    """The analyser's sentences, but for the rules: they forbid places and add some."""
    places = korean.rules.places(line, "ko")
    if korean.rules.own:
        return _whole(line, _cut(line, [at for at, ends in places.items() if ends]))
    # Whatever the analyser leaves out between two sentences belongs to the later one.
    found = {end for _start, end in korean.sentences(line)}
    ends = {at for at, ends in places.items() if ends}
    kept = [at for at in found | ends if places.get(at, True)]
    return _whole(line, _cut(line, kept))


def _whole(line: str, found: Sequence[Span]) -> list[Span]:
    """Join what has no letters or digits of its own to its neighbour."""
    spans: list[Span] = []
    for start, end in found:
        if spans and not any(letter.isalnum() for letter in line[start:end]):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _english(line: str, rules: Rules) -> list[Span]:
    return _whole(line, _cut(line, [at for at, ends in rules.places(line, "en").items() if ends]))


def _cut(line: str, places: Iterable[int]) -> list[Span]:
    """The spans between places, all of the line."""
    bounds = [0, *sorted({at for at in places if 0 < at < len(line)}), len(line)]
    return list(itertools.pairwise(bounds))


def _shortened(text: str, start: int, end: int) -> list[Span]:
    """Cut an endless sentence at pauses; usually there is nothing to cut."""
    spans: list[Span] = []
    while end - start > LONGEST:
        window = text[start : start + LONGEST]
        at = max(
            (window.rfind(pause) + len(pause) for pause in ("; ", ", ", "， ", "、")), default=0
        )
        if at < LONGEST // 3:
            at = window.rfind(" ") + 1
        if at < LONGEST // 3:
            at = LONGEST
        spans.append(_trimmed(text, start, start + at))
        start = _trimmed(text, start + at, end)[0]
    if end > start:
        spans.append((start, end))
    return spans
