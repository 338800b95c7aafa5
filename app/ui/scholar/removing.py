"""Works are removed from the library, and given back by the bar that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app import i18n
from app.i18n import _

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from agents.store.library import Entry
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.widgets.bars import Bars


class Removing(QObject):
    """Removes works, and takes that back."""

    changed = Signal()  # the library is another now

    def __init__(self, desk: Desk, pool: JobPool, bars: Bars, parent: QWidget) -> None:
        """Keep what is needed."""
        super().__init__(parent)
        self._desk, self._pool, self._bars = desk, pool, bars

    def remove(self, works: list[int]) -> None:
        """Remove these."""
        if works:
            self._pool.call(_take, self._desk, works).finished.connect(self._removed)

    @Slot(object)
    def _removed(self, outcome: Outcome) -> None:
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="removed")
        elif outcome.state == "done":
            entries: tuple[Entry, ...] = outcome.value
            self._bars.say(
                "info",
                _("Removed from the library: {count}.", count=len(entries)),
                [(_("Undo"), lambda: self._give_back(entries))],
                key="removed",
            )
            self.changed.emit()

    def _give_back(self, entries: tuple[Entry, ...]) -> None:
        self._pool.call(self._desk.library.add, entries).finished.connect(self._given_back)

    @Slot(object)
    def _given_back(self, outcome: Outcome) -> None:
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="removed")
        self.changed.emit()


def _take(desk: Desk, ids: list[int]) -> tuple[Entry, ...]:
    """Remove works; returns them as they were."""
    entries = desk.library.entries(ids)
    desk.library.delete(ids)
    return entries
