"""Abstracts and pieces of PDFs as they are searched: full text, vectors and facets.

The one law: everything here is made from works and their files and can be made again; a change of
a work, whoever makes it, marks it (by triggers), and what is marked is made anew or forgotten
before the next search.

Full text: FTS5 over stems of Latin words and overlapping pairs of Hangul syllables, so that a word
of two syllables, the most frequent kind, is found too: a trigram index cannot.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agents.store import entity_facets, ranking, words
from agents.store.passage_words import PassageWords

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from agents.store.database import Database, Session

Source = Literal["abstract", "text"]
FacetKind = Literal["year", "venue", "author", "entity"]


@dataclass(frozen=True, slots=True)
class Piece:
    """What is stored of a source: a stretch of its text."""

    text: str
    page: int = 0  # 1-based; 0 where there are no pages
    start: int = 0  # offset of the first letter in the source


@dataclass(frozen=True, slots=True)
class Passage:
    """A stored piece of a work."""

    id: int
    work: int
    source: Source
    page: int
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a search is narrowed to. Values of one kind are alternatives; kinds add up."""

    years: tuple[int, int] | None = None  # from and to, both included
    venues: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()  # as they stand in the work, "Family, Given"
    entities: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.years or self.venues or self.authors or self.entities)


class Passages:
    """Reads and writes passages. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database
        self._words = PassageWords(database)

    # Writing

    def changed(self, limit: int) -> tuple[int, ...]:
        """Works whose abstract and facets have to be stored anew."""
        rows = self._database.read().execute("select work from work_changed limit ?", [limit])
        return tuple(int(row[0]) for row in rows)

    def put(self, work: int, source: Source, pieces: Iterable[Piece]) -> None:
        """Store a source of a work, instead of what was stored of it before."""
        with self._database.write() as db:
            _put(db, work, source, pieces)
            entity_facets.fill(db, [work])

    def put_abstracts(
        self, works: Mapping[int, tuple[str, Mapping[FacetKind, Iterable[str]]]]
    ) -> None:
        """Store abstracts (with their titles) and facets of changed works in one transaction.

        What has not changed keeps its id and its vector.
        """
        with self._database.write() as db:
            for work, (text, facets) in works.items():
                stored = db.execute(
                    "select text from passage where work = ? and source = 'abstract'", [work]
                ).fetchall()
                if [row[0] for row in stored] != [text]:
                    _put(db, work, "abstract", [Piece(text)] if text else [])
                db.execute("delete from work_facet where work = ?", [work])
                db.connection.executemany(
                    "insert or ignore into work_facet (kind, value, work) values (?, ?, ?)",
                    [
                        (kind, value, work)
                        for kind, found in facets.items()
                        for value in found
                        if value
                    ],
                )
                db.execute("delete from work_changed where work = ?", [work])
            entity_facets.fill(db, works)

    def forget(self, works: Iterable[int]) -> None:
        """Delete everything of works that are gone."""
        gone = [json.dumps(list(works))]
        with self._database.write() as db:
            for table in ("passage", "work_facet", "work_changed", "entity_work"):
                db.execute(
                    f"delete from {table} where work in (select value from json_each(?))",  # noqa: S608 - ours
                    gone,
                )

    # Reading

    def count(self) -> int:
        """How many passages there are."""
        return int(self._database.read().execute("select count(*) from passage").fetchone()[0])

    def get(self, ids: Sequence[int]) -> tuple[Passage, ...]:
        """The passages of these ids, in this order; ids that are gone are left out."""
        rows = self._database.read().execute(
            "select id, work, source, page, start, text from passage"
            " where id in (select value from json_each(?))",
            [json.dumps(list(ids))],
        )
        found = {int(row[0]): Passage(*row) for row in rows}
        return tuple(found[id_] for id_ in ids if id_ in found)

    def of_work(self, work: int, source: Source) -> tuple[Passage, ...]:
        """The passages of one source of a work, in order."""
        rows = self._database.read().execute(
            "select id, work, source, page, start, text from passage"
            " where work = ? and source = ? order by position",
            [work, source],
        )
        return tuple(Passage(*row) for row in rows)

    def works_in(self, narrowed: Narrowed) -> frozenset[int] | None:
        """The works that a search is narrowed to; None for all."""
        sets: list[set[int]] = []
        wanted: dict[FacetKind, tuple[str, ...]] = {
            "venue": narrowed.venues,
            "author": narrowed.authors,
            "entity": narrowed.entities,
        }
        if narrowed.years:
            first, last = narrowed.years
            wanted["year"] = tuple(str(year) for year in range(first, last + 1))
        for kind, values in wanted.items():
            if values:
                rows = self._database.read().execute(
                    "select work from work_facet where kind = ?"
                    " and value in (select value from json_each(?))",
                    [kind, json.dumps(list(values))],
                )
                sets.append({int(row[0]) for row in rows})
        return frozenset(set[int].intersection(*sets)) if sets else None

    def facets(
        self, works: Sequence[int] | None, limit: int = 20
    ) -> dict[FacetKind, list[tuple[str, int]]]:
        """Of these works, None for all: the most frequent values of each kind, with how many."""
        only = "" if works is None else " where work in (select value from json_each(?))"
        rows = self._database.read().execute(
            f"select kind, value, count(*) as works from work_facet{only}"  # noqa: S608 - ours
            " group by kind, value order by works desc, value",
            [] if works is None else [json.dumps(list(works))],
        )
        found: dict[FacetKind, list[tuple[str, int]]] = {}
        for kind, value, count in rows:
            kept = found.setdefault(kind, [])
            if len(kept) < limit:
                kept.append((str(value), int(count)))
        return found

    def known(self, kind: FacetKind, values: Iterable[str]) -> frozenset[str]:
        """Those of these values that some work has."""
        rows = self._database.read().execute(
            "select distinct value from work_facet where kind = ?"
            " and value in (select value from json_each(?))",
            [kind, json.dumps(list(values))],
        )
        return frozenset(str(row[0]) for row in rows)

    def values(self, kind: FacetKind) -> tuple[str, ...]:
        """Every value of a kind that some work has."""
        rows = self._database.read().execute(
            "select distinct value from work_facet where kind = ? order by value", [kind]
        )
        return tuple(str(row[0]) for row in rows)

    # Words

    def find(self, query: str, limit: int, works: Iterable[int] | None = None) -> list[int]:
        """Ids of passages that hold words of `query`, best first (BM25).

        The rarest words bring the candidates, so that a query with "the" in it costs no more than
        one without; all words rank them. Nothing in `query` is an operator.

        Args:
            query: what a person wrote, of any length.
            limit: how many at most.
            works: only passages of these.
        """
        return self._words.find(query, limit, works)

    # Vectors

    def without_vector(self, embedder: str, limit: int, after: int = 0) -> tuple[Passage, ...]:
        """Passages with an id above `after` that were never embedded, in the order of their ids."""
        rows = self._database.read().execute(
            "select id, work, source, page, start, text from passage where id > ? and not exists"
            " (select 1 from passage_vector where embedder = ? and passage = passage.id)"
            " order by id limit ?",
            [after, embedder, limit],
        )
        return tuple(Passage(*row) for row in rows)

    def count_without_vector(self, embedder: str) -> int:
        """How many passages were never embedded."""
        row = self._database.read().execute(
            "select (select count(*) from passage)"
            " - (select count(*) from passage_vector where embedder = ?)",
            [embedder],
        )
        return max(0, int(row.fetchone()[0]))

    def keep_vectors(
        self, embedder: str, ids: Sequence[int], vectors: npt.NDArray[np.float32]
    ) -> None:
        """Store vectors, shape (len(ids), dimensions), each number as a byte."""
        with self._database.write() as db:
            ranking.keep_vectors(db, "passage", embedder, ids, vectors)

    def vectors(self, embedder: str, after: int) -> tuple[list[int], list[int], list[float], bytes]:
        """Of passages with an id above `after`: ids, works, scales, and all bytes in a row."""
        rows = (
            self._database.read()
            .execute(
                "select v.passage, p.work, v.scale, v.vector from passage_vector v"
                " join passage p on p.id = v.passage where v.embedder = ? and v.passage > ?"
                " order by v.passage",
                [embedder, after],
            )
            .fetchall()
        )
        ids, works, scales = ([row[at] for row in rows] for at in range(3))
        return ids, works, scales, b"".join(row[3] for row in rows)


def _put(db: Session, work: int, source: Source, pieces: Iterable[Piece]) -> None:
    db.execute("delete from passage where work = ? and source = ?", [work, source])
    for position, piece in enumerate(pieces):
        cursor = db.execute(
            "insert into passage (work, source, position, page, start, text)"
            " values (?, ?, ?, ?, ?, ?)",
            [work, source, position, piece.page, piece.start, piece.text],
        )
        db.execute(
            "insert into passage_words (rowid, stems) values (?, ?)",
            [cursor.lastrowid, words.index_text(piece.text)],
        )
