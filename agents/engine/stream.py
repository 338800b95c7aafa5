"""What a caller holds while its request runs: pieces of text, the end, the partial result.

The one law: a cancelled caller is released at once, by its own token, whatever the decode thread
is doing; the decode thread notices later and takes the row out at the next step border.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from agents.base import CancelledError
from agents.engine.port import Completion, TextPiece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agents.base import CancelToken
    from agents.engine.port import Finish, StreamEvent

# Waiting without end cannot be interrupted by Ctrl-C on Windows.
_WAIT_SECONDS = 0.1


class LlamaStream:
    """One generation, written by the decode thread and read by anybody. See `port.Stream`."""

    def __init__(self, cancel: CancelToken, on_release: Callable[[], None]) -> None:
        """Listen to `cancel`; `on_release` is called (quickly, from any thread) when it fires."""
        # Its lock is re-entrant: a signal handler may cancel while this very thread is reading.
        self._changed = threading.Condition()
        self._pieces: list[str] = []
        self._finish: Finish | None = None
        self._error: BaseException | None = None
        self._on_release = on_release
        self._on_done: Callable[[], None] | None = None
        self._forget: Callable[[], None] = lambda: None
        self.prompt_tokens = 0
        self.tokens = 0
        self.began_prefill = 0.0
        self.began_decode = 0.0
        self.ended = 0.0
        self._forget = cancel.on_cancel(self.release)

    # ── the caller's side ──
    def __iter__(self) -> Iterator[str]:
        """See `port.Stream`."""
        at = 0
        while True:
            with self._changed:
                while at >= len(self._pieces) and self._finish is None:
                    self._changed.wait(_WAIT_SECONDS)
                if self._error is not None and not self._has_text(at):
                    raise self._error
                if at >= len(self._pieces):
                    return
                piece = self._pieces[at]
            at += 1
            yield piece

    def events(self) -> Iterator[StreamEvent]:
        """See `port.Stream`."""
        for text in self:
            yield TextPiece(text)

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
            until = self.ended or time.monotonic()
            began_decode = self.began_decode or until
            return Completion(
                text="".join(self._pieces),
                finish=self._finish or "cancelled",
                prompt_tokens=self.prompt_tokens,
                completion_tokens=self.tokens,
                prefill_seconds=began_decode - self.began_prefill if self.began_prefill else 0.0,
                decode_seconds=until - began_decode,
            )

    def on_done(self, callback: Callable[[], None]) -> None:
        """Call once when the stream has ended, however it ended (at once if it has)."""
        with self._changed:
            if self._finish is None:
                self._on_done = callback
                return
        callback()

    # ── the decode thread's side ──
    @property
    def done(self) -> bool:
        """Whether it has ended: no more work is wanted."""
        return self._finish is not None

    def put(self, text: str) -> None:
        """Give out more text."""
        if not text:
            return
        with self._changed:
            if self._finish is None:
                self._pieces.append(text)
                self._changed.notify_all()

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

    def _has_text(self, at: int) -> bool:
        """Whether text that was made before an error is still to be read (not after a cancel)."""
        return at < len(self._pieces) and not isinstance(self._error, CancelledError)
