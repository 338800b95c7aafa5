"""The Scholar page: the library, and drafts from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from agents.store.zotero import DATABASE
from app.i18n import _
from app.ui.page import Page
from app.ui.scholar.checking import CheckingPanel
from app.ui.scholar.drafts import DraftsPanel
from app.ui.scholar.dropping import Led
from app.ui.scholar.library import LibraryPanel
from app.ui.scholar.passages import ReadingRow
from app.ui.switch import Switch
from app.ui.theme import mark
from app.ui.widgets.basic import row

if TYPE_CHECKING:
    from pathlib import Path

    from app.build import Desk
    from app.jobs import JobPool
    from app.ui.theme import Theme

LIBRARY, DRAFTS, CHECKING = "library", "drafts", "checking"


class ScholarPage(Page):
    """Three panels behind a switch."""

    def __init__(
        self, desk: Desk, pool: JobPool, theme: Theme, parent: QWidget | None = None
    ) -> None:
        """Arrange them; they are filled when first shown."""
        super().__init__(desk, pool, theme, parent)
        self.switch = Switch(
            _("Part of the page"),
            [(LIBRARY, _("Library")), (DRAFTS, _("Drafts")), (CHECKING, _("Check a text"))],
        )
        Led(self.switch.button(DRAFTS))
        self.library = LibraryPanel(desk, pool, theme)
        self.drafts = DraftsPanel(desk, pool, theme)
        self.checking = CheckingPanel(desk, pool, theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.library)
        self._stack.addWidget(self.drafts)
        self._stack.addWidget(self.checking)
        self.reading = ReadingRow(desk, pool)
        head = row(self.switch, None, self.reading)
        head.layout().setContentsMargins(theme.px(28), theme.px(12), theme.px(20), theme.px(12))
        mark(head, ground="surface", edge="bottom")
        head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self._stack, 1)
        self.switch.chosen.connect(self._chosen)
        self.library.counted.connect(self.drafts.show_count)
        self.library.counted.connect(self.reading.start)
        self.reading.ended.connect(self.library.sheet.paper.look_again)
        self.library.sheet.paper.open_work.connect(self._open_work)
        self.drafts.open_work.connect(self._open_work)
        self.checking.open_work.connect(self._open_work)
        for panel in (self.library, self.drafts):
            panel.navigate.connect(self.navigate)

    def title(self) -> str:
        """The name of the page."""
        return _("Scholar")

    def entered(self) -> None:
        """Look what is here."""
        self.library.entered()
        if self.switch.value == DRAFTS:
            self.drafts.entered()

    def closing(self) -> None:
        """Carry out what was put off."""
        self.drafts.closing()
        self.library.sheet.paper.closing()
        self.checking.closing()

    def accepts(self, path: Path) -> bool:
        """Bibliographies, and folders of Zotero; where texts are checked, texts."""
        if self.switch.value == CHECKING and self.checking.accepts(path):
            return True
        named = path.suffix.lower() in (".bib", ".bibtex", ".ris")
        return named or path.name == DATABASE or (path / DATABASE).is_file()

    def open_files(self, paths: list[Path]) -> None:
        """Import dropped bibliographies, or check a dropped text."""
        if self.switch.value == CHECKING and self.checking.accepts(paths[0]):
            self.checking.open_file(paths[0])
            return
        self.switch.choose(LIBRARY)
        self.library.open_files(paths)

    def save_state(self) -> dict[str, object]:
        """The panel and what each says."""
        return {
            "panel": self.switch.value,
            "library": self.library.save_state(),
            "drafts": self.drafts.save_state(),
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Take it back."""
        for name, panel in ((LIBRARY, self.library), (DRAFTS, self.drafts)):
            own = state.get(name)
            if isinstance(own, dict):
                panel.restore_state(own)
        shown = state.get("panel")
        if isinstance(shown, str):
            self.switch.choose(shown)

    @Slot(str)
    def _chosen(self, panel: str) -> None:
        self._stack.setCurrentIndex((LIBRARY, DRAFTS, CHECKING).index(panel))
        if panel == DRAFTS and self.isVisible():
            self.drafts.entered()

    @Slot(int)
    def _open_work(self, work_id: int) -> None:
        self.switch.choose(LIBRARY)
        self.library.show_work(work_id)
