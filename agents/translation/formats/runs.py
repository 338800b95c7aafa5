"""Reads paragraphs that are made of runs: text under one look each, with things between.

The one law: nothing in a paragraph is overlooked. What is neither text nor a break becomes a mark
that takes its elements along.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from agents.translation.inline import Mark, MarkKind, Rich, Style
from agents.translation.xml import children, local

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from agents.translation.xml import Element


@dataclass(frozen=True, slots=True)
class Bit:
    """One child of a run, or one element between runs."""

    kind: Literal["text", "break", "begin", "separate", "end", "code", "point", "inline", "other"]
    element: Element
    run: Element | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Payload:
    """What a mark is in the file: written before and after what it surrounds."""

    before: tuple[Bit, ...] = ()
    after: tuple[Bit, ...] = ()
    shell: Element | None = None  # an element around the content


@dataclass(slots=True)
class Formats:
    """Looks of a document by number; those that look the same share one."""

    look: Callable[[Element | None], str]
    known: dict[str, int] = field(default_factory=dict[str, int])
    samples: list[Element | None] = field(default_factory=list["Element | None"])

    def number(self, properties: Element | None) -> int:
        """The number of these properties."""
        key = self.look(properties)
        if key not in self.known:
            self.known[key] = len(self.samples)
            self.samples.append(properties)
        return self.known[key]


class RunReader:
    """Reads one paragraph; a format says what its elements are."""

    def __init__(self, formats: Formats) -> None:
        """Start with nothing."""
        self._formats = formats
        self._text: list[str] = []
        self._styles: list[int] = []
        self._marks: list[Mark | None] = []
        self._payloads: dict[int, Payload] = {}
        self._breaks: list[Bit] = []
        self._starts: dict[tuple[str, str], int] = {}

    # -- what a format adds -----------------------------------------------------------------

    def _between(self, bit: Bit, parent: int) -> None:
        """An element that is neither text nor a break."""
        self._point(parent, Payload((bit,)))

    def _field(self, bits: Sequence[Bit], parent: int) -> None:
        """A field, from its begin to its end."""
        self._point(parent, Payload(tuple(bits)))

    def _look(self, run: Element | None) -> Element | None:
        """What says how a run looks."""
        return None if run is None else next(children(run, "rPr"), None)

    # -- what all share ---------------------------------------------------------------------

    def _rich(self) -> Rich:
        """What was read."""
        marks = tuple(mark for mark in self._marks if mark is not None)
        return Rich("".join(self._text), marks, _joined(self._styles))

    def _content(self, bits: Sequence[Bit], parent: int) -> None:
        at = 0
        while at < len(bits):
            bit = bits[at]
            if bit.kind == "begin" and (end := _field_end(bits, at)):
                self._field(bits[at : end + 1], parent)
                at = end + 1
                continue
            if bit.kind == "text":
                self._write(bit)
            elif bit.kind == "break":
                self._breaks.append(bit)
                self._write(bit)
            elif bit.kind == "other":
                self._between(bit, parent)
            else:
                self._point(parent, Payload((bit,)))
            at += 1

    def _write(self, bit: Bit) -> None:
        number = self._formats.number(self._look(bit.run))
        self._text.append(bit.text)
        self._styles += [number] * len(bit.text)

    def _range_point(self, bit: Bit, ends: Mapping[str, str], identity: str, parent: int) -> None:
        """A point that may open or close a range; `ends` names the opening of each closing."""
        number, name = self._point(parent, Payload((bit,))), local(bit.element)
        if name in ends.values():
            self._starts[name, identity] = number
        elif name in ends:
            start = self._starts.pop((ends[name], identity), None)
            opening = self._marks[start] if start is not None else None
            closing = self._marks[number]
            if start is not None and opening is not None and closing is not None:
                self._marks[start] = Mark(
                    start, "point", opening.start, opening.end, opening.parent, number
                )
                self._marks[number] = Mark(
                    number, "point", closing.start, closing.end, closing.parent, start
                )

    def _around(self, bits: Sequence[Bit], parent: int, payload: Payload) -> None:
        """A wrap around what `bits` say."""
        number = self._reserve()
        begin = self._length()
        self._content(bits, number)
        kind: MarkKind = "wrap"
        if self._length() == begin:
            # Without text it is one thing: what is inside goes with it, as it is.
            for later in range(number + 1, len(self._marks)):
                self._marks[later] = None
                self._payloads.pop(later, None)
            kind = "point"
            if payload.shell is None:
                payload = Payload((*payload.before, *bits, *payload.after))
            else:
                payload = Payload((Bit("other", payload.shell),))
        self._put(number, kind, begin, parent, payload)

    def _fixed(self, text: str, parent: int, payload: Payload, run: Element | None) -> None:
        text = " ".join(text.split())
        if not text:
            self._point(parent, payload)
            return
        number = self._reserve()
        begin = self._length()
        self._write(Bit("text", payload.before[0].element, run, text))
        self._put(number, "fixed", begin, parent, payload)

    def _point(self, parent: int, payload: Payload) -> int:
        number = self._reserve()
        self._put(number, "point", self._length(), parent, payload)
        return number

    def _reserve(self) -> int:
        self._marks.append(None)
        return len(self._marks) - 1

    def _put(self, number: int, kind: MarkKind, begin: int, parent: int, payload: Payload) -> None:
        self._marks[number] = Mark(number, kind, begin, self._length(), parent)
        self._payloads[number] = payload

    def _length(self) -> int:
        return len(self._styles)


def visible(element: Element) -> str:
    """The text a reader sees in an element (not deleted text, not field codes)."""
    return "".join(
        inner.text or ""
        for inner in element.iter()
        if local(inner) == "t"
        and not any(local(a) in ("del", "moveFrom") for a in inner.iterancestors())
    )


def _field_end(bits: Sequence[Bit], begin: int) -> int:
    """Where the field that begins at `begin` ends; 0 if not in this container."""
    depth = 0
    for at in range(begin, len(bits)):
        depth += {"begin": 1, "end": -1}.get(bits[at].kind, 0)
        if not depth:
            return at
    return 0


def _joined(numbers: Sequence[int]) -> tuple[Style, ...]:
    runs: list[Style] = []
    begin = 0
    for at in range(1, len(numbers) + 1):
        if at == len(numbers) or numbers[at] != numbers[begin]:
            runs.append(Style(begin, at, numbers[begin]))
            begin = at
    return tuple(runs)
