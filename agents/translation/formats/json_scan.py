"""Reads JSON and remembers where each string stands.

The one law: no recursion and no search back: a file of any depth and size ends in time linear in
its size, either in its strings or in a sentence. Grammar: RFC 8259.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.translation.formats.json_paths import Step
    from agents.translation.formats.spliced import Span

DEEPEST = 500  # levels; what people write has ten
_SPACE = re.compile(r"[ \t\r\n]*+")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*+"')
_OTHER = re.compile(r"-?(?:0|[1-9]\d*+)(?:\.\d++)?(?:[eE][+-]?\d++)?|true|false|null", re.ASCII)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_SIMPLE = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Value:
    """A string value: where it stands with its quotes, and the way to it."""

    span: Span
    path: tuple[Step, ...]


def strings(text: str, name: str, *, lines: bool = False) -> Iterator[Value]:
    """The string values of a file in order, keys not among them.

    Args:
        text: the file.
        name: what it is called.
        lines: whether it may hold many documents, one after the other.

    Raises:
        UserError: translation.not_json, translation.too_deep.
    """
    return _Scanner(text, name, lines=lines).values()


def letters(text: str, span: Span) -> tuple[str, list[Span]]:
    """What a string says, and where each of its characters stands."""
    plain: list[str] = []
    raws: list[Span] = []
    at, stop = span[0] + 1, span[1] - 1
    while at < stop:
        end = at + 1
        letter = text[at]
        if letter == "\\" and (found := _ESCAPE.match(text, at)):
            end = found.end()
            code, simple = found.groups()
            letter = chr(int(code, 16)) if code else _SIMPLE.get(simple, simple)
        if plain and "\udc00" <= letter <= "\udfff" and "\ud800" <= plain[-1] <= "\udbff":
            pair = 0x10000 + ((ord(plain[-1]) - 0xD800) << 10) + (ord(letter) - 0xDC00)
            plain[-1], raws[-1] = chr(pair), (raws[-1][0], end)
        else:
            plain.append(letter)
            raws.append((at, end))
        at = end
    return "".join(plain), raws


class _Scanner:
    """Goes through a file once."""

    def __init__(self, text: str, name: str, *, lines: bool) -> None:
        self._text = text
        self._name = name
        self._lines = lines
        self._path: list[Step] = []
        self._opened: list[str] = []  # what closes each object and array around this place
        self._at = 0

    def values(self) -> Iterator[Value]:
        """All string values."""
        self._space()
        while self._at < len(self._text):
            start = self._at
            if self._text[start] in "{[":
                if self._open():
                    continue
            elif self._text[start] == '"':
                self._take(_STRING)
                yield Value((start, self._at), tuple(self._path))
                self._space()
            else:
                self._take(_OTHER)
                self._space()
            self._go_on()
        if self._opened:
            raise self._broken()

    def _open(self) -> bool:
        """Go into an object or array; whether there is something in it."""
        if len(self._opened) >= DEEPEST:
            raise UserError("translation.too_deep", file=self._name)
        self._opened.append("]}"[self._text[self._at] == "{"])
        self._path.append(0)
        self._skip()
        if self._text.startswith(self._opened[-1], self._at):
            return False
        self._step(first=True)
        return True

    def _go_on(self) -> None:
        """Behind a value: close what ends with it, and go to the next."""
        while self._opened and self._text.startswith(self._opened[-1], self._at):
            self._opened.pop()
            self._path.pop()
            self._skip()
        if self._opened:
            if not self._text.startswith(",", self._at):
                raise self._broken()
            self._skip()
            self._step(first=False)
        elif self._at < len(self._text) and not self._lines:
            raise self._broken()

    def _step(self, *, first: bool) -> None:
        """The name or number of the value that comes."""
        step = self._path[-1]
        if self._opened[-1] == "]" and isinstance(step, int):
            self._path[-1] = step if first else step + 1
        else:
            start = self._at
            self._take(_STRING)
            self._path[-1] = letters(self._text, (start, self._at))[0]
            self._space()
            if not self._text.startswith(":", self._at):
                raise self._broken()
            self._skip()
        if self._at >= len(self._text):
            raise self._broken()

    def _take(self, kind: re.Pattern[str]) -> None:
        found = kind.match(self._text, self._at)
        if found is None:
            raise self._broken()
        self._at = found.end()

    def _skip(self) -> None:
        self._at += 1
        self._space()

    def _space(self) -> None:
        self._take(_SPACE)

    def _broken(self) -> UserError:
        line = self._text.count("\n", 0, self._at) + 1
        return UserError("translation.not_json", file=self._name, line=line)
