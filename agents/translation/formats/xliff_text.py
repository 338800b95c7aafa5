"""The text of an XLIFF unit and the codes in it: g, x, ph, pc, bpt, ept, sc, ec, mrk and so on.

The one law: each code is a mark, and codes that open and close one range know each other.
"""

from __future__ import annotations

import copy
import dataclasses
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.translation import xml
from agents.translation.formats.base import walk
from agents.translation.formats.runs_write import say
from agents.translation.inline import Mark, Rich

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agents.translation.xml import Element

_WRAPS = frozenset({"g", "pc", "mrk"})
_DEEPEST = 100  # codes inside codes
# What opens or closes a range, and the attributes that may say which range.
_OPENINGS = {"bpt": ("rid", "id"), "bx": ("rid", "id"), "sc": ("id",)}
_CLOSINGS = {"ept": ("rid", "id"), "ex": ("rid", "id"), "ec": ("startRef", "id")}
# Angular's tags: START_LINK, START_LINK_1 … CLOSE_LINK.
_NAMED = re.compile(r"(START|CLOSE)_([A-Z_]+?)(?:_\d+)?")


@dataclass(slots=True)
class Unit:
    """A source, and what its marks are in the file."""

    source: Element
    rich: Rich
    codes: dict[int, Element] = field(default_factory=dict[int, "Element"])


class Reader:
    """A source as text with marks."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._length = 0
        self._marks: list[Mark] = []
        self._codes: dict[int, Element] = {}

    def read(self, source: Element) -> Unit | None:
        """The unit; None if codes are nested beyond reason."""
        if not self._content(source, -1, 0):
            return None
        marks = sorted(self._marks, key=lambda mark: mark.id)
        return Unit(source, Rich("".join(self._text), self._paired(marks)), self._codes)

    def _paired(self, marks: Sequence[Mark]) -> tuple[Mark, ...]:
        """Marks with the partners of those that open or close a range."""
        waiting: dict[tuple[str, str], list[int]] = {}
        partners: dict[int, int] = {}
        for mark in marks:
            opens, range_ = _range(self._codes[mark.id])
            if range_ and opens:
                waiting.setdefault(range_, []).append(mark.id)
            elif range_ and waiting.get(range_):
                other = waiting[range_].pop()
                partners |= {mark.id: other, other: mark.id}
        return tuple(dataclasses.replace(m, partner=partners.get(m.id, -1)) for m in marks)

    def _content(self, element: Element, parent: int, depth: int) -> bool:
        if depth > _DEEPEST:
            return False
        self._add(element.text)
        for child in element:
            number = len(self._codes)
            self._codes[number] = child
            start = self._length
            name = xml.local(child)
            if name in _WRAPS and _keeps(child):
                self._add("".join(texts(child)))
                self._mark(number, start, parent, wrap="fixed")
            elif name in _WRAPS:
                if not self._content(child, number, depth + 1):
                    return False
                self._mark(number, start, parent, wrap="wrap")
            else:
                self._marks.append(Mark(number, "point", start, start, parent))
            self._add(child.tail)
        return True

    def _mark(self, number: int, start: int, parent: int, *, wrap: str) -> None:
        kind = "point" if self._length == start else "fixed" if wrap == "fixed" else "wrap"
        self._marks.append(Mark(number, kind, start, self._length, parent))

    def _add(self, text: str | None) -> None:
        if text:
            self._text.append(text)
            self._length += len(text)


class Writer:
    """A text with marks as the content of a target."""

    def __init__(self, unit: Unit, target: Element) -> None:
        self._unit = unit
        self._target = target

    def write(self, rich: Rich) -> None:
        """Fill the target."""
        self._target.text = None
        around = [self._target]
        for kind, mark, start, end in walk(rich):
            if mark is None:
                say(around[-1], rich.text[start:end])
            elif kind == "close":
                around.pop()
            elif mark.id not in self._unit.codes:  # protected text, no code of the file
                say(around[-1], rich.text[start:end])
            elif kind == "open":
                original = self._unit.codes[mark.id]
                code = original.makeelement(str(original.tag))
                for key, value in original.attrib.items():
                    code.set(key, value)
                around[-1].append(code)
                around.append(code)
            else:
                code = copy.deepcopy(self._unit.codes[mark.id])
                code.tail = None
                around[-1].append(code)


def _range(code: Element) -> tuple[bool, tuple[str, str] | None]:
    """Whether a code opens a range, and which range it opens or closes."""
    name = xml.local(code)
    if name in _OPENINGS or name in _CLOSINGS:
        keys = _OPENINGS.get(name) or _CLOSINGS[name]
        kind = "sc" if name in ("sc", "ec") else "bpt"
        return name in _OPENINGS, (kind, next((v for k in keys if (v := code.get(k))), ""))
    named = _NAMED.fullmatch(code.get("id") or "") if name == "x" else None
    return (named[1] == "START", ("x", named[2])) if named else (False, None)


def _keeps(code: Element) -> bool:
    return code.get("translate") == "no" or code.get("mtype") == "protected"


def texts(element: Element) -> Iterator[str]:
    """All text in an element."""
    for one in element.iter():
        if xml.local(one):
            yield one.text or ""
        if one is not element:
            yield one.tail or ""
