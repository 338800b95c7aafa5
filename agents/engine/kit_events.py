"""What is asked of an offline kit, and what it tells. See `agents.engine.kit`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from agents.engine.kit_file import ExtraKind

Fault = Literal["missing", "changed", "refused", "taken"]


@dataclass(frozen=True, slots=True)
class KitExport:
    """Copy models into a kit; one that is there already is added to."""

    folder: Path
    models: tuple[str, ...]
    piece: int = 0  # bytes a file may have; 0 = as the disk allows
    extras: tuple[tuple[ExtraKind, Path], ...] = ()  # installers and fonts that go along
    start: str = ""  # what a person is to do with the kit; empty = nothing is written


@dataclass(frozen=True, slots=True)
class KitVerify:
    """Read every file of a kit and compare it with its digest."""

    folder: Path


@dataclass(frozen=True, slots=True)
class KitImport:
    """Take models of a kit onto the shelf."""

    folder: Path
    models: tuple[str, ...] = ()  # empty = all
    licences_accepted: bool = False  # the user has just read and accepted them


@dataclass(frozen=True, slots=True)
class KitFault:
    """A file of a kit that is not as it should be; `model` is its model, or the kind of extra.

    `refused`: not what its publisher published. `taken`: another model of its name is here.
    """

    model: str
    file: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class KitDone:
    """What came of it."""

    folder: Path
    models: tuple[str, ...]  # written, right, or taken
    already: tuple[str, ...] = ()  # were there before
    faults: tuple[KitFault, ...] = ()
    size: int = 0  # bytes of `models`
    extras: tuple[str, ...] = ()  # installers and fonts, as `installers/<file>`
