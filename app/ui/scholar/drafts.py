"""Drafts: a topic in, related work out, each citation with what it rests on.

The one law: what is shown is what is stored; a sentence without support is marked, never hidden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QWidget,
)

from agents.base import Notice, Progress, Token, UserError
from agents.scholar.events import (
    DraftBegun,
    DraftDone,
    DraftRequest,
    ParagraphDone,
    PlanMade,
    RewriteRequest,
    SentenceDone,
)
from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui import figures
from app.ui.scholar import drafts_told, kept, words
from app.ui.scholar.compose import ComposeForm
from app.ui.scholar.draft_text import Written
from app.ui.scholar.drafts_aside import PutAside
from app.ui.scholar.drafts_back import GoingBack
from app.ui.scholar.drafts_list import DraftsList
from app.ui.scholar.drafts_split import DraftSplit
from app.ui.scholar.evidence import EvidenceSheet
from app.ui.scholar.exporter import Exporter
from app.ui.scholar.plan import PlanView
from app.ui.scholar.plan_pages import Pages
from app.ui.scholar.reading import DraftReading
from app.ui.widgets.bars import Bars

if TYPE_CHECKING:
    from pathlib import Path

    from agents.base import UserError
    from agents.scholar.events import Step
    from agents.store.drafts import Begun, DraftRow
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme


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
        self._rows: tuple[DraftRow, ...] = ()
        self.bars = Bars(theme)
        self.list = DraftsList(theme)
        self.form = ComposeForm(desk, pool, theme)
        self.reading = DraftReading(desk, pool, theme)
        self.evidence = EvidenceSheet(desk, pool, theme)
        self.plan = PlanView(desk, pool, theme, lambda: self.form.model)
        self.pages = Pages(theme, self.bars, self.form, self.reading, self.plan)
        self.stepper = self.pages.stepper
        self._aside = PutAside(desk, pool, self.bars)
        self._begun: Begun | None = None
        self._wanted: Step = "text"  # how far the draft that is worked on is to go
        self._until: dict[int, Step] = {}  # the same of drafts that may be gone on with
        self.exporter = Exporter(desk, pool, theme, self.bars, self)
        self._back = GoingBack(desk, pool, theme, self.bars, self)
        self.versions = self._back.dialog
        self._back.changed.connect(self._went_back)
        self._arrange(theme)
        self.list.new.connect(self.compose)
        self.list.picked.connect(self.show_draft)
        self.list.theme_picked.connect(self.reading.scroll_to)
        self.list.again.connect(self.rewrite)
        self.form.wanted.connect(self.draft)
        self.form.planned.connect(self.make_plan)
        self.stepper.chosen.connect(self._go_to)
        self.plan.wanted.connect(self._go_on)
        self.plan.failed.connect(self._plan_failed)
        self.form.navigate.connect(self.navigate)
        self.reading.stop.connect(self.cancel)
        self.reading.go_on.connect(self.take_up)
        self.reading.export.connect(self._ask_export)
        self.reading.versions.connect(self._look_back)
        self.reading.titled.connect(self.list.retitle)
        self.reading.failed.connect(self._not_stored)
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
        """Delete what was only put aside; store what was typed."""
        self.reading.closing()
        self.evidence.closing()
        self._aside.delete_all()

    @Slot(int)
    def show_count(self, works: int) -> None:
        """How many works there are to draft from."""
        self.list.works.setText(_("works to cite {count}", count=figures.number(works)))

    def save_state(self) -> dict[str, object]:
        """The topic as far as it is written, and widths."""
        return {
            **self.form.save_state(),
            "split": self._split.kept,
            "export": self.exporter.dialog.save_state(),
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Take that back."""
        self.form.restore_state(state)
        sizes = state.get("split")
        exported = state.get("export")
        if isinstance(exported, dict):
            self.exporter.dialog.restore_state(exported)
        if isinstance(sizes, list) and all(isinstance(size, int) for size in sizes):
            self._split.keep(sizes)

    # --- writing ---

    @Slot()
    def compose(self) -> None:
        """Ask for a topic."""
        self.reading.keeper.flush()
        self._draft = 0
        self._loading.drop()
        self.bars.clear()
        self.list.select(0)
        self.list.show_outline(())
        self.evidence.hide()
        self._begun = None
        self.pages.begin()
        self.form.topic.setFocus()

    @Slot()
    def draft(self) -> None:
        """Draft from the topic."""
        self._from_form("text")

    @Slot()
    def make_plan(self) -> None:
        """Propose themes and papers, and wait."""
        self._from_form("themes")

    def _from_form(self, until: Step) -> None:
        request = self.form.request(until)
        if not request.topic:
            self.bars.say("warn", _("Write a topic or an abstract first."), key="topic")
            self.form.topic.setFocus()
        elif self._may_begin():
            self._begun, self.pages.reached = None, "topic"
            self._open(0, request.topic, Written(), "")
            self._begin(request)

    @Slot(str)
    def _go_on(self, until: Step) -> None:
        """Take the shown draft on from its plan."""
        if self._draft and self._may_begin():
            self.pages.show_step("text")
            request = DraftRequest("", self.form.model, draft=self._draft, until=until)
            self._begin(request)

    @Slot(int)
    def rewrite(self, paragraph: int) -> None:
        """Write a paragraph of the shown draft anew."""
        if self._draft and self.pages.reached == "text" and self._may_begin():
            self._begin(RewriteRequest(self._draft, self.form.model, paragraph))

    @Slot()
    def take_up(self) -> None:
        """Go on with the stopped draft that is shown."""
        if self._draft and self._may_begin():
            until = self._until.get(self._draft, "text")
            self._begin(DraftRequest("", self.form.model, draft=self._draft, until=until))

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

    def _begin(self, request: DraftRequest | RewriteRequest) -> None:
        self.bars.clear()
        self._working = request.draft
        self._wanted = request.until if isinstance(request, DraftRequest) else "text"
        if request.draft:
            self.reading.keeper.flush()
            self._pool.call(self._desk.versions.keep, request.draft, "writing")
        self._job = self._pool.start(self._desk.scholar, request)
        self._job.event.connect(self._happened)
        self._job.finished.connect(self._ended)
        self.reading.show_stage("writing", _("Looking for works that fit…"))
        self.form.allow(busy=True)
        self.pages.show_step("text", busy=True)

    @property
    def _shows_working(self) -> bool:
        return self.pages.reads and self._draft == self._working

    @Slot(object)
    def _happened(self, event: object) -> None:
        if isinstance(event, DraftBegun):
            if self._shows_working:
                self._draft = event.draft
            self._working = event.draft
            self._until[event.draft] = self._wanted
            self.refresh()
        elif isinstance(event, PlanMade):
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
            drafts_told.unsupported(self.bars, event.draft.report)

    def _plan_made(self, event: PlanMade) -> None:
        written = self.reading.written
        written.themes = [theme.title for theme in event.themes]
        written.works |= {work.key: work for theme in event.themes for work in theme.works}
        self.list.show_outline(written.themes)
        self.reading.show_progress(Progress(0, len(event.themes), "paragraph"))
        drafts_told.left_out(self.bars, event.left_out)
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
        self.refresh()

    # --- steps ---

    @Slot(str)
    def _go_to(self, step: Step) -> None:
        """Show a step of the shown draft."""
        if step == "text" and self.pages.plans:
            self.show_draft(self._draft)  # as it is after what was changed
            return
        if step == "topic" and self._begun is not None:
            self.form.show_begun(self._begun)
        self.pages.show_step(step)
        self.evidence.setVisible(step == "text")

    @Slot(object)
    def _plan_failed(self, problem: UserError) -> None:
        self.bars.say("error", i18n.explain(problem), key="problem")

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
        draft, plan, begun = outcome.value
        if draft is None or plan is None:
            if self._begun is None and self._draft:  # nothing was made: the topic is there
                self._draft = 0
                self.evidence.hide()
                self.pages.begin()
            else:
                self.bars.say("warn", _("This draft is no longer there."), key="problem")
            self.refresh()
            return
        if self._draft != draft.id:
            self.bars.clear()
        self._begun, self.pages.reached = begun, draft.step
        self.plan.open(draft.id, begun, plan)
        self._open(draft.id, draft.topic, kept.stored(draft, plan), words.counts(draft.report))
        if not (self._job is not None and draft.id == self._working):
            self.pages.show_step("text")
            self._go_to("text" if draft.step == "topic" else draft.step)
            self.list.allow_again(allowed=draft.step == "text")
        if self._job is not None and draft.id == self._working:
            self.reading.show_stage("writing", _("Writing…"))
        elif draft.state != "done":
            self.reading.show_stage("stopped")
        drafts_told.left_out(self.bars, plan.left_out)
        drafts_told.unsupported(self.bars, draft.report)

    def _open(self, draft: int, topic: str, written: Written, counts: str) -> None:
        self._draft = draft
        self._loading.drop()
        self.pages.show_step("text")
        self.reading.show_draft(topic, written, counts, "done", draft)
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
        shown = [each for each in self._rows if each.id not in self._aside]
        self.list.show_drafts(shown, self._draft)

    @Slot()
    def drop(self) -> None:
        """Take a draft off the list; it is deleted when the bar that gives it back has gone."""
        draft = self._draft
        if not draft or draft == self._working:
            return
        self.compose()

        def deleted() -> None:
            self._rows = tuple(each for each in self._rows if each.id != draft)

        self._aside.put(draft, lambda: self._given_back(draft), deleted)
        self._show_rows()

    def _given_back(self, draft: int) -> None:
        self._show_rows()
        self.show_draft(draft)

    # --- export and versions ---

    @Slot()
    def _ask_export(self) -> None:
        self.reading.keeper.flush()
        self.exporter.ask(self._draft)

    def export_to(self, path: Path) -> None:
        """Write the draft, its bibliography and its report."""
        if self._draft:
            self.reading.keeper.flush()
            self.exporter.write(self._draft, path)

    @Slot()
    def _look_back(self) -> None:
        self.reading.keeper.flush()
        self._back.look(self._draft, self.reading.editor.name)

    @Slot()
    def _went_back(self) -> None:
        self.show_draft(self._draft)

    @Slot(object)
    def _not_stored(self, error: UserError) -> None:
        self.bars.say("error", i18n.explain(error), key="stored")

    def _arrange(self, theme: Theme) -> None:
        self._split = DraftSplit(self.list, self.pages, self.evidence, theme)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._split)
