"""Brings one file of the hub to the disk: resume, retries, checks.

The one law: bytes get their name only after their size and digest were found right; what was
received before a cut, a cancel or a full disk is kept, what is wrong is removed.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from agents.base import Notice, UserError
from agents.engine import manifest, transfer
from agents.engine.fetch import CutError
from agents.engine.line import number

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from agents.base import CancelToken, Progress
    from agents.engine.line import Answer, Line
    from agents.engine.transfer import Meter
    from agents.engine.wire import Why

_PROGRESS = 1 << 20  # bytes that make a failure forgiven
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One file to fetch."""

    name: str  # here
    url: str
    size: int = 0  # bytes, 0 = unknown
    sha256: str = ""  # empty = unknown
    blob: str = ""  # git's SHA-1 of a small file, where the hub knows no SHA-256
    why: Why = "hub_file"  # for the list of calls


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is remembered beside a `.part`: whose bytes these are."""

    size: int
    sha256: str
    etag: str


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
        wanted = self._wanted
        with self._line.get(
            wanted.url, headers, cancel, why=wanted.why, about=wanted.name
        ) as answer:
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
        kind = head.headers.get("content-type", "")
        if wanted.why == "hub_file" and kind.startswith("text/html"):
            # The page of a network that wants a sign-in; no file of a model is one. What is here
            # stays: it is of the real hub.
            raise UserError("hub.not_a_hub", host=self._line.host)
        if wanted.sha256 and answer.linked_digest and answer.linked_digest != wanted.sha256:
            raise UserError("hub.replaced", host=self._line.host, file=wanted.name)
        if wanted.size and answer.linked_size and answer.linked_size != wanted.size:
            self._wrong_size(answer.linked_size)
        if head.status == 416:  # more is here than there: not the same file
            if not self.have:
                raise UserError("hub.refused", host=self._line.host, status=416)
            self.discard()
            raise CutError("range refused")
        whole = number(head.headers.get("content-length", ""))
        if head.status == 206:
            match = _RANGE.fullmatch(head.headers.get("content-range", ""))
            if not match or int(match[1]) != self.have:
                self.discard()
                raise CutError("another range came")
            self.patched = True
            whole = number(match[3])
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
