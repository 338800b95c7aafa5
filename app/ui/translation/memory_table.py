"""The pairs of the translation memory in a table that grows as one scrolls.

The one law: the table holds what was looked at, never the memory; pages come from a worker.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QModelIndex,
    QPointF,
    QRect,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.i18n import _
from app.ui.scholar.works import Table
from app.ui.translation import memory_words as words
from app.ui.widgets.rows import Index, Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from agents.store.memory_pairs import Pair, PairChange
    from app.ui.theme import Theme

EN, KO, ABOUT = range(3)
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_LINES = 2
_BEFORE = 40  # characters shown before a word that stands far behind


class PairModel(Rows):
    """English, Korean, where from."""

    more_wanted = Signal(int)  # only pairs older than this id

    def __init__(self, parent: QWidget) -> None:
        """Start empty."""
        super().__init__(parent)
        self._pairs: list[Pair] = []
        self._more = False
        self.marked: re.Pattern[str] | None = None  # what was searched for

    def show_pairs(self, pairs: Sequence[Pair], parts: Sequence[str], *, more: bool) -> None:
        """Show the beginning of what a search finds."""
        self.beginResetModel()
        self._pairs, self._more = list(pairs), more
        self.marked = re.compile("|".join(map(re.escape, parts)), re.IGNORECASE) if parts else None
        self.endResetModel()

    def append(self, pairs: Sequence[Pair], *, more: bool) -> None:
        """Show what else was found."""
        self._more = more
        if pairs:
            at = len(self._pairs)
            self.beginInsertRows(QModelIndex(), at, at + len(pairs) - 1)
            self._pairs += pairs
            self.endInsertRows()

    def take(self, change: PairChange, *, back: bool) -> None:
        """Show a step; pairs keep their place."""
        gone, there = change.before, change.after
        if back:
            gone, there = there, gone
        staying = {pair.id: pair for pair in there}
        for pair in gone:
            place = self.place(pair.id)
            if place >= 0 and pair.id not in staying:
                self.beginRemoveRows(QModelIndex(), place, place)
                del self._pairs[place]
                self.endRemoveRows()
        for pair in there:
            place = self.place(pair.id)
            if place >= 0:
                self._pairs[place] = pair
                self.dataChanged.emit(self.index(place, EN), self.index(place, ABOUT))
                continue
            place = sum(one.id > pair.id for one in self._pairs)
            self.beginInsertRows(QModelIndex(), place, place)
            self._pairs.insert(place, pair)
            self.endInsertRows()

    def pair(self, place: int) -> Pair | None:
        """The pair of a line."""
        return self._pairs[place] if 0 <= place < len(self._pairs) else None

    def place(self, id_: int) -> int:
        """Where a pair is shown; -1 if it is not."""
        return next((at for at, one in enumerate(self._pairs) if one.id == id_), -1)

    @property
    def more(self) -> bool:
        """Whether there may be others behind those that are shown."""
        return self._more

    def count(self) -> int:
        """Pairs so far."""
        return len(self._pairs)

    def canFetchMore(self, parent: Index) -> bool:
        """Whether scrolling on brings others."""
        return not parent.isValid() and self._more and bool(self._pairs)

    def fetchMore(self, parent: Index) -> None:
        """Ask for them; they come when they are found."""
        if not parent.isValid() and self._pairs:
            self.more_wanted.emit(self._pairs[-1].id)

    def heads(self) -> tuple[str, ...]:
        """Names of the columns."""
        return (_("English"), _("Korean"), _("Origin"))

    def data(self, index: Index, role: int = _DISPLAY) -> Any:  # noqa: ANN401 - Qt's own signature
        """Text of a cell; the tip has all of it."""
        pair = self.pair(index.row())
        if pair is None or role not in {_DISPLAY, int(Qt.ItemDataRole.ToolTipRole)}:
            return None
        about = words.about(pair) if role != _DISPLAY else _origin(pair)
        return (pair.en, pair.ko, about)[index.column()]


class PairDelegate(QStyledItemDelegate):
    """Two lines of text, with what was searched for marked."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        """Keep the theme."""
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Ground, hairline, text."""
        theme = self._theme
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, theme.colour("accent_soft"))
            view = self.parent()
            if index.column() == EN and isinstance(view, QWidget) and view.hasFocus():
                here = QRect(option.rect)
                here.setWidth(theme.px(3))
                painter.fillRect(here, theme.colour("accent"))
        painter.setPen(theme.colour("line"))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        small = index.column() == ABOUT
        painter.setFont(theme.font("small" if small else "body"))
        painter.setPen(theme.colour("muted" if small else "text"))
        side = theme.space("s")
        inner = option.rect.adjusted(side, 0, -side, 0)
        painter.setClipRect(option.rect)
        model = index.model()
        marked = model.marked if isinstance(model, PairModel) and not small else None
        self._draw(painter, inner, str(index.data() or ""), marked)
        painter.restore()

    def _draw(
        self, painter: QPainter, rect: QRect, text: str, marked: re.Pattern[str] | None
    ) -> None:
        first = marked.search(text) if marked is not None else None
        metrics = QFontMetrics(painter.font())
        room = rect.width() * _LINES * 8 // 10
        if first is not None and metrics.horizontalAdvance(text[: first.end()]) > room:
            at = text.find(" ", max(0, first.start() - _BEFORE), first.start())
            text = "… " + text[max(at + 1, 0) or first.start() :]
        lines = _lines(text, painter, rect.width())
        top = rect.top() + (rect.height() - len(lines) * metrics.lineSpacing()) / 2
        for number, line in enumerate(lines):
            layout = QTextLayout(line, painter.font())
            layout.setTextOption(_one_line())
            layout.setFormats(self._formats(line, marked))
            layout.beginLayout()
            made = layout.createLine()
            made.setLineWidth(1 << 20)
            layout.endLayout()
            layout.draw(painter, QPointF(rect.left(), top + number * metrics.lineSpacing()))

    def _formats(self, line: str, marked: re.Pattern[str] | None) -> list[QTextLayout.FormatRange]:
        made: list[QTextLayout.FormatRange] = []
        for match in marked.finditer(line) if marked is not None else ():
            one = QTextLayout.FormatRange()
            one.start, one.length = match.start(), len(match.group())
            look = QTextCharFormat()
            look.setBackground(self._theme.colour("warn_soft"))
            look.setForeground(self._theme.colour("text"))
            one.format = look
            made.append(one)
        return made


