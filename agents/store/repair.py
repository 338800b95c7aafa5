"""Looks whether the database is whole; saves what can be read of one that is not, or goes back.

The one law: the damaged file is copied aside before anything else happens, and the mended one
takes its place by one rename, when it is finished. What could not be read is counted and told.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import Progress, UserError
from agents.store import rescue
from agents.store.database import Database, check_copy

if TYPE_CHECKING:
    from collections.abc import Generator

    from agents.base import CancelToken
    from agents.store.backups import Backup
    from agents.store.rescue import Saved

_BESIDE = ("-wal", "-shm")  # what SQLite keeps beside a database
_SHOWN = 20  # problems that are told


@dataclass(frozen=True, slots=True)
class RepairRequest:
    """Mend the database at `path`. Nobody else may have it open."""

    path: Path


@dataclass(frozen=True, slots=True)
class RestoreRequest:
    """Put a backup in the place of the damaged database at `path`. Nobody else may have it open."""

    path: Path
    backup: Backup


@dataclass(frozen=True, slots=True)
class Restored:
    """What is there now."""

    aside: Path  # the database as it was
    backup: Backup


@dataclass(frozen=True, slots=True)
class Repaired:
    """What came of it."""

    aside: Path  # the database as it was
    tables: tuple[Saved, ...]

    @property
    def rows(self) -> int:
        """Rows that were saved."""
        return sum(table.rows for table in self.tables)

    @property
    def harmed(self) -> tuple[str, ...]:
        """Names of tables of which something could not be read."""
        return tuple(table.name for table in self.tables if not table.whole)


def check(path: Path) -> tuple[str, ...]:
    """What SQLite finds wrong with the database; empty if nothing is, or there is none.

    Reads the whole file: seconds for a large one. Any thread.
    """
    if not path.exists():
        return ()
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=10.0)) as db:
            rows = [str(row[0]) for row in db.execute(f"pragma quick_check({_SHOWN})")]
    except sqlite3.DatabaseError as error:
        return (str(error),)
    return () if rows == ["ok"] else tuple(rows)


class Repair:
    """Mends a database or puts a backup in its place, as an agent does."""

    def run(
        self, request: RepairRequest | RestoreRequest, cancel: CancelToken
    ) -> Generator[Progress | Repaired | Restored, None, None]:
        """Yield progress in tables, then `Repaired` or `Restored`.

        Raises:
            CancelledError: `cancel` was set; the database is what it was.
            UserError: store.repair_room, store.unwritable, store.newer; of a backup also
                store.backup_gone, store.backup_damaged.
        """
        backup = request.backup if isinstance(request, RestoreRequest) else None
        if backup is not None:
            check_copy(Path(backup.path))
        path = request.path
        mended = path.with_name(f"{path.name}.mended")
        try:
            aside = _set_aside(path)
            _clear(mended)
            tables: tuple[Saved, ...] = ()
            if backup is not None:
                shutil.copyfile(backup.path, mended)
            else:
                tables = yield from _rescued(path, mended, cancel)
            cancel.check()
            Database(mended).close()  # migrations that came since
            _settle(mended)
            for suffix in _BESIDE:
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            mended.replace(path)
        except OSError as error:
            reason = error.strerror or str(error)
            raise UserError("store.unwritable", path=str(path), reason=reason) from error
        finally:
            _clear(mended)
        yield Repaired(aside, tables) if backup is None else Restored(aside, backup)


def _set_aside(path: Path) -> Path:
    """Copy the database with what lies beside it; the name of the copy."""
    size = sum(one.stat().st_size for one in (path, *_beside(path)))
    free = shutil.disk_usage(path.parent).free
    if 2 * size > free:  # the copy, and the mended one
        needed, free = -(-2 * size // 1_000_000), free // 1_000_000
        raise UserError("store.repair_room", path=str(path.parent), needed=needed, free=free)
    stamp = time.strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.stem}.broken-{stamp}{path.suffix}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.stem}.broken-{stamp}-{number}{path.suffix}")
    for one in (path, *_beside(path)):
        shutil.copyfile(one, aside.with_name(aside.name + one.name.removeprefix(path.name)))
    return aside


def _beside(path: Path) -> list[Path]:
    found = [path.with_name(path.name + suffix) for suffix in _BESIDE]
    return [one for one in found if one.exists()]


def _clear(path: Path) -> None:
    for suffix in ("", *_BESIDE, "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _rescued(
    path: Path, mended: Path, cancel: CancelToken
) -> Generator[Progress, None, tuple[Saved, ...]]:
    with (
        contextlib.closing(sqlite3.connect(path, isolation_level=None)) as source,
        contextlib.closing(sqlite3.connect(mended, isolation_level=None)) as target,
    ):
        names = rescue.prepare(source, target)
        tables: list[Saved] = []
        for number, name in enumerate(names):
            yield Progress(number, len(names), "table")
            cancel.check()
            tables.append(rescue.copy(source, target, name, cancel))
        rescue.tidy(target)
        yield Progress(len(names), len(names), "table")
        return tuple(tables)


def _settle(path: Path) -> None:
    """Put everything into the one file that is about to be renamed."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("pragma wal_checkpoint(truncate)")
        db.execute("pragma journal_mode = delete")
