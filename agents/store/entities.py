"""Entities found in passages, and which names lead to one of them.

The one law: what a model found and what a person decided are kept apart. Reading a passage again
replaces its spans; where a person has put a name, called or hidden an entity, it stays so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.store import entity_facets
from agents.store.passages import Passage, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from agents.store.database import Database, Session


@dataclass(frozen=True, slots=True)
class FoundSpan:
    """A span as it is stored: offsets in its passage, end exclusive."""

    start: int
    stop: int
    label: str
    form: str  # what spans of one name have in common
    text: str  # as it is shown by itself
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in one passage. `short` has (label, short form, long form)."""

    spans: tuple[FoundSpan, ...]
    short: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EntityRow:
    """One entity with in how many works and how often it is named."""

    id: int
    label: str
    name: str
    works: int
    mentions: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class NameRow:
    """A name that leads to an entity."""

    id: int
    label: str
    text: str  # as it is written most often
    mentions: int
    fixed: bool  # a person has put it here


@dataclass(frozen=True, slots=True)
class Mention:
    """An entity where it stands."""

    passage: Passage
    start: int  # offsets in the passage, end exclusive
    stop: int
    label: str
    entity: int
    name: str


_ROWS = (
    "select e.id, e.label, e.name, count(*) as works, sum(w.mentions) as mentions, e.hidden"
    " from entity_work w join entity e on e.id = w.entity"
)
_MENTIONS = (
    "select p.id, p.work, p.source, p.page, p.start, p.text, s.start, s.stop, e.label, e.id,"
    " e.name from entity_now s join entity_form f on f.id = s.form"
    " join entity e on e.id = f.entity join passage p on p.id = s.passage"
)


