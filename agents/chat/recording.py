"""An answer that is written down while it grows, and however it ends.

The one law: whoever leaves the block has stored the answer: as its state says where it ended by
itself, as stopped where it was cancelled or nobody reads on, as interrupted where it failed.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from agents.base import CancelledError

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from agents.base import CancelToken
    from agents.store.conversations import Conversations, TurnState

STORE_SECONDS = 0.3  # how often a growing answer is written down


class Recording:
    """What an answer has become; a context manager that stores it at its end."""

    def __init__(self, conversations: Conversations, turn: int, cancel: CancelToken) -> None:
        """Begin with an empty answer.

        Args:
            conversations: where it is stored.
            turn: the answer's own, stored already.
            cancel: set where nobody reads on, so that what works for the answer stops too.
        """
        self._conversations, self._turn, self._cancel = conversations, turn, cancel
        self._began = self._stored = time.monotonic()
        self.text = ""
        self.tokens = 0  # of all attempts
        self.state: TurnState = "interrupted"  # until we know better
        self.seconds = 0.0  # it took; known when the block is left

    def __enter__(self) -> Self:
        """Count the time from here on."""
        self._began = self._stored = time.monotonic()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Store the answer; what went wrong goes on."""
        if kind is not None and issubclass(kind, (CancelledError, GeneratorExit)):
            self._cancel.cancel()
            self.state = "stopped"
        self.seconds = time.monotonic() - self._began
        self._conversations.finish(
            self._turn, self.text, self.state, tokens=self.tokens, seconds=self.seconds
        )

    def look(self) -> None:
        """Write down what there is by now, if the last time is long enough ago."""
        now = time.monotonic()
        if now - self._stored >= STORE_SECONDS:
            self._conversations.grow(self._turn, self.text)
            self._stored = now
