"""The translation memory as a person looks through it: counted, searched, corrected.

The one law: nothing here holds more than a page. A search goes through the memory from its newest
pair on, a stretch at a time, so that what was found is there at once and waiting can be broken off.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from agents.base import UserError
from agents.store.memory_rows import LONGEST, Origin, Side, key
from agents.store.trigrams import trigrams
from agents.store.words import normal

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from agents.base import CancelToken
    from agents.store.database import Database, Session

PAGE = 200  # pairs
_SAMPLE = 2_000  # pairs of an origin whose length is measured
_STRETCH = 40_000  # ids looked through between two looks at the token
_INDEXED = 5  # times as many, where the index says which of them
_GRAM = 3  # letters of a word that the index knows
_COLUMNS = (
    "id", "en", "ko", "target", "origin", "model", "recipe", "glossary", "name", "note", "batch",
    "created", "used", "uses",
)  # fmt: skip

# Of what a model said, the index has the language it was translated from only: all of it is read.
_CANDIDATES = """
    select rowid from memory_en where memory_en match :grams and rowid >= :start and rowid < :end
    union
    select rowid from memory_ko where memory_ko match :grams and rowid >= :start and rowid < :end
    union
    select id from memory_entry
        where origin = 'machine' and target in ('en', 'ko') and id >= :start and id < :end
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair with all that is known of it."""

    id: int
    en: str
    ko: str
    target: Side  # of a model's: the direction it was made in
    origin: Origin
    model: str
    recipe: str
    glossary: str  # digest
    name: str
    note: str
    batch: int | None
    created: str  # ISO 8601, UTC
    used: str
    uses: int


@dataclass(frozen=True, slots=True)
class PairChange:
    """One step: pairs before and after it."""

    before: tuple[Pair, ...]
    after: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pairs are looked for."""

    words: str = ""  # each of them stands in one of the languages, be it within another word
    origin: Origin | Literal[""] = ""
    before: int = 0  # only pairs older than this id; 0 for all

    @property
    def parts(self) -> tuple[str, ...]:
        """The single words."""
        return tuple(dict.fromkeys(self.words.split()))


@dataclass(frozen=True, slots=True)
class Page:
    """Some pairs, the newest first."""

    pairs: tuple[Pair, ...]
    more: bool  # whether there may be others behind them


@dataclass(frozen=True, slots=True)
class Holding:
    """How much there is of one origin and direction."""

    origin: Origin
    target: Side
    pairs: int
    characters: int  # of both languages; beyond a few thousand pairs an estimate


