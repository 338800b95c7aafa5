"""What the tools of the chat may do, as the user allowed it.

The one law: what is not written here is not allowed; what was allowed for a conversation goes
with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.store.database import Database


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing that was allowed."""

    id: int
    tool: str
    folder: str  # it and what is below; "" where the tool needs none
    conversation: int  # 0: always
    title: str  # of the conversation; "" for always


class Permissions:
    """Reads and writes permissions. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def list(self) -> tuple[Permission, ...]:
        """All of them, those for always first."""
        rows = self._database.read().execute(
            "select p.id, p.tool, p.folder, coalesce(p.conversation, 0), coalesce(c.title, '')"
            " from permission p left join conversation c on c.id = p.conversation"
            " order by p.conversation is not null, p.tool, p.folder, p.id"
        )
        return tuple(Permission(*row) for row in rows)

    def of(self, tool: str, conversation: int) -> tuple[str, ...]:
        """The folders that a tool may use in a conversation; ("",) where it needs none."""
        rows = self._database.read().execute(
            "select distinct folder from permission where tool = ?"
            " and (conversation is null or conversation = ?) order by folder",
            [tool, conversation],
        )
        return tuple(str(row[0]) for row in rows)

    def allow(self, tool: str, folder: str = "", conversation: int = 0) -> None:
        """Allow something: in one conversation, or always (0)."""
        with self._database.write() as db:
            db.execute(
                "insert or ignore into permission (tool, folder, conversation)"
                " values (?, ?, nullif(?, 0))",
                [tool, folder, conversation],
            )

    def take_back(self, permission: int) -> None:
        """Allow it no more."""
        with self._database.write() as db:
            db.execute("delete from permission where id = ?", [permission])
