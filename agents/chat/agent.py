"""The chat agent: a question in, a streamed answer out.

The one law: the answer is stored while it grows and is recorded however it ends: done, stopped,
cut by length, failed in the middle, or killed with the process.
"""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

from agents.base import Token, UserError
from agents.chat import alone, team, trace
from agents.chat.alone import Alone
from agents.chat.events import ChatDone, ChatStarted, ChatStored, RouteChosen, Trace
from agents.chat.files.aiming import aimed
from agents.chat.language import language_of
from agents.chat.recording import Recording
from agents.chat.routing.features import request_of
from agents.chat.routing.router import Routed, Task
from agents.chat.team import Surroundings
from agents.engine.port import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from agents.base import CancelToken
    from agents.chat.events import ChatEvent, ChatRequest
    from agents.chat.routing.router import Commander, Router
    from agents.chat.team import Team
    from agents.engine.port import Models
    from agents.store.conversations import Conversations, Turn
    from agents.store.files import Files

_BEFORE = 6  # turns of the conversation that the team sees


class ChatAgent:
    """Answers in a conversation that is kept."""

    def __init__(
        self,
        models: Models,
        conversations: Conversations,
        system: str = "",
        router: Router | None = None,
        team: Team | None = None,
        files: Files | None = None,
        commander: Callable[[str], Commander | None] = lambda _model: None,
    ) -> None:
        """Keep what it works with.

        Args:
            models: lends engines.
            conversations: where what is said is kept.
            system: the standing instruction.
            router: who takes a request; without one the commander answers everything alone.
            team: takes it; likewise.
            files: those that were given to conversations; None = there are none.
            commander: who is asked where the words waver, given the id of the model that chats.
        """
        self._files = files
        self._models = models
        self._router = router
        self._team = team
        self._commander = commander
        self._conversations = conversations
        self._alone = Alone(conversations, system)

    def run(self, request: ChatRequest, cancel: CancelToken) -> Generator[ChatEvent, None, None]:
        """Answer one question; see `agents.base.Agent`.

        Raises:
            UserError: chat.no_model, chat.empty, chat.gone, chat.message_gone,
                chat.nothing_to_regenerate, and what the engine raises. The question is stored
                before the model is loaded.
        """
        question = request.question.strip()
        if not request.model:
            raise UserError("chat.no_model")
        if not question and not request.regenerate:
            raise UserError("chat.empty")
        conversation, asked = self._store_question(request, question)
        files = self._given(request, conversation, asked)
        yield ChatStored(conversation, asked)
        turns = self._conversations.path(conversation, asked)
        began = time.monotonic()
        routed = self._routed(request, turns[-1].content, asked, files, cancel)
        if routed is not None:
            yield RouteChosen(routed)
            if self._team is not None and self._team.takes(routed, files, request.command):
                start = ChatStarted(conversation, asked, 0, trace.NAME)
                took = time.monotonic() - began
                yield from self._by_team(routed, turns, request, start, took, cancel, files)
                return
        with self._models.borrow(request.model, cancel) as engine:
            yield from self._alone.run(request, engine, turns, conversation, cancel)

    def _given(self, request: ChatRequest, conversation: int, asked: int) -> tuple[int, ...]:
        """The files the conversation knows, those that come with this question among them."""
        if self._files is None:
            return ()
        came = self._files.of_turn(request.edits) if request.edits else ()
        given = tuple(dict.fromkeys((*came, *request.files)))
        if given:
            self._files.attach(conversation, asked, given)
        return self._files.of_conversation(conversation)

    def _routed(
        self,
        request: ChatRequest,
        question: str,
        asked: int,
        files: tuple[int, ...],
        cancel: CancelToken,
    ) -> Routed | None:
        if request.route is not None:
            route = request.route
            return Routed(route, (route,), (Task(question, route),), 1.0, "command")
        if self._router is None:
            return None
        commander = self._commander(request.model)
        if self._files is None or not files:
            return self._router.route(question, cancel, commander)
        fresh = bool(self._files.of_turn(asked))
        plain, attached = (
            self._router.route(question, cancel, commander, attached=at) for at in (False, True)
        )
        return aimed(plain, attached, fresh=fresh)

    def _by_team(
        self,
        routed: Routed,
        turns: tuple[Turn, ...],
        request: ChatRequest,
        start: ChatStarted,
        routing: float,
        cancel: CancelToken,
        files: tuple[int, ...],
    ) -> Generator[ChatEvent, None, None]:
        assert self._team is not None  # noqa: S101 - who calls has looked
        kept = self._conversations
        asked = start.question_turn
        answer = kept.add(start.conversation, "assistant", "", "writing", start.model_name, asked)
        start = dataclasses.replace(start, turn=answer)
        question = turns[-1].content
        before = tuple(
            Message(turn.role, turn.content) for turn in turns[:-1][-_BEFORE:] if turn.content
        )
        language = language_of(request_of(question))
        with Recording(kept, answer, cancel) as recording:
            yield start
            steps = yield from self._team.run(
                routed,
                request.model,
                language,
                cancel,
                seed=request.seed,
                question=question,
                before=before,
                manner=request.manner,
                command=request.command,
                given=Surroundings(start.conversation, start.question_turn, files),
            )
            done = Trace(steps, routed.by, routed.share, routing)
            recording.text = team.answer(steps, language)
            recording.tokens = sum(step.given.tokens for step in steps)
            kept.trace(answer, trace.written(done))
            yield Token(recording.text)
            recording.state = "done"
        seconds = recording.seconds
        yield ChatDone(
            conversation=start.conversation,
            turn=answer,
            text=recording.text,
            finish="stop",
            tokens=recording.tokens,
            tokens_per_second=recording.tokens / seconds if seconds > 0 else 0.0,
            seconds=seconds,
            context_used=0,
            context_size=0,
            trace=done,
        )

    def delete(self, conversation: int) -> None:
        """Delete a conversation for good, and what the engine keeps to go on with it."""
        self._conversations.delete(conversation)
        self._models.forget(alone.name(conversation))

    def _store_question(self, request: ChatRequest, question: str) -> tuple[int, int]:
        kept = self._conversations
        conversation = request.conversation
        if conversation and not kept.exists(conversation):
            raise UserError("chat.gone")
        if request.regenerate:
            return conversation, self._question(conversation, request.answers)
        if not conversation:
            conversation = kept.start(question, request.model)
        parent = self._edited(conversation, request.edits) if request.edits else None
        return conversation, kept.add(conversation, "user", question, "done", parent=parent)

    def _question(self, conversation: int, turn: int) -> int:
        """The question that is answered again."""
        kept = self._conversations
        turns = kept.path(conversation, turn) if turn else kept.turns(conversation)
        asked = next((one.id for one in reversed(turns) if one.role == "user"), 0)
        if not asked or turn not in (0, asked):
            raise UserError("chat.nothing_to_regenerate")
        return asked

    def _edited(self, conversation: int, turn: int) -> int:
        """What the question followed that is said otherwise now."""
        turns = self._conversations.path(conversation, turn)
        if not turns or turns[-1].role != "user":
            raise UserError("chat.message_gone")
        return turns[-1].parent
