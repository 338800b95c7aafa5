"""What a caller holds while a server elsewhere answers: see `port.Stream`.

The one law: a cancelled caller is released at once by its own token, whatever the network does;
closing the connection follows.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from agents.base import CancelledError
from agents.engine.port import Completion, TextPiece, ThoughtPiece, TokenLogprob, ToolCall

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agents.base import CancelToken
    from agents.engine.port import Finish, StreamEvent

_WAIT_SECONDS = 0.1  # waiting without end cannot be interrupted by Ctrl-C on Windows


class RemoteStream:
    """One answer, written by the network thread and read by anybody."""

    def __init__(self) -> None:
        """Nothing has come yet."""
        # Its lock is re-entrant: a signal handler may cancel while this very thread is reading.
        self._changed = threading.Condition()
        self._events: list[StreamEvent] = []
        self._logprobs: list[TokenLogprob] = []
        self._finish: Finish | None = None
        self._error: BaseException | None = None
        self._on_done: Callable[[], None] | None = None
        self._forget: Callable[[], None] = lambda: None
        self._asked = time.monotonic()
        self._first = 0.0
        self._ended = 0.0
        self.prompt_tokens = 0
        self.completion_tokens = 0
        self.reused_tokens = 0

    # ── the caller's side ──
    def __iter__(self) -> Iterator[str]:
        """See `port.Stream`."""
        return (event.text for event in self.events() if isinstance(event, TextPiece))

    def events(self) -> Iterator[StreamEvent]:
        """See `port.Stream`."""
        at = 0
        while True:
            with self._changed:
                while at >= len(self._events) and self._finish is None:
                    self._changed.wait(_WAIT_SECONDS)
                unread = at < len(self._events) and not isinstance(self._error, CancelledError)
                if self._error is not None and not unread:
                    raise self._error
                if at >= len(self._events):
                    return
                event = self._events[at]
            at += 1
            yield event

    def result(self) -> Completion:
        """See `port.Stream`."""
        with self._changed:
            while self._finish is None:
                self._changed.wait(_WAIT_SECONDS)
            if self._error is not None:
                raise self._error
        return self.so_far

    @property
    def so_far(self) -> Completion:
        """See `port.Stream`. While it runs, `finish` is "cancelled"."""
        with self._changed:
            until = self._ended or time.monotonic()
            first = self._first or until
            return Completion(
                text="".join(e.text for e in self._events if isinstance(e, TextPiece)),
                finish=self._finish or "cancelled",
                prompt_tokens=self.prompt_tokens,
                completion_tokens=self.completion_tokens,
                prefill_seconds=first - self._asked,
                decode_seconds=until - first,
                reasoning="".join(e.text for e in self._events if isinstance(e, ThoughtPiece)),
                tool_calls=tuple(e for e in self._events if isinstance(e, ToolCall)),
                logprobs=tuple(self._logprobs),
                reused_tokens=self.reused_tokens,
            )

    def on_done(self, callback: Callable[[], None]) -> None:
        """Call once when the stream has ended, however it ended (at once if it has)."""
        with self._changed:
            if self._finish is None:
                self._on_done = callback
                return
        callback()

    # ── the network thread's side ──
    @property
    def begun(self) -> bool:
        """Whether something came: from then on the request is not sent again."""
        return self._first > 0

    def follow(self, cancel: CancelToken, stop: Callable[[], object]) -> None:
        """End with `cancel`; `stop` (quick, from any thread) then ends the work."""

        def release() -> None:
            if self._end("cancelled", CancelledError()):
                stop()

        forget = cancel.on_cancel(release)
        with self._changed:
            self._forget = forget
            ended = self._finish is not None
        if ended:
            forget()

    def begin(self) -> None:
        """Something came."""
        self._first = self._first or time.monotonic()

    def put(self, event: StreamEvent) -> None:
        """Give out what came."""
        with self._changed:
            if self._finish is None:
                self.begin()
                self._events.append(event)
                self._changed.notify_all()

    def note(self, logprobs: list[TokenLogprob]) -> None:
        """Remember how likely tokens were."""
        with self._changed:
            self._logprobs += logprobs

    def finish(self, how: Finish) -> None:
        """The end."""
        self._end(how, None)

    def fail(self, error: BaseException) -> None:
        """The end, by an error that the caller will see."""
        self._end("failed", error)

    def _end(self, how: Finish, error: BaseException | None) -> bool:
        with self._changed:
            if self._finish is not None:
                return False
            self._finish, self._error = how, error
            self._ended = time.monotonic()
            callback, self._on_done = self._on_done, None
            forget = self._forget
            self._changed.notify_all()
        forget()
        if callback is not None:
            callback()
        return True
