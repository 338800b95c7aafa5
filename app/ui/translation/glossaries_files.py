"""Terms in and out: files, rows of a spreadsheet, and a report of each.

The one law: what was brought in is one step that can be taken back, and no row is lost unsaid.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from agents.translation import glossary_files, term_review
from agents.translation.glossary_files import Loaded
from agents.translation.receipt import write_whole
from app import i18n
from app.i18n import _
from app.ui.translation import glossaries_words as words
from app.ui.widgets.basic import button

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agents.store.glossaries import StoredTerm
    from agents.translation.term_review import TakenIn
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.translation.steps import Steps
    from app.ui.widgets.bars import Bars

SUFFIXES = (".csv", ".tsv", ".tbx")


class GlossaryFiles(QObject):
    """The buttons, and what they do."""

    def __init__(
        self, desk: Desk, pool: JobPool, bars: Bars, steps: Steps, parent: QWidget
    ) -> None:
        """Make the buttons; whoever arranges the page puts them somewhere."""
        super().__init__(parent)
        self._desk, self._pool, self._bars, self._steps = desk, pool, bars, steps
        self._window = parent
        self.name = ""  # of the glossary that is shown
        self.import_button = button(
            _("Import…"), self.choose, hint=_("Add the terms of a CSV or TBX")
        )
        self.export_button = button(_("Export…"), self._choose_export, hint=_("Write a CSV or TBX"))

    @Slot()
    def choose(self) -> None:
        """Ask for files."""
        endings = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        names, _kind = QFileDialog.getOpenFileNames(
            self._window, _("Import terms"), "", f"{_('Glossaries')} ({endings} *.xml *.txt)"
        )
        self.bring([Path(name) for name in names])

    def bring(self, paths: list[Path]) -> None:
        """Add the terms of files."""
        for path in paths:
            self._take(self.name or path.stem, lambda path=path: glossary_files.load(path))

    @Slot(str)
    def paste(self, rows: str) -> None:
        """Add rows that were copied from a spreadsheet."""
        if self.name and rows.strip():
            name = _("The clipboard")
            self._take(self.name, lambda: glossary_files.pasted(rows, name))

    def take(self, terms: Sequence[StoredTerm]) -> None:
        """Add these."""
        self._take(self.name, lambda: Loaded(tuple(terms)))

    def _take(self, name: str, load: Callable[[], Loaded]) -> None:
        self._steps.do(
            lambda: term_review.take_in(self._desk.glossaries, name, load()), self._taken
        )

    def _taken(self, made: TakenIn) -> None:
        self._bars.close_bar("step")
        details = words.details(made)
        self._bars.say(
            "warn" if details else "info",
            words.taken_in(made) + (f"\n{details}" if details else ""),
            [(_("Undo"), self._steps.undo)] if made.change.after else [],
            key="taken",
        )

    @Slot()
    def _choose_export(self) -> None:
        name, kind = QFileDialog.getSaveFileName(
            self._window, _("Export the glossary"), f"{self.name}.csv", "CSV (*.csv);;TBX (*.tbx)"
        )
        if name:
            path = Path(name)
            if not path.suffix:
                path = path.with_suffix(".tbx" if "tbx" in kind else ".csv")
            self.write(path)

    def write(self, path: Path) -> None:
        """Write the glossary that is shown."""
        self._pool.call(_write, self._desk, self.name, path).finished.connect(self._written)

    @Slot(object)
    def _written(self, outcome: Outcome) -> None:
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="export")
        elif outcome.state == "done":
            said = _("Written: {file}", file=outcome.value)
            self._bars.say("info", said, key="export", seconds=12)


def _write(desk: Desk, name: str, path: Path) -> str:
    write_whole(path, glossary_files.dump(desk.glossaries.terms(name), path.suffix))
    return path.name
