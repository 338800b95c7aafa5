"""How fast the queue is, and how long it will still take.

The one law: the rate is measured over the time in which the queue worked; pauses do not count.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from app.ui.translation.queue import Document

WINDOW = 600.0  # seconds of work that are looked back on
_LEAST = 2.0  # seconds before a rate says anything


class Pace:
    """Counts segments against the clock."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Stand still. `clock`: seconds."""
        self._clock = clock
        self._since: float | None = None  # when the work of now began
        self._worked = 0.0  # seconds before that
        self._total = 0
        self._samples: deque[tuple[float, int]] = deque([(0.0, 0)])  # seconds of work, segments

    def start(self) -> None:
        """The queue works."""
        if self._since is None:
            self._since = self._clock()

    def stop(self) -> None:
        """The queue stands still."""
        self._worked, self._since = self._time(), None

    def add(self, segments: int) -> None:
        """So many segments are done."""
        self._total += segments
        now = self._time()
        self._samples.append((now, self._total))
        while len(self._samples) > 2 and self._samples[1][0] < now - WINDOW:
            self._samples.popleft()

    @property
    def rate(self) -> float:
        """Segments per second; 0 while that is not known."""
        then, before = self._samples[0]
        seconds = self._time() - then
        return (self._total - before) / seconds if seconds >= _LEAST else 0.0

    def seconds_left(self, running: Document | None, waiting: Iterable[Document]) -> float:
        """How long all of it will take; 0 while that is not known.

        A document of which nothing is known yet counts as the mean of the others.
        """
        rate = self.rate
        if not rate:
            return running.seconds_left if running and not any(True for _one in waiting) else 0.0
        waits = list(waiting)
        known = [one.size for one in (*waits, running) if one and one.size]
        mean = sum(known) / len(known) if known else 0.0
        if waits and not mean:
            return 0.0
        rest = sum(max(0.0, (one.size or mean) - one.done) for one in waits)
        now = 0.0
        if running is not None:
            now = running.seconds_left or max(0.0, (running.size or mean) - running.done) / rate
        return now + rest / rate

    def _time(self) -> float:
        return self._worked + (0.0 if self._since is None else self._clock() - self._since)
