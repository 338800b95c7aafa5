"""What of a request tells where it belongs: its words, how it begins and ends, and certain signs.

The one law: what is only quoted, pasted or handed over is told apart from what is asked, so that a
sentence to be translated is not taken for an order.

English asks with its first words, Korean with its last, so both ends count on their own. Korean
is also read without its spaces, as many write it without any.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from agents.chat.routing import clauses, signs

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST = 6000  # letters of a text that are looked at, from both ends
_ENDS = 260  # letters of a long request's beginning and end that are read
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?|[가-힣]+|[ㄱ-ㆎ]+|\d+(?:[.,:]\d+)*|[^\s\w]")
_FENCE = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)", re.DOTALL)
_TICKS = re.compile(r"`[^`\n]+`")
_QUOTED = re.compile(
    r"“[^”]{2,}”|‘[^’]{2,}’|\"[^\"]{2,}\"|「[^」]{2,}」|『[^』]{2,}』|(?<!\w)'[^'\n]{2,}'(?!\w)"
)
_HANDED = re.compile(r"^([^:\n]{2,80}?)\s*[::]\s*(.{12,})$", re.DOTALL)
# What is not wanted: "don't translate it, …", "번역은 하지 말고", "파일은 됐고".
_DECLINED = re.compile(
    r"(?:^|(?<=[.!?;,]\s))(?:please\s+)?(?:don['’]?t|do\s+not|no\s+need\s+to|without)\s+[^,.;:!?\n]{2,48}"
    r"[,.;:!]|^(?:no|not)\s+[^,.;:!?\n]{2,32}[,.;:]"
    # Words to the router itself, which it does not obey: "Route: maths.", "You are the tool route."
    r"|^\W*(?:system|route|router|tool|mode)\s*[:=][^.!?\]\n]{1,60}[.!?\]]"
    r"|^you\s+are\s+(?:now\s+)?(?:the|an?)\s+\w+\s+(?:route|router|tool|module|mode|agent)\b[^.!?\n]*[.!?]"
    r"(?:\s*(?:fine|ok(?:ay)?|good)[.!])?"
    r"|^(?:please\s+)?ignore\s+(?:the|all|your|any|everything)\s[^,.!?;\n]{0,60}[,.!?;]"
    r"|^[^.!?,\n]{0,24}(?:라우터|라우팅|시스템\s?지시|모드로)[^.!?,\n]{0,32}[.!?,]"
    r"|[가-힣A-Za-z]+(?:은|는|을|를|도)?\s*(?:하지\s*)?(?:말고|말구)(?![가-힣])"
    r"|[가-힣A-Za-z]+(?:은|는|할|하실)?\s*(?:필요\s*(?:는\s*)?없\S*|됐고|됐으니)",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?。:]\s+|\n+|,\s+(?=[a-z가-힣])|\s+[-–—]\s+")
_CLOSING = " .!?~\n\t⟦⟧"
_AT_LAST = 0.7  # strength of the words of the last clause, beside that of all words
_SIGN = 0.3  # strength of a sign, chosen on the development half
_SHAPE = 0.25  # strength of a shape
_LETTERS = 0.7  # strength of all runs of letters, beside that of all words
_ENDING = 0.25
# Begin the names of features that say where a word stands among all words: any word of the request,
# one of its first two, one of its last two. The word follows.
NEAR = ("≈0", "≈1", "≈2")
_NEAR_ENDS = 2
_LETTERS_ONLY = re.compile(r"[a-z]+|[가-힣]+")
_SHAPES = (
    ("camel", re.compile(r"\b[a-z]+[A-Z]\w*|\b(?:[A-Z][a-z]+){2,}\w*")),
    ("snake", re.compile(r"\b[a-z]+_[a-z_]+\b")),
    ("call", re.compile(r"\w\(\)?")),
    ("capitals", re.compile(r"\b[A-Z]{3,}\b")),
    ("flag", re.compile(r"(?<!\S)--?[a-z]\w*")),
    ("operator", re.compile(r"[{};=<>]|::|&&")),
    ("slash", re.compile(r"^/|\s/\w")),
    ("part of a hundred", re.compile(r"%|퍼|프로")),
    ("unit", re.compile(r"\d\s?[a-zA-Z가-힣%]")),
    ("number", re.compile(r"\d")),
    ("two numbers", re.compile(r"\d.*\D.*\d")),
    ("three numbers", re.compile(r"\d.*\D.*\d.*\D.*\d")),
    ("number first", re.compile(r"^\W*\d")),
    ("file last", re.compile(r"\.\w{2,5}\W*$")),
)
_LONGEST = 12  # words from which a request is long


def features(text: str) -> dict[str, float]:
    """The features of a request with their strength.

    Args:
        text: as the user wrote it.

    Returns:
        Names to strengths. Words have 1.0 in all, whatever the length, so that a pasted page does
        not drown the request.
    """
    if len(text) > _MOST:
        text = f"{text[: _MOST // 2]}\n{text[-_MOST // 2 :]}"
    plain = unicodedata.normalize("NFKC", text).strip()
    written = wanted_of(plain)
    asked = written.lower()
    words = _WORD.findall(asked)
    found: dict[str, float] = {}
    for name in _of_words(words):
        found[name] = 1.0
    scale = len(found) ** -0.5 if found else 1.0
    found = dict.fromkeys(found, scale)
    for name in _of_ends(words):
        found[name] = 0.5
    last = _WORD.findall(_STOP.split(asked.rstrip(_CLOSING))[-1])
    if len(last) < len(words):
        for name in _of_words(last):
            found[f"at last {name}"] = _AT_LAST * scale
    for name in signs.signs(plain, asked):
        found[f"sign {name}"] = _SIGN
    for name, shape in _SHAPES:
        if shape.search(written):
            found[f"shape {name}"] = _SHAPE
    found[f"length {min(len(asked.split()), _LONGEST) // 2}"] = _SHAPE / 2
    found |= _of_letters(asked)
    for name, strength in _near(_LETTERS_ONLY.findall(asked)):
        found[name] = found.get(name, 0.0) + strength
    found["bias"] = 1.0
    return found


def request_of(text: str) -> str:
    """The part of a text that asks: marks stand for what is quoted, pasted or handed over."""
    text = _FENCE.sub(" ⟦code⟧ ", text)
    text = _TICKS.sub(" ⟦tick⟧ ", text)
    text = _QUOTED.sub(" ⟦quote⟧ ", text)
    handed = _HANDED.match(text)
    if handed and (clauses.asks(handed.group(1)) or signs.names_translation(handed.group(1))):
        text = f"{handed.group(1)} ⟦handed⟧"
    if len(text) > 2 * _ENDS:
        text = f"{text[:_ENDS]} ⟦more⟧ {text[-_ENDS:]}"
    return text


def wanted_of(text: str) -> str:
    """The part of a text that asks, with a mark for what it says is not wanted."""
    return _DECLINED.sub(" ⟦not⟧ ", request_of(text))


def _of_words(words: list[str]) -> Iterator[str]:
    before = "^"
    for word in words:
        yield word
        yield f"{before} {word}"
        before = word
        if word[0].isascii() and len(word) > 5:
            yield f"{word[:5]}…"
        elif "가" <= word[0] <= "힣":
            padded = f"{word}$"
            for size in (2, 3):
                for at in range(len(padded) - size + 1):
                    yield f"~{padded[at : at + size]}"
            yield f"^{word[:2]}"
    yield f"{before} $"


def _of_letters(asked: str) -> dict[str, float]:
    """Runs of letters: within Latin words, across Korean ones, and at the very end."""
    latin: set[str] = set()
    for word in re.findall(r"[a-z]+", asked):
        edged = f"<{word}>"
        for size in (3, 4, 5):
            latin.update(f"c{edged[at : at + size]}" for at in range(len(edged) - size + 1))
    hangul: set[str] = set()
    for run in re.findall(r"[가-힣]+", re.sub(r"(?<=[가-힣])\s+(?=[가-힣])", "", asked)):
        for size in (2, 3, 4):
            hangul.update(f"n{run[at : at + size]}" for at in range(len(run) - size + 1))
    found: dict[str, float] = {}
    for runs in (latin, hangul):
        found |= dict.fromkeys(sorted(runs), _LETTERS * len(runs) ** -0.5 if runs else 0.0)
    ending = re.sub(r"[\s.!?~ㅋㅎㅠㅜ]+", "", asked[-3 * _LONGEST :])
    for size in (2, 3, 4):
        found[f"end{size} {ending[-size:]}"] = _ENDING
    return found


def _near(words: list[str]) -> Iterator[tuple[str, float]]:
    for mark, some in zip(NEAR, (words, words[:_NEAR_ENDS], words[-_NEAR_ENDS:]), strict=True):
        for word in some:
            yield f"{mark}{word}", 1 / len(some)


def _of_ends(words: list[str]) -> Iterator[str]:
    spoken = [word for word in words if word[0].isalnum() or word in "⟦?"]
    for place, word in enumerate(spoken[:3]):
        yield f"first{place} {word}"
    for place, word in enumerate(reversed(spoken[-3:])):
        yield f"last{place} {word}"
        if "가" <= word[0] <= "힣":
            yield f"last{place} ~{word[-2:]}"
            yield f"last{place} ^{word[:2]}"
    yield " ".join(["first", *spoken[:2]])
    yield " ".join(["last", *spoken[-2:]])
