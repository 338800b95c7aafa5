"""PDFs, alone or in folders: what their first page and their own description say.

The one law: what is printed is trusted, what is not is left out, whoever says otherwise. The same
paper twice is one work; a file that cannot be read is named with the reason.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.pages import front
from agents.pages.library import BrokenPdfError, LockedPdfError
from agents.scholar import bib, bylines
from agents.scholar.importers.record import Record, entries
from agents.store.entries import Broken, likeness

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from agents.base import CancelToken
    from agents.scholar.voting import Vote, Voter
    from agents.store.entries import Entry

_AT_ONCE = 16  # first pages that are voted on together
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)\D{0,40}((?:19|20)\d{2})", re.IGNORECASE)
_NO_TITLE = re.compile(
    r"^(?:microsoft word|untitled|doi\b|[0-9a-f]{16,}$|\S+\.(?:docx?|tex|dvi|pdf|indd))",
    re.IGNORECASE,
)


def read(path: Path, cancel: CancelToken, voter: Voter | None = None) -> bib.BibFile:
    """Read a PDF or all PDFs of a folder; see `agents.scholar.importers.read`."""
    files = [path] if path.is_file() else sorted(pdfs_of(path))
    records: list[Record] = []
    broken: list[Broken] = []
    for at in range(0, len(files), _AT_ONCE):
        pages: dict[Path, front.Front] = {}
        for file in files[at : at + _AT_ONCE]:
            cancel.check()
            page = _front(file)
            if isinstance(page, str):
                broken.append(Broken(0, page, str(file)))
            else:
                pages[file] = page
        votes = voter.votes(tuple(pages.values()), cancel) if voter else (None,) * len(pages)
        for (file, page), vote in zip(pages.items(), votes, strict=True):
            record = _record(file, page, vote)
            if record is None:
                broken.append(Broken(0, "scholar.pdf_scanned", str(file)))
            else:
                records.append(record)
    made, _renamed = entries(records)
    kept = tuple(_once(made))
    return bib.BibFile(kept, tuple(broken), repeated=len(made) - len(kept))


def _front(file: Path) -> front.Front | str:
    """The first page of a file, or why it cannot be read."""
    try:
        return front.read(file.read_bytes())
    except LockedPdfError:
        return "scholar.pdf_locked"
    except BrokenPdfError:
        return "scholar.pdf_damaged"
    except OSError:
        return "scholar.pdf_unreadable"


def pdfs_of(folder: Path) -> Iterable[Path]:
    """All PDFs of a folder and those within it."""
    return (file for file in folder.rglob("*") if file.suffix.lower() == ".pdf" and file.is_file())


def _record(file: Path, page: front.Front, vote: Vote | None) -> Record | None:
    said = page.info.get("Title", "")
    title = page.title or ("" if _NO_TITLE.match(said) else said)
    if not title and page.scanned:
        return None
    made = Record("misc", "pdf", files=[str(file.resolve())])
    made.say("title", title or file.stem.replace("_", " "))
    told = page.info.get("Author", "")
    made.people["author"] = list(bylines.people(page.byline, told, page.text, vote))
    made.say("doi", page.doi)
    if page.arxiv:
        made.say("eprint", page.arxiv)
        made.say("archiveprefix", "arXiv")
    made.say("abstract", page.abstract)
    made.say("year", _year(page))
    made.say("keywords", page.keywords or page.info.get("Keywords", ""))
    made.say("file", str(file.resolve()))
    return made


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
