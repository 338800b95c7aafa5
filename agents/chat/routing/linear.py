"""A linear classifier over hashed features: a support vector machine for each label.

The one law: looking up is a few hundred additions without any import; only training needs numpy.

Weights are 8-bit numbers of a table of `BUCKETS` rows (hashing trick, Weinberger et al. 2009), so
the file is as small as a picture and the same on every machine. Features that name a word's place
among other words, see `features.NEAR`, have their weights by the pieces of the word instead.
"""

from __future__ import annotations

import json
import math
import zlib
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.chat.routing.features import NEAR
from agents.chat.routing.pieces import Pieces

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BUCKETS = 2**20
_HEAD = b"moadesk-linear-2\n"


@dataclass(frozen=True, slots=True)
class Near:
    """Weights of words by their pieces."""

    pieces: Pieces = field(default_factory=Pieces)
    scale: float = 1.0  # weight = scale * stored number, as beside
    weights: array[int] = field(default_factory=lambda: array("b"))  # piece x place x label, int8


@dataclass(frozen=True, slots=True)
class Linear:
    """A trained classifier."""

    labels: tuple[str, ...]
    scale: float  # weight = scale * stored number
    weights: array[int]  # int8, row after row: BUCKETS x len(labels)
    near: Near = field(default_factory=Near)

    def probabilities(self, features: Mapping[str, float]) -> dict[str, float]:
        """How likely each label is; they sum to 1."""
        width = len(self.labels)
        columns = range(width)
        sums = [0.0] * width
        near = [0.0] * width
        weights, by_piece = self.weights, self.near.weights
        for name, strength in features.items():
            if name[0] == NEAR[0][0]:
                place = int(name[1])
                pieces = self.near.pieces.of(name[2:])
                for piece in pieces:
                    start = (piece * len(NEAR) + place) * width
                    for column in columns:
                        near[column] += strength / len(pieces) * by_piece[start + column]
                continue
            start = bucket(name) * width
            for column in columns:
                sums[column] += strength * weights[start + column]
        margins = [
            self.scale * one + self.near.scale * two for one, two in zip(sums, near, strict=True)
        ]
        most = max(margins)
        powers = [math.exp(margin - most) for margin in margins]
        total = sum(powers)
        return {label: power / total for label, power in zip(self.labels, powers, strict=True)}

    def save(self, path: Path) -> None:
        """Write it."""
        parts = [
            zlib.compress(self.weights.tobytes(), 9),
            zlib.compress("\n".join(self.near.pieces.names).encode(), 9),
            zlib.compress(self.near.weights.tobytes(), 9),
        ]
        head = {
            "labels": self.labels,
            "scale": self.scale,
            "near": self.near.scale,
            "parts": [len(part) for part in parts],
        }
        path.write_bytes(_HEAD + json.dumps(head).encode() + b"\n" + b"".join(parts))


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


def _read(data: bytes) -> Linear:
    kind, head, packed = data.split(b"\n", 2)
    if kind + b"\n" != _HEAD:
        raise ValueError(kind)
    said = json.loads(head)
    table, words, rest = map(int, said["parts"])
    weights = array("b", zlib.decompress(packed[:table]))
    names = zlib.decompress(packed[table : table + words]).decode()
    by_piece = array("b", zlib.decompress(packed[table + words : table + words + rest]))
    labels = tuple(map(str, said["labels"]))
    pieces = Pieces(tuple(names.split("\n")) if names else ())
    if len(weights) != BUCKETS * len(labels):
        raise ValueError(len(weights))
    if len(by_piece) != len(pieces.names) * len(NEAR) * len(labels):
        raise ValueError(len(by_piece))
    return Linear(
        labels, float(said["scale"]), weights, Near(pieces, float(said["near"]), by_piece)
    )
