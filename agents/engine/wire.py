"""What goes over the network: counted while it goes, and written down.

The one law: a call is written down before the first byte of it leaves. Of what it carries only
the size is kept, never a word.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Literal, Protocol
from urllib.parse import urlsplit

from agents.base import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    import httpx

Why = Literal[
    "hub_list",
    "hub_file",
    "update_list",
    "update_file",
    "server_models",
    "server_answer",
    "server_count",
]


class Record(Protocol):
    """Who keeps the list; implemented by `agents.store.network_log.NetworkLog`."""

    def begin(self, address: str, why: str, about: str) -> int:
        """Write a call down; returns its number."""
        ...

    def end(self, number: int, sent: int, received: int, answer: str) -> None:
        """Write down what came of it. Bytes."""
        ...


class Call:
    """One call under way. Any thread."""

    def __init__(self, address: str, why: Why, about: str) -> None:
        """Nothing has left yet."""
        self.address = address
        self.why = why
        self.about = about  # the model or file it is for
        self.since = time.time()  # seconds since the epoch
        self.sent = 0  # bytes
        self._received = 0
        self._answers: list[httpx.Response] = []

    @property
    def host(self) -> str:
        """Name and port of the server."""
        return urlsplit(self.address).netloc.rpartition("@")[2]

    @property
    def received(self) -> int:
        """Bytes that came."""
        return self._received + sum(one.num_bytes_downloaded for one in self._answers)

    @property
    def carries_text(self) -> bool:
        """Whether what the user wrote goes with it."""
        return self.why in {"server_answer", "server_count"}

    def came(self, count: int) -> None:
        """Count bytes that came."""
        self._received += count

    def asks(self, request: httpx.Request) -> None:
        """Count a request: its line, headers and body."""
        head = len(request.method) + len(str(request.url)) + 12
        head += sum(len(name) + len(value) + 4 for name, value in request.headers.raw)
        self.sent += head + len(request.content)

    def answers(self, response: httpx.Response) -> None:
        """Count what comes as the answer, also what comes later."""
        self._answers.append(response)


class Wire:
    """All calls of the process. Any thread."""

    def __init__(self, record: Callable[[], Record] | None = None) -> None:
        """Nothing is under way.

        Args:
            record: who keeps the list, asked when the first call is made; None = nobody.
        """
        self._record = record
        self._lock = threading.Lock()
        self._active: dict[int, Call] = {}
        self._count = 0
        self._writer: ThreadPoolExecutor | None = None

    def active(self) -> tuple[Call, ...]:
        """The calls under way, the oldest first."""
        with self._lock:
            return tuple(self._active.values())

    @contextmanager
    def call(self, address: str, why: Why, about: str = "") -> Generator[Call]:
        """Write a call down, have it counted, and write down what came of it.

        Args:
            address: whom it asks; a query in it is not kept, nor a name and a password.
            why: what for.
            about: the model or file.
        """
        call, end = self.begin(address, why, about)
        try:
            yield call
        except BaseException as error:
            end(_word(error))
            raise
        end("")

    def begin(self, address: str, why: Why, about: str = "") -> tuple[Call, Callable[[str], None]]:
        """The same for what ends on another thread: the call, and what ends it.

        What ends it takes a word for what went wrong, or nothing; only the first time counts.
        """
        call = Call(without_secrets(address), why, about)
        number = self._record().begin(call.address, why, about) if self._record else 0
        with self._lock:
            self._count += 1
            key = self._count
            self._active[key] = call

        def end(answer: str) -> None:
            with self._lock:
                if self._active.pop(key, None) is None:
                    return
                if self._record is None:
                    return
                # Whoever ends a call may be the network's thread, which never waits for a disk.
                writer = self._writer = self._writer or ThreadPoolExecutor(1, "network-log")
                writer.submit(self._record().end, number, call.sent, call.received, answer or "ok")

        return call, end

    def close(self) -> None:
        """Write down what is still to be. Any number of times."""
        with self._lock:
            writer, self._writer = self._writer, None
        if writer is not None:
            writer.shutdown()


# The call that the task of now works for: the client's hooks have no other way to know it.
CURRENT: ContextVar[Call | None] = ContextVar("call", default=None)


def without_secrets(address: str) -> str:
    """An address without what may be a secret in it."""
    plain = address.split("?", 1)[0]
    scheme, mark, rest = plain.partition("://")
    place, slash, path = rest.partition("/")
    return f"{scheme}{mark}{place.rpartition('@')[2]}{slash}{path}"


def _word(error: BaseException) -> str:
    """What is written down of an error: the code of its sentence, a status, or its kind."""
    if isinstance(error, UserError):
        return error.code
    status = getattr(error, "status", None)
    return str(status) if isinstance(status, int) else type(error).__name__
