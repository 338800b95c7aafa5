"""Step 3 of a draft: what each sentence says, from which words of which work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QListWidgetItem, QTreeWidgetItem, QWidget

from agents.scholar import steps
from agents.scholar.events import AlternativesFound, EvidenceFound, EvidenceRequest, RewriteRequest
from app import i18n
from app.i18n import _
from app.ui.combo import Combo
from app.ui.scholar import words
from app.ui.scholar.plan_panel import HINT, LATER, PlanPanel, heading, offered
from app.ui.scholar.plan_tree import CHILD, THEME
from app.ui.two_lines import STATE
from app.ui.widgets.basic import IconButton, button, column, text
from app.ui.widgets.beside import BesideOrBelow
from app.ui.widgets.flow import Flow

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.scholar.events import EvidenceRef, PlannedSentence, PlannedTheme, Sentence
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.scholar.plan_edit import PlanEdit
    from app.ui.theme import Theme

_VALUE = int(Qt.ItemDataRole.UserRole)
_OFFERED = 3  # other wordings


class SentencesPage(PlanPanel):
    """Planned sentences on the left, what the selected one rests on on the right."""

    replaced = Signal()  # the text of a sentence was replaced

    def __init__(
        self, desk: Desk, pool: JobPool, theme: Theme, edit: PlanEdit, model: Callable[[], str]
    ) -> None:
        """Arrange it; `draw` fills it. `model` tells what writes."""
        super().__init__(edit, _("Planned sentences"), [_("What is said"), _("Kind"), _("Cites")])
        self._desk, self._pool, self._model = desk, pool, model
        self._job: Job | None = None
        self._asked_for = ""  # the work whose words are shown to choose from
        self.says = QLineEdit()
        self.says.setAccessibleName(_("What the sentence says"))
        self.says.setPlaceholderText(_("What it says in your words; empty: what the evidence says"))
        self.which = Combo(_("Cited work"))
        self.evidence = offered(_("Evidence to choose from"), theme)
        self.now = text("", wrap=True)
        self.hint = text("", "small", wrap=True)
        self._arrange(theme)
        self.says.editingFinished.connect(self._said)
        self.which.activated.connect(self._look)
        self.evidence.itemActivated.connect(self._take)
        self.tree.current.connect(self._chosen)
        self.tree.child_moved.connect(self._sentence_moved, LATER)

    def draw(self) -> None:
        """Show the outline as it is now."""
        self.tree.draw(
            [
                (heading(theme), [_line(theme, one) for one in theme.sentences])
                for theme in self._edit.outline.themes
            ]
        )

    def _planned(self) -> PlannedSentence | None:
        id_ = self.tree.chosen[1]
        return self._edit.outline.sentence(id_) if isinstance(id_, int) else None

    # --- changing ---

    @Slot()
    def remove(self) -> None:
        """Do not say what is selected."""
        planned = self._planned()
        if planned is not None:
            self._edit.apply(steps.delete_sentence(self._edit.outline, planned.id))

    @Slot()
    def lock(self) -> None:
        """Let the sentence stay as it is, or not."""
        planned = self._planned()
        if planned is not None:
            on = not planned.locked
            self._edit.apply(steps.lock(self._edit.outline, planned.id, on=on))

    @Slot(object, int, int, int)
    def _sentence_moved(self, sentence: object, source: int, target: int, at: int) -> None:
        if source != target:
            self.hint.setText(_("A sentence stays in its theme: another one has other papers."))
        elif isinstance(sentence, int):
            self._edit.apply(steps.move_sentence(self._edit.outline, sentence, at))

    @Slot()
    def _said(self) -> None:
        planned = self._planned()
        if planned is not None and planned.kind != "closing":
            self._edit.apply(steps.say(self._edit.outline, planned.id, self.says.text()))

    @Slot(QListWidgetItem)
    def _take(self, item: QListWidgetItem) -> None:
        """Choose evidence, or another wording."""
        planned, value = self._planned(), item.data(_VALUE)
        if planned is None:
            return
        if isinstance(value, tuple):
            at, sentence = value
            job = self._pool.call(_replace, self._desk, self._edit.draft, at, sentence)
            job.finished.connect(self._was_replaced)
        else:
            self._edit.apply(steps.change_evidence(self._edit.outline, planned.id, value))

    @Slot()
    def _take_current(self) -> None:
        item = self.evidence.currentItem()
        if item is not None:
            self._take(item)

    @Slot(object)
    def _was_replaced(self, outcome: Outcome) -> None:
        if outcome.error:
            self.hint.setText(i18n.explain(outcome.error))
        elif outcome.state == "done":
            self.hint.setText(_("The sentence has this wording now."))
            self.replaced.emit()

    # --- what is selected ---

    @Slot()
    def _chosen(self) -> None:
        planned = self._planned()
        theme = self._edit.outline.theme(self.tree.chosen[0])
        for made in (self._delete, self._lock, self._up, self._down, self._other):
            made.setEnabled(planned is not None)
        self._lock.setText(_("Unlock") if planned and planned.locked else _("Lock"))
        self.says.setEnabled(planned is not None and planned.kind != "closing")
        self.says.setText(planned.says if planned else "")
        self.which.clear()
        self.evidence.clear()
        self.now.setText(_quoted(planned))
        self.hint.setText(
            _("Choose a sentence to see what it rests on.")
            if planned is None
            else _("A locked sentence stays when papers change.")
        )
        if planned is None or theme is None or theme.closing:
            return
        for key in planned.keys:
            work = self._edit.works.get(key)
            self.which.add(words.author_year(work) if work else key, key)
        self._look()

    @Slot()
    def _look(self) -> None:
        """Ask for what can be quoted of the work."""
        key = self.which.currentData()
        if key:
            self._asked_for = key
            theme = self.tree.chosen[0]
            self._start(EvidenceRequest(self._edit.draft, theme, key))

    @Slot()
    def other_wordings(self) -> None:
        """Ask the model for other wordings of the sentence."""
        planned = self._planned()
        at = next(
            (
                at
                for at, theme in enumerate(self._edit.outline.themes)
                if planned in theme.sentences
            ),
            -1,
        )
        if planned is None or at < 0:
            return
        if self._edit.saving:
            self.hint.setText(_("The change is being stored; try again in a moment."))
            return
        self.hint.setText(_("Writing…"))
        self.evidence.clear()
        request = RewriteRequest(
            self._edit.draft, self._model(), at, planned.id, alternatives=_OFFERED
        )
        self._start(request)

    def _start(self, request: EvidenceRequest | RewriteRequest) -> None:
        self.cancel()
        self._job = self._pool.start(self._desk.scholar, request, interactive=True)
        self._job.event.connect(self._happened)
        self._job.finished.connect(self._ended)

    def cancel(self) -> None:
        """Look for nothing any more."""
        if self._job is not None:
            self._job.cancel()

    @Slot(object)
    def _happened(self, event: object) -> None:
        planned = self._planned()
        if isinstance(event, EvidenceFound) and event.key == self._asked_for:
            self.evidence.clear()
            for ref in event.evidence:
                self._offer(ref.text, _place(ref), ref)
        elif isinstance(event, AlternativesFound) and planned and planned.id == event.planned:
            self.evidence.clear()
            for sentence in event.sentences:
                said = words.origin(sentence) if sentence.support == "supported" else ""
                state = said or words.reason(sentence) if sentence.reason else said
                self._offer(sentence.text, state, (event.paragraph, sentence))
            self.hint.setText(
                _("Choose a wording with Enter; nothing is changed before.")
                if event.sentences
                else _("The model found no other wording that its evidence supports.")
            )

    def _offer(self, words_: str, state: str, value: object) -> None:
        item = QListWidgetItem(words_)
        item.setToolTip(words_)
        item.setData(STATE, state)
        item.setData(_VALUE, value)
        self.evidence.addItem(item)

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        self._job = None
        if outcome.error:
            self.hint.setText(i18n.explain(outcome.error))

    def _arrange(self, theme: Theme) -> None:
        self._delete = button(_("Take out"), self.remove, hint="Del")
        self._lock = button(_("Lock"), self.lock)
        self._other = button(_("Other wordings"), self.other_wordings)
        self._up = IconButton(theme, "chevron-up", _("Up"), lambda: self.tree.step(-1))
        self._down = IconButton(theme, "chevron-down", _("Down"), lambda: self.tree.step(1))
        tools = QWidget()
        flow = Flow(theme.space("s"))  # large letters need a second line
        for made in (self._delete, self._lock, self._other, self._up, self._down):
            flow.addWidget(made)
        tools.setLayout(flow)
        left = column(self.tree, self.says, tools, gap=theme.space("s"))
        right = column(
            text(_("Evidence"), "heading"),
            self.now,
            self.which,
            self.evidence,
            button(_("Use this"), self._take_current),
            gap=theme.space("s"),
            margins=(theme.px(12), 0, 0, 0),
        )
        write = button(_("Write the text"), lambda: self.wanted.emit("text"), "primary")
        end = BesideOrBelow(self.hint, write, theme.space("s"), theme.px(HINT))
        self.arrange(theme, left, right, 260, end)


def _line(theme: PlannedTheme, planned: PlannedSentence) -> QTreeWidgetItem:
    said = planned.says or next((ref.text for ref in planned.evidence if ref.text), "")
    slots = "".join(f"[{theme.keys.index(key) + 1}]" for key in planned.keys if key in theme.keys)
    kind = _kind(planned)
    item = QTreeWidgetItem([said or _("Only the title is known"), kind, slots])
    item.setData(0, THEME, theme.id)
    item.setData(0, CHILD, planned.id)
    item.setToolTip(0, said)
    item.setData(0, int(Qt.ItemDataRole.AccessibleTextRole), f"{kind}: {said} {slots}")
    return item


def _kind(planned: PlannedSentence) -> str:
    name = {
        "lead": _("Opening"),
        "claim": _("Claim"),
        "comparison": _("Comparison"),
        "closing": _("Own work"),
    }[planned.kind]
    return f"{name} · {_('locked')}" if planned.locked else name


def _quoted(planned: PlannedSentence | None) -> str:
    refs = [ref for ref in planned.evidence if ref.text] if planned else []
    return "\n".join(f"“{ref.text}” {_place(ref)}" for ref in refs)


def _place(ref: EvidenceRef) -> str:
    if not ref.key:
        return _("Your note")
    return _("p. {page}", page=ref.page) if ref.page else _("Abstract")


def _replace(desk: Desk, draft: int, paragraph: int, sentence: Sentence) -> None:
    """Let a sentence have another wording. For a worker."""
    begun = desk.drafts.begun(draft)
    outline = begun.outline if begun else None
    order = [one.id for one in outline.themes[paragraph].sentences] if outline else []
    desk.drafts.add_planned(draft, paragraph, order, sentence)
