"""PDFs, alone or in folders: what their first page and their own description say.

The one law: what is printed is trusted, what is not is left out. The same paper twice is one
work; a file that cannot be read is named with the reason.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.pages import front
from agents.pages.library import BrokenPdfError, LockedPdfError
from agents.scholar import bib
from agents.scholar.importers.record import Record, entries
from agents.store.entries import Broken, likeness

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from agents.base import CancelToken
    from agents.store.entries import Entry

_ABSTRACT = re.compile(
    r"(?:^|\n)\s*(?:abstract|summary|초\s*록|요\s*약|국문\s*초록)\s*[:.—–-]?\s*(.{80,4000}?)"
    r"(?=\n\s*(?:\d{0,2}\.?\s*introduction|keywords|key words|index terms|ccs concepts"
    r"|주제어|키워드|핵심어|1\.?\s|Ⅰ|I\.\s)|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)\D{0,40}((?:19|20)\d{2})", re.IGNORECASE)
_NO_TITLE = re.compile(
    r"^(?:microsoft word|untitled|doi\b|[0-9a-f]{16,}$|\S+\.(?:docx?|tex|dvi|pdf|indd))",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][^\d;/\\@]{1,60}")


def read(path: Path, cancel: CancelToken) -> bib.BibFile:
    """Read a PDF or all PDFs of a folder; see `agents.scholar.importers.read`."""
    files = [path] if path.is_file() else sorted(pdfs_of(path))
    records: list[Record] = []
    broken: list[Broken] = []
    for file in files:
        cancel.check()
        try:
            record = _record(file, front.read(file.read_bytes()))
        except LockedPdfError:
            broken.append(Broken(0, "scholar.pdf_locked", str(file)))
        except BrokenPdfError:
            broken.append(Broken(0, "scholar.pdf_damaged", str(file)))
        except OSError:
            broken.append(Broken(0, "scholar.pdf_unreadable", str(file)))
        else:
            if record is None:
                broken.append(Broken(0, "scholar.pdf_scanned", str(file)))
            else:
                records.append(record)
    made, _renamed = entries(records)
    kept = tuple(_once(made))
    return bib.BibFile(kept, tuple(broken), repeated=len(made) - len(kept))


def pdfs_of(folder: Path) -> Iterable[Path]:
    """All PDFs of a folder and those within it."""
    return (file for file in folder.rglob("*") if file.suffix.lower() == ".pdf" and file.is_file())


def _record(file: Path, page: front.Front) -> Record | None:
    said = page.info.get("Title", "")
    title = page.title or ("" if _NO_TITLE.match(said) else said)
    if not title and page.scanned:
        return None
    made = Record("misc", "pdf", files=[str(file.resolve())])
    made.say("title", title or file.stem.replace("_", " "))
    names = re.split(r"\s*(?:;|,(?! (?:jr|sr)\b)|\band\b|·|、)\s*", page.info.get("Author", ""))
    people = [name for name in names if _NAME.fullmatch(name)]
    made.people["author"] = [_turned(name) for name in people]
    made.say("doi", page.doi)
    if page.arxiv:
        made.say("eprint", page.arxiv)
        made.say("archiveprefix", "arXiv")
    if abstract := _ABSTRACT.search(page.text):
        made.say("abstract", " ".join(abstract[1].split()))
    made.say("year", _year(page))
    made.say("keywords", page.info.get("Keywords", ""))
    made.say("file", str(file.resolve()))
    return made


def _turned(name: str) -> str:
    """Given names first, as a file says them, to "Family, Given"; Korean names are whole."""
    parts = name.split()
    if len(parts) < 2 or re.search("[가-힣]", name):
        return " ".join(parts)
    return f"{parts[-1]}, {' '.join(parts[:-1])}"


def _year(page: front.Front) -> str:
    if re.match(r"\d{4}\.", page.arxiv):
        return f"20{page.arxiv[:2]}"
    found = _COPYRIGHT.search(page.text)
    return found[1] if found else ""


def _once(found: Iterable[Entry]) -> Iterable[Entry]:
    seen: set[str] = set()
    for entry in found:
        names = {
            name
            for name in (
                entry.work.doi and f"doi:{entry.work.doi}",
                entry.arxiv and f"arxiv:{entry.arxiv}",
                likeness(entry.work),
            )
            if name
        }
        if not names & seen:
            yield entry
        seen |= names
