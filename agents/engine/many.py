"""Many requests, a few at a time: `port.Engine.map` for any engine with streams.

The one law: who leaves early cancels what still runs, and nothing else of the caller's work.
"""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING, Protocol

from agents.base import CancelToken, UserError
from agents.engine.port import Completion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from agents.engine.port import GenerationRequest

_WAIT_SECONDS = 0.1  # waiting without end cannot be interrupted by Ctrl-C on Windows


class Running(Protocol):
    """What is asked of a stream."""

    @property
    def so_far(self) -> Completion:
        """See `port.Stream`."""
        ...

    def result(self) -> Completion:
        """See `port.Stream`."""
        ...

    def on_done(self, callback: Callable[[], None]) -> None:
        """Call once when the stream has ended, however it ended (at once if it has)."""
        ...


def run_many(
    submit: Callable[[GenerationRequest, CancelToken], Running],
    requests: Iterable[GenerationRequest],
    in_flight: int,
    cancel: CancelToken,
) -> Iterator[tuple[str, Completion]]:
    """See `port.Engine.map`."""
    if in_flight < 1:
        raise ValueError("in_flight must be at least 1")
    ended: queue.SimpleQueue[int] = queue.SimpleQueue()
    running: dict[int, tuple[str, Running]] = {}
    own = CancelToken()  # so that leaving early does not cancel the caller's other work
    forget = cancel.on_cancel(own.cancel)
    source = enumerate(requests)
    try:
        while True:
            while len(running) < in_flight:
                cancel.check()
                number, request = next(source, (-1, None))
                if request is None:
                    break
                stream = submit(request, own)
                running[number] = (request.id, stream)
                stream.on_done(lambda number=number: ended.put(number))
            if not running:
                return
            name, stream = running.pop(_next(ended))
            cancel.check()
            yield name, _outcome(stream)
    finally:
        forget()
        own.cancel()


def _next(ended: queue.SimpleQueue[int]) -> int:
    while True:
        try:
            return ended.get(timeout=_WAIT_SECONDS)
        except queue.Empty:
            continue


def _outcome(stream: Running) -> Completion:
    try:
        return stream.result()
    except UserError as problem:
        made = stream.so_far
        return Completion(made.text, "failed", made.prompt_tokens, problem=problem)
