"""In which works an entity is named: what is counted, and what a search can be narrowed by.

The one law: all of this is made from spans and can be made again. A work that has been read has
the entities that were found in it, by the names they have now, and nothing else; a work that has
not been read keeps the facets it has.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agents.store.database import Session

LABELS = ("method", "dataset", "task", "metric", "organisation")  # the others are facets already

_COUNT = (
    "insert or replace into entity_work (entity, work, mentions)"
    " select f.entity, p.work, count(*) from passage p join entity_now s on s.passage = p.id"
    " join entity_form f on f.id = s.form"
)
_FACET = (
    "insert or ignore into work_facet (kind, value, work)"
    " select 'entity', e.name, w.work from entity_work w join entity e on e.id = w.entity"
    " where not e.hidden and e.label in (select value from json_each(?))"
)


def fill(db: Session, works: Iterable[int]) -> None:
    """Make everything of these works anew, in the transaction that is open."""
    asked = json.dumps(list(works))
    rows = db.execute(
        "select distinct p.work from passage p join entity_read r on r.passage = p.id"
        " where p.work in (select value from json_each(?))",
        [asked],
    ).fetchall()
    read = json.dumps([int(row[0]) for row in rows])
    db.execute("delete from entity_work where work in (select value from json_each(?))", [asked])
    db.execute(
        "delete from work_facet where kind = 'entity' and work in (select value from json_each(?))",
        [read],
    )
    db.execute(
        f"{_COUNT} where p.work in (select value from json_each(?))"  # noqa: S608 - ours
        " group by f.entity, p.work",
        [read],
    )
    db.execute(
        f"{_FACET} and w.work in (select value from json_each(?))",  # noqa: S608 - ours
        [json.dumps(LABELS), read],
    )


def names_of(db: Session, entities: Iterable[int]) -> set[str]:
    """What these entities are called."""
    rows = db.execute(
        "select name from entity where id in (select value from json_each(?))",
        [json.dumps(list(entities))],
    )
    return {str(row[0]) for row in rows}


def refill(db: Session, entities: Iterable[int], names: Iterable[str]) -> None:
    """Make everything of these entities anew, in whatever works they are.

    Args:
        db: with a transaction that is open.
        entities: whose names or spans are others now.
        names: what they were called before.
    """
    chosen = json.dumps(list(entities))
    called = json.dumps(sorted({*names, *names_of(db, json.loads(chosen))}))
    db.execute("delete from entity_work where entity in (select value from json_each(?))", [chosen])
    db.execute(
        "insert or replace into entity_work (entity, work, mentions)"
        " select f.entity, p.work, count(*) from entity_form f"
        " join entity_now s on s.form = f.id join passage p on p.id = s.passage"
        " where f.entity in (select value from json_each(?)) group by f.entity, p.work",
        [chosen],
    )
    db.execute(
        "delete from work_facet where kind = 'entity'"
        " and value in (select value from json_each(?)) and exists (select 1 from passage p"
        " join entity_read r on r.passage = p.id where p.work = work_facet.work)",
        [called],
    )
    db.execute(
        f"{_FACET} and e.name in (select value from json_each(?))",  # noqa: S608 - ours
        [json.dumps(LABELS), called],
    )
