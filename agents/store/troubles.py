"""What the disk did wrong, in the middle of work: full, gone, or not to be written on.

The one law: only what a person can mend is told as a sentence; anything else stays a bug of ours.
"""

from __future__ import annotations

import errno
import sqlite3

from agents.base import UserError

# What SQLite says where it cannot write: a full disk, a folder without rights, a network drive
# that cannot lock, a file that somebody else holds.
_UNWRITABLE = (
    "SQLITE_FULL", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_BUSY",
    "SQLITE_LOCKED", "SQLITE_PROTOCOL", "SQLITE_NOLFS", "SQLITE_IOERR_WRITE",
    "SQLITE_IOERR_TRUNCATE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_LOCK", "SQLITE_IOERR_SHM",
)  # fmt: skip
_GONE = "SQLITE_IOERR"  # of any kind, where the database was whole when it was opened
_SYSTEM = frozenset(
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EROFS", "EIO", "ENOTCONN", "ESTALE", "ENODEV", "EHOSTDOWN")
    if hasattr(errno, name)  # Windows lacks some
)


def unwritable(error: sqlite3.Error) -> bool:
    """Whether SQLite could not write, as on a full disk; then nothing is damaged."""
    return _name(error).startswith(_UNWRITABLE)


def explained(error: BaseException) -> UserError | None:
    """An error of the disk as a sentence (store.disk); None where it is of another kind."""
    if isinstance(error, sqlite3.Error) and _name(error).startswith((*_UNWRITABLE, _GONE)):
        return UserError("store.disk", reason=str(error))
    if isinstance(error, OSError) and error.errno in _SYSTEM:
        return UserError("store.disk", reason=error.strerror or str(error))
    return None


def _name(error: sqlite3.Error) -> str:
    return str(getattr(error, "sqlite_errorname", ""))
