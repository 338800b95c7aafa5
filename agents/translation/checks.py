"""What one can see of an answer without understanding it.

The one law: an answer that is empty, equal to its source, in another script or running in
circles never counts as a translation.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from agents.translation import language
from agents.translation.language import PLACEHOLDER, URL

if TYPE_CHECKING:
    from agents.translation.events import Language

_REPEAT = re.compile(r"(.{1,80}?)\1{3,}", re.DOTALL)
_SAME = 0.92  # likeness from which an answer in the same script is the source again
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_ANSWER_WORDS = 4  # new English words that make an answer of what should be Korean
_LEFT_WORDS = 4  # words in a row, most of them small, that were left in English
_WINDOW = 3  # words of the n-grams counted by the loop check
_LEFT = re.compile(
    r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’-]*(?:[\s,]+(?:\d[\w.,]*[\s,]+)?[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’-]*)+"
)
_APART = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|[\"“‘'「『《][^\"“”‘’'「」『』《》]*[\"”’'」』》]")
_HAN = re.compile("[\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def empty(target: str) -> bool:
    """Whether there is nothing to read."""
    return not any(letter.isalnum() for letter in target)


def same(source: str, target: str) -> bool:
    """Whether `target` is the source again, a few letters aside."""
    before, after = bare(source), bare(target)
    if before == after:
        return True
    if not before or language.detect(source) != language.detect(target):
        return False
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return matcher.real_quick_ratio() >= _SAME and matcher.ratio() >= _SAME


def wrong_script(source: str, target: str, goal: Language) -> bool:
    """Whether `target`, or a part of it, is in a script that is not the target language's."""
    if foreign(source, target):
        return True
    if not language.has_words(target):
        return False
    if goal == "en":
        # In brackets or quotes a Korean word may be meant: kimchi (김치), the word "사랑".
        return not language.latin(target) or language.hangul(_APART.sub(" ", target)) > 0
    return not language.hangul(target) or _talks_english(source, target) or _left_english(target)


def foreign(source: str, target: str) -> bool:
    """Whether `target` has letters of a script that neither language uses, nor the source.

    Chinese characters may explain a word in brackets: 이성(理性).
    """
    scripts = {_script(letter) for letter in source if letter.isalpha()}
    plain = PLACEHOLDER.sub(" ", URL.sub(" ", target))
    if _HAN.search(plain):
        plain = _APART.sub(lambda match: _HAN.sub("", match.group()), plain)
    return any(
        _script(letter) not in scripts
        for letter in plain
        if letter.isalpha() and not letter.isascii()
    )


def _script(letter: str) -> str:
    """The script of a letter; "" for those that both languages and their formulas use."""
    if letter.isascii() or language.hangul(letter) or language.latin(letter):
        return ""
    name = unicodedata.name(unicodedata.normalize("NFKC", letter)[0], "").split(" ", 1)[0]
    plain = {"LATIN", "GREEK", "HANGUL", "MODIFIER", "MATHEMATICAL", "FEMININE", "MASCULINE"}
    return "" if name in plain else name


def _left_english(target: str) -> bool:
    """Whether words in a row were left in English."""
    plain = PLACEHOLDER.sub(" ", URL.sub(" ", _APART.sub(" ", target)))
    for match in _LEFT.finditer(plain):
        small = [word for word in match.group().split() if word[0].islower() and len(word) > 1]
        if len(small) >= _LEFT_WORDS:
            return True
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
    return _size(target) > 6 * _size(source) + 120


def _size(text: str) -> float:
    """Its letters, a Hangul syllable as what English would need for it."""
    return len(text) + 1.6 * language.hangul(text)


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


def bare(text: str) -> str:
    """Its letters and digits alone, without case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())
