"""The user's bibliography: works with their verbatim BibTeX, full-text index and vectors.

The one law: the entry as the user wrote it is never changed; what is searched and shown is made
from it and can be made again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from agents.store import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    import numpy.typing as npt

    from agents.store.database import Database, Session

_COLUMNS = "id, key, kind, title, authors, year, venue, abstract, doi, keywords"
_EMBEDDED_LETTERS = 2000  # of title and abstract: about what an embedding model reads
_LONE_VECTOR_DAYS = 30  # how long vectors of files drafted from alone are kept


@dataclass(frozen=True, slots=True)
class Work:
    """One work of the library, readable: LaTeX turned into Unicode."""

    id: int
    key: str  # citation key, as the user wrote it
    kind: str  # BibTeX entry type, lower case
    title: str
    authors: tuple[str, ...]  # "Family, Given"
    year: str
    venue: str
    abstract: str
    doi: str = ""
    keywords: str = ""

    @property
    def text(self) -> str:
        """What is embedded: title and abstract."""
        return f"{self.title}. {self.abstract}".strip(". ")[:_EMBEDDED_LETTERS]


@dataclass(frozen=True, slots=True)
class Entry:
    """A work with its BibTeX entry as the user wrote it and all that the entry leans on."""

    work: Work
    raw: str
    macros: tuple[tuple[str, str], ...] = ()  # name and verbatim `@string` block, needed ones only
    preambles: tuple[str, ...] = ()  # verbatim `@preamble` blocks it uses commands of
    parents: tuple[str, ...] = ()  # verbatim crossref parents, nearest first
    place: str = ""  # volume, number, first page: tells two works of one title apart
    line: int = 0  # 1-based, in the file it came from


@dataclass(frozen=True, slots=True)
class Broken:
    """An entry that could not be taken: kept with its text, so that it can be mended."""

    line: int  # 1-based
    reason: str  # a code of `app.messages`
    text: str


@dataclass(frozen=True, slots=True)
class Added:
    """What became of the entries given to `Library.add`."""

    added: int = 0
    updated: int = 0
    duplicates: int = 0
    refused: tuple[Broken, ...] = ()  # the key belongs to another work

    def __add__(self, other: Added) -> Added:
        return Added(
            self.added + other.added,
            self.updated + other.updated,
            self.duplicates + other.duplicates,
            self.refused + other.refused,
        )


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
            f"select {_COLUMNS} from work order by id desc limit ? offset ?",  # noqa: S608 - our own columns
            [limit, offset],
        )
        return tuple(_work(row) for row in rows)

    def works(self, ids: Sequence[int]) -> tuple[Work, ...]:
        """The works of these ids, in this order; ids that are gone are left out."""
        rows = self._database.read().execute(
            f"select {_COLUMNS} from work where id in (select value from json_each(?))",  # noqa: S608 - our own columns
            [json.dumps(list(ids))],
        )
        found = {work.id: work for work in map(_work, rows)}
        return tuple(found[id_] for id_ in ids if id_ in found)

    def entries(self, ids: Sequence[int]) -> tuple[Entry, ...]:
        """Works with their verbatim BibTeX, in this order; ids that are gone are left out."""
        rows = self._database.read().execute(
            f"select {_COLUMNS}, raw, macros, preambles, parents, place from work"  # noqa: S608 - our own columns
            " where id in (select value from json_each(?))",
            [json.dumps(list(ids))],
        )
        found = {entry.work.id: entry for entry in map(_entry, rows)}
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

        The same work under the same key is updated; under another key (same DOI, or same title,
        year and first author) it is a duplicate, which may fill in an abstract or DOI that was
        missing; a key that belongs to another work is refused.
        """
        result = Added()
        with self._database.write() as db:
            for entry in entries:
                result += _add(db, entry)
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


