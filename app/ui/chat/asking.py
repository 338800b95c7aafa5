"""Questions and the answers that are on their way.

The one law: an answer belongs to its conversation, not to what is on the screen; whoever leaves
neither stops it nor loses a word, and one that fails leaves what was there before.
"""

from __future__ import annotations

import dataclasses
import random
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app import i18n
from app.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.base import Notice
    from agents.chat.events import ChatRequest
    from agents.chat.routing.router import Route
    from agents.store.files import StoredFile
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.chat.answering import Answering
    from app.ui.chat.manners import Manners
    from app.ui.chat.models import ChatModels
    from app.ui.chat.showing import Showing
    from app.ui.chat.talk import Talk
    from app.ui.widgets.bars import Bars

_SEEDS = 2**31
_PASSING = (  # notices that say what is being done: they are over with the answer
    "chat.waiting",
    "chat.file_reading",
    "chat.language_again",
    "chat.maths_again",
    "chat.code_again",
)


class Asking(QObject):
    """Asks, follows the answers, and says what became of them."""

    changed = Signal()  # something runs, or runs no more
    began = Signal(object)  # Answering
    stored = Signal(bool)  # a question was; whether it is shown
    ended = Signal(object, bool)  # ChatDone or None, whether it is shown
    begun = Signal(int)  # the conversation that is shown was stored, under this number
    unasked = Signal(str)  # a question that could not be stored: nothing of it may be lost
    models_wanted = Signal()

    def __init__(
        self,
        desk: Desk,
        pool: JobPool,
        talk: Talk,
        showing: Showing,
        models: ChatModels,
        manners: Manners,
        bars: Bars,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._desk, self._pool, self._talk, self._showing = desk, pool, talk, showing
        self._models, self._manners, self._bars = models, manners, bars
        self._answers: list[Answering] = []  # on their way, of any conversation
        self._new: Answering | None = None  # of them, the first of the new one that is shown

    @property
    def running(self) -> list[Answering]:
        """The answers on their way in the conversation that is shown."""
        return self.of(self._showing.conversation)

    @property
    def idle(self) -> bool:
        """Whether nothing is on its way at all."""
        return not self._answers

    def of(self, conversation: int) -> list[Answering]:
        """The answers on their way in a conversation; 0 = the new one that is shown."""
        if not conversation:
            return [self._new] if self._new is not None else []
        return [one for one in self._answers if one.conversation == conversation]

    def leave(self) -> None:
        """Another conversation is shown: what runs in the one before is its own."""
        self._new = None

    # --- what is wanted ---

    def ask(
        self,
        question: str,
        *,
        route: Route | None = None,
        command: str = "",
        edits: int = 0,
        files: tuple[StoredFile, ...] = (),
    ) -> None:
        """Ask in the conversation that is shown.

        Args:
            question: what.
            route: who takes it; None = whom the words mean.
            command: what was ordered by name.
            edits: the earlier question it is said in place of; 0 = none.
            files: that come with it.
        """
        shown = files
        if edits:
            came = self._showing.files.get(edits, ())  # they go with what is said in its place
            shown = (*came, *(one for one in files if one not in came))
            self._showing.cut_at(edits)
        self._talk.transcript.ask(question, shown)
        numbers = tuple(one.id for one in files)
        self._start(
            self._request(question, route=route, command=command, edits=edits, files=numbers)
        )

    def answer_again(self, route: Route | None = None) -> None:
        """Answer the last question once more, perhaps by somebody else; the old answer stays."""
        if self._showing.conversation and not self.running:
            turns = self._showing.turns
            before = turns[-1].id if turns and turns[-1].role == "assistant" else 0
            self._talk.transcript.drop_answer()
            self._start(self._request("", route=route), before=before)

    def answer_anew(self, turn: int, model: str = "") -> None:
        """Answer once more what this answer was for, perhaps by another model."""
        answer = self._showing.turn(turn)
        if answer is not None and answer.parent and not self.running:
            self._showing.cut_at(turn)
            self._start(self._request("", answers=answer.parent, model=model), model, turn)

    @Slot()
    def stop(self) -> None:
        """Stop the answer that is shown."""
        for answering in self.running:
            answering.stop()

    def stop_in(self, conversation: int) -> None:
        """Stop what is on its way in a conversation."""
        for answering in self.of(conversation):
            answering.stop()

    def stop_all(self) -> None:
        """The window closes."""
        for answering in self._answers:
            answering.stop()

    # --- what becomes of it ---

    def _request(
        self,
        question: str,
        *,
        model: str = "",
        route: Route | None = None,
        command: str = "",
        edits: int = 0,
        answers: int = 0,
        files: tuple[int, ...] = (),
    ) -> ChatRequest:
        from agents.chat.events import ChatRequest  # noqa: PLC0415 - with the first question

        return ChatRequest(
            question=question,
            model=model or self._models.chosen,
            conversation=self._showing.conversation,
            regenerate=not question,
            answers=answers,
            edits=edits,
            manner=self._manners.manner(),
            seed=_seed(),
            route=route,
            command=command,
            files=files,
        )

    def _start(self, request: ChatRequest, wish: str = "", before: int = 0) -> None:
        """Ask.

        Args:
            request: what.
            wish: the model that this answer alone is wanted of; "" = whoever is chosen.
            before: the answer that is shown again if none comes; 0 = there is none.
        """
        from app.ui.chat.answering import Answering  # noqa: PLC0415 - with the first question

        self._bars.close_bar("failed")
        job = self._pool.start(self._desk.chat, request, interactive=True)
        answering = Answering(job, request.conversation, request.question, self)
        self._answers.append(answering)
        if not request.conversation:
            self._new = answering
        answering.stored.connect(lambda: self._stored(answering))
        answering.started.connect(lambda: self._started(answering))
        answering.noticed.connect(lambda notice: self._notice(answering, notice))
        answering.ended.connect(lambda: self._ended(answering, request, wish, before))
        self.began.emit(answering)
        self._talk.transcript.follow(answering, self._models.called(request.model))
        self.changed.emit()

    def _stored(self, answering: Answering) -> None:
        if answering is self._new:
            # The first question of a new conversation: now it has a number.
            self._new = None
            self.begun.emit(answering.conversation)
        shown = answering.conversation == self._showing.conversation
        if shown:
            self._showing.look_again()
        self.stored.emit(shown)
        self.changed.emit()

    def _started(self, answering: Answering) -> None:
        """The answer has a number: what is shown of branches is to know it."""
        shown = answering.conversation == self._showing.conversation
        if shown and answering.turn and self._showing.turn(answering.turn) is None:
            self._showing.look_again()

    def _ended(self, answering: Answering, request: ChatRequest, wish: str, before: int) -> None:
        shown = answering in self.running
        self._answers.remove(answering)
        if answering is self._new:
            self._new = None
        outcome = answering.outcome
        if shown:
            self._bars.close_bar("passing")
        if shown and outcome is not None and outcome.state == "failed":
            self._failed(answering, request, outcome, wish, before)
        if shown and before and answering.done is None and not answering.text:
            self._showing.switch(before)  # nothing came: the answer of before is still there
        if shown:
            self._showing.look_again()
        self.ended.emit(answering.done, shown)
        self.changed.emit()
        answering.deleteLater()

    def _failed(
        self, answering: Answering, request: ChatRequest, outcome: Outcome, wish: str, before: int
    ) -> None:
        if not answering.text:
            self._talk.transcript.drop_answer()
        conversation, asked = answering.conversation, answering.question_turn
        error = outcome.error
        words = i18n.explain(error) if error else _("The answer failed by a mistake of ours.")
        code = error.code if error else ""
        actions: list[tuple[str, Callable[[], object]]] = []
        if code.startswith("model.") or code == "chat.no_model":
            actions.append((_("Models"), self.models_wanted.emit))
        if conversation and code != "chat.gone":
            again = dataclasses.replace(
                request,
                question="",
                regenerate=True,
                conversation=conversation,
                answers=asked,
                edits=0,
                files=(),
            )
            actions.append((_("Try again"), lambda: self._try_again(again, wish, before)))
        elif answering.question:
            self.unasked.emit(answering.question)
        self._bars.say("error", words, actions, key="failed")

    def _try_again(self, request: ChatRequest, wish: str, before: int) -> None:
        """Have answered what failed, in the same way; by another model if one is chosen by now."""
        if self.running or request.conversation != self._showing.conversation:
            return
        self._showing.cut_after(request.answers)
        model = wish or self._models.chosen
        self._start(dataclasses.replace(request, model=model, seed=_seed()), wish, before)

    def _notice(self, answering: Answering, notice: Notice) -> None:
        if answering not in self.running:
            return  # what is said of one conversation does not belong into another
        if notice.code in _PASSING:
            self._bars.say("info", i18n.explain(notice), key="passing")
            return
        actions = [(_("Models"), self.models_wanted.emit)]
        self._bars.say("warn", i18n.explain(notice), actions, key="notice")


def _seed() -> int:
    """Another each time: to ask again is to want another answer."""
    return random.randrange(_SEEDS)  # noqa: S311 - nothing secret hangs on it
