"""Korean particles behind what a sentence names: 파일을, 메모를, and both forms where it is open.

The one law: only what a sentence itself writes as 을(를) is decided, and only where it is certain
how the word before it is read; what a person wrote is never touched.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# What the catalogues write: (behind a consonant, behind a vowel).
_BOTH = {
    "이(가)": ("이", "가"),
    "은(는)": ("은", "는"),
    "을(를)": ("을", "를"),
    "와(과)": ("과", "와"),
    "(으)로": ("으로", "로"),
    "(이)라는": ("이라는", "라는"),
}
_NAMED = re.compile(r"(\{(\w+)[^{}]*\}[”’\"'」』)\]`]*)(" + "|".join(map(re.escape, _BOTH)) + ")")
# Endings of files that are read letter by letter and end in a vowel: 엑스, 에프, 티, 피, 디, 브이.
_SPELLED = re.compile(
    r"\.(?:docx|xlsx|pptx|hwpx|hwp|pdf|txt|odt|ods|odp|md|srt|vtt|csv|gguf)$", re.IGNORECASE
)
_LAST = re.compile(r"(\w)\W*$")


def settled(sentence: str, values: Mapping[str, object]) -> str:
    """A Korean sentence with the particles that fit what stands for its names."""

    def fit(match: re.Match[str]) -> str:
        closed, opened = _BOTH[match[3]]
        end = _end(str(values.get(match[2], "")))
        if end == "?":
            return match[0]
        to = match[3] == "(으)로"
        return match[1] + (opened if end == "" or (to and end == "ㄹ") else closed)

    return _NAMED.sub(fit, sentence)


def _end(word: str) -> str:
    """How a word ends, see `korean_terms.coda`."""
    from agents.translation.korean_terms import coda  # noqa: PLC0415 - where Korean is spoken

    if _SPELLED.search(word):
        return ""
    last = _LAST.search(word)
    return coda(last[1]) if last else "?"
