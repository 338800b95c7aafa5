"""What can be done with a message: go from branch to branch, say it otherwise, have it anew.

The one law: a message's tools say what is wanted and of which message; the page does it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from app.i18n import _
from app.ui.widgets.basic import IconButton, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.store.conversations import Turn
    from app.choices import ModelChoice
    from app.ui.theme import Theme


class TurnWishes(QObject):
    """Carries what is wanted of any message to the page. The numbers are turns."""

    edit = Signal(int)  # a question
    again = Signal(int)  # an answer
    model = Signal(int, str)  # an answer anew, by that model
    shown = Signal(int)  # the branch that leads through this message
    last = Signal()  # the last question answered once more
    elsewhere = Signal(str)  # likewise, by whom this route names
    link = Signal(str)  # one was clicked in an answer
    save_code = Signal(str, str)  # a program of an answer, its language

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.models: Sequence[ModelChoice] = ()  # that can answer


class TurnTools(QWidget):
    """The tools of one message; nothing is shown before the message is stored."""

    def __init__(self, theme: Theme, wishes: TurnWishes) -> None:
        super().__init__()
        self._wishes = wishes
        self._turn: Turn | None = None
        self._back = IconButton(
            theme, "chevron-left", _("The branch before"), partial(self._step, -1)
        )
        self._place = text("", "small")
        self._on = IconButton(theme, "chevron-right", _("The next branch"), partial(self._step, 1))
        self._edit = IconButton(theme, "pencil", _("Say it otherwise"), self._ask_edit)
        self._anew = IconButton(theme, "more", _("Answer anew"), self._open_menu)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.space("xs"))
        for part in (self._back, self._place, self._on, self._edit, self._anew):
            layout.addWidget(part)
        self.show_turn(None)

    @property
    def turn(self) -> Turn | None:
        """The message they are for."""
        return self._turn

    def show_turn(self, turn: Turn | None) -> None:
        """Be the tools of this message; None = of one that is still on its way."""
        self._turn = turn
        siblings = turn.siblings if turn is not None else ()
        at = siblings.index(turn.id) if turn is not None and siblings else 0
        count = len(siblings)
        self._place.setText(_("{number}/{count}", number=at + 1, count=count) if count else "")
        self._place.setAccessibleName(
            _("Branch {number} of {count}", number=at + 1, count=count) if count else ""
        )
        for part in (self._back, self._place, self._on):
            part.setVisible(count > 1)
        self._back.setEnabled(at > 0)
        self._on.setEnabled(at + 1 < count)
        self._edit.setVisible(turn is not None and turn.role == "user")
        self._anew.setVisible(turn is not None and turn.role == "assistant")
        self.setVisible(turn is not None)

    def menu(self) -> QMenu:
        """Who can answer anew."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._turn is not None:
            number = self._turn.id
            menu.addAction(_("Answer again"), partial(self._wishes.again.emit, number))
            if self._wishes.models:
                menu.addSection(_("With another model"))
            for model in self._wishes.models:
                wish = partial(self._wishes.model.emit, number, model.id)
                menu.addAction(model.name, wish)
        return menu

    def _step(self, by: int) -> None:
        if self._turn is not None:
            siblings = self._turn.siblings
            self._wishes.shown.emit(siblings[siblings.index(self._turn.id) + by])

    def _ask_edit(self) -> None:
        if self._turn is not None:
            self._wishes.edit.emit(self._turn.id)

    def _open_menu(self) -> None:
        self.menu().popup(self._anew.mapToGlobal(self._anew.rect().bottomLeft()))
