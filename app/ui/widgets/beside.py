"""Two groups of controls side by side; where there is no room, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QGridLayout, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class BesideOrBelow(QWidget):
    """The first group takes the room that the second leaves."""

    def __init__(self, first: QWidget, second: QWidget, gap: int, least: int = 0) -> None:
        """Arrange them.

        Args:
            first: grows.
            second: is as wide as it wants to be.
            gap: pixels between them.
            least: pixels that the first wants; it has never less than it needs.
        """
        super().__init__()
        self._first, self._second = first, second
        self._gap, self._least = gap, least
        self._below = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(gap)
        self._grid.setColumnStretch(0, 1)
        self._grid.addWidget(first, 0, 0)
        self._put(below=False)

    @property
    def below(self) -> bool:
        """Whether they are below one another."""
        return self._below

    def minimumSizeHint(self) -> QSize:
        """As narrow as the wider one: side by side they never have to be."""
        wide = max(self._first.minimumSizeHint().width(), self._second.minimumSizeHint().width())
        return QSize(wide, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the second where it has room."""
        super().resizeEvent(event)
        self._look()

    def event(self, event: QEvent) -> bool:
        """Look again where a control came or went, or has other words."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._look()
        return super().event(event)

    def _look(self) -> None:
        first = max(self._least, self._first.minimumSizeHint().width())
        below = self.width() < first + self._gap + self._second.sizeHint().width()
        if below != self._below:
            self._put(below=below)

    def _put(self, *, below: bool) -> None:
        self._below = below
        self._grid.removeWidget(self._second)
        left = Qt.AlignmentFlag.AlignLeft
        self._grid.addWidget(self._second, int(below), int(not below), left)
