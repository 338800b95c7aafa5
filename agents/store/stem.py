"""English words cut down to their stems: Porter's algorithm (1980), British spelling made American.

The one law: it is a pure function of one lower-case word of ASCII letters; anything else comes
back as it is.
"""

from __future__ import annotations

import functools
import re

_WORD = re.compile(r"[a-z]{3,}\Z")
_VOWELS = "aeiou"
# Both spellings of a word go the same way, so it does no harm to words that have only one.
_BRITISH = ((re.compile(r"(?<=..)is(?=(?:e[drs]?|es|ing|ations?)\Z)"), "iz"),
            (re.compile(r"(?<=..)our(?=(?:s|ed|ing|al|able)?\Z)"), "or"))  # fmt: skip

_STEP2 = (
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"),
    ("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"),
    ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"),
    ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
    ("logi", "log"),
)  # fmt: skip
_STEP3 = (
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"),
    ("ful", ""), ("ness", ""),
)  # fmt: skip
_STEP4 = (
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou",
    "ism", "ate", "iti", "ous", "ive", "ize",
)  # fmt: skip


@functools.lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem: `generation`, `generates` and `generate` have the same."""
    if not _WORD.match(word):
        return word
    for pattern, american in _BRITISH:
        word = pattern.sub(american, word)
    word = _plural(word)
    word = _past(word)
    if word.endswith("y") and _has_vowel(word[:-1]):
        word = word[:-1] + "i"
    word = _adverb(_replace(word, _STEP2))
    word = _replace(word, _STEP3)
    word = _drop_suffix(word)
    return _tidy(word)


def _consonant(word: str, index: int) -> bool:
    letter = word[index]
    if letter in _VOWELS:
        return False
    return letter != "y" or index == 0 or not _consonant(word, index - 1)


def _measure(word: str) -> int:
    """How often a vowel run is followed by a consonant run."""
    shape = "".join("c" if _consonant(word, i) else "v" for i in range(len(word)))
    return len(re.findall(r"v+c+", shape))


def _has_vowel(word: str) -> bool:
    return any(not _consonant(word, i) for i in range(len(word)))


def _double_end(word: str) -> bool:
    return len(word) >= 2 and word[-1] == word[-2] and _consonant(word, len(word) - 1)


def _short_end(word: str) -> bool:
    """Ends in consonant, vowel, consonant, the last not w, x or y."""
    last = len(word) - 1
    return (
        last >= 2
        and _consonant(word, last)
        and not _consonant(word, last - 1)
        and _consonant(word, last - 2)
        and word[last] not in "wxy"
    )


def _plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def _past(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for suffix in ("ed", "ing"):
        root = word.removesuffix(suffix)
        if root != word and _has_vowel(root):
            return _mend(root)
    return word


def _mend(root: str) -> str:
    if root.endswith(("at", "bl", "iz")):
        return root + "e"
    if _double_end(root) and root[-1] not in "lsz":
        return root[:-1]
    if _measure(root) == 1 and _short_end(root):
        return root + "e"
    return root


def _replace(word: str, rules: tuple[tuple[str, str], ...]) -> str:
    for suffix, other in rules:
        if word.endswith(suffix):
            root = word[: -len(suffix)]
            return root + other if _measure(root) > 0 else word
    return word


def _adverb(word: str) -> str:
    """As in Porter's later algorithm: `linearly` belongs to `linear`."""
    root = word.removesuffix("li")
    return root if root != word and len(root) > 3 and root[-1] in "cdeghkmnrt" else word


def _drop_suffix(word: str) -> str:
    for suffix in sorted(_STEP4, key=len, reverse=True):
        if word.endswith(suffix):
            root = word[: -len(suffix)]
            if _measure(root) > 1 and (suffix != "ion" or root.endswith(("s", "t"))):
                return root
            return word
    return word


def _tidy(word: str) -> str:
    if word.endswith("e"):
        root = word[:-1]
        size = _measure(root)
        if size > 1 or (size == 1 and not _short_end(root)):
            word = root
    if word.endswith("ll") and _measure(word) > 1:
        word = word[:-1]
    return word
