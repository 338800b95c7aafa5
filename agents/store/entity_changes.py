"""What a person decides about entities: which names are one, what it is called, what is hidden.

The one law: every decision is logged with what was before, and the latest is taken back first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agents.base import UserError
from agents.store import entity_facets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from agents.store.database import Database, Session

ChangeKind = Literal["merge", "split", "rename", "hide", "show", "cell"]
_COLUMNS = {
    "entity": "id, label, name, named, hidden",
    "entity_form": "id, label, form, entity, home, fixed",
    "entity_cell": "work, label, text",
}


@dataclass(frozen=True, slots=True)
class EntityChange:
    """Something a person did. `id` takes it back."""

    id: int
    kind: ChangeKind


class EntityChanges:
    """Writes decisions. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def merge(self, entities: Sequence[int], into: int) -> EntityChange:
        """Let all names of these entities lead to one of them.

        Raises:
            UserError: scholar.entity_gone, with nothing done.
        """
        others = [id_ for id_ in dict.fromkeys(entities) if id_ != into]
        with self._database.write() as db:
            _here(db, [into, *others])
            before = _before(db, [into, *others])
            db.execute(
                "update entity_form set entity = ?, fixed = 1"
                " where entity in (select value from json_each(?))",
                [into, json.dumps([into, *others])],
            )
            # the other's name may be the more frequent one: this one was chosen
            db.execute("update entity set named = 1 where id = ?", [into])
            return _done(db, "merge", before)

    def split(self, entity: int, names: Sequence[int], called: str) -> tuple[EntityChange, int]:
        """Make an entity of its own of some names (ids of `NameRow`); returns also its id.

        Without `called` it is called what these names are written most often.

        Raises:
            UserError: scholar.entity_gone, scholar.entity_split_all (no name would be left, or
                none was chosen), with nothing done.
        """
        with self._database.write() as db:
            _here(db, [entity])
            rows = db.execute("select id from entity_form where entity = ?", [entity]).fetchall()
            mine = {int(row[0]) for row in rows}
            chosen = mine & set(names)
            if not chosen or chosen == mine:
                raise UserError("scholar.entity_split_all")
            named = " ".join(called.split())
            made = db.execute(
                "insert into entity (label, name, named) select label, ?, ? from entity"
                " where id = ?",
                [named or _most_frequent(db, chosen), bool(named), entity],
            ).lastrowid
            before = _before(db, [entity, int(made or 0)])
            db.execute(
                "update entity_form set fixed = 1,"
                " entity = iif(id in (select value from json_each(?1)), ?2, entity)"
                " where entity = ?3",
                [json.dumps(sorted(chosen)), made, entity],
            )
            return _done(db, "split", before), int(made or 0)

    def rename(self, entity: int, name: str) -> EntityChange:
        """Call an entity so.

        Raises:
            UserError: scholar.entity_gone, scholar.entity_no_name, with nothing done.
        """
        name = " ".join(name.split())
        if not name:
            raise UserError("scholar.entity_no_name")
        with self._database.write() as db:
            _here(db, [entity])
            before = _before(db, [entity])
            db.execute("update entity set name = ?, named = 1 where id = ?", [name, entity])
            return _done(db, "rename", before)

    def hide(self, entity: int, *, hidden: bool = True) -> EntityChange:
        """Show an entity nowhere, or again.

        Raises:
            UserError: scholar.entity_gone, with nothing done.
        """
        with self._database.write() as db:
            _here(db, [entity])
            before = _before(db, [entity])
            db.execute("update entity set hidden = ? where id = ?", [hidden, entity])
            return _done(db, "hide" if hidden else "show", before)

    def write_cell(self, work: int, label: str, text: str | None) -> EntityChange:
        """Put a text into a cell of comparison tables; None: what was found stands there again."""
        with self._database.write() as db:
            before = _cells(db, work, label)
            db.execute("delete from entity_cell where work = ? and label = ?", [work, label])
            if text is not None:
                db.execute(
                    "insert into entity_cell (work, label, text) values (?, ?, ?)",
                    [work, label, text],
                )
            return _log(db, "cell", {"entity_cell": before}, {"cell": [[work, label]]})

    def cells(self, works: Iterable[int]) -> dict[tuple[int, str], str]:
        """What a person has written: (work, label) to the text of the cell."""
        rows = self._database.read().execute(
            "select work, label, text from entity_cell"
            " where work in (select value from json_each(?))",
            [json.dumps(list(works))],
        )
        return {(int(work), str(label)): str(text) for work, label, text in rows}

    def undo(self, change: int = 0) -> EntityChange:
        """Take back a change, which has to be the latest that stands; that by default.

        Raises:
            UserError: scholar.nothing_to_undo, scholar.undo_later_first, with nothing done.
        """
        with self._database.write() as db:
            row = db.execute(
                "select id, kind, before, after from entity_change where undone = 0"
                " order by id desc limit 1"
            ).fetchone()
            if row is None:
                raise UserError("scholar.nothing_to_undo")
            if change and change != row[0]:
                raise UserError("scholar.undo_later_first")
            before: dict[str, list[list[object]]] = json.loads(row[2])
            after: dict[str, list[list[object]]] = json.loads(row[3])
            for work, label in after.get("cell", []):
                db.execute("delete from entity_cell where work = ? and label = ?", [work, label])
            touched = {int(str(one[0])) for one in after.get("ids", [])}
            names = entity_facets.names_of(db, touched)
            for table, rows in before.items():
                _restore(db, table, rows)
            entity_facets.refill(db, touched, names)
            db.execute("update entity_change set undone = 1 where id = ?", [row[0]])
            return EntityChange(int(row[0]), row[1])


