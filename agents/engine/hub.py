"""Fetches models from the hub. Dials out only while a pull the user asked for is running.

The one law: a model is on the shelf only after every file's digest was found right.

The hub's interface, as its own client uses it: `/api/models/<repo>?blobs=true` lists files with
`siblings[].{rfilename, size, blobId, lfs.{sha256, size}}` and the commit as `sha`; files are at
`/<repo>/resolve/<commit>/<path>`, which redirects large ones and gives their SHA-256 as
`X-Linked-Etag`. Any mirror with these two will do: set `MOADESK_HUB`.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from agents.base import Notice, UserError
from agents.engine import transfer
from agents.engine.catalog import is_digest
from agents.engine.download import Wanted, fetch_file, resumable
from agents.engine.fetch import READ_SECONDS, CutError
from agents.engine.line import Line
from agents.engine.manifest import HeldFile, Manifest, hold

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from agents.base import CancelToken, Progress
    from agents.engine.catalog import CatalogEntry, ModelFile
    from agents.engine.manifest import Verified
    from agents.engine.shelf import Shelf
    from agents.engine.wire import Wire

ADDRESS = "https://huggingface.co"
MIRROR = "MOADESK_HUB"
_LISTING_LIMIT = 32 << 20  # bytes
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class PullRequest:
    """Download a model of the catalogue."""

    model: str
    licence_accepted: bool = False  # the user has just read and accepted its licence


@dataclass(frozen=True, slots=True)
class PullDone:
    """The model is here. `unknown` if nobody published a digest to compare with."""

    id: str
    name: str
    path: Path
    size: int  # bytes
    verified: Verified


@dataclass(frozen=True, slots=True)
class _Large:
    sha256: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class _Sibling:
    rfilename: str
    size: int | None = None
    blobId: str | None = None  # noqa: N815 - the hub's name
    lfs: _Large | None = None


@dataclass(frozen=True, slots=True)
class _Listing:
    siblings: list[_Sibling]
    sha: str | None = None


class Hub:
    """Where models come from. Holds no connection."""

    def __init__(
        self,
        shelf: Shelf,
        token: Callable[[], str],
        base_url: str = "",
        *,
        pause: float = 1.0,
        read_seconds: float = READ_SECONDS,
        mirror: Callable[[], str] = str,
        proxy: Callable[[], str] = str,
        wire: Wire | None = None,
    ) -> None:
        """Remember where to ask.

        Args:
            shelf: where models go.
            token: called when a pull begins; the user's hub token or nothing.
            base_url: the hub; empty = the mirror, `MOADESK_HUB`, or huggingface.co.
            pause: seconds before the first retry; doubles with each.
            read_seconds: how long the server may be silent.
            mirror: called when a pull begins; a mirror the user chose, or nothing.
            proxy: called when a pull begins; what to go through, or nothing.
            wire: writes down what is asked; None = nobody does.
        """
        self._shelf = shelf
        self._token = token
        self._base_url = base_url
        self._mirror = mirror
        self._proxy = proxy
        self._wire = wire
        self._pause = pause
        self._read_seconds = read_seconds

    @property
    def base_url(self) -> str:
        """Whom the next pull asks."""
        return self._base_url or self._mirror() or os.environ.get(MIRROR, "") or ADDRESS

    def run(
        self, request: PullRequest, cancel: CancelToken
    ) -> Generator[Progress | Notice | PullDone, None, None]:
        """Download a model; goes on where an earlier attempt stopped.

        Raises:
            CancelledError: `cancel` was set; what came so far is kept.
            UserError: model.unknown, model.busy, model.disk_full, model.disk_filled, hub.licence,
                hub.* for what the hub answers, file.unwritable.
        """
        entry = self._shelf.catalog.get(request.model)
        if entry is None:
            raise UserError("model.unknown", model=request.model)
        here = self._shelf.get(entry.id)
        if here and (here.where == "embedded" or here.verified == "ok"):
            yield PullDone(here.id, here.name, here.path, here.size, here.verified)
            return
        if not entry.repository:
            raise UserError("model.starter_missing", model=entry.name)
        if request.licence_accepted:
            self._shelf.accept(entry.licence)
        if not self._shelf.accepted(entry.licence):
            raise UserError("hub.licence", licence=entry.licence.title, url=entry.licence.url)
        token = self._token()
        line = Line(
            self.base_url,
            lambda: token,
            pause=self._pause,
            read_seconds=self._read_seconds,
            proxy=self._proxy(),
            wire=self._wire,
        )
        folder = self._shelf.folder / entry.id
        with transfer.only_writer(folder, entry.name):
            transfer.make_folder(folder)
            try:
                plan, source = yield from self._plan(entry, line, cancel)
                yield from self._download(entry, plan, source, line, cancel)
            finally:
                with suppress(OSError):  # it holds something
                    folder.rmdir()

    def _download(
        self,
        entry: CatalogEntry,
        plan: tuple[Wanted, ...],
        source: str,
        line: Line,
        cancel: CancelToken,
    ) -> Generator[Progress | Notice | PullDone, None, None]:
        folder = self._shelf.folder / entry.id
        about = [wanted.size or file.about for wanted, file in zip(plan, entry.files, strict=True)]
        whole = [_whole(folder / wanted.name, wanted) for wanted in plan]
        parts = [resumable(folder / f"{wanted.name}.part", wanted) for wanted in plan]
        missing = sum(
            max(0, size - part)
            for size, part, here in zip(about, parts, whole, strict=True)
            if not here
        )
        transfer.require_space(folder, missing)
        total = sum(wanted.size for wanted in plan) if all(w.size for w in plan) else 0
        begun = sum(part for part, here in zip(parts, whole, strict=True) if not here)
        meter = transfer.Meter(begun, total)
        yield meter.now()
        held: list[HeldFile] = []
        for wanted, here in zip(plan, whole, strict=True):
            path = folder / wanted.name
            sha = ""
            if here:
                sha = yield from transfer.digest(path, meter, cancel)
                if sha != wanted.sha256:
                    meter.add(-path.stat().st_size)
            if not here or sha != wanted.sha256:
                sha = yield from fetch_file(line, wanted, folder, meter, cancel)
            held.append(hold(path, sha))
        published = all(wanted.sha256 or wanted.blob for wanted in plan)
        record = Manifest(
            id=entry.id,
            name=entry.name,
            where="downloaded",
            files=tuple(held),
            verified="ok" if published else "unknown",
            published=published,
            source=source,
            role=entry.role,
            languages=entry.languages,
            architecture=entry.architecture,
            context=entry.context,
        )
        self._shelf.record(record)
        size = sum(file.size for file in held)
        path = folder if entry.is_folder else folder / held[0].name
        yield PullDone(entry.id, entry.name, path, size, record.verified)

    def _plan(
        self, entry: CatalogEntry, line: Line, cancel: CancelToken
    ) -> Generator[Notice, None, tuple[tuple[Wanted, ...], str]]:
        """Where each file is and what it should be; asks the hub only for what is not known."""
        root = f"{line.base}/{entry.repository}/resolve"
        if all(file.sha256 and not file.at for file in entry.files):
            plan = tuple(
                Wanted(
                    name=file.name,
                    url=f"{root}/main/{quote(file.name)}",
                    size=file.size,
                    sha256=file.sha256,
                )
                for file in entry.files
            )
            return plan, f"{entry.repository}@main"
        listing = yield from self._listing(entry, line, cancel)
        commit = listing.sha if listing.sha and _COMMIT.fullmatch(listing.sha) else "main"
        wanted: list[Wanted] = []
        for file in entry.files:
            found = _find(file, listing)
            if found is None:
                raise UserError("hub.no_file", file=file.places[0], repository=entry.repository)
            large = found.lfs or _Large()
            digest = large.sha256.lower() if is_digest(large.sha256.lower()) else ""
            if file.sha256 and digest and digest != file.sha256:
                raise UserError("hub.replaced", host=line.host, file=file.name)
            sha256 = file.sha256 or digest
            wanted.append(
                Wanted(
                    name=file.name,
                    url=f"{root}/{commit}/{quote(found.rfilename)}",
                    size=large.size or found.size or 0,
                    sha256=sha256,
                    blob=(found.blobId or "") if not sha256 else "",
                )
            )
        return tuple(wanted), f"{entry.repository}@{commit}"

    def _listing(
        self, entry: CatalogEntry, line: Line, cancel: CancelToken
    ) -> Generator[Notice, None, _Listing]:
        url = f"{line.base}/api/models/{entry.repository}?blobs=true"
        failures = 0
        while True:
            try:
                accept = {"Accept": "application/json"}
                with line.get(url, accept, cancel, why="hub_list", about=entry.name) as answer:
                    content = bytearray()
                    for chunk in answer.fetch.body():
                        content += chunk
                        if len(content) > _LISTING_LIMIT:
                            raise UserError("hub.not_a_hub", host=line.host)
                return msgspec.json.decode(bytes(content), type=_Listing)
            except msgspec.MsgspecError as error:
                raise UserError("hub.not_a_hub", host=line.host) from error
            except CutError as error:
                failures += 1
                yield from line.again(failures, error, cancel)


def _whole(path: Path, wanted: Wanted) -> bool:
    """Whether the file seems to be here already (its digest is still to be looked at)."""
    return bool(wanted.sha256) and path.is_file() and path.stat().st_size == wanted.size


def _find(file: ModelFile, listing: _Listing) -> _Sibling | None:
    """The file in the hub's list: by digest, otherwise by the first place that matches."""
    inside = [one for one in listing.siblings if _is_inside(one.rfilename)]
    if file.sha256:
        for one in inside:
            if one.lfs and one.lfs.sha256.lower() == file.sha256:
                return one
    for place in file.places:
        matches = [one for one in inside if fnmatchcase(one.rfilename, place)]
        if matches:
            return min(matches, key=lambda one: (len(one.rfilename), one.rfilename))
    return None


def _is_inside(path: str) -> bool:
    """Whether a listed path stays in its repository once it is part of an address."""
    return not {"", ".", ".."} & set(path.split("/")) and "\\" not in path
