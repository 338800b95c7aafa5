"""The decode thread: the only one in the process that evaluates tokens.

How it works. Callers put jobs into a queue and read their streams. The thread goes round and
round over the loaded models; each visit is one *step* of one model:

1. **Sweep**: jobs whose caller has left give up their sequence.
2. **Admit**: waiting jobs get a free sequence, interactive ones first, while the context has room
   for their prompt and some tokens more. If an interactive job finds no place, the youngest
   background job makes way: it goes back to the queue with everything it has and is evaluated
   anew later. So nobody holds room in advance, and nobody fails because others are there.
3. **Decode**: one call with one token for each running sequence.
4. **Prefill**: one call with a stretch of *one* sequence's prompt, interactive first. Mixing both
   in a call gains nothing on hybrid models, and a call with one sequence can be aborted without
   harm to others.

The one law: a request's misfortune is its own. A failed call, numbers that are none, an exception
while sampling end that request and its sequence; the others and the thread go on.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from agents.base import Turns, UserError
from agents.engine.job import NOWHERE, Job
from agents.engine.loaded import ABORTED, NO_ROOM, OK, Slot
from agents.engine.port import Priority
from agents.engine.threads import Threads
from agents.engine.weights import CHUNK

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from agents.engine.loaded import LoadedModel

log = logging.getLogger(__name__)

T = TypeVar("T")

MARGIN = 32  # tokens of room beside its prompt that a job needs to be admitted
SMALL_CHUNK = 32  # of a background prompt while an interactive answer is being written
SPEED_SECONDS = 5.0  # over which the speed is measured


class ModelQueue:
    """The jobs of one model. Everything but `waiting` belongs to the decode thread."""

    def __init__(self, model: LoadedModel) -> None:
        """No jobs yet."""
        self.model = model
        self.waiting: list[Job] = []
        self.running: list[Job] = []
        self.free = list(range(model.plan.sequences))
        self.tainted = False  # the model's memory may hold numbers that are none
        self._made: deque[tuple[float, int]] = deque()

    @property
    def busy(self) -> bool:
        """Whether any job waits or runs."""
        return bool(self.waiting or self.running)

    @property
    def used(self) -> int:
        """Tokens in the model's memory."""
        return sum(job.evaluated for job in self.running)

    def count(self, tokens: int) -> None:
        """Note tokens made now."""
        now = time.monotonic()
        self._made.append((now, tokens))
        while self._made and self._made[0][0] < now - SPEED_SECONDS:
            self._made.popleft()

    def speed(self) -> float:
        """Tokens a second over the last few seconds, all sequences together."""
        since = time.monotonic() - SPEED_SECONDS
        made = [entry for entry in tuple(self._made) if entry[0] >= since]
        if len(made) < 2:
            return 0.0
        return sum(tokens for _at, tokens in made[1:]) / max(1e-6, made[-1][0] - made[0][0])


