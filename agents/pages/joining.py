"""Lines into the text of a paragraph: hyphens at line ends, spaces between lines.

The one law: every letter of the text knows where on the page it came from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.pages.shapes import Letter, Line

_HYPHENS = "-\u00ad\u2010"
_HANGUL = re.compile("[\uac00-\ud7a3\u3131-\u318e]")
_DOTS = re.compile(r"(?<=\S)\s*(?:[.·]\s?){5,}$")
_TAIL = re.compile(
    r"(?:을|를|은|는|의|에|에서|으로|로|와|과|도|다|니다|습니다|하여|하고|한다|된다|며|고)[\s.,]"
)
_CLOSED = re.compile(
    r"..*(?:을|를|은|는|이|가|에|의|로|고|면|며|도|서|한|할|된|될|던|와|과|게|야|지|들|수|것)$"
)
_TAILS = 0.03  # of the Korean lines: from here on lines end within words
_SLACK = 0.6  # of the letter size: a line with more room to its right was ended by a whole word
_FLUSH = 0.75  # of the lines of a paragraph that end at one border: it is justified
_ENOUGH = 0.2  # of the lines: from here on spaces at line ends are believed

Source = tuple[str, "Letter | None"]


@dataclass(frozen=True, slots=True)
class Habit:
    """How Korean lines of a document are broken."""

    within: bool = False  # lines may end within a word
    marked: bool = False  # words that end with their line have a space behind them
    words: frozenset[str] = frozenset()  # that stand whole within lines

    def whole(self, before: Line, line: Line, right: float) -> bool:
        """Whether the last word of `before` ends with its line."""
        if not self.within or before.letters[-1].trailing:
            return True
        if self.marked:
            return False
        if right - before.box.x1 > _SLACK * before.size:
            return True
        one, two = before.text.split(" ")[-1], line.text.split(" ")[0]
        if one + two in self.words or _TAIL.match(line.text):
            return False
        return (one in self.words and two in self.words) or _CLOSED.search(one) is not None


def habit_of(lines: Sequence[Line]) -> Habit:
    """How Korean lines are broken, as far as that can be seen.

    Where a line may end within a word, particles and endings come to stand at the beginning of
    lines.
    """
    korean = [line for line in lines if _HANGUL.match(line.letters[0].text)]
    loose = sum(_TAIL.match(line.text) is not None for line in korean)
    if not korean or loose <= _TAILS * len(korean):
        return Habit()
    ended = [line for line in lines if _HANGUL.match(line.letters[-1].text)]
    marked = sum(line.letters[-1].trailing for line in ended) > _ENOUGH * len(ended)
    words = frozenset(word for line in lines for word in line.text.split(" ")[1:-1])
    return Habit(within=True, marked=marked, words=words)


_PLAIN = Habit()


def joined(
    lines: Sequence[Line], right: float, habit: Habit = _PLAIN
) -> tuple[str, tuple[Letter | None, ...]]:
    """The text of some lines, and the letter behind each character of it.

    Args:
        lines: in reading order.
        right: where the lines of their column end.
        habit: how Korean lines of the document are broken.
    """
    parts: list[Source] = []
    right = border(lines, right)
    for number, line in enumerate(lines):
        if number:
            _between(parts, lines[number - 1], line, right, habit)
        for at, letter in enumerate(line.letters):
            if at and letter.spaced:
                parts.append((" ", None))
            parts.extend((sign, letter) for sign in letter.text)
    text = "".join(sign for sign, _ in parts)
    if (dots := _DOTS.search(text)) is not None:  # they lead to a page number, and say nothing
        text = text[: dots.start()]
    return text, tuple(letter for _, letter in parts[: len(text)])


def border(lines: Sequence[Line], right: float) -> float:
    """Where the lines of a justified paragraph end, which may be narrower than its column."""
    ends = [line.box.x1 for line in lines[:-1]]
    if len(ends) < 2:
        return right
    most = max(ends)
    flush = sum(most - end < _SLACK * line.size for end, line in zip(ends, lines, strict=False))
    return min(right, most) if flush >= _FLUSH * len(ends) else right


def _between(parts: list[Source], before: Line, line: Line, right: float, habit: Habit) -> None:
    """What stands between two lines: nothing, or a space; a hyphen may go."""
    last, first = parts[-1][0], line.letters[0].text[:1]
    if last in _HYPHENS and len(parts) > 1 and parts[-2][0].isalpha():
        if last == "\u00ad" or (first.islower() and not _hyphenated(parts)):
            parts.pop()
        return
    korean = _HANGUL.match(last) or (
        # a particle goes with whatever stands before it: 80%|는, BERT|의
        (last.isalnum() or last in "%)]") and _TAIL.match(line.text)
    )
    if korean and _HANGUL.match(first) and not habit.whole(before, line, right):
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
