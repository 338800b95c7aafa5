"""What the desk keeps between two starts: what waits, what is watched, what was measured.

The one law: each change is stored when it is made, so a crash loses none of it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agents.store.database import Database


QUEUE, WATCH, NIGHT = "queue", "watch", "night"  # names of what is kept
TRACES = "traces"  # whether something may be left of deleted conversations
PACES, DOWNLOADS, CHECKED = "paces", "downloads", "checked"


class Kept:
    """Reads and writes what is kept. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def get(self, name: str) -> object:
        """The JSON value of that name; None where there is none, or it cannot be read."""
        row = (
            self._database.read()
            .execute("select value from kept where name = ?", [name])
            .fetchone()
        )
        try:
            return None if row is None else json.loads(row[0])
        except ValueError:
            return None

    def works_alone(self) -> bool:
        """Whether a folder is watched, or the night is worked through: nobody need be there."""
        return any(
            isinstance(said, dict) and cast("dict[str, object]", said).get("on") is True
            for said in (self.get(WATCH), self.get(NIGHT))
        )

    def put(self, name: str, value: object) -> None:
        """Keep a JSON value in place of what was there."""
        text = json.dumps(value, ensure_ascii=False)
        with self._database.write() as db:
            db.execute("insert or replace into kept (name, value) values (?, ?)", [name, text])

    def watched(self) -> dict[str, str]:
        """The files of the watched folder that were taken: path -> state."""
        rows = self._database.read().execute("select path, state from watched_file")
        return {str(path): str(state) for path, state in rows}

    def add_watched(self, states: Mapping[str, str], *, afresh: bool = False) -> None:
        """Remember that files were taken as they are; `afresh`: and nothing else."""
        with self._database.write() as db:
            if afresh:
                db.execute("delete from watched_file")
            for path, state in states.items():
                db.execute(
                    "insert or replace into watched_file (path, state) values (?, ?)",
                    [path, state],
                )
