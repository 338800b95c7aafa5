"""The foot of the window: what is in memory, what runs, and whether anything dials out.

The one law: looking never makes anything. The model cache is asked only once it is there, and
on a worker, since it may be busy loading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from agents.engine import endpoint
from app.i18n import _
from app.ui import figures
from app.ui.theme import mark
from app.ui.watch import Watch
from app.ui.widgets.basic import button
from app.ui.widgets.ring import Ring

if TYPE_CHECKING:
    from agents.engine.port import Resident
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme

LOOK_MS = 2000
_WATCH_MS = 200  # between two looks whether text leaves, while work runs and a server is in use
_HOME = {"chat": "chat", "translation": "translate", "scholar": "scholar", "hub": "models"}


def speed_words(speed: float) -> str:
    """Tokens per second as a person reads them."""
    return _("{speed} tokens/s", speed=f"{speed:.0f}" if speed >= 10 else f"{speed:.1f}")


class StatusBar(QWidget):
    """A few quiet buttons; each leads to its page."""

    wanted = Signal(str)

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        super().__init__()
        self._desk, self._pool, self._theme = desk, pool, theme
        self._looking = False
        self._resident: tuple[Resident, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "sunken")
        self.setProperty("edge", "top")
        self.setAccessibleName(_("Status"))
        self._memory = self._part(lambda: "models")
        self._ring = Ring(theme, 13)
        self._runs = self._part(self._home_of_work)
        self._remote = self._part(lambda: "network" if self._sending() else "settings")
        self._remote.setAccessibleName(_("Remote server"))
        self._network = self._part(
            lambda: "models" if self._pool.running(network=True) else "network"
        )
        self._network.setToolTip(_("Shows everything that went over the network"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(8), 3, theme.px(8), 3)
        layout.setSpacing(theme.space("s"))
        layout.addWidget(self._memory)
        layout.addStretch(1)
        layout.addWidget(self._ring)
        layout.addWidget(self._runs)
        layout.addWidget(self._remote)
        layout.addWidget(self._network)
        Watch(pool, LOOK_MS, self.look, self)
        self._watch = QTimer(self)
        self._watch.setInterval(_WATCH_MS)
        self._watch.timeout.connect(self._show_remote)
        pool.changed.connect(self._show)
        theme.changed.connect(self._show)
        self._show()

    @Slot()
    def look(self) -> None:
        """Ask what is in memory, if anything can be."""
        if self._looking or "models" not in vars(self._desk):
            return
        self._looking = True
        self._pool.peek(self._desk.models.resident).finished.connect(self._looked)

    @Slot()
    def settings_changed(self) -> None:
        """Show whether a server elsewhere is in use now."""
        self._show()

    @Slot(object)
    def _looked(self, outcome: Outcome) -> None:
        self._looking = False
        if outcome.state == "done" and outcome.value != self._resident:
            self._resident = outcome.value
            self._show()

    def _part(self, where: object) -> QPushButton:
        made = button("", lambda: self.wanted.emit(where()), "status")  # type: ignore[operator]
        made.setIconSize(QSize(self._theme.px(15), self._theme.px(15)))
        return made

    def _home_of_work(self) -> str:
        """The page of what was started last."""
        homes = {id(part): _HOME[name] for name, part in vars(self._desk).items() if name in _HOME}
        for job in reversed(self._pool.running()):
            if id(job.agent) in homes:
                return homes[id(job.agent)]
        return "models"

    @Slot()
    def _show(self) -> None:
        held = "   ".join(f"{one.name} · {figures.size(one.bytes)}" for one in self._resident)
        self._say(self._memory, held or _("No model in memory"), "memory", "muted")
        running = self._pool.running()
        dialling = self._pool.running(network=True)
        speed = sum(one.tokens_per_second for one in self._resident)
        working = [job for job in running if not job.network]
        self._ring.setVisible(bool(working))
        self._runs.setVisible(bool(working))
        if speed > 0:
            words = speed_words(speed)
        elif len(working) == 1:
            words = _("Working")
        else:
            words = _("{count} jobs", count=len(working))
        self._say(self._runs, words)
        remote = self._desk.settings.remote_enabled
        self._remote.setVisible(remote)
        self._network.setVisible(bool(dialling) or not remote)
        if remote and running:
            self._watch.start()
        else:
            self._watch.stop()
        self._show_remote()
        if dialling:
            self._say(self._network, _("Downloading"), "network", "warn")
        else:
            self._say(self._network, _("Offline"), "shield", "ok")

    def _sending(self) -> bool:
        """Whether what the user wrote is leaving this machine now."""
        wire = vars(self._desk).get("wire")  # looking makes nothing
        return wire is not None and any(call.carries_text for call in wire.active())

    @Slot()
    def _show_remote(self) -> None:
        """The clear sign: the whole bar changes colour while text leaves."""
        sending = self._sending()
        ground = "warn" if sending else "sunken"
        if self.property("ground") != ground:
            mark(self, ground=ground)
        if not self._desk.settings.remote_enabled and not sending:
            return
        host = endpoint.host(self._desk.settings.remote_url)
        words = (
            _("Sending text to {host}", host=host) if sending else _("Remote: {host}", host=host)
        )
        if self._remote.text() != words:
            self._say(self._remote, words, "network", "warn")
            self._remote.setToolTip(
                _("What you give to a remote model is sent to {host}.", host=host)
            )

    def _say(self, part: QPushButton, words: str, icon: str = "", tone: str = "") -> None:
        part.setText(words)
        part.setAccessibleName(words)
        if icon:
            part.setIcon(self._theme.icon(icon, tone))
            part.setIconSize(QSize(self._theme.px(15), self._theme.px(15)))
        if part.property("tone") != tone:
            mark(part, tone=tone)
