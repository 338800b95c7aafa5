"""Drafts: a topic in, related work out, each citation with what it rests on.

The one law: what is shown is what is stored; a sentence without support is marked, never hidden.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agents.base import Notice, Progress, Token
from agents.scholar.events import (
    DraftDone,
    DraftRequest,
    ParagraphDone,
    PlanMade,
    SentenceDone,
)
from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui import figures
from app.ui.scholar import kept, words
from app.ui.scholar.compose import ComposeForm
from app.ui.scholar.draft_text import Written
from app.ui.scholar.drafts_list import DraftsList
from app.ui.scholar.evidence import EvidenceSheet
from app.ui.scholar.reading import DraftReading
from app.ui.widgets.bars import Bars

if TYPE_CHECKING:
    from agents.scholar.events import Draft
    from agents.store.drafts import DraftRow
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme

_COMPOSE, _READ = 0, 1
_SECONDS_TO_UNDO = 10


class DraftsPanel(QWidget):
    """List and outline, topic or text, evidence."""

    navigate = Signal(str)
    open_work = Signal(int)

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Arrange it; `entered` fills it."""
        super().__init__()
        self._desk, self._pool = desk, pool
        self._listing = Latest(pool, self._listed, self)
        self._loading = Latest(pool, self._loaded, self)
        self._job: Job | None = None
        self._working = 0  # the draft that is being written; 0 until its plan is stored
        self._draft = 0  # the draft that is shown
        self._dropped: set[int] = set()  # deleted here; in the store when their bar is gone
        self._rows: tuple[DraftRow, ...] = ()
        self.bars = Bars(theme)
        self.list = DraftsList(theme)
        self.form = ComposeForm(desk, pool, theme)
        self.reading = DraftReading(theme)
        self.evidence = EvidenceSheet(theme)
        self._arrange(theme)
        self.list.new.connect(self.compose)
        self.list.picked.connect(self.show_draft)
        self.list.theme_picked.connect(self.reading.scroll_to)
        self.form.wanted.connect(self.draft)
        self.form.navigate.connect(self.navigate)
        self.reading.stop.connect(self.cancel)
        self.reading.go_on.connect(self.take_up)
        self.reading.export.connect(self._choose_file)
        self.reading.drop.connect(self.drop)
        self.reading.pointed.connect(self.evidence.show_sentence)
        self.evidence.open_work.connect(self.open_work)
        self.compose()

    def entered(self) -> None:
        """Look which models and drafts there are."""
        self.form.refresh()
        self.refresh()

    def refresh(self) -> None:
        """Read the list of drafts again."""
        self._listing.ask(kept.rows, self._desk)

    def closing(self) -> None:
        """Delete what was only put aside."""
        for draft in self._dropped:
            self._desk.drafts.delete(draft)
        self._dropped.clear()

    @Slot(int)
    def show_count(self, works: int) -> None:
        """How many works there are to draft from."""
        self.list.works.setText(_("works to cite {count}", count=figures.number(works)))

    def save_state(self) -> dict[str, object]:
        """The topic as far as it is written, and widths."""
        return {
            "topic": self.form.topic.toPlainText(),
            "model": self.form.model,
            "split": self._split.sizes(),
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Take that back."""
        topic, model, sizes = (state.get(name) for name in ("topic", "model", "split"))
        if isinstance(topic, str):
            self.form.topic.setPlainText(topic)
        if isinstance(model, str) and model:
            self.form.wish(model)
        if isinstance(sizes, list) and all(isinstance(size, int) for size in sizes):
            self._split.setSizes(sizes)

    # --- writing ---

    @Slot()
    def compose(self) -> None:
        """Ask for a topic."""
        self._draft = 0
        self._loading.drop()
        self.bars.clear()
        self.list.select(0)
        self.list.show_outline(())
        self.evidence.hide()
        self._stack.setCurrentIndex(_COMPOSE)
        self.form.topic.setFocus()

    @Slot()
    def draft(self) -> None:
        """Draft from the topic."""
        topic = self.form.topic.toPlainText().strip()
        if not topic:
            self.bars.say("warn", _("Write a topic or an abstract first."), key="topic")
            self.form.topic.setFocus()
        elif self._may_begin():
            self._open(0, topic, Written(), "")
            self._begin(DraftRequest(topic, self.form.model))

    @Slot()
    def take_up(self) -> None:
        """Go on with the stopped draft that is shown."""
        if self._draft and self._may_begin():
            self._begin(DraftRequest(self.reading.topic, self.form.model, draft=self._draft))

    @Slot()
    def cancel(self) -> None:
        """Stop writing; what is written stays."""
        if self._job is not None:
            self.reading.show_stage("writing", _("Stopping…"))
            self._job.cancel()

    def _may_begin(self) -> bool:
        if not self.form.model:
            self.bars.say(
                "warn",
                _("There is no model here that drafts."),
                [(_("Open Models"), lambda: self.navigate.emit("models"))],
                key="model",
            )
        elif self._job is not None:
            self.bars.say("info", _("Another draft is being written."), key="model")
        return bool(self.form.model) and self._job is None

    def _begin(self, request: DraftRequest) -> None:
        self.bars.clear()
        self._working = request.draft
        self._job = self._pool.start(self._desk.scholar, request)
        self._job.event.connect(self._happened)
        self._job.finished.connect(self._ended)
        self.reading.show_stage("writing", _("Looking for works that fit…"))
        self.form.allow(busy=True)

    @property
    def _shows_working(self) -> bool:
        return self._stack.currentIndex() == _READ and self._draft == self._working

    @Slot(object)
    def _happened(self, event: object) -> None:
        if isinstance(event, PlanMade):
            shown = self._shows_working
            self._working = event.draft
            if shown:
                self._draft = event.draft
                self._plan_made(event)
            self.refresh()
        elif not self._shows_working:
            return  # it is stored, and shown when it is opened again
        elif isinstance(event, (Token, SentenceDone, ParagraphDone)):
            kept.grow(self.reading.written, event)
            self.reading.redraw()
        elif isinstance(event, Progress):
            self.reading.show_progress(event)
        elif isinstance(event, Notice):
            self.bars.say("warn", i18n.explain(event))
        elif isinstance(event, DraftDone):
            self._tell_flagged(event.draft)

    def _plan_made(self, event: PlanMade) -> None:
        written = self.reading.written
        written.themes = [theme.title for theme in event.themes]
        written.works |= {work.key: work for theme in event.themes for work in theme.works}
        self.list.show_outline(written.themes)
        self.reading.show_progress(Progress(0, len(event.themes), "paragraph"))
        self._tell_left_out(event.left_out)
        self.reading.redraw()

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        shown = self._shows_working
        working, self._job, self._working = self._working, None, 0
        self.form.allow(busy=False)
        if outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="problem")
        if shown and working:
            self.show_draft(working)
        elif shown:  # nothing was made: the topic is still there to be changed
            self._stack.setCurrentIndex(_COMPOSE)
            self.evidence.hide()
        self.refresh()

    def _tell_left_out(self, count: int) -> None:
        if count:
            self.bars.say(
                "info",
                _(
                    "Not cited because they have nothing to do with this topic: {count}.",
                    count=figures.number(count),
                ),
                key="left_out",
            )

    def _tell_flagged(self, draft: Draft) -> None:
        if draft.report.flagged:
            self.bars.say(
                "warn",
                _(
                    "Sentences without support in what they cite: {count}. They are underlined; "
                    "check them.",
                    count=draft.report.flagged,
                ),
                key="flagged",
            )

    # --- what is stored ---

    @Slot(int)
    def show_draft(self, draft: int) -> None:
        """Open a draft of the list."""
        self._loading.ask(kept.load, self._desk, draft)

    @Slot(object)
    def _loaded(self, outcome: Outcome) -> None:
        if outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="problem")
        if outcome.state != "done":
            return
        draft, plan = outcome.value
        if draft is None or plan is None:
            self.bars.say("warn", _("This draft is no longer there."), key="problem")
            self.refresh()
            return
        if self._draft != draft.id:
            self.bars.clear()
        self._open(draft.id, draft.topic, kept.stored(draft, plan), words.counts(draft.report))
        if self._job is not None and draft.id == self._working:
            self.reading.show_stage("writing", _("Writing…"))
        elif draft.state != "done":
            self.reading.show_stage("stopped")
        self._tell_left_out(plan.left_out)
        self._tell_flagged(draft)

    def _open(self, draft: int, topic: str, written: Written, counts: str) -> None:
        self._draft = draft
        self._loading.drop()
        self._stack.setCurrentIndex(_READ)
        self.reading.show_draft(topic, written, counts, "done")
        self.list.show_outline(written.themes)
        self.list.select(draft)
        self.evidence.show()
        self.evidence.show_sentence(None, [], "")

    @Slot(object)
    def _listed(self, outcome: Outcome) -> None:
        if outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="list")
        if outcome.state == "done":
            self._rows = outcome.value
            self._show_rows()

    def _show_rows(self) -> None:
        shown = [each for each in self._rows if each.id not in self._dropped]
        self.list.show_drafts(shown, self._draft)

    @Slot()
    def drop(self) -> None:
        """Take a draft off the list; it is deleted when the bar that gives it back has gone."""
        draft = self._draft
        if not draft or draft == self._working:
            return
        self.compose()
        self._dropped.add(draft)
        self._show_rows()
        self.bars.say(
            "info",
            _("The draft is deleted."),
            [(_("Undo"), lambda: self._give_back(draft))],
            key=f"dropped-{draft}",
            on_closed=lambda: self._delete_for_good(draft),
            seconds=_SECONDS_TO_UNDO,
        )

    def _give_back(self, draft: int) -> None:
        self._dropped.discard(draft)
        self._show_rows()
        self.show_draft(draft)

    def _delete_for_good(self, draft: int) -> None:
        if draft in self._dropped:
            self._dropped.remove(draft)
            self._rows = tuple(each for each in self._rows if each.id != draft)
            self._pool.call(self._desk.drafts.delete, draft)

    # --- export ---

    @Slot()
    def _choose_file(self) -> None:
        folder = self._desk.settings.output_dir
        name, kind = QFileDialog.getSaveFileName(
            self,
            _("Export the draft"),
            str(Path(folder) / "related-work.tex"),
            _("LaTeX (*.tex);;Markdown (*.md)"),
        )
        if name:
            path = Path(name)
            if path.suffix.lower() not in {".tex", ".md"}:
                path = path.with_name(path.name + (".md" if ".md" in kind else ".tex"))
            self.export_to(path)

    def export_to(self, path: Path) -> None:
        """Write the draft, its bibliography and its report."""
        if self._draft:
            job = self._pool.call(kept.write_out, self._desk, self._draft, path)
            job.finished.connect(self._exported)

    @Slot(object)
    def _exported(self, outcome: Outcome) -> None:
        if outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="export")
        elif outcome.state == "done":
            path: Path = outcome.value
            folder = QUrl.fromLocalFile(str(path.parent))
            self.bars.say(
                "info",
                _("Written: {name}, with its .bib and report beside it.", name=path.name),
                [(_("Show the folder"), lambda: QDesktopServices.openUrl(folder))],
                key="export",
            )

    def _arrange(self, theme: Theme) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.form)
        self._stack.addWidget(self.reading)
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.bars.layout().setContentsMargins(theme.px(40), theme.px(12), theme.px(28), 0)
        layout.addWidget(self.bars)
        layout.addWidget(self._stack, 1)
        self._split = QSplitter()
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        for part in (self.list, centre, self.evidence):
            self._split.addWidget(part)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([theme.px(232), theme.px(600), theme.px(300)])
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._split)
