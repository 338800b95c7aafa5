"""What a text talks about: content words, names and numbers, in Korean and English.

The one law: two texts are compared only through the values made here, so search, relevance and
verification mean the same by "the same word".
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from agents.scholar.wordlists import (
    GENERIC,
    KO_ENDINGS,
    KO_GENERIC,
    KO_NOUNS,
    KO_PREDICATES,
    STOP,
)
from agents.store.stem import stem
from agents.store.words import is_hangul, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBER_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "half": 0.5, "twice": 2,
    "double": 2, "dozen": 12, "single": 1, "first": 1, "second": 2, "third": 3,
}  # fmt: skip
_DIGITS = re.compile(r"(?<![\w.])\d+(?:[, ]\d{3})*(?:\.\d+)?")
_KO_SCALE = re.compile(r"(\d+(?:[.,]\d+)*)\s*(조|억|만|천|백)")
_KO_SCALES = {"조": 10**12, "억": 10**8, "만": 10**4, "천": 1000, "백": 100}
_NAME = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9+-]*")
MARK = "\ue000"  # begins what stands for something else in a text, and may begin a sentence
_SENTENCE_END = re.compile(rf"(?<=[.!?])[\"”’)\]]*\s+(?=[\"“‘(\[]*[A-Z0-9가-힣{MARK}])")
_NOT_AN_END = re.compile(
    r"(?:\b(?:e\.g|i\.e|et al|cf|vs|figs?|eqs?|secs?|no|vol|pp?|dr|prof|mr|mrs|ms|st|approx|resp"
    r"|ca)"
    r"|\b[A-Z])\.[\"”’)\]]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Bag:
    """The words of a text: stems with their neighbouring pairs, and its Hangul without spaces."""

    latin: frozenset[str]
    hangul: str

    def holds(self, term: str) -> bool:
        """Whether the text has this term (or pair of terms, joined by a space)."""
        if is_hangul(term):
            return term.replace(" ", "") in self.hangul
        return term in self.latin


@functools.lru_cache(maxsize=4096)
def bag(text: str) -> Bag:
    """The words of a text, for `Bag.holds`."""
    found = list(tokens(text))
    stems = [stem(word) for word in found if not is_hangul(word)]
    joined = (f"{a} {b}" for a, b in pairwise(stems))
    return Bag(frozenset((*stems, *joined)), "".join(word for word in found if is_hangul(word)))


def content(text: str, *, generic: bool = False) -> tuple[str, ...]:
    """The content terms of a text in order, each once; those of every paper only if `generic`."""
    return tuple(dict.fromkeys(term for term in _terms(text, generic=generic) if term))


def pairs(text: str) -> tuple[str, ...]:
    """Neighbouring content terms, such as "minimum wage": stronger than either alone."""
    found = _terms(text, generic=True)
    made = (
        f"{a} {b}" for a, b in pairwise(found) if a and b and not (is_generic(a) and is_generic(b))
    )
    return tuple(dict.fromkeys(made))


def stems(text: str) -> str:
    """A word or phrase as `Bag.holds` knows it (two words at most)."""
    return " ".join(word if is_hangul(word) else stem(word) for word in tokens(text))


def runs(text: str) -> list[list[str]]:
    """The words between stop words and punctuation, as they are written: where phrases are."""
    made: list[list[str]] = []
    for part in re.split(r"[^\w\s-]+|\s[-–—]+\s", text):
        run: list[str] = []
        for word in part.split():
            bare = word.strip("-_")
            if bare and bare.lower() not in STOP and not bare.isdigit():
                run.append(ko_stem(bare) if is_hangul(bare) else bare)
            elif run:
                made.append(run)
                run = []
        if run:
            made.append(run)
    return made


def _terms(text: str, *, generic: bool) -> list[str]:
    """Terms in order; an empty string stands where something was left out."""
    made: list[str] = []
    for word in tokens(text):
        if is_hangul(word):
            term = ko_stem(word)
            keep = len(term) >= 2
        else:
            term = stem(word)
            keep = word not in STOP and len(word) >= 2 and not word.isdigit()
        made.append(term if keep and (generic or not is_generic(term)) else "")
    return made


def is_generic(term: str) -> bool:
    """Whether a term is one of every paper."""
    if is_hangul(term):
        return term in KO_GENERIC or term[:2] in KO_GENERIC
    return term in GENERIC


def ko_stem(word: str) -> str:
    """A Hangul word without its particle or ending.

    Two syllables stay at least; of a short verb or adjective one stays, which is no term.
    """
    for ending in KO_PREDICATES:
        if len(word) == len(ending) + 1 and word.endswith(ending) and word not in KO_NOUNS:
            return word[0]
    for ending in KO_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            return word[: -len(ending)]
    return word


def language(text: str) -> str:
    """Either "ko", where Hangul is a good part of the letters, or "en"."""
    hangul = sum("가" <= letter <= "힣" for letter in text)
    latin = sum(letter.isascii() and letter.isalpha() for letter in text)
    return "ko" if hangul * 3 > latin else "en"


def numbers(text: str, *, words: bool = False) -> frozenset[float]:
    """The numbers of a text by value: "10,000", "1만" and "10000" are one.

    With `words`, number words and what could be read as one count too: for the text that is
    asked whether it holds a number.
    """
    found: set[float] = set()
    rest = text
    for match in _KO_SCALE.finditer(text):
        found.add(float(match[1].replace(",", "")) * _KO_SCALES[match[2]])
        if words:
            found.add(float(match[1].replace(",", "")))
    rest = _KO_SCALE.sub(" ", text)
    for match in _DIGITS.finditer(rest):
        digits = re.match(r"[\d, ]+(?:\.\d+)?", match.group())
        if digits:
            found.add(float(digits.group().replace(",", "").replace(" ", "")))
    if words:
        found.update(_NUMBER_WORDS[word] for word in tokens(text) if word in _NUMBER_WORDS)
    return frozenset(found)


def names(text: str) -> tuple[str, ...]:
    """Words that look like names: capitals inside a sentence, acronyms, Latin words in Korean."""
    korean = language(text) == "ko"
    found: dict[str, None] = {}
    for match in _NAME.finditer(text):
        word = match.group()
        inner = any(letter.isupper() or letter.isdigit() for letter in word[1:])
        begins = word[0].isupper() and _inside(text, match.start())
        if inner or begins or (korean and len(word) > 1):
            found[word] = None
    return tuple(found)


def _inside(text: str, at: int) -> bool:
    """Whether a word at `at` does not begin a sentence."""
    before = text[:at].rstrip(" \"“‘'([")
    return bool(before) and before[-1] not in ".!?:"


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of an abstract; abbreviations do not end one."""
    made: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if _NOT_AN_END.search(text[start : match.end()].rstrip()):
            continue
        made.append(text[start : match.end()].strip())
        start = match.end()
    made.append(text[start:].strip())
    return tuple(sentence for sentence in made if sentence)


def longest_run(words: Iterable[str], other: Iterable[str]) -> int:
    """The longest run of words that stands in both texts."""
    mine, theirs = list(words), list(other)
    best = 0
    previous = [0] * (len(theirs) + 1)
    for word in mine:
        current = [0] * (len(theirs) + 1)
        for index, their in enumerate(theirs, start=1):
            if word == their:
                current[index] = previous[index - 1] + 1
                best = max(best, current[index])
        previous = current
    return best


def folded_words(text: str) -> tuple[str, ...]:
    """The words as they stand, folded."""
    return tuple(tokens(text))
