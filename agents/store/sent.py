"""What was sent over the network about the library: every request, with what came of it.

The one law: a request is written down before it leaves.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agents.store.database import Database


@dataclass(frozen=True, slots=True)
class SentRequest:
    """One request. `answer` is a status or what went wrong; empty while it is under way."""

    id: int
    address: str
    headers: tuple[tuple[str, str], ...]
    answer: str
    made: str  # ISO time


class SentLog:
    """The list of requests. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def begin(self, address: str, headers: Mapping[str, str]) -> int:
        """Write a request down; returns its id."""
        with self._database.write() as db:
            cursor = db.execute(
                "insert into library_sent (address, headers, answer) values (?, ?, '')",
                [address, json.dumps(dict(headers))],
            )
            return int(cursor.lastrowid or 0)

    def end(self, id_: int, answer: str) -> None:
        """Write down what came of it."""
        with self._database.write() as db:
            db.execute("update library_sent set answer = ? where id = ?", [answer, id_])

    def list(self, limit: int = -1) -> tuple[SentRequest, ...]:
        """The requests, the latest first."""
        rows = self._database.read().execute(
            "select id, address, headers, answer, made from library_sent order by id desc limit ?",
            [limit],
        )
        return tuple(
            SentRequest(int(id_), address, tuple(json.loads(headers).items()), answer, made)
            for id_, address, headers, answer, made in rows
        )
