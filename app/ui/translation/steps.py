"""What a person does to terms and pairs: carried out one after the other, undone and done again.

The one law: nothing is stored on the GUI thread, and steps keep their order; undo waits for its
turn among them.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal, Slot

from agents.base import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.jobs import JobPool, Outcome

_Turn = Literal["do", "undo", "redo"]


class Once:
    """Work that is done once, by whoever comes first: a worker, or the window as it closes."""

    def __init__(self, work: Callable[[], object]) -> None:
        """Keep the work."""
        self._work = work
        self._lock = threading.Lock()
        self._done = False
        self._value: object = None

    def __call__(self) -> object:
        """What the work gives, or gave."""
        with self._lock:
            if not self._done:
                self._value = self._work()
                self._done = True
            return self._value


@dataclass(frozen=True, slots=True)
class _Step:
    turn: _Turn
    make: Once | None = None
    then: Callable[[Any], object] | None = None


class Steps(QObject):
    """Makes changes, and keeps those that can be undone."""

    done = Signal(object, bool)  # a change; whether it was taken back
    failed = Signal(object)  # Outcome
    state_changed = Signal()  # what can be undone

    def __init__(
        self, pool: JobPool, apply: Callable[[Any, bool], object], parent: QObject
    ) -> None:
        """Start with nothing to undo.

        Args:
            pool: runs the steps.
            apply: does a change again, or takes it back if its second argument says so.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._pool = pool
        self._apply = apply
        self._past: list[Any] = []
        self._future: list[Any] = []
        self._waiting: deque[_Step] = deque()
        self._running: _Step | None = None

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is one to do again."""
        return bool(self._future)

    def do(self, make: Callable[[], Any], then: Callable[[Any], object] | None = None) -> None:
        """Make a change when its turn comes; `then` is told of it. None is no change."""
        self._waiting.append(_Step("do", Once(make), then))
        self._next()

    @Slot()
    def undo(self) -> None:
        """Take the last change back."""
        self._waiting.append(_Step("undo"))
        self._next()

    @Slot()
    def redo(self) -> None:
        """Do again what was taken back last."""
        self._waiting.append(_Step("redo"))
        self._next()

    def forget(self) -> None:
        """Nothing so far can be taken back any more."""
        self._past.clear()
        self._future.clear()
        self.state_changed.emit()

    def finish(self) -> None:
        """Carry out what still waits, now: the window closes."""
        waiting, self._waiting = self._waiting, deque()
        for step in ([] if self._running is None else [self._running]) + list(waiting):
            if step.make is not None:
                with suppress(UserError):  # there is nobody left to be told
                    step.make()

    def _next(self) -> None:
        while self._running is None and self._waiting:
            step = self._waiting.popleft()
            stack = self._future if step.turn == "redo" else self._past
            if step.make is not None:
                self._running = step
                self._pool.call(step.make).finished.connect(self._ended)
            elif stack:
                self._running = step
                call = self._pool.call(self._applied, stack[-1], step.turn == "undo")
                call.finished.connect(self._ended)

    def _applied(self, change: Any, back: bool) -> Any:  # noqa: ANN401, FBT001 - on a worker
        self._apply(change, back)
        return change

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        step, self._running = self._running, None
        change = outcome.value if outcome.state == "done" else None
        if outcome.state == "failed":
            self.failed.emit(outcome)
        elif step is not None and change is not None:
            self._keep(step.turn, change)
            self.done.emit(change, step.turn == "undo")
            if step.then is not None:
                step.then(change)
        self.state_changed.emit()
        self._next()

    def _keep(self, turn: _Turn, change: Any) -> None:  # noqa: ANN401 - whatever a step makes
        if turn == "undo":
            self._past.pop()
            self._future.append(change)
            return
        if turn == "redo":
            self._future.pop()
        else:
            self._future.clear()
        self._past.append(change)
