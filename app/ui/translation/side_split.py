"""The table of segments and the sheet beside it.

The one law: the table keeps room for its texts. Where both do not fit beside each other, the
sheet goes below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from app.ui.theme import Theme

_WIDE = 780  # px from which both have room side by side
_SHARES = (66, 34)  # per cent at first


class SideSplit(QSplitter):
    """Two widgets, the second of which can be closed."""

    def __init__(self, table: QWidget, side: QWidget, theme: Theme) -> None:
        """Put both in their places; the second is closed."""
        super().__init__()
        self._theme, self._side = theme, side
        self._open = False
        self._kept: list[int] = list(_SHARES)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.addWidget(table)
        self.addWidget(side)
        self.setStretchFactor(0, 1)
        self.splitterMoved.connect(self._moved)
        side.hide()

    @property
    def open(self) -> bool:
        """Whether the sheet is shown."""
        return self._open

    @property
    def shares(self) -> list[int]:
        """How the room is divided, in per cent."""
        return list(self._kept)

    @shares.setter
    def shares(self, shares: Sequence[int]) -> None:
        if len(shares) == len(_SHARES) and all(10 <= share <= 90 for share in shares):
            self._kept = list(shares)
            self._divide()

    def show_side(self, *, shown: bool) -> None:
        """Show the sheet, or close it."""
        self._open = shown
        self._side.setVisible(shown)
        self._divide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside each other, or one below the other."""
        wide = event.size().width() >= self._theme.px(_WIDE)
        wanted = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if wanted != self.orientation():
            self.setOrientation(wanted)
        super().resizeEvent(event)
        self._divide()

    def _divide(self) -> None:
        across = self.orientation() == Qt.Orientation.Horizontal
        room = self.width() if across else self.height()
        self.setSizes([round(room * share / 100) for share in self._kept])

    def _moved(self, _place: int, _number: int) -> None:
        sizes = self.sizes()
        whole = sum(sizes)
        if whole:
            first = min(90, max(10, round(100 * sizes[0] / whole)))
            self._kept = [first, 100 - first]
