"""Before a document is translated: its names and terms, for a person to translate once.

The one law: nothing goes into a glossary that was not ticked, and nothing without a translation.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QProgressBar, QVBoxLayout, QWidget

from agents.base import Progress
from agents.store.glossaries import StoredTerm
from agents.translation.formats import SUFFIXES
from agents.translation.propose import Proposed, ProposeRequest
from app import i18n
from app.i18n import _
from app.ui.combo import Combo
from app.ui.translation import words
from app.ui.translation.glossaries_proposals import ProposalTable
from app.ui.widgets.bars import Bars
from app.ui.widgets.basic import ElidedLabel, button, row, text

if TYPE_CHECKING:
    from agents.translation.events import Language
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme


class ProposePanel(QWidget):
    """Chooses a document, waits for its terms, hands on what was ticked."""

    closed = Signal()
    chosen = Signal(object)  # list of StoredTerm

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Arrange it."""
        super().__init__()
        self._desk, self._pool = desk, pool
        self._job: Job | None = None
        self._file: Path | None = None
        self._glossary = ""
        self._asked: Language = "ko"
        self.bars = Bars(theme)
        self.table = ProposalTable(theme)
        self._title = ElidedLabel(kind="heading", mode=Qt.TextElideMode.ElideMiddle)
        self._target = Combo(_("Translate into"))
        for code in ("ko", "en"):
            self._target.add(words.direction("en" if code == "ko" else "ko", code), code)
        self._target.setMinimumContentsLength(16)
        self._target.activated.connect(self._again)
        self._open = button(_("Choose a document…"), self.choose)
        self._stop = button(_("Stop"), self.stop)
        self._progress = QProgressBar(textVisible=False)
        self._progress.setAccessibleName(_("Looking for terms"))
        self._state = text("", "small")
        self._add = button("", self._take, "primary")
        self._back = button(_("Back to the terms"), self._close)
        self.table.proposals.changed.connect(self._show_chosen)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(28), theme.px(12), theme.px(20), theme.px(12))
        layout.setSpacing(theme.space("s"))
        head = row(self._title, self._target, self._open, self._stop, gap=theme.px(8))
        head.layout().setStretch(0, 3)
        head.layout().setStretch(1, 1)
        layout.addWidget(head)
        layout.addWidget(
            text(
                _(
                    "Tick what is always to be translated the same way, and write how. Space "
                    "ticks, Enter writes."
                ),
                "small",
                wrap=True,
            )
        )
        layout.addWidget(self._progress)
        layout.addWidget(self.bars)
        layout.addWidget(self.table, 1)
        layout.addWidget(row(self._back, None, self._state, self._add, gap=theme.px(8)))
        self._show_job()
        self._show_chosen()

    def closing(self) -> None:
        """Stop."""
        self.stop()

    def begin(self, glossary: str) -> None:
        """Start anew for a glossary."""
        self.stop()
        self._glossary = glossary
        self._file = None
        self.bars.clear()
        self.table.proposals.show_proposals(())
        self._title.say(_("Terms of a document for {name}", name=glossary))

    @Slot()
    def choose(self) -> None:
        """Ask for a document."""
        endings = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        name, _kind = QFileDialog.getOpenFileName(
            self, _("Choose a document"), "", f"{_('Documents')} ({endings})"
        )
        if name:
            self.read(Path(name))

    def read(self, path: Path) -> None:
        """Look for the terms of a document."""
        self.stop()
        self._file = path
        self._title.say(path.name)
        self.bars.clear()
        self.table.proposals.show_proposals(())
        self._asked = cast("Language", self._target.currentData())
        model = self._desk.shelf.best("entities", self._desk.settings.entity_model)
        request = ProposeRequest(path, self._asked, self._glossary, model)
        self._job = self._pool.start(self._desk.proposals, request, interactive=True)
        self._job.event.connect(self._told)
        self._job.finished.connect(self._ended)
        if not model:
            self.bars.say(
                "info",
                _(
                    "Terms are found by how often they stand there. With an entity model from the "
                    "Models page, names are found too."
                ),
                key="no_model",
            )
        self._show_job()

    @Slot()
    def stop(self) -> None:
        """Stop looking, at once."""
        job, self._job = self._job, None
        if job is not None:
            job.event.disconnect(self._told)
            job.finished.disconnect(self._ended)
            job.cancel()
        self._show_job()

    @Slot()
    def _again(self) -> None:
        if self._file is not None:
            self.read(self._file)

    @Slot(object)
    def _told(self, event: object) -> None:
        if isinstance(event, Progress):
            self._progress.setRange(0, event.total)
            self._progress.setValue(event.done)
        elif isinstance(event, Proposed):
            self.table.proposals.show_proposals(event.proposals)
            if event.proposals:
                self.table.setFocus()
                self.table.selectRow(0)
            else:
                self.bars.say("info", _("No term stands there more than once."), key="nothing")

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        self._job = None
        if outcome.error:
            self.bars.say("warn", i18n.explain(outcome.error), key="problem")
        self._show_job()

    @Slot()
    def _take(self) -> None:
        terms = []
        for proposal, said in self.table.proposals.chosen:
            en, ko = (proposal.term, said) if self._asked == "ko" else (said, proposal.term)
            terms.append(StoredTerm(en, ko))
        if terms:
            self.chosen.emit(terms)

    @Slot()
    def _close(self) -> None:
        self.stop()
        self.closed.emit()

    def _show_job(self) -> None:
        running = self._job is not None
        self._stop.setVisible(running)
        self._open.setVisible(not running)
        self._progress.setVisible(running)
        if running:
            self._progress.setRange(0, 0)

    @Slot()
    def _show_chosen(self) -> None:
        count = len(self.table.proposals.chosen)
        lacking = self.table.proposals.without_words
        self._add.setText(_("Add {count} terms", count=count))
        self._add.setAccessibleName(self._add.text())
        self._add.setEnabled(bool(count))
        self._state.setText(_("without a translation {count}", count=lacking) if lacking else "")
