"""Will it fit? Memory a model needs against what this machine has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.models import words

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from agents.engine.port import Fit
    from app.ui.theme import Theme


class Gauge(QWidget):
    """A thin bar: filled as far as the memory needed, with a tick at what is free now."""

    def __init__(self, theme: Theme) -> None:
        """Draw nothing yet."""
        super().__init__()
        self._theme = theme
        self._fit: Fit | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_fit(self, fit: Fit) -> None:
        """Draw this."""
        self._fit = fit
        self.setAccessibleName(words.fit(fit)[1])
        self.update()

    def sizeHint(self) -> QSize:
        """Small: the sentence beside it says it in words."""
        return QSize(self._theme.px(96), self._theme.px(10))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Track, fill, tick."""
        del event
        fit = self._fit
        if fit is None or not fit.needed:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        high = self._theme.px(6)
        track = QRectF(0, (self.height() - high) / 2, self.width(), high)
        painter.setBrush(self._theme.colour("line"))
        painter.drawRoundedRect(track, high / 2, high / 2)
        whole = max(fit.budget, 1)
        fill = QRectF(track)
        fill.setWidth(max(high, track.width() * min(1.0, fit.needed / whole)))
        tone = words.fit(fit)[0]
        painter.setBrush(self._theme.colour("accent" if tone == "ok" else tone))
        painter.drawRoundedRect(fill, high / 2, high / 2)
        if fit.available < whole:
            painter.setBrush(self._theme.colour("text"))
            at = track.width() * fit.available / whole
            painter.drawRect(QRectF(at, 0, max(1, self._theme.px(1)), self.height()))
