"""The hours in which the desk works through its queue, and what came of a night.

The one law: hours are those of the clock on the wall; a span may pass midnight.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

_DAY = 24 * 60  # minutes


def minute_now() -> int:
    """Minutes since midnight, local time."""
    now = time.localtime()
    return now.tm_hour * 60 + now.tm_min


@dataclass(frozen=True, slots=True)
class Hours:
    """From `begin` to `end`, minutes since midnight; the same twice is the whole day."""

    begin: int = 22 * 60
    end: int = 7 * 60

    def hold(self, minute: int) -> bool:
        """Whether a time of day is within."""
        if self.begin == self.end:
            return True
        return (minute - self.begin) % _DAY < (self.end - self.begin) % _DAY


def clock(minute: int) -> str:
    """A time of day as it is written: 22:00."""
    return f"{minute // 60:02}:{minute % 60:02}"


def read_clock(words: object) -> int | None:
    """Minutes of a stored number; None if it is not one."""
    return words if isinstance(words, int) and 0 <= words < _DAY else None


@dataclass(slots=True)
class Tally:
    """What became of the documents of a night, by their sources."""

    states: dict[str, str] = field(default_factory=dict[str, str])  # path -> done, look, failed

    def count(self, state: str) -> int:
        """How many ended like that."""
        return sum(one == state for one in self.states.values())

    def __bool__(self) -> bool:
        return bool(self.states)
