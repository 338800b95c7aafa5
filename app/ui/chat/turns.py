"""How one question and one answer look."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from agents.chat import trace as kept
from app.i18n import _
from app.ui import figures
from app.ui.chat import team, thoughts
from app.ui.chat.branches import TurnTools
from app.ui.chat.extras import Extras
from app.ui.chat.given import GivenRow
from app.ui.chat.sources import SourcesRow, link_to, sources_of
from app.ui.chat.thoughts import ThoughtsView
from app.ui.rich.citations import Cited
from app.ui.rich.spoken import Speaker
from app.ui.rich.view import RichView
from app.ui.status_bar import speed_words
from app.ui.theme import mark
from app.ui.widgets.basic import button, chip, text
from app.ui.widgets.flow import Flow
from app.ui.widgets.ring import Ring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QPushButton

    from agents.chat.events import Step
    from agents.chat.routing.router import Route
    from agents.store.conversations import Turn, TurnState
    from agents.store.files import StoredFile
    from app.ui.chat.answering import Answering
    from app.ui.chat.branches import TurnWishes
    from app.ui.chat.extras import Helpers
    from app.ui.rich.formulas import Formulas
    from app.ui.theme import Theme

OTHERS: tuple[Route, ...] = ("answer", "maths", "code", "translate", "scholar")
_SHARE = 0.78  # of the width a question may take
_SPARE = 10  # pixels more than the text, or it would be laid out as if it wrapped
_PADDING = 14  # pixels left and right of it, as in the style sheet
_LINES, _LETTERS = 200, 300  # of a question that say how wide it is


class QuestionView(QWidget):
    """What the user said, on the right, with the files that went with it."""

    link = Signal(str)  # one of them was clicked

    def __init__(self, theme: Theme, wishes: TurnWishes) -> None:
        super().__init__()
        self._theme = theme
        self.tools = TurnTools(theme, wishes)
        self._text = RichView(theme, "")
        self._bubble = QFrame()
        self._bubble.setProperty("kind", "bubble")
        inside = QVBoxLayout(self._bubble)
        inside.setContentsMargins(0, 0, 0, 0)  # the style sheet has them
        inside.addWidget(self._text)
        said = QHBoxLayout()
        said.addStretch(1)
        said.addWidget(self._bubble)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.space("s"), 0, 0)
        layout.setSpacing(theme.space("xs"))
        self._files: GivenRow | None = None  # made with the first file
        self._layout = layout
        layout.addLayout(said)
        layout.addWidget(self.tools, 0, Qt.AlignmentFlag.AlignRight)

    def show_files(self, files: tuple[StoredFile, ...]) -> None:
        """Show the files that went with it."""
        if self._files is None and files:
            self._files = GivenRow(self._theme)
            self._files.link.connect(self.link)
            self._layout.insertWidget(0, self._files)
        if self._files is not None:
            self._files.show_files(files)

    @property
    def files(self) -> GivenRow | None:
        """Their chips; None where there never were any."""
        return self._files

    def say(self, words: str) -> None:
        """Show a question."""
        self._text.setAccessibleName(_("Question: {words}", words=words))
        self._text.say_plain(words)
        self._fit()

    @property
    def shown(self) -> str:
        """The question."""
        return self._text.text

    @property
    def rich(self) -> RichView:
        """Where its text is read."""
        return self._text

    def rest(self) -> None:
        """It is out of sight, and shown again with another question."""
        self._text.rest()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines wrap anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As wide as its longest line, but not the whole width."""
        most = round(self.width() * _SHARE)
        metrics = QFontMetrics(self._theme.font())
        wide = 0
        for line in self._text.text.split("\n")[:_LINES]:
            wide = max(wide, metrics.horizontalAdvance(line[:_LETTERS]))
        self._bubble.setFixedWidth(min(most, wide + 2 * self._theme.px(_PADDING) + _SPARE))


