"""The line of downloads as a card: what runs, what waits, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QProgressBar, QVBoxLayout, QWidget

from app.i18n import _
from app.ui import figures
from app.ui.widgets.basic import ElidedLabel, IconButton, button, row, text

if TYPE_CHECKING:
    from app.ui.models.downloads import Downloads, Waiting
    from app.ui.theme import Theme


class QueueCard(QFrame):
    """Shows a line of downloads; nothing where there is none."""

    def __init__(self, theme: Theme, downloads: Downloads, parent: QWidget | None = None) -> None:
        """Follow the line."""
        super().__init__(parent)
        self._theme, self._downloads = theme, downloads
        self._rows: dict[str, _Row] = {}
        self._order: list[str] = []
        self.setProperty("kind", "card")
        self.setAccessibleName(_("Downloads"))
        self._total = text("", "small")
        self._pause = button(_("Pause all"), downloads.pause_all)
        self._resume = button(_("Go on with all"), downloads.resume_all)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(16), theme.px(12), theme.px(12), theme.px(12))
        layout.setSpacing(theme.space("xs"))
        layout.addWidget(
            row(text(_("Downloads"), "strong"), self._total, None, self._resume, self._pause)
        )
        self._lines = QVBoxLayout()
        self._lines.setSpacing(theme.space("xs"))
        layout.addLayout(self._lines)
        downloads.changed.connect(self._show)
        downloads.progressed.connect(self._show_figures)
        self._show()

    @Slot()
    def _show(self) -> None:
        line = self._downloads.line
        order = [one.id for one in line]
        for gone in set(self._rows) - set(order):
            self._rows.pop(gone).deleteLater()
        for one in line:
            if one.id not in self._rows:
                self._rows[one.id] = _Row(self._theme, self._downloads, one)
        if order != self._order:
            self._order = order
            for name in order:
                self._lines.removeWidget(self._rows[name])
            for name in order:
                self._lines.addWidget(self._rows[name])
        for place, one in enumerate(line):
            self._rows[one.id].show_state(one, place, len(line))
        waiting = sum(one.state != "paused" for one in line)
        self._total.setText(_("{count} of {total} under way", count=waiting, total=len(line)))
        self._pause.setVisible(waiting > 0)
        self._resume.setVisible(waiting < len(line))
        self.setVisible(bool(line))

    @Slot()
    def _show_figures(self) -> None:
        for one in self._downloads.line:
            self._rows[one.id].show_figures(one)


class _Row(QWidget):
    """One download."""

    def __init__(self, theme: Theme, downloads: Downloads, one: Waiting) -> None:
        super().__init__()
        name, self._id = one.name, one.id
        self._downloads = downloads
        self._state = text("", "small")
        self._bar = QProgressBar(textVisible=False, maximum=1000)
        self._bar.setAccessibleName(_("Progress of {name}", name=name))
        self._bar.setMaximumWidth(theme.px(140))
        self._up = IconButton(
            theme, "chevron-up", _("{name}: earlier", name=name), lambda: downloads.move(one.id, -1)
        )
        self._down = IconButton(
            theme, "chevron-down", _("{name}: later", name=name), lambda: downloads.move(one.id, 1)
        )
        self._toggle = IconButton(theme, "pause", _("{name}: pause", name=name), self._switch)
        self._drop = IconButton(
            theme,
            "close",
            _("{name}: take out of the line", name=name),
            lambda: downloads.drop(one.id),
        )
        self._name = name
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(
            row(
                ElidedLabel(name, fills=False),
                self._state,
                None,
                self._bar,
                self._up,
                self._down,
                self._toggle,
                self._drop,
                gap=theme.space("s"),
            )
        )

    def show_state(self, one: Waiting, place: int, count: int) -> None:
        """Show it at its place of so many."""
        self._up.setEnabled(place > 0)
        self._down.setEnabled(place < count - 1)
        paused = one.state == "paused"
        self._toggle.show_icon("play" if paused else "pause")
        words = (
            _("{name}: go on", name=self._name) if paused else _("{name}: pause", name=self._name)
        )
        self._toggle.rename(words)
        self.show_figures(one)

    def show_figures(self, one: Waiting) -> None:
        """Show how far it is."""
        done = one.progress
        self._bar.setVisible(one.state == "running")
        self._bar.setMaximum(1000 if done and done.total else 0)
        if done and done.total:
            self._bar.setValue(round(1000 * done.done / done.total))
        if one.state == "running" and done and done.total:
            per_cent = _("{count} %", count=int(100 * done.done / done.total))
            self._state.setText(figures.joined(per_cent, figures.left(done.seconds_left)))
        else:
            words = {"waiting": _("waits"), "running": _("Connecting…"), "paused": _("paused")}
            self._state.setText(words[one.state])

    def _switch(self) -> None:
        one = self._downloads.get(self._id)
        if one is not None and one.state == "paused":
            self._downloads.add(one.id, one.name)
        elif one is not None:
            self._downloads.pause(one.id)
