"""What stands around an answer besides its text: the plan, how it was made, running its code.

The one law: the answer view says which answer it shows; all else is decided here.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from agents.chat import program
from app.i18n import _
from app.ui.chat import runs, team
from app.ui.chat.plan import PlanView
from app.ui.chat.selecting import Selecting
from app.ui.widgets.basic import button

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton, QTextBrowser

    from agents.chat.events import ChatDone
    from agents.chat.trace import Trace
    from agents.store.conversations import Turn
    from app.ui.chat.answering import Answering
    from app.ui.chat.runs import CodeRuns
    from app.ui.theme import Theme


class Helpers(QObject):
    """What answers share and the page listens to."""

    traced = Signal(object)  # Trace: it is to be shown
    selected = Signal(str, object)  # a text that was selected, a global point

    def __init__(self, code: CodeRuns, parent: QObject) -> None:
        super().__init__(parent)
        self.code = code


class Extras(QWidget):
    """A row of buttons below an answer; `plan` stands above its text."""

    dressed = Signal(str)  # the Markdown to show in place of the answer's own

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._helpers: Helpers | None = None
        self._trace: Trace | None = None
        self._text = ""
        self._answering: Answering | None = None
        self.plan = PlanView(theme)
        self._made = self._button(_("How it was made"), "sheet", self._show_trace)
        self._run = self._button(_("Run the code"), "play", self._run_code)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.space("xs"))
        layout.addWidget(self._made)
        layout.addWidget(self._run)
        theme.changed.connect(self._tint)
        self._tint()
        self._show()

    def equip(self, helpers: Helpers) -> None:
        """Use these from now on."""
        self._helpers = helpers
        helpers.code.changed.connect(self._code_changed)

    def watch(self, view: QTextBrowser) -> None:
        """Offer what can be done with a text that is selected in `view`."""
        Selecting(view, self._selected)

    def show_turn(self, turn: Turn, answer: str) -> None:
        """A stored answer is shown; `answer` is its text without the thoughts."""
        self.plan.close_plan()
        self._trace = team.of_turn(turn) if turn.state != "writing" else None
        self._answer(answer)

    def follow(self, answering: Answering) -> None:
        """An answer is on its way."""
        self._trace = None
        self._text = ""
        self.plan.show_plan(answering.plan)
        self._answering = answering
        answering.planned.connect(self._planned)
        self._show()

    def ended(self, text: str, done: ChatDone | None, model: str) -> None:
        """It has ended; `done` is None where it was stopped or failed."""
        self.plan.close_plan()
        if done is not None:
            self._trace = done.trace or team.alone(model, done.tokens, done.seconds)
        self._answer(text)

    @Slot()
    def _planned(self) -> None:
        if self._answering is not None:
            self.plan.show_plan(self._answering.plan)

    def _answer(self, text: str) -> None:
        self._answering = None
        self._text = text
        if self._programs() and self._helpers is not None:
            self._helpers.code.look()
            dressed = self._helpers.code.dressed(text)
            if dressed != text:
                self.dressed.emit(dressed)
        self._show()

    def _programs(self) -> list[str]:
        found = program.blocks(self._text) if "```" in self._text or "~~~" in self._text else ()
        return [block.code for block in found if program.is_python(block)]

    def _show(self) -> None:
        self._made.setVisible(self._trace is not None and self._helpers is not None)
        code = self._helpers.code if self._helpers is not None else None
        programs = self._programs()
        self._run.setVisible(bool(programs) and code is not None and code.unguarded is not None)
        if code is None or code.unguarded is None:
            return
        running = code.running in programs
        words = _("Stop the program") if running else _("Run the code")
        open_ = runs.names(code.unguarded)
        if open_ and not running:
            words = _("Run the code (not guarded: {guards})", guards=open_)
        self._run.setText(words)
        self._run.setAccessibleName(words)
        hint = _(
            "It runs in an empty folder, without network, your files or other programs, "
            "for {seconds} s at most.",
            seconds=10,
        )
        if open_:
            hint = _("On this machine a program cannot be kept from: {guards}.", guards=open_)
        self._run.setToolTip(hint)
        self._run.setAccessibleDescription(hint)
        self._run.setEnabled(running or not code.running)

    @Slot()
    def _code_changed(self) -> None:
        programs = self._programs()
        if programs and self._helpers is not None:
            dressed = self._helpers.code.dressed(self._text)
            if dressed != self._text:
                self.dressed.emit(dressed)
        self._show()

    def _show_trace(self) -> None:
        if self._helpers is not None and self._trace is not None:
            self._helpers.traced.emit(self._trace)

    def _run_code(self) -> None:
        if self._helpers is None:
            return
        code, programs = self._helpers.code, self._programs()
        if code.running in programs:
            code.stop()
        elif len(programs) == 1:
            code.start(programs[0])
        else:
            menu = QMenu(self)
            for number, one in enumerate(programs, start=1):
                first = team.short(one.strip().split("\n")[0], 40)
                action = menu.addAction(f"{number}. {first}")
                action.triggered.connect(partial(code.start, one))
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self._run.mapToGlobal(self._run.rect().bottomLeft()))

    def _selected(self, words: str, point: object) -> None:
        if self._helpers is not None:
            self._helpers.selected.emit(words, point)

    def _button(self, name: str, icon: str, act: object) -> QPushButton:
        made = button(name, act, "faint")  # type: ignore[arg-type]
        made.setProperty("icon-name", icon)
        return made

    @Slot()
    def _tint(self) -> None:
        side = self._theme.px(16)
        for made in (self._made, self._run):
            made.setIcon(self._theme.icon(str(made.property("icon-name"))))
            made.setIconSize(QSize(side, side))
