"""Brings one file of the hub to the disk: redirects, resume, retries, checks.

The one law: bytes get their name only after their size and digest were found right; what was
received before a cut, a cancel or a full disk is kept, what is wrong is removed.
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import msgspec

from agents.base import CancelledError, Notice, UserError
from agents.engine import manifest, transfer
from agents.engine.catalog import is_digest
from agents.engine.fetch import READ_SECONDS, REDIRECT, CutError, Fetch, Head

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from agents.base import CancelToken, Progress
    from agents.engine.transfer import Meter

TRIES = 6  # failures in a row, each without a megabyte of progress, before giving up
FIRST_TRIES = 3  # the same as long as nobody has answered at all: then it is the network
_PROGRESS = 1 << 20  # bytes that make a failure forgiven
_LONGEST_PAUSE = 30.0  # seconds
_REDIRECTS = 6
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_AGENT = "moadesk"


class BusyError(CutError):
    """The server asks to come back later."""

    def __init__(self, status: int, pause: float) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.pause = pause  # seconds, 0 = not said


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One file to fetch."""

    name: str  # here
    url: str
    size: int = 0  # bytes, 0 = unknown
    sha256: str = ""  # empty = unknown
    blob: str = ""  # git's SHA-1 of a small file, where the hub knows no SHA-256


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is remembered beside a `.part`: whose bytes these are."""

    size: int
    sha256: str
    etag: str


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
    ) -> None:
        """Remember the hub's address; nothing is dialled.

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
        self._answered = False

    @property
    def host(self) -> str:
        """The hub's name, for a person."""
        return self._origin[1]

    @contextmanager
    def get(
        self, url: str, headers: dict[str, str], cancel: CancelToken
    ) -> Generator[Answer, None, None]:
        """Ask for `url` and follow redirects to places that are as safe as the hub.

        Raises:
            CancelledError: `cancel` was set.
            CutError: the network failed or the server is busy; try again.
            UserError: hub.* for whatever trying again does not change.
        """
        digest, size = "", 0
        for _hop in range(_REDIRECTS):
            own = self._headers(url)
            with Fetch(url, {**own, **headers}, cancel, read_seconds=self._read_seconds) as fetch:
                head = fetch.head()
                self._answered = True
                linked = head.headers.get("x-linked-etag", "").strip('"').lower()
                digest = linked if is_digest(linked) else digest
                size = _number(head.headers.get("x-linked-size", "")) or size
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
        return UserError("hub.unreachable", host=self.host, reason=str(error))

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
            raise BusyError(status, float(_number(head.headers.get("retry-after", ""))))
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


def fetch_file(
    line: Line, wanted: Wanted, folder: Path, meter: Meter, cancel: CancelToken
) -> Generator[Progress | Notice, None, str]:
    """Bring one file to `folder / wanted.name`; return its SHA-256.

    Raises:
        CancelledError: `cancel` was set; the part is kept.
        UserError: hub.*, model.disk_filled (the part is kept), file.unwritable.
    """
    part = folder / f"{wanted.name}.part"
    download = _Download(line, wanted, part, meter)
    failures, mark = 0, 0
    try:
        while True:
            try:
                yield from download.go_on(cancel)
            except CutError as error:
                failures = 1 if download.have - mark >= _PROGRESS else failures + 1
                mark = download.have
                yield from line.again(failures, error, cancel)
                continue
            if download.is_right():
                break
            patched, _ = download.patched, download.discard()
            if not patched:
                raise UserError("hub.wrong_bytes", host=line.host, file=wanted.name)
        part.replace(folder / wanted.name)
        download.kept_path.unlink(missing_ok=True)
    except OSError as error:
        raise transfer.write_error(error, part) from error
    return download.sha256


