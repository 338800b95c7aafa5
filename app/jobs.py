"""The one module that knows both Qt and threads: work on a worker, its events on the GUI thread.

The one law: workers never touch a Qt object except to post one queued signal of the pool; jobs
are made, told and deleted on the GUI thread only. Only frozen values cross.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance, Slot

from agents.base import CancelledError, CancelToken, UserError
from agents.store import troubles

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from agents.base import Agent

log = logging.getLogger(__name__)

State = Literal["done", "cancelled", "failed"]

WORKERS = 6
BACKGROUND = 3  # of them may be busy with work nobody waits for


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended. A failure is either a person's (`error`) or ours (`bug`, a traceback)."""

    state: State
    value: Any = None  # what a function returned; the last event of an agent
    error: UserError | None = None
    bug: str = ""


class _Told(QObject):
    """A job's signals, on the GUI thread (`event` is taken in a QObject: Qt calls it)."""

    happened = Signal(object)
    ended = Signal(object)


class Job:
    """One piece of work under way. Its signals are gone after `finished` was told."""

    def __init__(
        self, pool: JobPool, number: int, agent: object, *, network: bool, tells: bool = True
    ) -> None:
        self.number = number
        self.agent = agent  # who does it; None for a short plain function
        self.network = network  # whether it talks to the network, for the status bar
        self.tells = tells  # whether its beginning and its end are told as a change
        self.cancelling = False
        self.told = _Told(pool)
        self._pool = pool
        self._token = CancelToken()

    @property
    def event(self) -> SignalInstance:
        """Signal: one event of the agent, in order."""
        return self.told.happened

    @property
    def finished(self) -> SignalInstance:
        """Signal: the `Outcome`, once, after the last event."""
        return self.told.ended

    @property
    def token(self) -> CancelToken:
        """What the work watches."""
        return self._token

    def cancel(self) -> None:
        """Ask the work to stop; `finished` follows. Harmless at any time, also afterwards."""
        self.cancelling = True
        self._pool.cancel(self)


@dataclass(slots=True)
class _Work:
    number: int
    token: CancelToken
    run: Callable[[_Work], Any]
    background: bool


