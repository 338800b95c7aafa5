"""The offline kit on the Models page: models into a folder, and from a folder onto the shelf.

The one law: a kit is shown before anything of it is taken in: what it holds, how large that is,
and under which licences.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFileDialog, QFrame, QVBoxLayout, QWidget

from agents.base import Notice
from agents.engine import kit_file, kit_import
from agents.engine.kit_events import KitDone, KitFault, KitImport, KitVerify
from app import i18n
from app.i18n import _
from app.kit_extras import ENDINGS, Pack, Packer
from app.kit_words import fault
from app.ui import figures
from app.ui.models.kit_progress import KitProgress
from app.ui.models.licence_links import LicenceLinks
from app.ui.switch import Switch
from app.ui.widgets.bars import Bars
from app.ui.widgets.basic import ElidedLabel, IconButton, button, row, text
from app.ui.widgets.fitting_stack import FittingStack

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agents.engine.catalog import Licence
    from agents.engine.kit_file import KitModel
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.models.card import Shown
    from app.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class Found:
    """A kit as it is shown."""

    folder: Path
    models: tuple[KitModel, ...]
    here: frozenset[str]  # ids of models that are on this machine
    licences: tuple[Licence, ...]  # that are not accepted yet


class KitPanel(QFrame):
    """A card that is shown when it is wanted."""

    came = Signal()  # models were taken in

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Arrange the card; it is hidden."""
        super().__init__()
        self._desk, self._pool, self._theme = desk, pool, theme
        self._job: Job | None = None
        self._request: Pack | KitVerify | KitImport | None = None
        self._found: Found | None = None
        self._known: tuple[tuple[str, str, int], ...] = ()
        self.setProperty("kind", "card")
        self.setAccessibleName(_("Offline kit"))
        self.way = Switch(
            _("Offline kit"), [("out", _("From this machine")), ("in", _("To this machine"))]
        )
        self.way.chosen.connect(self._turn)
        self._out = _Choices(theme)
        self._out.changed.connect(self._show_total)
        self._installers: tuple[Path, ...] = ()
        self.installer = button(_("Add an installer…"), self._choose_installers)
        self._going_along = ElidedLabel("", "small", fills=False)
        self._total = text("", "small", wrap=True)
        self.export = button(_("Choose a folder and export…"), self._choose_target, "primary")
        self._in = _Choices(theme)
        self._in.changed.connect(self._show_found)
        self._folder = ElidedLabel("", "small", Qt.TextElideMode.ElideMiddle)
        self._licences = text("", "small", wrap=True)
        self._links = LicenceLinks(theme)
        self.choose = button(_("Choose the folder of a kit…"), self._choose_kit)
        self.check = button(_("Check the files"), self._verify)
        self.take = button(_("Import"), self._import, "primary")
        self.progress = KitProgress(theme)
        self.progress.stop.connect(self._stop)
        self.bars = Bars(theme)
        self._pages = FittingStack()
        self._pages.add(self._export_view())
        self._pages.add(self._import_view())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(16), theme.px(12), theme.px(12), theme.px(12))
        layout.setSpacing(theme.space("s"))
        close = IconButton(theme, "close", _("Close the offline kit"), self.hide)
        layout.addWidget(row(text(_("Offline kit"), "strong"), None, close))
        layout.addWidget(row(self.way, None))
        layout.addWidget(self._pages)
        layout.addWidget(self.progress)
        layout.addWidget(self.bars)
        self._show_found()
        self._turn("out")
        self.hide()

    def toggle(self) -> None:
        """Show the card, or hide it."""
        self.setVisible(self.isHidden())

    def offer(self, models: Iterable[Shown]) -> None:
        """Offer the models of this machine for export."""
        offered = tuple(
            (one.entry.id, one.entry.name, one.installed.size)
            for one in models
            if one.installed and one.installed.where != "embedded"
        )
        if offered != self._known:
            self._known = offered
            self._out.show_choices([(*one, "", True) for one in offered])
        self._show_total()

    def show_kit(self, folder: Path) -> None:
        """Show what a kit holds."""
        self.show()
        self.way.choose("in")
        self._pool.call(_read, self._desk, folder).finished.connect(self._read)

    # --- from this machine ---

    @Slot()
    def _show_total(self) -> None:
        size = self._out.size
        words = _("{size} will be copied.", size=figures.size(size)) if size else ""
        if not self._known and not self._installers:
            words = _("There is no model to export yet. Download or import one first.")
        self._total.setText(words)
        self._total.setVisible(bool(words))
        some = bool(self._out.chosen or self._installers)
        self.export.setEnabled(some and self._job is None)

    @Slot()
    def _choose_installers(self) -> None:
        endings = " ".join(f"*{ending}" for ending in ENDINGS)
        words = _("Installers of MoA Desk ({endings})", endings=endings)
        files, _kind = QFileDialog.getOpenFileNames(self, _("Add an installer…"), "", words)
        if files:
            self._installers = tuple(Path(name) for name in files)
            self._going_along.say(", ".join(path.name for path in self._installers))
            self._show_total()

    @Slot()
    def _choose_target(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, _("Folder or stick for the kit"))
        if folder:
            self._start(Pack(Path(folder), tuple(self._out.chosen), self._installers))

    # --- to this machine ---

    @Slot()
    def _choose_kit(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, _("Folder of the kit"))
        if folder:
            self.show_kit(Path(folder))

    @Slot(object)
    def _read(self, outcome: Outcome) -> None:
        self.bars.clear()
        if outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="kit")
        if outcome.state == "done":
            self._offer_found(outcome.value)
        self._show_found()

    def _offer_found(self, found: Found) -> None:
        """What is not here yet is ticked."""
        self._found = found
        here = found.here
        self._in.show_choices(
            [
                (
                    one.id,
                    one.name,
                    one.size,
                    _("here already") if one.id in here else "",
                    one.id not in here,
                )
                for one in found.models
            ]
        )

    @Slot()
    def _show_found(self) -> None:
        found = self._found
        for part in (self._folder, self._in, self.check, self.take):
            part.setVisible(found is not None)
        licences = found.licences if found else ()
        self._licences.setVisible(bool(licences))
        self._links.show_licences(licences)
        if found is None:
            return
        self._folder.say(str(found.folder))
        conditions = [one.condition for one in licences]
        self._licences.setText("\n".join(i18n.explain(one) for one in conditions if one))
        self.take.setText(_("Accept and import") if licences else _("Import"))
        self.take.setAccessibleName(self.take.text())
        self.take.setEnabled(bool(self._in.chosen) and self._job is None)
        self.check.setEnabled(self._job is None)

    @Slot()
    def _verify(self) -> None:
        if self._found is not None:
            self._start(KitVerify(self._found.folder))

    @Slot()
    def _import(self) -> None:
        if self._found is not None:
            request = KitImport(self._found.folder, tuple(self._in.chosen), licences_accepted=True)
            self._start(request)

    # --- what runs ---

    def _start(self, request: Pack | KitVerify | KitImport) -> None:
        if self._job is not None:
            return
        self.bars.clear()
        kit = self._desk.kit
        self._job = self._pool.start(Packer(kit) if isinstance(request, Pack) else kit, request)
        self._request = request
        self.progress.follow(self._job)
        self._job.event.connect(self._happened)
        self._job.finished.connect(self._ended)
        self._show_total()
        self._show_found()

    @Slot(object)
    def _happened(self, event: object) -> None:
        if isinstance(event, Notice):
            self.bars.say("info", i18n.explain(event))
        elif isinstance(event, KitFault):
            self.bars.say("error", fault(event))
        elif isinstance(event, KitDone):
            self._tell(event)

    def _tell(self, done: KitDone) -> None:
        count, size = len(done.models), figures.size(done.size)
        if isinstance(self._request, Pack):
            words = _("{count} models ({size}) are in {folder} now.", count=count, size=size,
                      folder=done.folder)  # fmt: skip
        elif isinstance(self._request, KitImport):
            words = _("{count} models ({size}) were taken in.", count=count, size=size)
        else:
            words = _("{count} models ({size}) are whole.", count=count, size=size)
        if done.already:
            words = f"{words} {_('{count} were there already.', count=len(done.already))}"
        self.bars.say("warn" if done.faults else "info", words, key="done")

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        self._job = None
        if outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="kit")
        elif outcome.state == "cancelled":
            words = _("Stopped. Models that were finished stay; nothing is half there.")
            self.bars.say("info", words, key="kit")
        self._show_total()
        self._show_found()
        self.came.emit()
        if self._found is not None and self.way.value == "in":
            again = self._pool.call(_read, self._desk, self._found.folder)
            again.finished.connect(self._read_again)

    @Slot(object)
    def _read_again(self, outcome: Outcome) -> None:
        """What is here now, with the words about what was done left standing."""
        if outcome.state == "done":
            self._offer_found(outcome.value)
            self._show_found()

    @Slot()
    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()

    # --- layout ---

    @Slot(str)
    def _turn(self, way: str) -> None:
        self._pages.show_page(int(way == "in"))

    def _export_view(self) -> QWidget:
        words = _(
            "Copies models with their digests into a folder or onto a USB stick. On the other"
            " machine choose “To this machine”."
        )
        along = row(self.installer, self._going_along, None)
        return self._view(text(words, "small", wrap=True), self._out, along, self._total,
                          row(self.export, None))  # fmt: skip

    def _import_view(self) -> QWidget:
        return self._view(
            row(self.choose, None),
            self._folder,
            self._in,
            self._licences,
            self._links,
            row(self.take, self.check, None),
        )

    def _view(self, *parts: QWidget) -> QWidget:
        made = QWidget()
        layout = QVBoxLayout(made)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(self._theme.space("s"))
        for part in parts:
            layout.addWidget(part)
        return made


