"""Source code: comments and docstrings are text, everything else is the program.

Left as they are: directives (noqa, eslint …), licences, commented-out code, examples, drawings,
names of parameters and tags. Lines that read as one text are translated as one and broken anew,
each with the leader that its comment has.

The one law: the program does not change. A translation that could end its comment is refused,
and before the file is written it is read again: all that is not comment has to be the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from agents.base import UserError
from agents.translation.formats import code_read, code_rules, spliced
from agents.translation.formats.base import protected
from agents.translation.inline import Paragraph, Rich

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.translation.formats.code_read import Lexer, Passage
    from agents.translation.formats.spliced import Span
    from agents.translation.inline import Piece

LARGEST = 8 * 2**20  # bytes; nobody wrote more than that into one file
_NARROW, _WIDE = 60, 120  # columns between which a file's own width lies
# What ends a comment or a line in one language or another.
_BREAKS_OUT = re.compile(
    r"\*/|/\*|\?\?/|\?>|\"\"\"|'''|=end|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]|\\$"
)
_ESCAPE = re.compile(r"\\.?")


class CodeDocument:
    """One file of source code."""

    def __init__(self, data: bytes, name: str) -> None:
        """Read the comments of `data`.

        Raises:
            UserError: translation.not_text, translation.too_big.
        """
        if len(data) > LARGEST:
            raise UserError("translation.too_big", file=name)
        self._name = name
        self._file = spliced.decode(data, name)
        language = code_rules.SUFFIXES["." + name.lower().rpartition(".")[2]]
        self._python = language == "python"
        self._lexer = _lexer(language)
        text = self._file.text
        self._end = "\r\n" if "\r\n" in text else "\n" if "\n" in text else "\r"
        comments, self._code = code_read.tokens(text, self._lexer, self._python)
        self._passages: dict[str, Passage] = {}
        self._paragraphs: list[Paragraph] = []
        for number, passage in enumerate(code_read.passages(text, comments)):
            name = f"c{number}"
            lines = [text[start:end] for start, end in passage.lines]
            self._passages[name] = passage
            self._paragraphs.append(Paragraph(name, protected(Rich(" ".join(lines)))))
        self._width = self._measured()

    @property
    def paragraphs(self) -> Sequence[Paragraph]:
        """The texts of all comments and docstrings."""
        return self._paragraphs

    def fits(self, paragraph: str, piece: Piece, target: Rich) -> bool:
        """Whether `target` stays inside its comment and tells no tool anything."""
        passage = self._passages[paragraph]
        old, new = piece.rich.text, target.text
        if _BREAKS_OUT.search(new) or code_rules.is_directive(new):
            return False
        if not (new[:1].isalnum() or new[:1] in old[:1] or new[:1] in "([\"'“‘<`"):
            return False
        if passage.comment.kind == "doc":
            return sorted(_ESCAPE.findall(old)) == sorted(_ESCAPE.findall(new)) and not (
                new.endswith(("'", '"')) or (new[:1] in "'\"" and old[:1] != new[:1])
            )
        return True

    def write(self, targets: Mapping[str, Sequence[tuple[Piece, Rich | None]]]) -> bytes:
        """The file with its translated comments.

        Raises:
            UserError: translation.code_changed (the program would: nothing is written).
        """
        changes: list[tuple[Span, str]] = []
        for paragraph in self._paragraphs:
            pieces = targets.get(paragraph.id, ())
            if all(made is None or made.text == piece.rich.text for piece, made in pieces):
                continue
            passage = self._passages[paragraph.id]
            text = "".join((made or piece.rich).text for piece, made in pieces)
            span = passage.lines[0][0], passage.lines[-1][1]
            changes.append((span, self._broken(passage, text)))
        made = spliced.splice(self._file.text, changes)
        if changes and not self._same(made):
            raise UserError("translation.code_changed", file=self._name)
        return self._file.encode(made)

    def _same(self, made: str) -> bool:
        _comments, code = code_read.tokens(made, self._lexer, self._python)
        if code != self._code:
            return False
        return not self._python or code_read.same_program(self._file.text, made)

    def _measured(self) -> int:
        """The columns that comments of several lines take in this file."""
        text = self._file.text
        ends = [
            _columns(text[text.rfind("\n", 0, start) + 1 : end])
            for passage in self._passages.values()
            if len(passage.lines) > 1
            for start, end in passage.lines
        ]
        return min(max(ends, default=_NARROW), _WIDE) if ends else 100

    def _broken(self, passage: Passage, text: str) -> str:
        """A text with the line breaks and leaders that its comment needs."""
        leader = passage.leader
        if leader is None:
            return text
        file = self._file.text
        start = passage.lines[0][0]
        column = _columns(file[file.rfind("\n", 0, start) + 1 : start])
        lines: list[str] = []
        line: list[str] = []
        for word in text.split(" "):
            wide = _columns(word) + bool(line)
            # A word that a tool could take for a directive does not begin a line.
            if line and column + wide > self._width and not code_rules.stays(word):
                lines.append(" ".join(line))
                line, column = [], _columns(leader)
                wide -= 1
            line.append(word)
            column += wide
        return (self._end + leader).join([*lines, " ".join(line)])


def _columns(text: str) -> int:
    return sum(2 if letter >= "\u1100" else 1 for letter in text)


def _lexer(language: str) -> Lexer:
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415 - slow to load  # pyright: ignore[reportMissingModuleSource, reportUnknownVariableType]

    return cast("Lexer", get_lexer_by_name(language))
