"""Logs, native crashes and our own bugs.

The one law: a bug is never silent and never a second dialog: it is logged with its traceback,
and one box offers to copy the details.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import logging.handlers
import platform
import sys
import threading
import time
import traceback
from typing import IO, TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from app.i18n import _
from app.ui.widgets.basic import button, row, text

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

log = logging.getLogger("moadesk")

_LOG_BYTES = 1_000_000


class CrashFile:
    """Where Python writes the stacks of a native crash; empty unless that happened."""

    def __init__(self, folder: Path) -> None:
        """Begin to watch. `last` is the trace of an earlier crash, put aside, or None."""
        self.last: Path | None = None
        self._path = folder / "crash.log"
        self._file: IO[str] | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if self._path.exists() and self._path.stat().st_size:
                aside = folder / f"crash-{time.strftime('%Y%m%d-%H%M%S')}.log"
                self.last = self._path.replace(aside)
            self._file = self._path.open("w", encoding="utf-8")
        except OSError as error:
            log.warning("Native crashes are not recorded in %s (%s)", folder, error.strerror)
            return
        faulthandler.enable(self._file)

    def close(self) -> None:
        """The end was a good one."""
        if self._file is not None:
            faulthandler.disable()
            with contextlib.suppress(OSError):  # the drive it is on may be gone
                self._file.close()
                self._path.unlink(missing_ok=True)


def start_log(folder: Path) -> None:
    """Log to a file that never grows beyond two megabytes."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / "moadesk.log", maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8", delay=True
        )
    except OSError:
        return
    logging.raiseExceptions = False  # a log that cannot be written on is nothing to print
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs whole addresses


class BugReports(QObject):
    """Catches what nobody caught, on any thread, and shows it once."""

    _found = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._box: BugBox | None = None
        self._found.connect(self.show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over from Python's own handlers."""
        sys.excepthook = self._caught
        threading.excepthook = lambda caught: self._caught(
            caught.exc_type, caught.exc_value, caught.exc_traceback
        )

    @Slot(str)
    def show(self, details: str) -> None:
        """Show a traceback, in the box that is already open if there is one."""
        if self._box is not None and self._box.isVisible():
            self._box.add(details)
            return
        self._box = BugBox(details)
        self._box.show()

    def _caught(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QGuiApplication.quit()
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        log.error("Unhandled: %s", details)
        if sys.__stderr__ is not None:  # a windowed build has none
            sys.__stderr__.write(details)
        self._found.emit(details)


class BugBox(QDialog):
    """The one dialog: what happened, and a way to tell somebody."""

    def __init__(self, details: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Something went wrong"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        from app.version import VERSION  # noqa: PLC0415 - slow, and only wanted then

        self._details = QPlainTextEdit(f"MoA Desk {VERSION}, {platform.platform()}\n\n{details}")
        self._details.setReadOnly(True)
        self._details.setAccessibleName(_("Details"))
        words = _(
            "This is a mistake in MoA Desk. What you made is stored. You can go on, or copy the"
            " details for a report."
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(text(words, wrap=True))
        layout.addWidget(self._details, 1)
        layout.addWidget(
            row(
                None,
                button(_("Copy details"), self._copy),
                button(_("Go on"), self.accept, "primary"),
            )
        )
        self.resize(640, 380)

    def add(self, details: str) -> None:
        """One more of them."""
        self._details.appendPlainText(f"\n{details}")

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details.toPlainText())
