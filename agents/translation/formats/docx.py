"""Word documents: every paragraph that holds text, in every part, edited in place.

The one law: what a reader reads is translated wherever it stands (body, notes, comments, text
boxes, charts, diagrams), and what a program reads (fields, styles, numbering) is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.translation.formats.docx_read import ParagraphReader, WordParagraph, look
from agents.translation.formats.docx_write import ParagraphWriter
from agents.translation.formats.drawing import Drawings
from agents.translation.formats.ooxml import Office
from agents.translation.formats.parts import PartsDocument
from agents.translation.formats.runs import Formats
from agents.translation.xml import local, space

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.translation.events import Language
    from agents.translation.inline import Rich
    from agents.translation.xml import Element

_MAIN = (
    r"wordprocessingml\.(?:document|template)\.main\+xml"
    r"|ms-word\.(?:document|template)\.macroEnabled(?:Template)?\.main\+xml"
)
_TEXT = _MAIN + r"|wordprocessingml\.(?:header|footer|footnotes|endnotes|comments)\+xml"


class _Held:
    """One paragraph and how it is written."""

    def __init__(self, word: WordParagraph, target: Language) -> None:
        self.rich: Rich = word.rich
        self._word = word
        self._target: Language = target

    def write(self, rich: Rich) -> None:
        ParagraphWriter(self._word, self._target).write(rich)


class DocxDocument(PartsDocument):
    """One .docx."""

    def __init__(self, data: bytes, name: str, target: Language) -> None:
        """Open and read all paragraphs.

        Raises:
            UserError: see `ooxml.Office`.
        """
        office = Office(data, name, _MAIN, "document")
        super().__init__(office.package, frozenset({"r", "t", "proofErr", "noBreakHyphen"}))
        self._target: Language = target
        self._formats = Formats(look)
        for part in office.parts(_TEXT):
            root = self.open(part)
            self.add_all(part, root, _paragraphs, self._held_in)
            self.add_alternatives(part, root)
        Drawings(self, target).read(office)

    def _held_in(self, element: Element) -> _Held:
        return _Held(ParagraphReader(self._formats).read(element), self._target)


def _paragraphs(root: Element) -> Iterator[Element]:
    return (element for element in root.iter() if local(element) == "p" and _is_word(element))


def _is_word(element: Element) -> bool:
    return "wordprocessingml" in space(element)
