"""Writes works as BibTeX, RIS or CSL-JSON, each as it came in where it came in that way.

The one law: a file is complete or not there, and each entry of a format goes out in it to the
letter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import UserError
from agents.scholar import export
from agents.scholar.importers import csl, ris

if TYPE_CHECKING:
    from pathlib import Path

    from agents.store.entries import Entry

SUFFIXES = (".bib", ".ris", ".json")


def text(entries: tuple[Entry, ...], suffix: str) -> str:
    """The works as `.bib`, `.ris` or `.json`."""
    if suffix == ".ris":
        return ris.write(entries)
    if suffix == ".json":
        return csl.write(entries)
    # without the line that says it belongs to a draft
    return export.bibliography(entries).partition("\n")[2].lstrip("\n")


def write(entries: tuple[Entry, ...], path: Path) -> int:
    """Write the works in the format of the name; returns how many.

    Raises:
        UserError: scholar.library_suffix, file.unwritable.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UserError("scholar.library_suffix", path=str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        part.write_text(text(entries, suffix), "utf-8")
        part.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError("file.unwritable", path=str(path), reason=reason) from error
    return len(entries)
