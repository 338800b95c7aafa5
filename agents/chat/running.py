"""What the threads of one request share: what happened, the wish to stop, and room for models.

The one law: two that have no room beside each other take turns; nobody waits for one who waits.
"""

from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING

from agents.base import CancelToken, UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.chat.hands import Hand, Handed
    from agents.chat.trace import TeamEvent

_WAIT_SECONDS = 0.1


class Running:
    """The steps of one request that are under way."""

    def __init__(self) -> None:
        """Nothing is under way."""
        self.stop = CancelToken()
        self._events: queue.SimpleQueue[TeamEvent | BaseException] = queue.SimpleQueue()
        self._began = time.monotonic()
        self._changed = threading.Condition()
        self._busy = 0  # steps that neither ended nor wait for room
        self._gave_way = 0  # how many times one ended or began to wait
        self._threads: list[threading.Thread] = []

    @property
    def seconds(self) -> float:
        """Since the request was taken up."""
        return time.monotonic() - self._began

    def start(
        self,
        do: Callable[[int, Hand, Handed, Running], None],
        number: int,
        hand: Hand,
        handed: Handed,
    ) -> None:
        """Begin a step on a thread of its own."""

        def work() -> None:
            try:
                do(number, hand, handed, self)
            finally:
                self._give_way()

        with self._changed:
            self._busy += 1
        thread = threading.Thread(target=work, name=f"step-{number}")
        thread.start()
        self._threads.append(thread)

    def tell(self, event: TeamEvent | BaseException) -> None:
        """Something happened."""
        self._events.put(event)

    def next(self) -> TeamEvent | UserError:
        """What happened next.

        Raises:
            BaseException: what a step raised, but for a UserError: that is its result.
        """
        event = self._events.get()
        if isinstance(event, BaseException) and not isinstance(event, UserError):
            raise event
        return event

    @property
    def given_way(self) -> int:
        """To be remembered before something is tried that may find no room."""
        return self._gave_way

    def wait_for_others(self, given_way: int) -> bool:
        """Wait until no other step is busy.

        Args:
            given_way: as it was before what found no room.

        Returns:
            Whether to try again: another step was busy, or has given way meanwhile.

        Raises:
            CancelledError: the request was stopped.
        """
        with self._changed:
            if self._busy <= 1:
                return self._gave_way != given_way
            self._give_way()
            try:
                while self._busy and not self.stop.cancelled:
                    self._changed.wait(_WAIT_SECONDS)
            finally:
                self._busy += 1
        self.stop.check()
        return True

    def _give_way(self) -> None:
        with self._changed:
            self._busy -= 1
            self._gave_way += 1
            self._changed.notify_all()

    def cancel(self) -> None:
        """Stop all steps."""
        self.stop.cancel()

    def end(self) -> None:
        """Stop what still runs and wait for it."""
        self.stop.cancel()
        for thread in self._threads:
            thread.join()
