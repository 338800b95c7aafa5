"""Everything that was sent or asked over the network, whoever asked.

The one law: a call is written down before it leaves. What the library asked Crossref has a list
of its own, with every header; both are one list here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.store.database import Database

KEPT = 5000  # calls; older ones are forgotten
LIBRARY = "library_check"
_CLOSED = "closed"  # the answer of a call during which the application ended


@dataclass(frozen=True, slots=True)
class NetworkCall:
    """One call."""

    made: str  # ISO time, UTC
    address: str
    why: str
    about: str
    sent: int  # bytes
    received: int  # bytes; 0 also where that was not counted
    answer: str  # 'ok', a status, or what went wrong; empty while it is under way


class NetworkLog:
    """The list of calls. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def begin(self, address: str, why: str, about: str) -> int:
        """Write a call down; returns its number."""
        with self._database.write() as db:
            cursor = db.execute(
                "insert into network_call (address, why, about) values (?, ?, ?)",
                [address, why, about],
            )
            number = int(cursor.lastrowid or 0)
            db.execute("delete from network_call where id <= ?", [number - KEPT])
            return number

    def end(self, number: int, sent: int, received: int, answer: str) -> None:
        """Write down what came of it. Bytes."""
        with self._database.write() as db:
            db.execute(
                "update network_call set sent = ?, received = ?, answer = ? where id = ?",
                [sent, received, answer, number],
            )

    def list(self, limit: int = KEPT) -> tuple[NetworkCall, ...]:
        """The calls, the latest first."""
        db = self._database.read()
        rows = db.execute(
            "select made, address, why, about, sent, received, answer from network_call"
            " order by id desc limit ?",
            [limit],
        )
        calls = [NetworkCall(*row) for row in rows]
        rows = db.execute(
            "select made, address, headers, answer from library_sent order by id desc limit ?",
            [limit],
        )
        for made, address, headers, answer in rows:
            lines = [f"{name}: {value}" for name, value in json.loads(headers).items()]
            size = len(("\r\n".join([address, *lines])).encode())
            when = f"{made.replace(' ', 'T').removesuffix('Z')}Z"
            calls.append(NetworkCall(when, address, LIBRARY, "", size, 0, answer))
        return tuple(sorted(calls, key=lambda call: call.made, reverse=True)[:limit])

    def clear(self) -> None:
        """Forget the list, also what the library asked."""
        with self._database.write() as db:
            db.execute("delete from network_call where answer <> ''")
            db.execute("delete from library_sent where answer <> ''")

    def close_open(self) -> None:
        """Say of calls that an earlier run left under way that they ended with it."""
        with self._database.write() as db:
            db.execute("update network_call set answer = ? where answer = ''", [_CLOSED])
