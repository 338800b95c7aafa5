"""The sheet beside a conversation: who answers, as whom, and how freely.

The one law: what it shows is what the next question will be answered with; nothing waits for a
button but the text of a persona that is being written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from agents.chat import variables
from app.i18n import _
from app.ui.chat.prompt_picker import PromptPicker
from app.ui.combo import Combo
from app.ui.switch import Switch
from app.ui.theme import mark
from app.ui.widgets.basic import button, row, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.choices import ModelChoice
    from app.ui.chat.manners import Manners
    from app.ui.theme import Theme

_WARMEST = 20  # tenths


class MannerSheet(QScrollArea):
    """Shows and changes `Manners`."""

    model_chosen = Signal(str)
    bring = Signal()  # a file of personas and commands
    write = Signal()

    def __init__(self, theme: Theme, manners: Manners) -> None:
        super().__init__()
        self._theme, self._manners = theme, manners
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.model = Combo(_("Model"))
        self.personas = PromptPicker(
            theme, "persona", _("Persona"), _("New persona"), _("No persona")
        )
        self.commands = PromptPicker(
            theme, "command", _("Commands of your own"), _("New command"), _("Choose a command")
        )
        self.thinking = Switch(
            _("Thinking before the answer"), [("on", _("On")), ("off", _("Off"))]
        )
        self._thinking_note = text("", "small", wrap=True)
        self.warmth = _slider(_("Temperature"), _WARMEST)
        self.share = _slider(_("Top P"), 100)
        self._warmth_says, self._share_says = text("", "small"), text("", "small")
        self._usual = button(_("As the model's maker says"), self._as_usual, "faint")
        self._bring = button(_("Import…"), self.bring.emit, "faint")
        self._write = button(_("Export…"), self.write.emit, "faint")
        self._blanks = QWidget()
        self._blanks_layout = QVBoxLayout(self._blanks)
        self._blanks_layout.setContentsMargins(0, 0, 0, 0)
        self._fields: dict[str, QLineEdit] = {}
        self._thinks: dict[str, bool] = {}
        self._arrange()
        self.model.activated.connect(self._model_picked)
        self.personas.picked.connect(self._persona_picked)
        self.personas.below.addWidget(self._blanks)
        self.thinking.chosen.connect(self._thinking_picked)
        self.warmth.valueChanged.connect(self._sampling_moved)
        self.share.valueChanged.connect(self._sampling_moved)
        manners.changed.connect(self.show_manner)
        self.show_manner()

    def offer(self, models: Sequence[ModelChoice], chosen: str, thinks: dict[str, bool]) -> None:
        """Offer these models.

        Args:
            models: those that can chat.
            chosen: the id of who answers next.
            thinks: by id, whether a model can think before it answers.
        """
        self._thinks = thinks
        with QSignalBlocker(self.model):
            self.model.clear()
            for one in models:
                self.model.add(one.name, one.id)
            self.model.setCurrentIndex(self.model.findData(chosen))
        self.show_manner()

    @Slot()
    def show_manner(self) -> None:
        """Show how things stand."""
        manners, chosen = self._manners, self._manners.chosen
        self.personas.show_prompts(manners.personas, chosen.persona)
        self._show_blanks()
        with QSignalBlocker(self.thinking):
            self.thinking.choose("on" if chosen.thinking else "off")
        can = self._thinks.get(str(self.model.currentData()), True)
        self.thinking.setEnabled(can)
        self._thinking_note.setText(
            _("The model thinks before it answers: slower, and better at hard questions.")
            if can
            else _("This model does not think before it answers.")
        )
        usual = _("as usual")
        with QSignalBlocker(self.warmth), QSignalBlocker(self.share):
            self.warmth.setValue(round((chosen.temperature or 0.0) * 10))
            self.share.setValue(round((1.0 if chosen.top_p is None else chosen.top_p) * 100))
        warm = chosen.temperature
        self._warmth_says.setText(usual if warm is None else f"{warm:.1f}")
        self._share_says.setText(usual if chosen.top_p is None else f"{chosen.top_p:.2f}")
        self._usual.setEnabled(warm is not None or chosen.top_p is not None)

    def ask_blank(self) -> None:
        """Put the cursor into the first variable that is not filled."""
        for name in self._manners.missing():
            if name in self._fields:
                self._fields[name].setFocus()
                return

    def _show_blanks(self) -> None:
        persona = self._manners.persona
        wanted = variables.blanks(persona.text) if persona is not None else ()
        values = dict(self._manners.chosen.blanks)
        if tuple(self._fields) != wanted:
            while (item := self._blanks_layout.takeAt(0)) is not None:
                gone = item.widget()
                if gone is not None:
                    gone.hide()
                    gone.deleteLater()
            self._fields = {}
            for name in wanted:
                field = QLineEdit()
                field.setAccessibleName(name)
                field.setPlaceholderText(name)
                field.editingFinished.connect(self._blank_written)
                self._fields[name] = field
                self._blanks_layout.addWidget(field)
        for name, field in self._fields.items():
            if not field.hasFocus():
                field.setText(values.get(name, ""))
        self._blanks.setVisible(bool(wanted))

    @Slot()
    def _blank_written(self) -> None:
        self.take_blanks()

    def take_blanks(self) -> None:
        """Use what stands in the fields, also where one is still being written in."""
        kept = dict(self._manners.chosen.blanks)
        kept |= {name: field.text().strip() for name, field in self._fields.items()}
        self._manners.change(blanks=tuple(kept.items()))

    @Slot()
    def _model_picked(self) -> None:
        self.model_chosen.emit(str(self.model.currentData()))

    @Slot(int)
    def _persona_picked(self, persona: int) -> None:
        self._manners.change(persona=persona)
        self.ask_blank()

    @Slot(str)
    def _thinking_picked(self, value: str) -> None:
        self._manners.change(thinking=value == "on")

    @Slot()
    def _sampling_moved(self) -> None:
        if self.sender() is self.warmth:
            self._manners.change(temperature=self.warmth.value() / 10)
        else:
            self._manners.change(top_p=max(1, self.share.value()) / 100)

    def _as_usual(self) -> None:
        self._manners.change(temperature=None, top_p=None)

    def _arrange(self) -> None:
        px = self._theme.px
        inner = QWidget()
        mark(inner, kind="scrolled")
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(px(14), px(6), px(14), px(14))
        layout.setSpacing(px(6))
        for part in (
            text(_("Model"), "small"),
            self.model,
            px(8),
            text(_("Persona"), "small"),
            self.personas,
            px(8),
            text(_("Thinking before the answer"), "small"),
            row(self.thinking, None),
            self._thinking_note,
            px(8),
            row(text(_("Temperature"), "small"), None, self._warmth_says),
            self.warmth,
            row(text(_("Top P"), "small"), None, self._share_says),
            self.share,
            row(self._usual, None),
            px(8),
            text(_("Commands of your own"), "small"),
            self.commands,
            row(self._bring, self._write, None),
        ):
            if isinstance(part, int):
                layout.addSpacing(part)
            else:
                layout.addWidget(part)
        layout.addStretch(1)
        self.setWidget(inner)


def _slider(name: str, most: int) -> QSlider:
    made = QSlider(Qt.Orientation.Horizontal)
    made.setRange(0, most)
    made.setAccessibleName(name)
    return made
