"""How we speak to the hub: who gets the token, which redirects are followed, when to try again.

The one law: the token goes to the hub's own address and only where nobody can read along, and a
download never leaves for a place less safe than the hub itself.
"""

from __future__ import annotations

import ipaddress
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from agents.base import CancelledError, Notice, UserError
from agents.engine.catalog import is_digest
from agents.engine.fetch import READ_SECONDS, REDIRECT, CutError, Fetch, Head
from agents.engine.wire import Wire, without_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from agents.base import CancelToken
    from agents.engine.wire import Why

TRIES = 6  # failures in a row, each without a megabyte of progress, before giving up
FIRST_TRIES = 3  # the same as long as nobody has answered at all: then it is the network
_LONGEST_PAUSE = 30.0  # seconds
_REDIRECTS = 6
_AGENT = "moadesk"


class BusyError(CutError):
    """The server asks to come back later."""

    def __init__(self, status: int, pause: float) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.pause = pause  # seconds, 0 = not said


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer after all redirects, and what the hub said of the file on the way."""

    fetch: Fetch
    head: Head
    linked_digest: str = ""
    linked_size: int = 0


class Line:
    """How we speak to the hub: who gets the token, which redirects are followed, when to retry."""

    def __init__(
        self,
        base_url: str,
        token: Callable[[], str],
        *,
        pause: float = 1.0,
        read_seconds: float = READ_SECONDS,
        proxy: str = "",
        wire: Wire | None = None,
    ) -> None:
        """Remember the hub's address; nothing is dialled.

        Args:
            base_url: the hub or a mirror.
            token: the user's token for it, or nothing.
            pause: seconds before the first retry; doubles with each.
            read_seconds: how long the server may be silent.
            proxy: whom to ask instead; empty = as the environment says.
            wire: writes down what is asked; None = nobody does.

        Raises:
            UserError: hub.bad_address.
        """
        self.base = base_url.rstrip("/")
        self._origin = _origin(self.base)
        if self._origin[0] not in {"http", "https"} or not self._origin[1]:
            raise UserError("hub.bad_address", address=base_url)
        self._token = token
        self._pause = pause
        self._read_seconds = read_seconds
        self._proxy = proxy
        self._wire = wire or Wire()
        self._answered = False

    @property
    def host(self) -> str:
        """The hub's name, for a person."""
        return self._origin[1]

    @contextmanager
    def get(
        self,
        url: str,
        headers: dict[str, str],
        cancel: CancelToken,
        *,
        why: Why = "hub_file",
        about: str = "",
    ) -> Generator[Answer, None, None]:
        """Ask for `url` and follow redirects to places that are as safe as the hub.

        Args:
            url: of what.
            headers: sent with our own.
            cancel: ends it.
            why: what for, for the list of calls.
            about: which model or file, likewise.

        Raises:
            CancelledError: `cancel` was set.
            CutError: the network failed or the server is busy; try again.
            UserError: hub.* for whatever trying again does not change.
        """
        digest, size = "", 0
        for _hop in range(_REDIRECTS):
            own = self._headers(url)
            with (
                self._wire.call(url, why, about) as call,
                Fetch(
                    url,
                    {**own, **headers},
                    cancel,
                    read_seconds=self._read_seconds,
                    proxy=self._proxy,
                    call=call,
                ) as fetch,
            ):
                head = fetch.head()
                self._answered = True
                linked = head.headers.get("x-linked-etag", "").strip('"').lower()
                digest = linked if is_digest(linked) else digest
                size = number(head.headers.get("x-linked-size", "")) or size
                if head.status not in {301, 302, 303, 307, 308}:
                    self._judge(head, with_token="Authorization" in own)
                    yield Answer(fetch, head, digest, size)
                    return
                url = self._next(url, head.headers.get(REDIRECT, ""))
        raise UserError("hub.bad_redirect", host=self.host)

    def again(
        self, failures: int, error: CutError, cancel: CancelToken
    ) -> Generator[Notice, None, None]:
        """Say that we wait, and wait.

        Raises:
            CancelledError: `cancel` was set meanwhile.
            UserError: this was the last try.
        """
        if failures >= (TRIES if self._answered else FIRST_TRIES):
            raise self.lost(error)
        pause = min(self._pause * 2 ** (failures - 1), _LONGEST_PAUSE)
        if isinstance(error, BusyError) and error.pause:
            pause = min(error.pause, _LONGEST_PAUSE)
        yield Notice("hub.again", (("host", self.host), ("seconds", round(pause))))
        if cancel.wait(pause):
            raise CancelledError

    def lost(self, error: CutError) -> UserError:
        """What a person is told when trying again did not help."""
        if isinstance(error, BusyError):
            if error.status == 429:
                return UserError("hub.too_many", host=self.host)
            return UserError("hub.down", host=self.host, status=error.status)
        told = {
            "proxy": UserError("hub.no_proxy", proxy=error.proxy, reason=str(error)),
            "refused_by_proxy": UserError(
                "hub.proxy_refused", proxy=error.proxy, reason=str(error)
            ),
            "name": UserError("hub.no_name", host=self.host),
            "silent": UserError("hub.silent", host=self.host),
            "cut": UserError("hub.unreachable", host=self.host, reason=str(error)),
        }
        return told[error.trouble]

    def _headers(self, url: str) -> dict[str, str]:
        headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity"}
        origin = _origin(url)
        token = self._token().strip() if origin == self._origin and _is_private(origin) else ""
        if token:
            if not token.isascii() or not token.isprintable():
                raise UserError("hub.token_refused", host=self.host)
            headers["Authorization"] = f"Bearer {token}"
        return headers

    def _next(self, url: str, location: str) -> str:
        try:
            target = urljoin(url, location)
        except ValueError:
            target = ""
        origin = _origin(target)
        safe = (
            origin[0] == "https"
            or origin == self._origin
            or (
                self._origin[0] == origin[0] == "http"
                and _is_private(self._origin)
                and _is_private(origin)
            )
        )
        if not location or not safe or not origin[1]:
            raise UserError("hub.bad_redirect", host=self.host)
        return target

    def _judge(self, head: Head, *, with_token: bool) -> None:
        """Turn a status into an error, by what the hub says (`X-Error-Code`) and by number."""
        status, code = head.status, head.headers.get("x-error-code", "")
        if status in {200, 206, 416}:
            return
        if status in {408, 425, 429} or status >= 500:
            raise BusyError(status, float(number(head.headers.get("retry-after", ""))))
        if code == "GatedRepo":
            raise UserError("hub.gated", url=_page(head.url))
        if status == 401:
            raise UserError(
                "hub.token_refused" if with_token else "hub.needs_token", host=self.host
            )
        if status == 403:
            raise UserError("hub.forbidden", host=self.host, url=_page(head.url))
        if status in {404, 410}:
            raise UserError("hub.gone", host=self.host, url=_page(head.url))
        raise UserError("hub.refused", host=self.host, status=status)


def number(text: str) -> int:
    """A header's number; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port; an empty host if there is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        return "", "", 0
    return parts.scheme, parts.hostname or "", port


def _is_private(origin: tuple[str, str, int]) -> bool:
    """Whether nobody on the way can read along: encrypted, or this very machine."""
    scheme, host, _port = origin
    if scheme == "https" or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _page(url: str) -> str:
    """The page of a repository, from the address of one of its files."""
    plain = without_secrets(url)
    return plain.split("/resolve/", 1)[0].replace("/api/models/", "/")
