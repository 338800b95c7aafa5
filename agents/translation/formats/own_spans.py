"""The user's own patterns for what must stay as it is, in a document of any format.

The one law: a pattern cannot hang the desk. One that repeats a repetition is refused, each is run
on short stretches of text only (the shorter, the more open repetitions it has, so that even the
worst case is bounded), and all of them share one budget of time.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation.formats.base import fixed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from agents.translation.formats.base import Document
    from agents.translation.inline import Paragraph, Piece, Rich

LONGEST = 300  # characters of a pattern
SECONDS = 10.0  # for all patterns on one document
# Open repetitions in a pattern, and how much text it sees at a time.
_WINDOWS = (4000, 2000, 400, 120, 60)
# What a pattern is made of, as far as it matters here.
_PART = re.compile(
    r"\\.|\[\^?\]?(?:[^\]\\]|\\.)*\]|\(\?\(|\(\?P=|\(\??"
    r"|(?:[*+]|\{(?P<low>\d*)(?P<comma>,?)(?P<high>\d*)\})[?+]?|.",
    re.DOTALL,
)
_FEW = 20  # times; a repetition up to that often is no open one


@dataclass(frozen=True, slots=True)
class Pattern:
    """A checked pattern and how much text it may see at a time."""

    regex: re.Pattern[str]
    window: int


def own_patterns(options: Iterable[tuple[str, str]]) -> tuple[Pattern, ...]:
    """The patterns among the options of a request.

    Raises:
        UserError: translation.pattern (not a regular expression, or one that may take forever).
    """
    return tuple(compiled(value) for name, value in options if name == "protect")


def compiled(text: str) -> Pattern:
    """A pattern of the user's, checked.

    Raises:
        UserError: translation.pattern.
    """
    try:
        regex = re.compile(text)
        count = _open_repetitions(text)
    except (re.error, RecursionError, OverflowError, _NestedError) as error:
        raise UserError("translation.pattern", pattern=text, reason=str(error)) from error
    if len(text) > LONGEST or count >= len(_WINDOWS):
        raise UserError("translation.pattern", pattern=text[:80], reason="long")
    return Pattern(regex, _WINDOWS[count])


class _NestedError(Exception):
    """A repetition of what repeats or has branches: `(a+)+`, `(a|b)*`; or a back-reference."""


def _open_repetitions(text: str) -> int:
    """How many repetitions without a small limit; none may stand in a repeated group."""
    count = 0
    groups = [False]  # of each open group: whether something in it has several ways
    closed = False  # whether the group that just ended has several ways
    for found in _PART.finditer(text):
        part = found.group()
        often = _often(found)
        if often:
            if closed:
                raise _NestedError(part)
            count += often > _FEW
            groups[-1] = True
        elif part.startswith(("(?P=", "(?(")) or re.match(r"\\[1-9]", part):
            raise _NestedError(part)
        closed = False
        if part.startswith("("):
            groups.append(False)
        elif part == ")" and len(groups) > 1:
            closed = groups.pop()
            groups[-1] |= closed
        elif part in "|?":
            groups[-1] = True
    return count


def _often(found: re.Match[str]) -> int:
    """How often a quantifier repeats; 0 for one that says at most once, or is none."""
    low, comma, high = found.group("low", "comma", "high")
    if found.group()[0] in "*+" or (comma and not high):
        return _FEW + 1
    most = int((high or low or "0")[:9])
    return most if most > 1 else 0


class OwnSpans:
    """A document in which the user's patterns are protected as well.

    The marks are added here and taken off again before the document sees them: to the format
    they are text like any other.
    """

    def __init__(self, document: Document, patterns: Sequence[Pattern]) -> None:
        """Find the patterns in all paragraphs.

        Raises:
            UserError: translation.pattern_slow.
        """
        self._document = document
        self._first: dict[str, int] = {}  # of a paragraph's marks, the first that is ours
        self._paragraphs: list[Paragraph] = []
        until = time.monotonic() + SECONDS
        for paragraph in document.paragraphs:
            spans = [
                span for pattern in patterns for span in _found(pattern, paragraph.rich.text, until)
            ]
            marks = paragraph.rich.marks
            self._first[paragraph.id] = max((mark.id for mark in marks), default=-1) + 1
            self._paragraphs.append(replace(paragraph, rich=fixed(paragraph.rich, spans)))

    @property
    def paragraphs(self) -> Sequence[Paragraph]:
        """The document's paragraphs with more marks."""
        return self._paragraphs

    def fits(self, paragraph: str, piece: Piece, target: Rich) -> bool:
        """Whether the document takes `target`."""
        return self._document.fits(
            paragraph, self._bare_piece(paragraph, piece), self._bare(paragraph, target)
        )

    def write(self, targets: Mapping[str, Sequence[tuple[Piece, Rich | None]]]) -> bytes:
        """The translated file."""
        return self._document.write(
            {
                name: [
                    (
                        self._bare_piece(name, piece),
                        None if target is None else self._bare(name, target),
                    )
                    for piece, target in pieces
                ]
                for name, pieces in targets.items()
            }
        )

    def _bare_piece(self, paragraph: str, piece: Piece) -> Piece:
        return replace(piece, rich=self._bare(paragraph, piece.rich))

    def _bare(self, paragraph: str, rich: Rich) -> Rich:
        first = self._first[paragraph]
        return replace(rich, marks=tuple(mark for mark in rich.marks if mark.id < first))


def _found(pattern: Pattern, text: str, until: float) -> Iterator[tuple[int, int]]:
    for start, end in _windows(text, pattern.window):
        if time.monotonic() > until:
            raise UserError("translation.pattern_slow", pattern=pattern.regex.pattern)
        for match in pattern.regex.finditer(text, start, end):
            if match.start() < match.end():
                yield match.span()


def _windows(text: str, size: int) -> Iterator[tuple[int, int]]:
    """Stretches of at most `size` characters, cut at white space where there is some."""
    at = 0
    while at < len(text):
        end = min(at + size, len(text))
        if end < len(text):
            space = max(text.rfind(" ", at, end), text.rfind("\n", at, end))
            end = space + 1 if space > at else end
        yield at, end
        at = end
