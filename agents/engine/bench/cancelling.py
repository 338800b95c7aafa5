"""Cancelling at random moments: how soon the caller is free, and the engine for something new.

The one law: both are measured from the call of `cancel()`. The caller is free when reading its
stream ends. The engine is free when it begins a short interactive request that is submitted at
that moment: its first token's time less what the engine says it took from beginning it to that
token (`Completion.prefill_seconds`).
"""

from __future__ import annotations

import contextlib
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

_LATEST = 6.0  # seconds after submitting, at most, that a request is cancelled
_ANSWER = 512  # tokens; more than are written before it is cancelled


def cancel(part: Part) -> Iterator[Run | Figure]:
    """Half of them in a long prompt alone, half in a chat beside a document; worst of all."""
    dice = random.Random(11)  # noqa: S311 - moments, no secrets
    sizes = part.sizes
    caller: list[float] = []
    begun: list[float] = []
    first: list[float] = []
    with opened(part) as cache, cache.borrow(CHAT) as engine:
        for mixed in (False, True):
            with _company(part, engine, mixed=mixed):
                for number in range(sizes.cancels // 2):
                    tokens = sizes.chat if mixed else sizes.long_prompt
                    request = texts.question(tokens, _ANSWER, number + 1, engine.count_tokens)
                    times = _cancelled(engine, request, dice.uniform(0, _LATEST))
                    if times is None:
                        continue  # it had ended by itself
                    for kept, seconds in zip((caller, begun, first), times, strict=True):
                        kept.append(seconds * 1e3)
                    yield Run(part.name, len(caller), sizes.cancels, caller[-1], None, "ms")
                    yield Run("cancel_engine_ms", len(begun), sizes.cancels, begun[-1], None, "ms")
    yield alone(part.name, max(caller), "ms")
    yield alone("cancel_engine_ms", max(begun), "ms")
    yield alone("cancel_first_ms", max(first), "ms")


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
