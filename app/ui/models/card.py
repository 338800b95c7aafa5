"""One model as a card: what it is, whether it fits, and what can be done with it now.

The one law: a card shows what it is given and says what was asked for; the page does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from agents.base import Notice, Progress
from agents.engine.pace import Pace
from agents.engine.shelf import VerifyDone
from app import i18n
from app.i18n import _
from app.ui import figures
from app.ui.models import words
from app.ui.models.gauge import Gauge
from app.ui.theme import mark
from app.ui.widgets.bars import Bars
from app.ui.widgets.basic import button, chip, row, text
from app.ui.widgets.flow import Flow

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QPushButton

    from agents.base import UserError
    from agents.engine.catalog import CatalogEntry
    from agents.engine.port import Fit
    from agents.engine.shelf import Installed
    from app.jobs import Job, Outcome
    from app.ui.models.downloads import State
    from app.ui.theme import Theme

Work = Literal["", "pull", "verify", "pace"]

_SILENT_MS = 3000  # without a byte: the speed and the time left of before hold no more
_WRITES = frozenset({"chat", "translation", "scholar", "maths", "code"})  # roles with a speed


@dataclass(frozen=True, slots=True)
class Shown:
    """What a card shows."""

    entry: CatalogEntry
    installed: Installed | None
    partial: int  # bytes of an interrupted download
    fit: Fit
    accepted: bool  # whether its licence may be used without asking
    pace: Pace | None = None  # how quick it was here, where that was measured
    suits: bool = False  # whether it is the one of its kind for this machine


class ModelCard(QFrame):
    """A card. Signals carry the id of the model."""

    pull = Signal(str)
    accept = Signal(str)  # download, its licence has just been accepted
    discard = Signal(str)
    verify = Signal(str)
    measure = Signal(str)
    pause_pull = Signal(str)
    remove = Signal(str)
    over = Signal(str)  # what was being done with the model ended

    def __init__(self, theme: Theme, shown: Shown, parent: QWidget | None = None) -> None:
        """Make the card of a model."""
        super().__init__(parent)
        self.id = shown.entry.id
        self._theme = theme
        self._shown = shown
        self._work: Work = ""
        self._job: Job | None = None
        self._line: State | None = None
        self.setProperty("kind", "card")
        name = shown.entry.name
        self.setAccessibleName(name)
        self._recommended = chip(_("Recommended"))
        self._state = chip("", "chip-quiet")
        self._about = text("", "small", wrap=True)
        self._pace = text("", "small", wrap=True)
        self._gauge = Gauge(theme)
        self._fit = text("", "small", wrap=True)
        self._progress = QProgressBar(textVisible=False, maximum=1000)
        self._progress.setAccessibleName(_("Progress of {name}", name=name))
        self._figures = text("", "small")
        self._amount = ""
        self._silence = QTimer(self, singleShot=True, interval=_SILENT_MS)
        self._silence.timeout.connect(self._tell_silence)
        self.bars = Bars(theme, (0, theme.space("xs"), 0, 0))
        licence = shown.entry.licence
        self._licence = button(licence.title, self._open_licence, "status")
        self._licence.setAccessibleName(_("Read the licence {name}", name=licence.title))
        self._licence.setVisible(bool(licence.url))
        self.download = self._action(_("Download"), self._ask_pull)
        self.resume = self._action(_("Resume"), self._ask_pull)
        self.discard_part = self._action(
            _("Discard"), lambda: self.discard.emit(self.id), _("Delete what was downloaded so far")
        )
        self.pause = self._action(_("Pause"), self._stop)
        self.check = self._action(
            _("Verify"), lambda: self.verify.emit(self.id), _("Read the whole file and compare it")
        )
        self.clock = self._action(
            _("Measure the speed"),
            lambda: self.measure.emit(self.id),
            _("How many tokens a second it reads and writes on this machine"),
        )
        self.take_away = self._action(_("Remove"), lambda: self.remove.emit(self.id))
        self._arrange_card(name)
        self.show_model(shown)

    @property
    def work(self) -> Work:
        """What is being done with the model now."""
        return self._work

    def show_model(self, shown: Shown) -> None:
        """Show the model as it is now."""
        self._shown = shown
        entry, here = shown.entry, shown.installed
        self._recommended.setVisible(shown.suits)
        if here:
            where = {
                "embedded": _("Comes with MoA Desk"),
                "downloaded": _("On this machine"),
                "imported": _("Imported"),
            }[here.where]
            self._state.setText(where)
            if here.verified == "changed":
                self._state.setText(_("The file has changed"))
            mark(self._state, kind="chip-warn" if here.verified == "changed" else "chip-quiet")
        elif shown.partial:
            self._state.setText(_("{size} downloaded", size=figures.size(shown.partial)))
        self._pace.setText(words.pace(shown.pace) if shown.pace else "")
        self._pace.setVisible(shown.pace is not None)
        size = here.size if here else entry.size
        self._about.setText(
            figures.joined(
                words.role(entry.role),
                figures.size(size) if size else _("size unknown"),
                words.languages(entry.languages),
                _("thinks before it answers") if entry.thinks else "",
            )
        )
        self._gauge.show_fit(shown.fit)
        self._gauge.setVisible(bool(shown.fit.needed))
        tone, sentence = words.fit(shown.fit)
        self._fit.setText(sentence)
        mark(self._fit, kind="small" if tone in {"ok", "muted"} else tone)
        self._arrange()

    def show_line(self, state: State | None) -> None:
        """Show where its download stands in line; None = in none."""
        self._line = state
        self._arrange()

    def follow(self, job: Job, work: Work) -> None:
        """Show how a job goes; `over` when it ended."""
        self._job = job
        self._work = work
        self.bars.clear()
        self._progress.setMaximum(0)  # a moving bar until the size is known
        busy = {"pull": _("Connecting…"), "verify": _("Reading…"), "pace": _("Measuring…")}
        self._figures.setText(busy.get(work, ""))
        self._arrange()
        job.event.connect(self._happened)
        job.finished.connect(self._ended)

    def complain(self, error: UserError) -> None:
        """Say what went wrong, here."""
        self.bars.say("error", i18n.explain(error), key="problem")

    @Slot(object)
    def _happened(self, event: object) -> None:
        if isinstance(event, Progress):
            self._show_progress(event)
        elif isinstance(event, Notice):
            self.bars.say("info", i18n.explain(event), key="notice")
        elif isinstance(event, VerifyDone):
            kind, sentence = words.verdict(event.state)
            self.bars.say(kind, sentence, key="verify")
        elif isinstance(event, Pace):
            self.bars.say("info", words.pace(event), key="pace", seconds=12)

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        self._job = None
        self._work = ""
        self._silence.stop()
        self.bars.close_bar("notice")  # "trying again" is over, whatever came of it
        if outcome.error:
            self.complain(outcome.error)
        self._arrange()
        self.over.emit(self.id)

    def _stop(self) -> None:
        if self._work in {"", "pull"}:
            self.pause_pull.emit(self.id)
        elif self._job is not None:
            self._job.cancel()

    def _show_progress(self, event: Progress) -> None:
        self._progress.setMaximum(1000 if event.total else 0)
        if event.total:
            self._progress.setValue(round(1000 * event.done / event.total))
        if event.unit != "byte":
            return
        self._amount = _(
            "{done} of {total}",
            done=figures.size(event.done),
            total=figures.size(event.total) if event.total else "?",
        )
        self._figures.setText(
            figures.joined(
                self._amount,
                _("{rate}/s", rate=figures.size(event.rate)) if event.rate else "",
                figures.left(event.seconds_left),
            )
        )
        if self._work == "pull":
            self._silence.start()

    @Slot()
    def _tell_silence(self) -> None:
        self._figures.setText(figures.joined(self._amount, _("waiting for the server")))

    def _arrange_card(self, name: str) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(
            self._theme.px(16), self._theme.px(12), self._theme.px(12), self._theme.px(12)
        )
        layout.setSpacing(self._theme.space("xs"))
        head = Flow(self._theme.space("s"))
        for part in (text(name, "strong"), self._recommended, self._state):
            head.addWidget(part)
        acts = Flow(self._theme.space("s"))
        for act in (
            self.download,
            self.resume,
            self.discard_part,
            self.pause,
            self.check,
            self.clock,
            self.take_away,
        ):
            acts.addWidget(act)
        layout.addLayout(head)
        layout.addWidget(self._about)
        layout.addWidget(self._pace)
        self._fits = QWidget()
        fits = QHBoxLayout(self._fits)
        fits.setContentsMargins(0, 0, 0, 0)
        fits.addWidget(self._gauge)
        fits.addWidget(self._fit, 1)
        fits.addWidget(self._licence)
        layout.addWidget(self._fits)
        self._running = row(self._progress, self._figures, gap=self._theme.space("m"))
        layout.addWidget(self._running)
        layout.addSpacing(self._theme.space("xs"))
        layout.addLayout(acts)
        layout.addWidget(self.bars)

    def _arrange(self) -> None:
        here, work = self._shown.installed, self._work
        part = bool(self._shown.partial) and not here
        waits = self._line == "waiting"
        can_pull = bool(self._shown.entry.repository) and not here and not work and not waits
        if waits and not here:
            self._state.setText(_("Waits in line"))
        self._state.setVisible(bool(here or self._shown.partial or waits))
        self.download.setVisible(can_pull and not part)
        self.resume.setVisible(can_pull and part)
        self.discard_part.setVisible(part and not work and not waits)
        self.pause.setText(_("Stop") if work in {"verify", "pace"} else _("Pause"))
        self.pause.setAccessibleName(f"{self.pause.text()}: {self._shown.entry.name}")
        self.pause.setVisible(bool(work) or (waits and not here))
        self.clock.setVisible(bool(here and here.role in _WRITES) and not work)
        self.check.setVisible(bool(here) and not work)
        self.take_away.setVisible(bool(here and here.where != "embedded") and not work)
        self._running.setVisible(bool(work))
        self._fits.setVisible(not work)

    def _action(self, words_: str, act: Callable[[], object], hint: str = "") -> QPushButton:
        made = button(words_, act, hint=hint)
        made.setAccessibleName(f"{words_}: {self._shown.entry.name}")
        return made

    def _ask_pull(self) -> None:
        condition = self._shown.entry.licence.condition
        if self._shown.accepted or condition is None:
            self.pull.emit(self.id)
            return
        self.bars.say(
            "info",
            i18n.explain(condition),
            [
                (_("Accept and download"), lambda: self.accept.emit(self.id)),
                (_("Not now"), lambda: None),
            ],
            key="licence",
            closable=False,
        )

    def _open_licence(self) -> None:
        QDesktopServices.openUrl(QUrl(self._shown.entry.licence.url))
