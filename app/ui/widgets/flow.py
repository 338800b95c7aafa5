"""Widgets side by side that go on in the next line where there is no room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QLayoutItem


class Flow(QLayout):
    """Lines of widgets, each as wide as it wants to be."""

    def __init__(self, gap: int, *, right: bool = False, spread: bool = False) -> None:
        """Make an empty one.

        Args:
            gap: pixels between widgets and between lines.
            right: whether lines end at the right edge.
            spread: whether the last widget stands at the right edge.
        """
        super().__init__()
        self._right, self._spread = right, spread
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Append."""
        self._items.append(item)

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride] - Qt asks beyond the end
        """One of them."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride] - as above
        """Take one out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def empty(self) -> None:
        """Let go of all of them."""
        items, self._items = self._items, []
        for item in items:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def expandingDirections(self) -> Qt.Orientation:
        """None: it needs what it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Where it is narrow it is high."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of all lines."""
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Place all."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        """The least."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """That of the widest."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, *, move: bool) -> int:
        y = rect.y()
        for line in self._lines(rect.width()):
            high = max(size.height() for _item, size in line)
            x = rect.x()
            if self._right:
                x += rect.width() - sum(size.width() + self._gap for _item, size in line)
                x += self._gap
            for item, size in line:
                if self._spread and item is self._items[-1]:
                    x = rect.x() + rect.width() - size.width()
                if move:
                    middle = y + (high - size.height()) // 2
                    item.setGeometry(QRect(QPoint(x, middle), size))
                x += size.width() + self._gap
            y += high + self._gap
        return max(0, y - self._gap - rect.y())

    def _lines(self, width: int) -> Iterator[list[tuple[QLayoutItem, QSize]]]:
        """What stands in each line, and how large; what is hidden takes no room."""
        line: list[tuple[QLayoutItem, QSize]] = []
        x = 0
        for item in self._items:
            if item.isEmpty():  # hidden: not even a gap
                continue
            size = item.sizeHint()
            size.setWidth(min(size.width(), width))
            if line and x + size.width() > width:
                yield line
                line, x = [], 0
            line.append((item, size))
            x += size.width() + self._gap
        if line:
            yield line
