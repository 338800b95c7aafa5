"""The picture of one page of a PDF, with highlights like those of a pen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from agents.pages.quoted import Rect
    from app.ui.theme import Theme

_TINT = 90  # of 255: how strong a highlight is


class PagePicture(QWidget):
    """As wide as its page at least, and as high."""

    def __init__(self, theme: Theme) -> None:
        """Show nothing yet."""
        super().__init__()
        self._theme = theme
        self._page = QPixmap()
        self._marks: tuple[Rect, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def show_page(self, page: QPixmap, marks: tuple[Rect, ...], said: str) -> None:
        """Show a page with these places marked; `said` is what screen readers say of it."""
        self._page, self._marks = page, marks
        self.setAccessibleName(said)
        size = page.deviceIndependentSize().toSize()
        self.setFixedHeight(size.height())
        self.setMinimumWidth(size.width())
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._page, self._marks = QPixmap(), ()
        self.setAccessibleName("")
        self.setMinimumWidth(0)
        self.update()

    def first_mark(self) -> float | None:
        """How far below the top the first highlight stands, in pixels."""
        tops = [top * self.height() for _left, top, _right, _bottom in self._marks]
        return min(tops) if tops else None

    def sizeHint(self) -> QSize:
        """As large as the page."""
        return self._page.deviceIndependentSize().toSize()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The page in the middle, and the highlights over it like those of a pen."""
        super().paintEvent(event)
        if self._page.isNull():
            return
        size = self._page.deviceIndependentSize()
        left = max(0.0, (self.width() - size.width()) / 2)
        painter = QPainter(self)
        painter.drawPixmap(round(left), 0, self._page)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        colour = self._theme.colour("warn")
        colour.setAlpha(_TINT)
        for x0, y0, x1, y1 in self._marks:
            wide, high = (x1 - x0) * size.width(), (y1 - y0) * size.height()
            painter.fillRect(
                QRectF(left + x0 * size.width(), y0 * size.height(), wide, high), colour
            )
        painter.end()
