"""How the conversation that is shown is answered: model, persona, thinking, sampling.

The one law: it belongs to the conversation and is stored as it is changed; a new conversation
takes what was chosen before its first question with it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from agents.chat import variables
from agents.store.prompts import Chosen
from app import i18n
from app.jobs import Latest

if TYPE_CHECKING:
    from agents.chat.hands import Manner
    from agents.store.prompts import Prompt
    from app.build import Desk
    from app.jobs import JobPool, Outcome


class Manners(QObject):
    """Knows and changes it; `changed` when it is known or was changed."""

    changed = Signal()
    failed = Signal(object)  # UserError

    def __init__(self, desk: Desk, pool: JobPool, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._pool = desk, pool
        self._reading = Latest(pool, self._read, self)
        self._personas_read = Latest(pool, self._personas_known, self)
        self._conversation = 0
        self.chosen = Chosen()
        self.personas: tuple[Prompt, ...] = ()

    def look(self) -> None:
        """Read which personas there are."""
        self._personas_read.ask(self._desk.prompts.list, "persona")

    def show(self, conversation: int) -> None:
        """Another conversation is shown; 0 = a new one."""
        self._reading.drop()
        self._conversation = conversation
        self.chosen = Chosen()
        if conversation:
            self._reading.ask(self._desk.prompts.chosen, conversation)
        self.changed.emit()

    def begun(self, conversation: int) -> None:
        """The new conversation that is shown has got its number."""
        self._conversation = conversation
        if self.chosen != Chosen():
            self._store()

    def change(self, **values: object) -> None:
        """Answer otherwise from now on; names are those of `Chosen`."""
        made = dataclasses.replace(self.chosen, **values)  # type: ignore[arg-type]
        if made != self.chosen:
            self._reading.drop()  # what was stored is older than what the user wants now
            self.chosen = made
            self._store()
            self.changed.emit()

    @property
    def persona(self) -> Prompt | None:
        """The persona that is chosen and still there."""
        return next((one for one in self.personas if one.id == self.chosen.persona), None)

    def missing(self) -> tuple[str, ...]:
        """The variables of the persona that nobody has filled yet."""
        persona = self.persona
        values = dict(self.chosen.blanks)
        wanted = variables.blanks(persona.text) if persona is not None else ()
        return tuple(name for name in wanted if not values.get(name, "").strip())

    def manner(self) -> Manner:
        """How the next question is to be answered."""
        from agents.chat.hands import Manner  # noqa: PLC0415 - with the first question
        from agents.chat.language import language_of  # noqa: PLC0415 - with the first question

        persona, chosen = self.persona, self.chosen
        system = ""
        if persona is not None:
            written_in = language_of(persona.text)
            now = dt.datetime.now().astimezone()
            known = variables.known(now, i18n.language(), written_in=written_in)
            system = variables.filled(persona.text, {**known, **dict(chosen.blanks)})
        return Manner(system, chosen.thinking, chosen.temperature, chosen.top_p)

    def _store(self) -> None:
        if self._conversation:
            job = self._pool.call(self._desk.prompts.choose, self._conversation, self.chosen)
            job.finished.connect(self._stored)

    @Slot(object)
    def _stored(self, outcome: Outcome) -> None:
        if outcome.error is not None:
            self.failed.emit(outcome.error)

    @Slot(object)
    def _read(self, outcome: Outcome) -> None:
        if outcome.state == "done":
            self.chosen = outcome.value
            self.changed.emit()
        self._stored(outcome)

    @Slot(object)
    def _personas_known(self, outcome: Outcome) -> None:
        if outcome.state == "done":
            self.personas = outcome.value
            self.changed.emit()
        self._stored(outcome)
