"""Measures one part in a process of its own and writes what it finds to standard output.

The one law: one JSON object a line, a `Run` or a `Figure`, written as soon as it is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from agents.engine.bench import cancelling, load, memory, scheduler, speed, turns
from agents.engine.bench.figures import Figure, Part, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TextIO

Measured = Run | Figure

MEASUREMENTS: dict[str, Callable[[Part], Iterator[Measured]]] = {
    "batch_glossary": speed.batch,
    "batch_plain": speed.batch,
    "paper": speed.paper,
    "decode": speed.decode,
    "prefill": speed.prefill,
    "second_turn": turns.second_turn,
    "restart_turn": turns.restart_turn,
    "chat_under_load": load.first_token,
    "chat_under_load_two_models": load.first_token,
    "chat_rate_under_load": load.rate,
    "cancel_ms": cancelling.cancel,
    "memory": memory.memory,
    "scheduler_us": scheduler.scheduler,
}


def written(value: Measured) -> str:
    """One line for a `Run` or `Figure`."""
    kind = "run" if isinstance(value, Run) else "figure"
    return msgspec.json.encode({kind: value}).decode()


def parsed(line: str) -> Measured | None:
    """What a line says; None if it is no such line (a library's own chatter)."""
    try:
        found = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
        if "run" in found:
            return msgspec.json.decode(found["run"], type=Run)
        return msgspec.json.decode(found["figure"], type=Figure)
    except (msgspec.DecodeError, KeyError):
        return None


def asked(part: Part) -> str:
    """The part as JSON."""
    return msgspec.json.encode(part, enc_hook=str).decode()


def understood(text: str) -> Part:
    """The part that `asked` wrote."""
    return msgspec.json.decode(text, type=Part, dec_hook=lambda kind, value: kind(value))


def measure(text: str, out: TextIO) -> None:
    """Measure the part that `text` describes as JSON."""
    part = understood(text)
    for value in MEASUREMENTS[part.name](part):
        print(written(value), file=out, flush=True)
