"""One HTTP answer, read on a thread of its own so that whoever asked never waits on a socket.

The one law: the thread touches nothing but its connection and its queue. Whoever cancels leaves
at once; the thread notices when the network next speaks, or at its time-out, and ends quietly.
"""

from __future__ import annotations

import queue
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from agents.base import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import httpx

    from agents.base import CancelToken
    from agents.engine.wire import Call

CONNECT_SECONDS = 15.0
READ_SECONDS = 30.0
_LOOK = 0.05  # seconds between two looks at the cancel token
_AHEAD = 8  # pieces read ahead of the disk


REDIRECT = "x-redirect-to"


class CutError(Exception):
    """The network failed: no connection, cut off, timed out. Trying again may help."""


@dataclass(frozen=True, slots=True)
class Head:
    """The start of an answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    url: str


class Fetch:
    """A GET without redirects (`REDIRECT` names where to): first `head`, then the body."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        cancel: CancelToken,
        *,
        read_seconds: float = READ_SECONDS,
        proxy: str = "",
        call: Call | None = None,
    ) -> None:
        """Ask; returns at once.

        Args:
            url: of what.
            headers: sent with it.
            cancel: ends the wait.
            read_seconds: how long the server may be silent.
            proxy: whom to ask instead; empty = as the environment says.
            call: counts what is sent.
        """
        self._url = url
        self._proxy = proxy or None
        self._call = call
        self._headers = dict(headers)
        self._cancel = cancel
        self._read_seconds = read_seconds
        self._pieces: queue.Queue[Head | bytes | Exception | None] = queue.Queue(_AHEAD)
        self._left = threading.Event()
        self._socket: socket.socket | None = None
        threading.Thread(target=self._work, name="download", daemon=True).start()

    def __enter__(self) -> Self:
        """Use as a context: leaving it lets go of the connection."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Let go of the connection, in whatever state it is."""
        self._left.set()
        connection = self._socket
        if connection is not None:
            # Wakes the thread. The base class's method: an SSL socket's own forgets its session,
            # which the thread may be using.
            with suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def head(self) -> Head:
        """Wait for status and headers.

        Raises:
            CancelledError: the token was set.
            CutError: the network failed.
        """
        piece = self._next()
        if isinstance(piece, Head):
            return piece
        raise CutError("no answer")

    def body(self) -> Iterator[bytes]:
        """The body, undecoded, as it comes.

        Raises:
            CancelledError: the token was set.
            CutError: the network failed.
        """
        while piece := self._next():
            if isinstance(piece, bytes):
                if self._call:
                    self._call.came(len(piece))
                yield piece

    def _next(self) -> Head | bytes | None:
        while True:
            self._cancel.check()
            try:
                piece = self._pieces.get(timeout=_LOOK)
            except queue.Empty:
                continue
            if isinstance(piece, Exception):
                raise piece
            return piece

    # --- on the thread ---

    def _work(self) -> None:
        import httpx  # noqa: PLC0415 - heavy, and only a download needs it

        limits = httpx.Timeout(self._read_seconds, connect=CONNECT_SECONDS, write=CONNECT_SECONDS)
        hooks = {
            "request": [self._call.asks] if self._call else [],
            "response": [_keep_redirect],
        }
        try:
            with (
                httpx.Client(timeout=limits, event_hooks=hooks, proxy=self._proxy) as client,
                client.stream("GET", self._url, headers=self._headers) as answer,
            ):
                self._hold(answer)
                headers = {name.lower(): value for name, value in answer.headers.items()}
                self._put(Head(answer.status_code, headers, self._url))
                for chunk in answer.iter_raw():
                    if chunk and not self._put(chunk):
                        return
            self._put(None)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            self._put(CutError(str(error) or type(error).__name__))
        except (ImportError, ValueError) as error:  # a proxy set in the environment is not usable
            host = urlsplit(self._url).hostname or ""
            self._put(UserError("hub.unreachable", host=host, reason=str(error)))
        except Exception as error:  # noqa: BLE001 - a thread has nobody to raise to but its caller
            self._put(error)

    def _hold(self, answer: httpx.Response) -> None:
        stream = answer.extensions.get("network_stream")
        found = stream.get_extra_info("socket") if stream is not None else None
        if isinstance(found, socket.socket):
            self._socket = found

    def _put(self, piece: Head | bytes | Exception | None) -> bool:
        while not self._left.is_set():
            try:
                self._pieces.put(piece, timeout=_LOOK)
            except queue.Full:
                continue
            return True
        return False


def _keep_redirect(answer: httpx.Response) -> None:
    """Hide a redirect from httpx, which would already parse it; our caller judges it."""
    if "location" in answer.headers:
        answer.headers[REDIRECT] = answer.headers.pop("location")
