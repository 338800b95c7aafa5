"""Changes one field of a BibTeX entry and leaves every other letter of it where it was.

The one law: whoever wrote the entry recognises it: order, spelling of names, spaces and comments
between the fields stay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.scholar.bib_values import closing

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = re.compile(r"\s*@\s*([A-Za-z]+)\s*[{(]\s*")
_FIELD = re.compile(r"[\s,]*(?:%[^\n]*\n[\s,]*)*([^\s=,{}\"#%]+)\s*=\s*")
_BARE = re.compile(r"[^\s#,{}\"=]+")
_JOIN = re.compile(r"\s*#\s*")
_INDENT = re.compile(r"\n([ \t]+)[^\s=,{}]+\s*=")


@dataclass(frozen=True, slots=True)
class Span:
    """One field of an entry: its name as written, and where its value stands, delimiters included.

    `begin` is where the name begins.
    """

    name: str
    begin: int
    start: int
    end: int


def spans(raw: str) -> tuple[Span, ...]:
    """The fields of an entry, in their order; what cannot be read ends the list."""
    return tuple(_spans(raw))


def _spans(raw: str) -> Iterator[Span]:
    head = _HEAD.match(raw)
    at = raw.find(",", head.end()) if head else -1
    while at >= 0:
        name = _FIELD.match(raw, at)
        if name is None:
            return
        end = _end(raw, name.end())
        yield Span(name[1], name.start(1), name.end(), end)
        at = end


def _end(raw: str, at: int) -> int:
    """Where a value that begins at `at` ends."""
    while at < len(raw):
        if raw[at] in '{"':
            at += closing(raw[at:]) + 1
        elif bare := _BARE.match(raw, at):
            at = bare.end()
        joined = _JOIN.match(raw, at)
        if not joined:
            break
        at = joined.end()
    return min(at, len(raw))


def changed(raw: str, name: str, value: str) -> str:
    """The entry with a field (LaTeX, without delimiters) set, or added at its end."""
    for span in _spans(raw):
        if span.name.lower() == name.lower():
            return f"{raw[: span.start]}{{{value}}}{raw[span.end :]}"
    return added(raw, {name: value})


def added(raw: str, fields: dict[str, str]) -> str:
    """The entry with fields put behind its last one, set as the others are."""
    if not fields:
        return raw
    known = spans(raw)
    end = known[-1].end if known else raw.find(",") if "," in raw else len(raw.rstrip()) - 1
    indent = _INDENT.search(raw)
    gap = f"\n{indent[1]}" if indent else " "
    more = "".join(f",{gap}{name} = {{{value}}}" for name, value in fields.items())
    return raw[:end] + more + raw[end:]


def renamed(raw: str, name: str, new: str) -> str:
    """The entry with a field called otherwise."""
    for span in _spans(raw):
        if span.name.lower() == name.lower():
            return raw[: span.begin] + new + raw[span.begin + len(span.name) :]
    return raw


def removed(raw: str, name: str) -> str:
    """The entry without a field and the comma before it."""
    for span in _spans(raw):
        if span.name.lower() == name.lower():
            before = raw[: span.begin].rstrip()
            before = before.removesuffix(",")
            rest = raw[span.end :]
            first = spans(raw)[0] is span or spans(raw)[0] == span
            return before + ("," + rest.lstrip().removeprefix(",") if first else rest)
    return raw
