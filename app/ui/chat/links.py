"""What a click on a link of an answer does.

The one law: nothing dials out before the user has seen the whole address and said so.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication

from app.i18n import _

if TYPE_CHECKING:
    from app.ui.chat.passage_sheet import PassageSheet
    from app.ui.widgets.bars import Bars

LINK_SECONDS = 30.0


class Links(QObject):
    """Shows passages, opens files, asks before anything else."""

    def __init__(self, sheet: PassageSheet, bars: Bars, parent: QObject) -> None:
        super().__init__(parent)
        self._sheet, self._bars = sheet, bars

    @Slot(str)
    def follow(self, target: str) -> None:
        """Go where a link leads."""
        from app.ui.chat import sources  # noqa: PLC0415 - with the first click

        source, path, read = (
            look(target) for look in (sources.source_of, sources.path_of, sources.read_of)
        )
        if source:
            self._sheet.show_source(source)
            return
        if read:
            self._sheet.show_read(read)
            return
        if path:
            self._open(path)
            return
        actions = [
            (_("Open in the browser"), lambda: QDesktopServices.openUrl(QUrl(target))),
            (_("Copy the address"), lambda: QGuiApplication.clipboard().setText(target)),
        ]
        self._bars.say("info", target, actions, key="link", seconds=LINK_SECONDS)

    def _open(self, path: str) -> None:
        """Open a file with the system's program for it."""
        if Path(path).exists():
            QDesktopServices.openUrl(QUrl.fromLocalFile(path))
            return
        words = _("{path} is not there any more. What was read of it is kept.", path=path)
        self._bars.say("warn", words, key="link", seconds=LINK_SECONDS)
