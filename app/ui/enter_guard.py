"""Enter in every field that is written in: it acts once, with the last Hangul syllable in it.

The one law: an Enter that comes while a syllable is being composed waits until the syllable is
in the text, and then does what it does; it is neither lost nor done twice.

Input methods differ (see `widgets.send_edit`): some commit and then pass Enter on, some pass it
on while the syllable still stands in the pre-edit, some send it again after their commit. Qt's
own fields act at once, and search, rename or add a word without its end. The guard follows the
focus, so search boxes, names, cells of tables and dialogs need to know nothing of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from app.ui.widgets.send_edit import COMMIT_MS, FORGET_MS, SendEdit

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class EnterGuard(QObject):
    """Watches the field that has the focus."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._field: QWidget | None = None
        self._preedit = ""
        self._held: QKeyEvent | None = None  # the Enter that waits
        self._waiting = ""  # the syllable whose commit is awaited
        self._taken = ""  # the syllable we took ourselves: its commit, if it comes late, is dropped
        self._done = False  # a held Enter was carried out, and its key is still down
        self._passing = False  # what comes now is our own
        self._late = self._timer(COMMIT_MS, self._take)
        self._forget = self._timer(FORGET_MS, self._forget_all)
        app.focusChanged.connect(self._focus_moved)
        self._focus_moved(None, app.focusWidget())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hold Enter back while a syllable is composed."""
        if self._passing or watched is not self._field:
            return False
        if isinstance(event, QInputMethodEvent):
            return self._composed(event)
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                return self._pressed(event)
            if event.type() == QEvent.Type.KeyRelease and event.key() in _ENTER:
                self._done = self._done and event.isAutoRepeat()
        return False

    def _pressed(self, event: QKeyEvent) -> bool:
        if event.key() not in _ENTER:
            self._taken, self._done = "", False
            return False
        if self._held is not None or self._done:
            return True  # the same Enter once more
        if not self._preedit:
            return False
        self._held = QKeyEvent(event)
        self._waiting = self._preedit
        self._late.start()
        QGuiApplication.inputMethod().commit()  # may come back through `_composed`
        return True

    def _composed(self, event: QInputMethodEvent) -> bool:
        if event.preeditString():
            self._taken, self._done = "", False
        elif self._taken and event.commitString() == self._taken:
            self._taken = ""
            return True
        self._preedit = event.preeditString()
        if self._held is None or not event.commitString() or self._preedit:
            return False
        self._late.stop()
        self._send(event)
        self._carry_out()
        return True

    @Slot()
    def _take(self) -> None:
        """No commit came: take the syllable ourselves."""
        event = QInputMethodEvent()
        event.setCommitString(self._waiting)
        self._preedit, self._taken = "", self._waiting
        self._send(event)
        self._carry_out()
        QGuiApplication.inputMethod().reset()

    def _carry_out(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            self._done = True
            self._forget.start()
            self._send(held)

    def _send(self, event: QEvent) -> None:
        if self._field is not None:
            self._passing = True
            QCoreApplication.sendEvent(self._field, event)
            self._passing = False

    @Slot(QWidget, QWidget)
    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._field is not None:
            self._field.removeEventFilter(self)
            self._field.destroyed.disconnect(self._gone)
        self._late.stop()
        self._preedit = self._taken = self._waiting = ""
        self._held, self._done = None, False
        self._field = None
        # A field that sends has the same law within, where it can wait for what it sends.
        if new is None or isinstance(new, SendEdit):
            return
        if new.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled):
            self._field = new
            new.destroyed.connect(self._gone)
            new.installEventFilter(self)  # the last one installed is asked first

    @Slot()
    def _gone(self) -> None:
        self._field = None

    @Slot()
    def _forget_all(self) -> None:
        self._taken, self._done = "", False

    def _timer(self, milliseconds: int, on_timeout: Callable[[], object]) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.setInterval(milliseconds)
        made.timeout.connect(on_timeout)
        return made
