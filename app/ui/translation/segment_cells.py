"""How a cell of the segment table is drawn, and the field in which a translation is edited."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.i18n import _
from app.ui.translation.segment_model import CHECKS, NUMBER, SOURCE, TARGET, SegmentModel
from app.ui.widgets.send_edit import SendEdit

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel, QObject
    from PySide6.QtGui import QKeyEvent

    from agents.store.translations import StoredSegment
    from app.ui.theme import Theme
    from app.ui.translation.segment_model import Index

WRAP = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft)
_LINES = 12  # of one cell at most; the tip of the cell shows all of it
_FIGURE = re.compile(r"\d[\d,.]*\d|\d")


class CellEdit(SendEdit):
    """Enter ends the edit, Ctrl+Enter confirms too; both take a syllable being composed along."""

    ended = Signal(bool)  # whether it is confirmed

    def __init__(self, parent: QWidget) -> None:
        """Make an empty one."""
        super().__init__(_("Translation"), "", parent)
        self.setProperty("kind", "cell")
        self.setTabChangesFocus(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter confirms."""
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.accept()
            if not event.isAutoRepeat() and not self._after:
                self._finish("confirm")
            return
        super().keyPressEvent(event)

    def take(self, words: str, *, whole: bool) -> None:
        """Write words at the cursor, or in the place of everything; undone like typing."""
        cursor = self.textCursor()
        if whole:
            cursor.select(cursor.SelectionType.Document)
        cursor.insertText(words)
        self.setTextCursor(cursor)
        self.setFocus()

    def _carry_out(self) -> None:
        after, self._after = self._after, ""
        if after == "\n":
            self.textCursor().insertText("\n")
        else:
            self.ended.emit(after == "confirm")

    @Slot()
    def _fit(self) -> None:
        """The table says how high it is."""


class SegmentDelegate(QStyledItemDelegate):
    """Draws a cell: wrapped text, a hairline under the row, nothing else."""

    ended = Signal(QWidget, bool)  # the editor; whether the segment is confirmed

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        """Keep the theme."""
        super().__init__(parent)
        self._theme = theme

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A field over the cell."""
        del option, index
        editor = CellEdit(parent)
        editor.ended.connect(lambda confirmed: self.ended.emit(editor, confirmed))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """The words of now, with the cursor behind them."""
        if isinstance(editor, CellEdit) and not editor.document().isModified():
            editor.setPlainText(index.data(Qt.ItemDataRole.EditRole) or "")
            editor.moveCursor(editor.textCursor().MoveOperation.End)
            editor.document().setModified(False)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Hand the words on."""
        if isinstance(editor, CellEdit):
            model.setData(index, editor.toPlainText(), Qt.ItemDataRole.EditRole)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """As wide as the cell, and high enough to write in."""
        del index
        line = QFontMetrics(self._theme.font("body")).lineSpacing()
        rect = QRect(option.rect)
        rect.setHeight(max(rect.height(), 3 * line + 2 * self._theme.space("s")))
        room = editor.parentWidget().rect() if editor.parentWidget() else rect
        if rect.bottom() > room.bottom():
            rect.moveBottom(max(room.bottom(), rect.height()))
        editor.setGeometry(rect)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Leave Enter to the field; Qt keeps Esc, Tab and the loss of focus."""
        if event.type() == QEvent.Type.KeyPress and event.key() in {
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
        }:
            return False
        return super().eventFilter(editor, event)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        theme = self._theme
        painter.save()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(option.rect, theme.colour("accent_soft"))
            if option.state & QStyle.StateFlag.State_Active and index.column() == NUMBER:
                here = QRect(option.rect)
                here.setWidth(theme.px(3))
                painter.fillRect(here, theme.colour("accent" if self._has_focus() else "line"))
        painter.setPen(theme.colour("line"))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        column = index.column()
        painter.setFont(theme.font("small" if column in {NUMBER, CHECKS} else "body"))
        painter.setPen(theme.colour(self._colour(index)))
        inner = self._inner(option.rect)
        text = index.data() or ""
        needed = QFontMetrics(painter.font()).boundingRect(inner, WRAP, text).height()
        painter.setClipRect(option.rect)
        spans = self._marked(index, text)
        if spans:
            self._draw_marked(painter, inner, text, spans, max(0, inner.height() - needed) // 2)
        else:
            at = Qt.AlignmentFlag.AlignVCenter
            if needed > inner.height():
                at = Qt.AlignmentFlag.AlignTop
            painter.drawText(inner, WRAP | int(at), text)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Room a cell of this width needs."""
        return QSize(option.rect.width(), self.height(index, option.rect.width()))

    def height(self, index: Index, width: int) -> int:
        """Pixels the text of a cell needs at this width."""
        font = self._theme.font("small" if index.column() in {NUMBER, CHECKS} else "body")
        metrics = QFontMetrics(font)
        inner = self._inner(QRect(0, 0, width, 1 << 20))
        needed = metrics.boundingRect(inner, WRAP, index.data() or " ").height()
        return min(needed, _LINES * metrics.lineSpacing()) + 2 * self._theme.space("s") + 2

    def _draw_marked(
        self, painter: QPainter, rect: QRect, text: str, spans: list[tuple[int, int]], top: int
    ) -> None:
        """Draw text with what a problem is about in its colour and underlined."""
        layout = QTextLayout(text, painter.font())
        layout.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
        ranges = []
        for start, length in spans:
            one = QTextLayout.FormatRange()
            one.start, one.length = start, length
            look = QTextCharFormat()
            look.setForeground(self._theme.colour("bad"))
            look.setFontUnderline(True)
            one.format = look
            ranges.append(one)
        layout.setFormats(ranges)
        layout.beginLayout()
        at = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(rect.width())
            line.setPosition(QPointF(0, at))
            at += line.height()
        layout.endLayout()
        layout.draw(painter, rect.topLeft().toPointF() + QPointF(0, top))

    def _marked(self, index: Index, text: str) -> list[tuple[int, int]]:
        """Where the numbers are, if a number is the problem."""
        segment = _segment(index)
        if index.column() not in {SOURCE, TARGET} or segment is None or segment.confirmed:
            return []
        if "number" not in segment.problems:
            return []
        return [(match.start(), len(match.group())) for match in _FIGURE.finditer(text)]

    def _has_focus(self) -> bool:
        view = self.parent()
        return isinstance(view, QWidget) and view.hasFocus()

    def _inner(self, rect: QRect) -> QRect:
        side, top = self._theme.space("s"), self._theme.space("s")
        return rect.adjusted(side, top, -side, -top)

    def _colour(self, index: Index) -> str:
        segment = _segment(index)
        if index.column() == NUMBER or segment is None:
            return "muted"
        if index.column() == TARGET:
            return "muted" if segment.state == "untranslated" and not segment.edited else "text"
        if index.column() != CHECKS:
            return "text"
        if segment.confirmed:
            return "ok"
        if segment.problems:
            return "bad"
        return "ok" if segment.state == "translated" else "muted"


def _segment(index: Index) -> StoredSegment | None:
    model = index.model()
    return model.segment(index.row()) if isinstance(model, SegmentModel) else None
