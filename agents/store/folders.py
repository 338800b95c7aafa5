"""Folders of conversations: a conversation is in one of them, or in none.

The one law: deleting a folder deletes no conversation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import UserError

if TYPE_CHECKING:
    from agents.store.database import Database, Session

_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder of the list."""

    id: int
    name: str


class Folders:
    """Reads and writes folders. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def list(self) -> tuple[Folder, ...]:
        """All folders by name, the empty ones as well."""
        rows = self._database.read().execute("select id, name from folder order by name")
        return tuple(Folder(*row) for row in rows)

    def make(self, name: str) -> int:
        """Make a folder; its number is added to a name that is taken. Returns its id."""
        with self._database.write() as db:
            wanted, number = _clean(name), 1
            while _taken(db, wanted):
                number += 1
                wanted = f"{_clean(name)} {number}"
            return int(db.execute("insert into folder (name) values (?)", [wanted]).lastrowid or 0)

    def rename(self, folder: int, name: str) -> None:
        """Call a folder something else.

        Raises:
            UserError: chat.folder_taken; another one has this name.
        """
        with self._database.write(private=True) as db:
            if _taken(db, _clean(name), but=folder):
                raise UserError("chat.folder_taken", name=_clean(name))
            db.execute("update folder set name = ? where id = ?", [_clean(name), folder])

    def delete(self, folder: int) -> tuple[int, ...]:
        """Delete a folder; what was in it is in none then. Returns those conversations."""
        with self._database.write(private=True) as db:
            rows = db.execute("select id from conversation where folder = ?", [folder]).fetchall()
            db.execute("delete from folder where id = ?", [folder])
        return tuple(int(row[0]) for row in rows)

    def put(self, conversations: tuple[int, ...], folder: int) -> None:
        """Put conversations into a folder; 0 = into none. A folder that is gone is none, too."""
        with self._database.write() as db:
            for conversation in conversations:
                db.execute(
                    "update conversation set folder = (select id from folder where id = ?)"
                    " where id = ?",
                    [folder, conversation],
                )


def _clean(name: str) -> str:
    return " ".join(name.split())[:_LENGTH]


def _taken(db: Session, name: str, but: int = 0) -> bool:
    row = db.execute("select 1 from folder where name = ? and id <> ?", [name, but]).fetchone()
    return row is not None
