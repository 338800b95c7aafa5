"""Documents one after the other.

The one law: everything a document has become so far is in the store; what is kept here is only
what the list shows.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from PySide6.QtCore import QObject, Signal, Slot

from agents.base import Notice, Progress, UserError
from agents.translation.document_job import asked, output_path
from agents.translation.events import (
    DocumentDone,
    DocumentRequest,
    DocumentStarted,
    Receipt,
    SegmentDone,
)
from app import beside
from app.ui.translation.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.store.translations import TranslationJob
    from agents.translation.events import Language
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome

State = Literal["waiting", "running", "done", "cancelled", "interrupted", "failed"]
ENDED = frozenset({"done", "cancelled", "interrupted", "failed"})


@dataclass(slots=True)
class Document:
    """One document of the list. Only the queue changes it, on the GUI thread."""

    number: int
    request: DocumentRequest
    state: State
    job: int = 0  # its id in the store; 0 until it was read
    source_language: Language | None = None
    sources: tuple[str, ...] = ()  # of every segment, once the file was read
    segments: int = 0
    expected: int = 0  # segments, where they were counted ahead
    done: int = 0
    flagged: int = 0
    rate: float = 0.0  # segments per second
    seconds_left: float = 0.0
    output: Path | None = None
    receipt_path: Path | None = None
    receipt: Receipt | None = None
    error: UserError | None = None
    bug: bool = False
    notices: list[Notice] = field(default_factory=list)
    cancelling: bool = False
    pausing: bool = False

    @property
    def name(self) -> str:
        """The file's name."""
        return self.request.source.name

    @property
    def size(self) -> int:
        """Its segments, as far as that is known; 0 if it is not."""
        return self.segments or self.expected

    @property
    def output_path(self) -> Path:
        """Where the translation is, or will be."""
        return self.output or output_path(self.request)


