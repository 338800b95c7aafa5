"""The documents inside dropped folders.

The one law: what we made ourselves, and what is hidden, is nobody's document.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agents.translation.formats import SUFFIXES
from agents.translation.receipt import SUFFIX as RECEIPT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agents.store.translations import Translations

MOST = 5_000  # documents of one drop


@dataclass(frozen=True, slots=True)
class Found:
    """A document, and where it stands below the folder that was dropped."""

    path: Path
    below: Path


def documents_in(folders: Sequence[Path], kept: Translations) -> tuple[tuple[Found, ...], bool]:
    """The documents in folders and all folders below; and whether there are more than `MOST`."""
    found: list[Found] = []
    for folder in folders:
        for path in _files(folder):
            if _wanted(path, kept):
                if len(found) == MOST:
                    return tuple(found), True
                found.append(Found(path, path.parent.relative_to(folder)))
    return tuple(found), False


def _files(folder: Path) -> Iterator[Path]:
    for here, below, names in os.walk(folder):  # links are not followed: no circles
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(names):
            yield Path(here) / name


def _wanted(path: Path, kept: Translations) -> bool:
    if path.name.startswith((".", "~$")) or path.suffix.lower() not in SUFFIXES:
        return False
    if path.with_name(path.name + RECEIPT).exists() or path.name.endswith(RECEIPT):
        return False
    return path.is_file() and not kept.made(str(path))
