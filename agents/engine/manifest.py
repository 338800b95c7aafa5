"""What a model's folder says about itself: one `manifest.json`, written atomically.

The one law: a manifest is not trusted. Names that could leave the folder, or anything else that
is not as written here, make it as if there were none.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec

from agents.engine.catalog import ModelRole, is_digest, is_plain
from agents.engine.port import Sampling  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from pathlib import Path

NAME = "manifest.json"
Where = Literal["embedded", "downloaded", "imported"]
Verified = Literal["ok", "changed", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFile:
    """One file of an installed model, as it was when its digest was taken."""

    name: str
    size: int  # bytes
    sha256: str
    modified: int  # nanoseconds since the epoch

    def __post_init__(self) -> None:
        """Refuse what could not have been written here.

        Raises:
            ValueError: the name leaves the folder or the digest is none.
        """
        if not is_plain(self.name) or not is_digest(self.sha256) or self.size < 0:
            raise ValueError("not a file of this folder")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """An installed model. The first file is the one that is loaded."""

    id: str
    name: str
    where: Where
    files: tuple[HeldFile, ...]
    verified: Verified  # against the digests above, when last looked at
    published: bool  # the digests are the publisher's, not merely what was found
    source: str = ""  # "owner/name@commit" or the imported file's name
    # What is known of an imported model that is not in the catalogue:
    role: ModelRole = "chat"
    languages: tuple[str, ...] = ()
    architecture: str = ""
    context: int = 0
    sampling: Sampling | None = None

    def __post_init__(self) -> None:
        """Refuse what could not have been written here.

        Raises:
            ValueError: the id is not a folder name, or there is no file.
        """
        if not is_plain(self.id) or not self.files:
            raise ValueError("not a model folder")


def read(folder: Path) -> Manifest | None:
    """The manifest of `folder`; None where there is none, or none that can be trusted."""
    try:
        manifest = msgspec.json.decode((folder / NAME).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError):
        return None
    return manifest if manifest.id == folder.name else None


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest atomically, and for good."""
    save(folder / NAME, msgspec.json.format(msgspec.json.encode(manifest)))


def save(path: Path, content: bytes) -> None:
    """Replace a small file atomically."""
    part = path.with_name(path.name + ".new")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def hold(path: Path, sha256: str) -> HeldFile:
    """A file as it is now, with the digest it should have."""
    stat = path.stat()
    return HeldFile(name=path.name, size=stat.st_size, sha256=sha256, modified=stat.st_mtime_ns)
