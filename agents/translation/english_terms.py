"""English words in the forms they take: plurals, possessives, -ed and -ing.

The one law: a form is taken for a word only where the spelling rules lead from the one to the
other; what merely begins alike ("rating", "rat") is another word.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Literal

Likeness = Literal["", "noun", "verb"]  # none, or by which kind of form a word is another

_WORD = re.compile(r"[^\W_가-힣]+|[가-힣]+")  # a Korean particle behind a word is none of it
_POSSESSIVE = re.compile(r"['’]s?(?![^\W_가-힣])")
_VOWELS = "aeiouy"
_SENTENCE = re.compile(r"(?:^|[.!?:;…]|\n|[•·–—-]\s)[\s\"'“”‘’(\[]*$")
_IRREGULAR = {
    "analyses": "analysis", "axes": "axis", "bases": "basis", "hypotheses": "hypothesis",
    "theses": "thesis", "syntheses": "synthesis", "crises": "crisis", "parentheses": "parenthesis",
    "matrices": "matrix", "vertices": "vertex", "indices": "index", "appendices": "appendix",
    "criteria": "criterion", "phenomena": "phenomenon", "corpora": "corpus", "data": "datum",
    "genera": "genus", "stimuli": "stimulus", "radii": "radius", "nuclei": "nucleus",
    "bacteria": "bacterium", "media": "medium", "spectra": "spectrum", "formulae": "formula",
    "children": "child", "men": "man", "women": "woman", "people": "person", "feet": "foot",
    "teeth": "tooth", "mice": "mouse", "halves": "half", "lives": "life", "leaves": "leaf",
    "wives": "wife", "knives": "knife", "shelves": "shelf", "selves": "self",
}  # fmt: skip
_IRREGULAR_VERBS = {
    "drew": "draw", "drawn": "draw", "chose": "choose", "chosen": "choose", "wrote": "write",
    "written": "write", "built": "build", "sent": "send", "found": "find", "ran": "run",
    "taught": "teach", "held": "hold", "kept": "keep", "left": "leave", "made": "make",
    "bound": "bind", "grew": "grow", "grown": "grow", "knew": "know", "known": "know",
    "spoke": "speak", "spoken": "speak", "broke": "break", "broken": "break", "fed": "feed",
    "took": "take", "taken": "take", "gave": "give", "given": "give", "sold": "sell", "paid": "pay",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text and where it stands; `end` is behind a possessive."""

    text: str
    start: int
    end: int
    opens: bool  # begins a sentence


def words(text: str) -> list[Word]:
    """The words of a text. A hyphen parts words, so that "fine-tune" is found in "fine tune"."""
    found: list[Word] = []
    for match in _WORD.finditer(text):
        if found and match.group() in {"s", "S"} and text[found[-1].end - 1] in "'’":
            continue  # of the possessive before it
        tail = _POSSESSIVE.match(text, match.end())
        end = tail.end() if tail else match.end()
        opens = _SENTENCE.search(text, 0, match.start()) is not None
        found.append(Word(match.group(), match.start(), end, opens))
    return found


@functools.lru_cache(maxsize=8192)
def likeness(word: str, term: str) -> Likeness:
    """Whether `word`, as it stands in a text, is a form of `term`, a word of a glossary.

    A term in lower case is found in any case. One with capitals (GAN, Transformer) is found as it
    stands, with an ending ("GANs") or not.
    """
    if term == term.lower():
        word, known = word.lower(), _nouns(term)
    else:
        known = frozenset({term})
    if known & _nouns(word):
        return "noun"
    return "verb" if term == term.lower() and known & _verbs(word) else ""


@functools.lru_cache(maxsize=8192)
def _nouns(word: str) -> frozenset[str]:
    """The word, and of what it may be the plural."""
    made = {word}
    low = word.lower()
    if low in _IRREGULAR:
        made.add(_IRREGULAR[low])
    if len(word) < 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return frozenset(made)
    made.add(word[:-1])
    if word.endswith("ies") and len(word) > 4:
        made.add(word[:-3] + "y")
    if word.endswith(("ses", "xes", "zes", "ches", "shes", "oes")):
        made.add(word[:-2])
    if word.endswith("zzes"):
        made.add(word[:-3])
    return frozenset(made)


@functools.lru_cache(maxsize=8192)
def _verbs(word: str) -> frozenset[str]:
    """Of which verbs the word may be the past or the -ing form."""
    made: set[str] = set()
    if word in _IRREGULAR_VERBS:
        made.add(_IRREGULAR_VERBS[word])
    for ending in ("ed", "ing"):
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 2 or not any(letter in _VOWELS for letter in stem):
            continue
        made.add(stem + "e")
        if ending == "ed" and stem.endswith("i"):
            made.add(stem[:-1] + "y")
        double = len(stem) > 2 and stem[-1] == stem[-2] and stem[-1] not in _VOWELS
        if double:
            made.add(stem[:-1])
        if not _must_double(stem):
            made.add(stem)
    return frozenset(made)


def _must_double(stem: str) -> bool:
    """Whether a verb of this form doubles its last letter ("plan", "rat"): one short syllable."""
    return bool(re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", stem))
