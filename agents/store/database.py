"""One SQLite file, one connection per thread, numbered migrations.

The one law: a write is one short transaction (`with database.write() as db:`), so a power cut
loses at most the piece in flight. WAL lets the window read while a job writes, and a second
process (the command line) work on the same file.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.store import copies, troubles

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable
    from pathlib import Path

MIGRATIONS = "migrations"
BUSY_SECONDS = 10.0
COMPACT_BYTES = 64 << 20  # a file of this size is written anew while others wait for it


class Session:
    """One thread's connection, with `execute` typed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use an open connection."""
        self.connection = connection

    def execute(
        self,
        sql: str,
        parameters: Sequence[object] | Mapping[str, object] | None = None,
    ) -> sqlite3.Cursor:
        """Run one statement with its parameters."""
        return self.connection.execute(sql, parameters or ())


class Database:
    """The user's database. Share one object among threads; each gets its own connection."""

    def __init__(self, path: Path) -> None:
        """Open (and create or migrate) the database at `path`.

        Raises:
            UserError: store.newer (made by a newer version), store.damaged, store.unwritable,
                store.no_backup (an update would change it, and there is no room for a copy).
        """
        self.path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._connections: dict[int, sqlite3.Connection] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._migrate()
        except sqlite3.DatabaseError as error:
            code = "store.unwritable" if troubles.unwritable(error) else "store.damaged"
            raise UserError(code, path=str(path), reason=str(error)) from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise UserError("store.unwritable", path=str(path), reason=reason) from error

    def read(self) -> Session:
        """This thread's connection, for queries."""
        db: Session | None = getattr(self._local, "db", None)
        if db is None:
            connection = sqlite3.connect(
                self.path, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None
            )
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = full")
            connection.execute("pragma foreign_keys = on")
            db = Session(connection)
            self._local.db = db
            with self._lock:
                self._connections[threading.get_ident()] = connection
        return db

    @contextlib.contextmanager
    def write(self, *, private: bool = False) -> Generator[Session]:
        """One transaction: committed at the end, undone on an exception. Do not nest.

        Args:
            private: what it deletes or replaces is overwritten in the file, with zeros.
        """
        db = self.read()
        connection = db.connection
        connection.execute(f"pragma secure_delete = {'on' if private else 'off'}")
        connection.execute("begin immediate")
        try:
            yield db
            connection.execute("commit")
        except BaseException:
            # SQLite has undone some itself, and a drive that is gone lets nobody undo.
            with contextlib.suppress(sqlite3.Error):
                connection.execute("rollback")
            raise

    def compact(self, most: int = COMPACT_BYTES) -> bool:
        """Write the file anew, without anything that was deleted, and empty the log.

        Args:
            most: bytes; a larger file is left as it is, since others would wait too long.

        Returns:
            Whether that was done; not where others read or write, or the disk is full.
        """
        connection = self.read().connection
        try:
            if not _emptied(connection) or self.path.stat().st_size > most:
                return False
            connection.execute("vacuum")
            return _emptied(connection)
        except (sqlite3.OperationalError, OSError):
            return False

    def close(self) -> None:
        """Close every thread's connection. Call when no job runs any more."""
        with self._lock:
            connections, self._connections = list(self._connections.values()), {}
        for connection in connections:
            connection.close()
        self._local = threading.local()

    def become(self, path: Path) -> None:
        """Take over everything from a copy that was checked, in one transaction.

        Raises:
            UserError: store.busy; somebody else writes, and nothing was changed.
        """
        end = time.monotonic() + BUSY_SECONDS

        def patient(_status: int, _left: int, _total: int) -> None:
            if time.monotonic() > end:
                raise UserError("store.busy")

        with contextlib.closing(_opened(path)) as copy:
            copy.backup(self.read().connection, progress=patient)
        self._migrate(keep=False)

    def _migrate(self, *, keep: bool = True) -> None:
        steps = _steps()
        if keep and self._pending(steps):
            copies.make(self.path, "update")
        with self.write() as db:
            db.execute(
                "create table if not exists migration"
                " (name text primary key, at text not null default current_timestamp)"
            )
            done = {str(row[0]) for row in db.execute("select name from migration")}
            if done - {step.name for step in steps}:
                raise UserError("store.newer", path=str(self.path))
            for step in steps:
                if step.name in done:
                    continue
                for statement in _statements(step.read_text("utf-8")):
                    db.execute(statement)
                db.execute("insert into migration (name) values (?)", [step.name])

    def _pending(self, steps: list[Traversable]) -> bool:
        """Whether there is a database that would be changed; not one that is newer than we."""
        if not self.path.exists():
            return False
        db = self.read()
        named = "select 1 from sqlite_master where type = 'table' and name = 'migration'"
        if db.execute(named).fetchone() is None:
            return False
        done = {str(row[0]) for row in db.execute("select name from migration")}
        names = {step.name for step in steps}
        return bool(done) and done < names


def check_copy(path: Path) -> None:
    """Look whether a file is a whole database of ours.

    Raises:
        UserError: store.backup_gone, store.backup_damaged, store.newer.
    """
    if not path.is_file():
        raise UserError("store.backup_gone", path=str(path))
    try:
        with contextlib.closing(_opened(path)) as copy:
            (said,) = copy.execute("pragma quick_check(1)").fetchone()
            done = {str(row[0]) for row in copy.execute("select name from migration")}
    except sqlite3.DatabaseError as error:
        raise UserError("store.backup_damaged", path=str(path), reason=str(error)) from error
    if said != "ok":
        raise UserError("store.backup_damaged", path=str(path), reason=str(said))
    if done - {step.name for step in _steps()}:
        raise UserError("store.newer", path=str(path))


def _steps() -> list[Traversable]:
    """The migrations in order."""
    from importlib.resources import files  # noqa: PLC0415 - start-up time

    folder = files("agents.store").joinpath(MIGRATIONS)
    found = (entry for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return sorted(found, key=lambda entry: entry.name)


def _opened(path: Path) -> sqlite3.Connection:
    """A copy, to be read only."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _emptied(connection: sqlite3.Connection) -> bool:
    """Whether everything in the log went into the file, and the log is empty."""
    busy, _pages, _moved = connection.execute("pragma wal_checkpoint(truncate)").fetchone()
    return not busy


def _statements(script: str) -> Iterator[str]:
    """Split a script into statements: `executescript` would commit the transaction."""
    buffer = ""
    for line in script.splitlines(keepends=True):
        buffer += line
        if sqlite3.complete_statement(buffer):
            yield buffer
            buffer = ""
    if buffer.strip():
        yield buffer
