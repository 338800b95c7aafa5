"""Writes a translated paragraph back into a Word document.

The one law: elements are moved, never copied or made up; only the runs of text are new.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from agents.translation import language
from agents.translation.formats.base import walk
from agents.translation.xml import attribute, children, local, space

if TYPE_CHECKING:
    from agents.translation.events import Language
    from agents.translation.formats.docx_read import Bit, Formats, Payload, WordParagraph
    from agents.translation.inline import Rich
    from agents.translation.xml import Element

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_AFTER_LANGUAGE = ("eastAsianLayout", "specVanish", "oMath", "rPrChange")
_KEPT_IN_SHELLS = ("sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr")


class ParagraphWriter:
    """Writes one paragraph."""

    def __init__(self, paragraph: WordParagraph, formats: Formats, target: Language) -> None:
        """Take the paragraph as it was read."""
        self._paragraph = paragraph
        self._formats = formats
        self._target = target
        self._space = "{" + space(paragraph.element) + "}"
        self._breaks = iter(paragraph.breaks)

    def write(self, rich: Rich) -> None:
        """Replace the content of the paragraph with `rich`."""
        element = self._paragraph.element
        for child in list(element):
            if local(child) != "pPr":
                element.remove(child)
        stack = [element]
        for kind, mark, start, end in walk(rich):
            payload = self._paragraph.payloads.get(mark.id) if mark else None
            if mark is None or (payload is None and kind == "fixed"):
                self._text(stack[-1], rich, start, end)
            elif payload is None:
                continue
            elif kind == "open":
                stack.append(self._open(stack[-1], payload))
            elif kind == "close":
                inside = stack.pop()
                self._append(inside if payload.shell is None else stack[-1], payload.after)
            else:
                self._append(stack[-1], payload.before)

    def _open(self, where: Element, payload: Payload) -> Element:
        """Begin a wrap; returns the element that takes its content."""
        self._append(where, payload.before)
        shell = payload.shell
        if shell is None:
            return where
        shell.tail = None
        where.append(shell)
        content = next(children(shell, "sdtContent"), shell)
        for child in list(content):
            if local(child) not in _KEPT_IN_SHELLS:
                content.remove(child)
        return content

    def _append(self, where: Element, bits: tuple[Bit, ...]) -> None:
        """Move elements here; children of a run get a run of their own again."""
        last: Element | None = None
        home: Element | None = None
        for bit in bits:
            if bit.run is None:
                where.append(bit.element)
                home = None
            else:
                if last is None or home is not bit.run:
                    last = self._run(where, next(children(bit.run, "rPr"), None))
                    last.attrib.update(bit.run.attrib)
                    home = bit.run
                last.append(bit.element)

    def _text(self, where: Element, rich: Rich, start: int, end: int) -> None:
        for style in rich.styles:
            first, last = max(start, style.start), min(end, style.end)
            if first < last:
                self._styled(where, rich.text[first:last], style.id)

    def _styled(self, where: Element, text: str, style: int) -> None:
        part = ""
        for letter in text:
            if letter in "\t\n":
                self._flush(where, part, style)
                part = ""
                if (bit := next(self._breaks, None)) is not None:
                    self._append(where, (bit,))
            elif letter == "\u2011" and self._paragraph.hyphens:
                self._flush(where, part, style)
                part = ""
                run = self._run(where, self._formats.samples[style])
                run.append(run.makeelement(self._space + "noBreakHyphen"))
            else:
                part += letter
        self._flush(where, part, style)

    def _flush(self, where: Element, text: str, style: int) -> None:
        if not text:
            return
        run = self._run(where, self._formats.samples[style])
        self._speak(run, text)
        element = run.makeelement(self._space + "t")
        element.text = text
        if text != text.strip() or "  " in text:
            element.set(_SPACE, "preserve")
        run.append(element)

    def _run(self, where: Element, properties: Element | None) -> Element:
        run = where.makeelement(self._space + "r")
        if properties is not None:
            run.append(copy.deepcopy(properties))
            run[0].tail = None
        where.append(run)
        return run

    def _speak(self, run: Element, text: str) -> None:
        """Name the language of new text, so that fonts and spelling follow it."""
        properties = next(children(run, "rPr"), None)
        korean = self._target == "ko" and language.hangul(text) > 0
        if not korean:
            for tag in children(properties, "lang") if properties is not None else ():
                if self._target == "en" and attribute(tag, "val"):
                    tag.set(self._space + "val", "en-US")
            return
        if properties is None:
            properties = run.makeelement(self._space + "rPr")
            run.insert(0, properties)
        fonts = next(children(properties, "rFonts"), None)
        if fonts is None:
            fonts = properties.makeelement(self._space + "rFonts")
            first = next(children(properties, "rStyle"), None)
            properties.insert(0 if first is None else properties.index(first) + 1, fonts)
        fonts.set(self._space + "hint", "eastAsia")
        tag = next(children(properties, "lang"), None)
        if tag is None:
            tag = properties.makeelement(self._space + "lang")
            later = [i for i, child in enumerate(properties) if local(child) in _AFTER_LANGUAGE]
            properties.insert(later[0] if later else len(properties), tag)
        tag.set(self._space + "eastAsia", "ko-KR")
