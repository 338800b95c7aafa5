"""The list of documents and the one that is shown, side by side.

The one law: what is read keeps room to be read. Where both do not fit beside each other, a chosen
document has the page to itself, and the list comes when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QSplitter

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from app.ui.theme import Theme

_WIDE = 720  # px from which both have room
_SIZES = (252, 880)  # px at first


class DocumentsSplit(QSplitter):
    """Two widgets, the first of which goes where there is no room for it."""

    narrow_changed = Signal(bool)  # whether there is no room for both

    def __init__(self, aside: QWidget, shown: QWidget, theme: Theme) -> None:
        """Put both in their places."""
        super().__init__()
        self._theme, self._aside = theme, aside
        self._alone = self._wanted = self._narrow = False
        self._sizes = [theme.px(size) for size in _SIZES]
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.addWidget(aside)
        self.addWidget(shown)
        self.setStretchFactor(1, 1)
        self.setSizes(self._sizes)
        theme.changed.connect(self._look)

    @property
    def kept(self) -> list[int]:
        """How wide the two are where both are there."""
        return list(self._sizes) if self._aside.isHidden() else self.sizes()

    def keep(self, sizes: list[int]) -> None:
        """Be so wide."""
        self._sizes = list(sizes)
        self.setSizes(self._sizes)

    def show_alone(self, *, alone: bool) -> None:
        """Whether what is shown is worth the whole page where there is no room for both."""
        if alone != self._alone:
            self._alone = alone
            self._fit()

    def want_list(self, *, wanted: bool) -> None:
        """Show the list all the same, or no longer."""
        self._wanted = wanted
        self._fit()

    @property
    def lists(self) -> bool:
        """Whether the list is there."""
        return not self._aside.isHidden()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See whether there is room for both."""
        super().resizeEvent(event)
        self._look()

    @Slot()
    def _look(self) -> None:
        narrow = self.width() < self._theme.px(_WIDE)
        if narrow != self._narrow:
            self._narrow = narrow
            self._fit()
            self.narrow_changed.emit(narrow)

    def _fit(self) -> None:
        shown = self._wanted or not (self._narrow and self._alone)
        if shown == self.lists:
            return
        if not shown:
            self._sizes = self.sizes()
        self._aside.setVisible(shown)
        if shown:
            self.setSizes(self._sizes)
