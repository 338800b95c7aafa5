"""The models we know: exact files, licences, sampling and templates, read from one TOML file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec

from agents.engine.port import Sampling

if TYPE_CHECKING:
    from pathlib import Path

ModelRole = Literal["chat", "translation", "scholar", "maths", "code", "entities", "embedding"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """One file of a model in its hub repository. `size` in bytes, 0 = unknown."""

    name: str
    size: int = 0
    sha256: str = ""  # empty = compare with the digest the hub returns


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """What the user agrees to."""

    id: str
    url: str
    commercial_limit: str = ""  # empty = none


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
    sampling: Sampling = Sampling()
    template: str = "chatml"
    thinks: bool = False
    package: str = ""  # the Python package that carries the file, for embedded models
    recommended: bool = False

    @property
    def size(self) -> int:
        """Bytes to download."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True)
class Catalog:
    """All entries, in the order of the file."""

    entries: tuple[CatalogEntry, ...]

    def get(self, model_id: str) -> CatalogEntry | None:
        """The entry of that id, or None (an imported model has none)."""
        return next((entry for entry in self.entries if entry.id == model_id), None)


def load(path: Path) -> Catalog:
    """Read `assets/catalog.toml` (`[[model]]` tables)."""
    raw = msgspec.toml.decode(path.read_bytes(), type=dict[str, list[CatalogEntry]])
    return Catalog(tuple(raw["model"]))
