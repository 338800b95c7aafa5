"""The hand of the commander itself: talk, facts, writing, as one task among others.

The one law: what other tasks gave is put before the model as notes, and it is told to keep to
them; what it says is in the user's language and its equations and code are checked as anybody's.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from agents.base import Notice
from agents.chat import program, speech
from agents.chat.asking import ask, mannered
from agents.chat.tools import equations
from agents.engine.port import Message

if TYPE_CHECKING:
    from collections.abc import Generator

    from agents.base import CancelToken, Token
    from agents.chat.hands import Given, Handed
    from agents.engine.port import Models

MAX_TOKENS = 1024
_NOTES = "Notes to keep to:\n{notes}\n\n{task}"


class TalkHand:
    """Implements `hands.Hand`."""

    def __init__(self, models: Models, system: str = "") -> None:
        """Keep what lends models, and the standing instruction."""
        self._models = models
        self._system = system

    def takes(self, task: str) -> bool:
        """Everything."""
        return bool(task)

    def run(self, handed: Handed, cancel: CancelToken) -> Generator[Token | Notice, None, Given]:
        """Answer; see `hands.Hand.run`."""
        asked = handed.task.text
        if handed.so_far:
            asked = _NOTES.format(notes="\n\n".join(handed.so_far), task=asked)
        system = handed.manner.system or self._system
        head = (Message("system", system),) if system else ()
        with self._models.borrow(handed.model, cancel) as engine:
            sampling = mannered(engine.info.sampling, handed.manner)
            thinks = engine.info.thinks and handed.manner.thinking

            def asking(words: str, *, again: bool = False) -> Generator[Token, None, Given]:
                return ask(
                    engine,
                    (*head, *handed.before, Message("user", words)),
                    handed,
                    cancel,
                    max_tokens=MAX_TOKENS,
                    sampling=sampling,
                    again=again,
                    thinks=thinks,
                )

            given = yield from asking(asked)
            wanted = speech.expected(handed.task.text)
            if wanted is not None and speech.strays(given.text, wanted):
                yield Notice("chat.language_again")
                second = yield from asking(speech.again(asked, wanted), again=True)
                better = second if not speech.strays(second.text, wanted) else given
                given = dataclasses.replace(
                    better,
                    tokens=given.tokens + second.tokens,
                    notes=(*better.notes, "language"),
                )
        return checked(given)


def checked(given: Given) -> Given:
    """An answer with what its equations and blocks of code are found to be."""
    sums = equations.check(given.text)
    wrong = [f"{one.text} → {one.reckoned}" for one in sums if not one.right]
    wrong += [f"{name}: {why}" for name, why in program.problems(given.text)]
    judged = len(sums) + program.judged(given.text)
    return dataclasses.replace(given, checked=judged, wrong=tuple(wrong))
