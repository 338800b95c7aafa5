"""A person's steps on the segments of a document: stored one after the other, and undone.

The one law: steps are stored in the order in which they were made, off the GUI thread; undo waits
for its turn among them.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from agents.store.segment_rows import StoredSegment
from agents.translation.again import Again, AgainDone
from agents.translation.review import Change
from app.ui.translation.steps import Once

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.translation.again import AgainRequest
    from agents.translation.search import Search
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome


# A job, what is stored on a worker, and what is done here instead when its turn comes.
_Waiting = tuple[int, Once, "Callable[[], object] | None"]


class _Step(QUndoCommand):
    """A change that is stored already when it is put on the stack."""

    def __init__(self, change: Change, apply: Callable[..., None]) -> None:
        super().__init__()
        self._change, self._apply = change, apply
        self._new = True

    def redo(self) -> None:
        """Do it again; the first time it is done already."""
        if not self._new:
            self._apply(self._change, back=False)
        self._new = False

    def undo(self) -> None:
        """Take it back."""
        self._apply(self._change, back=True)


class Reviewing(QObject):
    """Hands a person's steps to the review, and keeps what can be undone of each document."""

    changed = Signal(int, object)  # job, list of StoredSegment as they are now
    recut = Signal(int, str)  # job, a segment that was cut or joined: others stand elsewhere now
    failed = Signal(int, object)  # job, Outcome
    again_done = Signal(int, object)  # job, AgainDone
    state_changed = Signal()  # what can be undone, or whether segments are translated once more

    def __init__(self, desk: Desk, pool: JobPool, parent: QObject | None = None) -> None:
        """Start without a document."""
        super().__init__(parent)
        self._desk, self._pool = desk, pool
        self._stacks: dict[int, QUndoStack] = {}
        self._waiting: deque[_Waiting] = deque()
        self._running: tuple[int, Once] | None = None
        self._again: tuple[int, Job] | None = None
        self.job = 0  # whose steps are undone

    def edit(self, segment: str, words: str, *, confirm: bool = False) -> None:
        """Let these words stand."""
        job = self.job
        self._do(lambda: self._desk.review.edit(job, segment, words, confirm=confirm))

    def confirm(self, segments: list[str], *, confirmed: bool = True) -> None:
        """Say that these are right, or take that back."""
        job = self.job
        self._do(lambda: self._desk.review.confirm(job, segments, confirmed=confirmed))

    def comment(self, segment: str, words: str) -> None:
        """Write beside a segment."""
        job = self.job
        self._do(lambda: self._desk.review.comment(job, segment, words))

    def replace(self, wanted: Search, segments: list[str] | None = None) -> None:
        """Replace everywhere, or in these."""
        job = self.job
        self._do(lambda: self._desk.review.replace(job, wanted, segments))

    def split(self, segment: str, at: int, target_at: int | None) -> None:
        """Make two segments of one."""
        job = self.job
        self._do(lambda: self._desk.review.split(job, segment, at, target_at))

    def join(self, segment: str) -> None:
        """Make one of a segment and the next."""
        job = self.job
        self._do(lambda: self._desk.review.join(job, segment))

    def translate_again(self, request: AgainRequest) -> None:
        """Translate some segments once more; one such run at a time."""
        if self._again is None:
            run = self._pool.start(Again(self._desk.review), request, interactive=True)
            run.finished.connect(self._translated)
            self._again = (request.job, run)
            self.state_changed.emit()

    @property
    def translating(self) -> bool:
        """Whether segments are being translated once more."""
        return self._again is not None

    def stop_again(self) -> None:
        """Leave them as they are."""
        if self._again is not None:
            self._again[1].cancel()

    @Slot()
    def undo(self) -> None:
        """Take the last step of this document back."""
        self._turn(back=True)

    @Slot()
    def redo(self) -> None:
        """Do again what was taken back last."""
        self._turn(back=False)

    def after(self, act: Callable[[], object]) -> None:
        """Do something once all steps so far are stored."""
        self._do(_nothing, then=act)

    def finish(self) -> None:
        """Store what still waits, now: the window closes."""
        if self._running is not None:
            self._running[1]()
        while self._waiting:
            _job, step, then = self._waiting.popleft()
            then() if then is not None else step()

    # --- inside ---

    def _turn(self, *, back: bool) -> None:
        stack = self._stack(self.job)
        self._do(_nothing, then=stack.undo if back else stack.redo)

    def _stack(self, job: int) -> QUndoStack:
        if job not in self._stacks:
            self._stacks[job] = QUndoStack(self)
        return self._stacks[job]

    def _do(self, step: Callable[[], object], then: Callable[[], object] | None = None) -> None:
        self._waiting.append((self.job, Once(step), then))
        self._next()

    def _apply(self, change: Change, *, back: bool) -> None:
        if change.recut is None:
            self.changed.emit(change.job, list(change.before if back else change.after))
        self._waiting.appendleft(
            (change.job, Once(lambda: _applied(self._desk, change, back=back)), None)
        )

    def _next(self) -> None:
        if self._running is None and self._waiting:
            job, step, then = self._waiting.popleft()
            if then is not None:
                then()
                self._next()
                return
            self._running = (job, step)
            self._pool.call(step).finished.connect(self._done)

    @Slot(object)
    def _done(self, outcome: Outcome) -> None:
        job = self._running[0] if self._running else 0
        self._running = None
        if outcome.state == "failed":
            self.failed.emit(job, outcome)
        elif isinstance(outcome.value, Change):
            self._take(outcome.value)
        elif isinstance(outcome.value, StoredSegment):
            self.recut.emit(job, outcome.value.segment)
        self._next()

    def _take(self, change: Change) -> None:
        self._stack(change.job).push(_Step(change, self._apply))
        if change.recut is None:
            self.changed.emit(change.job, list(change.after))
        else:
            self.recut.emit(change.job, change.after[0].segment)

    @Slot(object)
    def _translated(self, outcome: Outcome) -> None:
        job = self._again[0] if self._again else 0
        self._again = None
        if outcome.state == "failed":
            self.failed.emit(job, outcome)
        elif isinstance(outcome.value, AgainDone):
            if outcome.value.change is not None:
                self._take(outcome.value.change)
            self.again_done.emit(job, outcome.value)
        self.state_changed.emit()


def _nothing() -> None:
    """What a worker does for a turn that is taken here."""


def _applied(desk: Desk, change: Change, *, back: bool) -> StoredSegment | None:
    """Take a step back, or do it again; returns what was cut or joined by that."""
    desk.review.apply(change, back=back)
    if change.recut is None:
        return None
    return (change.before if back else change.after)[0]
