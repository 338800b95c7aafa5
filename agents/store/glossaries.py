"""The user's glossaries: what a thing is called in English and in Korean, by project.

The one law: within a glossary an English term stands once; adding it again changes it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agents.store.database import Database


@dataclass(frozen=True, slots=True)
class StoredTerm:
    """One line of a glossary."""

    en: str
    ko: str
    avoid: tuple[str, ...] = ()  # in either language
    note: str = ""


class Glossaries:
    """Reads and writes glossaries. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def names(self) -> dict[str, int]:
        """The glossaries and how many terms each has, by name."""
        rows = self._database.read().execute(
            "select glossary, count(*) from glossary_term group by glossary order by glossary"
        )
        return {str(name): int(count) for name, count in rows}

    def terms(self, name: str) -> tuple[StoredTerm, ...]:
        """The terms of a glossary, in the order they were added; empty if it is not there."""
        rows = self._database.read().execute(
            "select en, ko, avoid, note from glossary_term where glossary = ? order by id", [name]
        )
        return tuple(_term(row) for row in rows)

    def add(self, name: str, terms: Iterable[StoredTerm]) -> tuple[int, int]:
        """Add terms in one transaction; returns how many are new, and how many were changed."""
        new = changed = 0
        with self._database.write() as db:
            for term in terms:
                values = [term.ko, json.dumps(term.avoid, ensure_ascii=False), term.note]
                row = db.execute(
                    "select ko, avoid, note from glossary_term where glossary = ? and en = ?",
                    [name, term.en],
                ).fetchone()
                if row is None:
                    db.execute(
                        "insert into glossary_term (ko, avoid, note, glossary, en)"
                        " values (?, ?, ?, ?, ?)",
                        [*values, name, term.en],
                    )
                    new += 1
                elif list(row) != values:
                    db.execute(
                        "update glossary_term set ko = ?, avoid = ?, note = ?"
                        " where glossary = ? and en = ?",
                        [*values, name, term.en],
                    )
                    changed += 1
        return new, changed

    def remove(self, name: str, en: Iterable[str] | None = None) -> int:
        """Remove terms by their English, or the whole glossary; returns how many went."""
        with self._database.write() as db:
            if en is None:
                return db.execute("delete from glossary_term where glossary = ?", [name]).rowcount
            return sum(
                db.execute(
                    "delete from glossary_term where glossary = ? and en = ?", [name, term]
                ).rowcount
                for term in en
            )


def _term(row: tuple[Any, ...]) -> StoredTerm:
    return StoredTerm(row[0], row[1], tuple(json.loads(row[2])), row[3])
