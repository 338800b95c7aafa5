"""PowerPoint presentations: slides, notes, tables, charts, diagrams and comments.

The one law: masters and layouts stay as they are (what stands there is a prompt or belongs to
the house), and so do animations, autofit and everything that is not text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.translation.formats.drawing import Drawings, Plain, drawn
from agents.translation.formats.ooxml import Office
from agents.translation.formats.parts import PartsDocument
from agents.translation.xml import local

if TYPE_CHECKING:
    from agents.translation.events import Language

_MAIN = (
    r"presentationml\.(?:presentation|slideshow|template)\.main\+xml"
    r"|ms-powerpoint\.(?:presentation|slideshow|template)\.macroEnabled\.main\+xml"
)
_SLIDES = r"presentationml\.slide\+xml", r"presentationml\.notesSlide\+xml"
_COMMENTS = r"presentationml\.comments\+xml", r"ms-powerpoint\.comments\+xml"
_FREE = frozenset({"r", "t"})


class PptxDocument(PartsDocument):
    """One .pptx."""

    def __init__(self, data: bytes, name: str, target: Language) -> None:
        """Open and read everything.

        Raises:
            UserError: see `ooxml.Office`.
        """
        office = Office(data, name, _MAIN, "presentation")
        super().__init__(office.package, _FREE)
        drawings = Drawings(self, target)
        for kinds in _SLIDES:
            for part in sorted(office.parts(kinds), key=_number):
                drawings.part(part)
        drawings.read(office)
        for kinds in _COMMENTS:
            for part in office.parts(kinds):
                root = self.open(part)
                for element in drawn(root):
                    self.add(part, drawings.paragraph(element))
                for element in root.iter():
                    if local(element) == "text":
                        self.add(part, Plain(element))


def _number(part: str) -> int:
    return int("".join(letter for letter in part.rpartition("/")[2] if letter.isdigit()) or 0)
