"""Reads and writes one paragraph of an OpenDocument file.

The one law: an element that is not understood goes along as it is: with its text as a text that
must stay, without text as a point.
"""

from __future__ import annotations

import copy
import dataclasses
import re
from typing import TYPE_CHECKING

from agents.translation.formats.runs import Bit, Payload
from agents.translation.formats.runs_write import ElementText, RunWriter, say
from agents.translation.xml import attribute, canonical, children, local, space

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.translation.xml import Element

_BREAKS = {"tab": "\t", "line-break": "\n"}
_WRAPS = frozenset({"a", "meta"})
_POINTS = frozenset({"note", "annotation", "script", "object", "object-ole", "tracked-changes"})
_RANGES = {
    "bookmark-end": "bookmark-start",
    "reference-mark-end": "reference-mark-start",
    "change-end": "change-start",
    "annotation-end": "annotation",
    "toc-mark-end": "toc-mark-start",
    "alphabetical-index-mark-end": "alphabetical-index-mark-start",
}
_MOST_SPACES = 200  # spelt out in one element; more are no text
_KEPT_IN_LINKS = "event-listeners"


def look(shell: Element | None) -> str:
    """What the spans around a text are."""
    return "" if shell is None else canonical(shell)


class _Writer(RunWriter):
    _spaced = True

    def _empty(self) -> None:
        for child in list(self._element):
            self._element.remove(child)
        self._element.text = None

    def _open(self, where: Element, payload: Payload) -> Element:
        shell = payload.shell
        if shell is None:
            return where
        for child in list(shell):
            if local(child) != _KEPT_IN_LINKS:
                shell.remove(child)
            child.tail = None
        shell.text = shell.tail = None
        where.append(shell)
        return shell

    def _append(self, where: Element, bits: Sequence[Bit]) -> None:
        for bit in bits:
            bit.element.tail = None
            self._inside(where, bit.run).append(bit.element)
            if bit.kind == "break" or _shown(bit.element):
                self._spaced = False

    def _flush(self, where: Element, text: str, style: int) -> None:
        home = self._inside(where, self._formats.samples[style])
        for part in re.split("( +)", text):
            if part.startswith(" "):
                plain = 0 if self._spaced else 1
                say(home, " " * plain)
                if len(part) > plain:
                    spelt = home.makeelement(self._space + "s")
                    if len(part) - plain > 1:
                        spelt.set(self._space + "c", str(len(part) - plain))
                    home.append(spelt)
                self._spaced = True
            elif part:
                say(home, part)
                self._spaced = False

    def _inside(self, where: Element, shell: Element | None) -> Element:
        """The innermost of new spans that look like `shell`."""
        if shell is None:
            return where
        spans = copy.deepcopy(shell)
        where.append(spans)
        while len(spans):
            spans = spans[0]
        return spans


class OdfParagraph(ElementText):
    """One text:p or text:h."""

    writer = _Writer
    _spaced = True  # whether another space would be none

    def _bits(self, element: Element) -> Sequence[Bit]:
        return _bits(element, None)

    def _look(self, run: Element | None) -> Element | None:
        return run

    def _write(self, bit: Bit) -> None:
        if bit.kind == "text" and local(bit.element) != "s":
            text = re.sub(r"[ \t\r\n]+", " ", bit.text)
            if self._spaced and text.startswith(" "):
                text = text[1:]
            bit = dataclasses.replace(bit, text=text)
        super()._write(bit)
        if bit.text:
            self._spaced = bit.text.endswith(" ") and local(bit.element) != "s"

    def _between(self, bit: Bit, parent: int) -> None:
        element, name = bit.element, local(bit.element)
        if name in _WRAPS:
            self._around(_bits(element, bit.run), parent, Payload((), (), element))
        elif name in _RANGES or name in _RANGES.values():
            identity = attribute(element, "name") or attribute(element, "change-id")
            self._range_point(bit, _RANGES, identity, parent)
        else:
            self._fixed(_shown(element), parent, Payload((bit,)), bit.run)


def _bits(container: Element, shell: Element | None) -> list[Bit]:
    """What is in an element, spans opened."""
    bits = [Bit("text", container, shell, container.text)] if container.text else []
    for child in container:
        name = local(child)
        if name == "span":
            bits += _bits(child, _nested(child, shell))
        elif name == "s":
            count = attribute(child, "c") or "1"
            many = int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0
            spelt = 0 < many <= _MOST_SPACES
            bits.append(Bit("text" if spelt else "point", child, shell, " " * many))
        elif name in _BREAKS:
            bits.append(Bit("break", child, shell, _BREAKS[name]))
        elif not name:  # a comment of a program
            bits.append(Bit("point", child, shell))
        elif name not in ("soft-page-break", _KEPT_IN_LINKS):
            bits.append(Bit("other", child, shell))
        if child.tail:
            bits.append(Bit("text", container, shell, child.tail))
    return bits


def _nested(span: Element, shell: Element | None) -> Element:
    """The spans around a text as elements of their own, the outermost returned."""
    inner = span.makeelement(str(span.tag))
    inner.attrib.update(span.attrib)
    if shell is None:
        return inner
    outer = copy.deepcopy(shell)
    last = outer
    while len(last):
        last = last[0]
    last.append(inner)
    return outer


def _shown(element: Element) -> str:
    """The text of an element that stays as it is; empty for what stands beside the text."""
    if not local(element):
        return ""
    drawn = "drawing" in space(element)
    beside = local(element) in _POINTS or local(element) in _RANGES.values()
    if drawn or beside or any(local(inner) in ("p", "h") for inner in element.iter()):
        return ""
    return " ".join("".join(_said(next(children(element, "ruby-base"), element))).split())


def _said(element: Element) -> list[str]:
    """The text in an element, that of its children included."""
    parts = [element.text or ""]
    for child in element:
        parts += _said(child)
        parts.append(child.tail or "")
    return parts
