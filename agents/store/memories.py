"""The translation memory: what was translated before, by a person, another program or a model.

The one law: what a model said counts only for the same model, recipe and glossary; what a person
confirmed outranks what was imported, and that outranks a model; the newest of a kind comes first.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.store.memory_imports import MemoryImports
from agents.store.memory_rows import (
    COLUMNS,
    Entry,
    Maker,
    Side,
    entry_of,
    forget,
    insert,
    key,
    pair_of,
)
from agents.store.trigrams import Trigrams
from agents.store.words import normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agents.store.database import Database
    from agents.store.memory_rows import Origin

_MERGED = 2000  # pages of the index merged in one transaction
_CUTOFF = 70.0  # per cent of likeness from which a pair is worth showing
_MINE = (
    "(e.origin <> 'machine'"
    " or (e.target = :target and e.model = :model and e.recipe = :recipe"
    " and e.glossary = :glossary))"
)
_RANK = "case e.origin when 'human' then 0 when 'imported' then 1 else 2 end, e.id desc"


@dataclass(frozen=True, slots=True)
class Match:
    """An entry whose source resembles a text: something to show, never a translation of it."""

    score: float  # per cent
    entry: Entry


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
        self.imports = MemoryImports(database)

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
            f"select {COLUMNS} from memory_entry e where e.{side}_key = :key and {_MINE}"  # noqa: S608 - all of it is ours
            f" order by {_RANK}",
            {"key": key(plain), **_made_by(target, maker)},
        )
        found = (entry_of(row, target) for row in rows)
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
                f"select {COLUMNS} from memory_entry e"  # noqa: S608 - all of it is ours
                f" where e.id in ({', '.join(':' + name for name in names)}) and {_MINE}"
                f" order by {_RANK}",
                {**names, **_made_by(target, maker)},
            )
            found += [Match(alike[int(row[0])], entry_of(row, target)) for row in rows]
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
        pair = pair_of(source, target, languages[1])
        if pair is None:
            return 0
        with self._database.write() as db:
            db.execute(
                "delete from memory_entry where en_key = ? and ko_key = ? and origin = 'human'"
                " and target = ?",
                [key(normal(pair[0])), key(normal(pair[1])), languages[1]],
            )
            return insert(db, pair, languages[1], "human", name=name, note=note)

    def add_machine(
        self, pairs: Iterable[tuple[str, str]], target: Side, maker: Maker, name: str = ""
    ) -> None:
        """Store translations (source, target) of a model that passed the checks.

        Of one maker the latest translation of a text is kept.
        """
        side = _other(target)
        made = [pair for texts in pairs if (pair := pair_of(*texts, target)) is not None]
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
                insert(db, pair, target, "machine", maker=maker, name=name)

    # -- all of it ----------------------------------------------------------------------------

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
            f"select {COLUMNS} from memory_entry e where {wanted} and not exists ("  # noqa: S608 - ours
            " select 1 from memory_entry n where n.id > e.id and n.target = e.target"
            " and n.origin = 'human' and e.origin = 'human'"
            " and case e.target when 'ko' then n.en_key = e.en_key else n.ko_key = e.ko_key end)"
            " order by e.id"
        )
        return (entry_of(row, row[3]) for row in rows)

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
        gone = forget(self._database, which, {} if origin is None else {"origin": origin})
        if origin in (None, "imported"):
            self.imports.forget_empty()
        return gone


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
