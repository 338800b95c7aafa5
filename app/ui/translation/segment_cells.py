"""How a cell of the segment table is drawn, and the field in which a translation is edited."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QPainter,
    QStaticText,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.i18n import _
from app.ui.translation.segment_model import CHECKS, NUMBER, SOURCE, TARGET, SegmentModel
from app.ui.widgets.send_edit import SendEdit

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel, QObject
    from PySide6.QtGui import QKeyEvent

    from agents.store.segment_rows import StoredSegment
    from app.ui.theme import Theme
    from app.ui.translation.segment_model import Index

_LINES = 12  # of one cell at most; the tip of the cell shows all of it
_KEPT = 600  # texts that are kept as they were laid out
_SMALL = frozenset({NUMBER, CHECKS})
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
        self._texts: dict[tuple[str, bool, int], QStaticText] = {}
        self._fonts: dict[bool, QFont] = {}  # by whether they are small
        theme.changed.connect(self._themed)
        self._themed()

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
        column, model = index.column(), index.model()
        if not isinstance(model, SegmentModel):
            return
        segment = model.segment(index.row())
        painter.save()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(option.rect, theme.colour("accent_soft"))
            if option.state & QStyle.StateFlag.State_Active and column == NUMBER:
                here = QRect(option.rect)
                here.setWidth(theme.px(3))
                painter.fillRect(here, theme.colour("accent" if self._has_focus() else "line"))
        painter.setPen(theme.colour("line"))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.setPen(theme.colour(_colour(segment, column)))
        inner = self._inner(option.rect)
        text = model.text(index.row(), column)
        laid = self._laid(text, column, inner.width())
        painter.setFont(self._fonts[column in _SMALL])
        painter.setClipRect(option.rect)
        spans = _marked(segment, column, text)
        top = max(0, (inner.height() - round(laid.size().height())) // 2)
        if spans:
            self._draw_marked(painter, inner, text, spans, top)
        else:
            painter.drawStaticText(inner.left(), inner.top() + top, laid)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Room a cell of this width needs."""
        return QSize(option.rect.width(), self.height(index, option.rect.width()))

    def height(self, index: Index, width: int) -> int:
        """Pixels the text of a cell needs at this width."""
        model, column = index.model(), index.column()
        text = model.text(index.row(), column) if isinstance(model, SegmentModel) else ""
        side = self._theme.space("s")
        needed = math.ceil(self._laid(text or " ", column, width - 2 * side).size().height())
        line = QFontMetrics(self._fonts[column in _SMALL]).lineSpacing()
        return min(needed, _LINES * line) + 2 * side + 2

    @Slot()
    def _themed(self) -> None:
        self._fonts = {True: self._theme.font("small"), False: self._theme.font("body")}
        self._texts.clear()

    def _laid(self, text: str, column: int, width: int) -> QStaticText:
        """Text laid out at a width. Most of what is drawn was drawn a moment ago."""
        key = (text, column in _SMALL, width)
        made = self._texts.pop(key, None)
        if made is None:
            made = QStaticText(text)
            made.setTextFormat(Qt.TextFormat.PlainText)
            made.setTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
            made.setTextWidth(width)
            made.prepare(font=self._fonts[column in _SMALL])
            if len(self._texts) >= _KEPT:
                del self._texts[next(iter(self._texts))]
        self._texts[key] = made  # the latest last
        return made

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

    def _has_focus(self) -> bool:
        view = self.parent()
        return isinstance(view, QWidget) and view.hasFocus()

    def _inner(self, rect: QRect) -> QRect:
        side, top = self._theme.space("s"), self._theme.space("s")
        return rect.adjusted(side, top, -side, -top)


def _marked(segment: StoredSegment | None, column: int, text: str) -> list[tuple[int, int]]:
    """Where the numbers are, if a number is the problem."""
    if column not in {SOURCE, TARGET} or segment is None or segment.confirmed:
        return []
    if "number" not in segment.problems:
        return []
    return [(match.start(), len(match.group())) for match in _FIGURE.finditer(text)]


def _colour(segment: StoredSegment | None, column: int) -> str:
    if column == NUMBER or segment is None:
        return "muted"
    if column == TARGET:
        return "muted" if segment.state == "untranslated" and not segment.edited else "text"
    if column != CHECKS:
        return "text"
    if segment.confirmed:
        return "ok"
    if segment.problems:
        return "bad"
    return "ok" if segment.state == "translated" else "muted"
