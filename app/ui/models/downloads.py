"""The downloads that were asked for, one after the other, in the order the user wants.

The one law: nothing is dialled that was not asked for in this run. What an earlier run left is
kept in line, paused, until the user says to go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal, Slot

from agents.base import Progress
from agents.engine.hub import PullRequest
from agents.store.kept import DOWNLOADS
from app.ui.keeping import Keeping

if TYPE_CHECKING:
    from agents.base import UserError
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome

State = Literal["waiting", "running", "paused"]

# A network that is gone fails every download: the others wait instead of failing in turn.
_NO_NETWORK = frozenset(
    {
        "hub.unreachable",
        "hub.no_name",
        "hub.silent",
        "hub.no_proxy",
        "hub.other_proxy",
        "hub.proxy_refused",
        "hub.certificate",
        "hub.down",
        "hub.too_many",
        "hub.not_a_hub",
    }
)


@dataclass(slots=True)
class Waiting:
    """One download in line."""

    id: str
    name: str
    state: State = "waiting"
    progress: Progress | None = None


class Downloads(QObject):
    """The line. One download runs at a time: two would only share one network."""

    changed = Signal()  # the line or the state of one in it
    progressed = Signal()  # figures of the running one
    began = Signal(str, object)  # id, its `Job`
    ended = Signal(str, object)  # id, its `Outcome`

    def __init__(self, desk: Desk, pool: JobPool, parent: QObject) -> None:
        """An empty line."""
        super().__init__(parent)
        self._desk, self._pool = desk, pool
        self._line: list[Waiting] = []
        self._job: Job | None = None
        self._runs = ""  # the id of the one whose job is under way; it may be paused already
        self._keeping = Keeping(desk, pool, DOWNLOADS, self)

    @property
    def line(self) -> tuple[Waiting, ...]:
        """All of them, in order."""
        return tuple(self._line)

    def get(self, model_id: str) -> Waiting | None:
        """One of them, or None."""
        return next((one for one in self._line if one.id == model_id), None)

    def restore(self, kept: object, names: dict[str, str]) -> None:
        """Put what an earlier run left in line, paused.

        Args:
            kept: what is stored.
            names: of the models that can be downloaded, by id.
        """
        ids = [one for one in kept if isinstance(one, str)] if isinstance(kept, list) else []
        for model_id in ids:
            if model_id in names and self.get(model_id) is None:
                self._line.append(Waiting(model_id, names[model_id], "paused"))
        self.changed.emit()

    def add(self, model_id: str, name: str) -> None:
        """Ask for a model; one that is paused goes on."""
        found = self.get(model_id)
        if found is None:
            self._line.append(Waiting(model_id, name))
        elif found.state == "paused":
            found.state = "waiting"
        self._next()

    def pause(self, model_id: str) -> None:
        """Stop it; what came so far is kept, and it keeps its place."""
        found = self.get(model_id)
        if found is None or found.state == "paused":
            return
        found.state = "paused"
        if found.id == self._runs and self._job is not None:
            self._job.cancel()
        self._next()

    def drop(self, model_id: str) -> None:
        """Take it out of the line; what came so far is kept."""
        found = self.get(model_id)
        if found is None:
            return
        self._line.remove(found)
        if found.id == self._runs and self._job is not None:
            self._job.cancel()
        self._next()

    def move(self, model_id: str, places: int) -> None:
        """Move it towards the end; negative: towards the front."""
        found = self.get(model_id)
        if found is None:
            return
        at = self._line.index(found)
        to = max(0, min(len(self._line) - 1, at + places))
        self._line.insert(to, self._line.pop(at))
        self._next()

    def pause_all(self) -> None:
        """Stop all of them."""
        for one in self._line:
            one.state = "paused"
        if self._job is not None:
            self._job.cancel()
        self._next()

    def resume_all(self) -> None:
        """Go on with all of them, in order."""
        for one in self._line:
            if one.state == "paused":
                one.state = "waiting"
        self._next()

    def closing(self) -> None:
        """Store the line now: the desk is about to end."""
        self._keeping.put_now([one.id for one in self._line])

    def _next(self) -> None:
        """Begin the first that waits, if none runs; tell that something changed."""
        if self._job is None:
            found = next((one for one in self._line if one.state == "waiting"), None)
            if found is not None:
                self._begin(found)
        self._keeping.put([one.id for one in self._line])
        self.changed.emit()

    def _begin(self, one: Waiting) -> None:
        one.state, one.progress = "running", None
        self._runs = one.id
        self._job = self._pool.start(self._desk.hub, PullRequest(one.id), network=True)
        self._job.event.connect(self._happened)
        self._job.finished.connect(self._finished)
        self.began.emit(one.id, self._job)

    @Slot(object)
    def _happened(self, event: object) -> None:
        found = self.get(self._runs)
        if found is not None and isinstance(event, Progress):
            found.progress = event
            self.progressed.emit()

    @Slot(object)
    def _finished(self, outcome: Outcome) -> None:
        runs, self._runs, self._job = self._runs, "", None
        found = self.get(runs)
        if found is not None and found.state == "running":  # nobody paused it meanwhile
            if outcome.state == "done" or not lost(outcome.error):
                self._line.remove(found)
            else:
                for one in self._line:
                    one.state = "paused"
        self.ended.emit(runs, outcome)
        self._next()


def lost(error: UserError | None) -> bool:
    """Whether an error is the network's and not the model's."""
    return error is not None and error.code in _NO_NETWORK
