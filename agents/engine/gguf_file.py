"""Reads the head of a GGUF file: what it says of itself and where its tensors lie.

The one law: no number in the file is trusted. Every length, count and offset is held against
the bytes that are really there before it is used, and nothing is allocated because a file says so.
Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (versions 2 and 3,
little-endian), with the limits of llama.cpp's own reader (`ggml/src/gguf.cpp`).
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import UserError

if TYPE_CHECKING:
    from pathlib import Path

Scalar = str | int | float | bool
MetaValue = Scalar | tuple[Scalar, ...]

MAGIC = b"GGUF"
VERSIONS = (2, 3)
MAX_KEYS = 1 << 16
MAX_TENSORS = 1 << 17
MAX_KEY_LENGTH = 1 << 16
MAX_NAME_LENGTH = 63  # GGML_MAX_NAME without its end
MAX_DIMENSIONS = 4
MAX_ARRAY_KEPT = 4096  # longer arrays (the vocabulary) are only counted
MAX_ELEMENTS = 1 << 62
DEFAULT_ALIGNMENT = 32
_VOCABULARY = "tokenizer.ggml.tokens"

_STRING, _ARRAY = 8, 9
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q"}
_SCALARS[12] = "d"

FLOAT32 = 0
# ggml.h, enum ggml_type: numbers in a block, bytes of a block.
BLOCKS: dict[int, tuple[int, int]] = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34),
    9: (32, 40), 10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210),
    15: (256, 292), 16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18),
    21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8),
    28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
    40: (64, 36), 41: (128, 18),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor; `offset` from the start of the data, sizes in bytes."""

    shape: tuple[int, ...]
    type: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Head:
    """Everything before the data. `counts` has the length of every array."""

    meta: dict[str, MetaValue]
    counts: dict[str, int]
    tensors: dict[str, Tensor]
    data_size: int  # bytes of all tensors


class _DamagedError(Exception):
    """Why the file cannot be read."""


class _UnknownTypeError(Exception):
    """A number format that this version of llama.cpp does not know."""


def read_head(path: Path) -> Head:
    """Read and check the head of a GGUF file.

    Raises:
        UserError: file.unreadable, model.damaged, model.unsupported.
    """
    try:
        with path.open("rb") as file:
            if path.stat().st_size == 0:
                raise UserError("model.damaged", path=str(path), reason="the file is empty")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _head(_Cursor(data))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError("file.unreadable", path=str(path), reason=reason) from error
    except _DamagedError as error:
        raise UserError("model.damaged", path=str(path), reason=str(error)) from error
    except _UnknownTypeError as error:
        raise UserError("model.unsupported", path=str(path), kind=str(error)) from error


