"""The first page of a PDF: its text, its title, and the identifiers printed on it.

The one law: only the first page is read, whatever the length of the document; what is not printed
there is empty, never guessed.
"""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents.pages import letters, library
from agents.pages.reading import arranged

if TYPE_CHECKING:
    from agents.pages.reading import Passage

_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>{}]+", re.IGNORECASE)
_ARXIV = re.compile(
    r"arxiv\s*:\s*(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_NOT_TITLES = re.compile(
    r"^(arxiv\s*:|doi\b|https?:|©|copyright|proceedings of|journal of)", re.IGNORECASE
)
_TITLE_LETTERS = (6, 400)
_MOST = 50_000  # characters of a page


@dataclass(frozen=True, slots=True)
class Front:
    """What the first page says. `scanned` pages have a picture and no text."""

    text: str
    title: str
    doi: str  # lower case
    arxiv: str  # without its version
    scanned: bool
    info: dict[str, str]  # what the file says of itself: Title, Author, ...


def read(data: bytes) -> Front:
    """Read the first page.

    Raises:
        LockedPdfError: it needs a password.
        BrokenPdfError: it cannot be read.
    """
    with library.opened(data) as (document,), library.page_of(document, 0) as page:
        info = {name: _info(document, name) for name in ("Title", "Author", "Subject", "Keywords")}
        if page is None:
            raise library.BrokenPdfError("no page")
        sheet = letters.read(page, 0)
        plain = _plain(page)
    book = arranged([sheet])
    beside = [line.text for _page, line in book.alone]
    text = "\n".join([*(passage.text for passage in book.passages), *beside])
    doi = _DOI.search(text)
    # arXiv's mark is turned in the margin, and no part of any paragraph
    arxiv = _ARXIV.search(text) or _ARXIV.search(plain)
    return Front(
        text=text,
        title=_title(book.passages),
        doi=doi[0].rstrip(".,;:)]").lower() if doi else "",
        arxiv=arxiv[1].lower() if arxiv else "",
        scanned=sheet.scanned and not sheet.letters,
        info={name: value for name, value in info.items() if value},
    )


def _title(passages: tuple[Passage, ...]) -> str:
    """The passage in the largest letters; empty where none stands out."""
    few, many = _TITLE_LETTERS
    fitting = [
        passage
        for passage in passages
        if few <= len(passage.text) <= many
        and _WORD.search(passage.text)
        and not _NOT_TITLES.match(passage.text)
    ]
    if not fitting:
        return ""
    largest = max(passage.size for passage in fitting)
    usual = sorted(passage.size for passage in fitting)[len(fitting) // 2]
    if len(fitting) > 2 and largest < 1.08 * usual:
        return ""  # nothing stands out: a cover letter, a page from within
    first = next(passage for passage in fitting if passage.size > 0.97 * largest)
    return " ".join(first.text.split()).rstrip(" *∗†‡§¶")


def _plain(page: Any) -> str:  # noqa: ANN401 - a handle
    """All characters of a page in the order in which they were drawn."""
    raw = library.pdfium()
    text = raw.FPDFText_LoadPage(page)
    if not text:
        return ""
    try:
        count = min(int(raw.FPDFText_CountChars(text)), _MOST)
        buffer = (ctypes.c_ushort * (count + 1))()
        raw.FPDFText_GetText(text, 0, count, buffer)
    finally:
        raw.FPDFText_ClosePage(text)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")


def _info(document: Any, name: str) -> str:  # noqa: ANN401 - a handle
    raw = library.pdfium()
    size = int(raw.FPDF_GetMetaText(document, name.encode(), None, 0))
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    raw.FPDF_GetMetaText(document, name.encode(), buffer, size)
    return buffer.raw[:size].decode("utf-16-le", "replace").rstrip("\0").strip()
