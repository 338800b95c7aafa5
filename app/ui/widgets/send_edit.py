"""A text field that sends with Enter, also from the middle of a Hangul syllable.

The one law: one Enter sends once; the syllable being composed is sent with the rest, neither
lost nor doubled, and nobody presses Enter twice.

Input methods differ: some commit the syllable and then pass Enter on, some pass Enter on while
the syllable still stands in the pre-edit and commit it a moment later, some never commit it.
So Enter first asks the input method to commit. If the syllable is still there, the field waits
a moment for the commit, then takes the syllable itself and drops a commit that comes later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QMimeData
    from PySide6.QtGui import QKeyEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

COMMIT_MS = 60  # how long a commit may come after its Enter
FORGET_MS = 1000  # how long a commit of a syllable already taken may still come
LINES = (2, 9)  # lowest and highest, in lines

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SendEdit(QPlainTextEdit):
    """Enter sends, Shift+Enter begins a line. Grows with its text."""

    sent = Signal(str)

    def __init__(self, name: str, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._preedit = ""
        self._after = ""  # what Enter wanted while a syllable stood there: "send" or a line break
        self._taken = (
            ""  # the syllable we took ourselves: a commit of it that comes late is dropped
        )
        self._waiting = ""  # the syllable whose commit is awaited
        self._late = _timer(self, COMMIT_MS, self._take)
        self._forget = _timer(self, FORGET_MS, self._forget_taken)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def send(self) -> None:
        """Send what is written, with the syllable being composed."""
        self._finish("send")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter sends; everything else writes."""
        if event.key() not in _ENTER or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._taken = ""
            super().keyPressEvent(event)
            return
        event.accept()
        if event.isAutoRepeat() or self._after:
            return
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self._finish("\n" if shift else "send")

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Follow the composition; carry out an Enter that waited for its end."""
        if event.preeditString():
            self._taken = ""
        elif self._taken and event.commitString() == self._taken:
            self._taken = ""
            event.accept()
            return
        super().inputMethodEvent(event)
        self._preedit = event.preeditString()
        if self._after and event.commitString() and not self._preedit:
            self._late.stop()
            self._carry_out()

    def _finish(self, after: str) -> None:
        self._after = after
        if not self._preedit:
            self._carry_out()
            return
        self._waiting = self._preedit
        self._late.start()
        QGuiApplication.inputMethod().commit()  # may come back through `inputMethodEvent`

    def replace(self, words: str) -> str:
        """Have another text stand here.

        Returns:
            What stood here, with the syllable that was being composed.
        """
        if self._preedit:
            QGuiApplication.inputMethod().commit()  # may come back through `inputMethodEvent`
        if self._preedit:
            self._insert(self._preedit)
            QGuiApplication.inputMethod().reset()
        before = self.toPlainText()
        self.setPlainText(words)
        return before

    @Slot()
    def _take(self) -> None:
        """No commit came: take the syllable ourselves."""
        syllable, self._waiting = self._waiting, ""
        self._insert(syllable)
        self._carry_out()
        QGuiApplication.inputMethod().reset()

    def _insert(self, syllable: str) -> None:
        event = QInputMethodEvent()
        event.setCommitString(syllable)
        super().inputMethodEvent(event)
        self._preedit = ""
        self._taken = syllable
        self._forget.start()

    @Slot()
    def _forget_taken(self) -> None:
        self._taken = ""

    def _carry_out(self) -> None:
        after, self._after = self._after, ""
        if after == "\n":
            self.textCursor().insertText("\n")
            self.ensureCursorVisible()
        elif self.toPlainText().strip():
            self.sent.emit(self.toPlainText())

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Take text, and leave dropped files to the window."""
        return source.hasText() and not source.hasUrls()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines wrap anew."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """As high as its text."""
        return QSize(super().sizeHint().width(), self.height())

    @Slot()
    def _fit(self) -> None:
        line = self.fontMetrics().lineSpacing()
        lines = max(LINES[0], min(LINES[1], round(self.document().size().height())))
        margins = self.contentsMargins()
        frame = margins.top() + margins.bottom() + round(2 * self.document().documentMargin())
        high = lines * line + frame
        if high != self.height():
            self.setFixedHeight(high)


def _timer(parent: QWidget, milliseconds: int, on_timeout: Callable[[], object]) -> QTimer:
    made = QTimer(parent)
    made.setSingleShot(True)
    made.setInterval(milliseconds)
    made.timeout.connect(on_timeout)
    return made
