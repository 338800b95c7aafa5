"""Reads and writes one paragraph of a Hangul document.

The one law: a run holds text elements and things (tables, pictures, notes, fields), a text element
holds text and things (tabs, breaks, highlights); each thing goes back into the like of its home.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from agents.translation.formats.runs import Bit, Payload
from agents.translation.formats.runs_write import ElementText, RunWriter, say
from agents.translation.xml import attribute, children, local

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.translation.inline import Rich
    from agents.translation.xml import Element

_BREAKS = {"tab": "\t", "lineBreak": "\n"}
_LETTERS = {"fwSpace": " ", "nbSpace": "\u00a0", "hyphen": "-"}
_DELETED: dict[str, Literal["begin", "end"]] = {"deleteBegin": "begin", "deleteEnd": "end"}
_RANGES = {"markpenEnd": "markpenBegin", "insertEnd": "insertBegin"}
# Fields around text that is the document's own; what others show is computed.
_TRANSLATED_FIELDS = frozenset({"HYPERLINK", "CLICK_HERE", "CLICKHERE", "MEMO", "BOOKMARK"})


def look(run: Element | None) -> str:
    """How a run looks: the number of its character shape."""
    return "" if run is None else attribute(run, "charPrIDRef")


class _Writer(RunWriter):
    def _empty(self) -> None:
        self._rest = [child for child in self._element if local(child) != "run"]
        for child in list(self._element):
            self._element.remove(child)

    def write(self, rich: Rich) -> None:
        super().write(rich)
        for child in self._rest:
            self._element.append(child)

    def _flush(self, where: Element, text: str, style: int) -> None:
        say(self._text_element(where, self._formats.samples[style]), text)

    def _append(self, where: Element, bits: Sequence[Bit]) -> None:
        for bit in bits:
            if bit.kind == "text":
                say(self._text_element(where, bit.run), bit.text)
                continue
            bit.element.tail = None
            inside = bit.kind in ("break", "other") or local(bit.element) in _DELETED
            home = self._text_element if inside else self._home
            home(where, bit.run).append(bit.element)

    def _home(self, where: Element, run: Element | None) -> Element:
        """The last run if it is like `run`, or a new one."""
        wanted = {} if run is None else dict(run.attrib)
        if len(where):
            last = where[len(where) - 1]
            if local(last) == "run" and dict(last.attrib) == wanted:
                return last
        made = where.makeelement(self._space + "run")
        made.attrib.update(wanted)
        where.append(made)
        return made

    def _text_element(self, where: Element, run: Element | None) -> Element:
        """The text element at the end of a run, or a new one."""
        home = self._home(where, run)
        if len(home):
            last = home[len(home) - 1]
            if local(last) == "t":
                return last
        made = home.makeelement(self._space + "t")
        home.append(made)
        return made


class HwpxParagraph(ElementText):
    """One hp:p."""

    writer = _Writer

    def _bits(self, element: Element) -> Sequence[Bit]:
        return _bits(element)

    def _look(self, run: Element | None) -> Element | None:
        return run

    def _between(self, bit: Bit, parent: int) -> None:
        """A highlight or a tracked insertion: it begins or ends here."""
        self._range_point(bit, _RANGES, attribute(bit.element, "Id"), parent)

    def _field(self, bits: Sequence[Bit], parent: int) -> None:
        begin = next(children(bits[0].element, "fieldBegin"), None)
        text = "".join(bit.text for bit in bits)
        if begin is None or not text.strip():  # deleted text, or a field that shows nothing
            self._point(parent, Payload(tuple(bits)))
        elif attribute(begin, "type").upper() in _TRANSLATED_FIELDS:
            self._around(bits[1:-1], parent, Payload((bits[0],), (bits[-1],)))
        else:
            run = next((bit.run for bit in bits if bit.text), None)
            self._fixed(text, parent, Payload(tuple(bits)), run)


def _bits(paragraph: Element) -> list[Bit]:
    bits: list[Bit] = []
    for run in children(paragraph, "run"):
        for inner in run:
            name = local(inner)
            if name == "t":
                bits += _in_text(inner, run)
            elif name == "ctrl" and any(local(child) == "fieldBegin" for child in inner):
                bits.append(Bit("begin", inner, run))
            elif name == "ctrl" and any(local(child) == "fieldEnd" for child in inner):
                bits.append(Bit("end", inner, run))
            else:
                bits.append(Bit("point", inner, run))
    return bits


def _in_text(element: Element, run: Element) -> list[Bit]:
    bits = _plain(element, run, element.text)
    for child in element:
        name = local(child)
        if name in _BREAKS:
            bits.append(Bit("break", child, run, _BREAKS[name]))
        elif name in _LETTERS:
            bits.append(Bit("text", child, run, _LETTERS[name]))
        elif name in _DELETED:
            bits.append(Bit(_DELETED[name], child, run))
        else:
            bits.append(Bit("other", child, run))
        bits += _plain(child, run, child.tail)
    return bits


def _plain(element: Element, run: Element, text: str | None) -> list[Bit]:
    """Text of one look; breaks are elements in this format, never letters."""
    clean = re.sub(r"[\t\r\n\v\f\u2028\u2029]", " ", text or "")
    return [Bit("text", element, run, clean)] if clean else []
