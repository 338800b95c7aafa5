"""Formulas that stand in the lines of a text.

The one law: a formula is one letter of its line, as wide as it is drawn, and hangs below the line
as far as it has to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QPyTextObject, QTextFormat

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject
    from PySide6.QtGui import QPainter, QTextBlock, QTextDocument

    from app.ui.rich.formulas import Drawing
    from app.ui.theme import Theme

FORMULA = int(QTextFormat.Property.UserProperty) + 1  # a character: the source of its formula
STANDS_ALONE = int(QTextFormat.Property.UserProperty) + 2  # and whether it is by itself
OBJECT_TYPE = int(QTextFormat.ObjectTypes.UserObject) + 1  # of that character


class Inline(QPyTextObject):
    """Formulas in the lines of a text."""

    def __init__(
        self, parent: QObject, theme: Theme, drawing: Callable[[str, bool], Drawing | None]
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._drawing = drawing
        self.room = 0.0  # pixels a formula may be wide

    def intrinsicSize(self, document: QTextDocument, position: int, format_: QTextFormat) -> QSizeF:
        """As wide as it is, and as high as it stands above the line: Qt puts it on the line."""
        del document, position
        drawing = self._of(format_)
        if drawing is None:
            return QSizeF(0, 0)
        scale = self._scale(drawing)
        return QSizeF(drawing.width * scale, drawing.ascent * scale)

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF,
        document: QTextDocument,
        position: int,
        format_: QTextFormat,
    ) -> None:
        """Draw it, also what hangs below the line."""
        del document, position
        drawing = self._of(format_)
        if drawing is not None:
            whole = QRectF(rect)
            whole.setHeight((drawing.ascent + drawing.descent) * self._scale(drawing))
            drawing.draw(painter, whole, self._theme.hex("text"))

    def depths(self, block: QTextBlock) -> dict[int, float]:
        """How far each formula of a block hangs below its line, by its place in the block."""
        found: dict[int, float] = {}
        pieces = block.begin()
        while not pieces.atEnd():
            part = pieces.fragment()
            drawing = self._of(part.charFormat())
            if drawing is not None:
                for at in range(part.position(), part.position() + part.length()):
                    found[at - block.position()] = drawing.descent * self._scale(drawing)
            pieces += 1
        return found

    def _of(self, format_: QTextFormat) -> Drawing | None:
        tex = format_.stringProperty(FORMULA)
        return self._drawing(tex, format_.boolProperty(STANDS_ALONE)) if tex else None

    def _scale(self, drawing: Drawing) -> float:
        size = self._theme.font().pixelSize() / drawing.size
        return min(size, self.room / drawing.width) if drawing.width and self.room > 0 else size
