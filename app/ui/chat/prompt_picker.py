"""A list of saved texts with what can be done to the one that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agents.store.prompts import Prompt
from app.i18n import _
from app.ui.combo import Combo
from app.ui.widgets.basic import button, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.store.prompts import Kind
    from app.ui.theme import Theme


class PromptPicker(QWidget):
    """Says what is wanted; whoever keeps them does it."""

    picked = Signal(int)  # id; 0 = none
    edit = Signal(object)  # Prompt; its id is 0 where a new one is to be written
    duplicate = Signal(object)
    delete = Signal(object)

    def __init__(self, theme: Theme, kind: Kind, name: str, new: str, none: str) -> None:
        """Make an empty one.

        Args:
            theme: how it looks.
            kind: what it lists.
            name: for screen readers.
            new: the words of the button that begins one.
            none: the words for choosing none.
        """
        super().__init__()
        self._kind, self._none = kind, none
        self._prompts: tuple[Prompt, ...] = ()
        self.combo = Combo(name)
        self.combo.activated.connect(self._picked)
        self.new = button(new, lambda: self.edit.emit(Prompt(0, kind, "", "")))
        self._edit = button(_("Edit"), lambda: self.edit.emit(self.chosen))
        self._copy = button(_("Duplicate"), lambda: self.duplicate.emit(self.chosen))
        self._delete = button(_("Delete"), lambda: self.delete.emit(self.chosen))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        layout.addWidget(self.combo)
        self.below = QVBoxLayout()
        layout.addLayout(self.below)
        layout.addWidget(row(self._edit, self._copy, self._delete, None, gap=theme.px(4)))
        layout.addWidget(row(self.new, None))
        self.show_prompts((), 0)

    @property
    def chosen(self) -> Prompt | None:
        """The one that is chosen."""
        wanted = self.combo.currentData()
        return next((one for one in self._prompts if one.id == wanted), None)

    def show_prompts(self, prompts: Sequence[Prompt], chosen: int) -> None:
        """List these."""
        self._prompts = tuple(prompts)
        with QSignalBlocker(self.combo):
            self.combo.clear()
            self.combo.add(self._none, 0)
            slash = "/" if self._kind == "command" else ""
            for one in prompts:
                hint = " ".join(one.text.split())[:200]
                self.combo.add(f"{slash}{one.name}", one.id, hint)
            self.combo.setCurrentIndex(max(0, self.combo.findData(chosen)))
        self._allow()

    @Slot()
    def _picked(self) -> None:
        self._allow()
        self.picked.emit(int(self.combo.currentData() or 0))

    def _allow(self) -> None:
        for one in (self._edit, self._copy, self._delete):
            one.setEnabled(self.chosen is not None)
