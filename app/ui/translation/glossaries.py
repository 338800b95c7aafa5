"""Glossaries: what things are called in both languages, by project.

The one law: each step can be taken back, and what is brought in is told row by row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agents.translation import term_review, term_steps
from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui import figures
from app.ui.theme import mark
from app.ui.translation.glossaries_files import GlossaryFiles
from app.ui.translation.glossaries_list import GlossaryList
from app.ui.translation.glossaries_propose import ProposePanel
from app.ui.translation.glossaries_table import TermTable
from app.ui.translation.searched import SearchedPanel
from app.ui.widgets.basic import ElidedLabel, EmptyState, IconButton, button, column, row, text
from app.ui.widgets.beside import BesideOrBelow

if TYPE_CHECKING:
    from pathlib import Path

    from agents.store.glossaries import StoredTerm, TermChange, TermRow
    from agents.translation.term_review import Finding, TakenIn
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme

    Findings = dict[int, tuple[Finding, ...]]

_EMPTY, _TERMS, _PROPOSE = range(3)
_SEARCH = 160  # px in which there is room to search


class GlossariesPanel(SearchedPanel):
    """The list on the left, the terms of one glossary on the right."""

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Arrange it; `entered` fills it."""
        super().__init__(desk, pool, theme, (_("Search the terms"), _("Search the terms")))
        self._listing = Latest(pool, self._listed, self)
        self._reading = Latest(pool, self._read, self)
        self._checking = Latest(pool, self._found, self)
        self._name = ""  # of the glossary that is shown
        self._wanted = ""  # of the one to show when the list was read
        self._unnamed = False  # whether a name is to be written then
        self.files = GlossaryFiles(desk, pool, self.bars, self.steps, self)
        self.list = GlossaryList(theme)
        self.table = TermTable(theme)
        self.propose = ProposePanel(desk, pool, theme)
        self._title = ElidedLabel(kind="heading")
        self._state = text("", "small")
        self._new = button(_("New glossary"), self.create, "primary")
        self._rename = IconButton(theme, "pencil", _("Rename the glossary"), self._begin_rename)
        self._delete = IconButton(theme, "trash", _("Delete the glossary"), self._drop)
        self._add = button(_("New term"), self.table.begin_new)
        self._remove = button(_("Remove"), self.remove_chosen)
        self._from_document = button(
            _("Propose from document…"),
            self._begin_propose,
            hint=_("Find the names and terms of a document before it is translated"),
        )
        self._arrange()
        self._connect()
        self._show_steps()

    def _connect(self) -> None:
        self.list.picked.connect(self._picked)
        self.list.renamed.connect(self._renamed)
        self.search.textChanged.connect(self._searched)
        self.table.added.connect(self._added)
        self.table.terms.edited.connect(self._edited)
        self.table.remove_asked.connect(self.remove_chosen)
        self.table.pasted.connect(self.files.paste)
        self.table.selectionModel().selectionChanged.connect(self._show_steps)
        self.propose.closed.connect(self._show_terms)
        self.propose.chosen.connect(self._take_proposals)

    # --- what the page asks ---

    def entered(self) -> None:
        """Look what is here."""
        self.refresh()

    def closing(self) -> None:
        """Store what is being written."""
        self.table.end_edit()
        self.propose.closing()
        self.steps.finish()

    def open_files(self, paths: list[Path]) -> None:
        """Add the terms of these to the glossary that is shown, or to one named like the file."""
        self.files.bring(paths)

    def save_state(self) -> dict[str, object]:
        """Which glossary is shown, and how wide the list is."""
        return {"glossary": self._name, "split": self._split.sizes()}

    def restore_state(self, state: dict[str, object]) -> None:
        """Take that back."""
        name, sizes = state.get("glossary"), state.get("split")
        if isinstance(name, str):
            self._name = self.files.name = name
        if isinstance(sizes, list) and all(isinstance(size, int) for size in sizes):
            self._split.setSizes(sizes)

    # --- glossaries ---

    def refresh(self, choose: str = "") -> None:
        """Read the list again."""
        self._wanted = choose or self._name
        self._listing.ask(self._desk.glossaries.names)

    @Slot(object)
    def _listed(self, outcome: Outcome) -> None:
        if outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="read")
        if outcome.state != "done":
            return
        self.list.show_names(outcome.value, self._wanted)
        if not outcome.value or self.list.current != self._name or not self.table.terms.terms:
            self._picked(self.list.current)
        if self._unnamed:
            self._unnamed = False
            self.list.rename_current()

    @Slot()
    def create(self) -> None:
        """Begin a glossary; its name is written at once."""
        self._unnamed = True
        name = _("New glossary")
        self.steps.do(lambda: term_steps.begin(self._desk.glossaries, name))

    def _begin_rename(self) -> None:
        self.list.rename_current()

    @Slot(str, str)
    def _renamed(self, old: str, new: str) -> None:
        self.steps.do(lambda: self._desk.glossaries.rename(old, new))

    def _drop(self) -> None:
        name = self._name
        if name:
            self.steps.do(lambda: self._desk.glossaries.drop(name), self._dropped)

    def _dropped(self, change: TermChange) -> None:
        self.bars.say(
            "info",
            _("The glossary {name} was deleted.", name=change.old),
            [(_("Undo"), self.steps.undo)],
            key="dropped",
        )

    # --- terms ---

    @Slot(str)
    def _picked(self, name: str) -> None:
        self._name = self.files.name = name
        self._stack.setCurrentIndex(_TERMS if name else _EMPTY)
        self._title.say(name)
        self.search.clear()
        if name:
            self._reading.ask(_read, self._desk, name)
        else:
            self._reading.drop()
            self.table.terms.show_rows(())
        self._show_steps()

    @Slot(object)
    def _read(self, outcome: Outcome) -> None:
        if outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="read")
        if outcome.state == "done" and outcome.value[0] == self._name:
            self.table.terms.show_rows(outcome.value[1])
            self.table.terms.find(outcome.value[2])
            self._count()

    @Slot(str)
    def _searched(self, typed: str) -> None:
        self.table.terms.search(typed)
        self._count()

    @Slot(object)
    def _added(self, term: StoredTerm) -> None:
        name = self._name
        self.steps.do(
            lambda: term_steps.add(self._desk.glossaries, name, term),
            lambda _change: self.table.begin_new(),
        )

    @Slot(object, object)
    def _edited(self, before: TermRow, term: StoredTerm) -> None:
        name = self._name
        self.steps.do(lambda: term_steps.edit(self._desk.glossaries, name, before, term))

    @Slot()
    def remove_chosen(self) -> None:
        """Remove the selected terms; the bar that says so gives them back."""
        name, chosen = self._name, self.table.chosen
        if name and chosen:
            self.steps.do(
                lambda: self._desk.glossaries.take_out(name, chosen),
                lambda change: self.bars.say(
                    "info",
                    _("Removed: {count}.", count=len(change.before)),
                    [(_("Undo"), self.steps.undo)],
                    key="removed",
                    seconds=20,
                ),
            )

    @Slot(object)
    def _take_proposals(self, terms: list[StoredTerm]) -> None:
        self.files.take(terms)
        self._show_terms()

    # --- what was done ---

    def _apply(self, change: TermChange | TakenIn, back: bool) -> object:  # noqa: FBT001 - `Steps` calls it
        return self._desk.glossaries.apply(_step(change), back=back)

    @Slot(object, bool)
    def _done(self, change: TermChange | TakenIn, back: bool) -> None:  # noqa: FBT001 - a slot
        step = _step(change)
        old, new = (step.new, step.old) if back else (step.old, step.new)
        if old == new == self._name:
            self.table.terms.take(step, back=back)
            self._check()
        self.refresh(new or self._name)

    @Slot(object)
    def _failed(self, outcome: Outcome) -> None:
        super()._failed(outcome)
        self._unnamed = False
        self.refresh()  # what was written is not so
        self._reading.ask(_read, self._desk, self._name)

    def _check(self) -> None:
        self._checking.ask(_found, self.table.terms.terms)

    @Slot(object)
    def _found(self, outcome: Outcome) -> None:
        if outcome.state == "done" and outcome.value[0] == self.table.terms.terms:
            self.table.terms.find(outcome.value[1])
            self._count()

    def _count(self) -> None:
        terms = self.table.terms
        shown = "" if terms.shown == len(terms.terms) else _("found {count}", count=terms.shown)
        self._state.setText(
            figures.joined(
                _("terms {count}", count=figures.number(len(terms.terms))),
                shown,
                _("to look at {count}", count=terms.problems) if terms.problems else "",
            )
        )

    # --- proposing ---

    @Slot()
    def _begin_propose(self) -> None:
        self.propose.begin(self._name)
        self._stack.setCurrentIndex(_PROPOSE)
        self.propose.choose()

    @Slot()
    def _show_terms(self) -> None:
        self._stack.setCurrentIndex(_TERMS if self._name else _EMPTY)

    # --- arranging ---

    @Slot()
    def _show_steps(self, *_what: object) -> None:
        super()._show_steps()
        self._remove.setEnabled(bool(self.table.chosen))
        for one in (self._rename, self._delete):
            one.setEnabled(bool(self._name))

    def _arrange(self) -> None:
        theme = self._theme
        empty = EmptyState(
            theme,
            "library",
            _("There are no glossaries yet"),
            _(
                "A glossary says how names and terms are translated. Write one, or drop a CSV or "
                "TBX file here. It is given to the model with each sentence and checked afterwards."
            ),
        )
        empty.offer(button(_("New glossary"), self.create, "primary"))
        empty.offer(button(_("Import…"), self.files.choose))
        self._stack = QStackedWidget()
        self._stack.addWidget(empty)
        self._stack.addWidget(self._terms_side())
        self._stack.addWidget(self.propose)
        right = column(self.bars, self._stack, gap=0)
        right.layout().setStretch(1, 1)
        self.bars.layout().setContentsMargins(theme.px(28), theme.px(12), theme.px(20), 0)
        self._split = QSplitter()
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self._list_side())
        self._split.addWidget(right)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([theme.px(220), theme.px(880)])
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._split)

    def _list_side(self) -> QWidget:
        theme = self._theme
        side = QWidget()
        mark(side, ground="ground", edge="right")
        side.setMinimumWidth(theme.px(180))
        layout = QVBoxLayout(side)
        layout.setContentsMargins(theme.px(12), theme.px(10), theme.px(12), theme.px(12))
        layout.setSpacing(theme.space("s"))
        layout.addWidget(self._new)
        layout.addWidget(self.list, 1)
        return side

    def _terms_side(self) -> QWidget:
        theme = self._theme
        head = row(
            self._title,
            self._rename,
            self._delete,
            theme.px(8),
            self._undo,
            self._redo,
            gap=theme.px(2),
        )
        head.layout().setStretch(0, 1)
        gap = theme.px(8)
        files = row(
            self._from_document, self.files.import_button, self.files.export_button, gap=gap
        )
        find = BesideOrBelow(self.search, files, gap, theme.px(_SEARCH))
        hint = ElidedLabel(
            _("Rows copied from a spreadsheet can be pasted into the table."), "small"
        )
        foot = row(self._add, self._remove, hint, self._state, gap=gap)
        foot.layout().setStretch(2, 1)
        side = QWidget()
        layout = QVBoxLayout(side)
        layout.setContentsMargins(theme.px(28), theme.px(12), theme.px(20), theme.px(12))
        layout.setSpacing(theme.space("s"))
        layout.addWidget(head)
        layout.addWidget(find)
        layout.addWidget(self.table, 1)
        layout.addWidget(foot)
        return side


def _step(change: TermChange | TakenIn) -> TermChange:
    return change.change if isinstance(change, term_review.TakenIn) else change


def _read(desk: Desk, name: str) -> tuple[str, tuple[TermRow, ...], Findings]:
    rows = desk.glossaries.rows(name)
    return name, rows, term_review.findings(rows)


def _found(rows: tuple[TermRow, ...]) -> tuple[tuple[TermRow, ...], Findings]:
    return rows, term_review.findings(rows)
