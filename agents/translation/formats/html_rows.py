"""The lines of a page while they are read: text and tags between two block elements.

The one law: no paragraph grows beyond what can be handled at once; one that would is divided.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.translation.formats.spliced import Spliced
from agents.translation.formats.tagged import Item, Letters, Run
from agents.translation.inline import Paragraph

if TYPE_CHECKING:
    from agents.translation.formats.html_tokens import Token

# A paragraph that goes on beyond these is divided: where no tag is open, and at last anywhere.
_LETTERS, _ITEMS = 2_500, 150
_MOST_LETTERS, _MOST_ITEMS = 10_000, 400
_LONGEST_VALUE = 10_000  # a longer attribute is data
_LETTER = re.compile(
    r"(?P<blank>[ \t\n\f\r]+)"
    r"|(?P<entity>&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{0,31});?)"
    r"|[^ \t\n\f\r&]+|&"
)
_BLANK = re.compile(r"[\t\n\f\r]")
_LINE = re.compile(r"\r\n|[\n\r]")
_PAUSE = re.compile(r"[.!?。…][\"'”’)\]]*[ \t\r\n]+|\r?\n")
_TEMPLATE = re.compile(r"<[?%]|\{%|\{\{")


@dataclass(slots=True)
class _Row:
    """What stands on one line, as far as it was read."""

    items: list[Item] = field(default_factory=list[Item])
    letters: int = 0
    depth: int = 0  # inline elements that are open


class Rows:
    """The line at hand, and those around it in which it is only a point."""

    def __init__(self, text: str) -> None:
        """Take the decoded file."""
        self._text = text
        self._rows = [_Row()]
        self._parts: list[Spliced] = []
        self.pre = False  # whether line breaks are kept
        self.values: set[int] = set()  # where attributes begin that were read
        self.bare: set[int] = set()  # where other texts begin in which nothing is a tag

    @property
    def depth(self) -> int:
        """How many lines are open, one in the other."""
        return len(self._rows)

    def paragraphs(self) -> dict[str, Spliced]:
        """Everything that was read, by name, in the order of the file."""
        named: dict[str, Spliced] = {}
        for number, part in enumerate(sorted(self._parts, key=lambda one: one.raws[0][0])):
            paragraph = Paragraph(f"p{number}", part.paragraph.rich)
            named[paragraph.id] = Spliced(paragraph, part.raws, part.opens, part.closes)
        return named

    def begin(self, apart: Item) -> None:
        """An element begins that is read on its own."""
        self._join(apart)
        self._rows.append(_Row())

    def end(self, apart: Item, at: int) -> None:
        """It ends."""
        self._rows.pop()
        apart.end = at

    def add(self, item: Item) -> None:
        """A tag, or a text that was looked at already."""
        row = self._join(item)
        row.letters += len(item.name) if item.kind == "fixed" else 0
        row.depth = max(0, row.depth + (item.kind == "open") - (item.kind == "close"))
        if len(row.items) >= _MOST_ITEMS or (len(row.items) >= _ITEMS and not row.depth):
            self.flush()

    def _join(self, item: Item) -> _Row:
        """Put it at the end of the line; where something was left out another line begins."""
        row = self._rows[-1]
        if row.items and row.items[-1].end != item.start:
            self.flush()
        row.items.append(item)
        return row

    def add_text(self, token: Token) -> None:
        """A text."""
        start, end = token.start, token.end
        while start < end:
            stop = end if end - start <= _LETTERS else self._pause(start, end)
            blank = not self._text[start:stop].strip()
            row = self._rows[-1]
            row.letters += stop - start
            self.add(Item("text", start, stop, token.kind, blank))
            if row.letters > _MOST_LETTERS or (row.letters > _LETTERS and not row.depth):
                self.flush()
            start = stop

    def add_value(self, start: int, end: int) -> None:
        """The value of an attribute."""
        value = self._text[start:end]
        if len(value) > _LONGEST_VALUE or _TEMPLATE.search(value):
            return
        item = Item("text", start, end, blank=not value.strip())
        part = Run(self._text, [item], self._decode).read("")
        if part is not None:
            self.values.add(start)
            self._parts.append(part)

    def flush(self) -> None:
        """The line ends. What is open is no pair then, and stays where it is."""
        row = self._rows[-1]
        items = row.items
        row.items, row.letters, row.depth = [], 0, 0
        if any(item.kind in ("text", "fixed") and not item.blank for item in items):
            part = Run(self._text, items, self._decode_pre if self.pre else self._decode).read("")
            if part is not None:
                self._parts.append(part)
                if any(item.name == "rcdata" for item in items):
                    self.bare.add(part.raws[0][0])

    def plain(self, start: int, end: int) -> str:
        """A text as it is read."""
        letters = Letters(self._text)
        self._decode(letters, start, end)
        return letters.text

    def _pause(self, start: int, end: int) -> int:
        """Where a text that is too long may be cut."""
        limit = min(start + 2 * _LETTERS, end)
        if found := _PAUSE.search(self._text, start + _LETTERS // 2, limit):
            return found.end()
        space = self._text.rfind(" ", start + _LETTERS // 2, limit)
        at = limit if space < 0 else space + 1
        entity = self._text.rfind("&", at - 40, at)
        return entity if entity > start and at < end else at

    def _decode(self, letters: Letters, start: int, end: int) -> None:
        for found in _LETTER.finditer(self._text, start, end):
            if found["blank"]:
                letters.other(" ", found.span())
            elif found["entity"]:
                letters.other(_BLANK.sub(" ", html.unescape(found.group())), found.span())
            else:
                letters.plain(*found.span())

    def _decode_pre(self, letters: Letters, start: int, end: int) -> None:
        at = start
        for found in _LINE.finditer(self._text, start, end):
            self._decode(letters, at, found.start())
            letters.other("\n", found.span())
            at = found.end()
        self._decode(letters, at, end)
