"""What a member of the team gets and gives.

The one law: a hand checks what it gives; what it could not check or found wrong, it says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from agents.base import Value  # noqa: TC001 - a stored step is read with its types
from agents.chat.files.events import Source, WentIn  # noqa: TC001 - a stored step is read with its types

if TYPE_CHECKING:
    from collections.abc import Generator

    from agents.base import CancelToken, Notice, Token
    from agents.chat.language import Language
    from agents.chat.routing.router import Task
    from agents.chat.tools.asked import Asked
    from agents.engine.port import Message

# What happened on the way: made once more after a check; said in the user's language by the
# commander; left in the specialist's words because a check of that failed; done by the commander
# because the specialist had no room or is damaged; cut by its length; asked again for the language.
Note = Literal["again", "reworded", "kept", "commander", "cut", "language"]


@dataclass(frozen=True, slots=True)
class Manner:
    """How the user wants the commander to answer; None = as its publisher says."""

    system: str = ""  # the persona, its variables filled; "" = the standing instruction
    thinking: bool = True  # where the model can think
    temperature: float | None = None  # 0..2
    top_p: float | None = None  # 0..1


AS_USUAL = Manner()


@dataclass(frozen=True, slots=True)
class Handed:
    """A task with what one needs to do it."""

    task: Task
    question: str  # the whole request it is part of
    language: Language  # of the user
    model: str  # of the commander
    seed: int = 0
    so_far: tuple[str, ...] = ()  # what the tasks gave that it builds on
    before: tuple[Message, ...] = ()  # the last turns of the conversation
    manner: Manner = AS_USUAL
    specialist: bool = True  # False: its model could not be loaded, the commander's is to do it
    conversation: int = 0  # whose permissions and files count
    turn: int = 0  # of the question
    files: tuple[int, ...] = ()  # that the conversation knows


@dataclass(frozen=True, slots=True)
class Given:
    """What came of a task."""

    text: str  # Markdown
    by: str  # the name of the model or tool
    tokens: int = 0
    checked: int = 0  # equations, blocks of code: what was checked
    wrong: tuple[str, ...] = ()  # of these, what did not hold, in words
    exact: bool = False  # reckoned or looked up, not written by a model
    notes: tuple[Note, ...] = ()
    failed: str = ""  # the code of the UserError that ended it; its words are the application's
    failed_values: tuple[tuple[str, Value], ...] = ()
    sources: tuple[Source, ...] = ()  # the passages that [1], [2], ... are
    went_in: tuple[WentIn, ...] = ()  # how much of each file the model was shown
    paths: tuple[str, ...] = ()  # files that were found or made


class Hand(Protocol):
    """One member of the team."""

    def takes(self, task: str) -> bool:
        """Whether this can be done here; otherwise the commander answers."""
        ...

    def run(
        self, handed: Handed, cancel: CancelToken
    ) -> Generator[Token | Notice | Asked, None, Given]:
        """Do a task; tokens are shown as they come, what is returned is what counts.

        Raises:
            CancelledError: `cancel` was set.
            UserError: it cannot be done, and why.
        """
        ...
