"""Backups of the database: what there is, made when asked for, and going back to one.

The one law: going back keeps what it replaces as a backup first, and replaces everything in one
transaction or nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from agents.store import copies, database

if TYPE_CHECKING:
    from agents.store.copies import Reason
    from agents.store.database import Database

_NAME = re.compile(r"-(\d{8}-\d{6})-(update|restore|wish)(?:-\d+)?$")


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy. `made` is ISO 8601, UTC; `size` is in bytes."""

    path: str
    made: str
    reason: Reason
    size: int


class Backups:
    """Makes, lists and restores copies of one database. Any thread."""

    def __init__(self, kept: Database) -> None:
        """Keep the database; its copies are in a folder beside it."""
        self._database = kept

    def list(self) -> tuple[Backup, ...]:
        """The copies, the latest first."""
        return listed(self._database.path)

    def make(self, reason: Reason = "wish") -> Backup:
        """Copy the database as it is now.

        Raises:
            UserError: store.no_backup.
        """
        made = _backup(copies.make(self._database.path, reason))
        assert made is not None  # noqa: S101 - it has just got such a name
        return made

    def restore(self, path: str) -> Backup:
        """Make the database what it was; returns the copy of what it is now.

        Call it while no job runs: what a job writes afterwards belongs to another state.

        Raises:
            UserError: store.backup_gone, store.backup_damaged, store.newer, store.busy,
                store.no_backup.
        """
        source = Path(path)
        database.check_copy(source)
        kept = self.make("restore")
        self._database.become(source)
        return kept

    def delete(self, path: str) -> None:
        """Delete a copy; one that is gone already is no error."""
        Path(path).unlink(missing_ok=True)


def listed(database_file: Path) -> tuple[Backup, ...]:
    """The copies of a database there are, the latest first; it need not be one that opens."""
    folder = database_file.parent / copies.FOLDER
    found = [_backup(path) for path in folder.glob(f"{database_file.stem}-*.sqlite3")]
    return tuple(sorted((one for one in found if one), key=lambda one: one.path, reverse=True))


def _backup(path: Path) -> Backup | None:
    """None for a file of another name, or that went away."""
    match = _NAME.search(path.stem)
    try:
        size = path.stat().st_size
        made = datetime.strptime(match[1] if match else "", "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except (OSError, ValueError):
        return None
    reason = cast("Reason", match[2]) if match else "wish"
    return Backup(str(path), made.isoformat(), reason, size)
