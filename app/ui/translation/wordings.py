"""A menu of other wordings for one sentence, which grows as they come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from agents.translation.events import Alternative, AlternativesRequest
from app import i18n
from app.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QWidget

    from agents.translation.events import TextRequest
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome

_LONGEST = 110  # characters of a wording that are shown


class Wordings(QMenu):
    """Other wordings; closing it stops the search."""

    chosen = Signal(str)

    def __init__(
        self, parent: QWidget, desk: Desk, pool: JobPool, sentence: TextRequest,
        known: Sequence[str],
    ) -> None:  # fmt: skip
        """Begin the search.

        Args:
            parent: the editor.
            desk: where the agent is.
            pool: where it works.
            sentence: the sentence, and how it is translated.
            known: wordings so far, the one that stands there first.
        """
        super().__init__(parent)
        self.setAccessibleName(_("Other wordings"))
        self.wordings: list[str] = []
        self._last = QAction(_("Looking for other wordings…"), self)
        self._last.setEnabled(False)
        self.addAction(self._last)
        for text in known:
            self._add(text)
        self.actions()[0].setCheckable(True)
        self.actions()[0].setChecked(True)
        self._job: Job | None = pool.start(
            desk.translation, AlternativesRequest(sentence, tuple(known)), interactive=True
        )
        self._job.event.connect(self._happened)
        self._job.finished.connect(self._ended)
        self.aboutToHide.connect(self.stop)

    def open_at(self, place: QPoint) -> None:
        """Show it below a sentence."""
        self.popup(place)

    @Slot()
    def stop(self) -> None:
        """Search no longer."""
        job, self._job = self._job, None
        if job is not None:
            job.event.disconnect(self._happened)
            job.finished.disconnect(self._ended)
            job.cancel()

    def _add(self, text: str) -> None:
        shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
        action = QAction(shown.replace("&", "&&"), self)
        action.triggered.connect(lambda: self.chosen.emit(text))
        self.insertAction(self._last, action)
        self.wordings.append(text)

    @Slot(object)
    def _happened(self, event: object) -> None:
        if isinstance(event, Alternative):
            self._add(event.text)

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        self._job = None
        if outcome.error:
            self._last.setText(i18n.explain(outcome.error))
        elif len(self.wordings) > 1:
            self.removeAction(self._last)
        else:
            self._last.setText(_("No other wording passed the checks."))
