"""What both sides of a sentence pair have for certain: the same figures, words and signs.

The one law: only what is there as often on both sides counts; nothing is guessed here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.translation import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

Span = tuple[int, int]

PAUSES = ((",", "、", "，"), (";", "；"), (":", "："), ("(", "（"), (")", "）"), ("—", "–"))
_TOKEN = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f]+")


def occurrences(text: str, fragment: str) -> list[Span]:
    """Places of `fragment`, in any case, that no Latin letter or digit runs into."""
    if not fragment:
        return []
    found: list[Span] = []
    for match in re.finditer(re.escape(fragment), text, re.IGNORECASE):
        start, end = match.span()
        left = start and _one_word(text[start - 1], text[start])
        right = end < len(text) and _one_word(text[end - 1], text[end])
        if not left and not right:
            found.append((start, end))
    return found


def _one_word(left: str, right: str) -> bool:
    if not (left.isalnum() and right.isalnum()):
        return False
    return (ord(left) < 0x1100) == (ord(right) < 0x1100)


def pairs(source: str, target: str) -> list[tuple[Span, Span]]:
    """Parts that say the same on both sides: figures of one value, the same Latin words."""
    found: list[tuple[Span, Span]] = []
    own, there = figures.find(source), figures.find(target)
    for meaning in {meaning for _, meaning in own}:
        here = [span for span, other in own if other == meaning]
        over = [span for span, other in there if other == meaning]
        if len(here) == len(over):
            found += zip(here, over, strict=True)
    for token in {match.group() for match in _TOKEN.finditer(source)}:
        here, over = occurrences(source, token), occurrences(target, token)
        if len(here) == len(over):
            found += zip(here, over, strict=True)
    return found


def chain(source: str, target: str, same: Sequence[tuple[Span, Span]]) -> list[Span]:
    """Pairs of offsets that say the same, in rising order on both sides."""
    known = [(own[side], there[side]) for own, there in same for side in (0, 1)]
    for signs in PAUSES:
        own_signs = [i for i, c in enumerate(source) if c in signs]
        other_signs = [i for i, c in enumerate(target) if c in signs]
        if len(own_signs) == len(other_signs):
            known += zip(own_signs, other_signs, strict=True)
    rising = _rising(sorted(set(known)))
    inside = [(a, b) for a, b in rising if 0 < a < len(source) and 0 < b < len(target)]
    return [(0, 0), *inside, (len(source), len(target))]


def _rising(pairs: Sequence[Span]) -> list[Span]:
    """The longest chain that rises in both offsets."""
    best: list[list[Span]] = []
    for pair in pairs:
        before = [c for c in best if c[-1][0] < pair[0] and c[-1][1] < pair[1]]
        best.append([*max(before, key=len, default=list[Span]()), pair])
    return max(best, key=len, default=list[Span]())
