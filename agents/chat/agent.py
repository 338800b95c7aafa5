"""The chat agent: a question in, a streamed answer out.

The one law: the answer is stored while it grows and is recorded however it ends: done, stopped,
cut by length, failed in the middle, or killed with the process.
"""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

import msgspec

from agents.base import CancelledError, Notice, Token, UserError
from agents.chat import team
from agents.chat.events import ChatDone, ChatStarted, ChatStored, RouteChosen, Thought
from agents.chat.files.aiming import aimed
from agents.chat.hands import language_of
from agents.chat.routing.features import request_of
from agents.chat.routing.router import Routed, Task
from agents.chat.team import Surroundings
from agents.engine.port import (
    Completion,
    GenerationRequest,
    Message,
    Priority,
    TextPiece,
    ThoughtPiece,
    Waiting,
)

if TYPE_CHECKING:
    from collections.abc import Generator

    from agents.base import CancelToken
    from agents.chat.events import ChatEvent, ChatRequest
    from agents.chat.routing.router import Router
    from agents.chat.team import Step, Team
    from agents.engine.port import Engine, Models
    from agents.store.conversations import Conversations, Turn, TurnState
    from agents.store.files import Files

_BEFORE = 6  # turns of the conversation that the team sees
STORE_SECONDS = 0.3  # how often a growing answer is written down


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
    ) -> None:
        """Keep what lends the models, where conversations live, and the standing instruction.

        Without a router or a team the commander answers everything alone.
        """
        self._files = files
        self._models = models
        self._router = router
        self._team = team
        self._system = system
        self._conversations = conversations

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
        routed = self._routed(request, turns[-1].content, asked, files)
        if routed is not None:
            yield RouteChosen(routed)
            if self._team is not None and self._team.takes(routed, files):
                start = ChatStarted(conversation, asked, 0, team.NAME)
                yield from self._by_team(routed, turns, request, start, cancel, files)
                return
        with self._models.borrow(request.model, cancel) as engine:
            if _has_hangul(turns[-1].content) and _lacks(engine, "ko"):
                yield Notice("chat.model_lacks_korean", (("model", engine.info.name),))
            answer = self._conversations.add(
                conversation, "assistant", "", "writing", engine.info.name, asked
            )
            start = ChatStarted(conversation, asked, answer, engine.info.name)
            system = request.system or self._system
            asks = _generation(request, turns, conversation, engine, system)
            made, text, seconds = yield from self._follow(engine, asks, start, cancel)
            yield _done(made, conversation, answer, text, seconds, engine.info.context)

    def _given(self, request: ChatRequest, conversation: int, asked: int) -> tuple[int, ...]:
        """The files the conversation knows, those that come with this question among them."""
        if self._files is None:
            return ()
        if request.files:
            self._files.attach(conversation, asked, request.files)
        return self._files.of_conversation(conversation)

    def _routed(
        self, request: ChatRequest, question: str, asked: int, files: tuple[int, ...]
    ) -> Routed | None:
        if request.route is not None:
            route = request.route
            return Routed(route, (route,), (Task(question, route),), 1.0, "command")
        if self._router is None:
            return None
        if self._files is None or not files:
            return self._router.route(question)
        fresh = bool(self._files.of_turn(asked))
        plain, attached = (self._router.route(question, attached=at) for at in (False, True))
        return aimed(plain, attached, fresh=fresh)

    def _by_team(
        self,
        routed: Routed,
        turns: tuple[Turn, ...],
        request: ChatRequest,
        start: ChatStarted,
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
        began = time.monotonic()
        text = ""
        steps: tuple[Step, ...] = ()
        state: TurnState = "interrupted"  # until we know better
        try:
            yield start
            steps = yield from self._team.run(
                routed,
                request.model,
                language,
                cancel,
                seed=request.seed,
                question=question,
                before=before,
                given=Surroundings(start.conversation, start.question_turn, files),
            )
            text = team.answer(steps, language)
            yield Token(text)
            state = "done"
        except (CancelledError, GeneratorExit):
            cancel.cancel()  # a reader who left has no use for the rest
            state = "stopped"
            raise
        finally:
            seconds = time.monotonic() - began
            tokens = sum(step.given.tokens for step in steps)
            kept.finish(answer, text, state, tokens=tokens, seconds=seconds)
            if steps:
                kept.trace(answer, msgspec.json.encode(steps).decode())
        yield ChatDone(
            conversation=start.conversation,
            turn=answer,
            text=text,
            finish="stop",
            tokens=tokens,
            tokens_per_second=tokens / seconds if seconds > 0 else 0.0,
            seconds=seconds,
            context_used=0,
            context_size=0,
            steps=steps,
        )

    def delete(self, conversation: int) -> None:
        """Delete a conversation for good, and what the engine keeps to go on with it."""
        self._conversations.delete(conversation)
        self._models.forget(_name(conversation))

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

    def _follow(
        self, engine: Engine, asks: GenerationRequest, start: ChatStarted, cancel: CancelToken
    ) -> Generator[ChatEvent, None, tuple[Completion, str, float]]:
        answer = start.turn
        began = stored = time.monotonic()
        made = Completion("", "cancelled")
        text = ""
        state: TurnState = "interrupted"  # until we know better
        try:
            yield start
            stream = engine.submit(asks, cancel)
            try:
                for event in stream.events():
                    match event:
                        case TextPiece(piece):
                            text += piece
                            yield Token(piece)
                        case ThoughtPiece(piece):
                            yield Thought(piece)
                        case Waiting(needed, free):
                            yield Notice("chat.waiting", (("needed", needed), ("free", free)))
                        case _:
                            pass  # no tools are offered
                    now = time.monotonic()
                    if now - stored >= STORE_SECONDS:
                        self._conversations.grow(answer, text)
                        stored = now
            finally:
                made = stream.so_far
            made = stream.result()
            state = "length" if made.finish in ("length", "context") else "done"
        except (CancelledError, GeneratorExit):
            cancel.cancel()  # a reader who left has no use for the rest
            state = "stopped"
            raise
        finally:
            seconds = time.monotonic() - began
            self._conversations.finish(
                answer, text, state, tokens=made.completion_tokens, seconds=seconds
            )
        return made, text, seconds


def _done(
    made: Completion, conversation: int, answer: int, text: str, seconds: float, context: int
) -> ChatDone:
    return ChatDone(
        conversation=conversation,
        turn=answer,
        text=text,
        finish=made.finish,
        tokens=made.completion_tokens,
        tokens_per_second=made.tokens_per_second,
        seconds=seconds,
        context_used=made.prompt_tokens + made.completion_tokens,
        context_size=context,
        reasoning=made.reasoning,
    )


def _generation(
    request: ChatRequest,
    turns: tuple[Turn, ...],
    conversation: int,
    engine: Engine,
    system: str,
) -> GenerationRequest:
    messages = [Message(turn.role, turn.content) for turn in turns if turn.content]
    if system:
        messages.insert(0, Message("system", system))
    return GenerationRequest(
        messages=tuple(messages),
        sampling=dataclasses.replace(engine.info.sampling, seed=request.seed),
        max_tokens=request.max_tokens,
        priority=Priority.INTERACTIVE,
        conversation=_name(conversation),
        id=_name(conversation),
        template_variables=(("enable_thinking", True),) if engine.info.thinks else (),
    )


def _name(conversation: int) -> str:
    """How the engine knows the conversation."""
    return f"chat-{conversation}"


def _has_hangul(text: str) -> bool:
    return any("가" <= letter <= "힣" or "ㄱ" <= letter <= "ㆎ" for letter in text)


def _lacks(engine: Engine, language: str) -> bool:
    return bool(engine.info.languages) and language not in engine.info.languages
