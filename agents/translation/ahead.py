"""Who is asked next: the segments a person looks at, and models beside the chosen one.

The one law: a look changes the order in which segments are asked and nothing else, and another
model is borrowed only when it is its turn, and given back after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from agents.base import CancelToken
    from agents.engine.port import Engine, Models
    from agents.translation.events import Language

    # Ids of models that may help: (the chosen model, the language translated into) -> ids.
    Further = Callable[[str, Language], Sequence[str]]

MOST = 200  # segments of a look: more are on no screen
NOWHERE = range(0)


def nobody(_model: str, _target: Language) -> Sequence[str]:
    """No further model."""
    return ()


class Looks:
    """Where a person looks. Any thread: one value is replaced by another."""

    def __init__(self) -> None:
        """Nobody looks."""
        self._now: tuple[int, range] = (0, NOWHERE)

    def look(self, job: int, first: int, last: int) -> None:
        """Segments `first` to `last` (0-based, document order) of a job are on the screen."""
        first = max(0, first)
        self._now = (job, range(first, min(last + 1, first + MOST)))

    def at(self, job: int) -> range:
        """The segments of a job that are looked at; none where it is another's."""
        looked, places = self._now
        return places if looked == job else NOWHERE


@dataclass(frozen=True, slots=True)
class Others:
    """Models beside the chosen one, lent one after the other."""

    models: Models
    further: Further
    chosen: str
    target: Language
    cancel: CancelToken

    def __iter__(self) -> Iterator[Engine]:
        """Each that can be had; one that is gone or does not fit now is passed over.

        Raises:
            CancelledError: the token was cancelled.
        """
        for model in self.further(self.chosen, self.target):
            try:
                loan = self.models.borrow(model, self.cancel)
            except UserError:
                continue
            with loan as engine:
                yield engine
