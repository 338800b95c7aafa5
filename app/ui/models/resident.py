"""What is in memory now, since when, and a way to free it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.i18n import _
from app.ui import figures
from app.ui.widgets.basic import button, row, text

if TYPE_CHECKING:
    from agents.engine.port import Resident
    from app.ui.theme import Theme


class ResidentCard(QFrame):
    """A card with one line for each loaded model."""

    free = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Make the card; it says so when nothing is loaded."""
        super().__init__(parent)
        self._shown: tuple[Resident, ...] | None = None
        self.setProperty("kind", "card")
        self.setAccessibleName(_("In memory"))
        self._button = button(
            _("Free memory now"), self.free.emit, hint=_("Unload the models nobody is using")
        )
        self._total = text("", "small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(16), theme.px(12), theme.px(12), theme.px(12))
        layout.setSpacing(theme.space("xs"))
        layout.addWidget(row(text(_("In memory"), "strong"), self._total, None, self._button))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(theme.space("xs"))
        layout.addLayout(self._lines)
        self.show_models(())

    def show_models(self, loaded: tuple[Resident, ...]) -> None:
        """Show what is loaded now."""
        said = tuple(_line(model) for model in loaded)
        if self._shown is not None and said == tuple(_line(model) for model in self._shown):
            return
        self._shown = loaded
        while (item := self._lines.takeAt(0)) is not None:
            item.widget().deleteLater()
        for sentence in said or (_("No model is loaded. One is loaded when it is first used."),):
            self._lines.addWidget(text(sentence, "small", wrap=True))
        total = sum(model.bytes for model in loaded)
        self._total.setText(figures.size(total) if loaded else "")
        self._button.setVisible(bool(loaded))
        self._button.setEnabled(any(not model.borrowed for model in loaded))


def _line(model: Resident) -> str:
    return figures.joined(
        model.name,
        figures.size(model.bytes),
        _("since {time}", time=figures.clock(model.since)),
        _("in use") if model.borrowed else _("idle"),
    )
