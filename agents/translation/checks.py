"""What is wrong with an answer, found by code and not by another model.

The one law: an answer that is empty, equal to its source, still in its language, running in
circles or cut off never counts as a translation.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from agents.translation import language

if TYPE_CHECKING:
    from agents.engine.port import Finish
    from agents.translation.events import Language, ProblemKind

_REPEAT = re.compile(r"(.{1,80}?)\1{3,}", re.DOTALL)
_SAME = 0.92  # likeness from which an answer in the same script is the source again
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_ANSWER_WORDS = 4  # new English words that make an answer of what should be Korean
_WINDOW = 3  # words of the n-grams counted by the loop check


def problem(source: str, target: str, goal: Language, finish: Finish) -> ProblemKind | None:
    """The first thing that is wrong with an answer to a source that needs translation.

    A generation that was cut by its length limit and runs in circles is a "loop"; one that was
    cut without circles lacks its end and is "missing", as is one far too short.
    """
    if finish == "failed":
        return "missing"
    if not any(letter.isalnum() for letter in target):
        return "empty"
    if loops(source, target):
        return "loop"
    if finish != "stop":
        return "missing"
    if same(source, target, goal):
        return "same_as_source"
    return "missing" if _too_short(source, target, goal) else None


def same(source: str, target: str, goal: Language) -> bool:
    """Whether `target` is the source again, or did not leave the source's language."""
    before, after = _bare(source), _bare(target)
    if before == after:
        return True
    written = language.hangul(target) if goal == "ko" else language.latin(target)
    if not written and language.has_words(target):
        return True
    if goal == "ko" and _talks_english(source, target):
        return True
    if language.has_words(target) and language.detect(target) != goal:
        left = difflib.SequenceMatcher(None, before, after, autojunk=False).ratio()
        return left >= _SAME or (goal == "en" and language.hangul(target) > 0)
    return False


def _talks_english(source: str, target: str) -> bool:
    """Whether a Korean translation is an English answer: more new words than Korean ones."""
    known = {word.casefold() for word in _LATIN_WORD.findall(source)}
    new = [word for word in _LATIN_WORD.findall(target) if word.casefold() not in known]
    korean = sum(language.hangul(word) > 0 for word in target.split())
    return len(new) >= _ANSWER_WORDS and len(new) > korean


def loops(source: str, target: str) -> bool:
    """Whether `target` repeats itself more than its source does."""
    run, unit = _longest_run(target)
    own, own_unit = _longest_run(source)
    if run > 1 and unit * run > own_unit * own + 6 and run > own + 1:
        return True
    words, source_words = target.split(), source.split()
    if (
        len(words) >= 24
        and _variety(words) < 0.6
        and _variety(words) < _variety(source_words) - 0.2
    ):
        return True
    return len(target) > 6 * len(source) + 120


def _longest_run(text: str) -> tuple[int, int]:
    """(repeats, length of what is repeated) of the longest stretch that repeats a unit."""
    best = (1, 0)
    folded = " ".join(text.split()) + " "
    for match in _REPEAT.finditer(folded):
        unit = match.group(1)
        letters = sum(letter.isalnum() for letter in unit)
        repeats = len(match.group()) // len(unit)
        if letters and not unit.strip().isdigit() and repeats * letters > best[0] * best[1]:
            # One letter alone is often meant ("aaah", "ㅋㅋㅋ"): it takes more of them.
            needed = 8 if letters == 1 and " " not in unit else 4
            if repeats >= needed:
                best = (repeats, letters)
    return best


def _variety(words: list[str]) -> float:
    """Share of word triples that are not there already; 1 for no repetition."""
    grams = Counter(tuple(words[i : i + _WINDOW]) for i in range(len(words) - _WINDOW + 1))
    total = sum(grams.values())
    return len(grams) / total if total else 1.0


def _too_short(source: str, target: str, goal: Language) -> bool:
    """Whether most of a long source cannot be in `target`."""
    expected = len(source) * (0.5 if goal == "ko" else 1.8)
    return len(source) >= 60 and len(target) < 0.2 * expected


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())
