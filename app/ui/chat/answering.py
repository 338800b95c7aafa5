"""One answer on its way: the events of its job put together.

The one law: it belongs to its conversation, not to what is on the screen. Leaving the
conversation neither stops it nor loses a word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from agents.base import Notice, Token
from agents.chat.events import (
    ChatDone,
    ChatStarted,
    ChatStored,
    ClipboardAsked,
    PermissionAsked,
    Restarted,
    StepBegun,
    Thought,
)
from app.ui.chat.plan import Plan

if TYPE_CHECKING:
    from agents.chat.events import ChatEvent
    from agents.chat.routing.router import Route
    from app.jobs import Job, Outcome


class Answering(QObject):
    """`grew` as often as text arrives, `ended` once."""

    stored = Signal()
    started = Signal()
    grew = Signal()
    noticed = Signal(object)  # Notice
    planned = Signal()
    wanted = Signal(object)  # PermissionAsked, ClipboardAsked
    ended = Signal()

    def __init__(self, job: Job, conversation: int, question: str, parent: QObject) -> None:
        super().__init__(parent)
        self.conversation = conversation  # 0 until the agent has made one
        self.question = question  # empty when an old one is answered again
        self.question_turn = 0  # the turn that is answered; 0 until it is stored
        self.turn = 0  # the turn it grows in; 0 until the model is there
        self.model_name = ""
        self.text = ""
        self.plan = Plan()
        self.thoughts = ""  # what the model thinks before it answers
        self.at_work: Route | None = None  # what the team is doing
        self.done: ChatDone | None = None
        self.outcome: Outcome | None = None
        self._job = job
        job.event.connect(self._on_event)
        job.finished.connect(self._on_finished)

    def stop(self) -> None:
        """Enough. What was said is kept."""
        self._job.cancel()

    @Slot(object)
    def _on_event(self, event: ChatEvent) -> None:
        if self.plan.take(event):
            self.planned.emit()
        match event:
            case Token() | Thought() | Restarted():
                self._write(event)
            case ChatStored():
                self.conversation = event.conversation
                self.question_turn = event.question_turn
                self.stored.emit()
            case StepBegun():
                self.at_work = event.route
                self.started.emit()
            case ChatStarted():
                self.turn = event.turn
                self.model_name = event.model_name
                self.started.emit()
            case Notice():
                self.noticed.emit(event)
            case PermissionAsked() | ClipboardAsked():
                self.wanted.emit(event)
            case ChatDone():
                self.done = event
                self.text = event.text

    def _write(self, event: Token | Thought | Restarted) -> None:
        if isinstance(event, Restarted):
            self.text = self.thoughts = ""
        elif isinstance(event, Thought):
            self.thoughts += event.text
        else:
            self.text += event.text
        self.grew.emit()

    @Slot(object)
    def _on_finished(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.ended.emit()
