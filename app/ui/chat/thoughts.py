"""What a model thinks before it answers, folded away.

The one law: it is never mistaken for the answer: it is closed until it is opened, and muted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from app.i18n import _
from app.ui.rich.view import RichView

if TYPE_CHECKING:
    from app.ui.rich.formulas import Formulas
    from app.ui.theme import Theme

_OPEN, _CLOSE = "<think>", "</think>"


def split(content: str) -> tuple[str, str]:
    """The thoughts at the beginning of a text, and the answer."""
    bare = content.lstrip()
    if not bare.startswith(_OPEN):
        return "", content
    thought, closed, answer = bare[len(_OPEN) :].partition(_CLOSE)
    return (thought.strip(), answer.lstrip()) if closed else ("", content)


class ThoughtsView(QWidget):
    """A button that opens the thoughts, and the thoughts."""

    def __init__(self, theme: Theme, formulas: Formulas | None = None) -> None:
        super().__init__()
        self._theme = theme
        self._name = _("Thoughts")
        self.fold = QPushButton(self._name)
        self.fold.setProperty("kind", "faint")
        self.fold.setCheckable(True)
        self.fold.setAutoDefault(False)
        self.fold.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.fold.toggled.connect(self._toggled)
        self.text = RichView(theme, self._name, formulas, muted=True)
        self._sheet = QFrame()
        self._sheet.setProperty("kind", "thoughts")
        inside = QVBoxLayout(self._sheet)
        inside.setContentsMargins(theme.space("m"), 0, 0, 0)
        inside.addWidget(self.text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.space("xs"))
        layout.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._sheet)
        theme.changed.connect(self._tint)
        self.say("")

    def say(self, thoughts: str) -> None:
        """Show these, closed."""
        self._shown = thoughts
        self.fold.setChecked(False)
        self._show()
        self.setVisible(bool(thoughts))

    def grow(self, thoughts: str) -> None:
        """Show what they have become; open ones stay open."""
        self._shown = thoughts
        if self.fold.isChecked():
            self.text.grow(thoughts)
        self.setVisible(bool(thoughts))

    def _show(self) -> None:
        opened = self.fold.isChecked()
        self._sheet.setVisible(opened)
        if opened:
            self.text.say(self._shown)
        words = _("Hide the thoughts") if opened else _("Show the thoughts")
        self.fold.setAccessibleName(words)
        self.fold.setToolTip(words)
        self._tint()

    @Slot()
    def _tint(self) -> None:
        icon = "chevron-down-grey" if self.fold.isChecked() else "chevron-right"
        self.fold.setIcon(self._theme.icon(icon))
        self.fold.setIconSize(QSize(self._theme.px(14), self._theme.px(14)))

    @Slot()
    def _toggled(self) -> None:
        self._show()
