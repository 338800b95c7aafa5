"""Has the database looked at now and then, so that damage is found before it spreads.

The one law: it is looked at when nobody waits for the disk, and mended only at a start.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from agents.store.kept import CHECKED
from app.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.paths import Paths

_WEEK = 7 * 24 * 3600.0
_LATER_MS = 30_000  # after the start, when nobody waits for the disk any more


def wish(paths: Paths) -> Path:
    """The file whose being there says that the database is to be repaired at the next start."""
    return paths.data / "repair-wanted"


class Examiner(QObject):
    """Has the database looked at once a week, and after a crash."""

    def __init__(self, desk: Desk, pool: JobPool, say: Callable[[str], object]) -> None:
        """Nothing is looked at yet; `say` tells a sentence in the window."""
        super().__init__(pool)
        self._desk, self._pool, self._say = desk, pool, say

    def begin(self, *, soon: bool) -> None:
        """Look now, or some time after the start if a week has passed."""
        if soon:
            self._pool.call(_look, self._desk, 0.0).finished.connect(self._looked)
        else:
            QTimer.singleShot(_LATER_MS, self, self._later)

    @Slot()
    def _later(self) -> None:
        self._pool.call(_look, self._desk, _WEEK).finished.connect(self._looked)

    @Slot(object)
    def _looked(self, outcome: Outcome) -> None:
        if outcome.state == "done" and outcome.value:
            self._say(
                _(
                    "A check found damage in your data. What can be read will be saved at the next"
                    " start: close MoA Desk and open it again."
                )
            )


def _look(desk: Desk, age: float) -> bool:
    """Check the database if that was not done for so many seconds; whether it is damaged."""
    from agents.store import repair  # noqa: PLC0415 - once a week

    last = desk.kept.get(CHECKED)
    if isinstance(last, int | float) and time.time() - last < age:
        return False
    if repair.check(desk.paths.database):
        wish(desk.paths).touch()
        return True
    desk.kept.put(CHECKED, time.time())
    return False
