"""The requests of one model: who waits, who has a sequence, and the native calls made for them.

The one law: a request's misfortune is its own. A failed call, numbers that are none, an exception
while sampling end that request; the others go on, evaluated anew where the model's memory cannot
be trusted any more.
"""

from __future__ import annotations

import bisect
import logging
import operator
import time
from collections import deque
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.engine.loaded import ABORTED, NO_ROOM, OK
from agents.engine.sequences import Kept, Sequences
from agents.engine.share import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from agents.engine.job import Job
    from agents.engine.loaded import LoadedModel

log = logging.getLogger(__name__)

MARGIN = 32  # tokens of room beside its prompt that a job needs to be admitted
SPEED_SECONDS = 5.0  # over which the speed is measured
MAX_STATE = 4 << 20  # bytes of a hybrid's running state: they are copied before each chunk

_rank = operator.attrgetter("rank")


class ModelQueue:
    """The jobs of one model. `submit`, `left` and `counts` may be called from any thread."""

    def __init__(
        self,
        model: LoadedModel,
        *,
        part: Callable[[Kept], None],
        fetch: Callable[[Job], None],
    ) -> None:
        """No jobs yet.

        Args:
            model: whose jobs they are.
            part: told of a conversation that is about to lose its sequence.
            fetch: asked to read a conversation from disk; sets the job's `arriving`.
        """
        self.model = model
        self.sequences = Sequences(model, part)
        self.pace = Pace(model.plan.chunk)
        self.running: list[Job] = []
        self.reading: Job | None = None  # whose prompt is being evaluated this moment
        self._stretch = 0  # tokens of it in this call
        self._fetch = fetch
        self._arrived: deque[Job] = deque()
        self._waiting: list[Job] = []  # best rank first
        self._somebody_left = False
        self._tainted = False  # the model's memory may hold numbers that are none
        self._made: deque[tuple[float, int]] = deque()
        state = model.info.state_bytes_per_sequence
        self._can_stop = state <= MAX_STATE  # a chunk, for whoever comes

    # ── any thread ──
    def submit(self, job: Job) -> None:
        """Queue a job."""
        self._arrived.append(job)

    def make_way(self, tokens: int) -> None:
        """An interactive prompt of so many tokens came: stop evaluating one that gives way."""
        reading = self.reading
        if reading is not None and self._gives_way(reading, tokens):
            reading.halt()

    def left(self) -> None:
        """Some caller does not want its answer any more."""
        self._somebody_left = True

    @property
    def busy(self) -> bool:
        """Whether any job waits or runs."""
        return bool(self.running or self._waiting or self._arrived)

    @property
    def jobs(self) -> list[Job]:
        """All of them."""
        return [*self._arrived, *self._waiting, *self.running]

    def counts(self) -> tuple[int, float]:
        """Jobs that wait or run, and tokens made a second."""
        made = list(self._made)
        since = time.monotonic() - SPEED_SECONDS
        tokens = sum(number for when, number in made if when > since)
        return len(self.jobs), tokens / SPEED_SECONDS

    # ── the decode thread: who is in ──
    @property
    def urgent(self) -> int:
        """Interactive jobs that run: 0 none, 1 all are being answered, 2 one still reads."""
        found = 0
        for job in self.running:
            if job.interactive:
                found = max(found, 1 if job.stream.tokens else 2)
        return found

    def tidy(self) -> None:
        """Take in who arrived, let go who left."""
        while self._arrived:
            bisect.insort(self._waiting, self._arrived.popleft(), key=_rank)
        if self._somebody_left:
            self._somebody_left = False
            gone = [job for job in self._waiting if job.stream.done]
            self._waiting = [job for job in self._waiting if not job.stream.done]
            for job in gone:
                job.writer.close()
        for job in [job for job in self.running if job.stream.done]:
            self._end(job)
        if self._tainted:
            self._cleanse()

    def admit(self) -> None:
        """Give sequences to waiting jobs, in order of rank, while there is room."""
        at = 0
        while at < len(self._waiting):
            job = self._waiting[at]
            if len(self.running) >= self.model.plan.running and not job.interactive:
                break
            if job.stream.done or self._must_wait(job):
                at += 1
                continue
            if not self._has_place(job) or not self.sequences.take(job):
                break
            self._waiting.remove(job)  # whoever made way for it is in the list, too
            job.had = min((one.had for one in self.running if one.remaining > 1), default=0)
            self.running.append(job)
            self._guarded(job, job.writer.begin)

    def _must_wait(self, job: Job) -> bool:
        """Whether waiting saves more than it costs: for its state, its turn, or its prefix."""
        name = job.request.conversation
        if name:
            if any(one.request.conversation == name for one in self.running):
                return True
            if not job.fetched and name not in self.sequences.kept:
                job.fetched = True
                self._fetch(job)
            if job.arriving is not None:
                if not job.arriving.done():
                    return True
                job.saved, job.arriving = job.arriving.result(), None
        if not job.prefix_length or self.sequences.prefix_of(job) is not None:
            return False
        prefix = job.tokens[: job.prefix_length]
        return any(
            one.evaluated < job.prefix_length
            and one.prefix_length == job.prefix_length
            and one.rank < job.rank
            and one.tokens[: job.prefix_length] == prefix
            for one in self.running
        )

    def _has_place(self, job: Job) -> bool:
        plan, sequences = self.model.plan, self.sequences
        while True:
            promised = sum(
                max(one.evaluated, len(one.tokens)) - _shared(one) + MARGIN for one in self.running
            )
            free = plan.cells - promised - sequences.held
            needed = sequences.cost(job) + MARGIN
            if len(self.running) < plan.running and needed <= free:
                return True
            if needed > free and sequences.evict(job):
                continue
            # Alone it always has a place: that its prompt fits was checked when it came.
            if not self.running:
                return True
            if not job.interactive or not self._send_back(only_background=True):
                if needed > free and not job.told:
                    job.told = True
                    job.stream.waiting(needed, max(0, free))
                return False

    def make_room(self) -> None:
        """Before a step: its tokens must have cells."""
        cells, sequences = self.model.plan.cells, self.sequences
        while self.running:
            ready = sum(1 for job in self.running if job.remaining == 1)
            used = sum(job.evaluated - _shared(job) for job in self.running)
            if used + ready + sequences.held <= cells:
                return
            if sequences.evict(self.running[0]):
                continue
            if len(self.running) > 1:
                self._send_back()
            else:
                self.running[0].writer.out_of_room()
                self._end(self.running[0])

    # ── the decode thread: calls ──
    def decode(self, jobs: Iterable[Job]) -> float:
        """One token for each of these; returns the seconds that the background's rows cost."""
        together: list[Job] = []
        alone: list[Job] = []
        for job in jobs:
            if not job.stream.done:
                (alone if job.alone else together).append(job)
        cost = self._decode(together) if together else 0.0
        for job in alone:
            cost += self._decode([job])
        return cost

    def prefill(self, job: Job, seconds: float, hurry: Callable[[], int | None]) -> None:
        """Evaluate more of a prompt, for about so long; less if it gives way to a `hurry`."""
        end = min(job.evaluated + self.pace.chunk(seconds), job.border)
        stretch = job.tokens[job.evaluated : end]
        last = end == len(job.tokens)
        self._prepare_to_stop(job)
        started = job.served = time.perf_counter()
        self._stretch = len(stretch)
        self.reading = job
        tokens = hurry()  # who came just now could not see what is read
        if tokens is not None and self._gives_way(job, tokens):
            job.halt()
        try:
            result = self.model.prefill(
                job.sequence, job.evaluated, stretch, last=last, stop=job.stop
            )
        finally:
            self.reading = None
        if result == OK:
            self.pace.read(len(stretch), time.perf_counter() - started)
            job.read += len(stretch)
            job.had += len(stretch)
            job.evaluated = end
            self._arrived_at_border(job, last=last)
        elif result == ABORTED:
            self._stopped(job)
        elif result != NO_ROOM:
            log.warning("llama_decode returned %d for a prompt", result)
            self._fail(job, _failed(result))
        elif not self.sequences.evict(job):
            if len(self.running) > 1:
                self._send_back()
            else:
                job.writer.out_of_room()

    def _gives_way(self, reading: Job, tokens: int) -> bool:
        """Whether this prompt's evaluation is stopped for an interactive one of so many tokens."""
        # Among equals only for what is much shorter: a burst would be answered last to first.
        return self._can_stop and (not reading.interactive or 2 * tokens < self._stretch)

    def _prepare_to_stop(self, job: Job) -> None:
        """Before a call that may be stopped: what is evaluated is not lost then."""
        if job.request.conversation and not job.read:
            self.sequences.remember(job)
        job.mark = self.sequences.snapshot(job) if self._can_stop else None

    def _arrived_at_border(self, job: Job, *, last: bool) -> None:
        if job.evaluated == job.prefix_length:
            self.sequences.share(job)
        if last:
            self._guarded(job, lambda: job.take(self.model.logits(1)[0]))
        elif job.request.conversation and job.evaluated == job.prompt_length - 1:
            self.sequences.remember(job)

    def _stopped(self, job: Job) -> None:
        """Its own doing (the stream is done, and it is swept) or it made way for another."""
        job.go_on()
        if job.mark is not None:
            job.snapshots.append(job.mark)
        self.sequences.take_back(job, job.evaluated)
        if job.mark is not None and job.snapshots:
            job.snapshots.pop()
            job.mark = None

    def _decode(self, jobs: list[Job]) -> float:
        started = time.perf_counter()
        result = self.model.decode(
            [job.sequence for job in jobs],
            [job.evaluated for job in jobs],
            [job.tokens[-1] for job in jobs],
        )
        spent = time.perf_counter() - started
        if result != OK:
            self._decode_failed(jobs, result)
            return 0.0
        mine = 0
        logits = self.model.logits(len(jobs))
        for row, job in enumerate(jobs):
            job.evaluated += 1
            mine += job.interactive
            try:
                job.take(logits[row])
            except Exception as error:  # noqa: BLE001 - it is this request's end, nobody else's
                self._broke(job, error)
        self._made.append((time.monotonic(), len(jobs)))
        if len(self._made) > 1 and self._made[0][0] < self._made[-1][0] - SPEED_SECONDS:
            self._made.popleft()
        return self.pace.stepped(spent, len(jobs), mine)

    def _decode_failed(self, jobs: list[Job], result: int) -> None:
        """What the memory holds now is unknown: evaluate these anew, each without the others."""
        log.warning("llama_decode returned %d for %d sequences", result, len(jobs))
        if len(jobs) > 1:
            for job in jobs:
                job.alone = True
                self._back_to_the_queue(job)
        elif result == NO_ROOM:
            jobs[0].writer.out_of_room()
        else:
            self._fail(jobs[0], _failed(result))

    # ── leaving ──
    def _end(self, job: Job) -> None:
        """The job's stream is done: keep what may be of use, free the rest."""
        self.running.remove(job)
        job.writer.close()
        keep = job.request.conversation and job.evaluated and not self._tainted
        if keep:
            self.sequences.keep(job)
        else:
            self._free(job)

    def _free(self, job: Job) -> None:
        self.sequences.give_up(job)
        if not (self.running or self.sequences.kept or self.sequences.prefixes):
            self.model.clear()

    def _send_back(self, *, only_background: bool = False) -> bool:
        """Let the last in rank wait again; False if there is none."""
        last = max(self.running, key=_rank)
        if only_background and last.interactive:
            return False
        self._back_to_the_queue(last)
        return True

    def _back_to_the_queue(self, job: Job) -> None:
        self.running.remove(job)
        self._free(job)
        job.read = 0  # in its next sequence
        bisect.insort(self._waiting, job, key=_rank)

    def _guarded(self, job: Job, function: Callable[[], None]) -> None:
        """Whatever goes wrong inside is this job's end and nobody else's."""
        try:
            function()
        except Exception as error:  # noqa: BLE001 - see above
            self._broke(job, error)

    def _broke(self, job: Job, error: Exception) -> None:
        if not isinstance(error, UserError):  # our bug
            log.error("a request failed", exc_info=error)
        self._fail(job, error)

    def _fail(self, job: Job, error: Exception) -> None:
        self._tainted |= isinstance(error, UserError) and error.code == "engine.failed"
        job.stream.fail(error)
        job.writer.close()
        if job in self.running:
            self.running.remove(job)
            self._free(job)

    def fail_all(self, error: Exception) -> None:
        """Something went wrong that belongs to nobody: end what runs."""
        for job in list(self.running):
            self._fail(job, error)

    def _cleanse(self) -> None:
        """Overwrite the memory; who is running is evaluated anew."""
        for job in list(self.running):
            self._back_to_the_queue(job)
        self.sequences.forget_all()
        self.model.clear(wipe=True)
        self._tainted = False

    def close(self) -> None:
        """End every job; the model is not touched."""
        for job in self.jobs:
            job.stream.release()
            job.writer.close()


def _shared(job: Job) -> int:
    return len(job.prefix.tokens) if job.prefix is not None else 0


def _failed(result: int) -> UserError:
    return UserError("engine.failed", reason=f"llama_decode returned {result}")
