"""Commands: what stands after the slash becomes a question, with the text it is about.

The one law: the text is what follows the command, or else what is selected, or else the last
answer; where there is none of these, nothing is asked and that is said.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from agents.chat import commands, variables
from agents.chat.commands import BUILT_IN, Command, Order
from app import i18n
from app.i18n import _
from app.jobs import Latest

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.chat.language import Language
    from app.build import Desk
    from app.jobs import JobPool, Outcome


class Orders(QObject):
    """Turns what is written into what is asked."""

    asked = Signal(str)  # a plain question
    ordered = Signal(object, bool)  # Order; whether it was written, or chosen for a selection
    blanks = Signal(object, object, str)  # the variables to be filled, their command, its text
    nothing = Signal(str)  # the sentence: there is no text to work on

    def __init__(
        self, desk: Desk, pool: JobPool, last_answer: Callable[[], str], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._last_answer = last_answer
        self._own: tuple[Command, ...] = ()
        self._look = Latest(pool, self._looked, self)
        self.selection = ""  # in an answer

    def look(self) -> None:
        """Read the user's own commands."""
        self._look.ask(self._desk.prompts.list, "command")

    @property
    def all(self) -> tuple[Command, ...]:
        """The built-in ones and the user's own."""
        return (*BUILT_IN, *self._own)

    def matching(self, typed: str) -> list[tuple[str, str]]:
        """The name and the purpose of each command that fits what is typed."""
        return [(shown_name(one), purpose(one)) for one in commands.matching(typed, self.all)]

    @Slot(str)
    def send(self, written: str) -> None:
        """Ask what was written, or do what it orders."""
        found = commands.parsed(written.strip(), self.all)
        if found is None:
            self.asked.emit(written)
            return
        self.do(found[0], found[1])

    def do_key(self, key: str, text: str) -> None:
        """Carry out the built-in command of that key on what is selected."""
        self.do(next(one for one in BUILT_IN if one.key == key), text, written=False)

    def do(self, command: Command, text: str, *, written: bool = True) -> None:
        """Carry out a command on a text; "" = on the selection, or the last answer."""
        language = _language()
        asks = command.asks[language]
        needs = command.key != "own" or variables.takes_text(asks)
        text = text or self.selection or (self._last_answer() if needs else "")
        if needs and not text.strip():
            self.nothing.emit(
                _(
                    "There is no text for /{name} yet. Write it after the command, or select one.",
                    name=shown_name(command),
                )
            )
            return
        wanted = variables.blanks(asks) if command.key == "own" else ()
        if wanted:
            self.blanks.emit(wanted, command, text)
        else:
            self.filled(command, text, {}, written=written)

    def filled(
        self, command: Command, text: str, values: dict[str, str], *, written: bool = True
    ) -> None:
        """Carry out a command whose variables are known."""
        from agents.chat.language import language_of  # noqa: PLC0415 - with the first command

        language = _language()
        now = dt.datetime.now().astimezone()
        known = variables.known(now, language, written_in=language_of(command.asks[language]))
        self.selection = ""
        self.ordered.emit(commands.order(command, text, language, {**known, **values}), written)

    @Slot(object)
    def _looked(self, outcome: Outcome) -> None:
        if outcome.state == "done":
            self._own = tuple(commands.own(one.name, one.text) for one in outcome.value)


def shown_name(command: Command) -> str:
    """What a command is called in the user's language."""
    return command.names[_language()][0]


def purpose(command: Command) -> str:
    """What a command does, in a few words."""
    return {
        "summarise": _("summarise a text"),
        "translate": _("translate into the other language"),
        "polite": _("rewrite Korean politely (존댓말)"),
        "explain": _("explain in plain words"),
        "grammar": _("correct grammar and spelling"),
    }.get(command.key) or " ".join(command.asks["en"].split())[:60]


def _language() -> Language:
    return i18n.language()


__all__ = ["Order", "Orders", "purpose", "shown_name"]
