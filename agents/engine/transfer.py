"""Bytes on their way to a model folder: digests, copies, free space, and who may write.

The one law: a file has its name only when it is whole; until then it is a `.part`.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sys
import time
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

from agents.base import Progress, UserError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from agents.base import CancelToken

CHUNK = 1 << 20  # bytes read at a time: a cancel is noticed between two
RESERVE = 64 << 20  # bytes left free on the disk
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SHOW_EVERY = 0.1  # seconds between two progress events
_WINDOW = 5.0  # seconds over which the rate is measured


class Meter:
    """Counts bytes and says now and then how far, how fast, and for how long still."""

    def __init__(self, done: int, total: int) -> None:
        """Begin at `done` bytes of `total` (0 = unknown)."""
        self.done = done
        self.total = total
        self._marks: deque[tuple[float, int]] = deque([(time.monotonic(), done)])
        self._shown = float("-inf")

    def add(self, count: int) -> Progress | None:
        """Count `count` more bytes (negative: thrown away); a progress event when one is due."""
        self.done += count
        now = time.monotonic()
        if count < 0:
            self._marks = deque([(now, self.done)])
        if now - self._shown < _SHOW_EVERY and self.done != self.total:
            return None
        self._shown = now
        self._marks.append((now, self.done))
        while len(self._marks) > 2 and now - self._marks[0][0] > _WINDOW:
            self._marks.popleft()
        return self.now()

    def now(self) -> Progress:
        """The state as an event."""
        (since, before), (until, after) = self._marks[0], self._marks[-1]
        rate = (after - before) / (until - since) if until - since > 0.05 else 0.0
        left = (self.total - self.done) / rate if rate > 0 and self.total > self.done else 0.0
        return Progress(self.done, self.total, "byte", rate, left)


def chunks(path: Path, cancel: CancelToken) -> Iterator[bytes]:
    """Read `path` piece by piece.

    Raises:
        CancelledError: `cancel` was set.
        UserError: file.unreadable.
    """
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                cancel.check()
                yield chunk
    except OSError as error:
        raise UserError("file.unreadable", path=str(path), reason=reason(error)) from error


def digest(path: Path, meter: Meter, cancel: CancelToken) -> Generator[Progress, None, str]:
    """Yield progress; return the SHA-256 of `path`.

    Raises:
        CancelledError: `cancel` was set.
        UserError: file.unreadable.
    """
    sha = hashlib.sha256()
    for chunk in chunks(path, cancel):
        sha.update(chunk)
        if event := meter.add(len(chunk)):
            yield event
    return sha.hexdigest()


def take(
    source: Path, target: Path, meter: Meter, cancel: CancelToken
) -> Generator[Progress, None, str]:
    """Bring `source` to `target`, by a hard link where the disk allows, and return its SHA-256.

    The file appears under its name only when it is whole; otherwise nothing is left behind.

    Raises:
        CancelledError: `cancel` was set.
        UserError: file.unreadable, model.disk_full, file.unwritable.
    """
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        if _link(source, part):
            sha = yield from digest(part, meter, cancel)
        else:
            require_space(target.parent, source.stat().st_size)
            sha = yield from _copy(source, part, meter, cancel)
        part.replace(target)
    except OSError as error:
        raise write_error(error, target) from error
    finally:
        part.unlink(missing_ok=True)
    return sha


def _link(source: Path, part: Path) -> bool:
    try:
        part.hardlink_to(source)
    except OSError:  # another disk, or a file system without links
        return False
    return True


def _copy(
    source: Path, part: Path, meter: Meter, cancel: CancelToken
) -> Generator[Progress, None, str]:
    sha = hashlib.sha256()
    with part.open("wb") as file:
        for chunk in chunks(source, cancel):
            file.write(chunk)
            sha.update(chunk)
            if event := meter.add(len(chunk)):
                yield event
        file.flush()
        os.fsync(file.fileno())
    return sha.hexdigest()


def require_space(folder: Path, needed: int) -> None:
    """Make sure `needed` bytes fit on the disk of `folder`, and some to spare.

    Raises:
        UserError: model.disk_full.
    """
    free = shutil.disk_usage(folder).free
    if needed and needed + RESERVE > free:
        raise UserError(
            "model.disk_full",
            path=str(folder),
            needed=megabytes(needed + RESERVE),
            free=free // 1_000_000,
        )


def write_error(error: OSError, path: Path) -> UserError:
    """What a person is told when writing `path` failed."""
    if error.errno in FULL:
        return UserError("model.disk_filled", path=str(path.parent))
    return UserError("file.unwritable", path=str(path), reason=reason(error))


def reason(error: OSError) -> str:
    """The system's words for an error."""
    return error.strerror or str(error)


def megabytes(count: int) -> int:
    """Bytes as whole megabytes, rounded up."""
    return -(-count // 1_000_000)


def make_folder(folder: Path) -> None:
    """Create a folder.

    Raises:
        UserError: file.unwritable.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError("file.unwritable", path=str(folder), reason=reason(error)) from error


def lock_of(folder: Path) -> Path:
    """The file that is locked while somebody writes to `folder`."""
    return folder.parent / f".{folder.name}.lock"


@contextmanager
def only_writer(folder: Path, name: str) -> Generator[None, None, None]:
    """Hold a model's folder for this process; the system lets go of it even after a crash.

    The lock is a file beside the folder, so that the folder itself may come and go.

    Raises:
        UserError: model.busy if another download, import or removal of it runs, here or elsewhere.
    """
    make_folder(folder.parent)
    lock = lock_of(folder)
    try:
        file = lock.open("ab")
    except OSError as error:
        raise UserError("file.unwritable", path=str(lock), reason=reason(error)) from error
    with file:
        try:
            if sys.platform == "win32":
                import msvcrt  # noqa: PLC0415 - only on Windows

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl  # noqa: PLC0415 - only elsewhere

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UserError("model.busy", model=name) from error
        yield
