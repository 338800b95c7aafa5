"""The list of drafts, the text and its evidence, side by side.

The one law: the text keeps room to be read. Where the three do not fit beside each other, the
evidence stands below the list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from app.i18n import _
from app.ui.widgets.scrolled import scrolled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from app.ui.theme import Theme

_WIDE = 820  # px from which all three have room side by side
_SIZES = (232, 600, 300)  # px at first
_NARROW = 190  # px of the list where there is little room
_PARTS = 3


class DraftSplit(QSplitter):
    """Three widgets, the last of which comes and goes."""

    def __init__(self, aside: QWidget, pages: QWidget, evidence: QWidget, theme: Theme) -> None:
        """Put all in their places."""
        super().__init__()
        self._theme, self._evidence = theme, evidence
        self._narrow = False
        self._sizes = [theme.px(size) for size in _SIZES]
        self._left = QSplitter(Qt.Orientation.Vertical)
        self._left.addWidget(scrolled(aside, _("Drafts")))
        for splitter in (self, self._left):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        for part in (self._left, pages, evidence):
            self.addWidget(part)
        self.setStretchFactor(1, 1)
        self.setSizes(self._sizes)

    @property
    def kept(self) -> list[int]:
        """How wide the three are where they are side by side."""
        return list(self._sizes) if self._narrow else self.sizes()

    def keep(self, sizes: Sequence[int]) -> None:
        """Be so wide."""
        if len(sizes) == _PARTS:
            self._sizes = list(sizes)
            if not self._narrow:
                self.setSizes(self._sizes)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the evidence where it has room."""
        narrow = event.size().width() < self._theme.px(_WIDE)
        if narrow != self._narrow:
            self._put(narrow=narrow)
        super().resizeEvent(event)

    def _put(self, *, narrow: bool) -> None:
        hidden = self._evidence.isHidden()
        if narrow:
            self._sizes = self.sizes()
            self._left.addWidget(self._evidence)
        else:
            self.addWidget(self._evidence)
        self._narrow = narrow
        self._evidence.setVisible(not hidden)
        least = self._theme.px(_NARROW)
        self.setSizes([least, max(least, self.width() - least)] if narrow else self._sizes)
