"""Saves a program of an answer as a file.

The one law: the file is whole or not there.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from agents.base import UserError
from app import i18n
from app.i18n import _

if TYPE_CHECKING:
    from app.jobs import JobPool, Outcome
    from app.ui.widgets.bars import Bars


class CodeSaver(QObject):
    """Asks where, writes, tells."""

    def __init__(self, pool: JobPool, bars: Bars, parent: QWidget) -> None:
        super().__init__(parent)
        self._pool, self._bars, self._window = pool, bars, parent

    @Slot(str, str)
    def ask(self, code: str, language: str) -> None:
        """Ask where a program is to be saved."""
        suggested = "program" + ending(language)
        name, _kind = QFileDialog.getSaveFileName(self._window, _("Save the code"), suggested)
        if name:
            self.write(Path(name), code)

    def write(self, path: Path, code: str) -> None:
        """Save it."""
        self._pool.call(_write, path, code).finished.connect(self._written)

    @Slot(object)
    def _written(self, outcome: Outcome) -> None:
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="code")
        elif outcome.state == "done":
            said = _("Written: {file}", file=outcome.value.name)
            self._bars.say("info", said, key="code", seconds=8)


def ending(language: str) -> str:
    """How the names of files in a programming language end; .txt where that is not known."""
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415 - only where a file is saved
    from pygments.util import ClassNotFound  # noqa: PLC0415 - likewise

    try:
        names = get_lexer_by_name(language).filenames
    except ClassNotFound:
        return ".txt"
    endings = (name.removeprefix("*") for name in names if name.startswith("*."))
    return next((one for one in endings if one[1:].isalnum()), ".txt")


def _write(path: Path, code: str) -> Path:
    """Write a program.

    Raises:
        UserError: file.unwritable.
    """
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(code, "utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise UserError("file.unwritable", path=str(path), reason=reason) from error
    return path
