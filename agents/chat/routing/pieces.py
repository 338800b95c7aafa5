"""Words as pieces of a vocabulary that many languages share.

The one law: a word that no example holds is judged by its nearest pieces, which stand where words
of like meaning stand, in Korean as in English; spelling alone decides nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

START = "▁"  # begins a piece that begins a word
_LONGEST = 18  # letters of a piece
_LONGEST_WORD = 40


@dataclass(frozen=True, slots=True)
class Pieces:
    """A vocabulary of pieces, in the order of their rows elsewhere."""

    names: tuple[str, ...] = ()
    _places: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the names."""
        object.__setattr__(self, "_places", {name: at for at, name in enumerate(self.names)})

    def of(self, word: str) -> Sequence[int]:
        """The pieces of a word in small letters, longest first from the left.

        Args:
            word: letters only.

        Returns:
            Places in `names`; letters that no piece holds are passed over.
        """
        return _cut(self._places, word) if self._places else ()


def _cut(places: dict[str, int], word: str) -> list[int]:
    rest = START + word[:_LONGEST_WORD]
    found: list[int] = []
    while rest:
        for size in range(min(len(rest), _LONGEST), 0, -1):
            place = places.get(rest[:size])
            if place is not None:
                found.append(place)
                rest = rest[size:]
                break
        else:
            rest = rest[1:]
    return found
