"""Exports the draft that is shown, and says what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from app import i18n
from app.i18n import _
from app.ui.scholar import kept
from app.ui.scholar.export_dialog import ExportDialog

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from agents.scholar.export import Form
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme
    from app.ui.widgets.bars import Bars


class Exporter(QObject):
    """Asks how, writes, tells."""

    def __init__(
        self, desk: Desk, pool: JobPool, theme: Theme, bars: Bars, parent: QWidget
    ) -> None:
        """Keep where it is told."""
        super().__init__(parent)
        self._desk, self._pool, self._bars = desk, pool, bars
        self._draft = 0
        self.dialog = ExportDialog(desk, pool, theme, parent)
        self.dialog.chosen.connect(self._chosen)

    def ask(self, draft: int) -> None:
        """Ask how a draft is to be written out."""
        self._draft = draft
        self.dialog.open_for(draft)

    def write(self, draft: int, path: Path, form: Form | None = None) -> None:
        """Write a draft, what it cites, and its report."""
        job = self._pool.call(kept.write_out, self._desk, draft, path, form)
        job.finished.connect(self._exported)

    @Slot(object, object)
    def _chosen(self, path: Path, form: Form) -> None:
        self.write(self._draft, path, form)

    @Slot(object)
    def _exported(self, outcome: Outcome) -> None:
        if outcome.error:
            self._bars.say("error", i18n.explain(outcome.error), key="export")
        elif outcome.state == "done":
            path: Path = outcome.value[0]
            beside = any(file.suffix == ".bib" for file in outcome.value)
            folder = QUrl.fromLocalFile(str(path.parent))
            said = (
                _("Written: {name}, with its .bib and report beside it.", name=path.name)
                if beside
                else _("Written: {name}, with its report beside it.", name=path.name)
            )
            self._bars.say(
                "info",
                said,
                [(_("Show the folder"), lambda: QDesktopServices.openUrl(folder))],
                key="export",
            )
