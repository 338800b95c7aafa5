"""The translation memory: what was translated before, by a person, another program or a model.

The one law: what a model said counts only for the same model, recipe and glossary; what a person
confirmed outranks what was imported, and that outranks a model; the newest of a kind comes first.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from agents.store.trigrams import Trigrams
from agents.store.words import normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from agents.store.database import Database, Session

Origin = Literal["machine", "human", "imported"]
Side = Literal["en", "ko"]

LONGEST = 20_000  # characters of one side; a longer one is no sentence
_TOGETHER = 2000  # pairs forgotten in one transaction
_MERGED = 2000  # pages of the index merged in one transaction
_CUTOFF = 70.0  # per cent of likeness from which a pair is worth showing
_COLUMNS = (
    "e.id, e.en, e.ko, e.target, e.origin, e.model, e.recipe, e.glossary, e.name, e.note,"
    " e.created, e.used, e.uses"
)
_MINE = (
    "(e.origin <> 'machine'"
    " or (e.target = :target and e.model = :model and e.recipe = :recipe"
    " and e.glossary = :glossary))"
)
_RANK = "case e.origin when 'human' then 0 when 'imported' then 1 else 2 end, e.id desc"


@dataclass(frozen=True, slots=True)
class Maker:
    """All that makes a model's words; an empty one made nothing."""

    model: str = ""
    recipe: str = ""
    glossary: str = ""  # digest


@dataclass(frozen=True, slots=True)
class Entry:
    """A pair, as seen by whoever translates into `target_language`."""

    id: int
    source: str
    target: str
    target_language: Side
    origin: Origin
    model: str
    name: str
    note: str
    created: str  # ISO 8601, UTC
    used: str  # likewise; empty if never
    uses: int


@dataclass(frozen=True, slots=True)
class Match:
    """An entry whose source resembles a text: something to show, never a translation of it."""

    score: float  # per cent
    entry: Entry


@dataclass(frozen=True, slots=True)
class Batch:
    """One import."""

    id: int
    file: str
    added: int
    known: int  # pairs that were there already
    skipped: int  # rows that were not understood
    created: str


@dataclass(frozen=True, slots=True)
class Stats:
    """How much the memory holds."""

    human: int
    imported: int
    machine: int
    uses: int
    imports: int


