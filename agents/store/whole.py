"""Whole conversations, out of the database and into it: every branch, state, model and time.

The one law: what goes in is what came out; a conversation that is there already is not doubled,
and of what is added all is there or nothing.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agents.store.branches import TurnRole, TurnState  # noqa: TC001 - msgspec reads them
from agents.store.conversations import TitledBy, short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.store.database import Database, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message. Numbers are the file's own; times are ISO 8601, UTC."""

    id: int
    parent: int = 0  # the message it follows; 0 = it begins the conversation
    role: TurnRole
    content: str
    state: TurnState = "done"
    model: str = ""
    tokens: int = 0
    seconds: float = 0.0
    trace: str = ""
    created: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One conversation with all its branches."""

    uid: str
    title: str
    titled: TitledBy = "user"
    model: str = ""
    created: str
    updated: str
    pinned: bool = False
    folder: str = ""  # its name
    shown: int = 0  # the last message of the branch that is shown
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Added:
    """What became of conversations that were to be added."""

    added: tuple[int, ...]
    known: int  # that were there already, word for word


class Whole:
    """Reads and adds whole conversations. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def read(self, conversations: Sequence[int] = ()) -> tuple[Talk, ...]:
        """These conversations, or all, oldest first; those that are gone are left out."""
        db = self._database.read()
        wanted = set(conversations)
        ids = [int(row[0]) for row in db.execute("select id from conversation order by id")]
        talks = (_read(db, one) for one in ids if not wanted or one in wanted)
        return tuple(talk for talk in talks if talk is not None)

    def add(self, talks: Sequence[Talk]) -> Added:
        """Add conversations in one transaction.

        One that is there already is left alone; if the two have parted since, it is added as
        another one. The messages of a talk follow earlier ones of the same talk: checked before.
        """
        added: list[int] = []
        known = 0
        with self._database.write(private=True) as db:
            for talk in talks:
                there = db.execute("select id from conversation where uid = ?", [talk.uid])
                row = there.fetchone()
                if row is not None and _same(_read(db, int(row[0])), talk):
                    known += 1
                    continue
                fresh = row is not None or not talk.uid
                added.append(_add(db, replace(talk, uid=uuid.uuid4().hex) if fresh else talk))
        return Added(tuple(added), known)


def _read(db: Session, conversation: int) -> Talk | None:
    row = db.execute(
        "select uid, title, titled, model, created, updated, pinned, shown,"
        " coalesce((select name from folder where folder.id = conversation.folder), '')"
        " from conversation where id = ?",
        [conversation],
    ).fetchone()
    if row is None:
        return None
    uid, title, titled, model, created, updated, pinned, shown, folder = row
    messages = tuple(
        Message(
            id=id_,
            parent=parent,
            role=role,
            content=content,
            state="interrupted" if state == "writing" else state,
            model=by,
            tokens=tokens,
            seconds=seconds,
            trace=trace,
            created=when,
        )
        for id_, parent, role, content, state, by, tokens, seconds, trace, when in db.execute(
            "select id, parent, role, content, state, model, tokens, seconds, trace, created"
            " from turn where conversation = ? order by id",
            [conversation],
        )
    )
    return Talk(
        uid=uid,
        title=title,
        titled=titled,
        model=model,
        created=created,
        updated=updated,
        pinned=bool(pinned),
        folder=folder,
        shown=shown,
        messages=messages,
    )


def _same(one: Talk | None, other: Talk) -> bool:
    """Whether two say the same, whatever they are called, where they lie and what is shown."""
    return one is not None and _numbered(one) == _numbered(other)


def _numbered(talk: Talk) -> list[Message]:
    """The messages with numbers from 1 on, so that two databases can be compared."""
    place = {message.id: number for number, message in enumerate(talk.messages, 1)}
    return [
        replace(message, id=place[message.id], parent=place.get(message.parent, 0))
        for message in talk.messages
    ]


def _add(db: Session, talk: Talk) -> int:
    folder = None
    if talk.folder:
        db.execute("insert or ignore into folder (name) values (?)", [talk.folder])
        (folder,) = db.execute("select id from folder where name = ?", [talk.folder]).fetchone()
    cursor = db.execute(
        "insert into conversation"
        " (id, uid, title, titled, model, created, updated, pinned, folder)"
        " values ((select id + 1 from conversation_last), ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            talk.uid,
            short(talk.title),
            talk.titled,
            talk.model,
            talk.created,
            talk.updated,
            talk.pinned,
            folder,
        ],
    )
    conversation = int(cursor.lastrowid or 0)
    numbers = {0: 0}
    for one in talk.messages:
        cursor = db.execute(
            "insert into turn (conversation, parent, role, content, state, model, tokens, seconds,"
            " trace, created) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                conversation,
                numbers[one.parent],
                one.role,
                one.content,
                one.state,
                one.model,
                one.tokens,
                one.seconds,
                one.trace,
                one.created,
            ],
        )
        numbers[one.id] = int(cursor.lastrowid or 0)
    last = max(numbers.values())
    shown = numbers.get(talk.shown, 0) or last
    db.execute("update conversation set shown = ? where id = ?", [shown, conversation])
    return conversation
