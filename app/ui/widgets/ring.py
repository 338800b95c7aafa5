"""A small ring: turns while something runs, fills while its end is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QPaintEvent, QShowEvent

    from app.ui.theme import Theme

_STEP_MS = 60


class Ring(QWidget):
    """`share` None turns; 0 to 1 fills. Nothing moves while it is not on the screen."""

    def __init__(self, theme: Theme, size: int = 14, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._size = size
        self._angle = 0
        self._share: float | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_STEP_MS)
        self._timer.timeout.connect(self._turn)
        theme.changed.connect(self._fit)
        self._fit()

    def fill(self, share: float | None) -> None:
        """Show how much is done, 0 to 1; None while that is not known."""
        self._share = share
        self._run()
        self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        side = self._theme.px(self._size)
        return QSize(side, side)

    def showEvent(self, event: QShowEvent) -> None:
        """Start to move."""
        super().showEvent(event)
        self._run()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop moving."""
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the track and the arc."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = max(1.6, self.width() / 8)
        area = QRectF(self.rect()).adjusted(wide, wide, -wide, -wide)
        painter.setPen(QPen(self._theme.colour("line"), wide))
        painter.drawEllipse(area)
        pen = QPen(self._theme.colour("accent"), wide)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if self._share is None:
            painter.drawArc(area, -self._angle * 16, 100 * 16)
        else:
            painter.drawArc(area, 90 * 16, -round(min(1.0, self._share) * 360 * 16))

    def _run(self) -> None:
        if self._share is None and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def _turn(self) -> None:
        self._angle = (self._angle + 20) % 360
        self.update()

    @Slot()
    def _fit(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()
