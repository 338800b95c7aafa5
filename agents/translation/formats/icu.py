"""ICU messages: `{count, plural, one {# item} other {# items}}`.

The one law: argument, kind, selectors, braces and `#` stay as they are and in their branch; only
the words of a branch are text. What is no whole message is text like any other. Syntax:
<https://unicode-org.github.io/icu/userguide/format_parse/messages/>.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.translation.formats.spliced import Span
    from agents.translation.inline import Rich

_HEAD = re.compile(
    r"\{\s*[\w.-]+\s*,\s*(plural|selectordinal|select)\s*,\s*(?:offset:\s*\d+\s*)?", re.IGNORECASE
)
_CASE = re.compile(r"\s*(?:=\d+|[\w-]+)\s*\{")
_END = re.compile(r"\s*\}")
_DEEPEST = 20  # messages within messages


def spans(text: str) -> list[Span]:
    """Where the structure of the messages in `text` stands, in order."""
    found: list[Span] = []
    at = 0
    while head := _HEAD.search(text, at):
        message = _message(text, head.start(), 0)
        at = head.end() if message is None else message[-1][1]
        found += message or ()
    return found


def branches(rich: Rich) -> list[tuple[str, ...]]:
    """What is fixed in a text, branch by branch; a placeholder may move within its own."""
    made: list[tuple[str, ...]] = []
    here: list[str] = []
    for mark in sorted(rich.marks, key=lambda one: one.start):
        said = rich.text[mark.start : mark.end]
        if mark.kind == "fixed" and (said.startswith("}") or said.endswith("{")):
            made += [tuple(sorted(here)), (said,)]
            here = []
        elif mark.kind == "fixed":
            here.append(said)
    return [*made, tuple(sorted(here))]


def _message(text: str, start: int, depth: int) -> list[Span] | None:
    """The structure of the message that begins at `start`; None if it is no whole one."""
    head = _HEAD.match(text, start)
    if head is None or depth > _DEEPEST:
        return None
    counts = head.group(1).lower() != "select"
    found: list[Span] = []
    begin, at = start, head.end()
    while case := _CASE.match(text, at):
        found.append((begin, case.end()))
        body = _body(text, case.end(), depth, counts=counts)
        if body is None:
            return None
        inside, begin = body
        found += inside
        at = begin + 1
    end = _END.match(text, at)
    return [*found, (begin, end.end())] if found and end else None


def _body(text: str, at: int, depth: int, *, counts: bool) -> tuple[list[Span], int] | None:
    """The structure within a branch, and where its closing brace stands."""
    found: list[Span] = []
    while at < len(text):
        if text[at] == "}":
            return found, at
        if text[at] == "{" and _HEAD.match(text, at):
            message = _message(text, at, depth + 1)
            if message is None:
                return None
            found += message
            at = message[-1][1]
        elif text[at] == "{":  # an argument
            at = text.find("}", at) + 1 or len(text)
        else:
            if text[at] == "#" and counts:
                found.append((at, at + 1))
            at += 1
    return None