class DocumentQueue(QObject):
    """Runs one document at a time."""

    added = Signal(object)  # Document
    changed = Signal(object)  # Document
    removed = Signal(object)  # Document
    segment = Signal(object, object)  # Document, SegmentDone
    counted = Signal()  # how many wait, or whether the queue is paused

    def __init__(self, desk: Desk, pool: JobPool, parent: QObject | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._desk, self._pool = desk, pool
        self._numbers = 0
        self._running: Document | None = None
        self._job: Job | None = None
        self.documents: list[Document] = []  # the latest added last
        self.pace = Pace()
        self.paused = False  # by the person
        self.held = False  # until the night

    @property
    def running(self) -> Document | None:
        """The document that is being translated."""
        return self._running

    @property
    def waiting(self) -> list[Document]:
        """What is still to come, in its order."""
        return [document for document in self.documents if document.state == "waiting"]

    def pause(self) -> None:
        """Stop after what is stored by now; the document that runs waits where it is."""
        self.paused = True
        self._stop()

    def hold(self, *, held: bool) -> None:
        """Stand still until this is taken back, whatever the person does with the pause."""
        if held == self.held:
            return
        self.held = held
        if held:
            self._stop()
        else:
            self._next()

    def go_on(self) -> None:
        """Go on where it was paused."""
        self.paused = False
        self.counted.emit()
        self._next()

    def _stop(self) -> None:
        if self._running is not None and self._job is not None:
            self._running.pausing = True
            self._job.cancel()
            self.changed.emit(self._running)
        self.counted.emit()

    def written(self, done: DocumentDone) -> None:
        """A document was written once more from its stored segments."""
        for document in self.documents:
            if document.job == done.job:
                self._finished(document, done)
                document.state, document.error = "done", None
                self.changed.emit(document)

    def add(self, request: DocumentRequest) -> Document:
        """Put a document at the end; the same one again is taken up where it is."""
        for known in self.documents:
            if (known.request.source, known.output_path) == (request.source, output_path(request)):
                known.request = request if known.state in ENDED else known.request
                if known.state in ENDED:
                    self.again(known)
                return known
        document = self._made(request, "waiting")
        output = output_path(request)
        if any(one.output_path == output for one in self.documents if one is not document):
            # Another file of that name: its translation must not be written over.
            document.state = "failed"
            document.error = UserError("translation.same_output", file=str(output))
            self.changed.emit(document)
        self._next()
        return document

    def restore(self, jobs: Sequence[TranslationJob]) -> list[Document]:
        """Show documents of earlier runs; returns those that can be gone on with."""
        made: list[Document] = []
        for job in jobs:
            if self._has(job) or job.state == "running":
                continue
            document = self._made(asked(job), cast("State", job.state), tell=False)
            _take(document, job)
            made.append(document)
            self.added.emit(document)
        return [document for document in made if document.state == "interrupted"]

    def _has(self, job: TranslationJob) -> bool:
        """Whether a job is in the list; one that waits to go on becomes known as that job."""
        files = (Path(job.source), Path(job.output))
        for document in self.documents:
            if document.job == job.id:
                return True
            if not document.job and (document.request.source, document.output_path) == files:
                if document.state == "waiting":
                    _take(document, job)
                return True
        return False

    def again(self, document: Document, memory: Path | None = None) -> None:
        """Try once more, or go on: what was done well is kept."""
        if document.state not in ENDED:
            return
        if document.request.engine == "memory" and document.request.memory is None:
            document.request = dataclasses.replace(document.request, memory=memory)
        document.state = "waiting"
        document.error, document.bug, document.receipt = None, False, None
        document.notices.clear()
        document.rate = document.seconds_left = 0.0
        self.changed.emit(document)
        self._next()

    def cancel(self, document: Document) -> None:
        """Stop it; what is done stays in the store."""
        if document is self._running and self._job is not None:
            document.cancelling = True
            document.pausing = False
            self._job.cancel()
        elif document.state == "waiting":
            document.state = "cancelled"
        self.changed.emit(document)
        self.counted.emit()

    def remove(self, document: Document) -> None:
        """Take an ended document from the list and forget its segments; the files stay."""
        if document.state in ENDED and document in self.documents:
            self.documents.remove(document)
            self.removed.emit(document)
            if document.job:
                self._pool.call(self._desk.translations.delete, document.job)

    def _made(self, request: DocumentRequest, state: State, *, tell: bool = True) -> Document:
        self._numbers += 1
        document = Document(self._numbers, request, state)
        self.documents.append(document)
        if tell:
            self.added.emit(document)
        return document

    def _next(self) -> None:
        waiting = self.waiting
        self.counted.emit()
        if self._running is not None or self.paused or self.held or not waiting:
            return
        document = waiting[0]
        document.state = "running"
        document.cancelling = False
        self._running = document
        self.pace.start()
        self._job = self._pool.start(self._desk.translation, document.request)
        self._job.event.connect(self._happened)
        self._job.finished.connect(self._ended)
        self.changed.emit(document)
        self.counted.emit()

    @Slot(object)
    def _happened(self, event: object) -> None:
        document = self._running
        if document is None:
            return
        if isinstance(event, SegmentDone):
            document.flagged += bool(event.problems)
            self.segment.emit(document, event)
            return
        if isinstance(event, DocumentStarted):
            document.job = event.job
            document.segments, document.done = event.segments, event.resumed
            document.source_language = event.source_language
            document.sources = event.sources
            document.output = event.output
            document.flagged = 0
        elif isinstance(event, Progress):
            if event.unit == "segment":  # not pages that are being read
                self.pace.add(max(0, event.done - document.done))
            document.done, document.segments = event.done, event.total or document.segments
            document.rate, document.seconds_left = event.rate, event.seconds_left
        elif isinstance(event, Notice):
            document.notices.append(event)
        elif isinstance(event, DocumentDone):
            self._finished(document, event)
        self.changed.emit(document)

    def _finished(self, document: Document, done: DocumentDone) -> None:
        document.output, document.receipt_path = done.output, done.receipt_path
        document.receipt = done.receipt
        document.flagged = len({problem.segment for problem in done.receipt.problems})
        document.done = document.segments
        if document.request.also:
            job = self._pool.call(
                _write_beside, self._desk, document.number, document.request, done
            )
            job.finished.connect(self._wrote_beside)

    @Slot(object)
    def _wrote_beside(self, outcome: Outcome) -> None:
        """What could not be written beside the translation is said; the translation is there."""
        number, notice = outcome.value if outcome.state == "done" else (0, None)
        for document in self.documents:
            if document.number == number and notice is not None:
                document.notices.append(notice)
                self.changed.emit(document)

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        document, self._running, self._job = self._running, None, None
        if document is not None:
            paused = document.pausing and outcome.state == "cancelled"
            document.state = "waiting" if paused else outcome.state
            document.pausing = False
            document.error = outcome.error
            document.bug = bool(outcome.bug)
            document.rate = document.seconds_left = 0.0
            self.changed.emit(document)
        self.pace.stop()
        self._next()


def _write_beside(
    desk: Desk, number: int, request: DocumentRequest, done: DocumentDone
) -> tuple[int, Notice | None]:
    try:
        beside.write(request, done, desk)
    except UserError as error:
        return number, Notice(error.code, tuple(error.values.items()))
    return number, None


def _take(document: Document, job: TranslationJob) -> None:
    """What is stored of a document."""
    document.job = job.id
    document.source_language = cast("Language", job.source_language)
    document.segments, document.done = job.segments, job.stored
    document.flagged = job.flagged
    document.output = Path(job.output)
    document.receipt_path = Path(job.receipt) if job.receipt else None
