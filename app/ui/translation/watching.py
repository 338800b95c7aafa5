"""A folder whose new documents are translated by themselves.

The one law: a file is taken once for each state it is in, when it has stopped growing, and after
a crash at the latest. What was there before the folder was watched is left alone.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

from app.ui.translation.folders import Found, Look, look

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.build import Desk
    from app.jobs import JobPool, Outcome

POLL_MS = 15_000  # between two looks where nothing tells us: network drives
SETTLE = 2.0  # seconds a file has to stay as it is
_WATCHED = 200  # folders that the system is asked to tell us of
_STORED_MS = 1_500  # by then the queue has stored what it was given


class FolderWatch(QObject):
    """Looks at one folder."""

    arrived = Signal(object)  # list of Found
    there_before = Signal(object)  # list of Found
    changed = Signal()  # on, folder, or whether it is there

    def __init__(
        self,
        desk: Desk,
        pool: JobPool,
        parent: QObject,
        *,
        free: Callable[[Path], bool] = lambda _path: True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Watch nothing.

        Args:
            desk: knows what is ours.
            pool: where folders are read.
            parent: Qt parent.
            free: whether a file may be taken now; one that is being translated may not.
            clock: seconds.
        """
        super().__init__(parent)
        self._desk, self._pool, self._free, self._clock = desk, pool, free, clock
        self.folder: Path | None = None
        self.out: Path | None = None  # beside each document where it is None
        self.on = False
        self.gone = False
        self._number = 0  # of the folder that is watched: what was asked of another is forgotten
        self._looking = False
        self._again = False
        self._first = False  # whether what is there now was there before
        self._taken: dict[str, str] = {}
        self._growing: dict[str, tuple[str, float]] = {}  # path -> state, since when
        self._system = QFileSystemWatcher(self)
        self._system.directoryChanged.connect(self._soon)
        self._timer = QTimer(self, singleShot=True, interval=POLL_MS)
        self._timer.timeout.connect(self.look)

    def watch(self, folder: Path, out: Path | None) -> None:
        """Watch a folder from now on; what is in it is left alone."""
        self._begin(folder, out)
        self._taken, self._first = {}, True
        self.look()

    def go_on(self, folder: Path, out: Path | None) -> None:
        """Watch it as before: what came meanwhile is taken."""
        self._begin(folder, out)
        self._first = False
        call = self._pool.call(_remembered, self._desk, self._number)
        call.finished.connect(self._remember)

    def stop(self) -> None:
        """Watch nothing; the folder stays known."""
        self._number += 1
        self.on = self.gone = False
        self._timer.stop()
        self._growing = {}
        if self._system.directories():
            self._system.removePaths(self._system.directories())
        self.changed.emit()

    def closing(self) -> None:
        """Look no more; the switch stays as it is."""
        self._number += 1
        self._timer.stop()
        self.on = False

    @Slot()
    def look(self) -> None:
        """Look now, or as soon as the look that is under way has ended."""
        if self._looking or not self.on or self.folder is None:
            self._again = self._looking
            return
        self._looking, self._again = True, False
        taken = dict(self._taken)
        call = self._pool.call(_look, self._desk, self._number, self.folder, self.out, taken)
        call.finished.connect(self._looked)

    def _begin(self, folder: Path, out: Path | None) -> None:
        self.stop()
        self.folder, self.out, self.on = folder, out, True
        self.changed.emit()

    @Slot(object)
    def _remember(self, outcome: Outcome) -> None:
        number, taken = outcome.value if outcome.state == "done" else (0, {})
        if number == self._number:
            self._taken = taken
            self.look()

    @Slot()
    def _soon(self, *_folder: object) -> None:
        self._timer.start(200)

    @Slot(object)
    def _looked(self, outcome: Outcome) -> None:
        self._looking = False
        number, found = outcome.value if outcome.state == "done" else (self._number, None)
        if number != self._number or not self.on:
            self.look()
            return
        if found is not None:
            self._take(found)
        wait = round(SETTLE * 1000) + 100 if self._growing else POLL_MS
        self._timer.start(0 if self._again else wait)

    def _take(self, found: Look) -> None:
        if found.gone != self.gone:
            self.gone = found.gone
            self.changed.emit()
        if found.gone:
            return
        self._listen(found.folders)
        if self._first:
            self._first = False
            self._taken = dict(found.states)
            self._pool.call(_store_afresh, self._desk, dict(found.states))
            if found.states:
                self.there_before.emit([self._found(path) for path in found.states])
            return
        now = self._clock()
        growing: dict[str, tuple[str, float]] = {}
        ready: dict[str, str] = {}
        for path, state in found.states.items():
            if self._taken.get(path) == state:
                continue
            before, since = self._growing.get(path, ("", now))
            if before == state and now - since >= SETTLE and self._free(Path(path)):
                ready[path] = state
            else:
                growing[path] = (state, since if before == state else now)
        self._growing = growing
        if ready:
            self._taken |= ready
            self.arrived.emit([self._found(path) for path in ready])
            # Only once the queue has stored them: a crash in between finds them again.
            QTimer.singleShot(_STORED_MS, self, lambda: self._store(ready))

    def _store(self, states: dict[str, str]) -> None:
        self._pool.call(self._desk.kept.add_watched, states)

    def _found(self, path: str) -> Found:
        folder = self.folder or Path(path).parent
        return Found(Path(path), Path(path).parent.relative_to(folder))

    def _listen(self, folders: tuple[str, ...]) -> None:
        known = set(self._system.directories())
        new = [folder for folder in folders[:_WATCHED] if folder not in known]
        if new:
            self._system.addPaths(new)


def _look(
    desk: Desk, number: int, folder: Path, out: Path | None, taken: dict[str, str]
) -> tuple[int, Look]:
    return number, look(folder, out, desk.translations, taken)


def _remembered(desk: Desk, number: int) -> tuple[int, dict[str, str]]:
    return number, desk.kept.watched()


def _store_afresh(desk: Desk, states: dict[str, str]) -> None:
    desk.kept.add_watched(states, afresh=True)
