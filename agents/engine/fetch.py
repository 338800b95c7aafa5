"""One HTTP answer, read on a thread of its own so that whoever asked never waits on a socket.

The one law: the thread touches nothing but its connection and its queue. Whoever cancels leaves
at once; the thread notices when the network next speaks, or at its time-out, and ends quietly.
"""

from __future__ import annotations

import os
import queue
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from agents.base import UserError
from agents.engine import endpoint

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


Trouble = Literal["cut", "proxy", "refused_by_proxy", "name", "silent"]


class CutError(Exception):
    """The network failed: no connection, cut off, timed out. Trying again may help."""

    def __init__(self, reason: str, trouble: Trouble = "cut", proxy: str = "") -> None:
        super().__init__(reason)
        self.trouble: Trouble = trouble  # what it was, as far as the person has to do with it
        self.proxy = proxy  # name and port of the proxy, where that is the trouble


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
            self._put(_cut(error, self._url, self._proxy or ""))
        except (ImportError, ValueError):  # what the environment names is no proxy we speak to
            asked = self._proxy or _system_proxy(self._url)
            self._put(UserError("hub.other_proxy", proxy=_without_password(asked)))
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


def _cut(error: Exception, url: str, proxy: str) -> CutError | UserError:
    """What went wrong, told apart by what a person can do about it."""
    import httpx  # noqa: PLC0415 - as above

    inner: BaseException = error
    while before := inner.__cause__ or inner.__context__:
        inner = before
    host = urlsplit(url).hostname or ""
    reason = _reason(inner) or _reason(error)
    if isinstance(inner, ssl.SSLCertVerificationError):
        return UserError("hub.certificate", host=host, reason=inner.verify_message)
    asked = endpoint.host(proxy or _system_proxy(url))
    if isinstance(error, httpx.ProxyError):
        return CutError(str(error), "refused_by_proxy", asked)
    if asked and isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return CutError(reason, "proxy", asked)
    if isinstance(inner, socket.gaierror):
        return CutError(reason, "name")
    if isinstance(error, httpx.TimeoutException):
        return CutError(reason, "silent")
    return CutError(reason)


def _reason(error: BaseException) -> str:
    """The system's words, without the number before them."""
    if isinstance(error, OSError) and not isinstance(error, socket.gaierror) and error.errno:
        return os.strerror(error.errno)
    return (error.strerror if isinstance(error, OSError) else "") or str(error)


def _system_proxy(url: str) -> str:
    """The proxy that this system asks for an address; empty where it asks none."""
    parts = urlsplit(url)
    if proxy_bypass(parts.hostname or ""):
        return ""
    found = getproxies()
    return found.get(parts.scheme, "") or found.get("all", "")


def _without_password(proxy: str) -> str:
    """A proxy as it is written, as far as it may be shown."""
    scheme, _colon, rest = proxy.rpartition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if scheme else rest.rpartition("@")[2]


def _keep_redirect(answer: httpx.Response) -> None:
    """Hide a redirect from httpx, which would already parse it; our caller judges it."""
    if "location" in answer.headers:
        answer.headers[REDIRECT] = answer.headers.pop("location")
