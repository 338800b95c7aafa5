"""The inside of one Markdown paragraph: plain text, and where its markup stands in the file.

The one law: the tokens of markdown-it are followed through the source letter by letter; where
they do not agree with it the paragraph is called unreadable and stays as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol, cast

from agents.translation.formats.spliced import Spliced
from agents.translation.inline import Mark, MarkKind, Paragraph, Rich

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from agents.translation.formats.spliced import Span

_NOTE = re.compile(r"\[\^[^\]\s]+\]:?")
_MATHS = re.compile(r"\$\$[^$]+\$\$|\$(?=\S)[^$]*?(?<=\S)\$(?!\d)")
_BREAK = re.compile(r"[ \t]*\\?\n[ \t]*")
_REFERENCE = re.compile(r"\]\[[^\[\]]*\]|\]")
_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)[^>]*?(/?)>")


class _UnreadableError(Exception):
    """The tokens and the source do not agree."""


class _Parsed(Protocol):
    ok: bool
    pos: int


def parser() -> MarkdownIt:
    """CommonMark with tables and strikethrough; escapes are kept apart from text."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - start-up time

    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return markdown.disable("text_join")


class InlineReader:
    """Follows the tokens of one paragraph through its source."""

    def __init__(self, markdown: MarkdownIt, source: str, where: Sequence[int]) -> None:
        """Take the content of an inline token and the offset in the file of each character."""
        self._markdown = markdown
        self._source = source
        self._where = where
        self._at = 0
        self._text: list[str] = []
        self._raws: list[Span] = []
        self._marks: list[Mark | None] = []
        self._opens: dict[int, Span] = {}
        self._closes: dict[int, Span] = {}
        self._stack: list[tuple[int, int]] = []  # number and text offset of open wraps
        self._tags: list[tuple[str, int]] = []
        self._labels: dict[int, str] = {}
        self._autolinked = ""

    def read(self, name: str, children: Sequence[Token]) -> Spliced:
        """The paragraph called `name`."""
        try:
            for child in children:
                self._token(child)
            whole = not self._source[self._at :].strip() and not self._stack
        except (_UnreadableError, IndexError):
            whole = False
        if not whole:
            rich = Rich(" ".join(self._source.split()))
            return Spliced(Paragraph(name, rich, readable=False), [])
        marks = tuple(mark for mark in self._marks if mark is not None)
        rich = Rich("".join(self._text), marks)
        return Spliced(Paragraph(name, rich), self._raws, self._opens, self._closes, self._labels)

    def _token(self, token: Token) -> None:
        kind = token.type
        if kind in ("link_open", "link_close") and token.markup == "autolink":
            if kind == "link_open":
                self._autolink()
        elif kind.endswith("_open"):
            self._open(token.markup if kind != "link_open" else "[")
        elif kind.endswith("_close"):
            self._close(token.markup if kind != "link_close" else "")
        else:
            self._leaf(token)

    def _leaf(self, token: Token) -> None:
        kind = token.type
        if kind == "text":
            self._plain(token.content)
        elif kind == "text_special":
            self._letters(token.content, len(token.markup))
        elif kind in ("softbreak", "hardbreak"):
            self._line_break("\n" if kind == "hardbreak" else " ")
        elif kind == "code_inline":
            self._code(token)
        elif kind == "html_inline":
            self._html(token.content)
        elif kind == "image":
            end = self._label_end(self._at + 1)
            self._skip(self._at, self._tail_end(end), "point")
        else:
            raise _UnreadableError

    # -- text ---------------------------------------------------------------------------------

    def _plain(self, content: str) -> None:
        if self._source[self._at - 1 : self._at] == ">" and self._autolinked == content:
            self._autolinked = ""
            return  # the text of an autolink was read with it
        if not self._source.startswith(content, self._at):
            raise _UnreadableError
        end = self._at + len(content)
        while self._at < end:
            found = next(
                (
                    m
                    for pattern in (_NOTE, _MATHS)
                    if (m := pattern.match(self._source, self._at)) and m.end() <= end
                ),
                None,
            )
            if found is None:
                self._letters(self._source[self._at], 1)
            elif found.group().startswith("$"):
                self._fixed(found.group(), found.end())
            else:
                self._skip(self._at, found.end(), "point")

    def _letters(self, letters: str, length: int) -> None:
        """One token of text that takes `length` characters of the source."""
        span = self._file(self._at, self._at + length)
        for number, letter in enumerate(letters):
            self._text.append(letter)
            self._raws.append(span if not number else (span[1], span[1]))
        self._at += length

    def _line_break(self, letter: str) -> None:
        found = _BREAK.match(self._source, self._at)
        if found is None:
            raise _UnreadableError
        # From the end of the text before to the beginning of the text after, prefixes included.
        start = self._file(self._at - 1, self._at)[1] if self._at else self._where[0]
        end = self._where[found.end()] if found.end() < len(self._where) else start
        self._text.append(letter)
        self._raws.append((start, end))
        self._at = found.end()

    # -- marks --------------------------------------------------------------------------------

    def _open(self, markup: str) -> None:
        if not self._source.startswith(markup, self._at):
            raise _UnreadableError
        number = self._reserve()
        self._opens[number] = self._file(self._at, self._at + len(markup))
        self._stack.append((number, len(self._text)))
        self._at += len(markup)

    def _close(self, markup: str) -> None:
        end = self._at + len(markup) if markup else self._tail_end(self._at)
        if not self._source.startswith(markup or "]", self._at):
            raise _UnreadableError
        number, begin = self._stack.pop()
        self._closes[number] = self._file(self._at, end)
        if self._source[self._at : end] in ("]", "][]"):
            start = self._where.index(self._opens[number][1])
            self._labels[number] = self._source[start : self._at]
        kind: MarkKind = "wrap"
        if begin == len(self._text):  # a link around an image, or around nothing
            kind = "point"
            self._opens[number] = (self._opens[number][0], self._closes.pop(number)[1])
            for later in range(number + 1, len(self._marks)):
                self._marks[later] = None
                self._opens.pop(later, None)
        self._marks[number] = Mark(number, kind, begin, len(self._text), self._parent())
        self._at = end

    def _code(self, token: Token) -> None:
        ticks = token.markup
        end = self._source.find(ticks, self._at + len(ticks))
        while end >= 0 and (self._source[end + len(ticks) : end + len(ticks) + 1] == "`"):
            run = re.compile("`+").match(self._source, end)
            end = self._source.find(ticks, run.end() if run else end + 1)
        if not self._source.startswith(ticks, self._at) or end < 0:
            raise _UnreadableError
        self._fixed(" ".join(token.content.split()), end + len(ticks))

    def _autolink(self) -> None:
        end = self._source.find(">", self._at) + 1
        if end <= 0:
            raise _UnreadableError
        self._autolinked = self._source[self._at + 1 : end - 1]
        self._fixed(self._autolinked, end)

    def _fixed(self, content: str, end: int) -> None:
        if not content:
            self._skip(self._at, end, "point")
            return
        number = self._reserve()
        begin = len(self._text)
        self._opens[number] = self._file(self._at, end)
        self._letters(content, end - self._at)
        self._marks[number] = Mark(number, "fixed", begin, len(self._text), self._parent())

    def _html(self, content: str) -> None:
        number = self._skip(self._at, self._at + len(content), "point")
        if (tag := _TAG.fullmatch(content)) is None or tag.group(3):
            return
        name = tag.group(2).lower()
        if not tag.group(1):
            self._tags.append((name, number))
        elif self._tags and self._tags[-1][0] == name:
            self._pair(self._tags.pop()[1], number)

    def _pair(self, first: int, last: int) -> None:
        """An opening tag and its closing one are moved together."""
        opening, closing = self._marks[first], self._marks[last]
        if opening is not None and closing is not None and opening.parent == closing.parent:
            at, to = opening.start, closing.start
            self._marks[first] = Mark(first, "point", at, at, opening.parent, last)
            self._marks[last] = Mark(last, "point", to, to, closing.parent, first)

    def _skip(self, start: int, end: int, kind: MarkKind) -> int:
        """Markup without text of its own."""
        if start != self._at or end <= start:
            raise _UnreadableError
        number = self._reserve()
        self._opens[number] = self._file(start, end)
        at = len(self._text)
        self._marks[number] = Mark(number, kind, at, at, self._parent())
        self._at = end
        return number

    def _reserve(self) -> int:
        self._marks.append(None)
        return len(self._marks) - 1

    def _parent(self) -> int:
        return self._stack[-1][0] if self._stack else -1

    # -- source -------------------------------------------------------------------------------

    def _file(self, start: int, end: int) -> Span:
        return self._where[start], self._where[end - 1] + 1

    def _label_end(self, start: int) -> int:
        """The `]` that closes the `[` at `start`."""
        from markdown_it.rules_inline import StateInline  # noqa: PLC0415 - start-up time

        state = StateInline(self._source, self._markdown, {}, [])
        helpers = cast("Any", self._markdown.helpers)
        end = int(helpers.parseLinkLabel(state, start))
        if end < 0:
            raise _UnreadableError
        return end

    def _tail_end(self, start: int) -> int:
        """The end of `](target "title")`, `][reference]` or `]` that begins at `start`."""
        source, helpers = self._source, cast("Any", self._markdown.helpers)
        if source.startswith("](", start):
            at = self._blank(start + 2)
            target = cast("_Parsed", helpers.parseLinkDestination(source, at, len(source)))
            if target.ok:
                at = self._blank(target.pos)
                title = cast("_Parsed", helpers.parseLinkTitle(source, at, len(source)))
                if title.ok:
                    at = self._blank(title.pos)
            if source.startswith(")", at):
                return at + 1
        found = _REFERENCE.match(source, start)
        if found is None:
            raise _UnreadableError
        return found.end()

    def _blank(self, at: int) -> int:
        while at < len(self._source) and self._source[at] in " \t\n":
            at += 1
        return at
