"""What a model's sequences hold when nobody runs in them: shared prefixes, kept conversations.

The one law: a sequence is only used for tokens it really holds. Every reuse is decided by token
ids; a hybrid is taken back only to a place of which there is a snapshot of its running state, and
whatever cannot be taken back is evaluated anew.

Cells (the context's room) are counted once for a prefix, however many sequences share them.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.engine.job import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import numpy.typing as npt

    from agents.engine.job import Job
    from agents.engine.loaded import LoadedModel
    from agents.engine.states import SavedState

SNAPSHOT_BYTES = 32 << 20  # of one conversation; the oldest go first
MIN_SNAPSHOTS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The running state of a hybrid after `length` tokens."""

    length: int
    data: npt.NDArray[np.uint8]


@dataclass(slots=True, eq=False)
class Prefix:
    """The beginning of many prompts, evaluated once, in a sequence of its own."""

    tokens: list[int]
    sequence: int
    users: int = 0  # sequences that share its cells
    used: float = 0.0


@dataclass(slots=True, eq=False)
class Kept:
    """A conversation between two turns."""

    name: str
    sequence: int
    tokens: list[int]  # evaluated
    prefix: Prefix | None
    snapshots: list[Snapshot]
    saved: bool  # whether the disk has it
    used: float = field(default_factory=time.monotonic)


