"""A damaged database: noticed, explained, and mended before the window opens.

The one law: nothing is changed before the user chose what to do, and the damaged file is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, Slot
from PySide6.QtWidgets import QDialog, QProgressBar, QVBoxLayout

from agents.base import Progress
from agents.store.repair import Repair, Repaired, RepairRequest
from app import i18n
from app.i18n import _
from app.jobs import JobPool
from app.ui.examining import wish
from app.ui.widgets.basic import button, row, text

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from agents.base import UserError
    from app.jobs import Job, Outcome
    from app.paths import Paths
    from app.ui.theme import Theme

_NAMED = 5  # tables that are named


def told(done: Repaired) -> str:
    """What a repair came to."""
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


def offer(paths: Paths, theme: Theme, error: UserError) -> Repaired | None:
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
        self.done_with: Repaired | None = None
        self._paths, self._pool = paths, pool
        self._job: Job | None = None
        self.setWindowTitle(_("MoA Desk"))
        self.problem = text(
            _(
                "The database {path} is damaged ({reason}).",
                path=paths.database,
                reason=reason.rstrip("."),
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
        self.mend = button(_("Repair"), self._mend, "primary")
        self.leave = button(_("Quit"), self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(24), theme.px(22), theme.px(24), theme.px(18))
        layout.setSpacing(theme.space("m"))
        layout.addWidget(text(_("Your data is damaged"), "title", wrap=True))
        layout.addWidget(self.problem)
        layout.addWidget(self.words)
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
        self.mend.setEnabled(False)
        self._bar.setMaximum(0)
        self._bar.show()
        self._job = self._pool.start(Repair(), RepairRequest(self._paths.database))
        self._job.event.connect(self._happened)
        self._job.finished.connect(self._ended)

    @Slot(object)
    def _happened(self, event: object) -> None:
        if isinstance(event, Progress):
            self._bar.setMaximum(max(event.total, 1))
            self._bar.setValue(event.done)

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        self._job = None
        self._bar.hide()
        self.mend.setEnabled(True)
        if outcome.state == "done":
            self.done_with = outcome.value
            self.accept()
        elif outcome.error:
            self.words.setText(i18n.explain(outcome.error))
        elif outcome.state == "cancelled":
            self.words.setText(_("Stopped. The database is what it was."))
        else:
            self.words.setText(_("The repair failed. The database is what it was."))
