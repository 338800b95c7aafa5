"""Where a persona or a command of one's own is written, in place of the sheet.

The one law: nothing is stored before "Save", and nothing that has no name or no text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from agents.chat import commands, variables
from agents.store.prompts import Prompt
from app.i18n import _
from app.ui.widgets.basic import button, row, text

if TYPE_CHECKING:
    from agents.store.prompts import Kind
    from app.ui.theme import Theme


class PromptEdit(QWidget):
    """Name and text. `saved` with the new one; its id is 0 where it is new."""

    saved = Signal(object)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._prompt = Prompt(0, "persona", "", "")
        self.name = QLineEdit()
        self.name.setAccessibleName(_("Name"))
        self.words = QPlainTextEdit()
        self.words.setAccessibleName(_("Text"))
        self.words.setTabChangesFocus(True)
        self._hint = text("", "small", wrap=True)
        self._found = text("", "small", wrap=True)
        self.save = button(_("Save"), self._save, "primary")
        self.cancel = button(_("Cancel"), self.left.emit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(14), theme.px(6), theme.px(14), theme.px(14))
        layout.setSpacing(theme.px(6))
        for part in (text(_("Name"), "small"), self.name, text(_("Text"), "small")):
            layout.addWidget(part)
        layout.addWidget(self.words, 1)
        layout.addWidget(self._hint)
        layout.addWidget(self._found)
        layout.addWidget(row(self.save, self.cancel, None, gap=theme.px(6)))
        self.name.textChanged.connect(self._changed)
        self.words.textChanged.connect(self._changed)

    def open(self, prompt: Prompt) -> None:
        """Write this one; its id is 0 where it is new."""
        self._prompt = prompt
        self.name.setText(prompt.name)
        self.words.setPlainText(prompt.text)
        known = "{{date}}, {{time}}, {{language}}"
        if prompt.kind == "command":
            known = f"{{{{text}}}}, {known}"
        self._hint.setText(
            _("Filled in by itself: {known}. Any other {{{{word}}}} is asked for.", known=known)
        )
        self._changed()
        self.name.setFocus()

    @property
    def kind(self) -> Kind:
        """What is being written."""
        return self._prompt.kind

    @Slot()
    def _changed(self) -> None:
        asked = ", ".join(variables.blanks(self.words.toPlainText()))
        self._found.setText(_("Asked for when it is used: {names}", names=asked) if asked else "")
        self.save.setEnabled(bool(self._called()) and bool(self.words.toPlainText().strip()))

    def _called(self) -> str:
        name = " ".join(self.name.text().split())
        return commands.called_as(name) if self._prompt.kind == "command" else name[:80]

    def _save(self) -> None:
        words = self.words.toPlainText().strip()
        self.saved.emit(Prompt(self._prompt.id, self._prompt.kind, self._called(), words))
