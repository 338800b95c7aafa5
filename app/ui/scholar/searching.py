"""One search of the library at a time: by words at once, then by meaning, then sorted by a model.

The one law: whatever was asked before is not answered any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from agents.base import Progress
from agents.scholar.events import SearchDone, SearchRequest
from app.i18n import _

if TYPE_CHECKING:
    from agents.store.passages import Narrowed
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome

_HITS = 100
_ALL = 1_000_000  # works that fit filters alone


class Searching(QObject):
    """Asks the scholar agent; `stop` at any time."""

    found = Signal(object)  # SearchDone
    said = Signal(str)  # how far it is
    failed = Signal(object)  # UserError
    sorting = Signal(bool)  # whether a model sorts the hits now

    def __init__(self, desk: Desk, pool: JobPool, parent: QObject) -> None:
        """Nothing is asked yet."""
        super().__init__(parent)
        self._desk, self._pool = desk, pool
        self._job: Job | None = None
        self._query, self._model = "", ""
        self._narrowed: Narrowed | None = None

    def ask(self, query: str, narrowed: Narrowed, model: str = "") -> None:
        """Search; without words, find all that fits. `model` sorts the best hits, if any does."""
        self.stop()
        self._query, self._narrowed, self._model = query, narrowed or None, model
        limit = _HITS if query else _ALL
        self._start(SearchRequest(query, "words", limit, self._narrowed))

    @Slot()
    def stop(self) -> None:
        """Leave what was found as it is."""
        job, self._job = self._job, None
        if job is not None:
            job.event.disconnect(self._told)
            job.finished.disconnect(self._ended)
            job.cancel()
            self.sorting.emit(False)  # noqa: FBT003 - a Qt signal

    def _start(self, request: SearchRequest) -> None:
        self._by_words = request.way == "words"
        self._job = self._pool.start(self._desk.scholar, request, interactive=True)
        self._job.event.connect(self._told)
        self._job.finished.connect(self._ended)

    @Slot(object)
    def _told(self, event: object) -> None:
        if isinstance(event, Progress) and event.unit == "passage":
            words = _("The model reads the best hits: {done} of {total}")
            self.said.emit(words.format(done=event.done, total=event.total))
        elif isinstance(event, Progress) and event.total:
            words = _("Reading abstracts for the search by meaning: {done} of {total}")
            self.said.emit(words.format(done=event.done, total=event.total))
        elif isinstance(event, SearchDone):
            self.found.emit(event)
            if self._model and not self._by_words and not event.by_model and len(event.hits) > 1:
                self.sorting.emit(True)  # noqa: FBT003 - a Qt signal

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        self._job = None
        self.sorting.emit(False)  # noqa: FBT003 - a Qt signal
        if outcome.error:
            self.failed.emit(outcome.error)
        elif outcome.state == "done" and self._by_words and self._query:
            self._start(
                SearchRequest(self._query, "both", _HITS, self._narrowed, rerank=self._model)
            )
