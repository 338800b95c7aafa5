"""What other programs' files brought into the memory, each file a batch that can be taken back.

The one law: a batch is there whole or not at all. While it comes in it belongs to a process; what
a dead one left is taken back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.store import owner
from agents.store.memory_rows import forget, insert, key, pair_of
from agents.store.words import normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.store.database import Database, Session
    from agents.store.memory_rows import Side

_UNDER_WAY = "import:"  # before the id of a batch that is not whole yet: a name in `kept`


@dataclass(frozen=True, slots=True)
class Batch:
    """One import."""

    id: int
    file: str
    added: int
    known: int  # pairs that were there already
    skipped: int  # rows that were not understood
    created: str


class MemoryImports:
    """Reads and writes batches. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def begin(self, file: str) -> int:
        """Begin an import; returns the id of its batch. `end` says that it is whole."""
        with self._database.write() as db:
            cursor = db.execute("insert into memory_batch (file) values (?)", [file])
            batch = int(cursor.lastrowid or 0)
            _claim(db, batch)
            return batch

    def add(self, batch: int, pairs: Sequence[tuple[str, str]], target: Side) -> None:
        """Store pairs (English, Korean) of an import in one transaction; known ones only once."""
        added = known = skipped = 0
        with self._database.write() as db:
            (file,) = db.execute("select file from memory_batch where id = ?", [batch]).fetchone()
            for en, ko in pairs:
                pair = pair_of(en, ko, "ko")
                if pair is None:
                    skipped += 1
                    continue
                there = db.execute(
                    "select 1 from memory_entry where en_key = ? and ko_key = ?"
                    " and origin <> 'machine'",
                    [key(normal(pair[0])), key(normal(pair[1]))],
                ).fetchone()
                if there is None:
                    insert(db, pair, target, "imported", name=file, batch=batch)
                    added += 1
                else:
                    known += 1
            db.execute(
                "update memory_batch set added = added + ?, known = known + ?,"
                " skipped = skipped + ? where id = ?",
                [added, known, skipped, batch],
            )

    def end(self, batch: int) -> None:
        """All of it is there."""
        with self._database.write() as db:
            db.execute("delete from kept where name = ?", [f"{_UNDER_WAY}{batch}"])

    def take_back_dead(self) -> tuple[str, ...]:
        """Take back what processes left half that no longer run; returns the files' names."""
        begun = self._database.read().execute(
            "select b.id, b.file, k.value from kept k join memory_batch b on k.name = ? || b.id",
            [_UNDER_WAY],
        )
        dead = [(int(row[0]), str(row[1])) for row in begun if not owner.alive(_named(row[2]))]
        for batch, _file in dead:
            self.undo(batch)
        return tuple(file for _batch, file in dead)

    def batches(self) -> tuple[Batch, ...]:
        """The imports, the latest first."""
        rows = self._database.read().execute(
            "select id, file, added, known, skipped, created from memory_batch order by id desc"
        )
        return tuple(Batch(*row) for row in rows)

    def batch(self, batch: int) -> Batch:
        """One import."""
        row = self._database.read().execute(
            "select id, file, added, known, skipped, created from memory_batch where id = ?",
            [batch],
        )
        return Batch(*row.fetchone())

    def undo(self, batch: int) -> None:
        """Take an import back, a part at a time: others may write meanwhile.

        Should it break off, what is left of it goes at the next start.
        """
        with self._database.write() as db:
            _claim(db, batch)
        forget(self._database, "batch = :batch", {"batch": batch})
        with self._database.write() as db:
            db.execute("delete from memory_batch where id = ?", [batch])
            db.execute("delete from kept where name = ?", [f"{_UNDER_WAY}{batch}"])

    def forget_empty(self) -> None:
        """Forget the batches of which nothing is left."""
        with self._database.write() as db:
            db.execute(
                "delete from memory_batch where not exists"
                " (select 1 from memory_entry where batch = memory_batch.id)"
                " and ? || id not in (select name from kept)",  # an import that has just begun
                [_UNDER_WAY],
            )


def _claim(db: Session, batch: int) -> None:
    """Until it is whole, or gone, a batch is this process's."""
    db.execute(
        "insert or replace into kept (name, value) values (?, ?)",
        [f"{_UNDER_WAY}{batch}", json.dumps(owner.me())],
    )


def _named(value: str) -> str:
    try:
        return str(json.loads(value))
    except ValueError:
        return ""
