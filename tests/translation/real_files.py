"""Round trips of files that others made: `python -m tests.translation.real_files FOLDER...`.

Each file of a known kind is read, written unchanged (every member or byte must be the same) and
written as a layout preview, which is read again: its paragraphs must say what was written, with
all their marks. An XLIFF file that kept OASIS's schema keeps it. One line tells about each file
with a fault; the last lines are counts.
"""

from __future__ import annotations

import sys
import time
import zipfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation.formats import SUFFIXES, open_document
from tests.translation.office_files import changed, pseudo, translate
from tests.translation.xliff_rules import broken_rules

if TYPE_CHECKING:
    from agents.translation.events import Language
    from agents.translation.formats.base import Document


def check(path: Path, target: Language) -> str:
    """What is wrong with the round trip of a file: "" nothing, "refused: …" if it cannot be read.

    Faults are told in words for developers.
    """
    try:
        document, data = open_document(path, target)
    except UserError as error:
        return f"refused: {error.code} {error.values.get('reason', '')}"
    try:
        same = translate(document, {}, target)
        if same != data and not (zipfile.is_zipfile(path) and not changed(data, same)):
            return "identity is another file"
        made, wanted = pseudo(open_document(path, target)[0], target)
    except UserError as error:
        return f"not written: {error.code} {error.values}"
    fault = _compared(path, target, document, made, wanted)
    if not fault and _is_xliff(path) and not broken_rules(data):
        fault = "; ".join(broken_rules(made))
    return fault


def _compared(
    path: Path, target: Language, document: Document, made: bytes, wanted: list[str]
) -> str:
    copy = path.parent / f".{path.stem}.again{path.suffix}"
    copy.write_bytes(made)
    try:
        again, _data = open_document(copy, target)
    except UserError as error:
        return f"not read again: {error.code} {error.values}"
    finally:
        copy.unlink()
    said = [one.rich.text for one in again.paragraphs]
    loose = not zipfile.is_zipfile(path)  # lines may be broken in other places
    if (_words(said) != _words(wanted) if loose else said != wanted) and not _bilingual(path):
        pair = next(
            (pair for pair in zip(said, wanted, strict=False) if pair[0] != pair[1]),
            (len(said), len(wanted)),
        )
        return f"says something else: {pair}"
    if said == wanted:
        for one, two in zip(document.paragraphs, again.paragraphs, strict=True):
            kinds = [Counter(mark.kind for mark in each.rich.marks) for each in (one, two)]
            if kinds[0]["point"] != kinds[1]["point"] or kinds[0]["wrap"] != kinds[1]["wrap"]:
                return f"lost marks: {one.id} {kinds}"
    return ""


def _words(texts: list[str]) -> list[str]:
    return " ".join(texts).split()


def _bilingual(path: Path) -> bool:
    """Whether what was translated is not read again, because it is done."""
    return path.suffix.lower() in (".po", ".pot") or _is_xliff(path)


def _is_xliff(path: Path) -> bool:
    return path.suffix.lower() in (".xlf", ".xliff")


def main(folders: list[str]) -> int:
    """Check all files below `folders`; the exit code is 1 if one had a fault."""
    counts: Counter[tuple[str, str]] = Counter()
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            suffix = path.suffix.lower()
            if not path.is_file() or suffix not in SUFFIXES or path.name.startswith("."):
                continue
            began = time.monotonic()
            try:
                fault = check(path, "en" if suffix == ".hwpx" else "ko")
            except Exception as error:  # noqa: BLE001 - a fault of ours, which is what is looked for
                fault = f"CRASH {type(error).__name__}: {error}"
            seconds = time.monotonic() - began
            kind = "good" if not fault else "refused" if fault.startswith("refused") else "fault"
            counts[suffix, kind] += 1
            if fault or seconds > 20:
                print(f"{path}: {fault} ({seconds:.1f} s)", flush=True)  # noqa: T201 - a command
    for (suffix, kind), count in sorted(counts.items()):
        print(f"{suffix} {kind}: {count}")  # noqa: T201 - a command
    return 1 if any(kind == "fault" for _suffix, kind in counts) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
