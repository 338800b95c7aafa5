"""Writes a translated paragraph back as runs.

The one law: elements are moved, never copied or made up; only the runs of text are new.
"""

from __future__ import annotations

import abc
import copy
from typing import TYPE_CHECKING

from agents.translation.formats.base import walk
from agents.translation.formats.runs import RunReader
from agents.translation.xml import children, local, space

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.translation.formats.runs import Bit, Formats, Payload
    from agents.translation.inline import Rich
    from agents.translation.xml import Element

SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class RunWriter:
    """Writes one paragraph; a format says how its text becomes elements."""

    breaking = "\t\n"  # letters that stand for elements

    def __init__(
        self,
        element: Element,
        payloads: Mapping[int, Payload],
        breaks: Sequence[Bit],
        formats: Formats,
    ) -> None:
        """Take the paragraph as it was read."""
        self._element = element
        self._payloads = payloads
        self._formats = formats
        self._space = "{" + space(element) + "}" if space(element) else ""
        self._breaks = iter(breaks)

    # -- what a format adds -----------------------------------------------------------------

    def _empty(self) -> None:
        """Take out what was read."""
        for child in list(self._element):
            if local(child) != "pPr":
                self._element.remove(child)

    def _flush(self, where: Element, text: str, style: int) -> None:
        """Write text without breaks."""
        run = self._run(where, self._formats.samples[style])
        element = run.makeelement(self._space + "t")
        put_text(element, text)
        run.append(element)

    def _open(self, where: Element, payload: Payload) -> Element:
        """Begin a wrap; returns the element that takes its content."""
        self._append(where, payload.before)
        return where

    def _close(self, inside: Element, where: Element, payload: Payload) -> None:
        """End a wrap that stands in `where` and whose content is in `inside`."""
        self._append(inside if payload.shell is None else where, payload.after)

    def _append(self, where: Element, bits: Sequence[Bit]) -> None:
        """Move elements here; children of a run get a run of their own again."""
        last: Element | None = None
        home: Element | None = None
        for bit in bits:
            bit.element.tail = None
            if bit.run is None:
                where.append(bit.element)
                home = None
            else:
                if last is None or home is not bit.run:
                    last = self._run(where, next(children(bit.run, "rPr"), None))
                    last.attrib.update(bit.run.attrib)
                    home = bit.run
                last.append(bit.element)

    # -- what all share ---------------------------------------------------------------------

    def write(self, rich: Rich) -> None:
        """Replace the content of the paragraph with `rich`."""
        self._empty()
        stack = [self._element]
        for kind, mark, start, end in walk(rich):
            payload = self._payloads.get(mark.id) if mark else None
            if mark is None or (payload is None and kind == "fixed"):
                self._text(stack[-1], rich, start, end)
            elif payload is None:
                continue
            elif kind == "open":
                stack.append(self._open(stack[-1], payload))
            elif kind == "close":
                inside = stack.pop()
                self._close(inside, stack[-1], payload)
            else:
                self._append(stack[-1], payload.before)

    def _text(self, where: Element, rich: Rich, start: int, end: int) -> None:
        for style in rich.styles:
            first, last = max(start, style.start), min(end, style.end)
            if first < last:
                self._styled(where, rich.text[first:last], style.id)

    def _styled(self, where: Element, text: str, style: int) -> None:
        part = ""
        for letter in text:
            if letter in self.breaking:
                if part:
                    self._flush(where, part, style)
                part = ""
                if (bit := next(self._breaks, None)) is not None:
                    self._append(where, (bit,))
            else:
                part += letter
        if part:
            self._flush(where, part, style)

    def _run(self, where: Element, properties: Element | None) -> Element:
        run = where.makeelement(self._space + "r")
        if properties is not None:
            run.append(copy.deepcopy(properties))
            run[0].tail = None
        where.append(run)
        return run


class ElementText(RunReader, abc.ABC):
    """An element whose content is one paragraph, read by its bits and written by its writer."""

    writer: type[RunWriter] = RunWriter

    def __init__(self, element: Element, formats: Formats) -> None:
        """Read it."""
        super().__init__(formats)
        self._element = element
        self._content(self._bits(element), -1)
        self.rich = self._rich()

    @abc.abstractmethod
    def _bits(self, element: Element) -> Sequence[Bit]:
        """What is in the element, in its order."""

    def write(self, rich: Rich) -> None:
        """Replace the content."""
        self.writer(self._element, self._payloads, self._breaks, self._formats).write(rich)


def put_text(element: Element, text: str) -> None:
    """Fill an element with text whose white space counts."""
    element.text = text
    if text != text.strip() or "  " in text or "\n" in text:
        element.set(SPACE, "preserve")


def say(element: Element, text: str) -> None:
    """Write text behind everything that is in an element."""
    if len(element):
        last = element[len(element) - 1]
        last.tail = (last.tail or "") + text
    else:
        element.text = (element.text or "") + text
