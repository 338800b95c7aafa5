"""Markdown: markdown-it finds the structure, translated sentences are spliced into the source.

The one law: code, link targets, HTML, front matter and white space are never touched; a
translated sentence is parsed again before it is accepted, so that no markup is lost or made.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from typing import TYPE_CHECKING

from agents.translation.formats import spliced
from agents.translation.formats.base import protected, walk
from agents.translation.formats.markdown_inline import InlineReader, parser
from agents.translation.inline import Paragraph, Rich

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markdown_it.token import Token

    from agents.translation.formats.spliced import Span, Spliced
    from agents.translation.inline import Mark, Piece

_FRONT = re.compile(
    r"\A(---|\+\+\+)[ \t]*(?:\r\n|\n|\r)(?:.*(?:\r\n|\n|\r))*?\1[ \t]*(?:\r\n|\n|\r|\Z)"
)
_EMPHASIS = ("strong", "em", "s")
# Signs that would become markup where they stand.
_INLINE = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])|`|\*(?=\S)|(?<=\S)\*|~~|(?<![^\W_])_(?=\S)|(?<=\S)_(?![^\W_])"
    r"|<(?=[A-Za-z/!?])|&(?=#?\w+;)"
)
_START = re.compile(
    r"(#{1,6}(?=\s|$)|[-+](?=\s|$)|>|~{3}|={1,}\s*$|-{3,}\s*$)|(\d{1,9})([.)])(?=\s|$)"
)


class MarkdownDocument:
    """One Markdown file."""

    def __init__(self, data: bytes, name: str) -> None:
        """Read the paragraphs of `data`.

        Raises:
            UserError: translation.not_text.
        """
        self._file = spliced.decode(data, name)
        self._text = self._file.text
        self._parts: dict[str, Spliced] = {}
        self._cells: set[str] = set()
        self._markdown = parser()
        self._environment: dict[str, object] = {}  # the link targets defined in the file
        self._read()

    @property
    def paragraphs(self) -> Sequence[Paragraph]:
        """All paragraphs, headings, list items and table cells with text."""
        return [part.paragraph for part in self._parts.values()]

    def fits(self, paragraph: str, piece: Piece, target: Rich) -> bool:
        """Whether the translated sentence, parsed again, holds the same markup."""
        part = self._parts[paragraph]
        before = self._text[slice(*part.place(piece))]
        return self._markup(before) == self._markup(self._rendered(part, piece, target))

    def write(self, targets: Mapping[str, Sequence[tuple[Piece, Rich | None]]]) -> bytes:
        """The file with its translated sentences."""
        changes = [
            (self._parts[name].place(piece), self._rendered(self._parts[name], piece, target))
            for name, pieces in targets.items()
            for piece, target in pieces
            if target is not None and target != piece.rich
        ]
        return self._file.encode(spliced.splice(self._text, changes))

    def _read(self) -> None:
        front = _FRONT.match(self._text)
        skipped = front.end() if front else 0
        # Without the front matter, but with its line ends: line numbers stay.
        body = re.sub(r"[^\r\n]", "", self._text[:skipped]) + self._text[skipped:]
        lines = list(spliced.lines(self._text))
        tokens = self._markdown.parse(body, self._environment)
        columns: dict[int, int] = {}  # where the next cell of a table row may begin
        in_table = False
        for token in tokens:
            in_table = token.type == "table_open" or (in_table and token.type != "table_close")
            if token.type != "inline" or not token.map or not token.content.strip():
                continue
            name = f"p{len(self._parts)}"
            where = _locate(self._text, lines, token, columns if in_table else None)
            if where is None:
                rich = Rich(" ".join(token.content.split()))
                self._parts[name] = spliced.Spliced(Paragraph(name, rich, readable=False), [])
                continue
            reader = InlineReader(self._markdown, token.content, where)
            part = reader.read(name, token.children or [])
            rich = protected(part.paragraph.rich)
            part = dataclasses.replace(
                part, paragraph=dataclasses.replace(part.paragraph, rich=rich)
            )
            self._parts[name] = part
            if in_table:
                self._cells.add(name)

    def _rendered(self, part: Spliced, piece: Piece, target: Rich) -> str:
        cell = part.paragraph.id in self._cells

        def escape(start: int, end: int) -> str:
            text = target.text[start:end]
            signs = {start + found.start() for found in _INLINE.finditer(text)} | brackets
            text = "".join(
                "\\" + letter if at in signs else letter for at, letter in enumerate(text, start)
            )
            return text.replace("|", "\\|") if cell else text

        def markup(mark: Mark, raw: str) -> str:
            if mark.id in part.labels and raw in ("]", "][]"):
                return f"][{part.labels[mark.id]}]"  # its text no longer names its target
            if mark.id in intraword and set(raw) == {"_"}:
                return raw.replace("_", "*")
            return raw

        target = _settled(target, self._emphasis(part, target))
        brackets = _loose_brackets(target)
        intraword = {
            mark.id
            for mark in target.marks
            if (mark.start and target.text[mark.start - 1].isalnum())
            or (mark.end < len(target.text) and target.text[mark.end].isalnum())
        }
        text = spliced.render(part, target, self._text, escape, markup)
        if piece.start == 0 and not piece.rich.marks:
            text = _START.sub(_escaped_start, text, count=1) if _START.match(text) else text
        return text

    def _emphasis(self, part: Spliced, target: Rich) -> set[int]:
        return {
            mark.id
            for mark in target.marks
            if mark.id in part.opens and set(self._text[slice(*part.opens[mark.id])]) <= set("*_~")
        }

    def _markup(self, raw: str) -> Counter[tuple[str, str]]:
        """The markup of one line of Markdown."""
        tokens = self._markdown.parseInline(" ".join(raw.split()), dict(self._environment))
        children = [child for token in tokens for child in token.children or []]
        return Counter(
            (child.type, child.content if child.type in ("code_inline", "html_inline") else "")
            for child in children
            if child.type not in ("text", "softbreak", "text_special")
        )


def _escaped_start(match: re.Match[str]) -> str:
    if match.group(2):
        return f"{match.group(2)}\\{match.group(3)}"
    return "\\" + match.group()


def _loose_brackets(rich: Rich) -> set[int]:
    """Brackets of the text that would pair with a link's own, or make a link or a note.

    Brackets that pair within one wrap are text to CommonMark, too: `[a [b] c](d)` is a link.
    """
    text = rich.text
    loose: set[int] = set()
    opened: list[list[int]] = [[]]  # the brackets that are open in each wrap
    for kind, _mark, start, end in walk(rich):
        if kind == "open":
            opened.append([])
        elif kind == "close":
            loose.update(opened.pop())
        elif kind == "text":
            for at in range(start, end):
                if text[at] == "[" and not text.startswith("[^", at):
                    opened[-1].append(at)
                elif text[at] == "[":
                    loose.add(at)
                elif text[at] == "]" and (not opened[-1] or text.startswith("](", at)):
                    loose.update((at, *opened[-1][-1:]))
                    del opened[-1][-1:]
                elif text[at] == "]":
                    opened[-1].pop()
    return loose.union(*opened)


def _settled(rich: Rich, emphasis: set[int]) -> Rich:
    """Emphasis moved outwards where CommonMark would not see it: `**A(B)**을` is none."""
    text = rich.text
    marks: list[Mark] = []
    for mark in rich.marks:
        start, end = mark.start, mark.end
        if mark.id in emphasis and start < end:
            while 0 < end < len(text) and not text[end - 1].isalnum() and text[end].isalnum():
                end = _word_end(text, end)
            while 0 < start < len(text) and not text[start].isalnum() and text[start - 1].isalnum():
                start = len(text) - _word_end(text[::-1], len(text) - start)
            if any(_crosses(other, start, end) for other in rich.marks if other.id != mark.id):
                start, end = mark.start, mark.end
        marks.append(dataclasses.replace(mark, start=start, end=end))
    return dataclasses.replace(rich, marks=tuple(marks))


def _word_end(text: str, at: int) -> int:
    while at < len(text) and text[at].isalnum():
        at += 1
    return at


def _crosses(mark: Mark, start: int, end: int) -> bool:
    inside = start <= mark.start and mark.end <= end
    around = mark.start <= start and end <= mark.end
    return not (inside or around or mark.end <= start or end <= mark.start)


def _locate(
    text: str, lines: Sequence[Span], token: Token, columns: dict[int, int] | None
) -> list[int] | None:
    """The offset in the file of each character of an inline token's content."""
    where: list[int] = []
    first = token.map[0] if token.map else 0
    for number, content in enumerate(token.content.split("\n")):
        if first + number >= len(lines):
            return None
        start, end = lines[first + number]
        line = text[start:end]
        bare = content.strip(" \t")
        if columns is not None:
            found = _cell(line, bare, columns.get(first, 0))
            if found is None:
                return None
            where += [start + at for at in found]
            columns[first] = found[-1] + 1
            return where
        at = len(line.rstrip()) - len(bare) if line.rstrip().endswith(bare) else line.rfind(bare)
        if at < 0:
            return None
        lead = len(content) - len(content.lstrip(" \t"))
        if number:
            where.append(where[-1] + 1 if where else start)  # the line break itself
        where += [start + at] * lead
        where += range(start + at, start + at + len(content) - lead)
    return where


def _cell(line: str, content: str, begin: int) -> list[int] | None:
    r"""The offsets of a table cell's characters; `\|` in the file is `|` in the content."""
    for start in range(begin, len(line)):
        at = start
        found: list[int] = []
        for letter in content:
            if letter == "|" and line.startswith("\\|", at):
                at += 1
            if at >= len(line) or line[at] != letter:
                break
            found.append(at)
            at += 1
        else:
            return found
    return None
