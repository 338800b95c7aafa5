"""Removes models so that it can be undone for a while.

The one law: what was removed is deleted for good when its bar goes, and never before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from agents.base import UserError
from agents.engine import removal
from app import i18n
from app.i18n import _
from app.ui import figures

if TYPE_CHECKING:
    from agents.engine.removal import Aside
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.widgets.bars import Bars

UNDO_SECONDS = 12.0


class Leaving(QObject):
    """What lies aside now."""

    changed = Signal()  # what is on the shelf
    failed = Signal(str, object)  # id, UserError

    def __init__(self, desk: Desk, pool: JobPool, bars: Bars) -> None:
        """Nothing lies aside. `bars` is where undoing is offered."""
        super().__init__(bars)
        self._desk, self._pool, self._bars = desk, pool, bars
        self._aside: dict[str, Aside] = {}  # by the key of its bar

    @Slot(str)
    def remove(self, model_id: str) -> None:
        """Take a model, or what an interrupted download left, off the shelf."""
        self._pool.call(_set_aside, self._desk, model_id).finished.connect(self._removed)

    def closing(self) -> None:
        """Nobody can undo any more."""
        for key in list(self._aside):
            removal.throw_away(self._aside.pop(key))

    @Slot(object)
    def _removed(self, outcome: Outcome) -> None:
        if outcome.state == "done":
            model_id, found = outcome.value
            if isinstance(found, UserError):
                self.failed.emit(model_id, found)
            else:
                self._offer(found)
        self.changed.emit()

    def _offer(self, aside: Aside) -> None:
        key = str(aside.path)
        self._aside[key] = aside
        words = _("{name} was removed.", name=aside.name)
        if aside.size:
            size = figures.size(aside.size)
            words = _("{name} was removed: {size} of disk space.", name=aside.name, size=size)
        self._bars.say(
            "info",
            words,
            [(_("Undo"), lambda: self._undo(key))],
            key=key,
            on_closed=lambda: self._forget(key),
            seconds=UNDO_SECONDS,
        )

    def _undo(self, key: str) -> None:
        aside = self._aside.pop(key, None)
        if aside is not None:
            self._pool.call(removal.put_back, aside).finished.connect(self._back)

    def _forget(self, key: str) -> None:
        aside = self._aside.pop(key, None)
        if aside is not None:
            self._pool.call(removal.throw_away, aside)

    @Slot(object)
    def _back(self, outcome: Outcome) -> None:
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="undo")
        self.changed.emit()


def _set_aside(desk: Desk, model_id: str) -> tuple[str, Aside | UserError]:
    try:
        desk.models.free(model_id)  # an idle model lets go of its file first
        return model_id, removal.set_aside(desk.shelf, model_id)
    except UserError as error:
        return model_id, error  # with its model: the sentence belongs on that card
