"""How a hand asks a model: its words as they come, and at the end what it gave.

The one law: what is asked once more is asked with another seed and at least some warmth, or a
greedy model would only say the same again; and what is said to a model leaves room for its answer.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from agents.base import Token
from agents.chat.hands import Given
from agents.engine.port import GenerationRequest, Priority

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from agents.base import CancelToken
    from agents.chat.hands import Handed, Manner, Note
    from agents.chat.language import Language
    from agents.engine.port import Engine, Message, Sampling

_WARMTH = 0.4  # least temperature of what is asked once more
_FORM = 16  # tokens a template writes around a turn, generously


def ask(
    engine: Engine,
    messages: Sequence[Message],
    handed: Handed,
    cancel: CancelToken,
    *,
    max_tokens: int,
    sampling: Sampling | None = None,
    again: bool = False,
    thinks: bool = False,
) -> Generator[Token, None, Given]:
    """Ask a model for an answer.

    Args:
        engine: the model.
        messages: what is said to it; old turns that leave no room for an answer are left out.
        handed: the task; its seed is used.
        cancel: stops it.
        max_tokens: longest answer.
        sampling: None = as its publisher says.
        again: whether this has been asked before.
        thinks: whether a reasoning model may think first.

    Raises:
        CancelledError: `cancel` was set.
        UserError: the model cannot answer.
    """
    own = sampling or engine.info.sampling
    request = GenerationRequest(
        messages=fitting(engine, messages, max_tokens),
        sampling=warmer(own, handed.seed + 1) if again else seeded(own, handed.seed),
        max_tokens=max_tokens,
        priority=Priority.INTERACTIVE,
        template_variables=(("enable_thinking", thinks),),
    )
    stream = engine.submit(request, cancel)
    text = ""
    for piece in stream:
        text += piece
        yield Token(piece)
    made = stream.result()
    notes: list[Note] = ["again"] if again else []
    if made.finish != "stop":
        notes.append("cut")
    return Given(text.strip(), engine.info.name, made.completion_tokens, notes=tuple(notes))


def fitting(engine: Engine, messages: Sequence[Message], max_tokens: int) -> tuple[Message, ...]:
    """The messages without the oldest turns that leave no room for an answer.

    What stands first as the system's and the last message are never left out.
    """
    head = tuple(messages[:1]) if messages and messages[0].role == "system" else ()
    turns = list(messages[len(head) :])
    sizes = [engine.count_tokens(turn.content) + _FORM for turn in turns]
    room = engine.info.context - min(max_tokens, engine.info.context // 2)
    room -= sum(engine.count_tokens(turn.content) + _FORM for turn in head)
    while len(turns) > 1 and sum(sizes) > room:
        del turns[0], sizes[0]
    while len(turns) > 1 and turns[0].role == "assistant":
        del turns[0]  # an answer whose question is gone
    return (*head, *turns)


def seeded(sampling: Sampling, seed: int) -> Sampling:
    """The same with a seed."""
    return dataclasses.replace(sampling, seed=seed)


def warmer(sampling: Sampling, seed: int) -> Sampling:
    """For what is asked once more."""
    return dataclasses.replace(sampling, seed=seed, temperature=max(sampling.temperature, _WARMTH))


def mannered(sampling: Sampling, manner: Manner) -> Sampling:
    """A model's own sampling with what the user wants otherwise."""
    if manner.temperature is not None:
        sampling = dataclasses.replace(sampling, temperature=manner.temperature)
    if manner.top_p is not None:
        sampling = dataclasses.replace(sampling, top_p=manner.top_p)
    return sampling


def language(engine: Engine, handed: Handed) -> Language:
    """The user's language where the model knows it, English otherwise."""
    knows = not engine.info.languages or handed.language in engine.info.languages
    return handed.language if knows else "en"
