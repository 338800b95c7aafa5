"""What the library shows of itself: works, entities, duplicates, what is wrong, a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget

from app.i18n import _
from app.ui.scholar.doctor import DoctorPanel
from app.ui.scholar.duplicates import DuplicatesPanel
from app.ui.scholar.entities import EntitiesPanel
from app.ui.scholar.table import TablePanel
from app.ui.scholar.works import BrokenTable, WorkTable
from app.ui.widgets.basic import EmptyState, column

if TYPE_CHECKING:
    from agents.scholar.events import Broken, Work
    from app.build import Desk
    from app.jobs import JobPool
    from app.ui.theme import Theme
    from app.ui.widgets.bars import Bars

WORKS, TWINS, CHECK, ENTITIES = "works", "twins", "check", "entities"
_LOWEST = 150  # px that a page is high at least


@dataclass(frozen=True, slots=True)
class Contents:
    """What the library holds."""

    works: tuple[Work, ...]
    broken: tuple[tuple[str, Broken], ...]


def contents(desk: Desk) -> Contents:
    """What the library holds now. For a worker."""
    return Contents(desk.library.list(), desk.library.broken())


class LibraryPages(QStackedWidget):
    """One page at a time."""

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme, bars: Bars) -> None:
        """Make all of them."""
        super().__init__()
        self.table = WorkTable(theme)
        self.broken = BrokenTable(theme)
        self.twins = DuplicatesPanel(desk, pool, theme, bars)
        self.doctor = DoctorPanel(desk, pool, theme, bars)
        self.entities = EntitiesPanel(desk, pool, theme, bars)
        self.compared = TablePanel(desk, pool, theme, bars)
        self.empty = EmptyState(
            theme,
            "library",
            _("Your library is empty"),
            _(
                "Import or drop a .bib, .ris or CSL-JSON file, a folder of PDFs, or Zotero's data "
                "folder. Damaged entries are listed with their line; nothing is lost."
            ),
        )
        self.unfit = EmptyState(
            theme,
            "search",
            _("Nothing fits these filters"),
            _("Take one of them away, or look for other words."),
        )
        works = column(self.table, self.broken, gap=theme.px(8))
        for page in (works, self.empty, self.twins, self.doctor, self.entities, self.compared):
            self.addWidget(page)
        self.addWidget(self.unfit)
        self._facets = {
            WORKS: works,
            TWINS: self.twins,
            CHECK: self.doctor,
            ENTITIES: self.entities,
        }
        self.setMinimumHeight(theme.px(_LOWEST))

    def show_facet(self, facet: str) -> None:
        """Show what the switch says; that the library is empty for anything else."""
        self.setCurrentWidget(self._facets.get(facet, self.empty))
