"""The languages of the chat, and which one an answer is expected in."""

from __future__ import annotations

from typing import Literal

Language = Literal["ko", "en"]


def language_of(text: str) -> Language:
    """The language an answer is expected in: Korean as soon as Hangul is in what is asked."""
    return "ko" if any("가" <= letter <= "힣" for letter in text) else "en"
