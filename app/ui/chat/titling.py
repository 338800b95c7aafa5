"""Has conversations called by a title, while nobody asks anything.

The one law: whoever asks a question goes first: a title that is being made is given up at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from agents.base import CancelToken

if TYPE_CHECKING:
    from app.build import Desk
    from app.jobs import JobPool, Outcome


class Titling(QObject):
    """One title at a time; `titled` when there is one."""

    titled = Signal()

    def __init__(self, desk: Desk, pool: JobPool, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._pool = desk, pool
        self._token: CancelToken | None = None

    def begin(self, conversation: int, model: str) -> None:
        """An answer has ended: if its conversation has no title yet, one is made."""
        self.give_up()
        if self._desk.settings.chat_titles != "model":
            return
        self._token = CancelToken()
        job = self._pool.call(self._desk.titler.title, conversation, model, self._token)
        job.finished.connect(self._ended)

    @Slot()
    def give_up(self) -> None:
        """Somebody asks, or the window closes. A later answer begins anew."""
        token, self._token = self._token, None
        if token is not None:
            token.cancel()

    def _ended(self, outcome: Outcome) -> None:
        if outcome.state == "done" and outcome.value:
            self.titled.emit()
