"""Whether an answer is in the language that is expected, and how to ask for it once more.

The one law: only prose is judged, never code, formulas, quotations or addresses; where a request
itself names a language, nothing is expected.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from agents.chat.language import language_of
from agents.chat.routing.features import request_of

if TYPE_CHECKING:
    from agents.chat.language import Language

_FEW = 12  # letters of prose that do not tell a language: "OK", a name, a unit
_SHARE = 0.2  # of Hangul that a Korean answer full of English names still has
_FOREIGN = 0.3  # of letters of a third script that no answer has
_NAMED = re.compile(
    r"영어|영문|영작|영역|한국어|한글|국문|우리말|일본어|중국어|한문|한자|프랑스어|불어|독일어|독어|스페인어|러시아어|외국어|번역|통역"
    r"|\b(?:english|korean|hangul|japanese|chinese|french|german|spanish|italian|russian|language|"
    r"translat\w*)\b",
    re.IGNORECASE,
)
_NO_PROSE = re.compile(
    r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]+\$|\\\[.*?\\\]|\\\(.*?\\\)"
    r"|“[^”]*”|\"[^\"\n]*\"|「[^」]*」|『[^』]*』|https?://\S+|\\[A-Za-z]+",
    re.DOTALL,
)
_AGAIN: dict[Language, str] = {
    "ko": "\n\n(반드시 한국어로 답해 주세요.)",
    "en": "\n\n(Answer in English only.)",
}


def expected(question: str) -> Language | None:
    """The language an answer is expected in; None where the request is about a language."""
    asked = request_of(question)
    return None if _NAMED.search(asked) else language_of(asked)


def strays(answer: str, wanted: Language) -> bool:
    """Whether the prose of an answer is surely in another language than `wanted`."""
    letters = [letter for letter in _NO_PROSE.sub(" ", answer) if letter.isalpha()]
    if len(letters) < _FEW:
        return False
    hangul = sum("가" <= letter <= "힣" for letter in letters)
    latin = sum(letter.isascii() or _is_latin(letter) for letter in letters)
    foreign = len(letters) - hangul - latin
    if foreign > _FOREIGN * len(letters):
        return True
    return hangul < _SHARE * len(letters) if wanted == "ko" else hangul > latin


def again(question: str, wanted: Language) -> str:
    """The same question with a word on the language."""
    return question + _AGAIN[wanted]


def _is_latin(letter: str) -> bool:
    """Latin letters with marks, and the Greek ones that formulas are written with."""
    return unicodedata.name(letter, "").startswith(("LATIN", "GREEK"))
