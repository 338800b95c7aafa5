"""Looks at something that changes while work runs.

The one law: where nothing runs, nothing is looked at: a window at rest does not wake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.jobs import JobPool

_AFTER = 3  # looks after the last work: a speed is a mean over some seconds


class Watch(QObject):
    """Looks now and then from the moment a job begins or ends until all has come to rest."""

    def __init__(
        self, pool: JobPool, milliseconds: int, look: Callable[[], object], parent: QObject
    ) -> None:
        """Begin to wait for work.

        Args:
            pool: whose work it is.
            milliseconds: between two looks.
            look: looks; whatever it asks of the pool is asked by `peek`, or there is no end.
            parent: Qt parent.
        """
        super().__init__(parent)
        self._pool, self._look = pool, look
        self._on, self._calm = True, 0
        self._timer = QTimer(self, interval=milliseconds)
        self._timer.timeout.connect(self._due)
        pool.changed.connect(self._wake)
        self._wake()

    def set_on(self, *, on: bool) -> None:
        """Whether anybody is there for whom to look."""
        self._on = on
        if on:
            self._wake()
        else:
            self._timer.stop()

    @Slot()
    def _wake(self) -> None:
        self._calm = 0
        if self._on and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _due(self) -> None:
        self._calm = 0 if self._pool.working else self._calm + 1
        if self._calm >= _AFTER:
            self._timer.stop()
        self._look()
