"""Plain text: paragraphs are lines, or blocks of lines where lines were broken to a width.

The one law: line ends, indents, encoding and byte-order mark stay as they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.translation.formats import spliced
from agents.translation.formats.base import protected
from agents.translation.formats.tagged import Offsets
from agents.translation.inline import Paragraph, Rich

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agents.translation.formats.spliced import Span, Spliced
    from agents.translation.inline import Piece

_WIDTH = 45  # a shorter line was ended by its author, not by an editor's margin
_ITEM = re.compile(r"[-*•·+–]\s|\(?[\dA-Za-z가-힣]{1,3}[.)]\s|[|>#=]|\d+\s*$")


class TextDocument:
    """One text file."""

    def __init__(self, file: spliced.Decoded) -> None:
        """Read the paragraphs of `file`."""
        self._file = file
        self._parts: dict[str, Spliced] = {}
        for number, lines in enumerate(_blocks(self._file.text)):
            part = _paragraph(self._file.text, lines, f"p{number}")
            self._parts[part.paragraph.id] = part

    @classmethod
    def read(cls, data: bytes, name: str) -> TextDocument:
        """The document in the bytes of a file.

        Raises:
            UserError: translation.not_text.
        """
        return cls(spliced.decode(data, name))

    @classmethod
    def of(cls, text: str) -> TextDocument:
        """A text that is in no file."""
        return cls(spliced.Decoded(text.encode("utf-8", "replace").decode("utf-8"), "utf-8"))

    @property
    def text(self) -> str:
        """The whole file, decoded."""
        return self._file.text

    def place(self, paragraph: str, piece: Piece) -> Span:
        """Where a segment stands in `text`."""
        return self._parts[paragraph].place(piece)

    @property
    def paragraphs(self) -> Sequence[Paragraph]:
        """All paragraphs."""
        return [part.paragraph for part in self._parts.values()]

    def fits(self, paragraph: str, piece: Piece, target: Rich) -> bool:
        """Plain text holds everything."""
        del paragraph, piece, target
        return True

    def write(self, targets: Mapping[str, Sequence[tuple[Piece, Rich | None]]]) -> bytes:
        """The file with its translated sentences."""
        changes = [
            (self._parts[name].place(piece), target.text)
            for name, pieces in targets.items()
            for piece, target in pieces
            if target is not None and target.text != piece.rich.text
        ]
        return self._file.encode(spliced.splice(self._file.text, changes))


def _blocks(text: str) -> Iterator[list[Span]]:
    """Lines (without their ends) that belong together."""
    block: list[Span] = []
    for start, end in spliced.lines(text):
        line = text[start:end]
        if block and not (line.strip() and _continues(text[slice(*block[-1])], line)):
            yield block
            block = []
        if line.strip():
            block.append((start, end))
    if block:
        yield block


def _continues(before: str, line: str) -> bool:
    """Whether `line` goes on with the sentence that an editor's margin cut in `before`."""
    width = sum(2 if letter >= "\u1100" else 1 for letter in before.strip())
    if width < _WIDTH or _ITEM.match(line.strip()):
        return False
    indents = len(line) - len(line.lstrip()), len(before) - len(before.lstrip())
    first = _ITEM.match(before.strip()) is not None
    return indents[0] == indents[1] or first or indents[0] < indents[1]


def _paragraph(text: str, lines: Sequence[Span], name: str) -> Spliced:
    plain: list[str] = []
    raws = Offsets()
    for number, (start, end) in enumerate(lines):
        content = text[start:end]
        begin = start + len(content) - len(content.lstrip())
        stop = start + len(content.rstrip())
        if number:  # the line break, with the white space around it, reads as one space
            plain.append(" ")
            raws.one((raws[-1][1], begin))
        plain.append(text[begin:stop])
        raws.each(begin, stop)
    return spliced.Spliced(Paragraph(name, protected(Rich("".join(plain)))), raws)
