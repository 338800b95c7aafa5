"""Going back to what a draft was, and from there to what it was before that.

The one law: going back is itself a change that can be taken back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app import i18n
from app.i18n import _
from app.ui.scholar.versions_dialog import VersionsDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme
    from app.ui.widgets.bars import Bars


class GoingBack(QObject):
    """The dialog of versions, and the bar that undoes what was chosen there."""

    changed = Signal()  # the draft is another now: read it again

    def __init__(
        self, desk: Desk, pool: JobPool, theme: Theme, bars: Bars, parent: QWidget
    ) -> None:
        """Make the dialog, hidden."""
        super().__init__(parent)
        self._desk, self._pool, self._bars = desk, pool, bars
        self.dialog = VersionsDialog(desk, pool, theme, parent)
        self.dialog.restored.connect(self._went)

    def look(self, draft: int, name: Callable[[str], str]) -> None:
        """Show the versions of a draft; `name` is what a key is shown as."""
        self.dialog.open_for(draft, name)

    @Slot(int)
    def _went(self, kept_as: int) -> None:
        """Show what the draft was; what it was before that can be had again."""
        self.changed.emit()
        self._bars.say(
            "info",
            _("The draft is what it was then."),
            [(_("Undo"), lambda: self._go(kept_as))],
            key="version",
        )

    def _go(self, version: int) -> None:
        job = self._pool.call(self._desk.versions.restore, version)
        job.finished.connect(self._went_again)

    @Slot(object)
    def _went_again(self, outcome: Outcome) -> None:
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="problem")
        self.changed.emit()
