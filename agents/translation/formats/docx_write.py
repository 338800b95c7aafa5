"""Writes a translated paragraph back into a Word document.

The one law: shells of text (links, content controls, tracked changes) are kept with all that is
theirs, and new text names its language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.translation import language
from agents.translation.formats.runs_write import RunWriter, put_text
from agents.translation.xml import attribute, children, local

if TYPE_CHECKING:
    from agents.translation.events import Language
    from agents.translation.formats.docx_read import WordParagraph
    from agents.translation.formats.runs import Payload
    from agents.translation.xml import Element

_AFTER_LANGUAGE = ("eastAsianLayout", "specVanish", "oMath", "rPrChange")
_KEPT_IN_SHELLS = ("sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr")
_HYPHEN = "\u2011"


class ParagraphWriter(RunWriter):
    """Writes one paragraph."""

    def __init__(self, paragraph: WordParagraph, target: Language) -> None:
        """Take the paragraph as it was read."""
        super().__init__(paragraph.element, paragraph.payloads, paragraph.breaks, paragraph.formats)
        self._hyphens = paragraph.hyphens
        self._target = target

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

    def _flush(self, where: Element, text: str, style: int) -> None:
        pieces = text.split(_HYPHEN) if self._hyphens else [text]
        for number, piece in enumerate(pieces):
            if number:
                run = self._run(where, self._formats.samples[style])
                run.append(run.makeelement(self._space + "noBreakHyphen"))
            if piece:
                run = self._run(where, self._formats.samples[style])
                self._speak(run, piece)
                element = run.makeelement(self._space + "t")
                put_text(element, piece)
                run.append(element)

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