class Memories:
    """Reads and writes the translation memory. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database
        self._trigrams = Trigrams(database)

    # -- looking up ---------------------------------------------------------------------------

    def exact(self, text: str, target: Side, maker: Maker | None = None) -> tuple[Entry, ...]:
        """Pairs whose source is this text, white space and Unicode forms aside; the best first.

        Args:
            text: a sentence.
            target: the language it is translated into.
            maker: whose translations count beside those of people; None for nobody's.
        """
        side, plain = _other(target), normal(text)
        rows = self._database.read().execute(
            f"select {_COLUMNS} from memory_entry e where e.{side}_key = :key and {_MINE}"  # noqa: S608 - all of it is ours
            f" order by {_RANK}",
            {"key": key(plain), **_made_by(target, maker)},
        )
        found = (_entry(row, target) for row in rows)
        return tuple(entry for entry in found if normal(entry.source) == plain)

    def fuzzy(
        self,
        text: str,
        target: Side,
        maker: Maker | None = None,
        *,
        limit: int = 5,
        cutoff: float = _CUTOFF,
    ) -> tuple[Match, ...]:
        """Pairs whose source resembles this text, the most alike first; equal ones among them."""
        side, plain = _other(target), " ".join(unicodedata.normalize("NFC", text).split())
        alike = self._trigrams.alike(plain, side, cutoff)
        ids = list(alike)
        found: list[Match] = []
        for start in range(0, len(ids), 500):  # SQLite takes so many values at once
            some = ids[start : start + 500]
            names = {f"i{number}": one for number, one in enumerate(some)}
            rows = self._database.read().execute(
                f"select {_COLUMNS} from memory_entry e"  # noqa: S608 - all of it is ours
                f" where e.id in ({', '.join(':' + name for name in names)}) and {_MINE}"
                f" order by {_RANK}",
                {**names, **_made_by(target, maker)},
            )
            found += [Match(alike[int(row[0])], _entry(row, target)) for row in rows]
        found.sort(key=lambda match: -match.score)  # stable: equals stay in the order of rank
        different: dict[tuple[str, str], Match] = {}
        for match in found:
            different.setdefault((match.entry.source, match.entry.target), match)
        return tuple(different.values())[:limit]

    def used(self, entries: Iterable[Entry]) -> None:
        """Count that these stand in a document now."""
        ids = [(entry.id,) for entry in entries]
        if ids:
            with self._database.write() as db:
                db.connection.executemany(
                    "update memory_entry set uses = uses + 1,"
                    " used = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') where id = ?",
                    ids,
                )

    # -- adding -------------------------------------------------------------------------------

    def add_human(
        self,
        source: str,
        target: str,
        languages: tuple[Side, Side],
        *,
        name: str = "",
        note: str = "",
    ) -> int:
        """Store what a person wrote or confirmed; returns its id, 0 if a side is empty.

        The same pair confirmed again becomes the newest.
        """
        pair = _pair(source, target, languages[1])
        if pair is None:
            return 0
        with self._database.write() as db:
            db.execute(
                "delete from memory_entry where en_key = ? and ko_key = ? and origin = 'human'"
                " and target = ?",
                [key(normal(pair[0])), key(normal(pair[1])), languages[1]],
            )
            return _insert(db, pair, languages[1], "human", name=name, note=note)

    def add_machine(
        self, pairs: Iterable[tuple[str, str]], target: Side, maker: Maker, name: str = ""
    ) -> None:
        """Store translations (source, target) of a model that passed the checks.

        Of one maker the latest translation of a text is kept.
        """
        side = _other(target)
        made = [pair for texts in pairs if (pair := _pair(*texts, target)) is not None]
        if not made:
            return
        with self._database.write() as db:
            for pair in made:
                text = pair[0] if side == "en" else pair[1]
                db.execute(
                    f"delete from memory_entry as e where e.{side}_key = :key"  # noqa: S608 - ours
                    f" and e.origin = 'machine' and {_MINE}",
                    {"key": key(normal(text)), **_made_by(target, maker)},
                )
                _insert(db, pair, target, "machine", maker=maker, name=name)

    def begin_import(self, file: str) -> int:
        """Begin an import; returns the id of its batch."""
        with self._database.write() as db:
            cursor = db.execute("insert into memory_batch (file) values (?)", [file])
            return int(cursor.lastrowid or 0)

    def add_imported(self, batch: int, pairs: Sequence[tuple[str, str]], target: Side) -> None:
        """Store pairs (English, Korean) of an import in one transaction; known ones only once."""
        added = known = skipped = 0
        with self._database.write() as db:
            (file,) = db.execute("select file from memory_batch where id = ?", [batch]).fetchone()
            for en, ko in pairs:
                pair = _pair(en, ko, "ko")
                if pair is None:
                    skipped += 1
                    continue
                there = db.execute(
                    "select 1 from memory_entry where en_key = ? and ko_key = ?"
                    " and origin <> 'machine'",
                    [key(normal(pair[0])), key(normal(pair[1]))],
                ).fetchone()
                if there is None:
                    _insert(db, pair, target, "imported", name=file, batch=batch)
                    added += 1
                else:
                    known += 1
            db.execute(
                "update memory_batch set added = added + ?, known = known + ?,"
                " skipped = skipped + ? where id = ?",
                [added, known, skipped, batch],
            )

    # -- all of it ----------------------------------------------------------------------------

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

    def tidy(self) -> None:
        """Merge the parts that a large import leaves the index in; look-ups take half the time.

        In small steps, so that nobody else waits long to write.
        """
        for side in ("en", "ko"):
            pages = -_MERGED  # the first step, being negative, marks all parts for merging
            while True:
                with self._database.write() as db:
                    before = db.connection.total_changes
                    db.execute(
                        f"insert into memory_{side} (memory_{side}, rank) values ('merge', ?)",  # noqa: S608 - ours
                        [pages],
                    )
                    if db.connection.total_changes - before < 2:
                        break
                pages = _MERGED

    def undo(self, batch: int) -> None:
        """Take an import back, a part at a time: others may write meanwhile.

        Should it break off, the batch is still there with what is left of it.
        """
        self._forget("batch = :batch", {"batch": batch})
        with self._database.write() as db:
            db.execute("delete from memory_batch where id = ?", [batch])

    def _forget(self, which: str, values: dict[str, object]) -> int:
        gone = 0
        while True:
            with self._database.write() as db:
                some = db.execute(
                    "delete from memory_entry where id in"  # noqa: S608 - all of it is ours
                    f" (select id from memory_entry where {which} limit {_TOGETHER})",
                    values,
                ).rowcount
            gone += some
            if some < _TOGETHER:
                return gone

    def entries(self, *, machine: bool = False, only_human: bool = False) -> Iterator[Entry]:
        """Everything, oldest first, but for what a person has since said otherwise.

        Args:
            machine: with what models said.
            only_human: nothing but what a person confirmed.
        """
        wanted = "1" if machine else "e.origin <> 'machine'"
        if only_human:
            wanted = "e.origin = 'human'"
        rows = self._database.read().execute(
            f"select {_COLUMNS} from memory_entry e where {wanted} and not exists ("  # noqa: S608 - ours
            " select 1 from memory_entry n where n.id > e.id and n.target = e.target"
            " and n.origin = 'human' and e.origin = 'human'"
            " and case e.target when 'ko' then n.en_key = e.en_key else n.ko_key = e.ko_key end)"
            " order by e.id"
        )
        return (_entry(row, row[3]) for row in rows)

    def holds_any(self) -> bool:
        """Whether there is anything in it."""
        found = self._database.read().execute("select exists (select 1 from memory_entry)")
        return bool(found.fetchone()[0])

    def stats(self) -> Stats:
        """Count it."""
        db = self._database.read()
        counts = dict(db.execute("select origin, count(*) from memory_entry group by origin"))
        uses, imports = db.execute(
            "select (select total(uses) from memory_entry), (select count(*) from memory_batch)"
        ).fetchone()
        return Stats(
            human=counts.get("human", 0),
            imported=counts.get("imported", 0),
            machine=counts.get("machine", 0),
            uses=int(uses),
            imports=imports,
        )

    def clear(self, origin: Origin | None = None) -> int:
        """Forget everything, or everything of an origin; returns how many pairs went."""
        which = "1" if origin is None else "origin = :origin"
        gone = self._forget(which, {} if origin is None else {"origin": origin})
        if origin in (None, "imported"):
            with self._database.write() as db:
                db.execute(
                    "delete from memory_batch where not exists"
                    " (select 1 from memory_entry where batch = memory_batch.id)"
                )
        return gone


def key(plain: str) -> int:
    """What a normalised text is looked up by: 64 bits of its digest, signed as SQLite's are."""
    digest = hashlib.blake2b(plain.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _other(side: Side) -> Side:
    return "en" if side == "ko" else "ko"


def _made_by(target: Side, maker: Maker | None) -> dict[str, object]:
    """The values of `_MINE`; nobody's are those of a target that does not exist."""
    maker, goal = (maker, target) if maker is not None else (Maker(), "")
    return {
        "target": goal,
        "model": maker.model,
        "recipe": maker.recipe,
        "glossary": maker.glossary,
    }


def _pair(source: str, target: str, goal: Side) -> tuple[str, str] | None:
    """(English, Korean) as they are stored; None if one is empty or no sentence."""
    made = [" ".join(unicodedata.normalize("NFC", text).split()) for text in (source, target)]
    if not all(normal(text) and len(text) <= LONGEST for text in made):
        return None
    return (made[0], made[1]) if goal == "ko" else (made[1], made[0])


def _insert(
    db: Session,
    pair: tuple[str, str],
    target: Side,
    origin: Origin,
    *,
    maker: Maker | None = None,
    name: str = "",
    note: str = "",
    batch: int | None = None,
) -> int:
    maker = maker or Maker()
    en, ko = pair
    cursor = db.execute(
        "insert into memory_entry (en, ko, en_key, ko_key, target, origin, model, recipe, glossary,"
        " name, note, batch) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(en, ko, key(normal(en)), key(normal(ko)), target, origin),
            *(maker.model, maker.recipe, maker.glossary, name, note, batch),
        ],
    )
    return int(cursor.lastrowid or 0)


def _entry(row: tuple[Any, ...], target: Side) -> Entry:
    source, answer = (row[1], row[2]) if target == "ko" else (row[2], row[1])
    return Entry(
        id=row[0],
        source=source,
        target=answer,
        target_language=target,
        origin=row[4],
        model=row[5],
        name=row[8],
        note=row[9],
        created=row[10],
        used=row[11],
        uses=row[12],
    )
