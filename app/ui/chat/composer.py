"""Where a question is written: text, model, context, send and stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.i18n import _
from app.ui import figures
from app.ui.chat.layout import WIDEST
from app.ui.widgets.basic import ElidedButton, ElidedLabel, button, chip
from app.ui.widgets.send_edit import SendEdit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.choices import ModelChoice
    from app.ui.theme import Theme


class Composer(QWidget):
    """Says what was written; the page asks the model."""

    sent = Signal(str)
    stopped = Signal()
    model_chosen = Signal(str)
    models_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._running = False
        self._model = ""
        self.edit = SendEdit(_("Your question"), _("Ask anything. Shift+Enter begins a new line."))
        self.edit.sent.connect(self._send)
        self._chooser = ElidedButton("chip", self._open_menu, _("Which model answers"))
        self._lacks = chip(_("No Korean"), "chip-warn")
        self._context = ElidedLabel("", "small", fills=False)
        self.send = button(_("Send"), self._clicked, "primary")
        self._arrange()
        self._lacks.hide()
        theme.changed.connect(self._tint)
        self._tint()
        self._menu = QMenu(self)

    def put(self, beside: QWidget) -> None:
        """Arrange a button beside the model."""
        self._foot.insertWidget(0, beside, 0, Qt.AlignmentFlag.AlignVCenter)
        QWidget.setTabOrder(self.edit, beside)
        QWidget.setTabOrder(beside, self._chooser)

    def offer(self, models: Sequence[ModelChoice], chosen: str) -> None:
        """Offer these models; `chosen` answers next."""
        self._model = chosen
        self._menu.clear()
        group = QActionGroup(self._menu)
        name = _("No model")
        self._lacks.hide()
        for model in models:
            action = self._menu.addAction(model.name)
            action.setCheckable(True)
            action.setChecked(model.id == chosen)
            action.triggered.connect(lambda _on=False, wish=model.id: self.model_chosen.emit(wish))
            group.addAction(action)
            if model.id == chosen:
                name = model.name
                self._lacks.setVisible(bool(model.languages) and "ko" not in model.languages)
        self._menu.addSeparator()
        self._menu.addAction(_("More models"), self.models_wanted.emit)
        self._chooser.say(name)
        self._chooser.setAccessibleName(_("Model: {name}", name=name))
        self._allow()

    def show_context(self, used: int, size: int) -> None:
        """Say how much of the model's context the conversation fills; 0 = unknown."""
        words = _("Context {used} / {size}", used=figures.number(used), size=figures.number(size))
        self._context.say(words if size else "")

    def show_running(self, *, running: bool) -> None:
        """Send, or stop what runs."""
        self._running = running
        name = _("Stop") if running else _("Send")
        self.send.setText(name)
        self.send.setAccessibleName(name)
        self.send.setToolTip(_("Stop (Esc)") if running else _("Send (Enter)"))
        self._tint()
        self._allow()

    def _arrange(self) -> None:
        px = self._theme.px
        self._foot = foot = QHBoxLayout()
        foot.setSpacing(px(8))
        for part in (self._chooser, self._lacks, self._context):
            foot.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        foot.addStretch(1)
        foot.addWidget(self.send)
        middle = QWidget()
        middle.setMaximumWidth(px(WIDEST))
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        column.addWidget(self.edit)
        column.addLayout(foot)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(px(40), px(8), px(40), px(16))
        outer.addStretch(1)
        outer.addWidget(middle, WIDEST)
        outer.addStretch(1)

    @Slot()
    def _tint(self) -> None:
        self.send.setIcon(self._theme.icon("stop" if self._running else "send", "surface"))
        self.send.setIconSize(QSize(self._theme.px(16), self._theme.px(16)))

    def _allow(self) -> None:
        self.send.setEnabled(self._running or bool(self._model))

    @Slot(str)
    def _send(self, question: str) -> None:
        if not self._running and self._model:
            self.sent.emit(question)

    def _clicked(self) -> None:
        if self._running:
            self.stopped.emit()
        else:
            self.edit.send()

    def _open_menu(self) -> None:
        at = self._chooser.mapToGlobal(self._chooser.rect().topLeft())
        at.setY(at.y() - self._menu.sizeHint().height() - self._theme.px(4))
        self._menu.popup(at)
