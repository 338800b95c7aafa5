"""The library: import, search, read; merge duplicates, check.

The one law: a search by words is on the screen at once; the search by meaning replaces it when
it is ready, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agents.base import Progress
from agents.scholar.events import SearchDone, SearchRequest
from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui import figures
from app.ui.scholar.bringing import Bringing
from app.ui.scholar.doctor import DoctorPanel
from app.ui.scholar.duplicates import DuplicatesPanel
from app.ui.scholar.entities import EntitiesPanel
from app.ui.scholar.removing import Removing
from app.ui.scholar.sheet import ReadingSheet
from app.ui.scholar.table import TablePanel
from app.ui.scholar.works import BrokenTable, WorkTable
from app.ui.switch import Switch
from app.ui.widgets.bars import Bars
from app.ui.widgets.basic import EmptyState, button, column, row, text

if TYPE_CHECKING:
    from pathlib import Path

    from agents.scholar.events import Broken, SearchWay, Work
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme

_PAUSE = 250  # ms without a keystroke before a search begins
_HITS = 100
WORKS, TWINS, CHECK, ENTITIES = "works", "twins", "check", "entities"
_PAGES = {WORKS: 0, TWINS: 2, CHECK: 3, ENTITIES: 4}
_COMPARED = 60  # works of a search in a comparison table, at most


@dataclass(frozen=True, slots=True)
class Contents:
    """What the library holds."""

    works: tuple[Work, ...]
    broken: tuple[tuple[str, Broken], ...]


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
        self._search: Job | None = None
        self._wanted = 0  # the work to select when the table is filled
        self.bars = Bars(theme)
        self._bringing = Bringing(desk, pool, self.bars, self._show_broken, self)
        self.search = QLineEdit(placeholderText=_("Search by words and by meaning"))
        self.search.setAccessibleName(_("Search the library"))
        self.search.setClearButtonEnabled(True)
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
        self.twins = DuplicatesPanel(desk, pool, theme, self.bars)
        self.doctor = DoctorPanel(desk, pool, theme, self.bars)
        self.entities = EntitiesPanel(desk, pool, theme, self.bars)
        self.compared = TablePanel(desk, pool, theme, self.bars)
        self._compare = button(
            _("Compare"),
            self._show_compared,
            "plain",
            hint=_("A table of the selected works, or of all that are shown, and what they use"),
        )
        self._removing = Removing(desk, pool, self.bars, self)
        self._stop = button(_("Stop"), self._bringing.stop)
        self._stop.setAccessibleName(_("Stop importing"))
        self._state = text("", "small")
        self._damage = button(_("Entries that could not be read"), self._toggle_broken, "plain")
        self.table = WorkTable(theme)
        self.broken = BrokenTable(theme)
        self.sheet = ReadingSheet(desk, pool, theme)
        self._arrange()
        self._connect()

    def _connect(self) -> None:
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._timer.timeout.connect(self._begin_search)
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._begin_search)
        self.table.picked.connect(self.sheet.show_work)
        self.sheet.navigate.connect(self.navigate)
        self.sheet.remove.connect(self.remove_selected)
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self.remove_selected)
        self._bringing.said.connect(self._state.setText)
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
        self.refresh()
        self.sheet.look_for_model()

    def refresh(self) -> None:
        """Read the library again."""
        self._reading.ask(_contents, self._desk)

    def open_files(self, paths: list[Path]) -> None:
        """Import these one after the other."""
        self._bringing.bring(paths)

    def show_work(self, work_id: int) -> None:
        """Select a work."""
        self.facet.choose(WORKS)
        self._show_facet()  # the table of comparison may be shown
        self._wanted = work_id
        if self.search.text():
            self.search.clear()
        elif self.table.pick(work_id):
            self._wanted = 0

    def save_state(self) -> dict[str, object]:
        """How wide the sheet is."""
        return {"split": self._split.sizes()}

    def restore_state(self, state: dict[str, object]) -> None:
        """Take that back."""
        sizes = state.get("split")
        if isinstance(sizes, list) and all(isinstance(size, int) for size in sizes):
            self._split.setSizes(sizes)

    def _arrange(self) -> None:
        theme = self._theme
        empty = EmptyState(
            theme,
            "library",
            _("Your library is empty"),
            _(
                "Import or drop a .bib, .ris or CSL-JSON file, a folder of PDFs, or Zotero's data "
                "folder. Damaged entries are listed with their line; nothing is lost."
            ),
        )
        empty.offer(button(_("Import…"), self._bringing.choose_files))
        empty.offer(button(_("Import a folder…"), self._bringing.choose_folder))
        self._stack = QStackedWidget()
        self._stack.addWidget(column(self.table, self.broken, gap=theme.px(8)))
        self._stack.addWidget(empty)
        self._stack.addWidget(self.twins)
        for panel in (self.doctor, self.entities, self.compared):
            self._stack.addWidget(panel)
        self._folder = button(
            _("Folder…"),
            self._bringing.choose_folder,
            hint=_("Add a folder of PDFs or Zotero's data folder"),
        )
        self._folder.setAccessibleName(_("Import a folder"))
        self._head = row(self.search, self._add, self._folder, self._stop, gap=theme.px(8))
        self._head.layout().setStretch(0, 1)
        left = QWidget()
        layout = QVBoxLayout(left)
        layout.setContentsMargins(theme.px(28), theme.px(12), theme.px(16), theme.px(12))
        layout.setSpacing(theme.space("s"))
        layout.addWidget(self._head)
        layout.addWidget(row(self.facet, self._state, None, self._compare, self._damage))
        layout.addWidget(self.bars)
        layout.addWidget(self._stack, 1)
        self._split = QSplitter()
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(left)
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
        self.counted.emit(len(self._contents.works))
        if self.search.text().strip():
            self._begin_search()
        else:
            self._show_all()

    def _show_all(self) -> None:
        current = self.table.current
        works = self._contents.works
        self.sheet.paper.show_hits(())
        self.table.show_works(works, keep=self._wanted or (current.id if current else 0))
        self._wanted = 0
        self._show_facet()
        self.search.setEnabled(bool(works))
        abstracts = sum(bool(work.abstract) for work in works)
        self._state.setText(
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
        self._stack.setCurrentIndex(_PAGES[facet] if works or (broken and facet == WORKS) else 1)
        self.sheet.setVisible(works and facet not in (TWINS, ENTITIES))
        self._compare.setVisible(works and facet == WORKS)
        self.facet.setVisible(works or broken)
        self._head.setVisible(facet == WORKS or not (works or broken))

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
        self._stop_search()
        if self.search.text().strip():
            self._timer.start()
        else:
            self._timer.stop()
            self._show_all()

    @Slot()
    def _begin_search(self) -> None:
        self._timer.stop()
        self._stop_search()
        if self.search.text().strip():
            self._ask("words")

    def _ask(self, way: SearchWay) -> None:
        request = SearchRequest(self.search.text().strip(), way, _HITS)
        self._search = self._pool.start(self._desk.scholar, request, interactive=True)
        self._search.event.connect(self._searched)
        self._search.finished.connect(self._words_done if way == "words" else self._search_done)

    @Slot(object)
    def _searched(self, event: object) -> None:
        if isinstance(event, Progress) and event.total:
            self._state.setText(
                _(
                    "Reading abstracts for the search by meaning: {done} of {total}",
                    done=event.done,
                    total=event.total,
                )
            )
        elif isinstance(event, SearchDone):
            self.sheet.paper.show_hits(event.hits)
            kept = self.table.current.id if self.table.current else 0
            self.table.show_works([hit.work for hit in event.hits], keep=kept)
            if self.table.current is None:
                self.table.selectRow(0)
            self._state.setText(
                figures.joined(
                    _("found {count}", count=len(event.hits)),
                    _("by words and by meaning") if event.by_meaning else _("by words"),
                )
            )

    @Slot(object)
    def _words_done(self, outcome: Outcome) -> None:
        self._search = None
        if outcome.state == "done" and self.search.text().strip():
            self._ask("both")
        elif outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="search")

    @Slot(object)
    def _search_done(self, outcome: Outcome) -> None:
        self._search = None
        if outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="search")

    def _stop_search(self) -> None:
        job, self._search = self._search, None
        if job is not None:
            job.event.disconnect(self._searched)
            job.finished.disconnect()
            job.cancel()

    @Slot(bool)
    def _show_import(self, busy: bool) -> None:  # noqa: FBT001 - Qt's signal
        self._add.setVisible(not busy)
        self._folder.setVisible(not busy)
        self._stop.setVisible(busy)

    @Slot()
    def remove_selected(self) -> None:
        """Remove the selected works; the bar that says so gives them back."""
        self._removing.remove([work.id for work in self.table.selected])


def _contents(desk: Desk) -> Contents:
    return Contents(desk.library.list(), desk.library.broken())
