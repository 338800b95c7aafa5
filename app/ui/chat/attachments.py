"""The files beside a question: chosen, dropped or pasted, read at once in the background.

The one law: a file is read on a worker from the moment it is given; taking it away ends that, and
what cannot be read is a sentence in its place.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from agents.base import Progress
from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui.chat.layout import WIDEST
from app.ui.theme import mark
from app.ui.widgets.basic import ElidedLabel, IconButton, button, text
from app.ui.widgets.flow import Flow
from app.ui.widgets.ring import Ring
from app.ui.widgets.yielding import as_high_as_needed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.store.files import StoredFile
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme

_WIDEST = 260  # pixels of a name


@dataclass(slots=True)
class _Given:
    """One file that is to go with the next question."""

    path: Path
    chip: _Chip
    job: Job | None = None
    file: StoredFile | None = None
    read: bool = False
    failed: bool = False
    trouble: str = ""  # why it cannot be read


class Attachments(QWidget):
    """Files of the next question, and those that the conversation knows already."""

    changed = Signal()  # something was given, taken away, read or found wrong

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        super().__init__()
        self._desk, self._pool, self._theme = desk, pool, theme
        self._given: list[_Given] = []
        self._folder = ""
        self._look = Latest(pool, self._looked, self)
        self._known = ElidedLabel("", "small")
        self._known.hide()
        self._chips = QWidget()
        self._flow = Flow(theme.px(6))
        self._chips.setLayout(self._flow)
        self._chips.hide()
        self._trouble = text("", "warn", wrap=True)
        self._trouble.hide()
        self._parts = (self._known, self._chips, self._trouble)
        middle = QWidget()
        middle.setMaximumWidth(theme.px(WIDEST))
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        for part in self._parts:
            layout.addWidget(part)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(theme.px(40), theme.px(8), theme.px(40), 0)
        outer.addStretch(1)
        outer.addWidget(middle, WIDEST)
        outer.addStretch(1)
        for part in (self, middle, self._chips):
            part.setSizePolicy(as_high_as_needed())
        self.hide()
        self.button = button("", self.choose, "faint", hint=_("Attach files (or drop them here)"))
        self.button.setAccessibleName(_("Attach files"))
        theme.changed.connect(self._tint)
        self._tint()

    @property
    def files(self) -> tuple[int, ...]:
        """The files that go with the next question; what could not be read does not."""
        return tuple(one.file.id for one in self._given if one.file and not one.failed)

    @property
    def names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(one.path.name for one in self._given if not one.failed)

    @property
    def waiting(self) -> bool:
        """Whether a file has no number yet, so that a question cannot go with it."""
        return any(one.file is None and not one.failed for one in self._given)

    @property
    def failed(self) -> bool:
        """Whether one of them cannot be read."""
        return any(one.failed for one in self._given)

    @property
    def trouble(self) -> str:
        """What is wrong with the files that cannot be read, a line each."""
        return self._trouble.text()

    def accepts(self, path: Path) -> bool:
        """Whether a dropped file can be asked about."""
        return path.is_file() and self._desk.file_reader.takes(path)

    @Slot()
    def choose(self) -> None:
        """Let the user choose files."""
        names, _kind = QFileDialog.getOpenFileNames(self, _("Attach files"), self._folder)
        self.give([Path(name) for name in names])

    def give(self, paths: Sequence[Path]) -> None:
        """Read files, for the next question."""
        if not paths:
            return
        for path in paths:
            self._folder = str(path.parent)
            known = next((one for one in self._given if one.path == path), None)
            if known is not None and not known.failed:
                continue
            if known is not None:  # perhaps it can be read now
                self._take_away(known)
            one = _Given(path, _Chip(self._theme, path))
            one.chip.away.clicked.connect(partial(self._take_away, one))
            self._given.append(one)
            self._flow.addWidget(one.chip)
            # At once: reading may have to wait for documents that are being translated.
            one.job = self._pool.call(self._desk.file_reader.known, path)
            one.job.finished.connect(partial(self._known_now, one))
        self._show()

    def take(self) -> tuple[StoredFile, ...]:
        """The files of the question that is sent now; the next one begins without any."""
        files = tuple(one.file for one in self._given if one.file and not one.failed)
        for one in self._given:
            self._forget(one)
        self._given = []
        self._show()
        return files

    def drop_all(self) -> None:
        """Take everything away that was given for a question that is not sent."""
        for one in list(self._given):
            self._take_away(one)

    def show_conversation(self, conversation: int) -> None:
        """Say which files a conversation knows."""
        self._known.hide()
        self._fit()
        if conversation:
            self._look.ask(self._read, conversation)
        else:
            self._look.drop()

    def watch(self, edit: QWidget) -> None:
        """Take files that are pasted into a text field."""
        edit.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A paste of files gives them; everything else is the field's."""
        pasted = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if pasted and event.matches(QKeySequence.StandardKey.Paste):
            held = QGuiApplication.clipboard().mimeData()
            urls = [] if held is None else [url for url in held.urls() if url.isLocalFile()]
            if urls:
                self.give([Path(url.toLocalFile()) for url in urls])
                return True
        return super().eventFilter(watched, event)

    def closing(self) -> None:
        """End what is being read; it waits for the next who asks."""
        for one in self._given:
            if one.job is not None:
                one.job.cancel()

    def save_state(self) -> list[str]:
        """Where the files are that were given and not sent."""
        return [str(one.path) for one in self._given if not one.failed]

    def restore_state(self, paths: Sequence[object]) -> None:
        """Give them again; those that are gone are left out."""
        self.give([Path(path) for path in paths if isinstance(path, str) and Path(path).is_file()])

    # --- reading ---

    def _known_now(self, one: _Given, outcome: Outcome) -> None:
        """The file has a number, so that a question can go with it; now it is read."""
        from agents.chat.files.events import FileRequest  # noqa: PLC0415 - with the first file

        if outcome.state != "done":
            self._finished(one, outcome)
            return
        one.file = outcome.value
        one.job = self._pool.start(self._desk.file_reader, FileRequest(one.path))
        one.job.event.connect(partial(self._happened, one))
        one.job.finished.connect(partial(self._finished, one))
        self.changed.emit()

    def _happened(self, one: _Given, event: object) -> None:
        from agents.chat.files.events import FileRead  # noqa: PLC0415 - likewise

        if isinstance(event, FileRead):
            one.file, one.read = event.file, True
            one.chip.say(_about(event.file), busy=False)
            self.changed.emit()
        elif isinstance(event, Progress) and not one.read and event.total:
            one.chip.say(_("{share} %", share=100 * event.done // event.total), busy=True)
        elif isinstance(event, Progress) and one.file is not None and event.total:
            share = _("{share} % searchable by meaning", share=100 * event.done // event.total)
            one.chip.setToolTip(f"{one.path}\n{share}")

    def _finished(self, one: _Given, outcome: Outcome) -> None:
        one.job = None
        if outcome.state == "failed":
            one.failed = True
            one.trouble = i18n.explain(outcome.error) if outcome.error is not None else ""
            one.chip.fail()
        self._show()

    def _take_away(self, one: _Given) -> None:
        if one not in self._given:
            return
        self._given.remove(one)
        if one.job is not None:
            one.job.cancel()
        if one.file is not None:
            self._pool.call(self._desk.files.drop_loose, [one.file.id])
        self._forget(one)
        self._show()

    def _forget(self, one: _Given) -> None:
        """Take its chip away; what is still being read or embedded goes on."""
        if one.job is not None:
            if one.file is not None:
                one.job.event.disconnect()
            one.job.finished.disconnect()
        self._flow.removeWidget(one.chip)
        one.chip.hide()
        one.chip.deleteLater()

    def _read(self, conversation: int) -> tuple[StoredFile, ...]:
        return self._desk.files.get(self._desk.files.of_conversation(conversation))

    @Slot(object)
    def _looked(self, outcome: Outcome) -> None:
        files: tuple[StoredFile, ...] = outcome.value if outcome.state == "done" else ()
        names = ", ".join(one.name for one in files)
        self._known.say(_("In this conversation: {names}", names=names))
        self._known.setVisible(bool(files))
        self._fit()

    def _show(self) -> None:
        self._chips.setVisible(bool(self._given))
        names = Counter(one.path.name for one in self._given)
        for one in self._given:
            one.chip.call(apart=names[one.path.name] > 1)
        troubles = dict.fromkeys(one.trouble for one in self._given if one.trouble)
        self._trouble.setText("\n".join(troubles))
        self._trouble.setVisible(bool(troubles))
        self._flow.invalidate()
        self._fit()
        self.changed.emit()

    def _fit(self) -> None:
        """Take no room where there is nothing to show."""
        self.setVisible(any(not part.isHidden() for part in self._parts))
        self.updateGeometry()

    @Slot()
    def _tint(self) -> None:
        self.button.setIcon(self._theme.icon("clip"))
        self.button.setIconSize(QSize(self._theme.px(18), self._theme.px(18)))


class _Chip(QFrame):
    """One file: its name, how far it is read, and a cross."""

    def __init__(self, theme: Theme, path: Path) -> None:
        super().__init__()
        self._path = path
        self.setProperty("kind", "card")
        self.setToolTip(str(path))
        self._name = ElidedLabel(path.name, "", fills=False)
        self._name.setMaximumWidth(theme.px(_WIDEST))
        self._state = text("", "small")
        self._ring = Ring(theme, 12)
        self.away = IconButton(theme, "close", _("Take {name} away", name=path.name))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(8), theme.px(1), theme.px(2), theme.px(1))
        layout.setSpacing(theme.px(6))
        for part in (self._ring, self._name, self._state, self.away):
            layout.addWidget(part)
        self.say(_("Reading"), busy=True)

    @property
    def state(self) -> str:
        """How far it is."""
        return self._state.text()

    def call(self, *, apart: bool) -> None:
        """Say which file it is; `apart` where another has the same name."""
        path = self._path
        self._name.say(f"{path.parent.name}/{path.name}" if apart else path.name)
        self._tell()

    def say(self, state: str, *, busy: bool) -> None:
        """Say how far it is."""
        self._state.setText(state)
        self._state.setVisible(bool(state))
        self._ring.setVisible(busy)
        self._tell()
        self.updateGeometry()

    def _tell(self) -> None:
        self.setAccessibleName(f"{self._name.whole} {self.state}".strip())

    def fail(self) -> None:
        """It cannot be read."""
        self.say(_("Cannot be read"), busy=False)
        mark(self._state, kind="warn")


def _about(file: StoredFile) -> str:
    """How large a file is, in what one reads."""
    if file.pages > 1:
        return _("{count} pages", count=file.pages)
    return ""
