"""Conversations out of the window into files, and back.

The one law: it asks for a name and says what became of it; what was taken in can be undone.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from app import i18n
from app.exported import words
from app.i18n import _

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.build import Desk
    from app.jobs import Outcome
    from app.ui.chat.keeping import Keeping
    from app.ui.widgets.bars import Bars

UNDO_SECONDS = 12.0
_NAME = 60  # letters of a title in the name of a file
_UNFIT = '<>:"/\\|?*'  # what Windows allows in no name


class Exchanging(QObject):
    """Exports and imports for the list of conversations."""

    def __init__(self, desk: Desk, keeping: Keeping, bars: Bars, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._keeping, self._bars, self._window = desk, keeping, bars, parent
        keeping.side.exported.connect(self.export)
        keeping.side.imported.connect(self.bring)

    @Slot(int)
    def export(self, conversation: int) -> None:
        """Ask where a conversation goes, or all for 0, and write it there."""
        title = self._keeping.side.title(conversation) if conversation else _("Conversations")
        kinds = {
            _("Markdown (*.md)"): ".md",
            _("JSON, to be imported again (*.json)"): ".json",
            _("Web page (*.html)"): ".html",
            _("Word document (*.docx)"): ".docx",
        }
        order = (
            list(kinds) if conversation else [list(kinds)[1], *list(kinds)[:1], *list(kinds)[2:]]
        )
        path, kind = QFileDialog.getSaveFileName(
            self._window, _("Export"), file_name(title) + kinds[order[0]], ";;".join(order)
        )
        if path:
            offered = kinds[order[0]]
            self.write(meant(Path(path), offered, kinds.get(kind, offered)), conversation)

    def write(self, path: Path, conversation: int) -> None:
        """Write a conversation, or all for 0."""
        wanted = (conversation,) if conversation else ()
        said = words(self._desk.settings.language)
        job = self._keeping.call(self._desk.exchange.write, path, wanted, said)
        job.finished.connect(lambda outcome: self._written(path, outcome))

    @Slot()
    def bring(self) -> None:
        """Ask for a file and take its conversations in."""
        path, _kind = QFileDialog.getOpenFileName(
            self._window, _("Import conversations"), "", _("Exported conversations (*.json)")
        )
        if path:
            self.read(Path(path))

    def read(self, path: Path) -> None:
        """Take the conversations of a file in; what is deleted just now may be among them."""
        self._keeping.after_deleting(lambda: self._read(path))

    def _read(self, path: Path) -> None:
        self._keeping.call(self._desk.exchange.read, path).finished.connect(self._brought)

    def _written(self, path: Path, outcome: Outcome) -> None:
        if outcome.error is not None:
            self._bars.say("error", i18n.explain(outcome.error), key="exchange")
        elif outcome.state == "done":
            folder = QUrl.fromLocalFile(str(path.parent))
            self._bars.say(
                "info",
                _("Written: {name}.", name=path.name),
                [(_("Show the folder"), lambda: QDesktopServices.openUrl(folder))],
                key="exchange",
                seconds=UNDO_SECONDS,
            )

    @Slot(object)
    def _brought(self, outcome: Outcome) -> None:
        if outcome.error is not None:
            self._bars.say("error", i18n.explain(outcome.error), key="exchange")
        if outcome.state != "done":
            return
        made = outcome.value
        self._keeping.side.reload()
        said = _(
            "{added} conversations added, {known} were already there",
            added=len(made.added),
            known=made.known,
        )
        undo = [(_("Undo"), lambda: self._keeping.remove(made.added))] if made.added else []
        self._bars.say("info", said, undo, key="exchange", seconds=UNDO_SECONDS)


def meant(path: Path, offered: str, kind: str) -> Path:
    """Where to write what was chosen in a dialog that does not put endings right.

    An ending that was typed holds. Where it is the one that was offered, or none of ours, the
    kind that was chosen says it; such a name nobody has been asked about, so nothing of that name
    is written over.

    Args:
        path: as the dialog gave it.
        offered: the ending of the name that was offered.
        kind: the ending of the kind that was chosen.
    """
    from agents.chat.exchange.files import SUFFIXES  # noqa: PLC0415 - start-up time

    ours = path.suffix.lower() in SUFFIXES
    if ours and (path.suffix.lower() != offered or kind == offered):
        return path
    name = path.stem if ours else path.name
    made, number = path.with_name(name + kind), 2
    while made.exists():
        made, number = path.with_name(f"{name} ({number}){kind}"), number + 1
    return made


def file_name(title: str) -> str:
    """A title as the name of a file on any system, without a suffix."""
    fit = "".join(" " if letter in _UNFIT or ord(letter) < 32 else letter for letter in title)
    return " ".join(fit.split())[:_NAME].strip(" .") or "chat"
