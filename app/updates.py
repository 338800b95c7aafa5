"""Is there a newer version, and its installer, checked: only when a person asks.

The one law: nothing is asked before a click, and a file is offered only after its SHA-256 was
found to be the one in the index of its release. MoA Desk installs nothing by itself.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from agents.base import UserError
from agents.engine import transfer
from agents.engine.catalog import is_digest
from agents.engine.download import Wanted, fetch_file, resumable
from agents.engine.fetch import CutError
from agents.engine.line import Line
from app.version import VERSION, homepage

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from agents.base import CancelToken, Notice, Progress
    from agents.engine.wire import Wire

ADDRESS = "MOADESK_UPDATES"  # an environment variable: another place that has releases
INDEX = "moadesk-update.json"
_LONGEST_INDEX = 1 << 20  # bytes
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
_SYSTEMS = {"win32": "windows", "darwin": "macos"}
_MACHINES = {"amd64": "x86_64", "aarch64": "arm64"}


class File(msgspec.Struct, frozen=True):
    """One installer of a release."""

    name: str
    system: str
    machine: str
    kind: str
    size: int  # bytes
    sha256: str


class Index(msgspec.Struct, frozen=True):
    """What a release says of itself."""

    version: str
    files: tuple[File, ...]
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A newer version that fits this machine."""

    version: str
    file: File
    url: str
    notes: str  # a page about it


@dataclass(frozen=True, slots=True)
class Fetched:
    """The installer is here, and is the one of the release."""

    path: Path
    offer: Offer


def number(version: str) -> tuple[int, ...]:
    """A version as numbers that can be compared; what is no number counts as 0."""
    return tuple(int(part) if part.isdecimal() else 0 for part in version.split("."))


def machine() -> tuple[str, str]:
    """This system and its processor, as the index names them."""
    found = platform.machine().lower()
    return _SYSTEMS.get(sys.platform, "linux"), _MACHINES.get(found, found)


def kind(program: str = sys.executable) -> str:
    """Of Linux's two installers the one that was used here."""
    return "deb" if program.startswith("/usr/lib/") else "run"


class Updates:
    """Looks for a newer version, and fetches it (an agent: see `run`)."""

    def __init__(self, wire: Wire | None = None, proxy: Callable[[], str] = lambda: "") -> None:
        """Nothing is asked.

        Args:
            wire: writes down what is asked; None = nobody does.
            proxy: whom to ask instead; empty = as the environment says.
        """
        self._wire = wire
        self._proxy = proxy

    @property
    def place(self) -> str:
        """The folder that has the newest release, with its host what a person is shown."""
        given = os.environ.get(ADDRESS, "").rstrip("/")
        return given or f"{homepage()}/releases/latest/download"

    def look(self, cancel: CancelToken) -> Offer | None:
        """Ask for the newest version; None if this is it.

        Raises:
            CancelledError: `cancel` was set.
            UserError: hub.*, update.not_an_index, update.nothing_fits.
        """
        line = self._line()
        page = f"{homepage()}/releases"
        try:
            address = f"{self.place}/{INDEX}"
            accept = {"Accept": "application/json"}
            with line.get(address, accept, cancel, why="update_list") as answer:
                content = bytearray()
                for chunk in answer.fetch.body():
                    content += chunk
                    if len(content) > _LONGEST_INDEX:
                        raise UserError("update.not_an_index", host=line.host, page=page)
        except CutError as error:
            raise line.lost(error) from error
        try:
            index = msgspec.json.decode(bytes(content), type=Index)
        except msgspec.DecodeError as error:
            raise UserError("update.not_an_index", host=line.host, page=page) from error
        if number(index.version) <= number(VERSION):
            return None
        system, processor = machine()
        for file in index.files:
            fits = (file.system, file.machine) == (system, processor)
            usable = file.size > 0 and is_digest(file.sha256) and _NAME.fullmatch(file.name)
            if fits and usable and (system != "linux" or file.kind == kind()):
                url = f"{self.place}/{file.name}"
                return Offer(index.version, file, url, index.notes or page)
        raise UserError("update.nothing_fits", version=index.version, page=page)

    def run(
        self, request: tuple[Offer, Path], cancel: CancelToken
    ) -> Generator[Progress | Notice | Fetched, None, None]:
        """Fetch the installer of an offer into a folder, check it, and say where it is.

        Raises:
            CancelledError: `cancel` was set; what has come is kept, and the next time goes on.
            UserError: hub.* (hub.wrong_bytes: its sum is another, nothing was kept),
                model.disk_full, model.disk_filled, file.unwritable.
        """
        offer, folder = request
        file = offer.file
        transfer.make_folder(folder)
        wanted = Wanted(
            name=file.name, url=offer.url, size=file.size, sha256=file.sha256, why="update_file"
        )
        have = resumable(folder / f"{file.name}.part", wanted)
        transfer.require_space(folder, file.size - have)
        meter = transfer.Meter(have, file.size)
        yield from fetch_file(self._line(), wanted, folder, meter, cancel)
        yield Fetched(folder / file.name, offer)

    def _line(self) -> Line:
        return Line(self.place, lambda: "", proxy=self._proxy(), wire=self._wire)
