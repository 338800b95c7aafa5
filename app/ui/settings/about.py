"""The card at the end of the settings: which version this is, a newer one, whose work it carries.

The one law: the network is asked only after a click, and before anything is fetched the person
sees what it is, how large, and from where.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QStandardPaths, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from agents.base import CancelToken, Notice, Progress, UserError
from app import i18n
from app.i18n import _
from app.ui.settings.licences import LicencesWindow
from app.ui.settings.rows import Section
from app.ui.widgets.basic import button, row
from app.updates import Fetched
from app.version import VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme
    from app.updates import Offer

_MB = 1_000_000


class AboutSection(Section):
    """Version, updates, licences."""

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        super().__init__(theme, _("About"))
        self._desk, self._pool, self._theme = desk, pool, theme
        self._offer: Offer | None = None
        self._path: Path | None = None
        self._job: Job | None = None
        self._token = CancelToken()
        self._licences: LicencesWindow | None = None
        self._look = button(_("Check for updates"), self._ask)
        self._fetch = button(_("Download"), self._start)
        self._fetch.setAccessibleName(_("Download the newer version"))
        self._stop = button(_("Cancel"), self._cancel)
        self._stop.setAccessibleName(_("Stop the download of the newer version"))
        self._show = button(_("Show the folder"), self._open)
        buttons = row(self._look, self._fetch, self._stop, self._show)
        version = _("MoA Desk {version}", version=VERSION)
        self._told = self.add(
            version, _("Asked only when you press the button."), buttons, wide=False
        )
        self.add(
            _("Open-source licences"),
            _("MoA Desk is under the Apache licence 2.0 and carries other people's work."),
            button(_("Show the licences"), self._show_licences),
            wide=False,
        )
        self._offered("look")

    def _offered(self, which: str) -> None:
        """Offer one step, and hide the others."""
        steps = {"look": self._look, "fetch": self._fetch, "stop": self._stop, "show": self._show}
        for name, control in steps.items():
            control.setVisible(name == which)

    @Slot()
    def _ask(self) -> None:
        self._look.setEnabled(False)
        self._told.setText(_("Asking {host} …", host=self._host(self._desk.updates.place)))
        self._token = CancelToken()
        self._pool.call(self._desk.updates.look, self._token).finished.connect(self._answered)

    @Slot(object)
    def _answered(self, outcome: Outcome) -> None:
        self._look.setEnabled(True)
        if outcome.state != "done":
            self._say_problem(outcome)
            return
        self._offer = outcome.value
        if self._offer is None:
            self._told.setText(_("This is the newest version."))
            return
        file = self._offer.file
        self._told.setText(
            _(
                "Version {version} is there: {name}, {size} MB, from {host}.",
                version=self._offer.version,
                name=file.name,
                size=f"{file.size / _MB:,.0f}",
                host=self._host(self._offer.url),
            )
        )
        self._offered("fetch")

    @Slot()
    def _start(self) -> None:
        if self._offer is None:
            return
        place = QStandardPaths.StandardLocation.DownloadLocation
        folder = type(self._desk.paths.data)(QStandardPaths.writableLocation(place))
        request = (self._offer, folder)
        self._job = self._pool.start(self._desk.updates, request, interactive=True, network=True)
        self._job.event.connect(self._happened)
        self._job.finished.connect(self._ended)
        self._offered("stop")

    @Slot(object)
    def _happened(self, event: Progress | Notice | Fetched) -> None:
        match event:
            case Progress(done=done, total=total):
                share = 100 * done // max(total, 1)
                self._told.setText(_("Downloading: {percent} %", percent=share))
            case Notice():
                self._told.setText(i18n.explain(event))
            case Fetched(path=path):
                self._path = path

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        self._job = None
        if outcome.state == "done" and self._path is not None:
            words = _(
                "{name} is in your downloads and is the published file: its SHA-256 was checked."
                " Close MoA Desk, then open it to install.",
                name=self._path.name,
            )
            self._told.setText(words)
            self._offered("show")
            return
        self._offered("fetch")
        if outcome.state == "cancelled":
            self._told.setText(_("Stopped. What was downloaded is kept; the next time goes on."))
        else:
            self._say_problem(outcome)

    def _say_problem(self, outcome: Outcome) -> None:
        error = outcome.error
        if isinstance(error, UserError):
            self._told.setText(i18n.explain(error))
        else:
            self._told.setText(_("That did not work. Try again."))

    @Slot()
    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    @Slot()
    def _open(self) -> None:
        if self._path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path.parent)))

    @Slot()
    def _show_licences(self) -> None:
        if self._licences is None:
            self._licences = LicencesWindow(self._pool, self._theme, self)
        self._licences.show()
        self._licences.raise_()

    @staticmethod
    def _host(address: str) -> str:
        return urlsplit(address).hostname or address