class MemoryPairs:
    """Pages, single pairs, counts. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def holdings(self) -> tuple[Holding, ...]:
        """What there is."""
        db = self._database.read()
        counts = db.execute(
            "select origin, target, count(*) from memory_entry group by origin, target"
        ).fetchall()
        made: list[Holding] = []
        for origin, target, count in counts:
            # Of a large memory a sample tells: all of it is not read to say how large it is.
            (length,) = db.execute(
                "select avg(length(en) + length(ko)) from (select en, ko from memory_entry"
                " where origin = ? and target = ? limit ?)",
                [origin, target, _SAMPLE],
            ).fetchone()
            made.append(Holding(origin, target, count, round(length * count)))
        return tuple(made)

    def run(self, request: Wanted, cancel: CancelToken) -> Generator[Page, None, None]:
        """`pages` as an agent."""
        yield from self.pages(request, cancel)

    def pages(self, wanted: Wanted, cancel: CancelToken, most: int = PAGE) -> Iterator[Page]:
        """What is found, in growing pages as the search goes on; the last one is the whole.

        Raises:
            CancelledError: `cancel` was set.
        """
        (newest,) = (
            self._database.read()
            .execute("select coalesce(max(id), 0) from memory_entry")
            .fetchone()
        )
        end = min(wanted.before or newest + 1, newest + 1)
        found: list[Pair] = []
        while end > 1 and len(found) < most:
            cancel.check()
            start = max(1, end - (_STRETCH * _INDEXED if _grams(wanted) else _STRETCH))
            some = self._stretch(wanted, start, end, most - len(found))
            found += some
            full = len(found) >= most
            end = found[-1].id if full else start
            if some and not full and end > 1:
                yield Page(tuple(found), more=True)
        yield Page(tuple(found), more=end > 1)

    def _stretch(self, wanted: Wanted, start: int, end: int, most: int) -> list[Pair]:
        conditions = ["id >= :start and id < :end"]
        values: dict[str, object] = {"start": start, "end": end, "most": most}
        if grams := _grams(wanted):
            conditions.append(f"id in ({_CANDIDATES})")
            values["grams"] = grams
        for number, part in enumerate(wanted.parts):
            name = f"like{number}"
            conditions.append(f"(en like :{name} escape '\\' or ko like :{name} escape '\\')")
            values[name] = _like(part)
        if wanted.origin:
            conditions.append("+origin = :origin")  # not by its index: the order is that of the ids
            values["origin"] = wanted.origin
        rows = self._database.read().execute(
            f"select {', '.join(_COLUMNS)} from memory_entry"  # noqa: S608 - all of it is ours
            f" where {' and '.join(conditions)} order by id desc limit :most",
            values,
        )
        return [Pair(*row) for row in rows]

    # -- steps that can be taken back ---------------------------------------------------------

    def edit(self, pair: Pair, en: str, ko: str) -> PairChange | None:
        """Let a pair say what a person wants; it is a person's then. None if nothing changes.

        Raises:
            UserError: translation.pair_empty (or too long).
        """
        en, ko = " ".join(en.split()), " ".join(ko.split())
        if (en, ko) == (pair.en, pair.ko):
            return None
        if not all(normal(text) and len(text) <= LONGEST for text in (en, ko)):
            raise UserError("translation.pair_empty")
        after = dataclasses.replace(
            pair,
            en=en,
            ko=ko,
            origin="human",
            model="",
            recipe="",
            glossary="",
            batch=None,  # it does not go with its import any more
            created=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        )
        return self.apply(PairChange((pair,), (after,)))

    def take_out(self, pairs: Sequence[Pair]) -> PairChange:
        """Forget pairs."""
        return self.apply(PairChange(tuple(pairs), ()))

    def apply(self, change: PairChange, *, back: bool = False) -> PairChange:
        """Do a step, or take it back, in one transaction."""
        gone, there = change.before, change.after
        if back:
            gone, there = there, gone
        with self._database.write() as db:
            for pair in gone:
                # By its words too: another pair may have got the id of one that is gone.
                db.execute(
                    "delete from memory_entry where id = ? and en = ? and ko = ?",
                    [pair.id, pair.en, pair.ko],
                )
            for pair in there:
                _put_in(db, pair)
        return change


def _put_in(db: Session, pair: Pair) -> None:
    taken = db.execute("select 1 from memory_entry where id = ?", [pair.id]).fetchone()
    values = dataclasses.asdict(pair) | {
        "id": pair.id if taken is None else None,
        "en_key": key(normal(pair.en)),
        "ko_key": key(normal(pair.ko)),
    }
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    # Its import may have been taken back meanwhile.
    places = places.replace(":batch", "(select id from memory_batch where id = :batch)")
    db.execute(f"insert into memory_entry ({names}) values ({places})", values)  # noqa: S608 - ours


def _grams(wanted: Wanted) -> str:
    """What the index is asked for the longest word; empty if all are too short for it."""
    longest = max(wanted.parts, key=len, default="")
    some = trigrams(longest) if len(longest) >= _GRAM else []
    return " AND ".join('"' + gram.replace('"', '""') + '"' for gram in some)


def _like(part: str) -> str:
    """A pattern that finds a word anywhere."""
    for sign in "\\%_":
        part = part.replace(sign, "\\" + sign)
    return f"%{part}%"
