"""Conversations and their turns, stored as they grow.

The one law: an answer is in the database before it is finished, so a killed process loses at
most the last fraction of a second of it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agents.store import branches, owner, said
from agents.store.branches import Turn, TurnRole, TurnState

if TYPE_CHECKING:
    from agents.store.database import Database, Session

TitledBy = Literal["question", "model", "user"]

_TITLE_LENGTH = 60
_CUT_OFF = ("stopped", "interrupted")


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation of the list. Times are ISO 8601, UTC."""

    id: int
    title: str
    model: str
    updated: str
    pinned: bool = False
    folder: int = 0  # 0 = in none
    titled: TitledBy = "question"  # who gave the title


class Conversations:
    """Reads and writes conversations. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def start(self, title: str, model: str) -> int:
        """Begin a conversation, called by its first question; returns its id."""
        with self._database.write(private=True) as db:
            cursor = db.execute(
                "insert into conversation (id, uid, title, model)"
                " values ((select id + 1 from conversation_last), ?, ?, ?)",
                [uuid.uuid4().hex, short(title), model],
            )
            return int(cursor.lastrowid or 0)

    def list(self, search: str = "", limit: int = 500) -> tuple[Conversation, ...]:
        """The pinned ones, then the latest first.

        Args:
            search: only those whose title, or one of whose messages, contains all its words.
            limit: how many; of those in no folder and not pinned where nothing is searched, as
                the others are always there. Negative for all.
        """
        found, values = said.condition(search)
        named, names = said.literally("title", said.words(search))
        rows = self._database.read().execute(
            f"""
            select id, title, model, updated, pinned, coalesce(folder, 0), titled
            from conversation c
            where (({named}) or id in (select conversation from turn where {found}))
                and (:searched or pinned or folder is not null or id in (
                    select id from conversation where not pinned and folder is null
                    order by updated desc, id desc limit :limit))
            order by pinned desc, updated desc,
                (select max(id) from turn where conversation = c.id) desc, id desc
            limit iif(:searched, :limit, -1)
            """,  # noqa: S608 - ours
            {**values, **names, "limit": limit, "searched": bool(search.strip())},
        )
        return tuple(_listed(row) for row in rows)

    def one(self, conversation: int) -> Conversation | None:
        """One conversation; None if it is gone."""
        row = (
            self._database.read()
            .execute(
                "select id, title, model, updated, pinned, coalesce(folder, 0), titled"
                " from conversation where id = ?",
                [conversation],
            )
            .fetchone()
        )
        return _listed(row) if row else None

    def turns(self, conversation: int) -> tuple[Turn, ...]:
        """The messages of the branch that is shown, in order."""
        db = self._database.read()
        return branches.path(db, conversation, branches.shown(db, conversation))

    def path(self, conversation: int, turn: int) -> tuple[Turn, ...]:
        """The messages up to and including one, whatever is shown; empty if it is not there."""
        return branches.path(self._database.read(), conversation, turn)

    def switch(self, conversation: int, turn: int) -> bool:
        """Show the newest branch that leads through a message; False if it is gone."""
        with self._database.write() as db:
            leaf = branches.end_of(db, conversation, turn)
            if leaf:
                branches.show(db, conversation, leaf)
        return bool(leaf)

    def reveal(self, conversation: int, turn: int) -> bool:
        """Show a branch with this message, the present one if it has it; False if it is gone."""
        if branches.holds(self._database.read(), conversation, turn):
            return True
        return self.switch(conversation, turn)

    def exists(self, conversation: int) -> bool:
        """Whether it is still there."""
        found = self._database.read().execute(
            "select 1 from conversation where id = ?", [conversation]
        )
        return found.fetchone() is not None

    def add(
        self,
        conversation: int,
        role: TurnRole,
        content: str,
        state: TurnState,
        model: str = "",
        parent: int | None = None,
    ) -> int:
        """Add a message; returns its id.

        Args:
            conversation: to which.
            role: who says it.
            content: what.
            state: whether it is finished.
            model: who answered.
            parent: what it follows; None = the end of the branch that is shown. The new message
                is shown, unless another branch is by now.
        """
        with self._database.write(private=True) as db:
            before = branches.shown(db, conversation) if parent is None else parent
            in_sight = branches.holds(db, conversation, before)
            cursor = db.execute(
                "insert into turn (conversation, parent, role, content, state, model, owner)"
                " values (?, ?, ?, ?, ?, ?, ?)",
                [
                    conversation,
                    before,
                    role,
                    content,
                    state,
                    model,
                    owner.me() if state == "writing" else "",
                ],
            )
            turn = int(cursor.lastrowid or 0)
            if in_sight:
                branches.show(db, conversation, turn)
            _touch(db, conversation)
            return turn

    def grow(self, turn: int, content: str) -> None:
        """Store what an answer has become so far."""
        with self._database.write(private=True) as db:
            db.execute("update turn set content = ? where id = ?", [content, turn])

    def finish(
        self, turn: int, content: str, state: TurnState, *, tokens: int = 0, seconds: float = 0.0
    ) -> None:
        """Store the end of an answer.

        One that was stopped or failed before its first word, beside others to the same question,
        is taken away: an empty branch is in nobody's way, and the one before is shown again.
        """
        with self._database.write(private=True) as db:
            if not content and state in _CUT_OFF and branches.withdraw(db, turn):
                return
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
        with self._database.write(private=True) as db:
            db.execute("update turn set trace = ? where id = ?", [trace, turn])

    def rename(self, conversation: int, title: str, by: TitledBy = "user") -> bool:
        """Give a conversation another title.

        Returns:
            Whether it was given: a model's is not where somebody has given one already.
        """
        with self._database.write(private=True) as db:
            cursor = db.execute(
                "update conversation set title = ?, titled = ? where id = ?"
                " and (? = 'user' or titled = 'question')",
                [short(title), by, conversation, by],
            )
            return cursor.rowcount > 0

    def pin(self, conversation: int, *, pinned: bool) -> None:
        """Let a conversation stand above the others, or not any more."""
        with self._database.write() as db:
            db.execute("update conversation set pinned = ? where id = ?", [pinned, conversation])

    def delete(self, conversation: int) -> None:
        """Delete a conversation with all its messages; what was there is overwritten."""
        with self._database.write(private=True) as db:
            db.execute("delete from conversation where id = ?", [conversation])

    def forget_traces(self) -> bool:
        """Leave nothing of deleted conversations in the files of the database. Takes seconds.

        Returns:
            Whether that is certain; otherwise the database is too large to be written anew, or in
            use: call again later.
        """
        with self._database.write(private=True) as db:
            db.execute("insert into turn_words (turn_words) values ('optimize')")
        return self._database.compact()

    def mark_interrupted(self) -> int:
        """Mark answers that a dead process left unfinished; returns how many."""
        with self._database.write(private=True) as db:
            dead = [
                int(turn)
                for turn, writer in db.execute("select id, owner from turn where state = 'writing'")
                if not owner.alive(writer)
            ]
            for turn in dead:
                empty = db.execute("select content = '' from turn where id = ?", [turn]).fetchone()
                if empty[0] and branches.withdraw(db, turn):
                    continue
                db.execute("update turn set state = 'interrupted', owner = '' where id = ?", [turn])
        return len(dead)


def short(title: str) -> str:
    """A title of one line and moderate length."""
    line = " ".join(title.split())
    return line if len(line) <= _TITLE_LENGTH else line[: _TITLE_LENGTH - 1].rstrip() + "…"


def _listed(row: tuple[object, ...]) -> Conversation:
    id_, title, model, updated, pinned, folder, titled = row
    return Conversation(id_, title, model, updated, bool(pinned), folder, titled)  # type: ignore[arg-type]


def _touch(db: Session, conversation: int) -> None:
    db.execute(
        "update conversation set updated = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') where id = ?",
        [conversation],
    )


__all__ = ["Conversation", "Conversations", "TitledBy", "Turn", "TurnRole", "TurnState", "short"]
