"""The steps of a draft as pages under a stepper: topic, plan, text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.ui.scholar.plan_stepper import Stepper

if TYPE_CHECKING:
    from agents.scholar.events import Step
    from app.ui.scholar.compose import ComposeForm
    from app.ui.scholar.plan import PlanView
    from app.ui.scholar.reading import DraftReading
    from app.ui.theme import Theme
    from app.ui.widgets.bars import Bars

COMPOSE, READ, PLAN = 0, 1, 2
_PAGES: dict[Step, int] = {"topic": COMPOSE, "themes": PLAN, "sentences": PLAN, "text": READ}


class Pages(QWidget):
    """Stepper, bars, and the page of the step."""

    def __init__(
        self, theme: Theme, bars: Bars, form: ComposeForm, reading: DraftReading, plan: PlanView
    ) -> None:
        """Arrange them; the topic is shown."""
        super().__init__()
        self.stepper = Stepper(theme)
        self.stack = QStackedWidget()
        self.reached: Step = "topic"  # by the shown draft
        self._plan = plan
        for page in (form, reading, plan):
            self.stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        bars.layout().setContentsMargins(theme.px(40), theme.px(12), theme.px(28), 0)
        layout.addWidget(self.stepper)
        layout.addWidget(bars)
        layout.addWidget(self.stack, 1)

    @property
    def reads(self) -> bool:
        """Whether the text is shown."""
        return self.stack.currentIndex() == READ

    @property
    def plans(self) -> bool:
        """Whether the plan is shown."""
        return self.stack.currentIndex() == PLAN

    def show_step(self, step: Step, *, busy: bool = False) -> None:
        """Show a step; `busy`: no other one can be looked at now."""
        self.stack.setCurrentIndex(_PAGES[step])
        if step in ("themes", "sentences"):
            self._plan.show_step(step)
        self.stepper.show_step(step, self.reached, busy=busy)

    def begin(self) -> None:
        """Show the topic of a draft that is none yet."""
        self.reached = "topic"
        self.show_step("topic")
