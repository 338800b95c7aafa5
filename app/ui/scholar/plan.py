"""The plan of a draft in the window: the steps between its topic and its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget

from app.ui.scholar.plan_edit import PlanEdit
from app.ui.scholar.plan_sentences import SentencesPage
from app.ui.scholar.plan_themes import ThemesPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.scholar.events import Step
    from agents.store.drafts import Begun, Plan
    from app.build import Desk
    from app.jobs import JobPool
    from app.ui.theme import Theme


class PlanView(QStackedWidget):
    """Themes and papers, or the sentence plan."""

    wanted = Signal(str)  # up to which step the draft is to go on
    failed = Signal(object)  # UserError: a change could not be stored
    replaced = Signal()  # a sentence of the text was replaced

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme, model: Callable[[], str]) -> None:
        """Arrange both; `open` fills them. `model` tells what writes."""
        super().__init__()
        self.edit = PlanEdit(desk, pool, self)
        self.themes = ThemesPage(desk, pool, theme, self.edit)
        self.sentences = SentencesPage(desk, pool, theme, self.edit, model)
        self._go_to = ""  # what is to be done as soon as everything is stored
        for page in (self.themes, self.sentences):
            self.addWidget(page)
            page.wanted.connect(self._wanted)
        self.sentences.replaced.connect(self.replaced)
        self.edit.changed.connect(self._draw)
        self.edit.failed.connect(self.failed)
        self.edit.stored.connect(self._stored)

    def open(self, draft: int, begun: Begun, plan: Plan) -> None:
        """Show the plan of a draft."""
        if begun.outline is not None:
            self.edit.open(draft, begun.outline, plan)

    def show_step(self, step: Step) -> None:
        """Show one of the two."""
        self.setCurrentWidget(self.sentences if step == "sentences" else self.themes)
        self._draw()

    @Slot()
    def _draw(self) -> None:
        page = self.currentWidget()
        if page is self.sentences:
            self.sentences.draw()
        else:
            self.themes.draw()

    @Slot(str)
    def _wanted(self, until: str) -> None:
        """Go on, once the last change is stored."""
        self._go_to = until
        if not self.edit.saving:
            self._stored()

    @Slot()
    def _stored(self) -> None:
        until, self._go_to = self._go_to, ""
        if until:
            self.wanted.emit(until)
