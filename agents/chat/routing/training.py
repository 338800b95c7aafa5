"""Trains the router's words anew: `python -m agents.chat.routing.training OUT EXAMPLES…`.

The one law: it reads what it is given and never the half that is held back; the same requests give
the same weights.

A linear support vector machine for each route with squared hinge loss, by dual coordinate descent
(Hsieh et al. 2008, algorithm 1), as in LIBLINEAR. Beside its hashed features each request has the
mean place of its words among all words; what is learned of places is stored as weights of pieces.
"""

from __future__ import annotations

import sys
from array import array
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from agents.chat.evaluation.routing import read
from agents.chat.routing import vectors
from agents.chat.routing.features import NEAR, features
from agents.chat.routing.linear import BUCKETS, Linear, Near, bucket
from agents.chat.routing.pieces import Pieces
from agents.chat.routing.router import ROUTES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from agents.chat.routing.vectors import Vectors

    Row = tuple[npt.NDArray[np.int64], npt.NDArray[np.float32], npt.NDArray[np.float32]]

_COST = 1.0  # of an error against the squared weights
_ROUNDS = 12  # through all examples
_SHARPNESS = 3.0  # of shares: margins times this are taken for log-odds
_MOST = 127


def trained(paths: Sequence[Path], places: Vectors | None = None) -> Linear:
    """A classifier from files of labelled requests; those with several tasks are left out.

    Args:
        paths: files of JSONL rows.
        places: where pieces of words stand; those of the installed model unless given.

    Raises:
        UserError: what `agents.chat.evaluation.routing.read` and `vectors.read` raise.
    """
    rows = [row for path in paths for row in read(path) if not row.routes]
    return train(
        [(features(row.text), row.route) for row in rows], ROUTES, places or vectors.read()
    )


def train(
    examples: Sequence[tuple[Mapping[str, float], str]], labels: Sequence[str], places: Vectors
) -> Linear:
    """Fit a classifier; the same each time.

    Args:
        examples: features with their label.
        labels: all labels, in the order of the columns.
        places: where pieces of words stand.
    """
    pieces = Pieces(places.names)
    rows = [_row(found, pieces, places.rows) for found, _label in examples]
    sides = np.where(
        np.array([[label == one for label in labels] for _found, one in examples]), 1.0, -1.0
    ).astype(np.float32)
    weights, near = _descended(rows, sides, len(NEAR) * places.rows.shape[1])
    by_piece = np.concatenate([places.rows @ part for part in np.split(near, len(NEAR))], axis=1)
    table, scale = _packed(weights)
    small, near_scale = _packed(by_piece)
    return Linear(
        tuple(labels), scale * _SHARPNESS, table, Near(pieces, near_scale * _SHARPNESS, small)
    )


def _descended(
    rows: Sequence[Row], sides: npt.NDArray[np.float32], width: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """The weights of the buckets and of the places, one column a label."""
    columns = sides.shape[1]
    weights = np.zeros((BUCKETS, columns), np.float32)
    near = np.zeros((width, columns), np.float32)
    alphas = np.zeros_like(sides)
    sizes = [float(v @ v + p @ p) + 1 / (2 * _COST) for _at, v, p in rows]
    order = np.random.default_rng(1)
    for _round in range(_ROUNDS):
        for at in map(int, order.permutation(len(rows))):
            buckets, values, place = rows[at]
            margins: npt.NDArray[np.float32] = np.add(values @ weights[buckets], place @ near)
            slopes: npt.NDArray[np.float32] = sides[at] * margins - 1 + alphas[at] / (2 * _COST)
            alpha = np.maximum(alphas[at] - slopes / sizes[at], 0.0)
            step: npt.NDArray[np.float32] = (alpha - alphas[at]) * sides[at]
            if step.any():
                weights[buckets] += values[:, None] * step
                np.add(near, place[:, None] * step, out=near)
                alphas[at] = alpha
    return weights, near


def _row(found: Mapping[str, float], pieces: Pieces, places: npt.NDArray[np.float32]) -> Row:
    """Distinct buckets with their strengths, and the places of the words."""
    strengths: dict[int, float] = {}
    place = np.zeros((len(NEAR), places.shape[1]), np.float32)
    for name, strength in found.items():
        if name[0] == NEAR[0][0]:
            of = pieces.of(name[2:])
            if of:
                place[int(name[1])] += strength * places[np.array(of)].mean(axis=0)
        else:
            at = bucket(name)
            strengths[at] = strengths.get(at, 0.0) + strength
    return (
        np.array(list(strengths), np.int64),
        np.array(list(strengths.values()), np.float32),
        place.reshape(-1),
    )


def _packed(weights: npt.NDArray[np.float32]) -> tuple[array[int], float]:
    scale = float(np.abs(weights).max(initial=0.0)) / _MOST or 1.0
    return array("b", np.round(weights / scale).astype(np.int8).tobytes()), scale


if __name__ == "__main__":
    trained([Path(name) for name in sys.argv[2:]]).save(Path(sys.argv[1]))
