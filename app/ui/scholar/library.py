"""The library: import, search, read; merge duplicates, check.

The one law: a search by words is on the screen at once; the search by meaning replaces it when
it is ready, and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui import figures
from app.ui.scholar.bringing import Bringing
from app.ui.scholar.filters import Filters
from app.ui.scholar.library_pages import (
    CHECK,
    ENTITIES,
    TWINS,
    WORKS,
    Contents,
    LibraryPages,
    contents,
)
from app.ui.scholar.removing import Removing
from app.ui.scholar.searching import Searching
from app.ui.scholar.sheet import ReadingSheet
from app.ui.switch import Switch
from app.ui.widgets.bars import Bars
from app.ui.widgets.basic import ElidedLabel, button, row
from app.ui.widgets.beside import BesideOrBelow
from app.ui.widgets.scrolled import scrolled

if TYPE_CHECKING:
    from pathlib import Path

    from agents.base import UserError
    from agents.scholar.events import SearchDone
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme

_PAUSE = 250  # ms without a keystroke before a search begins
_LEAST = 385  # px: the width of what is not the sheet
_COMPARED = 60  # works of a search in a comparison table, at most


class LibraryPanel(QWidget):
    """Search box and table on the left, the reading sheet on the right."""

    navigate = Signal(str)
    counted = Signal(int)  # works in the library

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Arrange it; `refresh` fills it."""
        super().__init__()
        self._desk, self._pool, self._theme = desk, pool, theme
        self._reading = Latest(pool, self._read, self)
        self._contents = Contents((), ())
        self._searching = Searching(desk, pool, self)
        self._model = ""  # that could sort the hits; empty = none is here
        self._wanted = 0  # the work to select when the table is filled
        self.bars = Bars(theme)
        self._bringing = Bringing(desk, pool, self.bars, self._show_broken, self)
        self.search = QLineEdit(placeholderText=_("Search by words and by meaning"))
        self.search.setAccessibleName(_("Search the library"))
        self.search.setClearButtonEnabled(True)
        self.filters = Filters(theme)
        self.sort = QCheckBox(_("Let the model sort the best hits"))
        self.sort.setAccessibleName(self.sort.text())
        self._stop_sort = button(_("Stop"), self._stop_sorting, "faint")
        self._stop_sort.setAccessibleName(_("Stop sorting"))
        self._stop_sort.hide()
        self._add = button(
            _("Import…"),
            self._bringing.choose_files,
            hint=_("Add BibTeX, RIS, CSL-JSON, PDFs or a Zotero data folder"),
        )
        self.facet = Switch(
            _("What is shown"),
            [
                (WORKS, _("All works")),
                (ENTITIES, _("Entities")),
                (TWINS, _("Duplicates")),
                (CHECK, _("Check")),
            ],
        )
        self._stack = LibraryPages(desk, pool, theme, self.bars)
        self.table, self.broken = self._stack.table, self._stack.broken
        self.twins, self.doctor = self._stack.twins, self._stack.doctor
        self.entities, self.compared = self._stack.entities, self._stack.compared
        self._compare = button(
            _("Compare"),
            self._show_compared,
            "plain",
            hint=_("A table of the selected works, or of all that are shown, and what they use"),
        )
        self._removing = Removing(desk, pool, self.bars, self)
        self._stop = button(_("Stop"), self._bringing.stop)
        self._stop.setAccessibleName(_("Stop importing"))
        self._state = ElidedLabel("", "small")
        self._damage = button(_("Entries that could not be read"), self._toggle_broken, "plain")
        self.sheet = ReadingSheet(desk, pool, theme)
        self._arrange()
        self._connect()

    def _connect(self) -> None:
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._timer.timeout.connect(self._begin_search)
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._begin_search)
        self._searching.found.connect(self._searched)
        self._searching.said.connect(self._state.say)
        self._searching.failed.connect(self._search_failed)
        self._searching.sorting.connect(self._stop_sort.setVisible)
        self.filters.changed.connect(self._begin_search)
        self.filters.opened.connect(self._begin_search)
        self.sort.toggled.connect(self._begin_search)
        self.table.picked.connect(self.sheet.show_work)
        self.sheet.navigate.connect(self.navigate)
        self.sheet.remove.connect(self.remove_selected)
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self.remove_selected)
        self._bringing.said.connect(self._state.say)
        self._bringing.busy.connect(self._show_import)
        self._bringing.ended.connect(self.refresh)
        self.facet.chosen.connect(self._facet_chosen)
        for panel in (self.twins, self.doctor):
            panel.changed.connect(self.refresh)
        self.doctor.picked.connect(self._show_only)
        self.sheet.entity.connect(self.show_entity)
        for panel in (self.entities, self.compared):
            panel.work.connect(self.show_work)
        self.entities.navigate.connect(self.navigate)
        self.entities.changed.connect(self.sheet.look_again)
        self.compared.closed.connect(self._show_facet)
        self._removing.changed.connect(self.refresh)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self).activated.connect(self._find)

    def entered(self) -> None:
        """Look what is here."""
        self._model = self._desk.choices.best("scholar", self._desk.settings.draft_model)
        names = {one.id: one.name for one in self._desk.choices.all()}
        self.sort.setToolTip(
            _("{model} reads the first hits; takes longer", model=names.get(self._model, ""))
        )
        self.refresh()
        self.sheet.look_for_model()

    def refresh(self) -> None:
        """Read the library again."""
        self._reading.ask(contents, self._desk)

    def open_files(self, paths: list[Path]) -> None:
        """Import these one after the other."""
        self._bringing.bring(paths)

    def show_work(self, work_id: int) -> None:
        """Select a work."""
        self.facet.choose(WORKS)
        self._show_facet()  # the table of comparison may be shown
        self._wanted = work_id
        if self.search.text() or not self.table.pick(work_id):
            self.filters.clear()
            self.search.clear()
        else:
            self._wanted = 0

    def save_state(self) -> dict[str, object]:
        """How wide the sheet is, what is narrowed, whether a model sorts."""
        return {
            "split": self._split.sizes(),
            "filters": self.filters.save_state(),
            "sort": self.sort.isChecked(),
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Take that back."""
        sizes = state.get("split")
        if isinstance(sizes, list) and all(isinstance(size, int) for size in sizes):
            self._split.setSizes(sizes)
        filters = state.get("filters")
        # what the library has is asked for when the page is entered
        with QSignalBlocker(self.filters), QSignalBlocker(self.sort):
            if isinstance(filters, dict):
                self.filters.restore_state(filters)
            self.sort.setChecked(state.get("sort") is True)

    def _arrange(self) -> None:
        theme = self._theme
        self._stack.empty.offer(button(_("Import…"), self._bringing.choose_files))
        self._stack.empty.offer(button(_("Import a folder…"), self._bringing.choose_folder))
        self._stack.unfit.offer(button(_("Clear filters"), self.filters.clear))
        self._folder = button(
            _("Folder…"),
            self._bringing.choose_folder,
            hint=_("Add a folder of PDFs or Zotero's data folder"),
        )
        self._folder.setAccessibleName(_("Import a folder"))
        self._head = row(
            self.search, self.filters.button, self._add, self._folder, self._stop, gap=theme.px(8)
        )
        self._head.layout().setStretch(0, 1)
        left = QWidget()
        layout = QVBoxLayout(left)
        layout.setContentsMargins(theme.px(28), theme.px(12), theme.px(16), theme.px(12))
        layout.setSpacing(theme.space("s"))
        layout.addWidget(self._head)
        layout.addWidget(self.filters)
        self._asked = row(self.filters.chips, self.sort, self._stop_sort, gap=theme.px(8))
        self._asked.layout().setStretch(0, 1)
        layout.addWidget(self._asked)
        facets = row(self.facet, self._state)
        facets.layout().setStretch(1, 1)  # the switch stays as it is when a button goes
        acts = row(self._compare, self._damage)
        layout.addWidget(BesideOrBelow(facets, acts, theme.px(8)))
        layout.addWidget(self.bars)
        layout.addWidget(self._stack, 1)
        self._split = QSplitter()
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(scrolled(left, _("Library"), theme.px(_LEAST)))
        self._split.addWidget(self.sheet)
        self.sheet.setMinimumWidth(theme.px(220))
        self._split.setStretchFactor(0, 1)
        self._split.setSizes([theme.px(800), theme.px(330)])
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._split)
        self._show_import(False)  # noqa: FBT003 - a Qt slot

    @Slot(object)
    def _read(self, outcome: Outcome) -> None:
        if outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="read")
        if outcome.state != "done":
            return
        self._contents = outcome.value
        self.broken.show_broken(self._contents.broken)
        self._damage.setText(_("could not be read {count}", count=len(self._contents.broken)))
        self._damage.setAccessibleName(self._damage.text())
        self._damage.setVisible(bool(self._contents.broken))
        self.search.setEnabled(bool(self._contents.works))
        self.counted.emit(len(self._contents.works))
        self._begin_search()

    def _show_all(self) -> None:
        current = self.table.current
        works = self._contents.works
        self.sheet.paper.show_hits(())
        self.table.show_works(works, keep=self._wanted or (current.id if current else 0))
        self._wanted = 0
        self._show_facet()
        abstracts = sum(bool(work.abstract) for work in works)
        self._state.say(
            figures.joined(
                _("works {count}", count=figures.number(len(works))),
                _("with an abstract {count}", count=figures.number(abstracts)),
            )
            if works
            else ""
        )
        if self.table.current is None:
            self.sheet.show_work(None)
            if works:
                self.table.selectRow(0)

    @Slot()
    def _find(self) -> None:
        self.facet.choose(WORKS)
        self.search.setFocus()

    @Slot(str)
    def _facet_chosen(self, facet: str) -> None:
        self._show_facet()
        if facet == TWINS:
            self.twins.refresh()
        if facet == ENTITIES:
            self.entities.refresh()
        if facet == CHECK:
            self.doctor.refresh()
        else:
            self.doctor.leave()

    @Slot()
    def _show_facet(self) -> None:
        """Show what the switch says; an empty library has nothing to switch to."""
        works, broken = bool(self._contents.works), bool(self._contents.broken)
        facet = self.facet.value
        self._stack.show_facet(facet if works or (broken and facet == WORKS) else "")
        self.sheet.setVisible(works and facet not in (TWINS, ENTITIES))
        self._compare.setVisible(works and facet == WORKS)
        self.facet.setVisible(works or broken)
        shown = facet == WORKS or not (works or broken)
        self._head.setVisible(shown)
        self.filters.button.setEnabled(works)
        self.filters.setVisible(shown and works and self.filters.button.isChecked())
        query, narrowed = bool(self.search.text().strip()), bool(self.filters.narrowed)
        self.sort.setVisible(query and bool(self._model))
        self._asked.setVisible(shown and works and (narrowed or query))
        if works and facet == WORKS and narrowed and not self.table.works.all:
            self._stack.setCurrentWidget(self._stack.unfit)

    @Slot(int)
    def show_entity(self, entity: int) -> None:
        """Open the page of an entity."""
        self.facet.choose(ENTITIES)
        self.entities.show_entity(entity)

    def _show_compared(self) -> None:
        """Put works beside each other: those selected, or all shown where it is but one."""
        works = self.table.selected
        works = works if len(works) > 1 else self.table.works.all[:_COMPARED]
        self.compared.show_works([work.id for work in works])
        self._stack.setCurrentWidget(self.compared)
        self.sheet.hide()

    @Slot(int)
    def _show_only(self, work_id: int) -> None:
        """Show a work in the sheet, whatever is selected in the table."""
        found = next((work for work in self._contents.works if work.id == work_id), None)
        self.sheet.show_work(found)

    def _show_broken(self) -> None:
        self.broken.show()

    def _toggle_broken(self) -> None:
        self.broken.setVisible(self.broken.isHidden())

    @Slot()
    def _typed(self) -> None:
        self._searching.stop()
        if self.search.text().strip():
            self._timer.start()
        else:
            self._begin_search()

    @Slot()
    def _begin_search(self) -> None:
        """Look for what is asked and narrowed now; where nothing is, show all."""
        self._timer.stop()
        self._searching.stop()
        query, narrowed = self.search.text().strip(), self.filters.narrowed
        if not query and not narrowed:
            self._show_all()
        if query or narrowed or self.filters.button.isChecked():
            model = self._model if self.sort.isChecked() else ""
            self._searching.ask(query, narrowed, model)

    @Slot(object)
    def _searched(self, done: SearchDone) -> None:
        self.filters.offer(done.facets)
        query = bool(self.search.text().strip())
        if not query and not self.filters.narrowed:
            return  # all is shown; only the filters were asked for
        self.sheet.paper.show_hits(done.hits if query else ())
        kept = self._wanted or (self.table.current.id if self.table.current else 0)
        self._wanted = 0
        self.table.show_works([hit.work for hit in done.hits], keep=kept)
        if self.table.current is None:
            self.table.selectRow(0)
        self._show_facet()
        way = _("by words and by meaning") if done.by_meaning else _("by words")
        found = _("found {count}", count=figures.number(len(done.hits)))
        ways = (way, _("sorted by the model")) if done.by_model else (way,)
        self._state.say(figures.joined(found, *ways) if query else found)

    @Slot(object)
    def _search_failed(self, error: UserError) -> None:
        self.bars.say("error", i18n.explain(error), key="search")

    def _stop_sorting(self) -> None:
        self._searching.stop()
        self._state.say(_("found {count}", count=figures.number(len(self.table.works.all))))

    @Slot(bool)
    def _show_import(self, busy: bool) -> None:  # noqa: FBT001 - Qt's signal
        self._add.setVisible(not busy)
        self._folder.setVisible(not busy)
        self._stop.setVisible(busy)

    @Slot()
    def remove_selected(self) -> None:
        """Remove the selected works; the bar that says so gives them back."""
        self._removing.remove([work.id for work in self.table.selected])
