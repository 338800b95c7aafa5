"""Copies what can be read of a damaged database into a new one, table by table.

The one law: an unreadable page costs the rows on it and nothing else. A table is read from both
ends towards the damage, then row by row between.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.store.database import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from agents.base import CancelToken

_BATCH = 500  # rows read at a time
_GAP = 50_000  # ids between both ends that are tried one by one
_OWN_INDEX = re.compile(r"content\s*=", re.IGNORECASE)  # the text is in another table


@dataclass(frozen=True, slots=True)
class Saved:
    """A table, how many of its rows were saved, and whether all of it could be read."""

    name: str
    rows: int
    whole: bool


def prepare(source: sqlite3.Connection, target: sqlite3.Connection) -> tuple[str, ...]:
    """Make the tables as the source had them; returns the names of those to be copied."""
    from importlib.resources import files  # noqa: PLC0415

    folder = files("agents.store").joinpath(MIGRATIONS)
    steps = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".sql")),
        key=lambda entry: entry.name,
    )
    done = {str(row[0]) for row in _read(source, "select name from migration")}
    target.execute("pragma journal_mode = wal")
    target.execute("pragma synchronous = off")  # nothing of it counts before it is finished
    target.execute("pragma foreign_keys = off")
    target.execute(
        "create table migration (name text primary key, at text not null default current_timestamp)"
    )
    for step in steps:
        if not done or step.name in done:
            target.executescript(step.read_text("utf-8"))
            target.execute("insert into migration (name) values (?)", [step.name])
    return _tables(target)


def copy(
    source: sqlite3.Connection, target: sqlite3.Connection, name: str, cancel: CancelToken
) -> Saved:
    """Copy one table.

    Raises:
        CancelledError: `cancel` was set.
    """
    wanted = [str(row[1]) for row in target.execute(f'pragma table_info("{name}")')]
    here = {str(row[1]) for row in _read(source, f'pragma table_info("{name}")')}
    columns = [column for column in wanted if column in here]
    if not columns:
        return Saved(name, 0, whole=False)
    chosen = ", ".join(f'"{column}"' for column in columns)
    has_rowid = _has_rowid(target, name)
    keys = "rowid, " if has_rowid else ""
    marks = ", ".join("?" * (len(columns) + int(has_rowid)))
    insert = f'insert or replace into "{name}" ({keys}{chosen}) values ({marks})'  # noqa: S608 - names of our own tables
    select = f'select {keys}{chosen} from "{name}"'  # noqa: S608 - as above
    reader = _Reader(source, name, select, has_rowid=has_rowid)
    rows = 0
    target.execute("begin")
    for batch in reader.batches():
        cancel.check()
        rows += _insert(target, insert, batch)
    target.execute("commit")
    return Saved(name, rows, reader.whole)


def tidy(target: sqlite3.Connection) -> None:
    """Take out rows whose owner could not be read; what they belong to is not there any more."""
    for _round in range(10):  # an owner may itself be owned
        lost = target.execute("pragma foreign_key_check").fetchall()
        if not lost:
            return
        target.execute("begin")
        for table, rowid, _owner, _number in lost:
            if rowid is not None:
                target.execute(f'delete from "{table}" where rowid = ?', [rowid])  # noqa: S608 - as above
        target.execute("commit")


class _Reader:
    """Reads a table as far as it can be read."""

    def __init__(
        self, source: sqlite3.Connection, name: str, select: str, *, has_rowid: bool
    ) -> None:
        self._source, self._name, self._select = source, name, select
        self._has_rowid = has_rowid
        self.whole = True

    def batches(self) -> Iterator[list[Sequence[object]]]:
        """The rows."""
        if not self._has_rowid:
            yield from self._in_order()
            return
        last = yield from self._from("asc", -(1 << 63))
        if self.whole:
            return
        first = yield from self._from("desc", (1 << 63) - 1, last)
        low = max(last + 1, 1)
        for rowid in range(low, min(first, low + _GAP)):
            if row := self._one(rowid):
                yield [row]

    def _from(
        self, order: str, start: int, stop: int | None = None
    ) -> Generator[list[Sequence[object]], None, int]:
        """Rows in the order of their ids until one cannot be read; returns the last id."""
        at, first = start, True
        sign = ">" if order == "asc" else "<"
        size = _BATCH
        while True:
            comparison = f"{sign}{'=' if first else ''}"
            until = "" if stop is None else f" and rowid > {stop}"
            query = (
                f"{self._select} where rowid {comparison} ?{until} order by rowid {order} limit ?"
            )
            try:
                rows = self._source.execute(query, [at, size]).fetchall()
            except sqlite3.DatabaseError:
                self.whole = False
                if size > 1:  # the rows before the damage, one by one
                    size = 1
                    continue
                return at
            if not rows:
                return at
            yield rows
            at, first = int(rows[-1][0]), False

    def _one(self, rowid: int) -> Sequence[object] | None:
        try:
            row: Sequence[object] | None = self._source.execute(
                f"{self._select} where rowid = ?", [rowid]
            ).fetchone()
        except sqlite3.DatabaseError:
            return None
        return row

    def _in_order(self) -> Iterator[list[Sequence[object]]]:
        """A table without row ids, until a row cannot be read."""
        try:
            cursor = self._source.execute(self._select)
            while rows := cursor.fetchmany(_BATCH):
                yield rows
        except sqlite3.DatabaseError:
            self.whole = False


def _insert(target: sqlite3.Connection, insert: str, rows: Sequence[Sequence[object]]) -> int:
    """Insert rows, one by one where together they cannot be; returns how many."""
    try:
        target.executemany(insert, rows)
    except sqlite3.DatabaseError:
        done = 0
        for row in rows:
            try:
                target.execute(insert, row)
            except sqlite3.DatabaseError:  # a value that the damage made
                continue
            done += 1
        return done
    return len(rows)


def _tables(target: sqlite3.Connection) -> tuple[str, ...]:
    """Tables with rows of their own, searched text among them; not what is computed from them."""
    rows = target.execute(
        "select name, sql from sqlite_master where type = 'table' and name not like 'sqlite_%'"
    ).fetchall()
    virtual = {str(name): str(sql) for name, sql in rows if "virtual table" in str(sql).lower()}
    names: list[str] = []
    for name, sql in rows:
        if name == "migration" or any(str(name).startswith(f"{one}_") for one in virtual):
            continue
        computed = "fts5vocab" in str(sql).lower() or bool(_OWN_INDEX.search(str(sql)))
        if str(name) in virtual and computed:
            continue
        names.append(str(name))
    return tuple(names)


def _has_rowid(target: sqlite3.Connection, name: str) -> bool:
    try:
        target.execute(f'select rowid from "{name}" limit 0')  # noqa: S608 - as above
    except sqlite3.OperationalError:
        return False
    return True


def _read(source: sqlite3.Connection, query: str) -> list[tuple[object, ...]]:
    try:
        return source.execute(query).fetchall()
    except sqlite3.DatabaseError:
        return []
