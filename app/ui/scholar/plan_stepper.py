"""The four steps of a draft in a row: where one is, where one can go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from agents.store.outlines import STEPS
from app.i18n import _

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from agents.store.outlines import Step
    from app.ui.theme import Theme


class Stepper(QWidget):
    """Topic, themes and papers, sentence plan, text. Alt and a number go there, too."""

    chosen = Signal(str)  # a step

    def __init__(self, theme: Theme) -> None:
        """Stand on the first."""
        super().__init__()
        self.setAccessibleName(_("Steps of the draft"))
        self._buttons: dict[str, QPushButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(40), theme.px(14), theme.px(28), 0)
        layout.setSpacing(0)
        layout.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        last = len(STEPS) - 1
        for place, step in enumerate(STEPS):
            made = QPushButton(checkable=True)
            made.setText(f"{place + 1}  {_name(step)}")
            made.setAccessibleName(_name(step))
            made.setAutoDefault(False)
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            made.setProperty("kind", "segment")
            made.setProperty("place", {0: "first", last: "last"}.get(place, "middle"))
            made.setShortcut(QKeySequence(f"Alt+{place + 1}"))
            made.clicked.connect(lambda _on=False, step=step: self._clicked(step))
            self._buttons[step] = made
            layout.addWidget(made)
        layout.addStretch(1)
        self._step: Step = "topic"
        self.show_step("topic", "topic")

    @property
    def step(self) -> Step:
        """Where one is."""
        return self._step

    def show_step(self, step: Step, reached: Step, *, busy: bool = False) -> None:
        """Stand on a step.

        Args:
            step: the one that is shown.
            reached: how far the draft is: what lies beyond cannot be shown.
            busy: it is being worked on: nothing can be changed.
        """
        self._step = step
        for place, (name, made) in enumerate(self._buttons.items()):
            made.setChecked(name == step)
            there = place <= STEPS.index(reached)
            made.setEnabled(name == step or (there and not busy))
            made.setToolTip(
                f"{_name(STEPS[place])} (Alt+{place + 1})"
                if there
                else _("The draft is not that far yet.")
            )
        self._fit_names()

    def minimumSizeHint(self) -> QSize:
        """Numbers fit anywhere."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Name all, or where there is no room for that only the one that is shown."""
        super().resizeEvent(event)
        self._fit_names()

    def _fit_names(self) -> None:
        needed = self.layout().sizeHint().width()
        names = {step: f"{place + 1}  {_name(step)}" for place, step in enumerate(STEPS)}
        for step, made in self._buttons.items():
            measure = made.fontMetrics().horizontalAdvance
            needed += measure(names[step]) - measure(made.text())
        for place, (step, made) in enumerate(self._buttons.items()):
            words = names[step] if step == self._step or needed <= self.width() else f"{place + 1}"
            if words != made.text():
                made.setText(words)
                made.setShortcut(QKeySequence(f"Alt+{place + 1}"))  # new words take it away

    def _clicked(self, step: Step) -> None:
        self._buttons[step].setChecked(step == self._step)
        self._buttons[self._step].setChecked(True)
        if step != self._step:
            self.chosen.emit(step)


def _name(step: Step) -> str:
    return {
        "topic": _("Topic"),
        "themes": _("Themes and papers"),
        "sentences": _("Sentence plan"),
        "text": _("Text"),
    }[step]
