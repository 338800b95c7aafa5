"""Takes model files in, one after the other, and says how it goes.

The one law: each file ends in a sentence; one that is no model does not stop the others.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agents.base import Progress
from agents.engine.shelf import Imported, ImportRequest
from app import i18n
from app.i18n import _
from app.ui import figures
from app.ui.widgets.basic import ElidedLabel, button, row

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme
    from app.ui.widgets.bars import Bars


class Imports(QWidget):
    """One line while files are taken in; nothing otherwise."""

    came = Signal()  # a file ended, well or not

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme, bars: Bars) -> None:
        """Nothing waits. `bars` is where the sentences go."""
        super().__init__()
        self._desk, self._pool, self._bars = desk, pool, bars
        self._waiting: deque[Path] = deque()
        self._source: Path | None = None
        self._job: Job | None = None
        self._state = ElidedLabel("", "small", Qt.TextElideMode.ElideMiddle)
        self._stop = button(_("Stop"), self.stop)
        self._stop.setAccessibleName(_("Stop importing"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(row(self._state, self._stop, gap=theme.space("s")))
        self.hide()

    @property
    def busy(self) -> bool:
        """Whether a file is being taken in."""
        return self._job is not None

    def bring(self, sources: Iterable[Path]) -> None:
        """Take files and folders in, after what waits already."""
        if not self.busy:
            self._bars.clear()
        known = {*self._waiting, self._source}
        self._waiting.extend(source for source in sources if source not in known)
        self._next()

    @Slot()
    def stop(self) -> None:
        """Stop, also what waits."""
        self._waiting.clear()
        if self._job is not None:
            self._job.cancel()

    def _next(self) -> None:
        if self._job is None and self._waiting:
            self._source = self._waiting.popleft()
            self._job = self._pool.start(self._desk.shelf, ImportRequest(self._source))
            self._job.event.connect(self._happened)
            self._job.finished.connect(self._ended)
            self._say(self._source.name)
        self.setVisible(self._job is not None)

    def _say(self, words: str) -> None:
        more = _("{count} more wait", count=len(self._waiting)) if self._waiting else ""
        self._state.say(figures.joined(_("Importing {name}…", name=words), more))

    @Slot(object)
    def _happened(self, event: object) -> None:
        name = self._source.name if self._source else ""
        if isinstance(event, Progress) and event.total:
            amount = _(
                "{done} of {total}", done=figures.size(event.done), total=figures.size(event.total)
            )
            self._say(f"{name} ({amount})")
        elif isinstance(event, Imported):
            words = _("{name} is here now and can be chosen.", name=event.name)
            self._bars.say("info", words, key=f"import {name}")

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        source, self._source, self._job = self._source, None, None
        if outcome.error:
            name = source.name if source else ""
            self._bars.say("error", i18n.explain(outcome.error), key=f"import {name}")
        self.came.emit()
        self._next()
