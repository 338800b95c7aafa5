"""The text cursor blinks while somebody writes, and stands still when nobody has for a while.

The one law: a window nobody touches does not wake: half a second of blinking is a window that
draws twice a second for as long as it is open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

REST_MS = 10_000  # as GTK has it


class Caret(QObject):
    """Watches where the cursor is; it is asked nothing while it stands still."""

    def __init__(self, app: QApplication) -> None:
        """Begin with a cursor that blinks as this system wants it."""
        super().__init__(app)
        self._hints = app.styleHints()
        self._flash = self._hints.cursorFlashTime()
        self._timer = QTimer(self, interval=REST_MS, singleShot=True)
        self._timer.timeout.connect(self.rest)
        app.inputMethod().cursorRectangleChanged.connect(self._moved)
        app.focusObjectChanged.connect(self._moved)
        self._timer.start()

    @Slot()
    def rest(self) -> None:
        """Stand still, and stay visible."""
        self._hints.setCursorFlashTime(0)

    @Slot()
    def _moved(self, *_what: object) -> None:
        if self._hints.cursorFlashTime() != self._flash:
            self._hints.setCursorFlashTime(self._flash)
        self._timer.start()
