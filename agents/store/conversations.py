"""Conversations and their turns, stored as they grow.

The one law: an answer is in the database before it is finished, so a killed process loses at
most the last fraction of a second of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agents.store import owner

if TYPE_CHECKING:
    from agents.store.database import Database, Session

TurnRole = Literal["system", "user", "assistant"]
TurnState = Literal["writing", "done", "stopped", "interrupted", "length"]

_TITLE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation of the list. Times are ISO 8601, UTC."""

    id: int
    title: str
    model: str
    updated: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One message. `seconds` is how long the answer took."""

    id: int
    role: TurnRole
    content: str
    state: TurnState
    model: str
    tokens: int
    seconds: float
    trace: str = ""  # what the team did, as JSON; "" where the commander answered alone


class Conversations:
    """Reads and writes conversations. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def start(self, title: str, model: str) -> int:
        """Begin a conversation; returns its id."""
        with self._database.write() as db:
            cursor = db.execute(
                "insert into conversation (title, model) values (?, ?)", [_short(title), model]
            )
            return int(cursor.lastrowid or 0)

    def list(self, search: str = "", limit: int = 500) -> tuple[Conversation, ...]:
        """The latest first; with `search`, those whose title or text contains it."""
        like = f"%{_escaped(search)}%"
        rows = self._database.read().execute(
            """
            select id, title, model, updated from conversation c
            where :like = '%%' or title like :like escape '\\' or exists (
                select 1 from turn where conversation = c.id and content like :like escape '\\'
            )
            order by updated desc,
                (select max(id) from turn where conversation = c.id) desc, id desc
            limit :limit
            """,
            {"like": like, "limit": limit},
        )
        return tuple(Conversation(*row) for row in rows)

    def turns(self, conversation: int) -> tuple[Turn, ...]:
        """All messages in order."""
        rows = self._database.read().execute(
            "select id, role, content, state, model, tokens, seconds, trace from turn "
            "where conversation = ? order by id",
            [conversation],
        )
        return tuple(Turn(*row) for row in rows)

    def exists(self, conversation: int) -> bool:
        """Whether it is still there."""
        found = self._database.read().execute(
            "select 1 from conversation where id = ?", [conversation]
        )
        return found.fetchone() is not None

    def add(
        self, conversation: int, role: TurnRole, content: str, state: TurnState, model: str = ""
    ) -> int:
        """Append a message; returns its id."""
        with self._database.write() as db:
            cursor = db.execute(
                "insert into turn (conversation, role, content, state, model, owner)"
                " values (?, ?, ?, ?, ?, ?)",
                [
                    conversation,
                    role,
                    content,
                    state,
                    model,
                    owner.me() if state == "writing" else "",
                ],
            )
            _touch(db, conversation)
            return int(cursor.lastrowid or 0)

    def grow(self, turn: int, content: str) -> None:
        """Store what an answer has become so far."""
        with self._database.write() as db:
            db.execute("update turn set content = ? where id = ?", [content, turn])

    def finish(
        self, turn: int, content: str, state: TurnState, *, tokens: int = 0, seconds: float = 0.0
    ) -> None:
        """Store the end of an answer."""
        with self._database.write() as db:
            db.execute(
                "update turn set content = ?, state = ?, owner = '', tokens = ?, seconds = ?"
                " where id = ?",
                [content, state, tokens, seconds, turn],
            )
            row = db.execute("select conversation from turn where id = ?", [turn]).fetchone()
            if row:
                _touch(db, int(row[0]))

    def trace(self, turn: int, trace: str) -> None:
        """Store beside an answer what the team did for it, as JSON."""
        with self._database.write() as db:
            db.execute("update turn set trace = ? where id = ?", [trace, turn])

    def forget_answer(self, conversation: int) -> None:
        """Remove what follows the last question, before it is answered again."""
        with self._database.write() as db:
            db.execute(
                "delete from turn where conversation = :c and id > coalesce("
                "(select max(id) from turn where conversation = :c and role = 'user'), 0)",
                {"c": conversation},
            )

    def rename(self, conversation: int, title: str) -> None:
        """Give a conversation another title."""
        with self._database.write() as db:
            db.execute(
                "update conversation set title = ? where id = ?", [_short(title), conversation]
            )

    def delete(self, conversation: int) -> None:
        """Delete a conversation with all its messages."""
        with self._database.write() as db:
            db.execute("delete from conversation where id = ?", [conversation])

    def mark_interrupted(self) -> int:
        """Mark answers that a dead process left unfinished; returns how many."""
        with self._database.write() as db:
            dead = [
                int(turn)
                for turn, writer in db.execute("select id, owner from turn where state = 'writing'")
                if not owner.alive(writer)
            ]
            for turn in dead:
                db.execute("update turn set state = 'interrupted', owner = '' where id = ?", [turn])
        return len(dead)


def _touch(db: Session, conversation: int) -> None:
    db.execute(
        "update conversation set updated = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') where id = ?",
        [conversation],
    )


def _short(title: str) -> str:
    line = " ".join(title.split())
    return line if len(line) <= _TITLE_LENGTH else line[: _TITLE_LENGTH - 1].rstrip() + "…"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
