"""How a hand asks a model: its words as they come, and at the end what it gave.

The one law: what is asked once more is asked with another seed and at least some warmth, or a
greedy model would only say the same again.
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
    from agents.chat.hands import Handed, Language
    from agents.engine.port import Engine, Message

_WARMTH = 0.4  # least temperature of what is asked once more


def ask(
    engine: Engine,
    messages: Sequence[Message],
    handed: Handed,
    cancel: CancelToken,
    *,
    max_tokens: int,
    again: bool = False,
    thinks: bool = False,
) -> Generator[Token, None, Given]:
    """Ask a model for an answer.

    Args:
        engine: the model.
        messages: what is said to it.
        handed: the task; its seed is used.
        cancel: stops it.
        max_tokens: longest answer.
        again: whether this has been asked before.
        thinks: whether a reasoning model may think first.

    Raises:
        CancelledError: `cancel` was set.
        UserError: the model cannot answer.
    """
    own = engine.info.sampling
    sampling = dataclasses.replace(
        own,
        seed=handed.seed + again,
        temperature=max(own.temperature, _WARMTH) if again else own.temperature,
    )
    request = GenerationRequest(
        messages=tuple(messages),
        sampling=sampling,
        max_tokens=max_tokens,
        priority=Priority.INTERACTIVE,
        template_variables=(("enable_thinking", thinks),),
    )
    stream = engine.submit(request, cancel)
    text = ""
    for piece in stream:
        text += piece
        yield Token(piece)
    return Given(text.strip(), engine.info.name, stream.result().completion_tokens)


def language(engine: Engine, handed: Handed) -> Language:
    """The user's language where the model knows it, English otherwise."""
    knows = not engine.info.languages or handed.language in engine.info.languages
    return handed.language if knows else "en"
