"""Cuts a request into pieces of a vocabulary, the likeliest way of all.

The one law: the same text gives the same pieces, and every text gives some: letters that no piece
holds are one unknown piece.

The likeliest way is the one whose pieces have the greatest product of likelihoods (a unigram
model, Kudo 2018, as in SentencePiece); spaces are kept as the mark that begins a word.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.chat.routing.pieces import START

if TYPE_CHECKING:
    from collections.abc import Sequence

UNKNOWN = 3  # place of the piece for what no other holds
_SPECIAL = 4  # pieces before the first that has letters
_UNLIKELY = 10.0  # how much less likely than any other the unknown piece is, as a logarithm
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Cuts:
    """Pieces with the logarithms of how likely they are; four special ones stand first."""

    names: Sequence[str]
    scores: Sequence[float]
    _places: dict[str, int] = field(init=False, repr=False, compare=False)
    _longest: int = field(init=False, repr=False, compare=False)
    _unknown: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the names."""
        places = {name: at for at, name in enumerate(self.names) if at >= _SPECIAL}
        object.__setattr__(self, "_places", places)
        object.__setattr__(self, "_longest", max(map(len, places), default=1))
        least = min(self.scores[_SPECIAL:], default=0.0)
        object.__setattr__(self, "_unknown", least - _UNLIKELY)

    def of(self, text: str) -> list[int]:
        """The places of the pieces of a text, none unknown twice in a row."""
        marked = START + _SPACE.sub(START, unicodedata.normalize("NFKC", text).strip())
        best = [0.0] + [-float("inf")] * len(marked)
        back = [(0, UNKNOWN)] * (len(marked) + 1)
        for start in range(len(marked)):
            before = best[start]
            for end in range(start + 1, min(len(marked), start + self._longest) + 1):
                place = self._places.get(marked[start:end])
                if place is not None and before + self.scores[place] > best[end]:
                    best[end], back[end] = before + self.scores[place], (start, place)
            if before + self._unknown > best[start + 1]:
                best[start + 1], back[start + 1] = before + self._unknown, (start, UNKNOWN)
        found: list[int] = []
        end = len(marked)
        while end:
            end, place = back[end]
            if not (place == UNKNOWN and found and found[-1] == UNKNOWN):
                found.append(place)
        found.reverse()
        return found
