"""A linear classifier over hashed features: a support vector machine for each label.

The one law: looking up is a few hundred additions without any import; only training needs numpy.

Weights are 8-bit numbers of a table of `BUCKETS` rows (hashing trick, Weinberger et al. 2009), so
the file is as small as a picture and the same on every machine.
"""

from __future__ import annotations

import json
import math
import zlib
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

BUCKETS = 2**19
_SHARPNESS = 3.0  # of shares: margins times this are taken for log-odds
_HEAD = b"moadesk-linear-1\n"


@dataclass(frozen=True, slots=True)
class Linear:
    """A trained classifier."""

    labels: tuple[str, ...]
    scale: float  # weight = scale * stored number
    weights: array[int]  # int8, row after row: BUCKETS x len(labels)

    def probabilities(self, features: Mapping[str, float]) -> dict[str, float]:
        """How likely each label is; they sum to 1."""
        width = len(self.labels)
        sums = [0.0] * width
        weights = self.weights
        for name, strength in features.items():
            start = bucket(name) * width
            for column in range(width):
                sums[column] += strength * weights[start + column]
        most = max(sums)
        powers = [math.exp(self.scale * (value - most)) for value in sums]
        total = sum(powers)
        return {label: power / total for label, power in zip(self.labels, powers, strict=True)}

    def save(self, path: Path) -> None:
        """Write it."""
        head = json.dumps({"labels": self.labels, "scale": self.scale}).encode()
        packed = zlib.compress(self.weights.tobytes(), 9)
        path.write_bytes(_HEAD + head + b"\n" + packed)


def _read(data: bytes) -> Linear:
    kind, head, packed = data.split(b"\n", 2)
    if kind + b"\n" != _HEAD:
        raise ValueError(kind)
    said = json.loads(head)
    weights = array("b", zlib.decompress(packed))
    labels = tuple(map(str, said["labels"]))
    if len(weights) != BUCKETS * len(labels):
        raise ValueError(len(weights))
    return Linear(labels, float(said["scale"]), weights)


def bucket(name: str) -> int:
    """The row of a feature."""
    return zlib.crc32(name.encode()) % BUCKETS


def load(path: Path) -> Linear:
    """Read a trained classifier.

    Raises:
        UserError: file.unreadable.
    """
    try:
        return _read(path.read_bytes())
    except (OSError, ValueError, KeyError, TypeError, zlib.error) as error:
        raise UserError("file.unreadable", path=str(path), reason=str(error)) from error


def train(
    examples: Sequence[tuple[Mapping[str, float], str]],
    labels: Sequence[str],
    cost: float = 1.0,
    rounds: int = 12,
) -> Linear:
    """Fit one linear support vector machine for each label; the same each time.

    Squared hinge loss by dual coordinate descent (Hsieh et al. 2008, algorithm 1), as in LIBLINEAR.

    Args:
        examples: features with their label.
        labels: all labels, in the order of the columns.
        cost: of an error against the squared weights.
        rounds: through all examples.
    """
    import numpy as np  # noqa: PLC0415 - routing itself does without

    rows: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]] = [
        (
            np.array([bucket(name) for name in features], np.int64),
            np.array(list(features.values()), np.float32),
        )
        for features, _label in examples
    ]
    sizes = [float(values @ values) + 1 / (2 * cost) for _places, values in rows]
    order = np.random.default_rng(1)
    weights = np.zeros((BUCKETS, len(labels)), np.float32)
    for column, label in enumerate(labels):
        own = np.zeros(BUCKETS, np.float32)
        sides = [1.0 if found == label else -1.0 for _features, found in examples]
        alphas = [0.0] * len(examples)
        for _round in range(rounds):
            for at in map(int, order.permutation(len(examples))):
                places, values = rows[at]
                slope = sides[at] * float(own[places] @ values) - 1 + alphas[at] / (2 * cost)
                alpha = max(alphas[at] - slope / sizes[at], 0.0)
                if alpha != alphas[at]:
                    np.add.at(own, places, (alpha - alphas[at]) * sides[at] * values)
                    alphas[at] = alpha
        weights[:, column] = own
    scale = float(np.abs(weights).max()) / 127 or 1.0
    table = np.round(weights / scale).astype(np.int8)
    return Linear(tuple(labels), scale * _SHARPNESS, array("b", table.tobytes()))
