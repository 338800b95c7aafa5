"""What a decode step costs beside llama.cpp: our own time for each sequence.

The one law: everything between two calls of `llama_decode` is ours (choosing who runs, filling
the batch, text, streams), except the choosing of tokens. The model is tiny, so that nothing hides
behind arithmetic.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from agents.base import CancelToken
from agents.engine import native
from agents.engine.bench import texts
from agents.engine.bench.figures import Run, alone
from agents.engine.bench.ours import FileShelf
from agents.engine.cache import ModelCache
from agents.engine.sampling import Sampler

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from agents.engine.bench.figures import Figure, Part
    from agents.engine.port import Engine, GenerationRequest

_PROMPT = 8  # tokens
_UNIT = "µs"


@dataclass(slots=True)
class Clock:
    """Calls of `llama_decode`: tokens, begin, end, and the sampling that followed. Seconds."""

    tokens: list[int] = field(default_factory=list)
    began: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    sampled: list[float] = field(default_factory=list)

    def own(self, together: int) -> list[float]:
        """Our own seconds between decode calls of `together` sequences, one after the other.

        Only the longest stretch without another call counts: no prompts, nobody leaves.
        """
        best: tuple[int, int] = (0, 0)
        start = 0
        for at in range(len(self.tokens) + 1):
            if at == len(self.tokens) or self.tokens[at] != together:
                best = max(best, (at - start, start))
                start = at + 1
        length, start = best
        return [
            self.began[at + 1] - self.ended[at] - self.sampled[at]
            for at in range(start, start + length - 1)
        ]


@contextlib.contextmanager
def clocked() -> Generator[Clock, None, None]:
    """Time every call of `llama_decode` and of `Sampler.choose`."""
    lib = native.llama()
    decode, choose = lib.llama_decode, Sampler.choose
    clock = Clock()

    def decoding(context: Any, batch: Any) -> Any:  # noqa: ANN401 - native structures
        clock.tokens.append(batch.n_tokens)
        clock.sampled.append(0.0)
        clock.began.append(time.perf_counter())
        try:
            return decode(context, batch)
        finally:
            clock.ended.append(time.perf_counter())

    def choosing(self: Sampler, *args: Any, **more: Any) -> Any:  # noqa: ANN401 - as it is
        started = time.perf_counter()
        try:
            return choose(self, *args, **more)
        finally:
            clock.sampled[-1] += time.perf_counter() - started

    lib.llama_decode, Sampler.choose = decoding, choosing
    try:
        yield clock
    finally:
        lib.llama_decode, Sampler.choose = decode, choose


def scheduler(part: Part) -> Iterator[Run | Figure]:
    """Microseconds for a step and sequence with one sequence and with many; the worst of them."""
    sizes = part.sizes
    most = max(sizes.together)
    cells = most * (sizes.steps + 64)
    cache = ModelCache(
        FileShelf({"tiny": part.tiny}), threads=1, budget=0, running=most, cells=cells
    )
    try:
        with cache.borrow("tiny") as engine:
            medians: list[Figure] = []
            for together in sizes.together:
                _step(engine, together, sizes.steps)  # warms up
                made: list[float] = []
                for number in range(part.runs):
                    made.append(1e6 * _step(engine, together, sizes.steps) / together)
                    name = f"{part.name}_{together}"
                    yield Run(name, number + 1, part.runs, made[-1], None, _UNIT)
                medians.append(alone(f"{part.name}_{together}", median(made), _UNIT))
    finally:
        cache.close()
    yield alone(part.name, max(figure.ours for figure in medians), _UNIT)
    yield from medians


def _step(engine: Engine, together: int, steps: int) -> float:
    """Our mean seconds a step with so many sequences."""
    requests: list[GenerationRequest] = [
        texts.question(_PROMPT, steps + together, seed, engine.count_tokens)
        for seed in range(together)
    ]
    with clocked() as clock:
        for _id, completion in engine.map(requests, together, CancelToken()):
            if completion.problem is not None:
                raise completion.problem
    own = clock.own(together)
    if not own:
        raise RuntimeError(f"{together} sequences never ran together")
    return fmean(own)


__all__ = ["Clock", "clocked", "scheduler"]
