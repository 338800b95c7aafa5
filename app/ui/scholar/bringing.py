"""Brings files and folders into the library, one after the other, and says what came of each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from agents.base import Progress
from agents.scholar.events import ImportDone, ImportRequest
from app import i18n
from app.i18n import _
from app.ui.scholar import words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.widgets.bars import Bars


class Bringing(QObject):
    """A queue of imports; the file that is being read can be stopped."""

    said = Signal(str)  # how far it is
    busy = Signal(bool)
    ended = Signal()  # a file is done, and the library may be another

    def __init__(
        self,
        desk: Desk,
        pool: JobPool,
        bars: Bars,
        show_broken: Callable[[], object],
        parent: QWidget,
    ) -> None:
        """Keep what is needed; nothing is read yet."""
        super().__init__(parent)
        self._desk, self._pool, self._bars = desk, pool, bars
        self._show_broken = show_broken
        self._window = parent
        self._job: Job | None = None
        self._waiting: list[Path] = []

    def bring(self, paths: Sequence[Path]) -> None:
        """Import these, too."""
        self._waiting += paths
        self._next()

    @Slot()
    def stop(self) -> None:
        """Stop; what came in stays."""
        self._waiting.clear()
        if self._job is not None:
            self._job.cancel()

    @Slot()
    def choose_files(self) -> None:
        """Ask for files."""
        names, _kind = QFileDialog.getOpenFileNames(
            self._window,
            _("Import a bibliography"),
            "",
            _("Bibliographies and PDFs (*.bib *.bibtex *.ris *.json *.pdf zotero.sqlite)"),
        )
        self.bring([Path(name) for name in names])

    @Slot()
    def choose_folder(self) -> None:
        """Ask for a folder."""
        name = QFileDialog.getExistingDirectory(
            self._window, _("Import a folder of PDFs or Zotero's data folder")
        )
        if name:
            self.bring([Path(name)])

    def _next(self) -> None:
        if self._job is None and self._waiting:
            source = self._waiting.pop(0)
            self._bars.close_bar("import")
            self.said.emit(_("Importing {name}…", name=source.name))
            self._job = self._pool.start(
                self._desk.scholar, ImportRequest(source), interactive=True
            )
            self._job.event.connect(self._happened)
            self._job.finished.connect(self._finished)
        self.busy.emit(self._job is not None)

    @Slot(object)
    def _happened(self, event: object) -> None:
        if isinstance(event, Progress):
            self.said.emit(_("Importing: {done} of {total}", done=event.done, total=event.total))
        elif isinstance(event, ImportDone):
            actions = [(_("Show them"), self._show_broken)] if event.broken else []
            kind = "warn" if event.broken or event.renamed else "info"
            self._bars.say(kind, words.imported(event), actions, key="import")

    @Slot(object)
    def _finished(self, outcome: Outcome) -> None:
        self._job = None
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="import")
        self._next()
        self.ended.emit()
