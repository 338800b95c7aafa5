"""Where a draft begins: a topic and a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from app.i18n import _
from app.jobs import Latest
from app.ui.combo import Combo
from app.ui.widgets.basic import button, row, text

if TYPE_CHECKING:
    from app.build import Desk
    from app.choices import ModelChoice
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme


class ComposeForm(QWidget):
    """Topic, model, button."""

    wanted = Signal()
    navigate = Signal(str)

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Arrange it; `refresh` fills in the models."""
        super().__init__()
        self._desk = desk
        self._looking = Latest(pool, self._known, self)
        self._wish = desk.settings.draft_model
        self.topic = QPlainTextEdit()
        self.topic.setAccessibleName(_("Topic or abstract"))
        self.topic.setPlaceholderText(_("Your topic, research question or abstract"))
        self.topic.setTabChangesFocus(True)
        self.topic.setMaximumHeight(theme.px(220))
        self._list = Combo(_("Draft with"))
        self._list.setMinimumWidth(theme.px(180))
        self._list.setMaximumWidth(theme.px(320))
        self._models = button(_("Open Models"), lambda: self.navigate.emit("models"), "plain")
        self._models.hide()
        self._go = button(_("Draft"), self.wanted.emit, "primary", hint="Ctrl+Enter")
        self._go.setShortcut(QKeySequence("Ctrl+Return"))
        about = text(
            _(
                "The works of your library that fit are grouped into themes, and each sentence "
                "is checked against the abstract it cites."
            ),
            "muted",
            wrap=True,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(40), theme.px(20), theme.px(40), theme.px(20))
        column.setSpacing(theme.px(12))
        column.addWidget(text(_("What is it about?"), "title"))
        column.addWidget(about)
        column.addWidget(self.topic)
        column.addWidget(row(self._list, self._models, None, self._go))
        column.addStretch(1)
        self._list.activated.connect(self._chosen)

    @property
    def model(self) -> str:
        """The id of the chosen model; empty if none is here."""
        return self._list.currentData() or ""

    def refresh(self) -> None:
        """Look which models are here."""
        self._looking.ask(_models, self._desk)

    def allow(self, *, busy: bool) -> None:
        """Only one draft is written at a time."""
        self._go.setEnabled(not busy)
        self._go.setToolTip(_("Another draft is being written.") if busy else "Ctrl+Enter")

    def wish(self, model: str) -> None:
        """Choose this model once it is known to be here."""
        self._wish = model

    @Slot(object)
    def _known(self, outcome: Outcome) -> None:
        if outcome.state != "done":
            return
        models, best = outcome.value
        wish = self._wish if any(model.id == self._wish for model in models) else best
        self._list.clear()
        for model in models:
            self._list.add(model.name, model.id)
        if not models:
            self._list.add(_("No model"), "")
        self._list.setCurrentIndex(max(0, self._list.findData(wish)))
        self._models.setVisible(not models)

    @Slot()
    def _chosen(self) -> None:
        self._wish = self.model


def _models(desk: Desk) -> tuple[tuple[ModelChoice, ...], str]:
    """Models that can draft, and the best of them."""
    here = tuple(model for model in desk.choices.all() if model.role in {"chat", "scholar"})
    return here, desk.choices.best("scholar", desk.settings.draft_model)
