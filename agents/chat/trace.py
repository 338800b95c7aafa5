"""What the team did for an answer: told while it happens, and kept beside the answer.

The one law: whatever an earlier version has kept can still be read; what cannot is no error.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from agents.base import Notice
from agents.chat.hands import Given  # noqa: TC001 - a stored step is read with its types
from agents.chat.routing.routes import Route  # noqa: TC001 - likewise
from agents.chat.tools.asked import ClipboardAsked, PermissionAsked

NAME = "Tiny MoA"
ALONE = "alone"  # who decided the route where the commander answered alone


@dataclass(frozen=True, slots=True)
class StepBegun:
    """A task was handed over; `number` counts from 0 in the order of the request."""

    number: int
    route: Route
    text: str


@dataclass(frozen=True, slots=True)
class StepPiece:
    """A piece of what a member of the team writes, not checked yet."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """A task that is done. Times are seconds since the request was taken up."""

    number: int
    route: Route
    text: str  # the task
    given: Given
    began: float
    ended: float
    after: tuple[int, ...] = ()  # numbers of the steps that it builds on


TeamEvent = StepBegun | StepPiece | Notice | PermissionAsked | ClipboardAsked | Step


@dataclass(frozen=True, slots=True)
class Trace:
    """All of it. `by` is who decided the route: "command", "words", "commander" or `ALONE`."""

    steps: tuple[Step, ...]
    by: str = ""
    share: float = 0.0  # how sure the words were, 0..1
    routing: float = 0.0  # seconds

    @property
    def wrong(self) -> tuple[str, ...]:
        """What of the answer was found not to hold."""
        return tuple(one for step in self.steps for one in step.given.wrong)


def written(trace: Trace) -> str:
    """As JSON."""
    return msgspec.json.encode(trace).decode()


def read(text: str) -> Trace | None:
    """A stored trace; None where there is none or it cannot be read any more."""
    if not text:
        return None
    try:
        if text.startswith("["):  # as it was kept at first: the steps alone
            return Trace(tuple(msgspec.json.decode(text, type=list[Step])))
        return msgspec.json.decode(text, type=Trace)
    except msgspec.DecodeError:
        return None