class _Download:
    """The state of one file on its way."""

    def __init__(self, line: Line, wanted: Wanted, part: Path, meter: Meter) -> None:
        self._line = line
        self._wanted = wanted
        self._part = part
        self._meter = meter
        self._size = wanted.size
        self.kept_path = part.with_name(part.name + ".json")
        self.have = resumable(part, wanted)  # bytes on the disk
        self.patched = False  # whether the bytes came from more than one answer
        self._sha = hashlib.sha256()
        self._hashed = 0
        if not self.have:
            self.discard(count=False)

    @property
    def sha256(self) -> str:
        return self._sha.hexdigest()

    def discard(self, *, count: bool = True) -> None:
        """Throw away what is there."""
        if count:
            self._meter.add(-self.have)
        self._part.unlink(missing_ok=True)
        self.kept_path.unlink(missing_ok=True)
        self.have, self._hashed, self.patched = 0, 0, False
        self._sha = hashlib.sha256()

    def is_right(self) -> bool:
        """Whether the digest is the published one (or none was published)."""
        if self._wanted.sha256:
            return self.sha256 == self._wanted.sha256
        if self._wanted.blob:
            return git_blob(self._part) == self._wanted.blob
        return True

    def go_on(self, cancel: CancelToken) -> Generator[Progress | Notice, None, None]:
        """Ask for what is missing and write it."""
        self._catch_up(cancel)
        if self._size and self.have == self._size:
            return
        headers: dict[str, str] = {}
        kept = _read_kept(self.kept_path)
        if self.have:
            headers["Range"] = f"bytes={self.have}-"
            if kept and kept.etag and not kept.etag.startswith("W/"):
                headers["If-Range"] = kept.etag
        with self._line.get(self._wanted.url, headers, cancel) as answer:
            if not self._begin(answer):
                return
            with self._part.open("ab", buffering=0) as file:
                for chunk in answer.fetch.body():
                    if self._size and self.have + len(chunk) > self._size:
                        self._wrong_size(self.have + len(chunk))
                    _write_all(file.fileno(), chunk)
                    self._sha.update(chunk)
                    self.have += len(chunk)
                    self._hashed = self.have
                    if event := self._meter.add(len(chunk)):
                        yield event
                os.fsync(file.fileno())
        if self._size and self.have < self._size:
            raise CutError("cut off")

    def _begin(self, answer: Answer) -> bool:
        """Check what the server promises; False if there is nothing to read."""
        head, wanted = answer.head, self._wanted
        if wanted.sha256 and answer.linked_digest and answer.linked_digest != wanted.sha256:
            raise UserError("hub.replaced", host=self._line.host, file=wanted.name)
        if wanted.size and answer.linked_size and answer.linked_size != wanted.size:
            self._wrong_size(answer.linked_size)
        if head.status == 416:  # more is here than there: not the same file
            if not self.have:
                raise UserError("hub.refused", host=self._line.host, status=416)
            self.discard()
            raise CutError("range refused")
        whole = _number(head.headers.get("content-length", ""))
        if head.status == 206:
            match = _RANGE.fullmatch(head.headers.get("content-range", ""))
            if not match or int(match[1]) != self.have:
                self.discard()
                raise CutError("another range came")
            self.patched = True
            whole = _number(match[3])
        elif self.have:  # the file changed, or the server knows no ranges: from the beginning
            self.discard()
        if self._size and whole and whole != self._size:
            self._wrong_size(whole)
        self._size = self._size or whole
        etag = head.headers.get("etag", "")
        kept = msgspec.json.encode(_Kept(self._size, wanted.sha256, etag))
        manifest.save(self.kept_path, kept)
        return True

    def _wrong_size(self, size: int) -> None:
        self.discard()
        raise UserError(
            "hub.wrong_size",
            host=self._line.host,
            file=self._wanted.name,
            size=size,
            expected=self._size,
        )

    def _catch_up(self, cancel: CancelToken) -> None:
        """Hash what is on the disk and was not hashed by this run."""
        if self._hashed == self.have:
            return
        self._sha = hashlib.sha256()
        for chunk in transfer.chunks(self._part, cancel):
            self._sha.update(chunk)
        self._hashed = self.have


def resumable(part: Path, wanted: Wanted) -> int:
    """Bytes of `part` that belong to the wanted file and can be continued."""
    kept = _read_kept(part.with_name(part.name + ".json"))
    if kept is None or not part.is_file():
        return 0
    same = kept.sha256 == wanted.sha256 if wanted.sha256 else bool(kept.etag)
    here = part.stat().st_size
    if not same or (wanted.size and (kept.size != wanted.size or here > wanted.size)):
        return 0
    return here


def git_blob(path: Path) -> str:
    """Git's object id of a small file: the SHA-1 of `blob <size>`, a zero byte, the content."""
    content = path.read_bytes()
    header = b"blob %d\x00" % len(content)
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()


def _read_kept(path: Path) -> _Kept | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError):
        return None


def _write_all(descriptor: int, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _number(text: str) -> int:
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
    return url.split("?", 1)[0].split("/resolve/", 1)[0].replace("/api/models/", "/")
