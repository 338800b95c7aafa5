"""Reads files that are given to the chat, once each, and embeds their passages.

The one law: a file is stored when it was read to its end. Whoever is stopped before leaves it
waiting, and the next who needs it reads it; vectors are stored batch by batch and go on where they
were. Two who want the same file do not read it twice.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Notice, Progress, UserError
from agents.chat.files import reading
from agents.chat.files.events import FileKnown, FileRead, FileRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from agents.base import CancelToken
    from agents.chat.files.reading import Texts
    from agents.engine.port import Embedder
    from agents.store.files import Files, StoredFile

BIGGEST = 512 * 2**20  # bytes of one file
BATCH = 8  # passages embedded between two looks at the cancel token
_LOOK = 0.05  # seconds between two looks whether another has read it


class FileReader:
    """An agent that reads one file; see `agents.base.Agent`."""

    def __init__(self, files: Files, texts: Texts, embedder: Callable[[], Embedder | None]) -> None:
        """Keep where files live, who reads what is no PDF, and what asks for the embedder."""
        self._files = files
        self._texts = texts
        self._embedder = embedder
        self._locks: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)

    def takes(self, path: Path) -> bool:
        """Whether a file of this name can be read."""
        return reading.takes(path.name, self._texts)

    def known(self, path: Path) -> StoredFile:
        """A file by its number, before anything of it is read: a question can go with it.

        Raises:
            UserError: file.missing, file.unreadable, chat.file_{folder,empty,too_big,unknown}.
        """
        return self._add(path, _bytes(path))

    def run(
        self, request: FileRequest, cancel: CancelToken
    ) -> Generator[Progress | Notice | FileKnown | FileRead, None, None]:
        """Read a file, then embed it; it can be asked about from `FileRead` on.

        Where the embedder cannot be had it is found by its words, and a notice says why.

        Raises:
            CancelledError: `cancel` was set; what was read or embedded to its end is stored.
            UserError: file.missing, file.unreadable, chat.file_*.
        """
        data = _bytes(request.path)
        file = self._add(request.path, data)
        yield FileKnown(file)
        file, new = yield from self._read(file, data, cancel)
        yield FileRead(file, new)
        try:
            yield from self._embed([file.id], cancel)
        except UserError as error:
            yield Notice(error.code, tuple(error.values.items()))

    def ready(
        self, files: Sequence[int], cancel: CancelToken
    ) -> Generator[Notice, None, tuple[StoredFile, ...]]:
        """These files, read to their end; those that still wait are read now.

        Raises:
            CancelledError: `cancel` was set.
            UserError: file.missing, file.unreadable, chat.file_*.
        """
        for file in self._files.get(files):
            if not file.read:
                yield Notice("chat.file_reading", (("file", file.name),))
                data = _bytes(Path(file.path))
                work = self._read(file, data, cancel)
                while next(work, None) is not None:
                    pass
        return tuple(one for one in self._files.get(files) if one.read)

    def _add(self, path: Path, data: bytes) -> StoredFile:
        hash_ = hashlib.sha256(data).hexdigest()
        return self._files.add(hash_, path.name, str(path.absolute()), len(data))

    def _read(
        self, file: StoredFile, data: bytes, cancel: CancelToken
    ) -> Generator[Progress, None, tuple[StoredFile, bool]]:
        """The file, read; whether it was not before."""
        lock = self._locks[file.id]
        while not lock.acquire(timeout=_LOOK):
            cancel.check()
        try:
            known = self._files.get([file.id])
            if known and known[0].read:
                return known[0], False
            try:
                pieces, pages = yield from reading.read(data, file.name, self._texts, cancel)
            except UserError:
                self._files.drop_loose([file.id])  # it can never be asked about
                raise
            cancel.check()
            self._files.put(file.id, pieces, pages)
        finally:
            lock.release()
        read = self._files.get([file.id])
        if not read:  # taken away meanwhile
            raise UserError("chat.file_gone", file=file.name)
        return read[0], True

    def _embed(self, files: Sequence[int], cancel: CancelToken) -> Generator[Progress]:
        embedder = self._embedder()
        total = self._files.count_without_vector(files, embedder.id) if embedder else 0
        if embedder is None or not total:
            return
        done, began = 0, time.monotonic()
        while batch := self._files.without_vector(files, embedder.id, BATCH):
            cancel.check()
            made = embedder.embed([one.text for one in batch], "passage", cancel)
            self._files.keep_vectors(embedder.id, [one.id for one in batch], made)
            done += len(batch)
            rate = done / max(time.monotonic() - began, 1e-9)
            yield Progress(done, total, "passage", rate, max(0, total - done) / rate)


def _bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        UserError: file.missing, file.unreadable, chat.file_{folder,empty,too_big}.
    """
    try:
        if path.is_dir():
            raise UserError("chat.file_folder", file=path.name)
        if path.stat().st_size > BIGGEST:
            raise UserError("chat.file_too_big", file=path.name)
        if not path.is_file():  # a pipe or a device would never end
            raise UserError("chat.file_unknown", file=path.name)
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise UserError("file.missing", path=str(path)) from error
    except (OSError, ValueError) as error:
        raise UserError("file.unreadable", path=str(path), reason=str(error)) from error
    if not data:
        raise UserError("chat.file_empty", file=path.name)
    return data