class _Choices(QWidget):
    """Models with a box each."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._boxes: dict[str, tuple[QCheckBox, int]] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(theme.space("xs"))

    def show_choices(self, choices: Sequence[tuple[str, str, int, str, bool]]) -> None:
        """Offer (id, name, bytes, remark, whether it is ticked)."""
        for box, _size in self._boxes.values():
            box.deleteLater()
        self._boxes = {}
        for model_id, name, size, remark, ticked in choices:
            box = QCheckBox(figures.joined(name, figures.size(size), remark))
            box.setAccessibleName(box.text())
            box.setChecked(ticked)
            box.toggled.connect(self.changed)
            self._boxes[model_id] = (box, size)
            self._layout.addWidget(box)

    @property
    def chosen(self) -> list[str]:
        """Ids of what is ticked."""
        return [name for name, (box, _size) in self._boxes.items() if box.isChecked()]

    @property
    def size(self) -> int:
        """Bytes of what is ticked."""
        return sum(size for box, size in self._boxes.values() if box.isChecked())


def _read(desk: Desk, folder: Path) -> Found:
    kit = kit_file.read(folder)
    here = frozenset(one.id for one in kit.models if desk.shelf.get(one.id))
    new = tuple(one for one in kit.models if one.id not in here)
    return Found(folder, kit.models, here, kit_import.licences(desk.shelf, new))
