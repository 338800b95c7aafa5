"""Where pieces of words stand, for training alone: read from a multilingual embedding model.

The one law: nothing of it is needed to route. Training turns the places into weights and keeps
those.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents.chat.routing import e5
from agents.chat.routing.pieces import START
from agents.chat.routing.reader import unpacked

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

_KEPT = re.compile(rf"{START}?[A-Za-z]+|{START}?[가-힣]+")
_WIDTH = 96  # principal directions that are kept


@dataclass(frozen=True, slots=True)
class Vectors:
    """Pieces with their places: one row of length 1 for each name."""

    names: tuple[str, ...]
    rows: npt.NDArray[np.float32]


def read() -> Vectors:
    """The vectors of the installed model.

    Raises:
        UserError: file.unreadable.
    """
    model = e5.read()
    chosen = _chosen(model.names, model.scores)
    rows = unpacked(model.blocks(e5.TABLE)[np.array(list(chosen.values()))])
    return Vectors(tuple(chosen), _narrowed(rows / np.linalg.norm(rows, axis=1, keepdims=True)))


def _chosen(names: Sequence[str], scores: npt.NDArray[np.float32]) -> dict[str, int]:
    """Pieces in small letters with their row, a piece of small letters before others."""
    chosen: dict[str, int] = {}
    for row in map(int, np.argsort(-scores, kind="stable")):
        name = names[row]
        if not _KEPT.fullmatch(name):
            continue
        small = name.lower()
        if small not in chosen or small == name:
            chosen[small] = row
    return chosen


def _narrowed(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    rows = rows - rows.mean(axis=0)
    _sizes, directions = np.linalg.eigh((rows.T @ rows).astype(np.float64))
    rows = (rows @ directions[:, ::-1][:, :_WIDTH]).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)
