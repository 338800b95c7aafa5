"""Two switches for work without a person: a watched folder, and the night.

The one law: what works by itself is in plain sight, with the switch beside it.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTime, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFileDialog, QTimeEdit, QVBoxLayout, QWidget

from agents.store.kept import WATCH
from agents.translation import choices
from app.i18n import _
from app.night import Hours, clock
from app.ui.keeping import Keeping
from app.ui.settings.rows import Section, fit
from app.ui.theme import mark
from app.ui.widgets.basic import ElidedLabel, IconButton, button, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.translation.events import DocumentRequest
    from app.build import Desk
    from app.jobs import JobPool
    from app.ui.theme import Theme
    from app.ui.translation.folders import Found
    from app.ui.translation.night import NightShift
    from app.ui.translation.watching import FolderWatch


class Unattended(QWidget):
    """The switches, each with a line that says how it stands."""

    options_asked = Signal()

    def __init__(
        self,
        watch: FolderWatch,
        night: NightShift,
        desk: Desk,
        pool: JobPool,
        theme: Theme,
        template: Callable[[Path], DocumentRequest],
    ) -> None:
        """Show both.

        Args:
            watch: looks at the folder.
            night: holds the queue.
            desk: where the folder is kept.
            pool: where that is done.
            theme: how it looks.
            template: what a document of that path would be translated with now.
        """
        super().__init__()
        self._watch, self._night, self._theme, self._template = watch, night, theme, template
        self._keeping = Keeping(desk, pool, WATCH, self)
        self.request: DocumentRequest | None = None  # what arrives is translated with
        self._panel: DocumentRequest | None = None  # what the panel said last
        self.watching = QCheckBox(_("Watch a folder"))
        self.folder = IconButton(theme, "folder", _("Folder to watch…"), self.choose_folder)
        self.said = ElidedLabel("", "small")
        self.nightly = QCheckBox(_("Work at night"))
        self.nightly.setToolTip(_("The queue waits for the night and pauses in the morning."))
        self.hours = IconButton(theme, "clock", _("Hours of the night…"), self.options_asked.emit)
        self.stands = ElidedLabel("", "small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(2), 0, 0, 0)
        layout.setSpacing(theme.px(2))
        layout.addWidget(row(self.watching, None, self.folder))
        layout.addWidget(self.said)
        layout.addWidget(row(self.nightly, None, self.hours))
        layout.addWidget(self.stands)
        self.where = button(_("Choose…"), self.choose_folder)
        self.into = button(_("Choose…"), self._choose_out)
        self._beside = IconButton(theme, "close", _("Beside the original"), self._set_beside)
        self.begin, self.end = QTimeEdit(), QTimeEdit()
        self.watching.toggled.connect(self._switch_watch)
        self.nightly.toggled.connect(lambda on: night.switch(on=on))
        watch.changed.connect(self._show)
        night.changed.connect(self._show)
        self._show()

    def section(self) -> Section:
        """The details, for the sheet of options."""
        section = Section(self._theme, _("Without you"))
        section.add(
            _("Folder to watch"),
            _("New and changed documents in it are translated by themselves."),
            self.where,
            wide=False,
        )
        section.add(
            _("Save what arrives into"),
            "",
            row(self.into, self._beside, gap=self._theme.px(4)),
            wide=False,
        )
        for name, edit in ((_("The night begins"), self.begin), (_("The night ends"), self.end)):
            edit.setDisplayFormat("HH:mm")
            fit(edit, self._theme)
            edit.lineEdit().setTextMargins(self._theme.px(7), 0, 0, 0)  # as in the settings
            edit.setKeyboardTracking(False)
            edit.timeChanged.connect(self._choose_hours)
            section.add(name, "", edit)
        return section

    def restored(self, stored: object) -> None:
        """Watch as before."""
        said = stored if isinstance(stored, dict) else {}
        folder, out = said.get("folder"), said.get("out")
        self.request = choices.read(said.get("request"))
        if isinstance(folder, str) and folder:
            self._watch.folder = Path(folder)
            self._watch.out = Path(out) if isinstance(out, str) and out else None
        if said.get("on") is True and self._watch.folder is not None and self.request is not None:
            self._watch.go_on(self._watch.folder, self._watch.out)
        self._show()

    def chosen_anew(self) -> None:
        """The options changed: what arrives from now on is translated with these.

        What the panel says first, when it is filled, is no change: after a crash it may be older
        than what is stored.
        """
        now = self._template(Path("-"))
        if now.engine == "model" and not now.model:
            return  # not known yet
        before, self._panel = self._panel, now
        if self._watch.on and self._watch.folder is not None and before not in (None, now):
            self.request = self._template(self._watch.folder / "-")
            self._store()

    def request_for(self, found: Found) -> DocumentRequest | None:
        """What a document that arrived is translated with; None before anything was chosen."""
        if self.request is None:
            return None
        out = self._watch.out
        folder = found.path.parent if out is None else out / found.below
        return dataclasses.replace(self.request, source=found.path, out_dir=folder)

    # --- the folder ---

    @Slot()
    def choose_folder(self) -> None:
        """Ask for the folder, and watch it."""
        before = str(self._watch.folder or "")
        name = QFileDialog.getExistingDirectory(self, _("Folder to watch"), before)
        if name:
            self._begin(Path(name), self._watch.out)
        else:
            self._show()

    @Slot(bool)
    def _switch_watch(self, on: bool) -> None:  # noqa: FBT001 - a slot
        if on == self._watch.on:
            return
        if not on:
            self._watch.stop()
            self._store()
        elif self._watch.folder is None:
            self.choose_folder()
        else:
            self._begin(self._watch.folder, self._watch.out)

    def _begin(self, folder: Path, out: Path | None) -> None:
        self.request = self._template(folder / "-")
        self._watch.watch(folder, out)
        self._store()

    def _choose_out(self) -> None:
        before = str(self._watch.out or "")
        name = QFileDialog.getExistingDirectory(self, _("Save what arrives into"), before)
        if name:
            self._set_out(Path(name))

    def _set_beside(self) -> None:
        self._set_out(None)

    def _set_out(self, out: Path | None) -> None:
        self._watch.out = out
        self._store()
        self._show()

    def _store(self) -> None:
        watch = self._watch
        self._keeping.put(
            {
                "on": watch.on,
                "folder": str(watch.folder or ""),
                "out": str(watch.out or ""),
                "request": choices.written(self.request) if self.request else None,
            }
        )

    # --- the night ---

    @Slot()
    def _choose_hours(self) -> None:
        begin, end = (edit.time() for edit in (self.begin, self.end))
        self._night.choose(
            Hours(begin.hour() * 60 + begin.minute(), end.hour() * 60 + end.minute())
        )

    # --- how it stands ---

    @Slot()
    def _show(self) -> None:
        watch, night = self._watch, self._night
        for box, on in ((self.watching, watch.on), (self.nightly, night.on)):
            if box.isChecked() != on:
                box.blockSignals(True)  # noqa: FBT003 - Qt's own
                box.setChecked(on)
                box.blockSignals(False)  # noqa: FBT003 - Qt's own
        folder = watch.folder
        self.said.setVisible(watch.on)
        if folder is not None:
            said = _("{folder} → beside each", folder=folder.name or str(folder))
            if watch.out is not None:
                said = f"{folder.name or folder} → {watch.out.name or watch.out}"
            if watch.gone:
                said = _("{folder} is not there now", folder=folder.name or str(folder))
            self.said.say(said)
            back = _("It goes on when the folder is back.") if watch.gone else ""
            self.said.setToolTip(f"{folder} → {watch.out or folder}\n{back}".strip())
        kind = "warn" if watch.on and watch.gone else "small"
        if self.said.property("kind") != kind:
            mark(self.said, kind=kind)
        _say_path(self.where, folder, _("Folder to watch"))
        _say_path(self.into, watch.out, _("Save what arrives into"), _("Beside the original"))
        self._beside.setVisible(watch.out is not None)
        self.stands.setVisible(night.on)
        span = f"{clock(night.hours.begin)}–{clock(night.hours.end)}"
        self.stands.say(
            _("Works now, until {time}", time=clock(night.hours.end))
            if night.time
            else _("Works from {span}", span=span)
        )
        for edit, minute in ((self.begin, night.hours.begin), (self.end, night.hours.end)):
            time = QTime(minute // 60, minute % 60)
            if edit.time() != time:
                edit.blockSignals(True)  # noqa: FBT003 - Qt's own
                edit.setTime(time)
                edit.blockSignals(False)  # noqa: FBT003 - Qt's own


def _say_path(shown: QWidget, path: Path | None, name: str, nothing: str = "") -> None:
    said = (path.name or str(path)) if path else nothing or _("Choose…")
    shown.setText(said)
    shown.setToolTip(str(path or ""))
    shown.setAccessibleName(f"{name}: {said}")
