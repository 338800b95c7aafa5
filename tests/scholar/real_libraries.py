"""Round trips of libraries that others made: `python -m tests.scholar.real_libraries FOLDER...`.

Each .ris and CSL-JSON file is imported into an empty library and exported again: in its own format
every record must come out with all its tags or values; in the two other formats title, people,
year and DOI must be the same after they were read again. One line tells about each fault.

Test data of packages is meant, fetched by whoever runs this:

    pip download --no-deps --no-binary rispy rispy==0.7.1; npm pack citation-js@0.3.4
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import CancelToken, UserError
from agents.scholar import exporting, importers
from agents.scholar.events import ImportRequest
from agents.scholar.importers import ris
from agents.scholar.importing import run
from agents.store.database import Database
from agents.store.library import Library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.store.entries import Entry


def main(folders: list[str]) -> int:
    """Check all files of these folders; 1 if one has a fault."""
    counts: Counter[str] = Counter()
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.suffix not in (".ris", ".json") or not path.is_file():
                continue
            with tempfile.TemporaryDirectory() as work:
                faults = list(check(path, Path(work), counts))
            counts["files"] += 1
            for fault in faults:
                counts["faults"] += 1
                sys.stdout.write(f"{path}: {fault}\n")
    sys.stdout.write(f"{dict(counts)}\n")
    return 1 if counts["faults"] else 0


def check(path: Path, work: Path, counts: Counter[str]) -> Iterator[str]:
    """What is wrong with the round trips of a file."""
    try:
        found = importers.read(path, CancelToken())
    except UserError as error:
        counts[f"refused: {error.code}"] += 1
        return
    if not found.entries:
        counts["without a work"] += 1
        return
    counts["entries"] += len(found.entries)
    counts["broken"] += len(found.broken)
    database = Database(work / "library.sqlite")
    library = Library(database)
    try:
        list(run(ImportRequest(_copied(path, work)), library, CancelToken()))
        entries = library.entries(library.ids())
        yield from _own(path, work, entries)
        for suffix in (".bib", ".ris", ".json"):
            yield from _other(work / f"again{suffix}", entries)
    finally:
        database.close()


def _copied(path: Path, work: Path) -> Path:
    copy = work / path.name
    copy.write_bytes(path.read_bytes())
    return copy


def _own(path: Path, work: Path, entries: tuple[Entry, ...]) -> Iterator[str]:
    """Every record of the format comes out as it came in."""
    out = work / f"own{path.suffix}"
    exporting.write(entries, out)
    text = out.read_text("utf-8")
    for entry in entries:
        if path.suffix == ".ris":
            whole = Counter(ris.tags(entry.original.split("\n")))
            written = Counter(ris.tags(text.split("\n")))
            if whole - written:
                yield f"lost of {entry.work.key}: {whole - written}"
        elif json.loads(entry.original) not in json.loads(text):
            yield f"changed: {entry.work.key}"


def _other(out: Path, entries: tuple[Entry, ...]) -> Iterator[str]:
    """What tells a work is the same after another format."""
    exporting.write(entries, out)
    again = {entry.work.title: entry.work for entry in importers.read(out, CancelToken()).entries}
    for entry in entries:
        work = entry.work
        other = again.get(work.title)
        if other is None:
            yield f"{out.suffix}: no work is called {work.title!r}"
            continue
        for name in ("authors", "year", "doi"):
            if getattr(other, name) != getattr(work, name):
                yield f"{out.suffix}: {name} {getattr(work, name)!r} → {getattr(other, name)!r}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
