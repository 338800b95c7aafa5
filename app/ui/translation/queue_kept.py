"""What waits in the queue is stored as it changes, and counted ahead while others are translated.

The one law: nothing is stored before what was stored earlier is back in the queue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from agents.store.kept import NIGHT, QUEUE, WATCH
from agents.translation import choices
from app.ui.keeping import Keeping

if TYPE_CHECKING:
    from agents.store.translations import TranslationJob
    from agents.translation.events import DocumentRequest
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.translation.queue import Document, DocumentQueue

_PAUSE = 200  # ms without a change before the queue is stored


@dataclass(frozen=True, slots=True)
class Stored:
    """What the desk finds when it starts."""

    jobs: tuple[TranslationJob, ...]
    queue: object
    watch: object
    night: object
    alone: bool  # the desk does not wait to be asked


def stored(desk: Desk) -> Stored:
    """Read it. Any thread."""
    jobs = desk.translations.jobs(limit=50)
    queue, watch, night = (desk.kept.get(name) for name in (QUEUE, WATCH, NIGHT))
    return Stored(jobs, queue, watch, night, desk.kept.works_alone())


def _quickly_read(request: DocumentRequest) -> bool:
    """Whether counting is worth it: a model takes long, and a PDF may have to be recognised."""
    return request.engine == "model" and request.source.suffix.lower() != ".pdf"


class QueueKeeper(QObject):
    """Stores the waiting documents."""

    def __init__(self, queue: DocumentQueue, desk: Desk, pool: JobPool) -> None:
        """Follow the queue; nothing is stored before `restored` was called."""
        super().__init__(queue)
        self._queue = queue
        self._known: object = None  # as it is stored
        self._keeping = Keeping(desk, pool, QUEUE, self)
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._timer.timeout.connect(self._store)

    def restored(self, stored: object) -> list[DocumentRequest]:
        """What waited when the desk ended, however it did, and whose file is still there."""
        self._known = stored if isinstance(stored, list) else []
        self._queue.counted.connect(self._timer.start)
        requests = [request for one in self._known if (request := choices.read(one)) is not None]
        return [request for request in requests if request.source.is_file()]

    def closing(self) -> None:
        """Store it now."""
        if self._known is not None:
            now = self._now()
            if now != self._known:
                self._keeping.put_now(now)
                self._known = now

    def _now(self) -> list[dict[str, object]]:
        running = self._queue.running
        begun = [running] if running is not None and not running.job else []
        return [choices.written(one.request) for one in (*begun, *self._queue.waiting)]

    @Slot()
    def _store(self) -> None:
        now = self._now()
        if now != self._known:
            self._known = now
            self._keeping.put(now)


class Counter(QObject):
    """Reads waiting documents, one at a time, for the time left of the whole queue."""

    def __init__(self, queue: DocumentQueue, desk: Desk, pool: JobPool) -> None:
        """Follow the queue."""
        super().__init__(queue)
        self._queue, self._desk, self._pool = queue, desk, pool
        self._counting: Document | None = None
        self._tried: set[int] = set()  # numbers of documents
        queue.counted.connect(self._next)

    @Slot()
    def _next(self) -> None:
        running = self._queue.running
        if self._counting is not None or running is None or running.request.engine != "model":
            return  # other engines are done before they are counted
        wanted = (
            one
            for one in self._queue.waiting
            if not one.size and one.number not in self._tried and _quickly_read(one.request)
        )
        self._counting = next(wanted, None)
        if self._counting is not None:
            self._tried.add(self._counting.number)
            job = self._pool.call(self._desk.translation.count, self._counting.request)
            job.finished.connect(self._counted)

    @Slot(object)
    def _counted(self, outcome: Outcome) -> None:
        document, self._counting = self._counting, None
        if document is not None and outcome.state == "done":
            document.expected = outcome.value
        self._queue.counted.emit()