class Sequences:
    """The sequences of one model. Used by the decode thread only."""

    def __init__(self, model: LoadedModel, part: Callable[[Kept], None]) -> None:
        """All are free.

        Args:
            model: whose they are.
            part: called with a conversation that is about to lose its sequence.
        """
        self._model = model
        self._part = part
        self.free = list(range(model.plan.sequences))
        self.prefixes: list[Prefix] = []
        self.kept: dict[str, Kept] = {}

    @property
    def held(self) -> int:
        """Cells of prefixes and of kept conversations."""
        return sum(len(prefix.tokens) for prefix in self.prefixes) + sum(
            _own(len(kept.tokens), kept.prefix) for kept in self.kept.values()
        )

    def cost(self, job: Job) -> int:
        """Cells the job needs for its prompt beyond those that are held for others."""
        kept = self.kept.get(job.request.conversation)
        if kept is not None:  # its cells are counted as held
            return len(job.tokens) - _own(len(kept.tokens), kept.prefix)
        return _own(len(job.tokens), self.prefix_of(job))

    def prefix_of(self, job: Job) -> Prefix | None:
        """The shared prefix that the job can begin with."""
        length = job.prefix_length
        if not length:
            return None
        wanted = job.tokens[:length]
        return next((one for one in self.prefixes if one.tokens == wanted), None)

    def take(self, job: Job) -> bool:
        """Give the job a sequence that holds as much of its prompt as there is.

        Returns:
            False if no sequence is free and none can be made free.
        """
        kept = self.kept.pop(job.request.conversation, None)
        if kept is None and not self.free and not self.evict(job):
            return False
        if kept is not None:
            self._go_on(job, kept)
        else:
            job.sequence = self.free.pop()
            if job.saved is not None:
                self._bring_back(job, job.saved)
        job.saved = None
        if not job.evaluated:
            self._begin(job)
        job.stream.reused_tokens = max(job.stream.reused_tokens, job.evaluated)
        return True

    def share(self, job: Job) -> None:
        """The job stands at the end of its prefix: keep a copy for those who come later."""
        if self.prefix_of(job) is not None or (not self.free and not self.evict(job)):
            return
        prefix = Prefix(job.tokens[: job.prefix_length], self.free.pop())
        self._model.copy(job.sequence, prefix.sequence)
        self.prefixes.append(prefix)
        self._use(job, prefix)

    def remember(self, job: Job) -> None:
        """Take a snapshot of a hybrid where the job stands now, to come back to."""
        if job.snapshots and job.snapshots[-1].length == job.evaluated:
            return
        made = self.snapshot(job)
        if made is not None:
            job.snapshots.append(made)
            most = max(MIN_SNAPSHOTS, SNAPSHOT_BYTES // len(made.data))
            del job.snapshots[:-most]

    def snapshot(self, job: Job) -> Snapshot | None:
        """The running state of a hybrid where the job stands now; None if it has none."""
        if not self._model.info.hybrid or not job.evaluated:
            return None
        data = self._model.snapshot(job.sequence, partial=True)
        return Snapshot(job.evaluated, data) if len(data) else None

    def take_back(self, job: Job, length: int) -> None:
        """Take the job's sequence back to `length` tokens or fewer; to none if need be."""
        job.evaluated = self._cut(job.sequence, length, job.snapshots)
        if not job.evaluated:
            job.snapshots.clear()
            self._model.drop(job.sequence)
        if job.prefix is not None and job.evaluated < len(job.prefix.tokens):
            self._release(job)
            self._begin(job)

    def keep(self, job: Job) -> None:
        """The job has ended: its sequence waits for the conversation's next turn."""
        name = job.request.conversation
        self.kept[name] = Kept(
            name,
            job.sequence,
            job.tokens[: job.evaluated],
            job.prefix,
            job.snapshots,
            saved=False,
        )
        job.sequence, job.prefix, job.snapshots, job.mark = NOWHERE, None, [], None

    def give_up(self, job: Job) -> None:
        """The job leaves: its sequence is free."""
        self._release(job)
        self._model.drop(job.sequence)
        self.free.append(job.sequence)
        job.sequence, job.evaluated, job.snapshots, job.mark = NOWHERE, 0, [], None

    def evict(self, job: Job) -> bool:
        """Free what was unused for longest and is not the job's own; False if nothing is left."""
        own, wanted = self.kept.get(job.request.conversation), self.prefix_of(job)
        idle: list[Prefix | Kept] = [kept for kept in self.kept.values() if kept is not own]
        idle += [one for one in self.prefixes if not one.users and one is not wanted]
        oldest = min(idle, key=lambda one: one.used, default=None)
        if isinstance(oldest, Kept):
            self._part(oldest)
            del self.kept[oldest.name]
            self.drop(oldest)
        elif oldest is not None:
            self.prefixes.remove(oldest)
            self._model.drop(oldest.sequence)
            self.free.append(oldest.sequence)
        return oldest is not None

    def drop(self, kept: Kept) -> None:
        """Free a conversation's sequence (it is not in `kept` any more)."""
        if kept.prefix is not None:
            kept.prefix.users -= 1
        self._model.drop(kept.sequence)
        self.free.append(kept.sequence)

    def forget_all(self) -> None:
        """Free everything that nobody runs in."""
        for kept in list(self.kept.values()):
            self.drop(kept)
        self.kept.clear()
        for prefix in self.prefixes:
            self._model.drop(prefix.sequence)
            self.free.append(prefix.sequence)
        self.prefixes.clear()

    # ── inside ──
    def _begin(self, job: Job) -> None:
        """A fresh sequence: with the shared prefix, if there is one."""
        prefix = self.prefix_of(job)
        if prefix is not None:
            self._model.copy(prefix.sequence, job.sequence)
            job.evaluated = len(prefix.tokens)
            self._use(job, prefix)

    def _use(self, job: Job, prefix: Prefix) -> None:
        job.prefix = prefix
        prefix.users += 1
        prefix.used = time.monotonic()

    def _release(self, job: Job) -> None:
        if job.prefix is not None:
            job.prefix.users -= 1
            job.prefix = None

    def _go_on(self, job: Job, kept: Kept) -> None:
        job.sequence, job.prefix, job.snapshots = kept.sequence, kept.prefix, kept.snapshots
        self._match(job, kept.tokens)

    def _bring_back(self, job: Job, saved: SavedState) -> None:
        job.snapshots = [Snapshot(length, data) for length, data in saved.snapshots]
        if self._model.restore(job.sequence, saved.data, partial=False):
            self._match(job, saved.tokens)
        else:
            self._model.drop(job.sequence)
            job.snapshots = []

    def _match(self, job: Job, held: Sequence[int]) -> None:
        """Its sequence holds `held`: keep what the prompt begins with, and a token to evaluate."""
        same = _common(held, job.tokens[:-1])
        if same == len(held):
            job.evaluated = same
        else:
            self.take_back(job, same)

    def _cut(self, sequence: int, length: int, snapshots: list[Snapshot]) -> int:
        """Returns how many tokens the sequence holds now; 0 if it must be dropped."""
        if not self._model.info.hybrid:
            return length if length and self._model.cut(sequence, length) else 0
        while snapshots and snapshots[-1].length > length:
            snapshots.pop()
        if not snapshots:
            return 0
        last = snapshots[-1]
        done = self._model.restore(sequence, last.data, partial=True)
        return last.length if done and self._model.cut(sequence, last.length) else 0


def _own(length: int, prefix: Prefix | None) -> int:
    return length - (len(prefix.tokens) if prefix is not None else 0)


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    """Length of the common beginning."""
    pairs = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return sum(1 for _pair in pairs)
