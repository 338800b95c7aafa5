"""The first run: three quiet steps, each of which can be left.

The one law: nothing is downloaded before "Download" was pressed under the licences shown beside
it; and whoever leaves has a desk that works.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from agents.base import UserError
from agents.engine import advice, machine
from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui.first_run.steps import GoalStep, LanguageStep, ModelStep, Suggestion
from app.ui.page import Page
from app.ui.settings.change import change
from app.ui.widgets.bars import Bars
from app.ui.widgets.basic import button, row, text
from app.ui.widgets.fitting_stack import FittingStack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.engine.advice import Goal
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme

_WIDEST = 620
_HOME: dict[str, str] = {"chat": "chat", "translate": "translate", "scholar": "scholar"}


class FirstRunPage(Page):
    """Language, what to do, which models."""

    def __init__(
        self, desk: Desk, pool: JobPool, theme: Theme, parent: QWidget | None = None
    ) -> None:
        """Arrange the steps; the first is shown."""
        super().__init__(desk, pool, theme, parent)
        self._looking = Latest(pool, self._looked, self)
        self.language = LanguageStep(theme, desk.settings.language)
        self.language.chosen.connect(self._speak)
        self.goals = GoalStep(theme)
        self.models = ModelStep(theme)
        self.models.changed.connect(self._name_next)
        self._steps = FittingStack()
        for step in (self.language, self.goals, self.models):
            self._steps.add(step)
        self._where = text("", "small")
        self.back = button(_("Back"), lambda: self._go(self._steps.current - 1))
        self.next = button(_("Next"), self._forward, "primary")
        self.file = button(_("Choose a file…"), self._choose_file)
        self.later = button(_("Later"), self._leave)
        self.bars = Bars(theme)
        self._arrange()
        self._go(0)

    def title(self) -> str:
        """The name of the page."""
        return _("Welcome")

    def entered(self) -> None:
        """Take the keyboard."""
        self.next.setFocus()

    def left(self) -> None:
        """By the rail, say: who went on does not want to be welcomed again."""
        if not self.desk.settings.welcomed:
            self._done()

    def save_state(self) -> dict[str, object]:
        """Which step is shown, and what was ticked: the language makes the window anew."""
        return {"step": self._steps.current, "goals": list(self.goals.chosen)}

    def restore_state(self, state: dict[str, object]) -> None:
        """Go on where it was."""
        goals = state.get("goals")
        if isinstance(goals, list):
            self.goals.choose([one for one in advice.GOALS if one in goals])
        step = state.get("step")
        if isinstance(step, int) and 0 <= step < self._steps.count:
            self._go(step)

    # --- steps ---

    def _go(self, step: int) -> None:
        self._steps.show_page(step)
        last = step == self._steps.count - 1
        self._where.setText(_("Step {step} of {count}", step=step + 1, count=self._steps.count))
        self.back.setVisible(step > 0)
        self.file.setVisible(last)
        self._name_next()
        if last:
            self._looking.ask(_suggest, self.desk, tuple(self.goals.chosen))

    @Slot()
    def _name_next(self) -> None:
        last = self._steps.current == self._steps.count - 1
        wanted = self.models.wanted if last else ()
        words = _("Next")
        if last:
            words = _("Begin")
        if wanted:
            words = _("Accept and download") if self.models.conditions else _("Download")
        self.next.setText(words)
        self.next.setAccessibleName(words)

    @Slot()
    def _forward(self) -> None:
        at = self._steps.current
        if at + 1 < self._steps.count:
            self._go(at + 1)
            self.next.setFocus()
            return
        if not self.models.ready:  # it is still being looked what suits this machine
            return
        wanted = self.models.wanted
        if wanted:
            self.next.setEnabled(False)
            self.pool.call(_accept, self.desk, wanted).finished.connect(self._accepted)
        else:
            self._leave()

    @Slot(str)
    def _speak(self, language: str) -> None:
        self._store(language=language)

    @Slot(object)
    def _looked(self, outcome: Outcome) -> None:
        if outcome.state == "done":
            self.models.show_suggestion(outcome.value)
        elif outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="look")
        self._name_next()

    @Slot(object)
    def _accepted(self, outcome: Outcome) -> None:
        self.next.setEnabled(True)
        if outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="licence")
        if outcome.state == "done":
            self._done()
            self.handed.emit("models", outcome.value)

    @Slot()
    def _choose_file(self) -> None:
        names, _kind = QFileDialog.getOpenFileNames(
            self, _("Import a model"), "", _("Models (*.gguf)")
        )
        if names:
            self._done()
            self.handed.emit("models", tuple(Path(name) for name in names))

    @Slot()
    def _leave(self) -> None:
        """Begin without a download: the page of what the user wants first."""
        self._done()
        first = next((_HOME[goal] for goal in self.goals.chosen if goal in _HOME), "chat")
        self.navigate.emit(first)

    def _done(self) -> None:
        self._store(welcomed=True)
        self._go(0)

    def _store(self, **values: str | int) -> None:
        try:
            settings = change(self.desk, **values)
        except UserError as error:
            self.bars.say("error", i18n.explain(error), key="saved")
            return
        self.settings_changed.emit(settings)

    def _arrange(self) -> None:
        theme = self.theme
        inner = QWidget()
        inner.setProperty("kind", "scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, theme.px(8), 0)
        column.addWidget(self._steps)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(self.title())
        area.setWidget(inner)
        middle = QWidget()
        middle.setMaximumWidth(theme.px(_WIDEST))
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, theme.px(48), 0, theme.px(28))
        layout.setSpacing(theme.space("m"))
        layout.addWidget(self._where)
        layout.addWidget(area, 1)
        layout.addWidget(self.bars)
        layout.addWidget(row(self.later, self.file, None, self.back, self.next))
        outer = QHBoxLayout(self)
        outer.setContentsMargins(theme.px(40), 0, theme.px(40), 0)
        outer.addStretch(1)
        outer.addWidget(middle, 1000)
        outer.addStretch(1)


def _suggest(desk: Desk, goals: Sequence[Goal]) -> Suggestion:
    here = machine.look(desk.paths.models)
    installed = frozenset(one.id for one in desk.shelf.installed())
    found = advice.advise(desk.catalog, here, goals, installed)
    licences = {
        pick.entry.id: pick.entry.licence
        for pick in found.picks
        if pick.entry.id not in installed and not desk.shelf.accepted(pick.entry.licence)
    }
    return Suggestion(here, found, installed, licences)


def _accept(desk: Desk, models: Sequence[str]) -> tuple[str, ...]:
    for model_id in models:
        entry = desk.catalog.get(model_id)
        if entry is not None and not desk.shelf.accepted(entry.licence):
            desk.shelf.accept(entry.licence)
    return tuple(models)
