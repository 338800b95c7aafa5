"""Memory files in and out: import, stop, take back, export.

The one law: an import is there whole or not at all, and can be taken back later as one.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from agents.base import Progress
from agents.store.memory_imports import Batch
from agents.translation.importing import Exported, ExportRequest
from app import i18n
from app.i18n import _
from app.ui import figures
from app.ui.translation import memory_words as words
from app.ui.widgets.basic import button
from app.version import VERSION

if TYPE_CHECKING:
    from agents.translation.importing import Part
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.widgets.bars import Bars

SUFFIXES = (".tmx", ".jsonl")
_MOST = 12  # imports that the menu offers


class MemoryFiles(QObject):
    """The buttons, and what they do."""

    changed = Signal()  # pairs came or went

    def __init__(self, desk: Desk, pool: JobPool, bars: Bars, parent: QWidget) -> None:
        """Make the buttons; whoever arranges the page puts them somewhere."""
        super().__init__(parent)
        self._desk, self._pool, self._bars = desk, pool, bars
        self._window = parent
        self._import: Job | None = None
        self._waiting: list[Path] = []
        self._name = ""  # of the file that is read or written
        self._export: Job | None = None
        self.import_button = button(
            _("Import…"), self.choose, hint=_("Add the pairs of a TMX or JSONL file")
        )
        self.stop_button = button(_("Stop"), self.stop)
        self.export_button = button(_("Export…"), hint=_("Write a TMX file"))
        self.imports_button = button(_("Imports"), hint=_("Take an import back"))
        self.export_button.setMenu(self._export_menu())
        self._batches = QMenu(self.imports_button)
        self.imports_button.setMenu(self._batches)
        self._batches.aboutToShow.connect(self._fill_batches)
        self._show()

    # --- in ---

    @Slot()
    def choose(self) -> None:
        """Ask for files."""
        endings = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        names, _kind = QFileDialog.getOpenFileNames(
            self._window, _("Import a memory"), "", f"{_('Translation memories')} ({endings})"
        )
        self.bring([Path(name) for name in names])

    def bring(self, paths: list[Path]) -> None:
        """Import these one after the other."""
        self._waiting += paths
        self._next()

    @Slot()
    def stop(self) -> None:
        """Stop importing or writing; what was imported of the file is taken back."""
        self._waiting.clear()
        if self._import is not None:
            said = _("Stopped. What was imported of {file} is taken back…", file=self._name)
            self._bars.say("info", said, key="file", closable=False)
            self._import.cancel()
        if self._export is not None:
            self._export.cancel()

    def _next(self) -> None:
        if self._import is None and self._waiting:
            path = self._waiting.pop(0)
            self._name = path.name
            self._bars.say(
                "info", _("Importing {name}…", name=path.name), key="file", closable=False
            )
            self._import = self._pool.start(self._desk.memory_imports, path, interactive=True)
            self._import.event.connect(self._told)
            self._import.finished.connect(self._imported)
        self._show()

    @Slot(object)
    def _told(self, event: object) -> None:
        if isinstance(event, Progress):
            if self._import is not None and not self._import.cancelling:
                said = _(
                    "Importing {name}: {count} pairs",
                    name=self._name,
                    count=figures.number(event.done),
                )
                self._bars.say("info", said, key="file", closable=False)
        elif isinstance(event, Batch):
            self._bars.say(
                "warn" if event.skipped else "info",
                words.imported(event),
                [(_("Take it back"), partial(self.take_back, event))],
                key="file",
            )

    @Slot(object)
    def _imported(self, outcome: Outcome) -> None:
        self._import = None
        if outcome.error:
            self._bars.say("warn", i18n.explain(outcome.error), key="file")
        elif outcome.state != "done":
            said = _("{file} was not imported.", file=self._name)
            self._bars.say("info", said, key="file", seconds=12)
        self._next()
        self.changed.emit()

    # --- back ---

    @Slot()
    def _fill_batches(self) -> None:
        self._batches.clear()
        batches = self._desk.memories.imports.batches()[:_MOST]  # a few short rows
        for one in batches:
            self._batches.addAction(words.batch(one), partial(self._ask_to_take_back, one))
        if not batches:
            self._batches.addAction(_("There are no imports.")).setEnabled(False)

    def _ask_to_take_back(self, batch: Batch) -> None:
        self._bars.say(
            "warn",
            _(
                "Take back the {count} pairs of {file}? What you corrected of them stays.",
                count=figures.number(batch.added),
                file=batch.file,
            ),
            [(_("Take it back"), partial(self.take_back, batch)), (_("Keep them"), lambda: None)],
            key="file",
        )

    def take_back(self, batch: Batch) -> None:
        """Take an import back."""
        self._name = batch.file
        self._bars.say(
            "info", _("{file} is taken back…", file=batch.file), key="file", closable=False
        )
        call = self._pool.call(self._desk.memories.imports.undo, batch.id)
        call.finished.connect(self._taken_back)

    @Slot(object)
    def _taken_back(self, outcome: Outcome) -> None:
        self._bars.close_bar("file")
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="file")
        elif outcome.state == "done":
            said = _("{file} was taken back.", file=self._name)
            self._bars.say("info", said, key="file", seconds=12)
        self.changed.emit()

    # --- out ---

    def _export_menu(self) -> QMenu:
        menu = QMenu(self.export_button)
        for part, said in (
            ("human", _("Only what people confirmed…")),
            ("without_models", _("Without what models translated…")),
            ("all", _("Everything…")),
        ):
            menu.addAction(said, partial(self._choose_export, cast("Part", part)))
        return menu

    def _choose_export(self, part: Part) -> None:
        name, _kind = QFileDialog.getSaveFileName(
            self._window, _("Export the memory"), "memory.tmx", "TMX (*.tmx)"
        )
        if name:
            path = Path(name)
            self.write(path if path.suffix else path.with_suffix(".tmx"), part)

    def write(self, path: Path, part: Part) -> None:
        """Write the memory, or a part of it."""
        self._name = path.name
        self._bars.say("info", _("Writing {file}…", file=path.name), key="file", closable=False)
        request = ExportRequest(path, VERSION, part)
        self._export = self._pool.start(self._desk.memory_exports, request, interactive=True)
        self._export.finished.connect(self._written)
        self._show()

    @Slot(object)
    def _written(self, outcome: Outcome) -> None:
        self._export = None
        self._bars.close_bar("file")
        if outcome.error:
            self._bars.say("warn", i18n.explain(outcome.error), key="file")
        elif isinstance(outcome.value, Exported):
            said = _(
                "Written: {file}, {count} pairs",
                file=outcome.value.path.name,
                count=figures.number(outcome.value.pairs),
            )
            self._bars.say("info", said, key="file", seconds=12)
        self._show()

    def _show(self) -> None:
        busy = self._import is not None or self._export is not None
        self.import_button.setVisible(not busy)
        self.stop_button.setVisible(busy)
