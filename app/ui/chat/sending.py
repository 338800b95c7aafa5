"""From what is written to what is asked: with which files, in place of which earlier question.

The one law: nothing that was written goes silently: it is asked, or it stays where it was written
and is asked as soon as what it waits for is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.i18n import _

if TYPE_CHECKING:
    from agents.chat.commands import Order
    from agents.chat.routing.router import Route
    from app.ui.chat.aside import Aside
    from app.ui.chat.asking import Asking
    from app.ui.chat.attachments import Attachments
    from app.ui.chat.composer import Composer
    from app.ui.chat.editing import Editing
    from app.ui.chat.showing import Showing
    from app.ui.widgets.bars import Bars

_BUSY_SECONDS = 8.0  # that a bar stays


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is to be asked."""

    question: str
    route: Route | None = None  # who takes it; None = whom the words mean
    command: str = ""  # what was ordered by name
    written: bool = True  # where questions are written: it goes from there, with its files


class Sending(QObject):
    """Hands questions and orders over to `Asking`."""

    begun = Signal(str)  # the first question of a conversation is asked

    def __init__(
        self,
        composer: Composer,
        editing: Editing,
        attachments: Attachments,
        aside: Aside,
        showing: Showing,
        asking: Asking,
        bars: Bars,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._composer, self._editing, self._attachments = composer, editing, attachments
        self._aside, self._showing, self._asking, self._bars = aside, showing, asking, bars
        self._held: _Wish | None = None  # waits for its files or its branch
        composer.edit.textChanged.connect(self.hold_nothing)
        attachments.changed.connect(self._ask_held)
        showing.read.connect(self._ask_held)

    @Slot(str)
    def ask(self, question: str) -> None:
        """Ask in the conversation that is shown; or say an earlier question otherwise."""
        self._ask(_Wish(question))

    @Slot(object, bool)
    def carry_out(self, order: Order, written: bool) -> None:  # noqa: FBT001 - a signal's
        """Ask what a command orders; what is being written stays, if it is not from there."""
        self._ask(_Wish(order.question, order.route, order.command, written))

    @Slot()
    def hold_nothing(self) -> None:
        """Something else is written, or shown: what waited is not asked by itself any more."""
        self._held = None

    def _ask(self, wish: _Wish) -> None:
        if self._asking.running:
            words = _("An answer is being written. Stop it with Esc, or wait for its end.")
            self._bars.say("info", words, key="busy", seconds=_BUSY_SECONDS)
            return
        if not self._aside.ready() or (wish.written and self._waits(wish)):
            return
        edits = self._editing.turn if wish.written else 0
        files = self._attachments.take() if wish.written else ()
        if edits:
            self._editing.end()
        elif wish.written:
            self._composer.edit.clear()
        if not self._showing.conversation:
            self.begun.emit(wish.question)
        self._asking.ask(
            wish.question, route=wish.route, command=wish.command, edits=edits, files=files
        )

    def _waits(self, wish: _Wish) -> bool:
        """Whether a question has to wait: for the number of a file, or for its branch."""
        edits = self._editing.turn
        elsewhere = edits != 0 and self._showing.turn(edits) is None  # another branch is shown
        if elsewhere or self._attachments.waiting:
            self._held = wish
        if elsewhere:
            self._showing.switch(edits)
        return self._held is not None

    @Slot()
    def _ask_held(self) -> None:
        """What a question waited for is there; a file that cannot be read stops it."""
        if self._held is not None and not self._attachments.waiting:
            held, self._held = self._held, None
            if not self._attachments.failed:
                self._ask(held)
