"""Reads a paragraph of a Word document: its text, and everything fastened to it.

The one law: nothing in a paragraph is overlooked. An element that is not understood is a point
that keeps its place. Structure: ECMA-376 part 1, chapter 17.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agents.translation.formats.runs import Bit, Payload, RunReader, visible
from agents.translation.xml import attribute, canonical, children, local

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.translation.formats.runs import Formats
    from agents.translation.inline import Rich
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
_KINDS: dict[str, Literal["code", "other"]] = {"instrText": "code", "ruby": "other"}
_RANGES = {
    "bookmarkEnd": "bookmarkStart",
    "commentRangeEnd": "commentRangeStart",
    "permEnd": "permStart",
    "moveToRangeEnd": "moveToRangeStart",
}
_IGNORED_FORMAT = frozenset({"lang", "noProof"})
_LONGEST_FORMULA = 40  # characters; a longer one only confuses whoever translates


@dataclass(slots=True)
class WordParagraph:
    """A paragraph element with everything needed to write it anew."""

    element: Element
    rich: Rich
    payloads: dict[int, Payload]
    breaks: list[Bit]
    formats: Formats
    hyphens: bool  # whether it holds w:noBreakHyphen


class ParagraphReader(RunReader):
    """Reads one paragraph."""

    def __init__(self, formats: Formats) -> None:
        """Start with nothing."""
        super().__init__(formats)
        self._hyphens = False

    def read(self, element: Element) -> WordParagraph:
        """The paragraph in `element` (w:p)."""
        self._content(_bits(element), -1)
        return WordParagraph(
            element, self._rich(), self._payloads, self._breaks, self._formats, self._hyphens
        )

    def _write(self, bit: Bit) -> None:
        super()._write(bit)
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
        elif name == "ruby":
            # What is written above the words belongs to these words, so they stay together.
            base = next(children(element, "rubyBase"), element)
            self._fixed(visible(base), parent, Payload((bit,)), bit.run)
        elif name in _WRAPS:
            self._wrap(element, element, parent)
        elif name == "oMath":
            text = visible(element)
            self._fixed(
                text if len(text) <= _LONGEST_FORMULA else "", parent, Payload((bit,)), None
            )
        else:
            self._range_point(bit, _RANGES, attribute(element, "id"), parent)

    def _wrap(self, shell: Element, content: Element, parent: int) -> None:
        """An element whose runs are translated inside it."""
        self._around(_bits(content), parent, Payload(shell=shell))

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
            payload = Payload(tuple(bits[: middle + 1]), (bits[-1],))
            self._around(result, parent, payload)


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
    return Bit(_KINDS.get(name, "point"), element, run)


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


def look(properties: Element | None) -> str:
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