class AnswerView(QWidget):
    """What the model said: who it was, how it ended, the text, what one can do with it."""

    link = Signal(str)
    again = Signal()
    elsewhere = Signal(str)  # the route of who is to answer instead
    save_code = Signal(str, str)  # a program, its language

    def __init__(self, theme: Theme, wishes: TurnWishes, formulas: Formulas | None = None) -> None:
        super().__init__()
        self._theme = theme
        self.tools = TurnTools(theme, wishes)
        self._answering: Answering | None = None
        self._last = False
        self._who = chip("")
        self._state = chip("", "chip-quiet")
        self._team = chip("", "chip-quiet")
        self._team.hide()
        self._sources = SourcesRow(theme)
        self._sources.link.connect(self.link)
        self._note = text("", "small", wrap=True)
        self._note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._figures = text("", "small")
        self._ring = Ring(theme, 14)
        self._waiting = text("", "small")
        self._thoughts = ThoughtsView(theme, formulas)
        self._text = RichView(theme, _("Answer"), formulas)
        self._speaker = Speaker(self._text)
        self._text.link.connect(self.link)
        self._text.copied.connect(self._say_copied)
        self._text.save.connect(self.save_code)
        self._text.drawn.connect(self._speak)
        self.extras = Extras(theme)
        self.extras.dressed.connect(self._text.say)
        self.extras.watch(self._text)
        self._copy = self._action(_("Copy"), "copy", self._copy_text)
        self._again = self._action(_("Answer again"), "refresh", self.again.emit)
        self._other = self._action(_("Ask someone else"), "swap", self._ask_other)
        self._arrange()
        self._show_actions()
        theme.changed.connect(self._tint)
        self._tint()

    def show_turn(self, turn: Turn) -> None:
        """Show a stored answer."""
        self.tools.show_turn(turn)
        self._follow(waiting="")
        self._name(turn.model)
        self._show_team(team.stored(turn.trace))
        self._say_note(team.contradicted(kept.read(turn.trace)))
        thought, answer = thoughts.split(turn.content)
        self._thoughts.say(thought)
        self._text.say(answer)
        self._text.setVisible(bool(answer))
        self.extras.show_turn(turn, answer)
        self._end(turn.state)
        speed = turn.tokens / turn.seconds if turn.seconds > 0 else 0.0
        self._measure(speed, turn.seconds if turn.tokens else 0.0)

    def follow(self, answering: Answering, model: str) -> None:
        """Show an answer while it is made."""
        self._answering = answering
        self._say_note("")
        self._name(answering.model_name or model)
        self._state.hide()
        self._show_actions()
        self._text.setVisible(bool(answering.text))
        self._text.grow(answering.text)
        self._thoughts.grow(answering.thoughts)
        self._speaker.begin()
        self.extras.follow(answering)
        self._follow(self._wait_words())
        answering.started.connect(self._started)
        answering.grew.connect(self._grew)
        answering.ended.connect(self._ended)

    def equip(self, helpers: Helpers | None) -> None:
        """Use what all answers of the page share."""
        if helpers is not None:
            self.extras.equip(helpers)

    def be_last(self, *, last: bool) -> None:
        """Only the last answer can be asked for again."""
        self._last = last
        self._show_actions()

    @property
    def shown(self) -> str:
        """The Markdown of the answer."""
        return self._text.text

    @property
    def live(self) -> bool:
        """Whether it is still on its way."""
        return self._answering is not None

    @property
    def rich(self) -> RichView:
        """Where its text is read."""
        return self._text

    def rest(self) -> None:
        """It is out of sight, and shown again with another answer."""
        self._text.rest()

    def _arrange(self) -> None:
        head = Flow(self._theme.space("s"), spread=True)  # large letters need a second line
        for part in (self._who, self._team, self._state, self._ring, self._waiting, self._figures):
            head.addWidget(part)
        foot = Flow(self._theme.space("xs"))  # likewise
        foot.addWidget(self._copy)
        foot.addWidget(self._again)
        foot.addWidget(self._other)
        foot.addWidget(self.extras)
        foot.addWidget(self.tools)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, self._theme.space("xs"), 0, self._theme.space("xs"))
        layout.setSpacing(self._theme.space("s"))
        layout.addLayout(head)
        layout.addWidget(self._thoughts)
        layout.addWidget(self.extras.plan)
        layout.addWidget(self._text)
        layout.addWidget(self._note)
        layout.addWidget(self._sources)
        layout.addLayout(foot)

    def _action(self, name: str, icon: str, act: object) -> QPushButton:
        made = button(name, act, "faint")  # type: ignore[arg-type]
        made.setProperty("icon-name", icon)
        return made

    @Slot()
    def _tint(self) -> None:
        for made in (self._copy, self._again, self._other):
            made.setIcon(self._theme.icon(str(made.property("icon-name"))))
            made.setIconSize(QSize(self._theme.px(16), self._theme.px(16)))

    def _show_actions(self) -> None:
        """Nothing can be done with an answer that is still on its way but wait or stop."""
        ready = self._answering is None
        self._copy.setVisible(ready and bool(self._text.text))
        self._again.setVisible(ready and self._last)
        self._other.setVisible(ready and self._last)

    def _name(self, model: str) -> None:
        self._who.setText(model)
        self._who.setVisible(bool(model))

    def _show_team(self, steps: Sequence[Step]) -> None:
        """Who handled it; how it went is one hover away."""
        self._sources.show_steps(steps)
        self._text.cite({one.number: Cited(link_to(one), one.name) for one in sources_of(steps)})
        handled = team.handled(steps)
        self._team.setText(handled)
        self._team.setToolTip(team.trace(steps))
        self._team.setAccessibleName(_("Handled by {who}", who=handled) if handled else "")
        self._team.setVisible(bool(handled))

    def _say_note(self, words: str) -> None:
        """What was found to be wrong in it, quietly."""
        self._note.setText(words)
        self._note.setVisible(bool(words))

    @property
    def note(self) -> str:
        """What was found to be wrong in it."""
        return self._note.text()

    @Slot()
    def _ask_other(self) -> None:
        menu = QMenu(self)
        for route in OTHERS:
            action = menu.addAction(team.name(route))
            action.triggered.connect(partial(self.elsewhere.emit, route))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._other.mapToGlobal(self._other.rect().bottomLeft()))

    def _follow(self, waiting: str) -> None:
        self._ring.setVisible(bool(waiting))
        self._waiting.setVisible(bool(waiting))
        self._waiting.setText(waiting)

    def _wait_words(self) -> str:
        if self._answering is None or self._answering.text:
            return _("Writing")
        if self._answering.thoughts:
            return _("Thinking")
        if self._answering.at_work is not None:
            return _("At work: {route}", route=team.name(self._answering.at_work))
        return _("Reading") if self._answering.model_name else _("Loading the model")

    @Slot()
    def _started(self) -> None:
        if self._answering is not None:
            self._name(self._answering.model_name)
            self._follow(self._wait_words())

    @Slot()
    def _grew(self) -> None:
        if self._answering is not None:
            self._thoughts.grow(self._answering.thoughts)
            self._text.setVisible(bool(self._answering.text))
            self._text.grow(self._answering.text)
            self._follow(self._wait_words())

    @Slot()
    def _ended(self) -> None:
        if self._answering is None or self._answering.outcome is None:
            return
        answering, self._answering = self._answering, None
        self._follow("")
        if answering.done is not None:
            self._show_team(answering.done.steps)
        self._thoughts.say(answering.thoughts)
        self._text.say(answering.text)
        self._text.setVisible(bool(answering.text))
        self.extras.ended(answering.text, answering.done, answering.model_name)
        if answering.done is not None:
            done = answering.done
            self._say_note(team.contradicted(done.trace))
            self._end("done" if done.finish == "stop" else "length")
            self._measure(done.tokens_per_second, done.seconds)
        elif answering.outcome.state == "cancelled":
            self._end("stopped")
        else:
            self._end("interrupted")

    @Slot()
    def _speak(self) -> None:
        """Tell a screen reader the sentences that are whole."""
        self._speaker.hear(self._text.pieces, ended=self._answering is None and self._text.settled)

    def _end(self, state: TurnState) -> None:
        words = {
            "stopped": _("Stopped"),
            "interrupted": _("Interrupted"),
            "length": _("Cut short: too long"),
            "writing": _("Being written elsewhere"),
        }.get(state, "")
        self._state.setText(words)
        self._state.setVisible(bool(words))
        kind = "chip-warn" if state == "interrupted" else "chip-quiet"
        if self._state.property("kind") != kind:
            mark(self._state, kind=kind)
        self._show_actions()

    def _measure(self, speed: float, seconds: float) -> None:
        rate = speed_words(speed) if speed else ""
        self._figures.setText(figures.joined(rate, figures.took(seconds) if seconds else ""))

    def _copy_text(self) -> None:
        QGuiApplication.clipboard().setText(self._text.text)
        self._say_copied()

    @Slot()
    def _say_copied(self) -> None:
        self._copy.setText(_("Copied"))
        QTimer.singleShot(1500, self._copy, lambda: self._copy.setText(_("Copy")))
