"""An item of a list: a name, below it how it stands, perhaps a thin line that grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

if TYPE_CHECKING:
    from app.ui.theme import Size, Theme

Index = QModelIndex | QPersistentModelIndex

STATE = int(Qt.ItemDataRole.UserRole) + 1  # words
TONE = int(Qt.ItemDataRole.UserRole) + 2  # a colour of the theme; none = muted
PART = int(Qt.ItemDataRole.UserRole) + 3  # 0..1 of the thin line; none = no line


class TwoLines(QStyledItemDelegate):
    """Draws an item from its display text and the three roles above."""

    def __init__(self, theme: Theme, parent: QWidget, elide: Qt.TextElideMode) -> None:
        """Keep the theme; `elide` is where a long name is cut."""
        super().__init__(parent)
        self._theme = theme
        self._elide = elide

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines and room for a thin bar."""
        del option, index
        theme = self._theme
        lines = [QFontMetrics(theme.font(size)).lineSpacing() for size in ("body", "small")]
        return QSize(theme.px(80), sum(lines) + theme.px(20))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Ground, name, state, line."""
        theme = self._theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, option)
        inner = option.rect.adjusted(theme.px(10), theme.px(7), -theme.px(10), -theme.px(7))
        self._line(painter, inner, index.data() or "", "body", "text")
        above = QFontMetrics(theme.font("body")).lineSpacing()
        lower = inner.adjusted(0, above, 0, 0)
        self._line(painter, lower, index.data(STATE) or "", "small", index.data(TONE) or "muted")
        part = index.data(PART)
        if part is not None:
            self._progress(painter, inner, part)
        painter.restore()

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        theme = self._theme
        box = QRectF(option.rect).adjusted(0, 1, 0, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(theme.colour("accent_soft"))
            painter.drawRoundedRect(box, 6, 6)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(theme.colour("sunken"))
            painter.drawRoundedRect(box, 6, 6)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(theme.colour("accent"))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _line(self, painter: QPainter, box: QRect, said: str, size: Size, colour: str) -> None:
        font = self._theme.font(size)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(self._theme.colour(colour))
        cut = metrics.elidedText(said, self._elide, box.width())
        line = QRect(box.left(), box.top(), box.width(), metrics.lineSpacing())
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), cut)

    def _progress(self, painter: QPainter, inner: QRect, part: float) -> None:
        high = self._theme.px(3)
        track = QRectF(inner.left(), inner.bottom() + high, inner.width(), high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("line"))
        painter.drawRoundedRect(track, high / 2, high / 2)
        if part > 0:
            track.setWidth(track.width() * min(1.0, part))
            painter.setBrush(self._theme.colour("accent"))
            painter.drawRoundedRect(track, high / 2, high / 2)
