"""Whether an answer belongs to the segment before or after.

The one law: likeness of two answers says something only where their sources are unlike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from agents.translation import numbers
from agents.translation.checks import bare

if TYPE_CHECKING:
    from collections.abc import Iterable

_ALIKE = 80.0  # answers that say the same
_SAME_WITHIN = 92.0  # the same of a part
_UNLIKE = 75.0  # sources that do not
_LEAST = 8  # letters from which an answer is nobody else's by chance
_INSIDE = 10  # letters from which an answer within another one is none by chance
_NAME = re.compile(r"[A-Z][A-Za-z]+|[A-Za-z]*\d[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The segment before or after. Its target is empty while it is not known."""

    source: str
    target: str = ""


def belongs(source: str, answer: str, others: Iterable[Neighbour]) -> bool:
    """Whether `answer` is the translation of one of the `others`."""
    return any(_is_of(source, answer, other) for other in others)


def _is_of(source: str, answer: str, other: Neighbour) -> bool:
    own, theirs = bare(source), bare(other.source)
    if own == theirs:
        return False
    if other.target and _says(answer, other.target, own, theirs):
        return True
    return _holds(source, answer, other.source)


def _says(answer: str, target: str, own: str, theirs: str) -> bool:
    """Whether the answer is the other's, or has it within."""
    mine, known = bare(answer), bare(target)
    if len(known) < _LEAST or len(mine) < _LEAST:
        return False
    if fuzz.ratio(mine, known) >= _ALIKE:
        return fuzz.ratio(own, theirs) < _UNLIKE
    if len(known) < _INSIDE or len(mine) < len(known):
        return False
    within = fuzz.partial_ratio(known, mine) >= _SAME_WITHIN
    return within and fuzz.partial_ratio(theirs, own) < _UNLIKE


def _holds(source: str, answer: str, theirs: str) -> bool:
    """Whether numbers and names of the answer are the other's and not its own."""
    names = set(_NAME.findall(answer))
    not_mine = names - set(_NAME.findall(source))
    seen = len(not_mine & set(_NAME.findall(theirs)))
    if not_mine - set(_NAME.findall(theirs)):
        return False
    if numbers.compare(source, answer):
        count = len(numbers.amounts(theirs))
        if count and not numbers.compare(theirs, answer):
            seen += count
    return seen >= 2
