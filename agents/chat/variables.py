"""Variables in saved texts: {{date}}, {{language}}, {{name}}, and whatever else the user names.

The one law: a text is filled in one pass, so that a value is never read as a variable; nothing is
computed and nothing is looked up but what was given.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from agents.chat.language import Language

TEXT = "text"  # what a command works on
# What is known without asking. In Korean texts they may be called by their Korean names.
_KNOWN = {
    "date": "date",
    "날짜": "date",
    "time": "time",
    "시각": "time",
    "language": "language",
    "언어": "language",
    TEXT: TEXT,
    "글": TEXT,
}
_LANGUAGES: dict[tuple[Language, Language], str] = {
    ("ko", "ko"): "한국어",
    ("ko", "en"): "영어",
    ("en", "ko"): "Korean",
    ("en", "en"): "English",
}
_VARIABLE = re.compile(r"\{\{\s*(\w[\w .-]{0,40}?)\s*\}\}")


def variables(text: str) -> tuple[str, ...]:
    """The names of all variables in a text, in order, none twice."""
    return tuple(dict.fromkeys(found.group(1) for found in _VARIABLE.finditer(text)))


def blanks(text: str) -> tuple[str, ...]:
    """Of these, what the user has to be asked for."""
    return tuple(name for name in variables(text) if name.lower() not in _KNOWN)


def takes_text(text: str) -> bool:
    """Whether a command says where the text it works on is put."""
    return any(_KNOWN.get(name.lower()) == TEXT for name in variables(text))


def known(now: dt.datetime, language: Language, *, written_in: Language) -> dict[str, str]:
    """The values of what is known without asking.

    Args:
        now: the local time.
        language: the user's.
        written_in: the language of the text that is filled.
    """
    date = f"{now.year}년 {now.month}월 {now.day}일" if written_in == "ko" else f"{now:%Y-%m-%d}"
    return {"date": date, "time": f"{now:%H:%M}", "language": _LANGUAGES[written_in, language]}


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its variables replaced; one without a value is left as it stands."""

    def value(found: re.Match[str]) -> str:
        name = found.group(1)
        return values.get(_KNOWN.get(name.lower(), name), found.group())

    return _VARIABLE.sub(value, text)
