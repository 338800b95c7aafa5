"""Works dragged into a draft: rows of the library, and PDFs from outside.

The one law: nothing is cited but works of the library. A PDF is brought in first; what cannot be
brought in is said, and the text stays as it is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QDropEvent, QTextCursor

from agents.base import UserError
from agents.scholar.events import ImportDone, ImportRequest
from app.ui.scholar import editor_document
from app.ui.scholar.cite_popup import taken

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from PySide6.QtWidgets import QAbstractButton

    from agents.base import CancelToken
    from agents.scholar.events import Work
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.scholar.editor import DraftEditor

WORKS = "application/x-moadesk-works"  # ids of works of the library, as JSON
_HOVER = 500  # ms over a button until it is as if it were pressed


@dataclass(frozen=True, slots=True)
class Dropped:
    """What was dropped onto a draft."""

    draft: int
    works: tuple[int, ...] = ()
    files: tuple[Path, ...] = ()


def packed(works: Iterable[Work]) -> QMimeData:
    """Works to be dragged; other programs get their titles."""
    chosen = list(works)
    made = QMimeData()
    made.setData(WORKS, json.dumps([work.id for work in chosen]).encode())
    made.setText("\n".join(work.title or work.key for work in chosen))
    return made


def dropped(source: QMimeData, draft: int) -> Dropped | None:
    """What can be cited of what is dragged; None where that is nothing."""
    if source.hasFormat(WORKS):
        return Dropped(draft, tuple(json.loads(bytes(source.data(WORKS).data()))))
    paths = [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
    if paths and all(path.suffix.lower() == ".pdf" for path in paths):
        return Dropped(draft, files=tuple(paths))
    return None


class Citing:
    """An agent: brings dropped PDFs in, and keeps the works with the draft."""

    def __init__(self, desk: Desk) -> None:
        """Keep the desk."""
        self._desk = desk

    def run(self, request: Dropped, cancel: CancelToken) -> Generator[list[Work], None, None]:
        """Yield the works as the draft cites them.

        Raises:
            CancelledError: `cancel` was set; PDFs that came in stay.
            UserError: a file cannot be read, and those of importing.
        """
        ids = list(request.works)
        for path in request.files:
            for event in self._desk.scholar.run(ImportRequest(path), cancel):
                if isinstance(event, ImportDone) and event.broken:
                    raise UserError(event.broken[0].reason)
            name = str(path.resolve())
            ids += [work for work, files in self._desk.papers.files().items() if name in files]
        works = self._desk.library.works(list(dict.fromkeys(ids)))
        yield taken(self._desk, request.draft, tuple(works))


class Drops(QObject):
    """Takes what is dropped onto an editor, and cites it where it was dropped."""

    ready = Signal(list, QTextCursor)  # works that the draft may cite now, and where
    failed = Signal(object)  # UserError

    def __init__(self, desk: Desk, pool: JobPool, editor: DraftEditor) -> None:
        """Watch an editor; `show` says what is in it."""
        super().__init__(editor)
        self._draft = 0
        self._agent, self._pool, self._editor = Citing(desk), pool, editor
        self._jobs: dict[Job, QTextCursor] = {}
        editor.setAcceptDrops(True)
        editor.viewport().installEventFilter(self)

    @property
    def busy(self) -> bool:
        """Whether something that was dropped is still on its way."""
        return bool(self._jobs)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Drags and drops are ours: what does not fit goes on to the window."""
        kinds = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)
        if event.type() not in kinds or not isinstance(event, QDropEvent):
            return False
        editor = self._editor
        found = dropped(event.mimeData(), self._draft)
        cursor = editor.cursorForPosition(event.position().toPoint())
        heading = editor_document.section_of(cursor.block()) >= 0
        if found is None or not self._draft or editor.isReadOnly() or heading:
            event.ignore()
            return True
        event.acceptProposedAction()
        editor.setTextCursor(cursor)
        if event.type() == QEvent.Type.Drop:
            job = self._pool.start(self._agent, found, interactive=True)
            self._jobs[job] = cursor  # it moves along with the text
            job.event.connect(lambda works, job=job: self.ready.emit(works, self._jobs[job]))
            job.finished.connect(lambda outcome, job=job: self._ended(job, outcome))
        return True

    def show(self, draft: int) -> None:
        """Another draft is in the editor; 0 = none that can be edited."""
        if draft != self._draft:
            self.cancel()
            self._draft = draft

    def cancel(self) -> None:
        """What has not come in yet is not cited."""
        for job in self._jobs:
            job.cancel()

    def _ended(self, job: Job, outcome: Outcome) -> None:
        del self._jobs[job]
        if outcome.error:
            self.failed.emit(outcome.error)


class Led(QObject):
    """Presses a button over which works are held, so that they can be dropped behind it."""

    def __init__(self, button: QAbstractButton) -> None:
        """Watch a button."""
        super().__init__(button)
        self._button = button
        self._timer = QTimer(self, singleShot=True, interval=_HOVER)
        self._timer.timeout.connect(self._press)
        button.setAcceptDrops(True)
        button.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Works begin to wait; nothing is dropped here."""
        kind = event.type()
        if kind == QEvent.Type.DragLeave:
            self._timer.stop()
        elif kind == QEvent.Type.Drop:
            self._timer.stop()
            event.ignore()
            return True
        elif kind == QEvent.Type.DragEnter and isinstance(event, QDropEvent):
            if not event.mimeData().hasFormat(WORKS):
                event.ignore()
                return True
            event.acceptProposedAction()
            self._timer.start()
            return True
        return False

    @Slot()
    def _press(self) -> None:
        self._button.setChecked(True)
