"""A damaged database: noticed, explained, and mended before the window opens, or gone back from.

The one law: nothing is changed before the user chose what to do, and the damaged file is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, Slot
from PySide6.QtWidgets import QDialog, QProgressBar, QVBoxLayout

from agents.base import Progress
from agents.store import backups
from agents.store.repair import Repair, Repaired, RepairRequest, Restored, RestoreRequest
from app import i18n
from app.i18n import _
from app.jobs import JobPool
from app.ui import figures
from app.ui.backup_words import about, moment
from app.ui.combo import Combo
from app.ui.examining import wish
from app.ui.widgets.basic import button, column, row, text

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from agents.base import UserError
    from app.jobs import Job, Outcome
    from app.paths import Paths
    from app.ui.theme import Theme

_NAMED = 5  # tables that are named


def told(done: Repaired | Restored) -> str:
    """What a repair came to."""
    if isinstance(done, Restored):
        return _(
            "The backup of {time} was restored. The damaged file is kept as {aside}.",
            time=moment(done.backup),
            aside=done.aside.name,
        )
    words = _(
        "The database was repaired: {count} entries were saved."
        " The damaged file is kept as {aside}.",
        count=f"{done.rows:,}",
        aside=done.aside.name,
    )
    if done.harmed:
        names = ", ".join(done.harmed[:_NAMED])
        words += " " + _("Not everything could be read in: {names}.", names=names)
    return words


def offer(paths: Paths, theme: Theme, error: UserError) -> Repaired | Restored | None:
    """Say what is wrong and let the user choose; None where nothing was done."""
    pool = JobPool()
    reason = str(error.values.get("reason", ""))
    window = RecoveryWindow(paths, pool, theme, reason)
    loop = QEventLoop()
    window.finished.connect(loop.quit)
    window.show()
    loop.exec()
    pool.shutdown()
    done = window.done_with
    window.deleteLater()
    if done is not None:
        wish(paths).unlink(missing_ok=True)
    return done


class RecoveryWindow(QDialog):
    """What is wrong, what can be done, and how far it is."""

    def __init__(self, paths: Paths, pool: JobPool, theme: Theme, reason: str) -> None:
        """Arrange the window; nothing is done yet."""
        super().__init__()
        self.done_with: Repaired | Restored | None = None
        self._paths, self._pool = paths, pool
        self._job: Job | None = None
        self.setWindowTitle(_("MoA Desk"))
        self.problem = text(
            _(
                "The database {path} is damaged ({reason}).",
                path=paths.database,
                reason=i18n.why(reason.rstrip(".")),
            ),
            wrap=True,
        )
        self.words = text(
            _(
                "Repairing copies everything that can be read into a new database. The damaged"
                " file is kept beside it, whatever comes of it."
            ),
            "muted",
            wrap=True,
        )
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName(_("Progress of the repair"))
        self._bar.hide()
        self._backups = backups.listed(paths.database)
        self.choice = Combo(_("Backup"))
        for backup in self._backups:
            self.choice.add(figures.joined(moment(backup), about(backup)), backup)
        self.restore = button(_("Restore"), self._go_back)
        self.restore.setAccessibleName(_("Restore the chosen backup"))
        self.going_back = column(
            text(
                _("Or go back to a backup; what came after it is missing then."),
                "muted",
                wrap=True,
            ),
            row(self.choice, self.restore),
            gap=theme.space("s"),
        )
        self.going_back.setVisible(bool(self._backups))
        self.mend = button(_("Repair"), self._mend, "primary")
        self.leave = button(_("Quit"), self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(24), theme.px(22), theme.px(24), theme.px(18))
        layout.setSpacing(theme.space("m"))
        layout.addWidget(text(_("Your data is damaged"), "title", wrap=True))
        layout.addWidget(self.problem)
        layout.addWidget(self.words)
        layout.addWidget(self.going_back)
        layout.addWidget(self._bar)
        layout.addStretch(1)
        layout.addWidget(row(None, self.leave, self.mend))
        self.resize(theme.px(560), theme.px(300))
        self.mend.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop what runs first."""
        if self._job is not None:
            self._job.cancel()
            event.ignore()
            return
        super().closeEvent(event)

    @Slot()
    def reject(self) -> None:
        """Stop the repair, or leave where none runs."""
        if self._job is not None:
            self._job.cancel()
            return
        super().reject()

    def _mend(self) -> None:
        self._begin(RepairRequest(self._paths.database))

    def _go_back(self) -> None:
        self._begin(RestoreRequest(self._paths.database, self.choice.currentData()))

    def _begin(self, request: RepairRequest | RestoreRequest) -> None:
        self._allow(on=False)
        self._bar.setMaximum(0)
        self._bar.show()
        self._job = self._pool.start(Repair(), request)
        self._job.event.connect(self._happened)
        self._job.finished.connect(self._ended)

    def _allow(self, *, on: bool) -> None:
        for control in (self.mend, self.going_back):
            control.setEnabled(on)

    @Slot(object)
    def _happened(self, event: object) -> None:
        if isinstance(event, Progress):
            self._bar.setMaximum(max(event.total, 1))
            self._bar.setValue(event.done)

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        self._job = None
        self._bar.hide()
        self._allow(on=True)
        if outcome.state == "done":
            self.done_with = outcome.value
            self.accept()
        elif outcome.error:
            self.words.setText(i18n.explain(outcome.error))
        elif outcome.state == "cancelled":
            self.words.setText(_("Stopped. The database is what it was."))
        else:
            self.words.setText(_("The repair failed. The database is what it was."))
