"""An earlier question said otherwise: written where every question is written.

The one law: what was being written before comes back, however the editing ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from app.i18n import _

if TYPE_CHECKING:
    from app.ui.chat.composer import Composer
    from app.ui.widgets.bars import Bars


class Editing(QObject):
    """Which question is being changed; `turn` is 0 while none is."""

    def __init__(self, composer: Composer, bars: Bars, parent: QObject) -> None:
        super().__init__(parent)
        self._composer, self._bars = composer, bars
        self._before = ""
        self.turn = 0

    @property
    def draft(self) -> str:
        """The next question, as far as it is written."""
        return self._before if self.turn else self._composer.edit.toPlainText()

    def begin(self, turn: int, said: str) -> None:
        """Let the user change what was said."""
        written = self._composer.edit.replace(said)
        if not self.turn:
            self._before = written
        self.turn = turn
        self._composer.edit.selectAll()
        self._composer.edit.setFocus()
        self._bars.say(
            "info",
            _("You are changing an earlier message. What followed it stays as a branch."),
            [(_("Cancel"), self.end)],
            key="editing",
            closable=False,
        )

    @Slot()
    def end(self) -> None:
        """Change nothing, or no more."""
        if self.turn:
            self.turn = 0
            self._composer.edit.replace(self._before)
            self._bars.close_bar("editing")
