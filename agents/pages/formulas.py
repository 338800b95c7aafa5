"""Which lines are formulas, and which letters of a sentence are.

The one law: a line with words in it is text; what is left as it was is never missed by a reader.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agents.pages.shapes import Letter, Line

_WORD = re.compile(r"[^\W\d_]{4,}")
_HANGUL = re.compile("[\uac00-\ud7a3]{2,}")
_SIGN = re.compile(r"[=+<>±×÷∑∏∫√∂∇≤≥≠≈≡∈∉⊂⊆∪∩→←↔∞∀∃αβγδεζηθλμνπρστφχψω|^_{}\\/*·⋅−]")
_BETWEEN = re.compile(r"[\d.,=+<>()\[\]|/*−–-]")


def formula(line: Line) -> bool:
    """Whether a line is a formula and not text."""
    letters = line.letters
    words = "".join(
        (" " if letter.spaced else "") + ("\0" if letter.look.math else letter.text)
        for letter in letters
    )
    if _WORD.search(words) or _HANGUL.search(words):
        return False
    math = sum(letter.look.math for letter in letters)
    signs = sum(_SIGN.match(letter.text) is not None for letter in letters)
    return math > 0.3 * len(letters) or (len(letters) > 2 and signs > 0.25 * len(letters))


def spans(sources: Sequence[Letter | None]) -> Iterator[tuple[int, int]]:
    """Stretches of a text that are set in a mathematician's font, with the digits between."""
    at = 0
    while at < len(sources):
        letter = sources[at]
        if letter is None or not letter.look.math:
            at += 1
            continue
        end = last = at + 1
        while end < len(sources):
            one = sources[end]
            if one is not None and one.look.math:
                last = end + 1
            elif one is not None and not _BETWEEN.match(one.text):
                break
            end += 1
        yield at, last
        at = last
