"""Reads a paragraph of a Word document: its text, and everything fastened to it.

The one law: nothing in a paragraph is overlooked. An element that is not understood is a point
that keeps its place. Structure: ECMA-376 part 1, chapter 17.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from agents.translation.inline import Mark, MarkKind, Rich, Style
from agents.translation.xml import attribute, canonical, children, local

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.translation.xml import Element

_WRAPS = frozenset({"hyperlink", "ins", "moveTo", "smartTag", "customXml", "dir", "bdo"})
_DROPPED = frozenset({"proofErr"})  # spelling marks of the old text
_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n"}
# Fields whose result is text of this document, so its translation stays right when Word
# computes the field anew. Everything else (citations, dates, numbers) stays as it is.
_TRANSLATED_FIELDS = frozenset({"HYPERLINK", "REF", "STYLEREF", "TOC", "INDEX", "TOA", "QUOTE"})
_FIXED_CONTROLS = frozenset(
    {
        "dropDownList",
        "comboBox",
        "date",
        "checkbox",
        "citation",
        "dataBinding",
        "picture",
        "equation",
    }
)
_RANGES = {
    "bookmarkEnd": "bookmarkStart",
    "commentRangeEnd": "commentRangeStart",
    "permEnd": "permStart",
    "moveToRangeEnd": "moveToRangeStart",
}
_IGNORED_FORMAT = frozenset({"lang", "noProof"})
_LONGEST_FORMULA = 40  # characters; a longer one only confuses whoever translates


@dataclass(frozen=True, slots=True)
class Bit:
    """One child of a run, or one element between runs."""

    kind: Literal["text", "break", "begin", "separate", "end", "code", "point", "other"]
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
    """Run properties of a document by number; those that look the same share one."""

    known: dict[str, int] = field(default_factory=dict[str, int])
    samples: list[Element | None] = field(default_factory=list["Element | None"])

    def number(self, properties: Element | None) -> int:
        """The number of these run properties."""
        key = _look(properties)
        if key not in self.known:
            self.known[key] = len(self.samples)
            self.samples.append(properties)
        return self.known[key]


@dataclass(slots=True)
class WordParagraph:
    """A paragraph element with everything needed to write it anew."""

    element: Element
    rich: Rich
    payloads: dict[int, Payload]
    breaks: list[Bit]
    hyphens: bool  # whether it holds w:noBreakHyphen


class ParagraphReader:
    """Reads one paragraph."""

    def __init__(self, formats: Formats) -> None:
        """Start with nothing."""
        self._formats = formats
        self._text: list[str] = []
        self._styles: list[int] = []
        self._marks: list[Mark | None] = []
        self._payloads: dict[int, Payload] = {}
        self._breaks: list[Bit] = []
        self._starts: dict[tuple[str, str], int] = {}
        self._hyphens = False

    def read(self, element: Element) -> WordParagraph:
        """The paragraph in `element` (w:p)."""
        self._content(_bits(element), -1)
        marks = tuple(mark for mark in self._marks if mark is not None)
        rich = Rich("".join(self._text), marks, _runs(self._styles))
        return WordParagraph(element, rich, self._payloads, self._breaks, self._hyphens)

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
        run = bit.run
        number = self._formats.number(None if run is None else next(children(run, "rPr"), None))
        self._text.append(bit.text)
        self._styles += [number] * len(bit.text)
        self._hyphens = self._hyphens or local(bit.element) == "noBreakHyphen"

    def _between(self, bit: Bit, parent: int) -> None:
        """An element between runs."""
        element, name = bit.element, local(bit.element)
        if name in _DROPPED:
            return
        if name == "sdt":
            content = next(children(element, "sdtContent"), None)
            properties = next(children(element, "sdtPr"), None)
            controls = {local(child) for child in (() if properties is None else properties)}
            if content is None or controls & _FIXED_CONTROLS:
                self._fixed(visible(element), parent, Payload((bit,)), None)
            else:
                self._wrap(element, content, parent)
        elif name == "fldSimple":
            if _field_name(attribute(element, "instr")) in _TRANSLATED_FIELDS:
                self._wrap(element, element, parent)
            else:
                self._fixed(visible(element), parent, Payload((bit,)), None)
        elif name in _WRAPS:
            self._wrap(element, element, parent)
        elif name == "oMath":
            text = visible(element)
            self._fixed(
                text if len(text) <= _LONGEST_FORMULA else "", parent, Payload((bit,)), None
            )
        else:
            self._range_point(bit, name, parent)

    def _range_point(self, bit: Bit, name: str, parent: int) -> None:
        number = self._point(parent, Payload((bit,)))
        identity = attribute(bit.element, "id")
        if name in _RANGES.values():
            self._starts[name, identity] = number
        elif name in _RANGES:
            start = self._starts.pop((_RANGES[name], identity), None)
            opening = self._marks[start] if start is not None else None
            closing = self._marks[number]
            if start is not None and opening is not None and closing is not None:
                self._marks[start] = Mark(
                    start, "point", opening.start, opening.end, opening.parent, number
                )
                self._marks[number] = Mark(
                    number, "point", closing.start, closing.end, closing.parent, start
                )

    def _wrap(self, shell: Element, content: Element, parent: int) -> None:
        """An element whose runs are translated inside it."""
        number = self._reserve()
        begin = self._length()
        self._content(_bits(content), number)
        payload = Payload(shell=shell)
        if self._length() == begin:
            # Without text it is one thing: what is inside goes with it, as it is.
            self._forget(number)
            payload = Payload((Bit("other", shell),))
            self._put(number, "point", begin, parent, payload)
        else:
            self._put(number, "wrap", begin, parent, payload)

    def _field(self, bits: Sequence[Bit], parent: int) -> None:
        """A complex field, from its begin to its end."""
        middle = _separator(bits)
        code = "".join(
            b.element.text or ""
            for b in bits[: middle or len(bits)]
            if local(b.element) == "instrText"
        )
        result = bits[middle + 1 : -1] if middle else bits[:0]
        text = "".join(
            b.text if b.kind in ("text", "break") else visible(b.element) for b in result
        )
        if not text.strip():
            self._point(parent, Payload(tuple(bits)))
        elif _field_name(code) not in _TRANSLATED_FIELDS:
            run = next((b.run for b in result if b.run is not None), None)
            self._fixed(text, parent, Payload(tuple(bits)), run)
        else:
            number = self._reserve()
            begin = self._length()
            self._content(result, number)
            payload = Payload(tuple(bits[: middle + 1]), (bits[-1],))
            self._put(number, "wrap", begin, parent, payload)

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

    def _forget(self, number: int) -> None:
        """Drop every mark after `number`."""
        for later in range(number + 1, len(self._marks)):
            self._marks[later] = None
            self._payloads.pop(later, None)

    def _put(self, number: int, kind: MarkKind, begin: int, parent: int, payload: Payload) -> None:
        self._marks[number] = Mark(number, kind, begin, self._length(), parent)
        self._payloads[number] = payload

    def _length(self) -> int:
        return len(self._styles)


def _bits(container: Element) -> list[Bit]:
    bits: list[Bit] = []
    for child in container:
        name = local(child)
        if name == "r":
            bits += [_bit(inner, child) for inner in child if local(inner) != "rPr"]
        elif name not in ("pPr", "sdtPr", "smartTagPr", "customXmlPr"):
            bits.append(Bit("other", child))
    return bits


def _bit(element: Element, run: Element) -> Bit:
    name = local(element)
    if name == "t":
        text = re.sub(r"[\t\r\n\v\f\u2028\u2029]", " ", element.text or "")
        return Bit("text", element, run, text) if text else Bit("point", element, run)
    if name == "noBreakHyphen":
        return Bit("text", element, run, "\u2011")
    if name in _BREAKS:
        return Bit("break", element, run, _BREAKS[name])
    if name == "fldChar":
        kind = attribute(element, "fldCharType")
        if kind == "begin":
            return Bit("begin", element, run)
        return Bit("separate" if kind == "separate" else "end", element, run)
    return Bit("code" if name == "instrText" else "point", element, run)


def _field_end(bits: Sequence[Bit], begin: int) -> int:
    """Where the field that begins at `begin` ends; 0 if not in this container."""
    depth = 0
    for at in range(begin, len(bits)):
        depth += {"begin": 1, "end": -1}.get(bits[at].kind, 0)
        if not depth:
            return at
    return 0


def _separator(bits: Sequence[Bit]) -> int:
    """Where the result of a field begins; 0 if it has none."""
    depth = 0
    for at, bit in enumerate(bits):
        depth += {"begin": 1, "end": -1}.get(bit.kind, 0)
        if bit.kind == "separate" and depth == 1:
            return at
    return 0


def _field_name(code: str) -> str:
    words = code.split()
    return words[0].upper() if words else ""


def visible(element: Element) -> str:
    """The text a reader sees in an element (not deleted text, not field codes)."""
    return "".join(
        inner.text or ""
        for inner in element.iter()
        if local(inner) == "t"
        and not any(local(a) in ("del", "moveFrom") for a in inner.iterancestors())
    )


def _look(properties: Element | None) -> str:
    """What run properties look like: without language and other things that do not show."""
    if properties is None:
        return ""
    parts: list[str] = []
    for child in properties:
        name = local(child)
        if not name or name in _IGNORED_FORMAT:
            continue
        attributes = sorted((key.rpartition("}")[2], value) for key, value in child.attrib.items())
        if name == "rFonts":
            attributes = [pair for pair in attributes if pair[0] != "hint"]
        inner = canonical(child) if len(child) else ""
        parts.append(f"{name}{attributes}{inner}")
    return "|".join(sorted(parts))


def _runs(numbers: Sequence[int]) -> tuple[Style, ...]:
    runs: list[Style] = []
    begin = 0
    for at in range(1, len(numbers) + 1):
        if at == len(numbers) or numbers[at] != numbers[begin]:
            runs.append(Style(begin, at, numbers[begin]))
            begin = at
    return tuple(runs)
