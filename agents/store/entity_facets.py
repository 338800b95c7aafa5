"""What a search can be narrowed by of the entities that were found in works.

The one law: a work that has been read has the entities that were found in it, by the names they
have now, and nothing else; a work that has not been read keeps what it has.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agents.store.database import Session

LABELS = ("method", "dataset", "task", "metric", "organisation")  # the others are facets already


def fill(db: Session, works: Iterable[int]) -> None:
    """Make the entity facet of these works anew, in the transaction that is open."""
    rows = db.execute(
        "select distinct p.work from passage p join entity_read r on r.passage = p.id"
        " where p.work in (select value from json_each(?))",
        [json.dumps(list(works))],
    ).fetchall()
    read = json.dumps([int(row[0]) for row in rows])
    db.execute(
        "delete from work_facet where kind = 'entity' and work in (select value from json_each(?))",
        [read],
    )
    db.execute(
        "insert or ignore into work_facet (kind, value, work)"
        " select distinct 'entity', e.name, p.work from passage p"
        " join entity_now s on s.passage = p.id join entity_form f on f.id = s.form"
        " join entity e on e.id = f.entity"
        " where not e.hidden and e.label in (select value from json_each(?))"
        " and p.work in (select value from json_each(?))",
        [json.dumps(LABELS), read],
    )
