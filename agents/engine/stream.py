"""What a caller holds while its request runs: text and other events, the end, the partial result.

The one law: a cancelled caller is released at once, by its own token, whatever the decode thread
or the network is doing; that notices later, and takes the row out or hangs up.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from agents.base import CancelledError
from agents.engine.port import Completion, TextPiece, ThoughtPiece, ToolCall, Waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agents.base import CancelToken
    from agents.engine.port import Finish, StreamEvent, TokenLogprob

# Waiting without end cannot be interrupted by Ctrl-C on Windows.
_WAIT_SECONDS = 0.1


class AnswerStream:
    """One generation, written by one thread and read by anybody. See `port.Stream`."""

    def __init__(self, cancel: CancelToken, on_release: Callable[[], None]) -> None:
        """Listen to `cancel`; `on_release` is called (quickly, from any thread) when it fires."""
        # Its lock is re-entrant: a signal handler may cancel while this very thread is reading.
        self._changed = threading.Condition()
        self._made: list[str | ThoughtPiece | ToolCall | Waiting] = []
        self._readers = 0  # who waits for more right now
        self._finish: Finish | None = None
        self._error: BaseException | None = None
        self._on_release = on_release
        self._on_done: Callable[[], None] | None = None
        self._forget: Callable[[], None] = lambda: None
        self.prompt_tokens = 0
        self.reused_tokens = 0  # of the prompt that were not evaluated again
        self.tokens = 0
        self.logprobs: list[TokenLogprob] = []
        self.began_prefill = 0.0
        self.began_decode = 0.0
        self.ended = 0.0
        self._forget = cancel.on_cancel(self.release)

    # ── the caller's side ──
    def __iter__(self) -> Iterator[str]:
        """See `port.Stream`."""
        return (made for made in self._follow() if isinstance(made, str))

    def events(self) -> Iterator[StreamEvent]:
        """See `port.Stream`."""
        return (TextPiece(made) if isinstance(made, str) else made for made in self._follow())

    def result(self) -> Completion:
        """See `port.Stream`."""
        with self._changed:
            while self._finish is None:
                self._wait()
            if self._error is not None:
                raise self._error
        return self.so_far

    @property
    def so_far(self) -> Completion:
        """See `port.Stream`. While it runs, `finish` is "cancelled"."""
        with self._changed:
            until = self.ended or time.monotonic()
            began_decode = self.began_decode or until
            made = self._made
            return Completion(
                text="".join(one for one in made if isinstance(one, str)),
                finish=self._finish or "cancelled",
                prompt_tokens=self.prompt_tokens,
                completion_tokens=self.tokens,
                prefill_seconds=began_decode - self.began_prefill if self.began_prefill else 0.0,
                decode_seconds=until - began_decode,
                reasoning="".join(one.text for one in made if isinstance(one, ThoughtPiece)),
                tool_calls=tuple(one for one in made if isinstance(one, ToolCall)),
                logprobs=tuple(self.logprobs),
                reused_tokens=self.reused_tokens,
            )

    def _follow(self) -> Iterator[str | ThoughtPiece | ToolCall | Waiting]:
        at = 0
        while True:
            with self._changed:
                while at >= len(self._made) and self._finish is None:
                    self._wait()
                if self._error is not None and not self._left(at):
                    raise self._error
                if at >= len(self._made):
                    return
                made = self._made[at]
            at += 1
            yield made

    def on_done(self, callback: Callable[[], None]) -> None:
        """Call once when the stream has ended, however it ended (at once if it has)."""
        with self._changed:
            if self._finish is None:
                self._on_done = callback
                return
        callback()

    # ── the writing thread's side ──
    @property
    def done(self) -> bool:
        """Whether it has ended: no more work is wanted."""
        return self._finish is not None

    def put(self, made: str | ThoughtPiece | ToolCall) -> None:
        """Give out more text (if it is any), or another event."""
        if made:
            with self._changed:
                self._add(made)

    def begin(self) -> None:
        """The answer begins now, if it has not begun before."""
        self.began_decode = self.began_decode or time.monotonic()

    def waiting(self, needed: int, free: int) -> None:
        """Tell that the request waits for room: once, until something else happens."""
        with self._changed:
            if not (self._made and isinstance(self._made[-1], Waiting)):
                self._add(Waiting(needed, free))

    def finish(self, how: Finish) -> None:
        """The end."""
        self._end(how, None)

    def fail(self, error: BaseException) -> None:
        """The end, by an error that the caller will see."""
        self._end("failed", error)

    def release(self) -> None:
        """The caller does not want it any more."""
        if self._end("cancelled", CancelledError()):
            self._on_release()

    def _end(self, how: Finish, error: BaseException | None) -> bool:
        with self._changed:
            if self._finish is not None:
                return False
            self._finish, self._error = how, error
            self.ended = time.monotonic()
            callback, self._on_done = self._on_done, None
            self._changed.notify_all()
        self._forget()
        if callback is not None:
            callback()
        return True

    # ── inside; the lock is held ──
    def _add(self, made: str | ThoughtPiece | ToolCall | Waiting) -> None:
        if self._finish is None:
            self._made.append(made)
            if self._readers:
                self._changed.notify_all()

    def _wait(self) -> None:
        self._readers += 1
        try:
            self._changed.wait(_WAIT_SECONDS)
        finally:
            self._readers -= 1

    def _left(self, at: int) -> bool:
        """Whether something made before an error is still to be read (not after a cancel)."""
        return at < len(self._made) and not isinstance(self._error, CancelledError)
