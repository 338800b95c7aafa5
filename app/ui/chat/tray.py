"""What asks, warns or goes along with a question, above where it is written.

The one law: it is as high as what is in it, and where there is no room for that it scrolls;
nothing in it is cut to bits, and what is written keeps its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.ui.theme import mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from app.ui.theme import Theme

_LEAST = 72  # pixels, in which one line of it can be read
_COMES = (QEvent.Type.ChildAdded, QEvent.Type.Show)  # events of a part


class _Inner(QWidget):
    """What is scrolled."""

    def minimumSizeHint(self) -> QSize:
        """Nothing where words wrap: Qt would take their height at their narrowest for the least."""
        wraps = self.layout().hasHeightForWidth()
        return QSize(0, 0) if wraps else super().minimumSizeHint()


class Tray(QScrollArea):
    """Parts below one another; one that is hidden takes no room."""

    def __init__(self, theme: Theme, parts: Sequence[QWidget]) -> None:
        super().__init__()
        self._theme = theme
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it is reached by itself
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        inner = _Inner()
        mark(inner, kind="scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in parts:
            column.addWidget(part)
            part.installEventFilter(self)
        self._column = column
        self._latest: QWidget | None = None  # the part that something came into last
        self.verticalScrollBar().rangeChanged.connect(self._bring_latest)
        self.setWidget(inner)

    def sizeHint(self) -> QSize:
        """As high as its parts are at its width."""
        return QSize(super().sizeHint().width(), self._needed())

    def minimumSizeHint(self) -> QSize:
        """Less than that where it has to scroll; never narrower than a part can be."""
        wide = self._column.totalMinimumSize().width()
        if wide:  # the scroll bar takes its room from them
            wide += self.verticalScrollBar().sizeHint().width()
        return QSize(wide, min(self._needed(), self._theme.px(_LEAST)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words wrap anew."""
        super().resizeEvent(event)
        self._show_bar()
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow what is in it; a part that something has come into is in sight."""
        if watched is self.widget():
            if event.type() == QEvent.Type.LayoutRequest:
                self._show_bar()
                self.updateGeometry()
        elif isinstance(watched, QWidget) and event.type() in _COMES:
            self._latest = watched  # in sight when the scroll bar knows of it
        return super().eventFilter(watched, event)

    def bring(self, part: QWidget) -> None:
        """Have the end of a part in sight: something of it is new."""
        self._latest = part
        self._bring_latest()

    @Slot()
    def _bring_latest(self) -> None:
        if self._latest is not None and self._latest.isVisible():
            self.ensureVisible(0, self._latest.geometry().bottom() + 1, 0, 0)

    def _show_bar(self) -> None:
        """No scroll bar where all fits: it would take the room in which it does."""
        policy = Qt.ScrollBarPolicy
        fits = self.height() >= self._needed()
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOff if fits else policy.ScrollBarAsNeeded
        )

    def _needed(self) -> int:
        if self._column.hasHeightForWidth():
            return max(0, self._column.totalHeightForWidth(self.width()))
        return self._column.totalSizeHint().height()
