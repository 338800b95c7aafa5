"""Text files: translated sentences are spliced into the file's own characters.

The one law: every character that was not translated is written as it was read, byte for byte.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation.formats.base import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from agents.translation.inline import Mark, Paragraph, Piece, Rich

Span = tuple[int, int]

LINE = re.compile(r"\r\n|\n|\r")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def lines(text: str) -> Iterator[Span]:
    """Each line without its end."""
    at = 0
    for match in LINE.finditer(text):
        yield at, match.start()
        at = match.end()
    yield at, len(text)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text file's characters, and how to get its bytes back."""

    text: str
    encoding: str
    bom: bytes = b""

    def encode(self, text: str) -> bytes:
        """The bytes of `text` in the encoding of the file; UTF-8 where that cannot hold it."""
        try:
            return self.bom + text.encode(self.encoding)
        except UnicodeEncodeError:
            return text.encode("utf-8")


def decode(data: bytes, name: str) -> Decoded:
    """Find the encoding: UTF-8, UTF-16, CP949 (Korean Windows), Windows-1252.

    Raises:
        UserError: translation.not_text (binary, or an encoding that cannot be told).
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            found = _exact(data[len(bom) :], encoding)
            if found is not None:
                return Decoded(found, encoding, bom)
    for encoding in ("utf-8", *_without_bom(data), "cp949", "cp1252"):
        text = _exact(data, encoding)
        if text is None or _is_binary(text):
            continue
        if encoding != "cp949" or re.search("[가-힣]", text):
            return Decoded(text, encoding)
    raise UserError("translation.not_text", file=name)


def _without_bom(data: bytes) -> tuple[str, ...]:
    """UTF-16 without a mark shows by its many zero bytes on one side."""
    if len(data) % 2 or b"\0" not in data:
        return ()
    even, odd = data[0::2].count(0), data[1::2].count(0)
    return ("utf-16-le",) if odd > even else ("utf-16-be",)


def _exact(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
        return text if text.encode(encoding) == data else None
    except UnicodeError:
        return None


def _is_binary(text: str) -> bool:
    return any(letter < " " and letter not in "\t\n\r\f\v\x1a\x1b" for letter in text)


@dataclass(frozen=True, slots=True)
class Spliced:
    """A paragraph and where its characters and marks stand in the file."""

    paragraph: Paragraph
    raws: Sequence[Span]  # of each character of the paragraph's text
    opens: dict[int, Span] = field(default_factory=dict[int, Span])  # of points and fixed: all
    closes: dict[int, Span] = field(default_factory=dict[int, Span])
    labels: dict[int, str] = field(default_factory=dict[int, str])  # of links named by their text

    def letters(self, mark: int) -> Span:
        """Where the text of a mark stands in the file."""
        found = next(one for one in self.paragraph.rich.marks if one.id == mark)
        return self.raws[found.start][0], self.raws[found.end - 1][1]

    def place(self, piece: Piece) -> Span:
        """Where a segment stands in the file, with the markup that belongs to it."""
        low, high = self.raws[piece.start][0], self.raws[piece.end - 1][1]
        for mark in piece.rich.marks:
            if mark.id in self.opens and not mark.from_before:
                low = min(low, self.opens[mark.id][0])
                high = max(high, self.opens[mark.id][1])
            if mark.id in self.closes and not mark.goes_on:
                high = max(high, self.closes[mark.id][1])
        return low, high


def render(
    spliced: Spliced,
    target: Rich,
    file: str,
    escape: Callable[[int, int], str],
    markup: Callable[[Mark, str], str],
) -> str:
    """A translated segment as it is written in the file.

    `escape` writes the target's characters from one offset to another, `markup` a raw mark.
    """
    parts: list[str] = []
    for kind, mark, start, end in walk(target):
        if mark is None:
            parts.append(escape(start, end))
        elif kind == "close":
            if mark.id in spliced.closes and not mark.goes_on:
                parts.append(markup(mark, file[slice(*spliced.closes[mark.id])]))
        elif mark.id in spliced.opens:
            if not mark.from_before:
                parts.append(markup(mark, file[slice(*spliced.opens[mark.id])]))
        elif kind == "fixed":
            parts.append(file[slice(*spliced.letters(mark.id))])
    return "".join(parts)


def splice(file: str, changes: Sequence[tuple[Span, str]]) -> str:
    """`file` with each span replaced."""
    parts: list[str] = []
    at = 0
    for (start, end), text in sorted(changes):
        parts += [file[at:start], text]
        at = end
    return "".join([*parts, file[at:]])
