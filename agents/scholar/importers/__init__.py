"""One door for every kind of library: a path in, entries and what could not be read out.

The one law: the kind is told by what is there, not by the name alone; nothing that is read is
written to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.base import UserError, readable
from agents.scholar import bib
from agents.scholar.importers import csl, pdfs, ris, zotero
from agents.store.zotero import DATABASE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from agents.base import CancelToken
    from agents.scholar.voting import Voter

    Reader = Callable[[Path, CancelToken], bib.BibFile]

SUFFIXES = (".bib", ".bibtex", ".biblatex", ".ris", ".json", ".pdf")
_RIS = re.compile(rb"(?m)^\s*TY  ?- ")
_LOOKED_AT = 4096  # bytes


def read(path: Path, cancel: CancelToken, voter: Voter | None = None) -> bib.BibFile:
    """Read BibTeX, RIS, CSL-JSON, a PDF, a Zotero data folder, or a folder of PDFs.

    Args:
        path: a file or folder.
        cancel: asked between two files.
        voter: the entity model that is heard about who has written a PDF.

    Raises:
        UserError: file.missing, file.unreadable, scholar.not_bib, scholar.not_json,
            scholar.not_zotero, scholar.folder_empty.
        CancelledError: `cancel` was set.
    """
    with readable(path):
        path.stat()
        reader = _reader(path)
        if reader is pdfs.read:
            return pdfs.read(path, cancel, voter)
        return reader(path, cancel)


def _reader(path: Path) -> Reader:
    if path.name == DATABASE or (path / DATABASE).is_file():
        return zotero.read
    if path.is_dir():
        if not any(True for _file in pdfs.pdfs_of(path)):
            raise UserError("scholar.folder_empty", path=str(path))
        return pdfs.read
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT).removeprefix(b"\xef\xbb\xbf").lstrip()
    suffix = path.suffix.lower()
    if head.startswith(b"%PDF") or suffix == ".pdf":
        return pdfs.read
    if _RIS.search(head) or suffix == ".ris":
        return ris.read
    bibtex = head[:1] not in (b"[", b"{") or suffix in (".bib", ".bibtex")
    return _bibtex if bibtex else csl.read


def _bibtex(path: Path, cancel: CancelToken) -> bib.BibFile:
    cancel.check()
    return bib.read_file(path)
