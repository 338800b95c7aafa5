"""Files that were given to the chat, in passages as they are searched and quoted.

The one law: a file is known by its content and read once; its passages are stored together when
it was read to its end, and go with the last message it came with.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.store import ranking, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    import numpy.typing as npt

    from agents.store.database import Database

_K1, _B = 1.2, 0.75  # of BM25, as usual
_FILE = (
    "select id, name, path, bytes, state, pages,"
    " (select count(*) from file_passage where file = f.id) from file f"
)
_PASSAGE = "select id, file, position, page, text from file_passage"


@dataclass(frozen=True, slots=True)
class FilePiece:
    """A stretch of a file's text, to be stored."""

    text: str
    page: int = 0  # 1-based; 0 where there are no pages


@dataclass(frozen=True, slots=True)
class FilePassage:
    """A stored stretch of a file's text."""

    id: int
    file: int
    position: int  # from 0
    page: int
    text: str


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file. `path` is where it was seen last; it may be gone."""

    id: int
    name: str
    path: str
    bytes: int
    state: str  # "waiting": not read to its end yet; "read"
    pages: int
    passages: int

    @property
    def read(self) -> bool:
        """Whether it was read to its end."""
        return self.state == "read"


class Files:
    """Reads and writes files of the chat. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    # Writing

    def add(self, hash_: str, name: str, path: str, size: int) -> StoredFile:
        """The file with these bytes, now seen at this place; new ones wait to be read."""
        with self._database.write() as db:
            db.execute(
                "insert into file (hash, name, path, bytes) values (?, ?, ?, ?)"
                " on conflict (hash) do update set name = excluded.name, path = excluded.path",
                [hash_, name, path, size],
            )
            row = db.execute(f"{_FILE} where hash = ?", [hash_]).fetchone()
        return StoredFile(*row)

    def put(self, file: int, pieces: Iterable[FilePiece], pages: int) -> None:
        """Store everything that was read of a file, in one transaction."""
        with self._database.write() as db:
            if db.execute("select 1 from file where id = ?", [file]).fetchone() is None:
                return  # taken away while it was read
            db.execute("delete from file_passage where file = ?", [file])
            db.connection.executemany(
                "insert into file_passage (file, position, page, text, stems)"
                " values (?, ?, ?, ?, ?)",
                [
                    (file, position, piece.page, piece.text, words.index_text(piece.text))
                    for position, piece in enumerate(pieces)
                ],
            )
            db.execute("update file set state = 'read', pages = ? where id = ?", [pages, file])

    def attach(self, conversation: int, turn: int, files: Iterable[int]) -> None:
        """Remember which files came with a message."""
        with self._database.write() as db:
            db.connection.executemany(
                "insert or ignore into attachment (turn, file, conversation)"
                " select ?, id, ? from file where id = ?",
                [(turn, conversation, file) for file in files],
            )

    def drop_loose(self, files: Iterable[int] | None = None) -> None:
        """Forget files that came with no message: these, or all."""
        only = "" if files is None else " and id in (select value from json_each(?))"
        with self._database.write() as db:
            db.execute(
                "delete from file where not exists"  # noqa: S608 - ours
                f" (select 1 from attachment where file = file.id){only}",
                [] if files is None else [json.dumps(list(files))],
            )

    # Reading

    def get(self, files: Sequence[int]) -> tuple[StoredFile, ...]:
        """The files of these ids, in this order; ids that are gone are left out."""
        rows = self._database.read().execute(
            f"{_FILE} where id in (select value from json_each(?))",  # noqa: S608 - ours
            [json.dumps(list(files))],
        )
        found = {int(row[0]): StoredFile(*row) for row in rows}
        return tuple(found[id_] for id_ in files if id_ in found)

    def of_conversation(self, conversation: int) -> tuple[int, ...]:
        """The files a conversation knows, the first given first."""
        rows = self._database.read().execute(
            "select file, min(turn) as first from attachment where conversation = ?"
            " group by file order by first, file",
            [conversation],
        )
        return tuple(int(row[0]) for row in rows)

    def of_turn(self, turn: int) -> tuple[int, ...]:
        """The files that came with one message."""
        rows = self._database.read().execute(
            "select file from attachment where turn = ? order by file", [turn]
        )
        return tuple(int(row[0]) for row in rows)

    def of_turns(self, conversation: int) -> dict[int, tuple[StoredFile, ...]]:
        """The files of each message of a conversation that has any."""
        rows = self._database.read().execute(
            "select turn, file from attachment where conversation = ? order by turn, file",
            [conversation],
        )
        made: dict[int, list[int]] = {}
        for turn, file in rows:
            made.setdefault(int(turn), []).append(int(file))
        return {turn: self.get(files) for turn, files in made.items()}

    def passages(self, files: Sequence[int]) -> tuple[FilePassage, ...]:
        """All passages of files, in the order of `files` and of each text."""
        rows = self._database.read().execute(
            f"{_PASSAGE} where file in (select value from json_each(?))"  # noqa: S608 - ours
            " order by position",
            [json.dumps(list(files))],
        )
        place = {file: at for at, file in enumerate(files)}
        return tuple(sorted((FilePassage(*row) for row in rows), key=lambda one: place[one.file]))

    def find(self, files: Sequence[int], query: str, limit: int) -> list[int]:
        """Ids of passages that hold words of `query`, best first (BM25 among these files)."""
        terms = words.query_terms(query)
        if not terms:
            return []
        rows = (
            self._database.read()
            .execute(
                "select id, stems from file_passage where file in (select value from json_each(?))",
                [json.dumps(list(files))],
            )
            .fetchall()
        )
        padded = [(int(id_), f" {stems} ") for id_, stems in rows]
        mean = sum(len(stems) for _id, stems in padded) / max(1, len(padded))
        scores: dict[int, float] = {}
        for term in terms:
            times = {id_: stems.count(f" {term} ") for id_, stems in padded}
            held = sum(count > 0 for count in times.values())
            weight = math.log(1 + (len(padded) - held + 0.5) / (held + 0.5))
            for id_, stems in padded:
                if times[id_]:
                    norm = _K1 * (1 - _B + _B * len(stems) / mean)
                    share = times[id_] * (_K1 + 1) / (times[id_] + norm)
                    scores[id_] = scores.get(id_, 0.0) + weight * share
        return sorted(scores, key=lambda id_: (-scores[id_], id_))[:limit]

    # Vectors

    def without_vector(
        self, files: Sequence[int], embedder: str, limit: int
    ) -> tuple[FilePassage, ...]:
        """Passages of files that were never embedded."""
        rows = self._database.read().execute(
            f"{_PASSAGE} where file in (select value from json_each(?)) and not exists"  # noqa: S608 - ours
            " (select 1 from file_vector where embedder = ? and passage = file_passage.id)"
            " order by id limit ?",
            [json.dumps(list(files)), embedder, limit],
        )
        return tuple(FilePassage(*row) for row in rows)

    def count_without_vector(self, files: Sequence[int], embedder: str) -> int:
        """How many passages of files were never embedded."""
        row = self._database.read().execute(
            "select count(*) from file_passage where file in (select value from json_each(?))"
            " and not exists (select 1 from file_vector"
            " where embedder = ? and passage = file_passage.id)",
            [json.dumps(list(files)), embedder],
        )
        return int(row.fetchone()[0])

    def keep_vectors(
        self, embedder: str, ids: Sequence[int], vectors: npt.NDArray[np.float32]
    ) -> None:
        """Store vectors, shape (len(ids), dimensions), each number as a byte."""
        with self._database.write() as db:
            ranking.keep_vectors(db, "file_passage", embedder, ids, vectors)

    def nearest(
        self, files: Sequence[int], embedder: str, query: npt.NDArray[np.float32], limit: int
    ) -> list[int]:
        """Ids of the embedded passages nearest to a vector, shape (dimensions,), length 1."""
        import numpy as np  # noqa: PLC0415 - not needed to open the store

        rows = (
            self._database.read()
            .execute(
                "select v.passage, v.scale, v.vector from file_vector v"
                " join file_passage p on p.id = v.passage"
                " where v.embedder = ? and p.file in (select value from json_each(?))",
                [embedder, json.dumps(list(files))],
            )
            .fetchall()
        )
        if not rows:
            return []
        scales = np.array([row[1] for row in rows], np.float32)
        vectors = np.frombuffer(b"".join(row[2] for row in rows), np.int8).reshape(len(rows), -1)
        scores = (vectors.astype(np.float32) @ query) * scales
        return [int(rows[at][0]) for at in np.argsort(-scores, kind="stable")[:limit]]
