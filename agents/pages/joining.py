"""Lines into the text of a paragraph: hyphens at line ends, spaces between lines.

The one law: every letter of the text knows where on the page it came from.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.pages.shapes import Letter, Line

_HYPHENS = "-\u00ad\u2010"
_HANGUL = re.compile("[\uac00-\ud7a3\u3131-\u318e]")
_DOTS = re.compile(r"(?<=\S)\s*(?:[.·]\s?){5,}$")
_SLACK = 0.6  # of the letter size: a line with more room to its right was ended by a whole word
_ENOUGH = 0.2  # of the lines: from here on spaces at line ends are believed

Source = tuple[str, "Letter | None"]


def joined(lines: Sequence[Line], right: float) -> tuple[str, tuple[Letter | None, ...]]:
    """The text of some lines, and the letter behind each character of it.

    Args:
        lines: in reading order.
        right: where the lines of their column end.
    """
    parts: list[Source] = []
    # Where Korean is broken between syllables, words that end with their line have a space there.
    marked = sum(line.letters[-1].trailing for line in lines[:-1]) > _ENOUGH * len(lines)
    for number, line in enumerate(lines):
        if number:
            _between(parts, lines[number - 1], line, right, marked=marked)
        for at, letter in enumerate(line.letters):
            if at and letter.spaced:
                parts.append((" ", None))
            parts.extend((sign, letter) for sign in letter.text)
    text = "".join(sign for sign, _ in parts)
    if (dots := _DOTS.search(text)) is not None:  # they lead to a page number, and say nothing
        text = text[: dots.start()]
    return text, tuple(letter for _, letter in parts[: len(text)])


def _between(parts: list[Source], before: Line, line: Line, right: float, *, marked: bool) -> None:
    """What stands between two lines: nothing, or a space; a hyphen may go."""
    last, first = parts[-1][0], line.letters[0].text[:1]
    if last in _HYPHENS and len(parts) > 1 and parts[-2][0].isalpha():
        if last == "\u00ad" or (first.islower() and not _hyphenated(parts)):
            parts.pop()
        return
    if _HANGUL.match(last) and _HANGUL.match(first):
        if marked:
            whole = before.letters[-1].trailing
        else:
            whole = right - before.box.x1 > _SLACK * before.size
        if not whole:
            return
    parts.append((" ", None))


def _hyphenated(parts: Sequence[Source]) -> bool:
    """Whether the word at the end has another hyphen, and so keeps this one (state-of-the-)."""
    for sign, _ in reversed(parts[:-1]):
        if sign in _HYPHENS:
            return True
        if not sign.isalpha():
            return False
    return False