class DecodeThread:
    """Owns the thread. Made cheaply: it starts with the first model."""

    def __init__(self, *, threads: Threads | None = None, turns: Turns | None = None) -> None:
        """Nothing runs yet.

        Args:
            threads: how many native threads a step may use, and their priority.
            turns: shared with others who compute on all cores.
        """
        self._threads = threads or Threads()
        self._turns = turns or Turns()
        self._changed = threading.Condition()
        self._queues: dict[LoadedModel, ModelQueue] = {}
        self._calls: deque[Callable[[], None]] = deque()
        self._thread: threading.Thread | None = None
        self._closing = False

    # ── any thread ──
    def add(self, model: LoadedModel) -> None:
        """Take over a model that was just loaded."""
        with self._changed:
            if self._closing:
                raise RuntimeError("the engine is closed")
            self._queues[model] = ModelQueue(model)
            self._start()

    def remove(self, model: LoadedModel) -> None:
        """Cancel the model's jobs and free it; returns when that is done."""
        self.call(lambda: self._drop(model))

    def submit(self, job: Job) -> None:
        """Queue a job."""
        with self._changed:
            queue = self._queues.get(job.model)
            if queue is not None and not self._closing:
                queue.waiting.append(job)
                self._changed.notify()
                return
        job.stream.release()

    def state(self, model: LoadedModel) -> tuple[int, float]:
        """Jobs of the model and its tokens a second."""
        with self._changed:
            queue = self._queues.get(model)
            return (len(queue.running) + len(queue.waiting), queue.speed()) if queue else (0, 0.0)

    def close(self) -> None:
        """Cancel everything, free every model, end the thread. Any number of times."""
        with self._changed:
            self._closing = True
            jobs = [job for queue in self._queues.values() for job in queue.waiting + queue.running]
            self._changed.notify()
        for job in jobs:
            job.stream.release()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def call(self, function: Callable[[], T]) -> T:
        """Run something on the decode thread, between two steps; waits for it and returns it.

        Raises:
            RuntimeError: the engine is closed; and whatever the function raises.
        """
        return self.later(function).result()

    def later(self, function: Callable[[], T]) -> Future[T]:
        """Run something on the decode thread, between two steps; returns at once.

        Raises:
            RuntimeError: the engine is closed.
        """
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(function())
            except BaseException as error:  # noqa: BLE001 - handed to whoever asked
                future.set_exception(error)

        with self._changed:
            if self._closing:
                raise RuntimeError("the engine is closed")
            self._calls.append(run)
            self._start()
            self._changed.notify()
        return future

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="decode", daemon=True)
            self._thread.start()

    # ── the decode thread ──
    def _run(self) -> None:
        self._threads.lower_priority()  # before native code starts threads that inherit it
        while True:
            with self._changed:
                while not (self._closing or self._calls or self._any_busy()):
                    self._changed.wait()
                if self._closing:
                    break
                calls = list(self._calls)
                self._calls.clear()
                queues = [queue for queue in self._queues.values() if queue.busy]
            for call in calls:
                call()
            for queue in queues:
                if queue.model in self._queues:
                    self._guarded_step(queue)
        for call in self._calls:
            call()
        for model in list(self._queues):
            self._drop(model)

    def _any_busy(self) -> bool:
        return any(queue.busy for queue in self._queues.values())

    def _drop(self, model: LoadedModel) -> None:
        with self._changed:
            queue = self._queues.pop(model, None)
        if queue is None:
            return
        for job in queue.waiting + queue.running:
            job.stream.release()
            job.close()
        model.close()

    def _guarded_step(self, queue: ModelQueue) -> None:
        try:
            self._step(queue)
        except Exception as error:  # our bug: it must not take the thread along
            log.exception("a step failed")
            for job in list(queue.running):
                self._fail(queue, job, error)

    def _step(self, queue: ModelQueue) -> None:
        self._sweep(queue)
        self._admit(queue)
        self._make_room(queue)
        ready = [job for job in queue.running if job.remaining == 1]
        self._decode(queue, [job for job in ready if not job.alone])
        for job in ready:
            if job.alone:
                self._decode(queue, [job])
        self._prefill(queue)
        self._sweep(queue)
        if queue.tainted:
            self._cleanse(queue)

    def _sweep(self, queue: ModelQueue) -> None:
        with self._changed:
            gone = [job for job in queue.waiting if job.stream.done]
            queue.waiting = [job for job in queue.waiting if not job.stream.done]
        for job in gone:
            job.close()
        for job in [job for job in queue.running if job.stream.done]:
            self._leave(queue, job)
            job.close()

    def _admit(self, queue: ModelQueue) -> None:
        while True:
            with self._changed:
                job = min(queue.waiting, key=lambda job: job.rank, default=None)
            if job is None or not self._has_place(queue, job):
                return
            with self._changed:
                queue.waiting.remove(job)
            job.sequence = queue.free.pop()
            queue.running.append(job)
            with self._answering(queue, job):
                job.begin()

    def _has_place(self, queue: ModelQueue, job: Job) -> bool:
        cells = queue.model.plan.cells
        while True:
            promised = sum(max(other.evaluated, len(other.tokens)) for other in queue.running)
            room = cells - promised - MARGIN * len(queue.running)
            # Alone it always has a place: that its prompt fits was checked when it came.
            if not queue.running or (queue.free and len(job.tokens) + MARGIN <= room):
                return True
            if job.request.priority != Priority.INTERACTIVE or not self._send_back(
                queue, above=Priority.INTERACTIVE
            ):
                return False

    def _make_room(self, queue: ModelQueue) -> None:
        """Before a step: its tokens must have cells."""
        cells = queue.model.plan.cells
        while True:
            ready = [job for job in queue.running if job.remaining == 1]
            if queue.used + len(ready) <= cells:
                return
            if len(queue.running) > 1:
                self._send_back(queue)
            else:
                ready[0].out_of_room()
                self._sweep(queue)
                return

    def _send_back(self, queue: ModelQueue, above: int = -1) -> bool:
        """Let the last in rank wait again; False if none ranks after `above`."""
        last = max(queue.running, key=lambda job: job.rank)
        if last.request.priority <= above:
            return False
        self._leave(queue, last)
        with self._changed:
            queue.waiting.append(last)
        return True

    def _decode(self, queue: ModelQueue, jobs: list[Job]) -> None:
        jobs = [job for job in jobs if job in queue.running and not job.stream.done]
        if not jobs:
            return
        slots = [Slot(job.sequence, job.evaluated, job.tokens[-1]) for job in jobs]
        result = queue.model.decode(slots)
        if result != OK:
            self._decode_failed(queue, jobs, result)
            return
        for row, job in enumerate(jobs):
            job.evaluated += 1
            with self._answering(queue, job):
                job.take(queue.model.logits(row))
        with self._changed:
            queue.count(len(jobs))

    def _decode_failed(self, queue: ModelQueue, jobs: list[Job], result: int) -> None:
        """What the memory holds now is unknown: evaluate these anew, each without the others."""
        log.warning("llama_decode returned %d for %d sequences", result, len(jobs))
        if len(jobs) > 1:
            for job in jobs:
                job.alone = True
                self._leave(queue, job)
            with self._changed:
                queue.waiting.extend(jobs)
        elif result == NO_ROOM:
            jobs[0].out_of_room()
        else:
            self._fail(queue, jobs[0], _failed(result))

    def _prefill(self, queue: ModelQueue) -> None:
        job = min(
            (job for job in queue.running if job.remaining > 1 and not job.stream.done),
            key=lambda job: job.rank,
            default=None,
        )
        if job is None:
            return
        size = min(self._chunk(queue, job), job.remaining)
        stretch = job.tokens[job.evaluated : job.evaluated + size]
        last = size == job.remaining
        result = queue.model.prefill(job.sequence, job.evaluated, stretch, last=last, stop=job.stop)
        if result == OK:
            job.evaluated += size
            if last:
                with self._answering(queue, job):
                    job.take(queue.model.logits(size - 1))
        elif result == NO_ROOM and len(queue.running) > 1:
            self._send_back(queue)
        elif result == NO_ROOM:
            job.out_of_room()
        elif result != ABORTED:  # an aborted one is swept: its stream is done
            log.warning("llama_decode returned %d for a prompt", result)
            self._fail(queue, job, _failed(result))

    @staticmethod
    def _chunk(queue: ModelQueue, job: Job) -> int:
        waited_for = any(
            other.request.priority == Priority.INTERACTIVE and other.remaining == 1
            for other in queue.running
        )
        background = job.request.priority != Priority.INTERACTIVE
        return SMALL_CHUNK if background and waited_for else CHUNK

    @contextlib.contextmanager
    def _answering(self, queue: ModelQueue, job: Job) -> Generator[None, None, None]:
        """Whatever goes wrong inside is this job's end and nobody else's."""
        try:
            yield
        except UserError as error:
            self._fail(queue, job, error)
        except Exception as error:
            log.exception("a request failed")
            self._fail(queue, job, error)

    def _fail(self, queue: ModelQueue, job: Job, error: Exception) -> None:
        queue.tainted |= isinstance(error, UserError) and error.code == "engine.failed"
        job.stream.fail(error)
        self._leave(queue, job)
        job.close()

    def _cleanse(self, queue: ModelQueue) -> None:
        """Overwrite the memory; who is running is evaluated anew."""
        jobs = list(queue.running)
        for job in jobs:
            self._leave(queue, job)
        queue.model.clear(wipe=True)
        queue.tainted = False
        with self._changed:
            queue.waiting.extend(jobs)

    def _leave(self, queue: ModelQueue, job: Job) -> None:
        """Give the sequence back; whoever wants to go on starts at the first token."""
        if job in queue.running:
            queue.running.remove(job)
            queue.model.drop(job.sequence)
            queue.free.append(job.sequence)
            if not queue.running:
                queue.model.clear()
        job.sequence = NOWHERE
        job.evaluated = 0


def _failed(result: int) -> UserError:
    return UserError("engine.failed", reason=f"llama_decode returned {result}")