def digest(text: str) -> str:
    """The name of a text among vectors."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def likeness(work: Work) -> str:
    """Folded title, year and first family name; empty where the title says too little."""
    title = "".join(words.tokens(work.title))
    if len(title) < (8 if words.is_hangul(title) else 16):
        return ""
    family = work.authors[0].split(",")[0] if work.authors else ""
    return "|".join([title, work.year, "".join(words.tokens(family))])


def same_work(one: Work, other: Work) -> bool:
    """Whether two entries under one key are one work, perhaps corrected."""
    if one.doi and one.doi == other.doi:
        return True
    mine, theirs = set(words.tokens(one.title)), set(words.tokens(other.title))
    shared = len(mine & theirs) / max(1, min(len(mine), len(theirs)))
    return shared >= 0.5


def _add(db: Session, entry: Entry) -> Added:
    found = _select(db, "key = ?", entry.work.key)
    if found:
        return _meet(db, found, entry)
    twin = _twin(db, entry)
    if twin:
        return _fill(db, twin, entry.work)
    _store(db, entry, None)
    return Added(added=1)


def _meet(db: Session, found: Entry, entry: Entry) -> Added:
    """Add an entry whose key is taken."""
    if not same_work(found.work, entry.work):
        return Added(refused=(Broken(entry.line, "scholar.key_taken", entry.raw),))
    # What a duplicate under another key filled in stays, where the entry itself says nothing.
    work = _fuller(replace(entry.work, id=found.work.id), found.work)
    if replace(entry, work=work, line=0) == replace(found, line=0):
        return Added(duplicates=1)
    _store(db, replace(entry, work=work), work.id)
    return Added(updated=1)


def _fill(db: Session, twin: Entry, work: Work) -> Added:
    """Take from a duplicate what the entry we have lacks."""
    fuller = _fuller(twin.work, work)
    if fuller == twin.work:
        return Added(duplicates=1)
    _store(db, replace(twin, work=fuller), twin.work.id)
    return Added(updated=1)


def _fuller(work: Work, other: Work) -> Work:
    return replace(
        work,
        abstract=work.abstract or other.abstract,
        doi=work.doi or other.doi,
        keywords=work.keywords or other.keywords,
    )


def _twin(db: Session, entry: Entry) -> Entry | None:
    """The same work under another key."""
    if entry.work.doi:
        found = _select(db, "doi = ? and doi <> ''", entry.work.doi)
        if found and same_work(found.work, entry.work):
            return found
    name = likeness(entry.work)
    if not name:
        return None
    found = _select(db, "likeness = ? and likeness <> ''", name)
    if not found:
        return None
    elsewhere = bool(found.place and entry.place and found.place != entry.place)
    other_doi = bool(found.work.doi and entry.work.doi and found.work.doi != entry.work.doi)
    return None if elsewhere or other_doi else found


def _select(db: Session, condition: str, value: str) -> Entry | None:
    """The first entry that meets a condition, worded so that a partial index serves it."""
    row = db.execute(
        f"select {_COLUMNS}, raw, macros, preambles, parents, place from work"  # noqa: S608 - our own columns and conditions
        f" where {condition} order by id limit 1",
        [value],
    ).fetchone()
    return _entry(row) if row else None


def _store(db: Session, entry: Entry, id_: int | None) -> None:
    work = entry.work
    cursor = db.execute(
        "insert or replace into work (id, key, kind, title, authors, year, venue, abstract, doi,"
        " keywords, likeness, place, raw, macros, preambles, parents, digest)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            id_,
            work.key,
            work.kind,
            work.title,
            _json(work.authors),
            work.year,
            work.venue,
            work.abstract,
            work.doi,
            work.keywords,
            likeness(work),
            entry.place,
            entry.raw,
            _json(entry.macros),
            _json(entry.preambles),
            _json(entry.parents),
            digest(work.text),
        ],
    )
    rowid = id_ or int(cursor.lastrowid or 0)
    db.execute("delete from work_words where rowid = ?", [rowid])
    columns = (
        work.title,
        " ".join(work.authors),
        work.abstract,
        f"{work.venue} {work.year} {work.keywords} {work.key} {work.doi}",
    )
    db.execute(
        "insert into work_words (rowid, title, people, abstract, other) values (?, ?, ?, ?, ?)",
        [rowid, *map(words.index_text, columns)],
    )


def _work(row: Sequence[Any]) -> Work:
    id_, key, kind, title, authors, *rest = row
    return Work(id_, key, kind, title, tuple(json.loads(authors)), *rest)


def _entry(row: Sequence[Any]) -> Entry:
    raw, macros, preambles, parents, place = row[10:]
    return Entry(
        work=_work(row[:10]),
        raw=raw,
        macros=tuple((name, block) for name, block in json.loads(macros)),
        preambles=tuple(json.loads(preambles)),
        parents=tuple(json.loads(parents)),
        place=place,
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
