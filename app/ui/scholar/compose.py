"""Where a draft begins: a topic, an abstract or a paper, what else is known, and a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QFileDialog,
    QPlainTextEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from agents.base import CancelToken
from agents.scholar.events import DraftRequest
from app import bringing, i18n
from app.i18n import _
from app.ui.combo import Combo
from app.ui.widgets.basic import button, row, text

if TYPE_CHECKING:
    from agents.scholar.events import Step
    from agents.store.drafts import Begun
    from app.build import Desk
    from app.choices import ModelChoice
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme

_MOST_THEMES = 12


class ComposeForm(QWidget):
    """Topic, own work, language, themes, model, buttons."""

    wanted = Signal()  # the whole draft
    planned = Signal()  # its themes first
    navigate = Signal(str)

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Arrange it; `refresh` fills in the models."""
        super().__init__()
        self._desk, self._pool = desk, pool
        self._wish = desk.settings.draft_model
        self.topic = _field(_("Topic or abstract"), theme.px(220))
        self.topic.setPlaceholderText(_("Your topic, research question, abstract or draft paper"))
        self.own = _field(_("What your own work does"), theme.px(96))
        self.own.setPlaceholderText(
            _("Notes for the closing paragraph: it says only what stands here")
        )
        self.language = Combo(_("Language of the draft"))
        for value, name in (("", _("As the topic")), ("ko", _("Korean")), ("en", _("English"))):
            self.language.add(name, value)
        self.themes = QSpinBox(minimum=1, maximum=_MOST_THEMES, value=4)
        self.themes.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.themes.setAccessibleName(_("Themes at most"))
        self.unsupported = Combo(_("Sentences without support"))
        self.unsupported.add(_("Mark them"), "flag")
        self.unsupported.add(_("Leave them out"), "drop")
        self._list = Combo(_("Draft with"))
        self._list.fit(theme.px(96), theme.px(340))
        self._models = button(_("Open Models"), lambda: self.navigate.emit("models"), "plain")
        self._models.hide()
        self._file = button(_("From a file…"), self._choose_file)
        self._plan = button(_("Plan first"), self.planned.emit, hint="Ctrl+Shift+Enter")
        self._plan.setShortcut(QKeySequence("Ctrl+Shift+Return"))
        self._go = button(_("Draft"), self.wanted.emit, "primary", hint="Ctrl+Enter")
        self._go.setShortcut(QKeySequence("Ctrl+Return"))
        self.said = text("", "warn", wrap=True)
        self.said.hide()
        self._arrange(theme)
        self._list.activated.connect(self._chosen)

    @property
    def model(self) -> str:
        """The id of the chosen model; empty if none is here."""
        return self._list.currentData() or ""

    def request(self, until: Step) -> DraftRequest:
        """What is asked for."""
        return DraftRequest(
            topic=self.topic.toPlainText().strip(),
            model=self.model,
            max_themes=self.themes.value(),
            until=until,
            language=self.language.currentData() or "",
            own=self.own.toPlainText().strip(),
            unsupported=self.unsupported.currentData() or "flag",
            questions=until != "text",
        )

    def show_begun(self, begun: Begun) -> None:
        """Show what a draft was begun with, to begin another one from it."""
        self.topic.setPlainText(begun.topic)
        if begun.outline is not None:
            self.own.setPlainText(begun.outline.own)
            self.themes.setValue(begun.outline.max_themes)
            for combo, value in (
                (self.language, begun.outline.language),
                (self.unsupported, begun.outline.unsupported),
            ):
                combo.setCurrentIndex(max(0, combo.findData(value)))

    def refresh(self) -> None:
        """Look which models are here."""
        self._pool.call(_models, self._desk).finished.connect(self._known)

    def allow(self, *, busy: bool) -> None:
        """Only one draft is written at a time."""
        for made, hint in ((self._go, "Ctrl+Enter"), (self._plan, "Ctrl+Shift+Enter")):
            made.setEnabled(not busy)
            made.setToolTip(_("Another draft is being written.") if busy else hint)

    def wish(self, model: str) -> None:
        """Choose this model once it is known to be here."""
        self._wish = model

    def save_state(self) -> dict[str, object]:
        """All that is written and chosen."""
        return {
            "topic": self.topic.toPlainText(),
            "own": self.own.toPlainText(),
            "model": self.model,
            "language": self.language.currentData() or "",
            "themes": self.themes.value(),
            "unsupported": self.unsupported.currentData() or "",
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Take that back."""
        for name, field in (("topic", self.topic), ("own", self.own)):
            value = state.get(name)
            if isinstance(value, str):
                field.setPlainText(value)
        for name, combo in (("language", self.language), ("unsupported", self.unsupported)):
            value = state.get(name)
            if isinstance(value, str):
                combo.setCurrentIndex(max(0, combo.findData(value)))
        themes, model = state.get("themes"), state.get("model")
        if isinstance(themes, int):
            self.themes.setValue(themes)
        if isinstance(model, str) and model:
            self.wish(model)

    # --- a file ---

    @Slot()
    def _choose_file(self) -> None:
        kinds = " ".join(f"*{suffix}" for suffix in bringing.SUFFIXES)
        name, _kind = QFileDialog.getOpenFileName(
            self, _("A topic, an abstract or a draft paper"), "", f"({kinds})"
        )
        if name:
            self.read(Path(name))

    def read(self, path: Path) -> None:
        """Take the topic from a file."""
        self._file.setEnabled(False)
        job = self._pool.call(bringing.read, path, CancelToken())
        job.finished.connect(self._read)

    @Slot(object)
    def _read(self, outcome: Outcome) -> None:
        self._file.setEnabled(True)
        self.said.setVisible(outcome.error is not None)
        if outcome.error:
            self.said.setText(i18n.explain(outcome.error))
        elif outcome.state == "done":
            self.topic.setPlainText(outcome.value)

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

    def _arrange(self, theme: Theme) -> None:
        about = text(
            _(
                "The works of your library that fit are grouped into themes, and each sentence "
                "is checked against the abstract it cites. Citations in your text are kept."
            ),
            "muted",
            wrap=True,
        )
        inner = QWidget()
        inner.setProperty("kind", "scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.px(40), theme.px(20), theme.px(28), theme.px(20))
        column.setSpacing(theme.px(12))
        head: list[Any] = [text(_("What is it about?"), "title"), None, self._file]
        column.addWidget(row(*head))
        column.addWidget(about)
        column.addWidget(self.said)
        column.addWidget(self.topic)
        column.addWidget(text(_("What your own work does"), "heading"))
        column.addWidget(self.own)
        for name, control in (
            (_("Language of the draft"), self.language),
            (_("Themes at most"), self.themes),
            (_("Sentences without support"), self.unsupported),
        ):
            label = text(name, "small", wrap=True)
            label.setFixedWidth(theme.px(150))
            control.setMinimumWidth(theme.px(96))
            control.setMaximumWidth(theme.px(200))
            line = row(label, control, None)
            line.layout().setStretch(1, 1)
            column.addWidget(line)
        column.addWidget(row(self._list, self._models, None, self._plan, self._go))
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(_("What is it about?"))
        scroll.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)


def _field(name: str, height: int) -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setAccessibleName(name)
    made.setTabChangesFocus(True)
    made.setMaximumHeight(height)
    return made


def _models(desk: Desk) -> tuple[tuple[ModelChoice, ...], str]:
    """Models that can draft, and the best of them."""
    here = tuple(model for model in desk.choices.all() if model.role in {"chat", "scholar"})
    return here, desk.choices.best("scholar", desk.settings.draft_model)
