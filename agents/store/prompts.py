"""Personas and commands of the user, and how each conversation is answered.

The one law: within a kind no two have the same name, however it is written; a conversation whose
persona is deleted is answered as usual.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from agents.store.database import Database, Session

Kind = Literal["persona", "command"]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A persona or a command. `text` may hold variables such as {{date}}."""

    id: int
    kind: Kind
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """How a conversation is answered. None and "" mean "as usual"."""

    model: str = ""
    persona: int = 0
    blanks: tuple[tuple[str, str], ...] = ()  # variable, value
    thinking: bool = True
    temperature: float | None = None
    top_p: float | None = None


class Prompts:
    """Reads and writes them. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def list(self, kind: Kind) -> tuple[Prompt, ...]:
        """All of a kind, by name."""
        rows = self._database.read().execute(
            "select id, kind, name, text from prompt where kind = ?"
            " order by name collate nocase, id",
            [kind],
        )
        return tuple(Prompt(*row) for row in rows)

    def get(self, prompt: int) -> Prompt | None:
        """One of them; None where it is gone."""
        row = (
            self._database.read()
            .execute("select id, kind, name, text from prompt where id = ?", [prompt])
            .fetchone()
        )
        return None if row is None else Prompt(*row)

    def add(self, kind: Kind, name: str, text: str) -> Prompt:
        """Keep a new one; where its name is taken, it gets a number."""
        with self._database.write() as db:
            return _add(db, kind, name, text)

    def change(self, prompt: Prompt) -> Prompt:
        """Store a changed one under its id; returns it with the name it got.

        One that was deleted meanwhile is kept again under the same id.
        """
        with self._database.write() as db:
            name = _free(db, prompt.kind, prompt.name, besides=prompt.id)
            db.execute(
                "insert into prompt (id, kind, name, text) values (?, ?, ?, ?)"
                " on conflict (id) do update set name = excluded.name, text = excluded.text,"
                " updated = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
                [prompt.id, prompt.kind, name, prompt.text],
            )
        return Prompt(prompt.id, prompt.kind, name, prompt.text)

    def delete(self, prompt: int) -> tuple[int, ...]:
        """Delete one; returns the conversations that it answered in, for `restore`."""
        with self._database.write() as db:
            rows = db.execute("select conversation from manner where persona = ?", [prompt])
            used = tuple(int(row[0]) for row in rows)
            db.execute("delete from prompt where id = ?", [prompt])
        return used

    def restore(self, prompt: Prompt, used: Iterable[int]) -> None:
        """Take `delete` back."""
        self.change(prompt)
        with self._database.write() as db:
            for conversation in used:
                db.execute(
                    "update manner set persona = ? where conversation = ? and persona is null",
                    [prompt.id, conversation],
                )

    def bring(self, new: Iterable[tuple[Kind, str, str]]) -> int:
        """Add those (kind, name, text) that are not here yet, all or none; returns how many."""
        added = 0
        with self._database.write() as db:
            for kind, name, text in new:
                known = db.execute(
                    "select 1 from prompt where kind = ? and text = ? and name = ? collate nocase",
                    [kind, text, name],
                ).fetchone()
                if known is None:
                    _add(db, kind, name, text)
                    added += 1
        return added

    def chosen(self, conversation: int) -> Chosen:
        """How a conversation is answered."""
        row = (
            self._database.read()
            .execute(
                "select model, persona, blanks, thinking, temperature, top_p from manner"
                " where conversation = ?",
                [conversation],
            )
            .fetchone()
        )
        if row is None:
            return Chosen()
        model, persona, blanks, thinking, temperature, top_p = row
        return Chosen(model, persona or 0, _blanks(blanks), bool(thinking), temperature, top_p)

    def choose(self, conversation: int, chosen: Chosen) -> None:
        """Answer a conversation so from now on; one that is gone is left alone."""
        with self._database.write() as db:
            db.execute(
                "insert or replace into manner"
                " (conversation, model, persona, blanks, thinking, temperature, top_p)"
                " select id, ?, (select id from prompt where id = ?), ?, ?, ?, ?"
                " from conversation where id = ?",
                [
                    chosen.model,
                    chosen.persona,
                    json.dumps(dict(chosen.blanks), ensure_ascii=False),
                    int(chosen.thinking),
                    chosen.temperature,
                    chosen.top_p,
                    conversation,
                ],
            )


def _add(db: Session, kind: Kind, name: str, text: str) -> Prompt:
    free = _free(db, kind, name)
    cursor = db.execute(
        "insert into prompt (kind, name, text) values (?, ?, ?)", [kind, free, text]
    )
    return Prompt(int(cursor.lastrowid or 0), kind, free, text)


def _free(db: Session, kind: Kind, name: str, *, besides: int = 0) -> str:
    """The name, or the name with the first number that is not taken."""
    wanted, number = name, 1
    while db.execute(
        "select 1 from prompt where kind = ? and name = ? collate nocase and id <> ?",
        [kind, wanted, besides],
    ).fetchone():
        number += 1
        # A command is written without a space.
        wanted = f"{name} {number}" if kind == "persona" else f"{name}{number}"
    return wanted


def _blanks(text: str) -> tuple[tuple[str, str], ...]:
    try:
        found = json.loads(text)
    except ValueError:
        return ()
    if not isinstance(found, dict):
        return ()
    values = cast("Mapping[object, object]", found)
    return tuple((str(name), str(value)) for name, value in values.items())
