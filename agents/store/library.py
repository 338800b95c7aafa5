"""The user's bibliography: works with their verbatim BibTeX, full-text index and vectors.

The one law: the entry as the user wrote it is never changed; what is searched and shown is made
from it and can be made again.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec

from agents.base import UserError
from agents.store import entry_rows, words
from agents.store.entries import (
    COLUMNS,
    ENTRY_COLUMNS,
    Added,
    Broken,
    Change,
    ChangeKind,
    Entry,
    Identity,
    Renamed,
    Work,
    digest,
    likeness,
    same_work,
    to_entry,
    to_json,
    to_work,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    import numpy.typing as npt

    from agents.store.database import Database, Session

__all__ = [
    "Added", "Broken", "Change", "ChangeKind", "Entry", "Identity", "Library", "Renamed", "Work",
    "digest", "likeness", "same_work",
]  # fmt: skip

_LONE_VECTOR_DAYS = 30  # how long vectors of files drafted from alone are kept


class Library:
    """Reads and writes the bibliography. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    # Reading

    def count(self) -> int:
        """How many works there are."""
        return int(self._database.read().execute("select count(*) from work").fetchone()[0])

    def list(self, limit: int = -1, offset: int = 0) -> tuple[Work, ...]:
        """Works, the latest added first; all of them by default."""
        rows = self._database.read().execute(
            f"select {COLUMNS} from work order by id desc limit ? offset ?",  # noqa: S608 - our own columns
            [limit, offset],
        )
        return tuple(map(to_work, rows))

    def works(self, ids: Sequence[int]) -> tuple[Work, ...]:
        """The works of these ids, in this order; ids that are gone are left out."""
        rows = self._database.read().execute(
            f"select {COLUMNS} from work where id in (select value from json_each(?))",  # noqa: S608 - our own columns
            [json.dumps(list(ids))],
        )
        found = {work.id: work for work in map(to_work, rows)}
        return tuple(found[id_] for id_ in ids if id_ in found)

    def entries(self, ids: Sequence[int]) -> tuple[Entry, ...]:
        """Works with their verbatim BibTeX, in this order; ids that are gone are left out."""
        rows = self._database.read().execute(
            f"select {ENTRY_COLUMNS} from work"  # noqa: S608 - our own columns
            " where id in (select value from json_each(?))",
            [json.dumps(list(ids))],
        )
        found = {entry.work.id: entry for entry in map(to_entry, rows)}
        return tuple(found[id_] for id_ in ids if id_ in found)

    def find(self, query: str, limit: int = 20) -> tuple[int, ...]:
        """Ids of works that hold the words of `query`, best first (BM25, titles weigh most).

        Works with every word come before works with some. Nothing in `query` is an operator.
        """
        found: dict[int, None] = {}
        for expression in words.match_queries(query):
            rows = self._database.read().execute(
                "select rowid from work_words where work_words match ?"
                " order by bm25(work_words, 4.0, 2.0, 1.0, 1.0) limit ?",
                [expression, limit],
            )
            found.update((int(row[0]), None) for row in rows)
            if len(found) >= limit:
                break
        return tuple(found)[:limit]

    # Writing

    def add(self, entries: Iterable[Entry]) -> Added:
        """Store entries in one transaction.

        The same work under the same key is updated, which `undo` takes back. A key that belongs
        to another work is not refused: the entry is taken under a free key and named in `renamed`.
        One work under two keys stays two entries until somebody merges them: both keys are cited.
        """
        result = Added()
        with self._database.write() as db:
            changed: list[tuple[Entry, Entry]] = []
            for entry in entries:
                result += entry_rows.add(db, entry, changed)
            if changed:
                before, after = zip(*changed, strict=True)
                _log(db, "update", before, after)
        return result

    def delete(self, ids: Sequence[int]) -> None:
        """Delete works with their index and vectors."""
        chosen = [json.dumps(list(ids))]
        with self._database.write() as db:
            db.execute(
                "delete from vector where digest in (select digest from work"
                " where id in (select value from json_each(?)))",
                chosen,
            )
            db.execute(
                "delete from work_words where rowid in (select value from json_each(?))", chosen
            )
            db.execute(
                "delete from work_alias where work in (select value from json_each(?))", chosen
            )
            db.execute("delete from work where id in (select value from json_each(?))", chosen)

    def keep_broken(self, source: str, broken: Iterable[Broken]) -> None:
        """Store what of `source` could not be read, instead of what was stored of it before."""
        with self._database.write() as db:
            db.execute("delete from broken_entry where source = ?", [source])
            for item in broken:
                db.execute(
                    "insert into broken_entry (source, line, reason, text) values (?, ?, ?, ?)",
                    [source, item.line, item.reason, item.text],
                )

    def broken(self) -> tuple[tuple[str, Broken], ...]:
        """Sources with what could not be read of them."""
        rows = self._database.read().execute(
            "select source, line, reason, text from broken_entry order by source, line, id"
        )
        return tuple((str(row[0]), Broken(*row[1:])) for row in rows)

    # Changing, and taking that back

    def change(self, kind: ChangeKind, before: Sequence[Entry], after: Sequence[Entry]) -> int:
        """Put `after` where `before` was, in one transaction; returns the id of the change.

        Works of `before` whose id is not among `after` are deleted, and their keys lead to the
        first of `after` from then on.

        Raises:
            UserError: scholar.changed_meanwhile (an entry is not what it was), with nothing done.
        """
        with self._database.write() as db:
            _unchanged(db, before)
            entry_rows.swap(db, before, after)
            return _log(db, kind, before, after)

    def undo(self, change: int = 0) -> Change:
        """Take back a change; the latest that still stands by default.

        Raises:
            UserError: scholar.nothing_to_undo, scholar.changed_meanwhile (an entry has been
                changed or removed since), with nothing done.
        """
        with self._database.write() as db:
            row = db.execute(
                "select id, kind, before, after, undone, made from library_change"
                " where undone = 0 and (id = ? or ? = 0) order by id desc limit 1",
                [change, change],
            ).fetchone()
            if row is None:
                raise UserError("scholar.nothing_to_undo")
            found = _change(row)
            _unchanged(db, found.after)
            entry_rows.swap(db, found.after, found.before, alias=False)
            db.execute("update library_change set undone = 1 where id = ?", [found.id])
        return found

    def aliases(self) -> dict[str, int]:
        """Keys of entries that were merged into another work, and which work that is."""
        return dict(self._database.read().execute("select key, work from work_alias").fetchall())

    def ids_of(self, keys: Sequence[str]) -> dict[str, int]:
        """The works of these keys, also those of entries that were merged into another."""
        asked = json.dumps(list(keys))
        rows = self._database.read().execute(
            "select key, work from work_alias where key in (select value from json_each(?))"
            " union all select key, id from work where key in (select value from json_each(?))",
            [asked, asked],
        )
        return {str(key): int(id_) for key, id_ in rows}

    def identities(self) -> tuple[Identity, ...]:
        """What tells duplicates, oldest first."""
        rows = self._database.read().execute(
            "select id, key, title, authors, year, doi, arxiv, likeness, place, kind"
            " from work order by id"
        )
        return tuple(
            Identity(id_, key, title, tuple(json.loads(authors)), *rest)
            for id_, key, title, authors, *rest in rows
        )

    def attach(self, id_: int, path: str) -> None:
        """Note that a file belongs to a work; once is enough."""
        with self._database.write() as db:
            row = db.execute("select files from work where id = ?", [id_]).fetchone()
            if row and path not in (files := json.loads(row[0])):
                db.execute("update work set files = ? where id = ?", [to_json([*files, path]), id_])

    def ids(self) -> tuple[int, ...]:
        """All works, in the order in which they came."""
        rows = self._database.read().execute("select id from work order by id")
        return tuple(int(row[0]) for row in rows)

    # Vectors

    def vectors(self, embedder: str, texts: Sequence[str]) -> dict[str, npt.NDArray[np.float32]]:
        """The stored vectors of these texts, by text; those never embedded are missing."""
        import numpy as np  # noqa: PLC0415 - not needed to open the library

        by_digest = {digest(text): text for text in texts}
        rows = self._database.read().execute(
            "select digest, vector from vector where embedder = ?"
            " and digest in (select value from json_each(?))",
            [embedder, json.dumps(list(by_digest))],
        )
        return {by_digest[row[0]]: np.frombuffer(row[1], dtype="<f4") for row in rows}

    def keep_vectors(
        self, embedder: str, texts: Sequence[str], vectors: npt.NDArray[np.float32]
    ) -> None:
        """Store vectors, shape (len(texts), dimensions)."""
        with self._database.write() as db:
            for text, vector in zip(texts, vectors, strict=True):
                db.execute(
                    "insert or replace into vector (embedder, digest, vector) values (?, ?, ?)",
                    [embedder, digest(text), vector.astype("<f4").tobytes()],
                )

    def forget_lone_vectors(self) -> None:
        """Delete old vectors of texts that are not of the library (any more)."""
        with self._database.write() as db:
            db.execute(
                "delete from vector where made < strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?)"
                " and digest not in (select digest from work)",
                [f"-{_LONE_VECTOR_DAYS} days"],
            )


def _log(db: Session, kind: ChangeKind, before: Sequence[Entry], after: Sequence[Entry]) -> int:
    texts = (to_json(msgspec.to_builtins(list(entries))) for entries in (before, after))
    cursor = db.execute(
        "insert into library_change (kind, before, after) values (?, ?, ?)", [kind, *texts]
    )
    return int(cursor.lastrowid or 0)


def _change(row: Sequence[object]) -> Change:
    id_, kind, before, after, undone, made = row
    entries = (msgspec.json.decode(str(text), type=tuple[Entry, ...]) for text in (before, after))
    first, second = entries
    return Change(
        int(str(id_)), msgspec.convert(kind, ChangeKind), first, second, bool(undone), str(made)
    )


def _unchanged(db: Session, entries: Iterable[Entry]) -> None:
    """See that entries are still what somebody has seen."""
    for entry in entries:
        row = db.execute(
            "select raw, original, key from work where id = ?", [entry.work.id]
        ).fetchone()
        if row is None or tuple(row) != (entry.raw, entry.original, entry.work.key):
            raise UserError("scholar.changed_meanwhile", key=entry.work.key)