@dataclass(frozen=True, slots=True)
class _Before:
    """What entities and their names were before a change."""

    entities: tuple[int, ...]
    rows: Mapping[str, Sequence[Sequence[object]]]
    names: frozenset[str]


def _before(db: Session, entities: Sequence[int]) -> _Before:
    ids = json.dumps(list(entities))
    rows = {
        table: [
            list(row)
            for row in db.execute(
                f"select {_COLUMNS[table]} from {table}"  # noqa: S608 - ours
                f" where {column} in (select value from json_each(?))",
                [ids],
            )
        ]
        for table, column in (("entity", "id"), ("entity_form", "entity"))
    }
    return _Before(tuple(entities), rows, frozenset(entity_facets.names_of(db, entities)))


def _done(db: Session, kind: ChangeKind, before: _Before) -> EntityChange:
    """Log a change, and make the facets of its works anew."""
    entity_facets.refill(db, before.entities, before.names)
    return _log(db, kind, before.rows, {"ids": [[id_] for id_ in before.entities]})


def _most_frequent(db: Session, forms: Iterable[int]) -> str:
    """How these names are written most often."""
    (text,) = db.execute(
        "select text from entity_span where form in (select value from json_each(?))"
        " group by text order by count(*) desc, text limit 1",
        [json.dumps(sorted(forms))],
    ).fetchone() or ("",)
    return str(text)


def _here(db: Session, entities: Sequence[int]) -> None:
    for id_ in entities:
        row = db.execute("select 1 from entity_form where entity = ? limit 1", [id_]).fetchone()
        if row is None:
            raise UserError("scholar.entity_gone")


def _cells(db: Session, work: int, label: str) -> list[list[object]]:
    rows = db.execute(
        "select work, label, text from entity_cell where work = ? and label = ?", [work, label]
    )
    return [list(row) for row in rows]


def _log(
    db: Session,
    kind: ChangeKind,
    before: Mapping[str, Sequence[Sequence[object]]],
    after: Mapping[str, Sequence[Sequence[object]]],
) -> EntityChange:
    texts = (json.dumps(rows, ensure_ascii=False) for rows in (before, after))
    cursor = db.execute(
        "insert into entity_change (kind, before, after) values (?, ?, ?)", [kind, *texts]
    )
    return EntityChange(int(cursor.lastrowid or 0), kind)


def _restore(db: Session, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Put rows back as they were; what has come since stays."""
    columns = _COLUMNS[table].split(", ")
    if table == "entity_cell":
        db.connection.executemany("insert or replace into entity_cell values (?, ?, ?)", rows)
        return
    assignments = ", ".join(f"{column} = ?" for column in columns[1:])
    db.connection.executemany(
        f"update {table} set {assignments} where id = ?",  # noqa: S608 - ours
        [[*row[1:], row[0]] for row in rows],
    )
