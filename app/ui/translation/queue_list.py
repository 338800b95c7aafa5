"""The list of documents: name, how it stands, and a thin line that grows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.i18n import _
from app.ui.translation import words

if TYPE_CHECKING:
    from app.ui.theme import Theme
    from app.ui.translation.queue import Document, DocumentQueue

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
DOCUMENT = int(Qt.ItemDataRole.UserRole)


class QueueModel(QAbstractListModel):
    """The queue as a list, the latest on top."""

    def __init__(self, queue: DocumentQueue, parent: QWidget) -> None:
        """Follow the queue."""
        super().__init__(parent)
        self._rows: list[Document] = []
        queue.added.connect(self._added)
        queue.changed.connect(self._changed)
        queue.removed.connect(self._removed)

    def row(self, document: Document) -> int:
        """Where a document stands; -1 if it is gone."""
        return next((at for at, one in enumerate(self._rows) if one is document), -1)

    def document(self, row: int) -> Document | None:
        """The document of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Documents."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:  # noqa: ANN401 - Qt's own signature
        """The document itself, its name, or both name and state for a screen reader."""
        document = self.document(index.row())
        if document is None:
            return None
        if role == DOCUMENT:
            return document
        if role == Qt.ItemDataRole.DisplayRole:
            return document.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return str(document.request.source)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{document.name}: {words.state(document)}"
        return None

    @Slot(object)
    def _added(self, document: Document) -> None:
        # Documents of earlier runs go below, new ones on top.
        at = 0 if document.state == "waiting" else len(self._rows)
        self.beginInsertRows(QModelIndex(), at, at)
        self._rows.insert(at, document)
        self.endInsertRows()

    @Slot(object)
    def _changed(self, document: Document) -> None:
        row = self.row(document)
        if row >= 0:
            self.dataChanged.emit(self.index(row), self.index(row))

    @Slot(object)
    def _removed(self, document: Document) -> None:
        row = self.row(document)
        if row >= 0:
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._rows[row]
            self.endRemoveRows()


class QueueDelegate(QStyledItemDelegate):
    """Draws one document."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        """Keep the theme."""
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines and a thin bar."""
        del option, index
        theme = self._theme
        lines = [QFontMetrics(theme.font(size)).lineSpacing() for size in ("body", "small")]
        return QSize(theme.px(80), sum(lines) + theme.px(20))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Name, state, progress."""
        theme, document = self._theme, index.data(DOCUMENT)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
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
        inner = option.rect.adjusted(theme.px(10), theme.px(7), -theme.px(10), -theme.px(7))
        above = QFontMetrics(theme.font("body")).lineSpacing()
        self._line(painter, inner, document.name, "body", "text")
        lower = inner.adjusted(0, above, 0, 0)
        self._line(painter, lower, words.state(document), "small", words.tone(document))
        if document.state == "running":
            self._progress(painter, inner, document)
        painter.restore()

    def _line(self, painter: QPainter, box: QRect, said: str, size: str, colour: str) -> None:
        font = self._theme.font(size)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(self._theme.colour(colour))
        cut = metrics.elidedText(said, Qt.TextElideMode.ElideMiddle, box.width())
        line = QRect(box.left(), box.top(), box.width(), metrics.lineSpacing())
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), cut)

    def _progress(self, painter: QPainter, inner: QRect, document: Document) -> None:
        high = self._theme.px(3)
        track = QRectF(inner.left(), inner.bottom() + high, inner.width(), high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("line"))
        painter.drawRoundedRect(track, high / 2, high / 2)
        if document.segments:
            track.setWidth(track.width() * min(1.0, document.done / document.segments))
            painter.setBrush(self._theme.colour("accent"))
            painter.drawRoundedRect(track, high / 2, high / 2)


class QueueList(QListView):
    """The list itself."""

    picked = Signal(object)  # Document, or None

    def __init__(self, queue: DocumentQueue, theme: Theme) -> None:
        """Show a queue."""
        super().__init__()
        self.setAccessibleName(_("Documents"))
        self.rows = QueueModel(queue, self)
        self.setModel(self.rows)
        self.setItemDelegate(QueueDelegate(theme, self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(self._moved)
        theme.changed.connect(self.doItemsLayout)

    def pick(self, document: Document) -> None:
        """Show this one."""
        self.setCurrentIndex(self.rows.index(self.rows.row(document)))

    @property
    def current(self) -> Document | None:
        """The document that is shown."""
        return self.rows.document(self.currentIndex().row())

    @Slot(QModelIndex, QModelIndex)
    def _moved(self, index: QModelIndex, _before: QModelIndex) -> None:
        self.picked.emit(self.rows.document(index.row()))
