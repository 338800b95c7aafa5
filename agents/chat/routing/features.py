"""What of a request tells where it belongs: its words, how it begins and ends, and certain signs.

The one law: what is only quoted, pasted or handed over is told apart from what is asked, so that a
sentence to be translated is not taken for an order.

English asks with its first words, Korean with its last, so both ends count on their own.
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
_STOP = re.compile(r"[.!?。:]\s+|\n+|,\s+(?=[a-z가-힣])|\s+[-–—]\s+")
_CLOSING = " .!?~\n\t⟦⟧"
_AT_LAST = 0.7  # strength of the words of the last clause, beside that of all words
_SIGN = 0.3  # strength of a sign, chosen on the development half


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
    asked = request_of(plain).lower()
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
