"""How the processor's time is divided, and how long a call may be.

The one law: while anybody is answered interactively, background work gets a fixed share of the
time, whatever it is made of: rows in a shared call, a prompt's chunk, or another model's step.
Time is measured, never guessed from token counts; what one call took too much, the next ones wait.
"""

from __future__ import annotations

READING_SHARE = 0.2  # of the time for the background until an interactive answer has begun
WRITING_SHARE = 0.25  # and while it is being written
MOST_CREDIT = 0.5  # seconds: after a long chat the background does not catch up at once

ALONE_SECONDS = 2.0  # of a chunk that nobody else waits for
BESIDE_SECONDS = 0.8  # of a chunk beside others of the background
SHORT_SECONDS = 0.4  # of a chunk that somebody's next token waits for
SHORTEST_CHUNK = 16  # tokens; shorter calls cost as much
_STEP = 8  # tokens by which chunks differ
_NEW = 0.3  # weight of the newest measurement


class Share:
    """Time accounts of the background, for all models together. Seconds."""

    def __init__(self) -> None:
        """Nobody has worked yet."""
        self._credit = 0.0

    @property
    def background_may(self) -> bool:
        """Whether it is the background's turn beside interactive work."""
        return self._credit > 0

    def reset(self) -> None:
        """No interactive work is there."""
        self._credit = 0.0

    def worked(self, interactive: float, background: float, *, reading: bool) -> None:
        """Note the seconds of a call.

        Args:
            interactive: spent on interactive requests.
            background: spent on the background.
            reading: whether an interactive request still waits for its first token.
        """
        share = READING_SHARE if reading else WRITING_SHARE
        earned = interactive * share / (1 - share)
        self._credit = min(MOST_CREDIT, self._credit + earned - background)


class Pace:
    """How quick one model is here, measured."""

    def __init__(self, chunk: int) -> None:
        """Nothing is known; `chunk` is the most tokens of a call."""
        self._most = chunk
        self._prefill = 0.0  # tokens a second
        self._step = 0.0  # seconds of a step with interactive rows only

    def chunk(self, seconds: float) -> int:
        """Tokens of a prompt that take about so long."""
        if not self._prefill:
            return min(self._most, 2 * SHORTEST_CHUNK)
        wanted = int(self._prefill * seconds) // _STEP * _STEP
        return max(min(SHORTEST_CHUNK, self._most), min(self._most, wanted))

    def read(self, tokens: int, seconds: float) -> None:
        """A chunk was evaluated. Short ones tell little of the speed of long ones."""
        if tokens >= SHORTEST_CHUNK and seconds > 0:
            self._prefill = _mixed(self._prefill, tokens / seconds)

    def stepped(self, seconds: float, rows: int, mine: int) -> float:
        """A step was decoded; returns the seconds of it that the background's rows cost.

        Args:
            seconds: of the call.
            rows: sequences in it.
            mine: interactive ones among them.
        """
        if mine == rows:
            self._step = _mixed(self._step, seconds)
            return 0.0
        if not mine:
            return seconds
        alone = self._step or seconds * mine / rows
        return max(0.0, seconds - alone)


def _mixed(old: float, new: float) -> float:
    return new if not old else old + _NEW * (new - old)
