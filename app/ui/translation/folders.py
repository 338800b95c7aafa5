"""The documents inside of folders: of those that are dropped, and of the one that is watched.

The one law: what we made ourselves, and what is hidden, is nobody's document; no link leads out
of a watched folder.
"""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agents.translation import outputs, pdf_outputs
from agents.translation.formats import SUFFIXES
from agents.translation.receipt import SUFFIX as RECEIPT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agents.store.translations import Translations

MOST = 5_000  # documents of one drop, and of a watched folder
_BESIDE = tuple(
    one.suffix for one in (*outputs.OUTPUTS.values(), *pdf_outputs.OUTPUTS.values())
)  # how the outputs beside a translation end


@dataclass(frozen=True, slots=True)
class Found:
    """A document, and where it stands below the folder that was dropped."""

    path: Path
    below: Path


@dataclass(frozen=True, slots=True)
class Look:
    """What is in a watched folder now."""

    states: Mapping[str, str]  # path -> 'bytes:modified (ns)' of each document
    folders: tuple[str, ...] = ()  # it and those below
    gone: bool = False  # the folder itself cannot be read


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


def look(
    folder: Path, out: Path | None, kept: Translations, taken: Mapping[str, str] | None = None
) -> Look:
    """The documents in a watched folder and below.

    Args:
        folder: it.
        out: where translations go; it is left out.
        kept: knows what is ours.
        taken: path -> state of documents that need not be looked at more closely.
    """
    try:
        os.scandir(folder).close()
    except OSError:
        return Look({}, gone=True)
    states: dict[str, str] = {}
    folders = {str(folder)}
    for path in _files(folder, None if out == folder else out):
        folders.add(str(path.parent))
        if len(states) == MOST or path.is_symlink():
            continue
        state = _state_of(path)
        known = state == (taken or {}).get(str(path))
        if state and (known or (_wanted(path, kept) and _opens(path))):
            states[str(path)] = state
    return Look(states, tuple(sorted(folders)))


def _state_of(path: Path) -> str:
    """What tells a file from what it was before; empty where it cannot be seen, or is empty."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_size}:{found.st_mtime_ns}" if found.st_size else ""


def _opens(path: Path) -> bool:
    """Whether it can be read: some systems let nobody else while a file is written."""
    try:
        path.open("rb").close()
    except OSError:
        return False
    return True


def _files(folder: Path, without: Path | None = None) -> Iterator[Path]:
    for here, below, names in os.walk(folder):  # links are not followed: no circles
        below[:] = sorted(
            name
            for name in below
            if not name.startswith(".") and (without is None or Path(here, name) != without)
        )
        for name in sorted(names):
            yield Path(here) / name


def _wanted(path: Path, kept: Translations) -> bool:
    if path.name.startswith((".", "~$")) or path.suffix.lower() not in SUFFIXES:
        return False
    if path.with_name(path.name + RECEIPT).exists() or path.name.endswith(RECEIPT):
        return False
    return path.is_file() and not kept.made(str(path)) and not _stands_beside(path)


def _stands_beside(path: Path) -> bool:
    """Whether it was written beside a translation of ours, such as `name.ko.bilingual.docx`."""
    for suffix in _BESIDE:
        translated = path.name.removesuffix(suffix)
        if translated != path.name and path.with_name(translated + RECEIPT).exists():
            return True  # as `name.ko.odt.bilingual.docx`, where another document has that name
        if translated != path.name and translated.endswith((".ko", ".en")):
            pattern = f"{glob.escape(translated)}.*{glob.escape(RECEIPT)}"
            if any(path.parent.glob(pattern)):
                return True
    return False