class Entities:
    """Reads and writes what was found. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    # Reading passages

    def begin(self, model: str, labels: Sequence[str], threshold: float) -> int:
        """The reader that is this model with these labels; what it finds holds from now on."""
        named = [model, json.dumps(list(labels), ensure_ascii=False), threshold]
        with self._database.write() as db:
            db.execute(
                "insert or ignore into entity_reader (model, labels, threshold, turn)"
                " values (?, ?, ?, 0)",
                named,
            )
            (reader, turn) = db.execute(
                "select id, turn from entity_reader"
                " where model = ? and labels = ? and threshold = ?",
                named,
            ).fetchone()
            (newest,) = db.execute("select max(turn) from entity_reader").fetchone()
            if turn == 0 or turn != newest:
                db.execute("update entity_reader set turn = ? where id = ?", [newest + 1, reader])
                # a reader that comes back changes what holds of what it has read
                if turn:
                    works = db.execute(
                        "select distinct p.work from passage p"
                        " join entity_read r on r.passage = p.id where r.reader = ?",
                        [reader],
                    )
                    entity_facets.fill(db, [int(row[0]) for row in works.fetchall()])
        return int(reader)

    def unread(
        self, reader: int, source: Source, limit: int, after: int = 0
    ) -> tuple[Passage, ...]:
        """Passages of a source with an id above `after` that this reader has not read, in order."""
        rows = self._database.read().execute(
            "select id, work, source, page, start, text from passage"
            " where id > ? and source = ? and not exists"
            " (select 1 from entity_read where passage = passage.id and reader = ?)"
            " order by id limit ?",
            [after, source, reader, limit],
        )
        return tuple(Passage(*row) for row in rows)

    def count_unread(self, reader: int) -> int:
        """How many passages this reader has not read."""
        row = self._database.read().execute(
            "select count(*) from passage where not exists"
            " (select 1 from entity_read where passage = passage.id and reader = ?)",
            [reader],
        )
        return int(row.fetchone()[0])

    def keep(self, reader: int, readings: Mapping[int, Reading]) -> None:
        """Store what was found in passages, in one transaction.

        A passage that is gone by now is left out.
        """
        with self._database.write() as db:
            works: set[int] = set()
            for passage, reading in readings.items():
                row = db.execute("select work from passage where id = ?", [passage]).fetchone()
                if row is not None:
                    works.add(int(row[0]))
                    _keep(db, reader, passage, reading)
            entity_facets.fill(db, works)

    # Which names lead to which entity

    def shorts(self) -> dict[str, list[tuple[str, str]]]:
        """By label: the short forms that texts define, with what each stands for."""
        rows = self._database.read().execute(
            "select distinct label, short, long from entity_short order by label, short, long"
        )
        found: dict[str, list[tuple[str, str]]] = {}
        for label, short, long in rows:
            found.setdefault(str(label), []).append((str(short), str(long)))
        return found

    def forms(self, label: str) -> frozenset[str]:
        """All forms of a label."""
        rows = self._database.read().execute(
            "select form from entity_form where label = ?", [label]
        )
        return frozenset(str(row[0]) for row in rows)

    def link(self, targets: Mapping[str, Mapping[str, str]]) -> None:
        """Let forms lead to the entities of others, and all that lead nowhere to their own.

        What a person has put somewhere stays. Afterwards entities have the names that are written
        most often, and the facets those names.

        Args:
            targets: by label: form to the form whose entity it names.
        """
        with self._database.write() as db:
            labels = {str(row[0]) for row in db.execute("select distinct label from entity_form")}
            touched = {
                entity for label in labels for entity in _link(db, label, targets.get(label, {}))
            }
            before = entity_facets.names_of(db, touched)
            renamed = _name(db)
            before |= entity_facets.names_of(db, renamed)
            db.connection.executemany(
                "update entity set name = ? where id = ?",
                [(to, id_) for id_, to in renamed.items()],
            )
            entity_facets.refill(db, touched | set(renamed), before)

    # Looking

    def list(
        self, label: str = "", query: str = "", limit: int = 500, *, hidden: bool = False
    ) -> tuple[EntityRow, ...]:
        """Entities, those of most works first.

        Args:
            label: only of this kind.
            query: only those whose name holds this.
            limit: how many at most.
            hidden: also those that a person has hidden.
        """
        rows = self._database.read().execute(
            f"{_ROWS} where (?1 = '' or e.label = ?1) and (?2 = '' or e.name like ?3 escape '!')"
            " and (?4 or not e.hidden) group by e.id order by works desc, mentions desc, e.name"
            " limit ?5",
            [label, query, f"%{_like(query)}%", hidden, limit],
        )
        return tuple(_row(row) for row in rows)

    def get(self, entity: int) -> EntityRow | None:
        """One entity; None where there is nothing of it."""
        row = (
            self._database.read()
            .execute(f"{_ROWS} where e.id = ? group by e.id", [entity])
            .fetchone()
        )
        return _row(row) if row else None

    def named(self, forms: Iterable[tuple[str, str]], name: str) -> tuple[EntityRow, ...]:
        """Entities that one of these (label, form) leads to, or that are called `name`."""
        ids: set[int] = set()
        db = self._database.read()
        for label, form in forms:
            rows = db.execute(
                "select entity from entity_form where label = ? and form = ?", [label, form]
            )
            ids.update(int(row[0]) for row in rows)
        rows = db.execute("select id from entity where name = ? collate nocase", [name])
        ids.update(int(row[0]) for row in rows)
        found = (self.get(id_) for id_ in ids)
        return tuple(sorted((row for row in found if row), key=lambda row: -row.works))

    def names(self, entity: int) -> tuple[NameRow, ...]:
        """The names that lead to an entity, the most frequent first."""
        rows = self._database.read().execute(
            "select f.id, f.label, s.text, count(*) as mentions, f.fixed from entity_form f"
            " join entity_now s on s.form = f.id where f.entity = ? group by f.id, s.text"
            " order by mentions desc, s.text",
            [entity],
        )
        found: dict[int, NameRow] = {}
        for id_, label, text, mentions, fixed in rows:
            known = found.get(id_)
            count = mentions + (known.mentions if known else 0)
            shown = known.text if known else str(text)
            found[id_] = NameRow(id_, str(label), shown, count, bool(fixed))
        return tuple(sorted(found.values(), key=lambda row: (-row.mentions, row.text)))

    def mentions(self, entity: int, limit: int = 1000) -> tuple[Mention, ...]:
        """Where an entity is named, work by work."""
        rows = self._database.read().execute(
            f"{_MENTIONS} where e.id = ? order by p.work, p.source, p.position, s.start limit ?",
            [entity, limit],
        )
        return tuple(_mention(row) for row in rows)

    def of_works(self, works: Sequence[int], labels: Sequence[str] = ()) -> tuple[Mention, ...]:
        """What is named in these works and not hidden, in order of their text."""
        rows = self._database.read().execute(
            f"{_MENTIONS} where p.work in (select value from json_each(?1))"  # noqa: S608 - ours
            " and not e.hidden and (?2 = '[]' or e.label in (select value from json_each(?2)))"
            " order by p.work, p.source, p.position, s.start",
            [json.dumps(list(works)), json.dumps(list(labels))],
        )
        return tuple(_mention(row) for row in rows)

    def spans(self, work: int, source: Source) -> tuple[Mention, ...] | None:
        """What is named in one source of a work; None where it has not been read."""
        db = self._database.read()
        read = db.execute(
            "select 1 from passage p join entity_read r on r.passage = p.id"
            " where p.work = ? and p.source = ? limit 1",
            [work, source],
        ).fetchone()
        if read is None:
            return None
        rows = db.execute(
            f"{_MENTIONS} where p.work = ? and p.source = ? and not e.hidden"
            " order by p.position, s.start",
            [work, source],
        )
        return tuple(_mention(row) for row in rows)


def _keep(db: Session, reader: int, passage: int, reading: Reading) -> None:
    for table in ("entity_span", "entity_read"):
        db.execute(
            f"delete from {table} where passage = ? and reader = ?",  # noqa: S608 - ours
            [passage, reader],
        )
    db.execute("insert into entity_read (passage, reader) values (?, ?)", [passage, reader])
    for span in reading.spans:
        db.execute(
            "insert or replace into entity_span"
            " (passage, reader, start, stop, label, form, score, text)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                passage, reader, span.start, span.stop, span.label,
                _form(db, span), span.score, span.text,
            ],
        )  # fmt: skip
    for label, short, long in reading.short:
        db.execute(
            "insert or ignore into entity_short (passage, label, short, long) values (?, ?, ?, ?)",
            [passage, label, short, long],
        )


def _form(db: Session, span: FoundSpan) -> int:
    """The id of a form; one that is new gets an entity of its own."""
    row = db.execute(
        "select id from entity_form where label = ? and form = ?", [span.label, span.form]
    ).fetchone()
    if row is not None:
        return int(row[0])
    entity = db.execute(
        "insert into entity (label, name) values (?, ?)", [span.label, span.text]
    ).lastrowid
    made = db.execute(
        "insert into entity_form (label, form, entity, home) values (?, ?, ?, ?)",
        [span.label, span.form, entity, entity],
    )
    return int(made.lastrowid or 0)


def _link(db: Session, label: str, targets: Mapping[str, str]) -> set[int]:
    """Move the forms of one label; returns the entities that lose or gain some."""
    db.execute("create temp table if not exists target (form text primary key, goal text)")
    db.execute("delete from temp.target")
    db.connection.executemany("insert into temp.target values (?, ?)", list(targets.items()))
    rows = db.execute(
        "select f.id, f.entity, coalesce(g.entity, f.home) as wanted from entity_form f"
        " left join temp.target t on t.form = f.form"
        " left join entity_form g on g.label = f.label and g.form = t.goal"
        " where f.label = ? and not f.fixed and f.entity <> wanted",
        [label],
    ).fetchall()
    db.connection.executemany(
        "update entity_form set entity = ? where id = ?",
        [(wanted, id_) for id_, _entity, wanted in rows],
    )
    return {int(one) for _id, entity, wanted in rows for one in (entity, wanted)}


def _name(db: Session) -> dict[int, str]:
    """Entities that are called less often what they are called than otherwise, and how then.

    In full where that is known; what a person has called stays.
    """
    rows = db.execute(
        "select e.id, e.name, s.text,"
        " exists(select 1 from entity_short h where h.label = f.label and h.short = f.form)"
        "  as shortened, count(*) as times"
        " from entity e join entity_form f on f.entity = e.id join entity_now s on s.form = f.id"
        " where not e.named group by e.id, s.text"
        " order by e.id, shortened, times desc, s.text"
    ).fetchall()
    best: dict[int, tuple[str, str]] = {}
    for id_, name, text, _shortened, _times in rows:
        best.setdefault(int(id_), (str(name), str(text)))
    return {id_: text for id_, (name, text) in best.items() if text != name}


def _row(row: Sequence[object]) -> EntityRow:
    id_, label, name, works, mentions, hidden = row
    return EntityRow(
        int(str(id_)), str(label), str(name), int(str(works)), int(str(mentions)), bool(hidden)
    )


def _mention(row: Sequence[object]) -> Mention:
    passage = Passage(*row[:6])  # pyright: ignore[reportArgumentType] - as the table has them
    start, stop, label, entity, name = row[6:]
    return Mention(
        passage, int(str(start)), int(str(stop)), str(label), int(str(entity)), str(name)
    )


def _like(text: str) -> str:
    """A text as part of a LIKE pattern in which no sign stands for others."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