def _one_line() -> QTextOption:
    option = QTextOption(Qt.AlignmentFlag.AlignLeft)
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    return option


def _lines(text: str, painter: QPainter, width: int) -> list[str]:
    """The text in at most two lines, the last one cut where it does not fit."""
    layout = QTextLayout(text, painter.font())
    layout.beginLayout()
    starts: list[tuple[int, int]] = []
    while len(starts) < _LINES and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        starts.append((line.textStart(), line.textLength()))
    layout.endLayout()
    made = [text[start : start + length] for start, length in starts]
    if starts and sum(starts[-1]) < len(text):
        rest = text[starts[-1][0] :]
        made[-1] = QFontMetrics(painter.font()).elidedText(rest, Qt.TextElideMode.ElideRight, width)
    return made


class PairTable(Table):
    """The table itself."""

    picked = Signal(object)  # Pair or None: the current one
    remove_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        """Make an empty table."""
        super().__init__(_("Pairs of sentences"), theme)
        self.pairs = PairModel(self)
        self.setModel(self.pairs)
        self.setItemDelegate(PairDelegate(theme, self))
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.selectionModel().currentRowChanged.connect(self._moved)
        self.pairs.modelReset.connect(self._moved)
        theme.changed.connect(self._high)
        self._high()

    @property
    def chosen(self) -> list[Pair]:
        """The selected pairs."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [pair for place in rows if (pair := self.pairs.pair(place)) is not None]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete forgets what is selected."""
        if event.key() == Qt.Key.Key_Delete:
            self.remove_asked.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Both languages have the same room."""
        super().resizeEvent(event)
        across, wide = self.horizontalHeader(), self.viewport().width()
        about = min(self._theme.px(170), wide // 5)
        across.resizeSection(ABOUT, about)
        across.resizeSection(EN, (wide - about) // 2)
        across.resizeSection(KO, wide - about - (wide - about) // 2)

    @Slot()
    def _high(self) -> None:
        line = QFontMetrics(self._theme.font("body")).lineSpacing()
        self.verticalHeader().setDefaultSectionSize(_LINES * line + 2 * self._theme.space("s"))

    @Slot()
    def _moved(self, *_what: object) -> None:
        self.picked.emit(self.pairs.pair(self.currentIndex().row()))


def _origin(pair: Pair) -> str:
    who = pair.model if pair.origin == "machine" else pair.name
    return f"{words.origin(pair.origin)} · {who}" if who else words.origin(pair.origin)
