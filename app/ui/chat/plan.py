"""What the team is about to do for an answer, shown while it is done.

The one law: a line appears for each task as soon as it is known, and says by itself how it stands.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agents.chat.events import ChatStarted, RouteChosen, Step, StepBegun, StepPiece
from agents.chat.trace import NAME
from app.i18n import _
from app.ui.chat import team
from app.ui.theme import mark
from app.ui.widgets.basic import ElidedLabel, Icon, text
from app.ui.widgets.ring import Ring

if TYPE_CHECKING:
    from agents.chat.routing.router import Route
    from app.ui.theme import Theme

State = Literal["waiting", "running", "done", "wrong", "failed"]
_TICK_MS = 500


@dataclass(slots=True)
class Line:
    """One task."""

    route: Route
    task: str
    after: tuple[int, ...]
    state: State = "waiting"
    who: str = ""
    began: float = 0.0  # of the monotonic clock
    seconds: float = 0.0
    letters: int = 0  # written so far, not checked


class Plan:
    """The tasks of one request, as its events tell."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.shown = False  # a team does it, not the commander alone

    def take(self, event: object) -> bool:
        """Learn from an event; whether something changed."""
        match event:
            case RouteChosen():
                self.lines = [Line(one.route, one.text, one.after) for one in event.routed.tasks]
            case ChatStarted():
                self.shown = event.model_name == NAME
            case StepBegun() if event.number < len(self.lines):
                line = self.lines[event.number]
                line.state, line.began = "running", time.monotonic()
            case StepPiece() if event.number < len(self.lines):
                self.lines[event.number].letters += len(event.text)
                return False  # the clock shows it
            case Step() if event.number < len(self.lines):
                line, given = self.lines[event.number], event.given
                line.who, line.seconds = team.who(event), event.ended - event.began
                line.state = "failed" if given.failed else "wrong" if given.wrong else "done"
            case _:
                return False
        return True


class PlanView(QWidget):
    """The lines of a plan below one another."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._plan = Plan()
        self._rows: list[_Row] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(theme.space("xs"))
        self.setAccessibleName(_("Plan"))
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._tick)
        self.hide()

    def show_plan(self, plan: Plan) -> None:
        """Show how a plan stands."""
        self._plan = plan
        while len(self._rows) > len(plan.lines):
            gone = self._rows.pop()
            self._layout.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for number in range(len(self._rows), len(plan.lines)):
            made = _Row(self._theme, number)
            self._rows.append(made)
            self._layout.addWidget(made)
        for made, line in zip(self._rows, plan.lines, strict=True):
            made.show_line(line)
        self.setVisible(plan.shown and bool(plan.lines))
        running = plan.shown and any(line.state == "running" for line in plan.lines)
        if running != self._clock.isActive():
            self._clock.start() if running else self._clock.stop()

    def close_plan(self) -> None:
        """The answer is there: it says itself how it was made."""
        self._clock.stop()
        self.hide()

    @property
    def said(self) -> list[str]:
        """What the lines say."""
        return [row.said for row in self._rows]

    @Slot()
    def _tick(self) -> None:
        for row, line in zip(self._rows, self._plan.lines, strict=True):
            row.show_line(line)


class _Row(QWidget):
    def __init__(self, theme: Theme, number: int) -> None:
        super().__init__()
        self._theme, self._number = theme, number
        self._ring = Ring(theme, 14)
        self._icon = Icon(theme, "check", 14, "ok")
        self._bad = Icon(theme, "warn", 14, "warn")
        self._task = ElidedLabel("", "muted")
        self._how = text("", "small")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.space("s"))
        for part in (self._ring, self._icon, self._bad):
            layout.addWidget(part)
        layout.addWidget(self._task, 1)
        layout.addWidget(self._how)

    @property
    def said(self) -> str:
        return f"{self._task.whole} · {self._how.text()}"

    def show_line(self, line: Line) -> None:
        self._ring.setVisible(line.state == "running")
        self._icon.setVisible(line.state == "done")
        self._bad.setVisible(line.state in ("wrong", "failed"))
        self._task.say(
            _(
                "{number}. {route}: {task}",
                number=self._number + 1,
                route=team.name(line.route),
                task=line.task,
            )
        )
        if line.state == "waiting":
            after = ", ".join(str(one + 1) for one in line.after)
            how = _("after {number}", number=after) if after else _("waiting")
        elif line.state == "running":
            seconds = f"{time.monotonic() - line.began:.0f}"
            how = _("{seconds} s · {letters} letters", seconds=seconds, letters=line.letters)
        elif line.state == "failed":
            how = _("could not be done")
        else:
            how = _("{who} · {seconds} s", who=line.who, seconds=f"{line.seconds:.1f}")
            if line.state == "wrong":
                how += " · " + _("does not hold")
        self._how.setText(how)
        kind = "warn" if line.state in ("wrong", "failed") else "small"
        if self._how.property("kind") != kind:
            mark(self._how, kind=kind)
        self.setAccessibleName(self.said)
