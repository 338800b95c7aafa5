"""What goes into the chat agent and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import Notice, Token
from agents.chat.hands import AS_USUAL, Manner
from agents.chat.tools.asked import ClipboardAsked, PermissionAsked
from agents.chat.trace import ALONE, Step, StepBegun, StepPiece, Trace

if TYPE_CHECKING:
    from agents.chat.routing.router import Route, Routed


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """Ask something, in a new conversation or an old one."""

    question: str  # empty with `regenerate`
    model: str
    conversation: int = 0  # 0 = start a new one
    regenerate: bool = False  # answer a question once more, in a branch beside the last answer
    answers: int = 0  # of `regenerate`: which question; 0 = the last one of the shown branch
    edits: int = 0  # the question it is said in place of, in a branch beside it; 0 = none
    manner: Manner = AS_USUAL
    seed: int = 0
    max_tokens: int = 1024
    route: Route | None = None  # who takes it, whatever the words say; None = the router decides
    command: str = ""  # what was ordered by name (see `agents.chat.commands`), "" = nothing
    files: tuple[int, ...] = ()  # that come with the question, see `agents.chat.files`


@dataclass(frozen=True, slots=True)
class ChatStored:
    """The question is stored, before a model is loaded; `conversation` is where."""

    conversation: int
    question_turn: int


@dataclass(frozen=True, slots=True)
class RouteChosen:
    """Who of the team takes the request, and why."""

    routed: Routed


@dataclass(frozen=True, slots=True)
class ChatStarted:
    """The model is there; the answer grows in turn `turn`."""

    conversation: int
    question_turn: int
    turn: int
    model_name: str


@dataclass(frozen=True, slots=True)
class Restarted:
    """What was written so far is no answer: the tokens that follow begin it anew."""


@dataclass(frozen=True, slots=True)
class Thought:
    """A piece of what the model thinks before it answers; no part of the answer, not stored."""

    text: str


@dataclass(frozen=True, slots=True)
class ChatDone:
    """The whole answer, stored."""

    conversation: int
    turn: int
    text: str
    finish: str  # "stop", "length", "context"
    tokens: int
    tokens_per_second: float
    seconds: float
    context_used: int
    context_size: int
    reasoning: str = ""  # what was thought before, where the model thinks
    # What the team did; of the commander alone only where something of it does not hold.
    trace: Trace | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the team; none where it was the commander alone."""
        if self.trace is None or self.trace.by == ALONE:
            return ()
        return self.trace.steps


ChatEvent = (
    ChatStored
    | RouteChosen
    | ChatStarted
    | Restarted
    | StepBegun
    | StepPiece
    | Step
    | Thought
    | Token
    | Notice
    | PermissionAsked
    | ClipboardAsked
    | ChatDone
)

__all__ = [
    "ChatDone",
    "ChatEvent",
    "ChatRequest",
    "ChatStarted",
    "ChatStored",
    "ClipboardAsked",
    "Manner",
    "Notice",
    "PermissionAsked",
    "Restarted",
    "RouteChosen",
    "Step",
    "StepBegun",
    "StepPiece",
    "Thought",
    "Token",
    "Trace",
]
