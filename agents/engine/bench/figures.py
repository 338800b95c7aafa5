"""What the benchmark says: its names, what each must reach, and the values that travel.

The one law: a figure is two medians and their ratio; nothing is rounded or judged before it is
shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - msgspec reads the types of `Part`
from statistics import median
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Quant = Literal["q4_0", "q4_k_m"]


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure must reach: its `ratio`, or `ours`, lies between `low` and `high`."""

    of: Literal["ratio", "ours"]
    low: float | None = None
    high: float | None = None

    def met(self, figure: Figure) -> bool | None:
        """Whether the figure reaches it; None where it has no such number."""
        value = figure.ratio if self.of == "ratio" else figure.ours
        if value is None:
            return None
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


# Every name that can be asked for, in the order of the table.
TARGETS: dict[str, Target] = {
    "batch_glossary": Target("ratio", low=3.0),
    "batch_plain": Target("ratio", low=1.45),
    "paper": Target("ratio", low=1.45),
    "decode": Target("ratio", low=0.97),
    "prefill": Target("ratio", low=0.97),
    "second_turn": Target("ratio", high=0.03),
    "restart_turn": Target("ratio", high=0.05),
    "chat_under_load": Target("ratio", high=2.0),
    "chat_under_load_two_models": Target("ratio", high=2.5),
    "chat_rate_under_load": Target("ratio", low=0.5),
    "cancel_ms": Target("ours", high=100),
    "memory": Target("ratio", high=0.6),
    "gui_p99_ms": Target("ours", high=16),
    "scheduler_us": Target("ours", high=60),
}
# Figures that come with another, and the name that is measured for them.
COMPANIONS: dict[str, tuple[str, Target]] = {
    "cancel_engine_ms": ("cancel_ms", Target("ours", high=400)),
    "memory_predicted": ("memory", Target("ratio", low=0.9, high=1.1)),
}


def target(name: str) -> Target | None:
    """What a figure must reach, where that was said."""
    return COMPANIONS[name][1] if name in COMPANIONS else TARGETS.get(name)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured line. `ratio` is ours / other."""

    name: str
    ours: float
    other: float | None
    ratio: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run of several, as it was measured; a side that was not is None."""

    name: str
    number: int  # from 1
    of: int
    ours: float | None
    other: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much work is measured. The defaults are the benchmark; tests take less.

    Tokens, except where a line says otherwise.
    """

    segments: int = 16  # segments of a batch
    segment: int = 24  # of one segment's text
    answer: int = 32  # that are generated for a segment
    glossary: int = 180
    sentences: int = 405  # of the paper
    in_flight: int = 8  # sentences of a document that run at once
    decode: int = 128
    prefill: int = 1024
    history: int = 2000  # of a conversation
    turn: int = 20  # that a next turn adds, template and all
    chat: int = 200  # of a chat's prompt
    chat_answer: int = 48
    chats: int = 20  # chats that are timed
    document: int = 200  # segments of the document that runs meanwhile
    document_answer: int = 48
    pause: float = 1.5  # seconds between two chats beside a document, at most
    cancels: int = 50  # cancellations that are timed
    cancel_within: float = 6.0  # seconds after submitting, at most
    long_prompt: int = 3000  # of the prompt that is cancelled
    together: tuple[int, ...] = (1, 4, 16, 64)  # sequences
    steps: int = 100  # decode steps measured for each number of sequences
    gui_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to measure, as it is handed to the process that measures it."""

    name: str
    model: Path
    second: Path  # another file of the same shape
    tiny: Path  # a model of next to no arithmetic
    folder: Path  # empty; for whatever has to be on disk
    threads: int  # 0 = the engine's own choice
    runs: int
    sizes: Sizes
    step: str = ""  # of a measurement that takes several processes
    number: int = 0  # of the run a process makes, from 1; 0 = it makes all of them


def compared(name: str, runs: Sequence[Run]) -> Figure | None:
    """The medians of both sides and their ratio; None where a side was never measured."""
    ours = [run.ours for run in runs if run.ours is not None]
    other = [run.other for run in runs if run.other is not None]
    if not ours or not other:
        return None
    mine, theirs = median(ours), median(other)
    return Figure(name, mine, theirs, mine / theirs if theirs else None, runs[0].unit)


def alone(name: str, ours: float, unit: str) -> Figure:
    """A figure that has nothing beside it."""
    return Figure(name, ours, None, None, unit)
