"""Keeps personas and commands: writes, copies, deletes, brings and gives away; all can be undone.

The one law: nothing is read or written on the GUI thread.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from app import i18n, prompt_files
from app.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.store.prompts import Prompt
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.widgets.bars import Bars

UNDO_SECONDS = 12.0
_KINDS = "JSON (*.json)"


class PromptKeeping(QObject):
    """Does what the sheet asks for; `changed` when something was stored."""

    changed = Signal()
    saved = Signal(object)  # Prompt, as it was stored

    def __init__(self, desk: Desk, pool: JobPool, bars: Bars, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._pool, self._bars, self._window = desk, pool, bars, window

    def save(self, before: Prompt | None, prompt: Prompt) -> None:
        """Store a new or changed one; `before` is what it was."""
        kept = self._desk.prompts
        if not prompt.id:
            self._do(lambda: kept.add(prompt.kind, prompt.name, prompt.text), self._stored)
            return

        def undo() -> None:
            if before is not None:
                self._do(lambda: kept.change(before), self._stored)

        self._do(lambda: kept.change(prompt), self._stored)
        self._offer_undo(_("“{name}” was saved.", name=prompt.name), undo)

    def duplicate(self, prompt: Prompt) -> None:
        """Store a copy."""
        kept = self._desk.prompts
        self._do(lambda: kept.add(prompt.kind, prompt.name, prompt.text), self._stored)

    def delete(self, prompt: Prompt) -> None:
        """Delete one; as long as the bar stands it can be taken back, where it answered too."""
        kept = self._desk.prompts

        def deleted(used: object) -> None:
            self._offer_undo(
                _("“{name}” was deleted.", name=prompt.name),
                lambda: self._do(lambda: kept.restore(prompt, used), lambda _none: None),  # type: ignore[arg-type]
            )

        self._do(lambda: kept.delete(prompt.id), deleted)

    @Slot()
    def choose_import(self) -> None:
        """Ask which file to bring."""
        name, _kind = QFileDialog.getOpenFileName(
            self._window, _("Import personas and commands"), "", _KINDS
        )
        if name:
            self.bring(Path(name))

    @Slot()
    def choose_export(self) -> None:
        """Ask where to write."""
        name, _kind = QFileDialog.getSaveFileName(
            self._window, _("Export personas and commands"), "moadesk-prompts.json", _KINDS
        )
        if name:
            path = Path(name)
            self.write(path if path.suffix else path.with_suffix(".json"))

    def bring(self, path: Path) -> None:
        """Keep what is in a file and not here yet."""

        def told(count: object) -> None:
            self._say(_("{count} added", count=count))

        self._do(lambda: prompt_files.read(path, self._desk.prompts), told)

    def write(self, path: Path) -> None:
        """Write all to a file."""
        kept = self._desk.prompts

        def told(count: object) -> None:
            self._say(_("{count} written to {path}", count=count, path=path))

        self._do(
            lambda: prompt_files.write((*kept.list("persona"), *kept.list("command")), path), told
        )

    def _stored(self, prompt: object) -> None:
        self.saved.emit(prompt)

    def _offer_undo(self, words: str, undo: Callable[[], object]) -> None:
        self._bars.say("info", words, [(_("Undo"), undo)], key="prompt", seconds=UNDO_SECONDS)

    def _say(self, words: str) -> None:
        self._bars.say("info", words, key="prompt", seconds=UNDO_SECONDS)

    def _do(self, work: Callable[[], object], told: Callable[[object], object]) -> None:
        def ended(outcome: Outcome) -> None:
            if outcome.error is not None:
                self._bars.say("error", i18n.explain(outcome.error), key="prompt")
            elif outcome.state == "done":
                told(outcome.value)
                self.changed.emit()

        self._pool.call(work).finished.connect(ended)
