"""Shows one Markdown text as high as it is, also while it grows.

The one law: the GUI thread stays free: however quickly text arrives, it is drawn at most once
in 33 ms, and more seldom when drawing takes long.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QGuiApplication, QTextCursor, QTextOption
from PySide6.QtWidgets import QSizePolicy, QTextBrowser

from app.i18n import _
from app.ui.widgets.markdown import COPY, Renderer

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent, QWheelEvent
    from PySide6.QtWidgets import QWidget

    from app.ui.theme import Theme

FRAME_MS = 33
_SHARE = 4  # drawing may take at most a quarter of the time


class MarkdownView(QTextBrowser):
    """Read-only Markdown; selectable, links by mouse and keyboard."""

    link = Signal(str)  # a link was clicked; opening it is the page's decision
    copied = Signal()  # a code block went to the clipboard

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._renderer = Renderer(theme, _("Copy"))
        self._text = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._draw)
        self._cost_ms = 0.0
        self.setAccessibleName(name)
        self.setProperty("kind", "read")
        self.setOpenLinks(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.anchorClicked.connect(self._clicked)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        theme.changed.connect(self._draw)

    @property
    def text(self) -> str:
        """The Markdown."""
        return self._text

    def say(self, text: str) -> None:
        """Show a text at once."""
        self._text = text
        self._draw()

    def grow(self, text: str) -> None:
        """Show what a text has become, soon."""
        self._text = text
        if not self._timer.isActive():
            self._timer.start(round(max(FRAME_MS, self._cost_ms * _SHARE)))

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Load nothing, from nowhere."""
        del kind, name
        return None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page that scrolls."""
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines wrap anew."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Draw anew when the font changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def sizeHint(self) -> QSize:
        """As high as the text."""
        return QSize(super().sizeHint().width(), self.height())

    @Slot()
    def _draw(self) -> None:
        self._timer.stop()
        began = time.perf_counter()
        cursor = self.textCursor()
        anchor, position = cursor.anchor(), cursor.position()
        self.setHtml(self._renderer.render(self._text))
        if anchor != position:  # what the reader has selected stays selected
            last = self.document().characterCount() - 1
            cursor = self.textCursor()
            cursor.setPosition(min(anchor, last))
            cursor.setPosition(min(position, last), QTextCursor.MoveMode.KeepAnchor)
            self.setTextCursor(cursor)
        self._fit()
        self._cost_ms = (time.perf_counter() - began) * 1000

    @Slot()
    def _fit(self) -> None:
        high = max(self.fontMetrics().lineSpacing(), round(self.document().size().height() + 0.5))
        if high != self.height():
            self.setFixedHeight(high)

    @Slot(QUrl)
    def _clicked(self, url: QUrl) -> None:
        if url.scheme() == COPY:
            number = int(url.path() or 0)
            if number < len(self._renderer.codes):
                QGuiApplication.clipboard().setText(self._renderer.codes[number])
                self.copied.emit()
        else:
            self.link.emit(url.toString())
