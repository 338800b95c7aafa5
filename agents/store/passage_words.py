"""Passages by their words: the rarest words of a question bring candidates, all words rank them.

The one law: what is kept in memory cannot become wrong. An id of a passage never comes back, so
whose it is stays true; in how many passages a word is, is asked again once there are new ones (a
frequent word's number, which says only that it is frequent, once there are a tenth more).
"""

from __future__ import annotations

import json
import math
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.store import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from agents.store.database import Database, Session

_CANDIDATES = 4000  # passages that the rarest words of a query may bring
_COMMON = 20_000  # a word of more passages tells nothing: any of them will do
_RANKED = 200  # of the candidates that are ranked by all words
_K1, _B = 1.2, 0.75  # of BM25, as usual
_FREQUENT = 1000  # passages of a word whose number need not be exact
_GROWN = 1.1
_WORDS = 20_000  # words whose number is kept


@dataclass(frozen=True, slots=True)
class _Spread:
    passages: int
    newest: int  # passage there was


class PassageWords:
    """Searches the full text of passages. Any thread."""

    def __init__(self, database: Database) -> None:
        """Read nothing yet."""
        self._database = database
        self._lock = threading.Lock()
        self._spreads: dict[str, _Spread] = {}
        self._works: npt.NDArray[np.int64] | None = None  # of the passage with this id; 0 = none

    def find(self, query: str, limit: int, works: Iterable[int] | None = None) -> list[int]:
        """See `agents.store.passages.Passages.find`."""
        db = self._database.read()
        # no count(*): it reads the whole table
        (newest,) = db.execute("select coalesce(max(id), 0) from passage").fetchone()
        spread = {term: self._spread(db, term, newest) for term in words.query_terms(query)}
        ranked = sorted((count, term) for term, count in spread.items() if count)
        asked: list[str] = []
        total = 0
        for count, term in ranked:
            if asked and total + count > _CANDIDATES:
                break
            asked.append(term)
            total += count
        if not asked:
            return []
        expression = " OR ".join(f'"{term}"' for term in asked)
        if works is None:
            order = "" if total > _COMMON else " order by rank"
            rows = db.execute(
                "select rowid from passage_words where passage_words match ?"  # noqa: S608 - ours
                f"{order} limit {_RANKED}",
                [expression],
            )
            ids = [int(row[0]) for row in rows]
        else:
            ids = self._within(db, expression, works, newest, ranks=total <= _COMMON)
        return _by_all(db, ids, spread, newest)[:limit]

    def _within(
        self, db: Session, expression: str, works: Iterable[int], newest: int, *, ranks: bool
    ) -> list[int]:
        """Ids of the passages of these works that match, the best where they are ranked.

        Looking at the works of those that match takes a tenth of what it takes SQLite to collect
        the passages of the works first.
        """
        wanted = self._wanted(db, works, newest)
        rank = "rank" if ranks else "0"
        rows = db.execute(
            f"select {rank}, rowid from passage_words where passage_words match ?",  # noqa: S608 - ours
            [expression],
        )
        found: list[tuple[float, int]] = []
        for score, id_ in rows:
            if id_ <= newest and wanted[id_]:
                found.append((score, id_))
                if not ranks and len(found) == _RANKED:
                    break
        found.sort()
        return [id_ for _score, id_ in found[:_RANKED]]

    def _wanted(self, db: Session, works: Iterable[int], newest: int) -> bytes:
        """For each id of a passage, from 0 to the newest, whether it is of one of these works."""
        import numpy as np  # noqa: PLC0415 - not needed to open the library

        with self._lock:
            known = self._works if self._works is not None else np.zeros(1, np.int64)
            if len(known) <= newest:
                rows = db.execute(
                    "select id, work from passage where id >= ? and id <= ?", [len(known), newest]
                ).fetchall()
                longer = np.zeros(newest + 1, np.int64)
                longer[: len(known)] = known
                if rows:
                    ids, of = np.array(rows, np.int64).T
                    longer[ids] = of
                self._works = known = longer
        return among(known[: newest + 1], works).tobytes()

    def _spread(self, db: Session, term: str, newest: int) -> int:
        """In about how many passages a term is: of several pairs, as many as the rarest has."""
        return min((self._counted(db, part, newest) for part in term.split()), default=0)

    def _counted(self, db: Session, part: str, newest: int) -> int:
        known = self._spreads.get(part)
        if known is not None:
            most = known.newest * (_GROWN if known.passages >= _FREQUENT else 1)
            if known.newest <= newest <= most:
                return known.passages
        row = db.execute("select doc from passage_terms where term = ?", [part]).fetchone()
        count = int(row[0]) if row else 0
        with self._lock:
            if len(self._spreads) >= _WORDS:
                self._spreads.clear()
            self._spreads[part] = _Spread(count, newest)
        return count


def among(of: npt.NDArray[np.int64], works: Iterable[int]) -> npt.NDArray[np.bool_]:
    """Of each element, a work, whether it is one of `works`: shape (len(of),)."""
    import numpy as np  # noqa: PLC0415 - not needed to open the library

    table = np.zeros(int(of.max(initial=0)) + 1, np.bool_)
    wanted = np.fromiter(works, np.int64)
    table[wanted[(wanted > 0) & (wanted < len(table))]] = True
    return table[of]


def _by_all(db: Session, ids: Sequence[int], spread: Mapping[str, int], newest: int) -> list[int]:
    """Candidates by BM25 over all words of the query."""
    rows = db.execute(
        "select rowid, stems from passage_words where rowid in (select value from json_each(?))",
        [json.dumps(list(ids))],
    ).fetchall()
    if not rows:
        return []
    mean = sum(len(stems) for _id, stems in rows) / len(rows)
    weights = {
        f" {term} ": math.log(1 + (newest - count + 0.5) / (count + 0.5))
        for term, count in spread.items()
        if 0 < count <= newest
    }
    scores: dict[int, float] = {}
    for id_, stems in rows:
        padded = f" {stems} "
        norm = _K1 * (1 - _B + _B * len(stems) / mean)
        score = 0.0
        for term, weight in weights.items():
            times = padded.count(term)
            if times:
                score += weight * times * (_K1 + 1) / (times + norm)
        scores[int(id_)] = score
    return sorted(scores, key=lambda id_: (-scores[id_], id_))
