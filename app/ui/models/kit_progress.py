"""How far copying a kit is, and a button that stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from agents.base import Progress
from app.i18n import _
from app.ui import figures
from app.ui.widgets.basic import button, row, text

if TYPE_CHECKING:
    from app.jobs import Job
    from app.ui.theme import Theme


class KitProgress(QWidget):
    """A bar and its figures; nothing while nothing runs."""

    stop = Signal()

    def __init__(self, theme: Theme) -> None:
        """Show nothing."""
        super().__init__()
        self._bar = QProgressBar(textVisible=False, maximum=1000)
        self._bar.setAccessibleName(_("Progress of the offline kit"))
        self._figures = text("", "small")
        end = button(_("Stop"), self.stop.emit)
        end.setAccessibleName(_("Stop the offline kit"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(row(self._bar, self._figures, end, gap=theme.space("m")))
        self.hide()

    def follow(self, job: Job) -> None:
        """Show how a job goes until it ends."""
        self._bar.setMaximum(0)
        self._figures.setText("")
        self.show()
        job.event.connect(self._happened)
        job.finished.connect(self._ended)

    @Slot(object)
    def _happened(self, event: object) -> None:
        if not isinstance(event, Progress) or not event.total:
            return
        self._bar.setMaximum(1000)
        self._bar.setValue(round(1000 * event.done / event.total))
        amount = _(
            "{done} of {total}", done=figures.size(event.done), total=figures.size(event.total)
        )
        self._figures.setText(figures.joined(amount, figures.left(event.seconds_left)))

    @Slot(object)
    def _ended(self, _outcome: object) -> None:
        self.hide()
