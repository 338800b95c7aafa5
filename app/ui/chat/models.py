"""Which models can chat, and which one answers next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.jobs import Latest
from app.ui.settings.change import change

if TYPE_CHECKING:
    from app.build import Desk
    from app.choices import ModelChoice
    from app.jobs import JobPool, Outcome
    from app.settings import Settings

_ROLES = ("chat", "maths", "code")


class ChatModels(QObject):
    """Looks which models there are, off the GUI thread; `changed` when it knows more."""

    changed = Signal()
    failed = Signal(object)  # UserError

    def __init__(self, desk: Desk, pool: JobPool, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._look = Latest(pool, self._looked, self)
        self._usual = self._wish = ""
        self.here: tuple[ModelChoice, ...] = ()
        self.thinks: dict[str, bool] = {}  # by id; one that is not known may think

    def look(self) -> None:
        """Look which models there are now."""
        self._look.ask(self._read)

    def choose(self, model: str) -> Settings:
        """Let another model answer, from now on.

        Raises:
            UserError: file.unwritable; it answers all the same, until the window is closed.
        """
        self._usual = self._wish = model
        self.changed.emit()
        return change(self._desk, chat_model=model)

    def prefer(self, model: str) -> None:
        """The conversation that is shown wants this one; "" = it has no wish."""
        if model != self._wish:
            self._wish = model
            self.changed.emit()

    @property
    def chosen(self) -> str:
        """Who answers next: whom the conversation wants, if it is here, or the usual one."""
        here = any(one.id == self._wish for one in self.here)
        return self._wish if here else self._usual

    @property
    def name(self) -> str:
        """What the chosen model is called."""
        return self.called(self.chosen)

    def called(self, model: str) -> str:
        """What a model is called."""
        return next((one.name for one in self.here if one.id == model), model)

    @property
    def remote(self) -> bool:
        """Whether the chosen model runs elsewhere."""
        return any(one.remote for one in self.here if one.id == self.chosen)

    def _read(self) -> tuple[tuple[ModelChoice, ...], str, dict[str, bool]]:
        choices = self._desk.choices
        here = tuple(one for one in choices.all() if one.role in _ROLES)
        entries = {one.id: self._desk.shelf.entry(one.id) for one in here}
        thinks = {name: entry.thinks for name, entry in entries.items() if entry is not None}
        return here, choices.best("chat", self._desk.settings.chat_model), thinks

    @Slot(object)
    def _looked(self, outcome: Outcome) -> None:
        if outcome.error is not None:
            self.failed.emit(outcome.error)
        if outcome.state == "done":
            self.here, self._usual, self.thinks = outcome.value
            self.changed.emit()
