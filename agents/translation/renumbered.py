"""A known translation with other numbers in it, for a sentence that differs in nothing else.

The one law: only what is certain. Each number that changes is found in the translation by its
value, as often as in its source, and is written there as the old one was; wherever more than the
number might have to change (one item, two items), nothing is said.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from agents.store.words import normal
from agents.translation import figures, korean_terms, number_words, numbers, written_numbers

if TYPE_CHECKING:
    from agents.translation.events import Language

_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)
_SLOT = {"figure": "\x01", "month": "\x02"}
_OPEN = "수"  # any syllable without a final consonant
_MANY = 40  # figures of a sentence; more of them are a table
# Before these a number is a name, and what follows does not count.
_LABEL = re.compile(
    r"(?:\b(?:Table|Figure|Fig\.|Chapter|Section|Step|Phase|Part|No\.|Article|Type|Version|Appendix"
    r"|Equation|Eq\.|Study|Experiment|Hypothesis|Group|Level|Grade|Day|Week|Class|Case|Model"
    r"|Question|Item|Page|p\.)\s?|[#(\[]|[A-Za-z]-?)$"
)
_MEASURED = re.compile(r"\s?(?:%|percent\b|per cent\b|percentage\b)|[.,:/-]\d|-")
_CLOSING = re.compile(r"[)\]}”’\"'」』》]{0,3}")
_ARTICLE = re.compile(r"\b[Aa]n?\s$")
_VOWEL = re.compile(r"8|1[18](?:\D|$|\d{3}(?:\D|$)|,)")  # eight, eleven, eighteen (thousand)


@dataclass(frozen=True, slots=True)
class _Figure:
    """A number or month in a text."""

    start: int
    end: int
    meaning: str  # a value, or "month 3"
    ordinal: bool = False  # 3rd; `end` is behind its ending

    def words(self, text: str) -> str:
        """How it is written."""
        return text[self.start : self.end - 2 * self.ordinal]


def pattern(text: str) -> str:
    """A text with a slot for each number; equal ones differ in numbers only. Empty without any."""
    plain = normal(text)
    return _pattern(plain, _figures(plain))


def renumbered(source: str, target: str, text: str, goal: Language) -> str:
    """`target` as the translation of `text` instead of `source`; empty where that is not certain.

    Args:
        source: a sentence that is known.
        target: its translation.
        text: a sentence that differs from `source` in its numbers only.
        goal: the language of `target`.
    """
    source, text = normal(source), normal(text)
    old, new = _figures(source), _figures(text)
    if not old or len(old) > _MANY or _pattern(source, old) != _pattern(text, new):
        return ""
    if numbers.compare(source, target):
        return ""  # there is something wrong with it already
    wanted: dict[str, tuple[str, str, str]] = {}  # old meaning: new one, how both are written
    for before, after in zip(old, new, strict=True):
        said = (after.meaning, before.words(source), after.words(text))
        if wanted.setdefault(before.meaning, said)[0] != after.meaning:
            return ""  # two equal numbers become different ones: which is which?
    changed = {meaning: said for meaning, said in wanted.items() if said[0] != meaning}
    made = _replaced(target, changed, Counter(one.meaning for one in old), goal)
    return made if made and not numbers.compare(text, made) else ""


def _replaced(
    target: str, changed: dict[str, tuple[str, str, str]], counts: Counter[str], goal: Language
) -> str:
    there = _figures(target)
    found = Counter(one.meaning for one in there)
    if any(found[meaning] != counts[meaning] for meaning in changed):
        return ""
    rest = "".join(" " if _inside(at, there) else letter for at, letter in enumerate(target))
    spoken = number_words.values(rest)
    if any(Fraction(one) in spoken for one in changed if one != "1" and not _is_month(one)):
        return ""  # the number may stand there a second time, in words
    made = target
    for one in reversed(there):
        said = changed.get(one.meaning)
        if said is None:
            continue
        words = _written(target, one, said, goal)
        if not words:
            return ""
        tail = made[one.end :]
        made = made[: one.start] + words
        made += _attached(words, tail) if goal == "ko" else tail
    return made


def _written(target: str, one: _Figure, said: tuple[str, str, str], goal: Language) -> str:
    """The new number as the old one is written in the translation; empty if that is not certain."""
    meaning, before, after = said
    words = one.words(target)
    if _is_month(meaning):
        return written_numbers.month(int(meaning.removeprefix("month ")), words)
    value = Fraction(meaning)
    same = words == before and written_numbers.plain(after)
    made = after if same else written_numbers.alike(value, words, after)
    if goal == "ko" or not made:
        return made
    head, tail = target[: one.start], target[one.end :]
    if _ARTICLE.search(head) and bool(_VOWEL.match(words)) != bool(_VOWEL.match(made)):
        return ""
    if one.ordinal:
        return written_numbers.ordinal(made)
    if 1 in (value, Fraction(one.meaning)) and not (_LABEL.search(head) or _MEASURED.match(tail)):
        return ""  # one item, two items
    return made


def _figures(text: str) -> list[_Figure]:
    made: list[_Figure] = []
    for (start, end), meaning in figures.find(text):
        ends = _ORDINAL.match(text, end) if text[start:end].isdigit() else None
        made.append(_Figure(start, ends.end() if ends else end, meaning, ends is not None))
    return made


def _pattern(text: str, found: list[_Figure]) -> str:
    if not found:
        return ""
    made = text[: found[0].start]
    for one, end in zip(found, [*(other.start for other in found[1:]), len(text)], strict=True):
        kind = "month" if _is_month(one.meaning) else "figure"
        # Korean particles follow the number: 표 1은 and 표 2는 differ in their numbers only.
        tail = _attached(_OPEN, text[one.end : end])
        made += _SLOT[kind] + "th" * one.ordinal + tail
    return made


def _inside(at: int, found: list[_Figure]) -> bool:
    return any(one.start <= at < one.end for one in found)


def _attached(words: str, tail: str) -> str:
    """What follows a number, its particle in the form that the number asks for."""
    brackets = _CLOSING.match(tail)
    at = brackets.end() if brackets else 0
    return tail[:at] + korean_terms.attached(words, tail[at:])


def _is_month(meaning: str) -> bool:
    return meaning.startswith("month ")
