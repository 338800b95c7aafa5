"""Which lines are formulas or program code, and which letters of a sentence are.

The one law: a line with words in it is text; what is left as it was is never missed by a reader.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.pages.shapes import ACCENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agents.pages.shapes import Letter, Line

_WORD = re.compile(r"[^\W\d_]{4,}")
_HANGUL = re.compile("[\uac00-\ud7a3]{2,}")
_SIGN = re.compile(r"[=+<>±×÷∑∏∫√∂∇≤≥≠≈≡∈∉⊂⊆∪∩→←↔∞∀∃αβγδεζηθλμνπρστφχψω|^_{}\\/*·⋅−]")
_NUMBER = re.compile(r"\((?:[A-Z]\.?)?\d{1,3}(?:\.\d{1,3})*[a-z]?['′]?\)")  # of an equation
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_OPERATOR = re.compile(
    r"exp|logi?t?|ln|lim|sup|inf|max|min|arg ?(?:max|min)?|sin|cos|tan|sinh|cosh|tanh|det|dim|ker"
    r"|tr|rank|diag|sgn|sign|mod|gcd|Pr|Var|Cov|Corr"
)
_SMALL = 0.85  # of the letter size: as small as an index
_LONGEST = 12  # letters of a word below a sum
_CODE = 0.95  # of all letters
_BETWEEN = re.compile(r"[\d.,=+<>()\[\]|/*−–-]")


def formula(line: Line) -> bool:
    """Whether a line is a formula and not text."""
    letters = line.letters
    if _NUMBER.fullmatch(line.text):
        return True
    words = "".join(
        (" " if letter.spaced else "") + ("\0" if _sign(letter, line) else letter.text)
        for letter in letters
    )
    if _WORD.search(words) or _HANGUL.search(words):
        return False
    math = sum(letter.look.math for letter in letters)
    signs = sum(_SIGN.match(letter.text) is not None for letter in letters)
    return math > 0.3 * len(letters) or (len(letters) > 2 and signs > 0.25 * len(letters))


def _sign(letter: Letter, line: Line) -> bool:
    """Whether a letter is of a formula, or small as an index of one is."""
    return letter.look.math or letter.size < _SMALL * line.size


def pieces(found: Sequence[Line], text: Sequence[Line], usual: float) -> frozenset[int]:
    """The `id()` of lines of `text` that are pieces of formulas.

    Args:
        found: the formulas of a page.
        text: all other lines of it.
        usual: the size most of its text is set in.
    """
    pieces: set[int] = set()
    for line in text:
        small = line.size < _SMALL * usual and len(line.letters) <= _LONGEST
        if not small and _LETTERS.search(line.text) and not _OPERATOR.fullmatch(line.text):
            continue
        if any(_touch(line, one, usual) for one in found):
            pieces.add(id(line))
    return frozenset(pieces)


def _touch(one: Line, two: Line, size: float) -> bool:
    near = 0.8 * size
    return (
        one.box.x0 < two.box.x1 + near
        and two.box.x0 < one.box.x1 + near
        and one.box.y0 < two.box.y1 + near
        and two.box.y0 < one.box.y1 + near
    )


def code(lines: Sequence[Line]) -> bool:
    """Whether some lines are program code: every letter is a typewriter's."""
    letters = [letter for line in lines for letter in line.letters]
    return sum(letter.look.mono for letter in letters) > _CODE * len(letters)


def spans(sources: Sequence[Letter | None], *, code: bool = False) -> Iterator[tuple[int, int]]:
    """Stretches of a text that are set in a mathematician's font, with the digits between.

    Args:
        sources: the letter behind each character of the text.
        code: whether stretches in a typewriter's font are wanted as well.
    """
    math = [_is_math(sources, at) for at in range(len(sources))]
    at = 0
    while at < len(sources):
        letter = sources[at]
        typed = code and letter is not None and letter.look.mono
        if letter is None or not (math[at] or typed):
            at += 1
            continue
        end = last = at + 1
        while end < len(sources):
            one = sources[end]
            if one is not None and (one.look.mono if typed else math[end]):
                last = end + 1
            elif one is not None and (typed or not _BETWEEN.match(one.text)):
                break
            end += 1
        yield at, last
        at = last


def _is_math(sources: Sequence[Letter | None], at: int) -> bool:
    """Whether a letter is set in a mathematician's font, or is the accent of one that is."""
    letter = sources[at]
    if letter is None or letter.look.math or letter.text not in ACCENTS:
        return letter is not None and letter.look.math
    beside = (sources[other] for other in (at - 1, at + 1) if 0 <= other < len(sources))
    return any(
        one is not None
        and one.look.math
        and one.box.x0 < letter.box.x1
        and letter.box.x0 < one.box.x1
        for one in beside
    )
