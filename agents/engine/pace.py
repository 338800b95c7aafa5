"""How quick a model is on this machine: tokens a second, reading and writing.

The one law: what is told was measured just now, on the engine as everybody uses it, with texts it
has not seen; nothing is computed from a table.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import Progress, UserError
from agents.engine.bench import texts

if TYPE_CHECKING:
    from collections.abc import Generator

    from agents.base import CancelToken
    from agents.engine.port import Completion, Engine, Models

_READ, _WRITE = 256, 64  # tokens of a prompt, and that are written for it
_ROUNDS = 3  # at most: a model may end its answer early
_ENOUGH = 48  # tokens written that make a figure
_SECONDS = 30.0  # after which no further round begins


@dataclass(frozen=True, slots=True)
class PaceRequest:
    """Measure a model that writes."""

    model: str


@dataclass(frozen=True, slots=True)
class Pace:
    """What was measured. Tokens a second."""

    model: str
    reading: float  # of a prompt
    writing: float
    loading: float  # seconds from asking for the model to having it; 0 where it was in memory
    at: float  # seconds since the epoch


class PaceMeter:
    """Measures, as an agent does."""

    def __init__(self, models: Models) -> None:
        """Remember who lends models."""
        self._models = models

    def run(
        self, request: PaceRequest, cancel: CancelToken
    ) -> Generator[Progress | Pace, None, None]:
        """Yield progress in rounds, then a `Pace`.

        Raises:
            CancelledError: `cancel` was set.
            UserError: what borrowing a model raises; engine.pace (it wrote nothing).
        """
        yield Progress(0, _ROUNDS, "round")
        resident = {one.id for one in self._models.resident()}
        started = time.monotonic()
        with self._models.borrow(request.model, cancel) as engine:
            loading = 0.0 if request.model in resident else time.monotonic() - started
            _answer(engine, 16, 4, cancel)  # warms up, and does not count
            seen: list[Completion] = []
            begun = time.monotonic()
            for number in range(_ROUNDS):
                seen.append(_answer(engine, _READ, _WRITE, cancel))
                yield Progress(number + 1, _ROUNDS, "round")
                written = sum(one.completion_tokens for one in seen)
                if written >= _ENOUGH or time.monotonic() - begun > _SECONDS:
                    break
        read = sum(one.prompt_tokens - one.reused_tokens for one in seen)
        reading = sum(one.prefill_seconds for one in seen)
        # The first token of an answer comes out of reading its prompt.
        written = sum(max(0, one.completion_tokens - 1) for one in seen)
        writing = sum(one.decode_seconds for one in seen)
        if not written or reading <= 0 or writing <= 0:
            raise UserError("engine.pace", model=engine.info.name)
        yield Pace(request.model, read / reading, written / writing, loading, time.time())


def _answer(engine: Engine, tokens: int, answer: int, cancel: CancelToken) -> Completion:
    request = texts.question(tokens, answer, time.time_ns(), engine.count_tokens)
    return engine.submit(request, cancel).result()
