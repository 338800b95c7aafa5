"""The user's glossaries: what a thing is called in English and in Korean, by project.

The one law: within a glossary an English term stands once; adding it again changes it. What a
person does in the window is a `TermChange`, which can be taken back and done again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents.base import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agents.store.database import Database, Session

_TERM = "id, en, ko, avoid, note"


@dataclass(frozen=True, slots=True)
class StoredTerm:
    """One line of a glossary."""

    en: str
    ko: str
    avoid: tuple[str, ...] = ()  # in either language
    note: str = ""


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term where it stands: lower ids come first."""

    id: int
    term: StoredTerm


@dataclass(frozen=True, slots=True)
class TermChange:
    """One step: how a glossary is called and what it has, before and after. "" is no glossary."""

    old: str
    new: str
    before: tuple[TermRow, ...] = ()  # only those that change
    after: tuple[TermRow, ...] = ()


class Glossaries:
    """Reads and writes glossaries. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def names(self) -> dict[str, int]:
        """The glossaries and how many terms each has, by name."""
        rows = self._database.read().execute(
            "select name, (select count(*) from glossary_term where glossary = name)"
            " from glossary order by name"
        )
        return {str(name): int(count) for name, count in rows}

    def terms(self, name: str) -> tuple[StoredTerm, ...]:
        """The terms of a glossary, in the order they were added; empty if it is not there."""
        return tuple(row.term for row in self.rows(name))

    def rows(self, name: str) -> tuple[TermRow, ...]:
        """The same with their ids."""
        rows = self._database.read().execute(
            f"select {_TERM} from glossary_term where glossary = ? order by id",  # noqa: S608 - ours
            [name],
        )
        return tuple(_row(row) for row in rows)

    def add(self, name: str, terms: Iterable[StoredTerm]) -> tuple[int, int]:
        """Add terms in one transaction; returns how many are new, and how many were changed."""
        change = self.put(name, terms)
        return len(change.after) - len(change.before), len(change.before)

    def remove(self, name: str, en: Iterable[str] | None = None) -> int:
        """Remove terms by their English, or the whole glossary; returns how many went.

        A glossary without terms goes too.
        """
        with self._database.write() as db:
            if en is None:
                gone = db.execute("delete from glossary_term where glossary = ?", [name]).rowcount
            else:
                gone = sum(
                    db.execute(
                        "delete from glossary_term where glossary = ? and en = ?", [name, term]
                    ).rowcount
                    for term in en
                )
            db.execute(
                "delete from glossary where name = ?"
                " and not exists (select 1 from glossary_term where glossary = name)",
                [name],
            )
            return gone

    # -- steps that can be taken back ---------------------------------------------------------

    def create(self, name: str) -> TermChange:
        """Begin a glossary without terms.

        Raises:
            UserError: translation.glossary_there, translation.glossary_unnamed.
        """
        self._check_new(name)
        return self.apply(TermChange("", name))

    def rename(self, old: str, new: str) -> TermChange:
        """Call a glossary something else.

        Raises:
            UserError: translation.glossary_there, translation.glossary_unnamed.
        """
        self._check_new(new)
        return self.apply(TermChange(old, new))

    def drop(self, name: str) -> TermChange:
        """Delete a glossary with all its terms."""
        return self.apply(TermChange(name, "", before=self.rows(name)))

    def put(self, name: str, terms: Iterable[StoredTerm]) -> TermChange:
        """Add terms, or change those that are there, in one transaction."""
        with self._database.write() as db:
            begun = not db.execute("select 1 from glossary where name = ?", [name]).fetchone()
            if begun:
                db.execute("insert into glossary (name) values (?)", [name])
            before: dict[int, TermRow] = {}
            after: dict[int, TermRow] = {}
            for term in terms:
                found = db.execute(
                    f"select {_TERM} from glossary_term where glossary = ? and en = ?",  # noqa: S608 - ours
                    [name, term.en],
                ).fetchone()
                there = None if found is None else _row(found)
                if there is not None and there.term == term:
                    continue
                if there is not None:
                    if there.id not in after:
                        before[there.id] = there
                    _take_out(db, name, there)
                id_ = _put_in(db, name, TermRow(0 if there is None else there.id, term))
                after[id_] = TermRow(id_, term)
            return TermChange(
                "" if begun else name, name, tuple(before.values()), tuple(after.values())
            )

    def edit(self, name: str, row: TermRow, term: StoredTerm) -> TermChange:
        """Let a term say something else, where it stands.

        Raises:
            UserError: translation.term_there (its English is another line's).
        """
        there = self._database.read().execute(
            "select ko from glossary_term where glossary = ? and en = ? and id <> ?",
            [name, term.en, row.id],
        )
        other = there.fetchone()
        if other is not None:
            raise UserError("translation.term_there", term=term.en, translation=str(other[0]))
        return self.apply(TermChange(name, name, (row,), (TermRow(row.id, term),)))

    def take_out(self, name: str, rows: Sequence[TermRow]) -> TermChange:
        """Remove terms; the glossary stays."""
        return self.apply(TermChange(name, name, before=tuple(rows)))

    def apply(self, change: TermChange, *, back: bool = False) -> TermChange:
        """Do a step, or take it back, in one transaction."""
        old, new, before, after = change.old, change.new, change.before, change.after
        if back:
            old, new, before, after = new, old, after, before
        with self._database.write() as db:
            for row in before:
                _take_out(db, old, row)
            if old and old != new:
                db.execute("delete from glossary where name = ?", [old])
            if new:
                db.execute("insert or ignore into glossary (name) values (?)", [new])
                db.execute(
                    "update glossary_term set glossary = ? where glossary = ?", [new, old or new]
                )
            for row in after:
                _put_in(db, new, row)
        return change

    def _check_new(self, name: str) -> None:
        if not name.strip():
            raise UserError("translation.glossary_unnamed")
        if name in self.names():
            raise UserError("translation.glossary_there", name=name)


def _take_out(db: Session, name: str, row: TermRow) -> None:
    # By its words too: another line may have got the id of one that is gone.
    db.execute(
        "delete from glossary_term where glossary = ? and id = ? and en = ?",
        [name, row.id, row.term.en],
    )


def _put_in(db: Session, name: str, row: TermRow) -> int:
    """Let a line stand where it stood, or as the last one."""
    term = row.term
    taken = db.execute("select 1 from glossary_term where id = ?", [row.id]).fetchone()
    db.execute("delete from glossary_term where glossary = ? and en = ?", [name, term.en])
    cursor = db.execute(
        "insert into glossary_term (id, glossary, en, ko, avoid, note) values (?, ?, ?, ?, ?, ?)",
        [
            *(row.id if row.id and taken is None else None, name, term.en, term.ko),
            *(json.dumps(term.avoid, ensure_ascii=False), term.note),
        ],
    )
    return int(cursor.lastrowid or 0)


def _row(row: tuple[Any, ...]) -> TermRow:
    return TermRow(row[0], StoredTerm(row[1], row[2], tuple(json.loads(row[3])), row[4]))
