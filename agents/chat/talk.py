"""The hand of the commander itself: talk, facts, writing, as one task among others.

The one law: what other tasks gave is put before the model as notes, and it is told to keep to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.chat.asking import ask
from agents.engine.port import Message

if TYPE_CHECKING:
    from collections.abc import Generator

    from agents.base import CancelToken, Notice, Token
    from agents.chat.hands import Given, Handed
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
            messages = (*handed.before, Message("user", asked))
            return (yield from ask(engine, messages, handed, cancel, max_tokens=MAX_TOKENS))
