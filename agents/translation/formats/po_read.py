"""Reads a gettext catalogue and remembers where everything stands.

The one law: a line that is not understood ends in a sentence with its number, never in a guess.
Format: <https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html>.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation.formats import spliced
from agents.translation.formats.spliced import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELD = re.compile(r"[ \t]*(msgctxt|msgid_plural|msgid|msgstr(?:\[\d{1,3}\])?)[ \t]*(?=\")")
_STRING = re.compile(r'[ \t]*"((?:[^"\\]++|\\.)*+)"[ \t]*')
_ESCAPE = re.compile(r"\\([0-7]{1,3}|x[0-9A-Fa-f]{1,2}|.)", re.DOTALL)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_WRITTEN = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\a": "\\a",
            "\b": "\\b", "\f": "\\f", "\v": "\\v"}  # fmt: skip


@dataclass(slots=True)
class Field:
    """One keyword and its strings."""

    name: str
    start: int
    end: int
    text: str
    lines: int = 1


@dataclass(slots=True)
class Entry:
    """One message."""

    start: int  # of its first keyword
    fields: list[Field] = field(default_factory=list[Field])
    flags: list[tuple[Span, str]] = field(default_factory=list[tuple[Span, str]])
    previous: int = -1  # where its comments about earlier sources begin

    def get(self, name: str) -> Field | None:
        """A field by its keyword."""
        return next((one for one in self.fields if one.name == name), None)

    def add(self, new: Field) -> bool:
        """Take a field; whether it may stand here."""
        if self.get(new.name) or (new.name.startswith("msgstr") and not self.get("msgid")):
            return False
        if self.start < 0:
            self.start = new.start
        self.fields.append(new)
        return True

    @property
    def slots(self) -> list[Field]:
        """The places for translations."""
        return [one for one in self.fields if one.name.startswith("msgstr")]

    @property
    def flagged(self) -> set[str]:
        """Its flags, such as fuzzy and c-format."""
        return {flag.strip() for _span, text in self.flags for flag in text.split(",")}


def entries(text: str, name: str) -> Iterator[Entry]:
    """All messages in order, the header among them, obsolete ones not.

    Raises:
        UserError: translation.po_broken.
    """
    entry = Entry(-1)
    for number, (start, end) in enumerate(spliced.lines(text), start=1):
        line = text[start:end]
        found = _FIELD.match(line)
        if not line.strip() or line.lstrip().startswith("#"):
            if entry.slots:
                yield entry
                entry = Entry(-1)
            _comment(entry, line, start, end)
            continue
        string = _STRING.fullmatch(line, found.end() if found else 0)
        if string is None or not (found or entry.fields):
            raise UserError("translation.po_broken", file=name, line=number)
        if found is None:
            last = entry.fields[-1]
            last.end, last.text, last.lines = end, last.text + string.group(1), last.lines + 1
            continue
        if entry.slots and not found.group(1).startswith("msgstr"):
            yield entry
            entry = Entry(-1)
        if not entry.add(Field(found.group(1), start, end, string.group(1))):
            raise UserError("translation.po_broken", file=name, line=number)
    if entry.slots:
        yield entry
    elif entry.fields:
        raise UserError("translation.po_broken", file=name, line=text.count("\n") + 1)


def plain(raw: str) -> str:
    """What a string says."""
    return _ESCAPE.sub(_letter, raw)


def raw(text: str) -> str:
    """`text` as it stands between quotation marks."""
    return "".join(_WRITTEN.get(letter, letter) for letter in text)


def _letter(match: re.Match[str]) -> str:
    code = match.group(1)
    if code[0] in "01234567":
        return chr(int(code, 8))
    if code[0] == "x" and len(code) > 1:
        return chr(int(code[1:], 16))
    return _SIMPLE.get(code, code)


def _comment(entry: Entry, line: str, start: int, end: int) -> None:
    if line.startswith("#,"):
        entry.flags.append(((start, end), line[2:]))
    elif line.startswith("#|") and entry.previous < 0:
        entry.previous = start
