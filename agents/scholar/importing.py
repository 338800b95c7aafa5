"""Brings a file or folder into the library, in short transactions.

The one law: whatever comes in is in the library, or named with its line and kept: in the database,
and in a file beside the one it came from, so that it can be mended there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import Progress
from agents.scholar import duplicates, importers
from agents.scholar.events import ImportDone
from agents.store.entries import Added

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence
    from pathlib import Path

    from agents.base import CancelToken
    from agents.scholar.events import ImportRequest
    from agents.scholar.voting import Voter
    from agents.store.entries import Broken, Entry
    from agents.store.library import Library

_ADD_AT_ONCE = 200  # entries in one transaction
_MARK = "% What MoA Desk could not read of "


def run(
    request: ImportRequest, library: Library, cancel: CancelToken, voter: Voter | None = None
) -> Generator[Progress | ImportDone, None, None]:
    """Import; see `agents.scholar.importers.read` for what it reads and raises."""
    found = importers.read(request.source, cancel, voter)
    result = Added(duplicates=found.repeated, renamed=found.renamed)
    new = tuple(_unattached(found.entries, library))
    result += Added(duplicates=len(found.entries) - len(new))
    total = len(new)
    for at in range(0, total, _ADD_AT_ONCE):
        cancel.check()
        result += library.add(new[at : at + _ADD_AT_ONCE])
        yield Progress(min(at + _ADD_AT_ONCE, total), total, "work")
    library.keep_broken(str(request.source), found.broken)
    library.forget_lone_vectors()
    renamed = tuple(sorted(result.renamed, key=lambda item: item.line))
    yield ImportDone(
        result.added,
        result.updated,
        result.duplicates,
        found.broken,
        library.count(),
        renamed,
        keep_beside(request.source, found.broken),
    )


def _unattached(found: Iterable[Entry], library: Library) -> Iterable[Entry]:
    """Entries that are to be added: a PDF of a work that is here is attached to it instead."""
    known: duplicates.Finder | None = None
    for entry in found:
        if entry.format == "pdf":
            known = known or duplicates.Finder(library.identities())
            twin = known.twin(entry)
            if twin:
                for path in entry.files:
                    library.attach(twin, path)
                continue
        yield entry


def keep_beside(source: Path, broken: Sequence[Broken]) -> str:
    """Write what could not be read beside its file; the path, or "" where nothing is written.

    A file of that name which is not ours is left alone, and so is a folder that is read-only.
    """
    texts = [item for item in broken if item.line]
    if not texts or not source.is_file():
        return ""
    target = source.with_name(f"{source.stem}.broken{source.suffix}")
    lines = [f"{_MARK}{source.name}"]
    for item in texts:
        lines += ["", f"% line {item.line}", item.text]
    try:
        if target.exists() and not target.read_bytes().startswith(_MARK.encode()):
            return ""
        part = target.with_name(f"{target.name}.part")
        part.write_text("\n".join(lines) + "\n", "utf-8")
        part.replace(target)
    except OSError:
        return ""  # the database has it
    return str(target)
