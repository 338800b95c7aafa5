"""Conversations on disk: what the model's memory held, so that a long chat goes on after a restart.

The one law: a state is either whole and of exactly this model and library, or it is not there. It
is written beside its place and moved there, its digests are checked before anything is believed,
and a file that fails a check is deleted: the conversation is then evaluated anew.

A file is: `MAGIC`, the length of the head (8 bytes, little-endian), the head (JSON), the head's
BLAKE2b-256; then the body (token ids as int32, snapshots, state) and its BLAKE2b-256. The name is
made of digests: of the conversation's name, and of model and library.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    import numpy.typing as npt

log = logging.getLogger(__name__)

MAGIC = b"MOASTATE1\n"
MAX_HEAD = 64 << 20
SAMPLES, SAMPLE_BYTES = 64, 1 << 16
_DIGEST = 32


class _BadStateError(Exception):
    """Why a file is not believed."""


@dataclass(frozen=True, slots=True, eq=False)
class SavedState:
    """A conversation as the model's memory held it."""

    tokens: list[int]
    data: npt.NDArray[np.uint8]  # full state of the sequence
    snapshots: tuple[tuple[int, npt.NDArray[np.uint8]], ...]  # tokens before it, running state
    said: Mapping[str, tuple[int, ...]]  # answers, and the tokens they were made of


def identity(path: Path, library: str) -> str:
    """Tells model files apart: size, head and samples of the weights; and the library's version.

    Reading a gigabyte for its digest would take longer than a conversation saves.
    """
    digest = hashlib.blake2b(library.encode(), digest_size=_DIGEST)
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        digest.update(size.to_bytes(8, "little"))
        for number in range(SAMPLES):
            file.seek(max(0, size - SAMPLE_BYTES) * number // (SAMPLES - 1))
            digest.update(file.read(SAMPLE_BYTES))
    return digest.hexdigest()


class States:
    """A folder of states, within a budget. Safe to use from several threads."""

    def __init__(self, folder: Path, budget: int) -> None:
        """Use `folder`, which need not exist; at most `budget` bytes in it."""
        self._folder = folder
        self._budget = budget
        self._lock = threading.Lock()  # one writes at a time

    def said(self, name: str, model: str) -> Mapping[str, tuple[int, ...]] | None:
        """The answers of a saved conversation and their tokens; None if it is not there. Quick."""
        with self._opened(name, model) as file:
            return _said(_head(file)) if file is not None else None
        return None

    def load(self, name: str, model: str) -> SavedState | None:
        """Read a conversation back; None if it is not there or cannot be believed."""
        with self._opened(name, model) as file:
            return _body(file, _head(file)) if file is not None else None
        return None

    def save(self, name: str, model: str, state: SavedState) -> bool:
        """Write a conversation; False (and a line in the log) if that fails: nothing is lost."""
        path = self._path(name, model)
        part = path.with_suffix(".part")
        try:
            with self._lock:
                self._folder.mkdir(parents=True, exist_ok=True)
                with part.open("wb") as file:
                    _write(file, state)
                    file.flush()
                    os.fsync(file.fileno())
                part.replace(path)
                self._tidy(path)
        except OSError as error:
            log.warning("a conversation's state was not saved: %s", error)
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            return False
        return True

    def forget(self, name: str) -> None:
        """Delete a conversation's states, of every model."""
        with self._lock, contextlib.suppress(OSError):
            for path in self._folder.glob(f"{_short(name)}-*"):
                path.unlink(missing_ok=True)

    def _path(self, name: str, model: str) -> Path:
        return self._folder / f"{_short(name)}-{model[:32]}.state"

    @contextlib.contextmanager
    def _opened(self, name: str, model: str) -> Generator[BinaryIO | None, None, None]:
        path = self._path(name, model)
        try:
            file = path.open("rb")
        except OSError:
            yield None
            return
        try:
            with file:
                yield file
        except (OSError, _BadStateError, ValueError, KeyError, TypeError) as error:
            log.warning("a conversation's state is not used: %s", error)
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    def _tidy(self, newest: Path) -> None:
        """Delete what a killed process left half-written, then the oldest beyond the budget."""
        for part in self._folder.glob("*.part"):
            part.unlink(missing_ok=True)
        files = [(path.stat(), path) for path in self._folder.glob("*.state") if path != newest]
        room = self._budget - newest.stat().st_size
        for status, path in sorted(files, key=lambda one: one[0].st_mtime, reverse=True):
            room -= status.st_size
            if room < 0:
                path.unlink(missing_ok=True)
        if newest.stat().st_size > self._budget:
            newest.unlink(missing_ok=True)


def _short(name: str) -> str:
    return hashlib.blake2b(name.encode(), digest_size=16).hexdigest()


def _write(file: BinaryIO, state: SavedState) -> None:
    head = json.dumps(
        {
            "tokens": len(state.tokens),
            "snapshots": [(length, len(data)) for length, data in state.snapshots],
            "state": len(state.data),
            "said": [(text, tokens) for text, tokens in state.said.items()],
        }
    ).encode()
    file.write(MAGIC + len(head).to_bytes(8, "little") + head)
    file.write(hashlib.blake2b(head, digest_size=_DIGEST).digest())
    digest = hashlib.blake2b(digest_size=_DIGEST)
    tokens = np.asarray(state.tokens, dtype="<i4").view(np.uint8)
    for part in (tokens, *(data for _length, data in state.snapshots), state.data):
        digest.update(part.data)
        file.write(part.data)
    file.write(digest.digest())


def _head(file: BinaryIO) -> dict[str, Any]:
    if file.read(len(MAGIC)) != MAGIC:
        raise _BadStateError("it is no state")
    length = int.from_bytes(file.read(8), "little")
    if length > MAX_HEAD:
        raise _BadStateError("its head is too long")
    head = file.read(length)
    if file.read(_DIGEST) != hashlib.blake2b(head, digest_size=_DIGEST).digest():
        raise _BadStateError("its head is damaged")
    return json.loads(head)


def _said(head: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    return {text: tuple(tokens) for text, tokens in head["said"]}


def _body(file: BinaryIO, head: dict[str, Any]) -> SavedState:
    sizes = [head["tokens"] * 4, *(size for _length, size in head["snapshots"]), head["state"]]
    digest = hashlib.blake2b(digest_size=_DIGEST)
    parts: list[npt.NDArray[np.uint8]] = []
    left = os.fstat(file.fileno()).st_size - file.tell()
    for size in sizes:
        if not 0 <= size <= left:
            raise _BadStateError("its end is missing")
        left -= size
        part = np.fromfile(file, dtype=np.uint8, count=size)
        digest.update(part.data)
        parts.append(part)
    if file.read() != digest.digest():
        raise _BadStateError("it is damaged")
    lengths = [length for length, _size in head["snapshots"]]
    return SavedState(
        tokens=parts[0].view("<i4").tolist(),
        data=parts[-1],
        snapshots=tuple(zip(lengths, parts[1:-1], strict=True)),
        said=_said(head),
    )
