"""The models we know: exact files, licences, sampling and templates, read from one TOML file.

The one law: nothing here is guessed. A size or digest that was not published is 0 or empty and
then comes from the hub; a file name that was not published is found in the hub's own list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

import msgspec

from agents.base import Notice
from agents.engine.port import Sampling

if TYPE_CHECKING:
    from pathlib import Path

ModelRole = Literal["chat", "translation", "scholar", "maths", "code", "entities", "embedding"]
Limit = Literal["", "revenue_10m_usd", "terms"]

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,180}")
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FREE = frozenset({"Apache-2.0", "MIT", ""})


def is_plain(name: str) -> bool:
    """Whether `name` is safe as one file or folder name on every system.

    No separators, no "..", no drive, nothing hidden, no Windows device, at most 181 characters.
    """
    return (
        _PLAIN.fullmatch(name) is not None
        and not name.endswith(".")
        and _DEVICES.fullmatch(name) is None
    )


def is_digest(text: str) -> bool:
    """Whether `text` is a SHA-256 in lower-case hexadecimal."""
    return _DIGEST.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """One file of a model. Sizes are bytes, 0 = unknown."""

    name: str  # as it is called on this machine
    size: int = 0
    sha256: str = ""  # empty = compare with the digest the hub returns
    about: int = 0  # size as published, rounded: for display and planning, never compared
    at: tuple[
        str, ...
    ] = ()  # where it may be in the repository, best first; * matches; empty = name

    def __post_init__(self) -> None:
        """Refuse names that could leave the model's folder, and digests that are none.

        Raises:
            ValueError: the entry is not valid.
        """
        if not is_plain(self.name):
            raise ValueError(f"not a plain file name: {self.name!r}")
        if self.sha256 and not is_digest(self.sha256):
            raise ValueError(f"not a SHA-256: {self.sha256!r}")
        for place in self.at:
            path = PurePosixPath(place)
            if path.is_absolute() or ".." in path.parts or "\\" in place or not path.parts:
                raise ValueError(f"not a path inside a repository: {place!r}")
        if self.size < 0 or self.about < 0:
            raise ValueError("a size is negative")

    @property
    def places(self) -> tuple[str, ...]:
        """Paths in the repository, best first."""
        return self.at or (self.name,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """What the user agrees to."""

    id: str
    url: str
    commercial_limit: Limit = ""  # empty = none
    name: str = ""  # as its owner calls it; empty = the id

    @property
    def title(self) -> str:
        """The name a person knows it by."""
        return self.name or self.id

    @property
    def has_conditions(self) -> bool:
        """Whether the user has to see and accept it before a download."""
        return bool(self.commercial_limit) or self.id not in _FREE

    @property
    def condition(self) -> Notice | None:
        """What limits its use, in words the application has; None for free licences."""
        if self.commercial_limit == "revenue_10m_usd":
            return Notice("model.licence_revenue", (("licence", self.title),))
        if self.has_conditions:
            return Notice("model.licence_terms", (("licence", self.title),))
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogEntry:
    """One model. The first file is the one that is loaded."""

    id: str
    name: str
    role: ModelRole
    repository: str  # "owner/name" on the hub; empty = comes with the application
    files: tuple[ModelFile, ...]
    licence: Licence
    languages: tuple[str, ...]
    architecture: str
    context: int  # tokens
    memory: int  # bytes needed to run it
    sampling: Sampling = field(default_factory=Sampling)
    template: str = "chatml"
    thinks: bool = False
    package: str = ""  # the Python package that carries the file, for embedded models
    recommended: bool = False

    def __post_init__(self) -> None:
        """Refuse ids and repositories that could leave their folder.

        Raises:
            ValueError: the entry is not valid.
        """
        if not is_plain(self.id) or self.id != self.id.lower():
            raise ValueError(f"not a plain lower-case id: {self.id!r}")
        if not self.files:
            raise ValueError(f"{self.id} has no file")
        parts = self.repository.split("/")
        if self.repository and (len(parts) != 2 or not all(is_plain(part) for part in parts)):
            raise ValueError(f"not a repository: {self.repository!r}")

    @property
    def size(self) -> int:
        """Bytes to download; rounded where only that is published, 0 where nothing is."""
        return sum(file.size or file.about for file in self.files)

    @property
    def is_folder(self) -> bool:
        """Whether the model is a folder of files (ONNX) and not one weights file."""
        return self.role == "entities"


@dataclass(frozen=True, slots=True)
class Catalog:
    """All entries, in the order of the file."""

    entries: tuple[CatalogEntry, ...]

    def get(self, model_id: str) -> CatalogEntry | None:
        """The entry of that id, or None (an imported model has none)."""
        return next((entry for entry in self.entries if entry.id == model_id), None)


def load(path: Path) -> Catalog:
    """Read `assets/catalog.toml` (`[[model]]` tables).

    Raises:
        msgspec.ValidationError: an entry is not valid, which is our mistake.
    """
    raw = msgspec.toml.decode(path.read_bytes(), type=dict[str, list[CatalogEntry]])
    entries = tuple(raw["model"])
    if len({entry.id for entry in entries}) != len(entries):
        raise msgspec.ValidationError("two models have the same id")
    return Catalog(entries)
