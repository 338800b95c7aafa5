"""The commander answering alone: what it says is told as it comes, and stored as it grows.

The one law: an answer is recorded however it ends; what of it does not hold, sums and code, is
found before it is called done.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from agents.base import Notice, Token
from agents.chat import asking, speech, trace
from agents.chat.events import ChatDone, ChatStarted, Restarted, Step, Thought, Trace
from agents.chat.hands import Given
from agents.chat.recording import Recording
from agents.chat.talk import checked
from agents.engine.port import (
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
    from agents.chat.language import Language
    from agents.engine.port import Completion, Engine
    from agents.store.conversations import Conversations, Turn


class Alone:
    """Answers with one model."""

    def __init__(self, conversations: Conversations, system: str) -> None:
        """Keep where answers are stored, and the standing instruction."""
        self._conversations = conversations
        self._system = system

    def run(
        self,
        request: ChatRequest,
        engine: Engine,
        turns: tuple[Turn, ...],
        conversation: int,
        cancel: CancelToken,
    ) -> Generator[ChatEvent, None, None]:
        """Answer the last of `turns`.

        Args:
            request: how.
            engine: who answers.
            turns: the branch up to the question.
            conversation: where the answer is stored.
            cancel: stops it.

        Raises:
            CancelledError: `cancel` was set.
            UserError: what the engine raises.
        """
        asked = turns[-1]
        if _has_hangul(asked.content) and _lacks(engine, "ko"):
            yield Notice("chat.model_lacks_korean", (("model", engine.info.name),))
        answer = self._conversations.add(
            conversation, "assistant", "", "writing", engine.info.name, asked.id
        )
        start = ChatStarted(conversation, asked.id, answer, engine.info.name)
        system = request.manner.system or self._system
        asks = _generation(request, turns, conversation, engine, system)
        made, text, seconds = yield from self._follow(engine, asks, start, cancel)
        found = _looked_through(asked.content, text, engine.info.name, made, seconds)
        if found is not None:
            self._conversations.trace(answer, trace.written(found))
        yield _done(made, conversation, answer, text, seconds, engine.info.context, found)

    def _follow(
        self, engine: Engine, asks: GenerationRequest, start: ChatStarted, cancel: CancelToken
    ) -> Generator[ChatEvent, None, tuple[Completion, str, float]]:
        with Recording(self._conversations, start.turn, cancel) as kept:
            yield start
            made = yield from _written(engine, asks, kept, cancel)
            wanted = speech.expected(asks.messages[-1].content)
            knows = not engine.info.languages or wanted in engine.info.languages
            if wanted is not None and knows and speech.strays(kept.text, wanted):
                yield Notice("chat.language_again")
                yield Restarted()
                made = yield from _written(engine, _in_language(asks, wanted), kept, cancel)
            kept.state = "length" if made.finish in ("length", "context") else "done"
        return made, kept.text, kept.seconds


def _written(
    engine: Engine, asks: GenerationRequest, kept: Recording, cancel: CancelToken
) -> Generator[ChatEvent, None, Completion]:
    """One attempt at the answer, from its beginning."""
    kept.text, before = "", kept.tokens
    stream = engine.submit(asks, cancel)
    try:
        for event in stream.events():
            match event:
                case TextPiece(piece):
                    kept.text += piece
                    yield Token(piece)
                case ThoughtPiece(piece):
                    yield Thought(piece)
                case Waiting(needed, free):
                    yield Notice("chat.waiting", (("needed", needed), ("free", free)))
                case _:
                    pass  # no tools are offered
            kept.look()
    finally:
        kept.tokens = before + stream.so_far.completion_tokens
    return stream.result()


def _in_language(asks: GenerationRequest, wanted: Language) -> GenerationRequest:
    """The same request with a word on the language."""
    *before, last = asks.messages
    asked = dataclasses.replace(last, content=speech.again(last.content, wanted))
    sampling = asking.warmer(asks.sampling, asks.sampling.seed + 1)
    return dataclasses.replace(asks, messages=(*before, asked), sampling=sampling)


def _looked_through(
    question: str, text: str, by: str, made: Completion, seconds: float
) -> Trace | None:
    """What of an answer of the commander's does not hold: sums, code; None where all does."""
    given = checked(Given(text, by, made.completion_tokens))
    if not given.wrong:
        return None
    given = dataclasses.replace(given, text="")  # it is in the conversation
    return Trace((Step(0, "answer", question, given, 0.0, seconds),), trace.ALONE)


def _done(
    made: Completion,
    conversation: int,
    answer: int,
    text: str,
    seconds: float,
    context: int,
    found: Trace | None,
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
        trace=found,
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
        sampling=asking.seeded(asking.mannered(engine.info.sampling, request.manner), request.seed),
        max_tokens=request.max_tokens,
        priority=Priority.INTERACTIVE,
        conversation=name(conversation),
        id=name(conversation),
        template_variables=(
            (("enable_thinking", request.manner.thinking),) if engine.info.thinks else ()
        ),
    )


def name(conversation: int) -> str:
    """How the engine knows the conversation."""
    return f"chat-{conversation}"


def _has_hangul(text: str) -> bool:
    return any("가" <= letter <= "힣" or "ㄱ" <= letter <= "ㆎ" for letter in text)


def _lacks(engine: Engine, language: str) -> bool:
    return bool(engine.info.languages) and language not in engine.info.languages
