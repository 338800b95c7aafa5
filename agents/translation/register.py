"""How a Korean sentence speaks to its reader: 합쇼체, 해요체, 해라체; told and put right.

The one law: only the final ending is rewritten, and only where the analyser reads the new
sentence as the old one with another ending. What is quoted, and what has no register (headings,
lists, 명사형), is never touched.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agents.translation import endings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agents.translation.events import Register
    from agents.translation.korean import Korean, Token

Mood = Literal["says", "asks", "bids"]

_QUOTED = re.compile(
    r"\"[^\"]*\"|“[^”]*”|‘[^’]*’|「[^」]*」|『[^』]*』|《[^》]*》|\([^()]*\)|\[[^\[\]]*\]"
    r"|(?<!\w)'[^']*'(?![A-Za-z])"
)
_AFTER = ("SF", "SE", "SSC", "SP", "SW")
_FIXED_PHRASES = ("감사", "죄송", "안녕", "미안", "반갑")  # greetings have one form


@dataclass(frozen=True, slots=True)
class Ending:
    """A final ending: which token it is, and what it says about the sentence."""

    at: int
    register: Register
    mood: Mood


def found(text: str, tokens: Sequence[Token]) -> list[Ending]:
    """The final endings of a text that have a register."""
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    made: list[Ending] = []
    for at, token in enumerate(tokens):
        if any(start <= token.start < end for start, end in quoted):
            continue
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if after is not None and after.tag not in _AFTER:
            continue
        asks = after is not None and after.tag == "SF" and after.form.startswith("?")
        before = tokens[at - 1] if at else None
        register, mood = _spoken(token, before, asks=asks)
        stem = tokens[max(0, at - 3) : at]
        if register and not any(one.form.startswith(_FIXED_PHRASES) for one in stem):
            made.append(Ending(at, register, mood))
    return made


def _spoken(  # noqa: PLR0911 - a form is a line
    token: Token, before: Token | None, *, asks: bool
) -> tuple[Register, Mood]:
    """Register and mood of a token; no register where it is no final ending."""
    form = token.form
    mood: Mood = "asks" if asks else "says"
    if token.tag == "JX" and form == "요":
        return ("polite", mood) if before and before.tag in {"EC", "EF"} else ("", mood)
    if token.tag != "EF":
        return "", mood
    if form.endswith("니까"):
        return "formal", "asks"
    if form.endswith("니다"):
        return "formal", mood
    if form.endswith("ᆸ시오"):
        return "formal", "bids"
    if form.endswith("까요"):
        return "", mood  # the only form of that thought
    if form in {"세요", "으세요"}:
        return "polite", "asks" if asks else "bids"
    if form.endswith(("요", "죠")):
        return "polite", mood
    if form in {"다", "ᆫ다", "는다"} or (asks and form in {"는가", "ᆫ가", "은가"}):
        return "plain", mood
    return "", mood


def majority(texts: Iterable[str], korean: Korean) -> Register:
    """What most sentences of a document are in; "" where none has a register."""
    counts: Counter[Register] = Counter()
    for text in texts:
        endings_here = found(text, korean.tokens(text))
        counts.update(one.register for one in endings_here if one.mood != "bids")
    order: tuple[Register, ...] = ("formal", "plain", "polite")  # of equals, the first
    return max(order, key=lambda one: counts[one]) if counts else ""


def differs(text: str, wanted: Register, korean: Korean) -> bool:
    """Whether a sentence of `text` is in another register.

    A request to the reader (하십시오, 하세요) has no form of its own in plain writing.
    """
    return any(_strays(one, wanted) for one in found(text, korean.tokens(text)))


def _strays(ending: Ending, wanted: Register) -> bool:
    return ending.register != wanted and not (wanted == "plain" and ending.mood == "bids")


def fixed(text: str, wanted: Register, korean: Korean) -> str:
    """`text` with its endings in one register, as far as rules are certain."""
    tokens = korean.tokens(text)
    wrong = [one for one in found(text, tokens) if _strays(one, wanted)]
    for ending in reversed(wrong):
        change = endings.rewritten(text, tokens, ending.at, wanted, ending.mood, korean)
        if change is None:
            continue
        start, end, words = change
        made = text[:start] + words + text[end:]
        if _only_the_ending(tokens, korean.tokens(made), ending.at):
            text = made
            tokens = korean.tokens(text)
    return text


def _only_the_ending(before: Sequence[Token], after: Sequence[Token], at: int) -> bool:
    """Whether two readings have the same morphemes but for the ending at `at`."""
    old = [(token.form, token.tag) for token in before]
    new = [(token.form, token.tag) for token in after]
    rest = len(old) - at - 1  # tokens after the ending
    if rest and new[-rest:] != old[-rest:]:
        return False
    new = new[: len(new) - rest]
    head = [one for one in old[:at] if one != ("시", "EP")]
    body = [one for one in new if one != ("시", "EP")]
    return len(body) == len(head) + 1 and body[:-1] == head and body[-1][1] == "EF"