class JobPool(QObject):
    """Worker threads; some are always kept for what the user waits for."""

    changed = Signal()  # a job began or ended
    broken = Signal(str)  # the traceback of a bug in some job
    _posted = Signal(object)

    def __init__(
        self, parent: QObject | None = None, *, workers: int = WORKERS, background: int = BACKGROUND
    ) -> None:
        """Make a pool.

        Args:
            parent: Qt parent.
            workers: threads at most; they are started when first needed.
            background: of them, how many may run work that is not interactive.
        """
        super().__init__(parent)
        self._jobs: dict[int, Job] = {}
        self._numbers = 0
        self._workers = workers
        self._background = background
        self._ready = threading.Condition()
        self._queue: deque[_Work] = deque()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._busy_background = 0
        self._closed = False
        self._posted.connect(self._receive, Qt.ConnectionType.QueuedConnection)

    def start(
        self,
        agent: Agent[Any, Any],
        request: object,
        *,
        interactive: bool = False,
        network: bool = False,
    ) -> Job:
        """Run `agent.run(request, token)` and deliver its events in order.

        Args:
            agent: what does the work.
            request: its frozen request.
            interactive: the user waits for it: it never queues behind background work.
            network: it talks to the network; the status bar shows that while it runs.
        """
        return self._add(
            lambda work: self._follow(work, agent.run(request, work.token)),
            agent,
            background=not interactive,
            network=network,
        )

    def call(self, function: Callable[..., Any], *args: object) -> Job:
        """Run a short plain function; what it returns is `Outcome.value`.

        A cancelled call that already runs is not interrupted, but its value is thrown away.
        """
        return self._add(
            lambda work: _called(work, function, args), None, background=False, network=False
        )

    def peek(self, function: Callable[..., Any], *args: object) -> Job:
        """As `call`, for what only looks: `changed` is not told, since nothing changes by it."""
        return self._add(
            lambda work: _called(work, function, args),
            None,
            background=False,
            network=False,
            told=False,
        )

    def running(self, *, network: bool = False) -> list[Job]:
        """The agents' jobs that are queued or running; with `network`, only those that dial out."""
        return [
            job
            for job in self._jobs.values()
            if job.agent is not None and (job.network or not network)
        ]

    @property
    def busy(self) -> bool:
        """Whether anything at all is queued or running."""
        return bool(self._jobs)

    @property
    def working(self) -> bool:
        """Whether anything is queued or running that does more than look (`peek`)."""
        return any(job.tells for job in self._jobs.values())

    def cancel(self, job: Job) -> None:
        """See `Job.cancel`."""
        with self._ready:
            queued = next((work for work in self._queue if work.number == job.number), None)
            if queued is not None:
                self._queue.remove(queued)
        job.token.cancel()
        if queued is not None:
            self._post(queued, Outcome("cancelled"))

    def shutdown(self, seconds: float = 3.0) -> bool:
        """Cancel everything and wait; never terminates a thread.

        Returns:
            Whether all workers ended; otherwise the process has to end without them.
        """
        for job in list(self._jobs.values()):
            job.cancel()
        with self._ready:
            self._closed = True
            self._ready.notify_all()
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _add(
        self,
        run: Callable[[_Work], Any],
        agent: object,
        *,
        background: bool,
        network: bool,
        told: bool = True,
    ) -> Job:
        self._numbers += 1
        job = Job(self, self._numbers, agent, network=network, tells=told)
        self._jobs[job.number] = job
        work = _Work(job.number, job.token, run, background)
        with self._ready:
            closed = self._closed
            if not closed:
                self._queue.append(work)
                if self._idle < len(self._queue) and len(self._threads) < self._workers:
                    self._grow()
                self._ready.notify()
        if closed:
            job.token.cancel()
            self._post(work, Outcome("cancelled"))
        if told:
            self.changed.emit()
        return job

    def _grow(self) -> None:
        name = f"worker-{len(self._threads) + 1}"
        # A daemon: if it ignores its token, the process can still end (see `shutdown`).
        thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        while True:
            with self._ready:
                self._idle += 1
                while (work := self._next()) is None and not self._closed:
                    self._ready.wait()
                self._idle -= 1
                if work is None:
                    return
                self._busy_background += work.background
            outcome = _outcome(work)
            with self._ready:
                self._busy_background -= work.background
                self._ready.notify_all()
            self._post(work, outcome)

    def _next(self) -> _Work | None:
        for work in self._queue:
            if not work.background or self._busy_background < self._background:
                self._queue.remove(work)
                return work
        return None

    def _follow(self, work: _Work, events: Generator[Any, None, None]) -> Any:  # noqa: ANN401
        last = None
        try:
            for last in events:  # the last one is the outcome's value
                self._post(work, last)
        finally:
            events.close()
        return last

    def _post(self, work: _Work, value: object) -> None:
        self._posted.emit((work.number, value))

    @Slot(object)
    def _receive(self, posted: tuple[int, object]) -> None:
        number, value = posted
        job = self._jobs.get(number)
        if job is None:
            return
        if not isinstance(value, Outcome):
            job.event.emit(value)
            return
        del self._jobs[number]
        job.finished.emit(value)
        job.told.deleteLater()
        if value.bug:
            self.broken.emit(value.bug)
        if job.tells:
            self.changed.emit()


class Latest(QObject):
    """A question that is asked again as things change: only its last asking is answered.

    Workers end in any order: what an earlier call says of an older state never comes after what
    a later one said.
    """

    answered = Signal(object)  # the `Outcome` of the last asking

    def __init__(self, pool: JobPool, tell: Callable[[Outcome], object], parent: QObject) -> None:
        """Nothing is asked yet.

        Args:
            pool: who answers.
            tell: a slot of `parent` for what the last asking said.
            parent: whoever asks; there is no answer once it is gone.
        """
        super().__init__(parent)
        self._pool = pool
        self._job: Job | None = None
        self.answered.connect(tell)

    @property
    def waiting(self) -> bool:
        """Whether an answer is on its way."""
        return self._job is not None

    def ask(self, function: Callable[..., Any], *args: object) -> None:
        """Ask with `JobPool.call`; whatever was asked before is not answered any more."""
        self.drop()
        self._job = self._pool.call(function, *args)
        self._job.finished.connect(self._ended)

    def drop(self) -> None:
        """Nobody wants an answer any more."""
        job, self._job = self._job, None
        if job is not None:
            job.finished.disconnect(self._ended)
            job.cancel()

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        self._job = None
        self.answered.emit(outcome)


def _called(work: _Work, function: Callable[..., Any], args: tuple[object, ...]) -> Any:  # noqa: ANN401
    value = function(*args)
    work.token.check()
    return value


def _outcome(work: _Work) -> Outcome:
    try:
        work.token.check()
        return Outcome("done", work.run(work))
    except CancelledError:
        return Outcome("cancelled")
    except UserError as error:
        return Outcome("failed", error=error)
    except Exception as error:
        log.exception("A job failed")
        known = troubles.explained(error)
        if known is not None:
            return Outcome("failed", error=known)
        return Outcome("failed", bug=traceback.format_exc())  # ours, and must reach the window
