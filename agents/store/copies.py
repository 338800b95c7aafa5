"""Copies of a database file: made while it is in use, whole or not at all.

The one law: a copy gets its name only when all of it is on the disk.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from agents.base import UserError

if TYPE_CHECKING:
    from pathlib import Path

Reason = Literal["update", "restore", "wish"]  # why: before an update or a restore, or asked for

FOLDER = "backups"
_KEPT = 5  # of those that nobody asked for


def make(source: Path, reason: Reason) -> Path:
    """Copy a database, with what is still in its log; returns where.

    Raises:
        UserError: store.no_backup; the disk is full, or the folder cannot be written.
    """
    folder = source.parent / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        size = sum(file.stat().st_size for file in source.parent.glob(f"{source.name}*"))
        if shutil.disk_usage(folder).free < size:
            raise UserError("store.no_backup", path=str(folder), reason="disk full")
        target = _free(folder, source.stem, reason)
        _copy(source, target)
        _tidy(folder, source.stem, reason)
    except (OSError, sqlite3.Error) as error:
        raise UserError("store.no_backup", path=str(folder), reason=str(error)) from error
    return target


def _free(folder: Path, stem: str, reason: Reason) -> Path:
    """A name by the time and a number, so that names are in the order of their making."""
    now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    names = (folder / f"{stem}-{now}-{reason}-{number:04}.sqlite3" for number in itertools.count(1))
    made = sorted(folder.glob(f"{stem}-{now}-{reason}-*.sqlite3"))
    return next(name for name in names if not made or name > made[-1])


def _copy(source: Path, target: Path) -> None:
    part = target.with_suffix(".part")
    try:
        with (
            contextlib.closing(sqlite3.connect(source)) as old,
            contextlib.closing(sqlite3.connect(part)) as new,
        ):
            old.backup(new)
            new.execute("pragma journal_mode = delete")  # one file, that can be read alone
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _tidy(folder: Path, stem: str, reason: Reason) -> None:
    """Keep the latest of those that nobody asked for."""
    if reason == "wish":
        return
    for old in sorted(folder.glob(f"{stem}-*-{reason}*.sqlite3"))[:-_KEPT]:
        old.unlink(missing_ok=True)
