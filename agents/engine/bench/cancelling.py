"""Cancelling at random moments: how soon the caller is free, and the engine for something new.

The one law: both are measured from the call of `cancel()`. The caller is free when reading its
stream ends. The engine is free when it begins a short interactive request that is submitted at
that moment: its first token's time less what the engine says it took from beginning it to that
token (`Completion.prefill_seconds`).
"""

from __future__ import annotations

import contextlib
import itertools
import random
import threading
import time
from typing import TYPE_CHECKING

from agents.base import CancelledError, CancelToken
from agents.engine.bench import texts
from agents.engine.bench.figures import Run, alone
from agents.engine.bench.load import Document
from agents.engine.bench.ours import CHAT, opened, timed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from agents.engine.bench.figures import Figure, Part
    from agents.engine.port import Engine, GenerationRequest

_ATTEMPTS = 10  # for each cancellation: a request may end by itself before


def cancel(part: Part) -> Iterator[Run | Figure]:
    """Half of them in a long prompt alone, half in a chat beside a document; the worst of all.

    Beside them `cancel_first_ms`: until the new request's first token.

    Raises:
        RuntimeError: too many requests ended before they could be cancelled.
    """
    worst: dict[str, float] = dict.fromkeys((part.name, "cancel_engine_ms", "cancel_first_ms"), 0.0)
    made, total = 0, part.sizes.cancels
    with opened(part) as cache, cache.borrow(CHAT) as engine:
        for mixed, number in ((False, total - total // 2), (True, total // 2)):
            with _company(part, engine, mixed=mixed):
                for times in _cancellations(part, engine, number, mixed=mixed):
                    made += 1
                    for name, seconds in zip(worst, times, strict=True):
                        worst[name] = max(worst[name], seconds * 1e3)
                        yield Run(name, made, total, seconds * 1e3, None, "ms")
    for name, most in worst.items():
        yield alone(name, most, "ms")


def _cancellations(
    part: Part, engine: Engine, number: int, *, mixed: bool
) -> Iterator[tuple[float, float, float]]:
    """Cancel so many requests while they are evaluated, or written where `mixed`."""
    sizes = part.sizes
    dice = random.Random(11)  # noqa: S311 - moments, no secrets
    seeds = itertools.count(1)

    def request() -> GenerationRequest:
        tokens, answer = (sizes.chat, sizes.chat_answer) if mixed else (sizes.long_prompt, 1)
        return texts.question(tokens, answer, next(seeds), engine.count_tokens)

    latest = min(sizes.cancel_within, timed(engine, request()).end)
    for _attempt in range(_ATTEMPTS * number):
        if number == 0:
            return
        if times := _cancelled(engine, request(), dice.uniform(0, latest)):
            number -= 1
            yield times
    if number:
        raise RuntimeError("the requests end before they can be cancelled")


def _company(part: Part, engine: Engine, *, mixed: bool) -> AbstractContextManager[object]:
    return Document(part, engine, 1) if mixed else contextlib.nullcontext()


def _cancelled(
    engine: Engine, request: GenerationRequest, after: float
) -> tuple[float, float, float] | None:
    """Seconds until the caller was free, a new request begun, and its first token there."""
    token = CancelToken()
    called: list[float] = []

    def call() -> None:
        called.append(time.perf_counter())
        token.cancel()

    timer = threading.Timer(after, call)
    timer.start()
    try:
        for _piece in engine.submit(request, token):
            pass
    except CancelledError:
        free = time.perf_counter()
    else:
        timer.cancel()
        return None
    probe = timed(engine, texts.question(4, 1, 0, engine.count_tokens))
    since = free - called[0]
    first = since + probe.first
    return since, first - probe.completion.prefill_seconds, first
