"""Rows of a list in which something was found: the words that were sought stand out.

The one law: what is marked is what the search found; a row without marks looks as any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.store.said import Mark
    from app.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex

MARKS = int(Qt.ItemDataRole.UserRole) + 8  # tuple of `Mark`; None = an ordinary row
QUIET = int(Qt.ItemDataRole.UserRole) + 9  # whether it is a snippet below a title
_LINES = 2  # of a snippet at most


class FoundRows(QStyledItemDelegate):
    """Draws the rows that have marks, and leaves the others to the style."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """A title is one line, a snippet up to two."""
        if index.data(MARKS) is None or not index.data(QUIET):
            return super().sizeHint(option, index)
        view = option.widget
        width = view.viewport().width() if view is not None else option.rect.width()
        room = width - self._indent(index) - self._theme.px(10)
        lines = self._laid_out(index, room)[1]
        return QSize(
            self._theme.px(80), lines * self._metrics(index).lineSpacing() + self._theme.px(8)
        )

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The ground of any row, and the words on it."""
        if index.data(MARKS) is None:
            super().paint(painter, option, index)
            return
        ground = QStyleOptionViewItem(option)
        self.initStyleOption(ground, index)
        ground.text = ""
        style = option.widget.style() if option.widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, ground, painter, option.widget)
        rect = option.rect.adjusted(self._indent(index), 0, -self._theme.px(10), 0)
        layout, lines = self._laid_out(index, rect.width())
        high = lines * self._metrics(index).lineSpacing()
        painter.save()
        painter.setPen(self._theme.colour("muted" if index.data(QUIET) else "text"))
        top = rect.top() + (rect.height() - high) / 2
        clip = QRectF(rect.left(), top, rect.width(), high)
        layout.draw(painter, QPointF(rect.left(), top), self._formats(index), clip)
        painter.restore()

    def _indent(self, index: Index) -> int:
        return self._theme.px(22 if index.data(QUIET) else 11)

    def _font(self, index: Index) -> QFont:
        return self._theme.font("small" if index.data(QUIET) else "body")

    def _metrics(self, index: Index) -> QFontMetrics:
        return QFontMetrics(self._font(index))

    def _laid_out(self, index: Index, width: int) -> tuple[QTextLayout, int]:
        """The words, and in how many lines."""
        most = _LINES if index.data(QUIET) else 1
        said = str(index.data() or "")
        if most == 1:
            said = self._metrics(index).elidedText(said, Qt.TextElideMode.ElideRight, width)
        layout = QTextLayout(said, self._font(index))
        layout.setTextOption(_WRAPPED)
        layout.beginLayout()
        count, top = 0, 0.0
        while count < most and (line := layout.createLine()).isValid():
            line.setLineWidth(max(width, 1))
            line.setPosition(QPointF(0, top))
            top += self._metrics(index).lineSpacing()
            count += 1
        layout.endLayout()
        return layout, max(count, 1)

    def _formats(self, index: Index) -> list[QTextLayout.FormatRange]:
        marks: Sequence[Mark] = index.data(MARKS)
        look = QTextCharFormat()
        look.setBackground(self._theme.colour("warn_soft"))
        look.setForeground(self._theme.colour("text"))
        made = []
        for at, length in marks:
            one = QTextLayout.FormatRange()
            one.start, one.length, one.format = at, length, look  # type: ignore[misc]
            made.append(one)
        return made


_WRAPPED = QTextOption()
_WRAPPED.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
