"""Pairs of the memory as rows: how they are keyed, stored and read.

The one law: a pair is stored as people write it, and found by its words alone: white space, case
and Unicode forms aside.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from agents.store.words import normal

if TYPE_CHECKING:
    from agents.store.database import Database, Session

Origin = Literal["machine", "human", "imported"]
Side = Literal["en", "ko"]

LONGEST = 20_000  # characters of one side; a longer one is no sentence
_TOGETHER = 2000  # pairs forgotten in one transaction
COLUMNS = (
    "e.id, e.en, e.ko, e.target, e.origin, e.model, e.recipe, e.glossary, e.name, e.note,"
    " e.created, e.used, e.uses"
)


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


def key(plain: str) -> int:
    """What a normalised text is looked up by: 64 bits of its digest, signed as SQLite's are."""
    digest = hashlib.blake2b(plain.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def pair_of(source: str, target: str, goal: Side) -> tuple[str, str] | None:
    """(English, Korean) as they are stored; None if one is empty or no sentence."""
    made = [" ".join(unicodedata.normalize("NFC", text).split()) for text in (source, target)]
    if not all(normal(text) and len(text) <= LONGEST for text in made):
        return None
    return (made[0], made[1]) if goal == "ko" else (made[1], made[0])


def insert(
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
    """Store a pair (English, Korean) in a transaction; returns its id."""
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


def entry_of(row: tuple[Any, ...], target: Side) -> Entry:
    """A row of `COLUMNS`, as seen by whoever translates into `target`."""
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


def forget(database: Database, which: str, values: dict[str, object]) -> int:
    """Forget pairs, a part at a time: others may write meanwhile. Returns how many went.

    Args:
        database: where they are.
        which: an SQL condition; ours, never a user's.
        values: its parameters.
    """
    gone = 0
    while True:
        with database.write() as db:
            some = db.execute(
                "delete from memory_entry where id in"  # noqa: S608 - all of it is ours
                f" (select id from memory_entry where {which} limit {_TOGETHER})",
                values,
            ).rowcount
        gone += some
        if some < _TOGETHER:
            return gone
