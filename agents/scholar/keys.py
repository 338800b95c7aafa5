"""Citation keys for entries that have none: kim2020deep, as reference managers make them.

The one law: a key is ASCII, so that every LaTeX engine can cite it; the same work gets the same
key again. Hangul is spelled by the Revised Romanization (2000), letter by letter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.store import words

if TYPE_CHECKING:
    from collections.abc import Container

    from agents.store.entries import Work

_INITIALS = (
    "g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p",
    "h",
)  # fmt: skip
_MEDIALS = (
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we",
    "wi", "yu", "eu", "ui", "i",
)  # fmt: skip
_FINALS = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p",
    "t", "t", "ng", "t", "t", "k", "t", "p", "t",
)  # fmt: skip
_EMPTY_WORDS = frozenset({"a", "an", "the", "on", "of", "in", "for", "and", "to", "with", "from"})
_UNUSABLE = re.compile(r"[\s{}\\%#~,\"]+")
_FOREIGN = re.compile(r"[^a-z0-9]+")


def made(work: Work) -> str:
    """A key of family name, year and first word of the title."""
    family = work.authors[0].split(",")[0] if work.authors else ""
    said = [roman(word) for word in words.tokens(work.title)]
    first = next((word for word in said if word and word not in _EMPTY_WORDS), "")
    year = re.sub(r"\D", "", work.year)[:4]
    return f"{roman(family)}{year}{first[:20]}" or "work"


def usable(key: str) -> str:
    """The key without what LaTeX cannot cite: spaces, braces, backslashes, commas, `%#~"`."""
    return _UNUSABLE.sub("-", key).strip("-") if _UNUSABLE.search(key) else key


def roman(text: str) -> str:
    """Lower-case ASCII letters and digits of `text`."""
    return _FOREIGN.sub("", "".join(map(_letters, words.fold(text))))


def free(key: str, taken: Container[str]) -> str:
    """`key`, or with a number behind it where it is taken."""
    number, made_ = 1, key
    while made_ in taken:
        number += 1
        made_ = f"{key}-{number}"
    return made_


def _letters(sign: str) -> str:
    code = ord(sign) - 0xAC00
    if not 0 <= code < 11_172:
        return sign
    return _INITIALS[code // 588] + _MEDIALS[code % 588 // 28] + _FINALS[code % 28]
