"""The decode thread: the only one in the process that evaluates tokens. The scheduler on a page.

Callers put jobs into a queue and read their streams. The thread goes round and round; in each
round it looks at every loaded model (`model_queue`) and makes at most two native calls for it:

1. **Tidy, admit.** Jobs whose caller left give up their sequence. Waiting jobs get one, interactive
   ones first, while the context has room for their prompt. Where there is none, what nobody uses
   makes way (`sequences`: kept conversations, shared prefixes), then, for an interactive job, the
   youngest background job: it goes back to the queue with everything it has and is evaluated anew
   later. So nobody holds room in advance, and nobody fails because others are there.
2. **Decode**: one call with one token for each running sequence. Background rows wait up to
   `TOGETHER_SECONDS` while other background prompts are read: a step costs little more with
   sixteen rows than with four.
3. **Prefill**: one call with a stretch of *one* sequence's prompt: interactive first, then whoever
   had least. Mixing both in a call gains nothing on hybrid models, and a call with one sequence
   can be stopped without harm to others. Its length follows the measured speed (`share.Pace`), and
   it is stopped in the middle, and later goes on from where it began, when an interactive request
   comes: a background's always, an interactive one's only for a prompt much shorter than itself.

While anybody is answered interactively, on whatever model, the background gets a share of the time
(`share.Share`) and no more. Between rounds other threads' functions run (`call`: unloading,
embedding). When there is nothing to do, conversations that changed go to disk, one at a time
(`states`).

The one law: nothing that goes wrong for one request ends another or the thread.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict, deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from agents.base import CancelToken
from agents.engine import share
from agents.engine.model_queue import ModelQueue
from agents.engine.states import SavedState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from agents.base import Turns
    from agents.engine.job import Job
    from agents.engine.loaded import LoadedModel
    from agents.engine.sequences import Kept
    from agents.engine.states import States
    from agents.engine.threads import Threads

log = logging.getLogger(__name__)

T = TypeVar("T")

TOGETHER_SECONDS = 1.0  # that background rows wait for others to be read
IDLE_SECONDS = 1.0  # without work, before conversations are written to disk
MIN_SAVED = 64  # tokens; a shorter conversation is evaluated sooner than it is read
MAX_TALKS = 64  # conversations whose answers' tokens are remembered
READING = 2  # see `ModelQueue.urgent`


class DecodeThread:
    """Runs the jobs of all models. The thread starts with the first model."""

    def __init__(
        self,
        threads: Threads,
        turns: Turns,
        states: States | None = None,
    ) -> None:
        """Nothing runs yet.

        Args:
            threads: how many native threads, and how polite they are.
            turns: taken around every native call, so that runtimes do not compete for cores.
            states: where conversations outlive the process; None = nowhere.
        """
        self._threads = threads
        self._turns = turns
        self._patient = CancelToken()  # waits for its turn, whatever is cancelled
        self._states = states
        self._changed = threading.Condition()
        self._queues: dict[LoadedModel, ModelQueue] = {}
        self._calls: deque[Callable[[], None]] = deque()
        self._talks: OrderedDict[tuple[LoadedModel, str], Job] = OrderedDict()
        self._forgotten: set[str] = set()  # conversations of which nothing is written any more
        self._disk = ThreadPoolExecutor(1, "states")
        self._thread: threading.Thread | None = None
        self._closing = False
        # Tokens of the shortest interactive prompt that came during this round, if any did.
        self._hurry: int | None = None
        self._share = share.Share()
        self._round_number = 0
        self._together_since = 0.0

    # ── any thread ──
    def add(self, model: LoadedModel) -> None:
        """Take over a model that was just loaded."""
        with self._changed:
            if self._closing:
                raise RuntimeError("the engine is closed")
            self._queues[model] = ModelQueue(
                model, part=lambda kept: self._save(model, kept), fetch=self._fetch
            )
            self._start()

    def remove(self, model: LoadedModel) -> None:
        """Cancel the model's jobs, save its conversations, free it; returns when that is done."""
        self.call(lambda: self._drop(model))

    def said(self, model: LoadedModel, conversation: str) -> Mapping[str, tuple[int, ...]]:
        """The conversation's answers and the tokens they were made of, as far as remembered."""
        with self._changed:
            last = self._talks.get((model, conversation))
        if last is not None:
            return last.said
        found = self._states and self._states.said(conversation, model.identity)
        return found or {}

    def submit(self, job: Job) -> None:
        """Queue a job."""
        name = job.request.conversation
        with self._changed:
            queue = self._queues.get(job.model)
            if queue is not None and not self._closing:
                if name:
                    self._forgotten.discard(name)
                    self._remember(job)
                queue.submit(job)
                if job.interactive:
                    tokens = job.unread
                    self._hurry = tokens if self._hurry is None else min(self._hurry, tokens)
                    for other in self._queues.values():
                        other.make_way(tokens)
                self._changed.notify()
                return
        job.stream.release()

    def left(self, model: LoadedModel) -> None:
        """The caller of one of the model's jobs does not want it any more."""
        queue = self._queues.get(model)
        if queue is not None:
            queue.left()

    def forget(self, conversation: str) -> None:
        """Drop what is kept of a conversation, in memory and on disk; returns at once."""
        with self._changed:
            for key in [key for key in self._talks if key[1] == conversation]:
                del self._talks[key]
            self._forgotten.add(conversation)  # an answer may be on its way, and ends later
            if self._closing:
                return
        self.later(lambda: self._forget(conversation))

    def state(self, model: LoadedModel) -> tuple[int, float]:
        """Jobs of the model and its tokens a second."""
        with self._changed:
            queue = self._queues.get(model)
        return queue.counts() if queue else (0, 0.0)

    def close(self) -> None:
        """Cancel everything, save conversations, free every model. Any number of times."""
        with self._changed:
            self._closing = True
            jobs = [job for queue in self._queues.values() for job in queue.jobs]
            self._changed.notify()
        for job in jobs:
            job.stream.release()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        self._disk.shutdown()

    def call(self, function: Callable[[], T]) -> T:
        """Run something on the decode thread, between two rounds; waits for it and returns it.

        Raises:
            RuntimeError: the engine is closed; and whatever the function raises.
        """
        return self.later(function).result()

    def later(self, function: Callable[[], T]) -> Future[T]:
        """Run something on the decode thread, between two rounds; returns at once.

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

    def _remember(self, job: Job) -> None:
        key = (job.model, job.request.conversation)
        self._talks[key] = job
        self._talks.move_to_end(key)
        while len(self._talks) > MAX_TALKS:
            self._talks.popitem(last=False)

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify()

    # ── the decode thread ──
    def _run(self) -> None:
        self._threads.lower_priority()  # before native code starts threads that inherit it
        while True:
            with self._changed:
                idle = not (self._calls or self._busy() or self._closing)
                idle = idle and not self._changed.wait(self._pause())
                if self._closing:
                    break
                calls, self._calls = self._calls, deque()
                self._hurry = None
            for call in calls:
                call()
            if self._busy():
                self._round(list(self._queues.values()))
            elif idle:
                self._save_one()
        for call in self._calls:
            call()
        for model in list(self._queues):
            self._drop(model)

    def _busy(self) -> bool:
        return any(queue.busy for queue in self._queues.values())

    def _round(self, queues: list[ModelQueue]) -> None:
        urgent = 0
        for queue in queues:
            try:
                queue.tidy()
                queue.admit()
                urgent = max(urgent, queue.urgent)
            except Exception as error:  # our bug: it must not take the thread along
                log.exception("a round failed")
                queue.fail_all(error)
        if not urgent:
            self._share.reset()
        self._round_number += 1
        first = self._round_number % len(queues)
        worked = False
        for queue in queues[first:] + queues[:first]:
            if queue.running:
                worked |= self._guarded_visit(queue, urgent)
        if not worked:  # whoever waits, waits for the disk
            with self._changed:
                if not (self._calls or self._closing) and self._hurry is None:
                    self._changed.wait(0.01)

    def _guarded_visit(self, queue: ModelQueue, urgent: int) -> bool:
        try:
            return self._visit(queue, urgent)
        except Exception as error:  # our bug: it must not take the thread along
            log.exception("a step failed")
            queue.fail_all(error)
            return True

    def _visit(self, queue: ModelQueue, urgent: int) -> bool:
        """One model's calls of a round; False if it was nobody's turn."""
        if urgent and not self._share.background_may:
            if not queue.urgent:
                return False
            jobs = [job for job in queue.running if job.interactive]
        else:
            jobs = queue.running
        queue.model.use_threads(self._threads.count(interactive=urgent > 0))
        queue.make_room()
        reader = _next_to_read(jobs)
        rows = self._rows(jobs, reader)
        with self._turns.turn(self._patient):
            started = time.perf_counter()
            background = queue.decode(rows) if rows else 0.0
            if reader is not None and reader.sequence >= 0 and not reader.stream.done:
                began = time.perf_counter()
                queue.prefill(reader, self._patience(queue, reader, urgent), self._in_a_hurry)
                if not reader.interactive:
                    background += time.perf_counter() - began
            if urgent:
                spent = time.perf_counter() - started
                self._share.worked(spent - background, background, reading=urgent == READING)
        return bool(rows or reader)

    def _rows(self, jobs: list[Job], reader: Job | None) -> list[Job]:
        """Who gets a token in this round."""
        ready = [job for job in jobs if job.remaining == 1 and job.sequence >= 0]
        if reader is None or reader.interactive:
            return ready
        now = time.monotonic()
        if now - self._together_since > TOGETHER_SECONDS:
            self._together_since = now
            return ready
        return [job for job in ready if job.interactive]

    def _patience(self, queue: ModelQueue, reader: Job, urgent: int) -> float:
        """Seconds that the next call may take; it is stopped for an interactive request that comes.

        Long calls are the quick ones, so it is short only where somebody's next token waits.
        """
        if urgent and (not reader.interactive or self._writes_beside(reader)):
            return share.SHORT_SECONDS
        if reader.interactive or len(queue.jobs) == 1:
            return share.ALONE_SECONDS
        return share.BESIDE_SECONDS

    def _writes_beside(self, reader: Job) -> bool:
        return any(
            job.interactive and job.stream.tokens and job is not reader
            for queue in self._queues.values()
            for job in queue.running
        )

    def _in_a_hurry(self) -> int | None:
        return self._hurry

    def _drop(self, model: LoadedModel) -> None:
        with self._changed:
            queue = self._queues.pop(model, None)
        if queue is None:
            return
        queue.close()
        queue.tidy()
        for kept in queue.sequences.kept.values():
            self._save(model, kept)
        with self._changed:
            for key in [key for key in self._talks if key[0] is model]:
                del self._talks[key]
        model.close()

    # ── conversations on disk ──
    def _pause(self) -> float | None:
        """How long to wait for work: for ever, where every conversation is saved."""
        return IDLE_SECONDS if self._states is not None and self._unsaved() else None

    def _save_one(self) -> None:
        """Nothing to do: write down a conversation that changed."""
        for model, kept in self._unsaved()[:1]:
            self._save(model, kept)

    def _unsaved(self) -> list[tuple[LoadedModel, Kept]]:
        return [
            (model, kept)
            for model, queue in self._queues.items()
            for kept in queue.sequences.kept.values()
            if not kept.saved
        ]

    def _fetch(self, job: Job) -> None:
        """Have a conversation read back while its next turn waits."""
        if self._states is not None:
            name, model = job.request.conversation, job.model.identity
            job.arriving = self._disk.submit(self._states.load, name, model)
            job.arriving.add_done_callback(lambda _future: self._wake())

    def _save(self, model: LoadedModel, kept: Kept) -> None:
        if kept.saved or self._states is None:
            return
        kept.saved = True  # or it is too short, or cannot be: either way not again
        if len(kept.tokens) < MIN_SAVED or kept.name in self._forgotten:
            return
        data = model.snapshot(kept.sequence, partial=False)
        if not len(data):
            return
        with self._changed:
            last = self._talks.get((model, kept.name))
        snapshots = tuple((one.length, one.data) for one in kept.snapshots)
        state = SavedState(kept.tokens, data, snapshots, last.said if last is not None else {})
        try:
            self._disk.submit(self._states.save, kept.name, model.identity, state)
        except RuntimeError:  # the interpreter is going away, and has waited for what was queued
            self._states.save(kept.name, model.identity, state)

    def _forget(self, conversation: str) -> None:
        for queue in self._queues.values():
            kept = queue.sequences.kept.pop(conversation, None)
            if kept is not None:
                queue.sequences.drop(kept)
        if self._states is not None:
            self._disk.submit(self._states.forget, conversation)  # after what is being written


def _next_to_read(jobs: list[Job]) -> Job | None:
    """Whose prompt is read next: interactive ones first, then who had least since it came.

    Of equals it is who was not served for longest, so that whoever comes while a long prompt is
    read goes before it; and of those who were never served, who came first.
    """
    reading = [job for job in jobs if job.remaining > 1 and not job.stream.done]
    if not reading:
        return None
    return min(reading, key=_turn)


def _turn(job: Job) -> tuple[bool, int, float, tuple[int, int]]:
    return (not job.interactive, job.had, job.served, job.rank)
