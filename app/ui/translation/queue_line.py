"""The line above the list of documents: how many wait, how fast, how long, and a button.

The one law: what is said of the whole queue is measured, or not said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.i18n import _
from app.ui import figures
from app.ui.widgets.basic import ElidedLabel, IconButton

if TYPE_CHECKING:
    from app.ui.theme import Theme
    from app.ui.translation.queue import DocumentQueue


class QueueLine(QWidget):
    """Says how the queue stands; hidden while nothing waits or runs."""

    told = Signal(str)  # the same in few words, for the title of the window; empty: nothing runs
    now_asked = Signal()  # the person does not want to wait for the night

    def __init__(self, queue: DocumentQueue, theme: Theme) -> None:
        """Follow the queue."""
        super().__init__()
        self._queue = queue
        self._told = ""
        self.begins = ""  # when a queue that is held begins, in words
        self.said = ElidedLabel("", "small")
        self.button = IconButton(theme, "pause", _("Pause the queue"), self._turn)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(2), 0, 0, 0)
        layout.addWidget(self.said, 1)
        layout.addWidget(self.button)
        queue.counted.connect(self.count)
        queue.changed.connect(self.count)
        self.count()

    @Slot()
    def _turn(self) -> None:
        if self._queue.paused:
            self._queue.go_on()
        elif self._queue.held:
            self.now_asked.emit()
        else:
            self._queue.pause()

    @Slot()
    def count(self, *_document: object) -> None:
        """Say it again."""
        queue = self._queue
        waiting, running = queue.waiting, queue.running
        stands = queue.paused or (queue.held and bool(waiting))
        self.setVisible(bool(waiting or running or queue.paused))
        left = "" if stands else figures.left(queue.pace.seconds_left(running, waiting))
        rate = queue.pace.rate if running and not stands else 0.0
        self.said.say(
            figures.joined(
                _("Paused") if queue.paused else self.begins if stands else "",
                _("{count} waiting", count=figures.number(len(waiting))) if waiting else "",
                left,
                _("{rate} a minute", rate=round(rate * 60)) if rate else "",
            )
        )
        self.said.setToolTip(self.said.whole)
        self.button.show_icon("play" if stands else "pause")
        name = _("Go on with the queue") if stands else _("Pause the queue")
        self.button.rename(_("Begin now") if stands and not queue.paused else name)
        told = figures.joined(_share(running), left) if running and not stands else ""
        if told != self._told:
            self._told = told
            self.told.emit(told)


def _share(running: object) -> str:
    segments, done = getattr(running, "segments", 0), getattr(running, "done", 0)
    return _("{count} %", count=100 * done // segments) if segments else ""
