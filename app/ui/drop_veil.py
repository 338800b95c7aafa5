"""What is over a page while files are held above it: what letting go of them does.

The one law: it is only seen. The drag goes on to whatever lies below, and it is gone with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.i18n import _
from app.ui.widgets.basic import Icon, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtGui import QPaintEvent

    from app.ui.theme import Theme

_NAMED = 3  # files that are named
_EDGE = 12  # pixels around it
_THICK = 246  # of 255: what lies below shines through


class DropVeil(QWidget):
    """Covers its parent; hidden while nothing is held above."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words = text("", "heading", wrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._names = text("", "muted", wrap=True)
        self._names.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout = QVBoxLayout(self)
        edge = theme.px(4 * _EDGE)
        layout.setContentsMargins(edge, edge, edge, edge)
        layout.setSpacing(theme.space("s"))
        layout.addStretch(2)
        layout.addWidget(Icon(theme, "clip", 32, "accent"), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._words)
        layout.addWidget(self._names)
        layout.addStretch(3)
        self.hide()

    def say(self, words: str, paths: Sequence[Path]) -> None:
        """Say what letting go of these files does."""
        named = [path.name for path in paths[:_NAMED]]
        rest = len(paths) - len(named)
        more = [_("and {count} more", count=rest)] if rest else []
        self._words.setText(words)
        self._names.setText(", ".join(named + more))
        self.setGeometry(self.parentWidget().rect())
        self.show()
        self.raise_()

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A veil with a dashed edge."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = self._theme.colour("surface")
        ground.setAlpha(_THICK)
        painter.fillRect(self.rect(), ground)
        edge = self._theme.px(_EDGE)
        painter.setPen(QPen(self._theme.colour("accent"), self._theme.px(2), Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), edge, edge)