class _Cursor:
    """Reads forward, never past the end."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self.size = len(data)
        self.at = 0

    def take(self, length: int) -> bytes:
        start = self.skip(length)
        return self._data[start : self.at]

    def skip(self, length: int) -> int:
        if length > self.size - self.at:
            raise _DamagedError(f"it ends too early: {length} bytes are missing at {self.at}")
        start, self.at = self.at, self.at + length
        return start

    def number(self, letter: str) -> int | float | bool:
        return struct.unpack("<" + letter, self.take(struct.calcsize("<" + letter)))[0]

    def unsigned(self, letter: str) -> int:
        return int(self.number(letter))

    def string(self, limit: int) -> str:
        length = self.unsigned("Q")
        if length > limit:
            raise _DamagedError(f"a text of {length} bytes at {self.at}")
        return self.take(length).decode("utf-8", "replace")


def _head(cursor: _Cursor) -> Head:
    if cursor.take(4) != MAGIC:
        raise _DamagedError("it is not a GGUF file")
    version = cursor.unsigned("I")
    if version not in VERSIONS:
        raise _UnknownTypeError(f"GGUF version {version}")
    tensors, keys = cursor.unsigned("Q"), cursor.unsigned("Q")
    if keys > MAX_KEYS or tensors > MAX_TENSORS:
        raise _DamagedError(f"it claims {keys} entries and {tensors} tensors")
    meta: dict[str, MetaValue] = {}
    counts: dict[str, int] = {}
    for _number in range(keys):
        key = cursor.string(MAX_KEY_LENGTH)
        if key in meta:
            raise _DamagedError(f"the entry {key} is there twice")
        meta[key] = _value(cursor, key, counts)
    return _tensors(cursor, tensors, meta, counts)


def _value(cursor: _Cursor, key: str, counts: dict[str, int]) -> MetaValue:
    kind = cursor.unsigned("I")
    if kind in _SCALARS:
        return cursor.number(_SCALARS[kind])
    if kind == _STRING:
        return cursor.string(cursor.size)
    if kind != _ARRAY:
        raise _DamagedError(f"the entry {key} has the unknown type {kind}")
    element, count = cursor.unsigned("I"), cursor.unsigned("Q")
    counts[key] = count
    if element in _SCALARS:
        width = struct.calcsize("<" + _SCALARS[element])
        if count > MAX_ARRAY_KEPT:
            cursor.skip(count * width)
            return ()
        return struct.unpack(f"<{count}{_SCALARS[element]}", cursor.take(count * width))
    if element != _STRING:  # arrays in arrays are refused by llama.cpp, too
        raise _DamagedError(f"the entry {key} has elements of type {element}")
    return _texts(cursor, key, count)


def _texts(cursor: _Cursor, key: str, count: int) -> MetaValue:
    if count * 8 > cursor.size - cursor.at:  # every text has a length of 8 bytes before it
        raise _DamagedError(f"the entry {key} claims {count} texts")
    if key == _VOCABULARY:
        _check_vocabulary(cursor, count)
        return ()
    if count <= MAX_ARRAY_KEPT:
        return tuple(cursor.string(cursor.size) for _number in range(count))
    for _number in range(count):
        cursor.skip(cursor.unsigned("Q"))
    return ()


def _check_vocabulary(cursor: _Cursor, count: int) -> None:
    """llama.cpp ends the process where two tokens are the same; empty ones it tells apart."""
    found: set[bytes] = set()
    empty = 0
    for _number in range(count):
        token = cursor.take(cursor.unsigned("Q"))
        empty += not token
        found.add(token)
    if len(found) + max(0, empty - 1) != count:
        raise _DamagedError("its vocabulary has the same token twice")


def _tensors(
    cursor: _Cursor, number: int, meta: dict[str, MetaValue], counts: dict[str, int]
) -> Head:
    alignment = meta.get("general.alignment", DEFAULT_ALIGNMENT)
    if not isinstance(alignment, int) or alignment < 1 or alignment & (alignment - 1):
        raise _DamagedError(f"its alignment is {alignment}")
    found: dict[str, Tensor] = {}
    expected = 0
    for _number in range(number):
        name = cursor.string(MAX_NAME_LENGTH)
        if name in found:
            raise _DamagedError(f"the tensor {name} is there twice")
        tensor = _tensor(cursor, name)
        if tensor.offset != expected:
            raise _DamagedError(f"the tensor {name} lies at {tensor.offset}, not at {expected}")
        found[name] = tensor
        expected += _padded(tensor.size, alignment)
    start = _padded(cursor.at, alignment)
    last = max(found.values(), key=lambda tensor: tensor.offset, default=None)
    if last is not None and last.size > cursor.size - start - last.offset:
        missing = start + last.offset + last.size - cursor.size
        raise _DamagedError(f"its end is missing: {missing} bytes")
    return Head(meta, counts, found, sum(tensor.size for tensor in found.values()))


def _tensor(cursor: _Cursor, name: str) -> Tensor:
    dimensions = cursor.unsigned("I")
    if dimensions > MAX_DIMENSIONS:
        raise _DamagedError(f"the tensor {name} has {dimensions} dimensions")
    shape = tuple(cursor.unsigned("Q") for _number in range(dimensions))
    kind, offset = cursor.unsigned("I"), cursor.unsigned("Q")
    if kind not in BLOCKS:
        raise _UnknownTypeError(f"number format {kind}")
    block, width = BLOCKS[kind]
    elements = 1
    for length in shape:
        elements *= length
    first = shape[0] if shape else 1
    if not 0 < elements < MAX_ELEMENTS or first % block:
        raise _DamagedError(f"the tensor {name} has the shape {shape}")
    return Tensor(shape, kind, offset, elements // block * width)


def _padded(size: int, alignment: int) -> int:
    return -(-size // alignment) * alignment
