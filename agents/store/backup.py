"""A copy of the database from before it was brought up to date by a newer version.

The one law: a copy is whole or it is not there. It is kept for two weeks beside the database, so
that a version that turns out bad can be left again; then it goes, since it still holds what the
person has deleted meanwhile.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import time
from typing import TYPE_CHECKING

from agents.base import UserError

if TYPE_CHECKING:
    from pathlib import Path

KEPT_SECONDS = 14 * 24 * 3600.0
_SPARE = 16 << 20  # bytes that have to be left beside the copy, for the migration itself


def before(path: Path, step: str) -> Path:
    """Where the copy from before a migration step is."""
    return path.with_name(f"{path.name}.before-{step.partition('_')[0]}")


def copy(path: Path, step: str) -> Path:
    """Copy the database at `path` as it was committed last; returns the copy.

    Raises:
        UserError: store.no_room (there is not enough free space; nothing was changed).
        OSError, sqlite3.Error: the copy could not be written.
    """
    goal = before(path, step)
    needed = path.stat().st_size + _SPARE
    free = shutil.disk_usage(path.parent).free
    if free < needed:
        raise UserError(
            "store.no_room", path=str(path.parent), needed=needed >> 20, free=free >> 20
        )
    draft = goal.with_name(goal.name + ".part")
    draft.unlink(missing_ok=True)
    try:
        with (
            contextlib.closing(sqlite3.connect(path)) as source,
            contextlib.closing(sqlite3.connect(draft)) as target,
        ):
            source.backup(target)
        for old in _copies(path):
            old.unlink()
        return draft.replace(goal)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def forget(path: Path, now: float | None = None) -> None:
    """Remove a copy that has served its time."""
    now = time.time() if now is None else now
    for old in _copies(path):
        with contextlib.suppress(OSError):
            if now - old.stat().st_mtime > KEPT_SECONDS:
                old.unlink()


def _copies(path: Path) -> list[Path]:
    return [file for file in path.parent.glob(f"{path.name}.before-*") if file.suffix != ".part"]
