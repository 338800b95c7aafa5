"""How texts become searchable words, Korean and English alike.

The one law: index and query go through the same functions, so what was stored can be found.
Latin words are folded (accents, case) and stemmed; Hangul runs are cut into overlapping pairs of
syllables, so that particles and compounds do not hide a word.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from agents.store.stem import stem

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(r"[가-힣]+|[^\W_가-힣]+", re.UNICODE)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
# What hangs on a Korean noun; a query is understood with and without it.
_PARTICLES = (
    "에서는", "으로는", "에서", "에게", "으로", "까지", "부터", "보다", "처럼", "이나", "들은",
    "들의", "은", "는", "이", "가", "을", "를", "의", "에", "로", "와", "과", "도", "만",
)  # fmt: skip
# Letters that Unicode does not take apart into a base letter and an accent.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
                          "ß": "ss", "ı": "i"})  # fmt: skip


def fold(text: str) -> str:
    """Lower case without accents; Hangul composed."""
    if text.isascii():  # nothing to take apart, and most of what is indexed
        return text.lower()
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if not unicodedata.combining(letter)
    )
    return unicodedata.normalize("NFC", bare).translate(_LETTERS)


def normal(text: str) -> str:
    """`text` for comparison: NFKC, invisible characters gone, one kind of white space."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).split())


def is_hangul(word: str) -> bool:
    """Whether a word begins with a Hangul syllable."""
    return "가" <= word[:1] <= "힣"


def tokens(text: str) -> Iterator[str]:
    """Folded words: runs of Hangul, runs of other letters and digits."""
    for match in _TOKEN.finditer(fold(text)):
        yield match.group()


def index_text(text: str) -> str:
    """What the full-text index holds for `text`: stems and pairs of syllables."""
    made: list[str] = []
    for word in tokens(text):
        made += _pairs(word) if is_hangul(word) else [stem(word)]
    return " ".join(made)


def match_queries(query: str) -> tuple[str, ...]:
    """FTS5 expressions for what a person typed, strictest first: every word, then any word.

    Everything is quoted, so nothing in it is understood as an operator. The last Latin word may be
    unfinished: it also matches as a beginning. Empty when there is nothing to look for.
    """
    words = list(dict.fromkeys(tokens(query)))
    if not words:
        return ()
    terms: list[str] = []
    for index, word in enumerate(words):
        last = index == len(words) - 1
        if is_hangul(word):
            terms.append(_hangul_term(word))
        elif last and len(word) > 2:
            terms.append(f'("{stem(word)}" OR "{word}"*)')
        else:
            terms.append(f'"{stem(word)}"')
    every, any_ = " AND ".join(terms), " OR ".join(terms)
    return (every,) if every == any_ else (every, any_)


def query_terms(query: str) -> tuple[str, ...]:
    """The words of a query as the index holds them: a stem, or the pairs of a Hangul word."""
    made: dict[str, None] = {}
    for word in tokens(query):
        if is_hangul(word):
            bare = _bare(word)
            made[" ".join(_pairs(bare))] = None
        else:
            made[stem(word)] = None
    return tuple(made)


def _bare(word: str) -> str:
    """A Hangul word without its particle."""
    for particle in _PARTICLES:
        if word.endswith(particle) and len(word) - len(particle) >= 2:
            return word.removesuffix(particle)
    return word


def _hangul_term(word: str) -> str:
    if len(word) == 1:
        return f'"{word}"*'  # it stands at the beginning of a pair
    # the pairs of the bare word begin those of the whole: it finds both
    return f'"{" ".join(_pairs(_bare(word)))}"'


def _pairs(word: str) -> list[str]:
    if len(word) == 1:
        return [word]
    return [word[i : i + 2] for i in range(len(word) - 1)]
