"""The line above the list of documents: how many wait, and a button to pause or go on.

The one law: what waits is remembered when the window closes, and starts again only when the user
says so.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from agents.translation.events import DocumentRequest
from app.i18n import _
from app.ui import figures
from app.ui.widgets.basic import ElidedLabel, IconButton

if TYPE_CHECKING:
    from agents.translation.events import EngineKind, Language
    from app.ui.theme import Theme
    from app.ui.translation.queue import DocumentQueue


class QueueLine(QWidget):
    """Says how the queue stands; hidden while nothing waits or runs."""

    def __init__(self, queue: DocumentQueue, theme: Theme) -> None:
        """Follow the queue."""
        super().__init__()
        self._queue = queue
        self.said = ElidedLabel("", "small")
        self.button = IconButton(theme, "pause", _("Pause the queue"), self._turn)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(2), 0, 0, 0)
        layout.addWidget(self.said, 1)
        layout.addWidget(self.button)
        queue.counted.connect(self._count)
        queue.changed.connect(self._count)
        self._count()

    @Slot()
    def _turn(self) -> None:
        self._queue.go_on() if self._queue.paused else self._queue.pause()

    @Slot()
    def _count(self, *_document: object) -> None:
        waiting, running = len(self._queue.waiting), self._queue.running
        paused = self._queue.paused
        self.setVisible(bool(waiting or running or paused))
        self.said.say(
            figures.joined(
                _("Paused") if paused else "",
                _("{count} waiting", count=waiting) if waiting else "",
                figures.left(running.seconds_left) if running and not paused else "",
            )
        )
        self.button.show_icon("play" if paused else "pause")
        self.button.rename(_("Go on with the queue") if paused else _("Pause the queue"))


def saved(request: DocumentRequest) -> dict[str, str]:
    """A request in words that can be remembered."""
    return {
        "source": str(request.source),
        "target": request.target,
        "out": str(request.out_dir),
        "engine": request.engine,
        "model": request.model,
        "memory": str(request.memory or ""),
    }


def restored(words: object) -> DocumentRequest | None:
    """The request again; None if it is not one, or its file is gone."""
    if not isinstance(words, dict):
        return None
    said = {name: words.get(name) for name in ("source", "target", "out", "engine")}
    if not all(isinstance(one, str) and one for one in said.values()):
        return None
    source, memory = Path(str(said["source"])), words.get("memory")
    known = said["target"] in {"en", "ko"} and said["engine"] in {
        "model",
        "memory",
        "pseudo",
        "identity",
    }
    if not known or not source.is_file():
        return None
    return DocumentRequest(
        source,
        cast("Language", said["target"]),
        Path(str(said["out"])),
        cast("EngineKind", said["engine"]),
        str(words.get("model") or ""),
        Path(memory) if isinstance(memory, str) and memory else None,
    )
