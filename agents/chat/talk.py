"""The hand of the commander itself: talk, facts, writing, as one task among others.

The one law: what other tasks gave is put before the model as notes, and it is told to keep to them.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from agents.base import Token
from agents.chat.hands import Given
from agents.engine.port import GenerationRequest, Message, Priority

if TYPE_CHECKING:
    from collections.abc import Generator

    from agents.base import CancelToken, Notice
    from agents.chat.hands import Handed
    from agents.engine.port import Models

MAX_TOKENS = 1024
_NOTES = "Notes to keep to:\n{notes}\n\n{task}"


class TalkHand:
    """Implements `hands.Hand`."""

    def __init__(self, models: Models) -> None:
        """Keep what lends models."""
        self._models = models

    def takes(self, task: str) -> bool:
        """Everything."""
        return bool(task)

    def run(self, handed: Handed, cancel: CancelToken) -> Generator[Token | Notice, None, Given]:
        """Answer; see `hands.Hand.run`."""
        asked = handed.task.text
        if handed.so_far:
            asked = _NOTES.format(notes="\n\n".join(handed.so_far), task=asked)
        with self._models.borrow(handed.model, cancel) as engine:
            request = GenerationRequest(
                messages=(*handed.before, Message("user", asked)),
                sampling=dataclasses.replace(engine.info.sampling, seed=handed.seed),
                max_tokens=MAX_TOKENS,
                priority=Priority.INTERACTIVE,
                template_variables=(("enable_thinking", False),),
            )
            stream = engine.submit(request, cancel)
            text = ""
            for piece in stream:
                text += piece
                yield Token(piece)
            made = stream.result()
            return Given(text.strip(), engine.info.name, made.completion_tokens)
