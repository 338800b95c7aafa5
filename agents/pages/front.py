"""The first page of a PDF: its title, who stands below it, its abstract, the identifiers on it.

The one law: only the first page is read, whatever the length of the document (and the second where
the abstract runs on to it); what is not printed there is empty, never guessed.
"""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents.pages import letters, library
from agents.pages.passages import quotable
from agents.pages.reading import arranged
from agents.pages.sections import abstracts, keywords, sections
from agents.pages.seen import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agents.pages.passages import Quotable
    from agents.pages.reading import Passage
    from agents.pages.sections import Section
    from agents.pages.shapes import Line, Sheet

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
_ENDED = re.compile(r"[.!?다。][\"'”’)\]]*$")
_BYLINE = 12  # paragraphs below a title without an abstract or a heading
_SENTENCE = 120  # letters of a paragraph that ends as a sentence does
_PROSE = 250  # letters: a longer paragraph is no line of people
_MARKS = frozenset("*∗†‡§¶⋆✉")
_MARK = "\x1f"  # where a mark stood: between two people


@dataclass(frozen=True, slots=True)
class Front:
    """What the first page says. `scanned` pages have a picture and no text."""

    text: str
    title: str
    doi: str  # lower case
    arxiv: str  # without its version
    scanned: bool
    info: dict[str, str]  # what the file says of itself: Title, Author, ...
    byline: tuple[str, ...] = ()  # the lines between title and abstract, without raised marks
    abstract: str = ""  # as far as it stands on this page
    keywords: str = ""


def read(data: bytes) -> Front:
    """Read the first page.

    Raises:
        LockedPdfError: it needs a password.
        BrokenPdfError: it cannot be read.
    """
    with library.opened(data) as (document,):
        with library.page_of(document, 0) as page:
            info = {
                name: _info(document, name) for name in ("Title", "Author", "Subject", "Keywords")
            }
            if page is None:
                raise library.BrokenPdfError("no page")
            sheet = shown(letters.read(page, 0), page)
            plain = letters.drawn(page, _MOST)
        book = arranged([sheet])
        paragraphs = quotable(book)
        heads = sections(paragraphs, book.size)
        said = abstracts(paragraphs, heads)
        if said and not _ENDED.search(said[0][0]):
            with library.page_of(document, 1) as page:
                if page is not None:
                    said = _over_two(sheet, shown(letters.read(page, 1), page)) or said
    title = _title(book.passages)
    more = _second(book.passages, title)
    beside = [line.text for _page, line in book.alone]
    text = "\n".join([*(passage.text for passage in book.passages), *beside])
    doi = _DOI.search(text)
    # arXiv's mark is turned in the margin, and no part of any paragraph
    arxiv = _ARXIV.search(text) or _ARXIV.search(plain)
    return Front(
        text=text,
        title=_words(title, more),
        doi=doi[0].rstrip(".,;:)]").lower() if doi else "",
        arxiv=arxiv[1].lower() if arxiv else "",
        scanned=sheet.scanned and not sheet.letters,
        info={name: value for name, value in info.items() if value},
        byline=tuple(_byline(paragraphs, more or title, heads, said[0][1] if said else -1)),
        abstract=said[0][0] if said else "",
        keywords=keywords(paragraphs),
    )


def _over_two(first: Sheet, second: Sheet) -> tuple[tuple[str, int], ...]:
    """The abstracts of two pages."""
    book = arranged([first, second])
    paragraphs = quotable(book)
    return abstracts(paragraphs, sections(paragraphs, book.size))


def _title(passages: tuple[Passage, ...]) -> Passage | None:
    """The passage in the largest letters; None where none stands out."""
    few, many = _TITLE_LETTERS
    fitting = [
        passage
        for passage in passages
        if few <= len(passage.text) <= many
        and _WORD.search(passage.text)
        and not _NOT_TITLES.match(passage.text)
    ]
    if not fitting:
        return None
    largest = max(passage.size for passage in fitting)
    counted = sorted(passage.size for passage in fitting for _ in passage.text)
    usual = counted[len(counted) // 2]
    if len(fitting) > 2 and largest < 1.08 * usual:
        return None  # nothing stands out: a cover letter, a page from within
    return next(passage for passage in fitting if passage.size > 0.97 * largest)


def _second(passages: Sequence[Passage], title: Passage | None) -> Passage | None:
    """The second line of a title that its author has broken: it goes on in small letters."""
    at = next((at for at, one in enumerate(passages) if one is title), -1)
    if title is None or at + 1 >= len(passages):
        return None
    below = passages[at + 1]
    alike = abs(below.size - title.size) < 0.03 * title.size
    return below if alike and below.text[:1].islower() else None


def _words(*parts: Passage | None) -> str:
    said = " ".join(part.text for part in parts if part is not None)
    return " ".join(said.split()).rstrip(" *∗†‡§¶")


def _byline(
    paragraphs: Sequence[Quotable], title: Passage | None, heads: Sequence[Section], abstract: int
) -> Iterator[str]:
    """The lines below the title, up to the abstract or the first heading."""
    at = next((at for at, one in enumerate(paragraphs) if one.passage is title), -1)
    ends = [head.paragraph for head in heads if head.paragraph > at]
    stops = [*ends, *([abstract] if abstract > at else [])]
    end = min(stops) if stops else at + _BYLINE
    if at < 0:
        return
    for one in paragraphs[at + 1 : end]:
        several = len(one.passage.blocks[0].lines) > 2
        ended = len(one.text) > _SENTENCE and _ENDED.search(one.text) is not None
        if several and (len(one.text) > _PROSE or ended):
            return  # an abstract without a heading
        for block in one.passage.blocks:
            for line in block.lines:
                if said := _unmarked(line):
                    yield said


def _unmarked(line: Line) -> str:
    """A line without the raised marks that lead to footnotes and affiliations."""
    parts: list[str] = []
    for at, letter in enumerate(line.letters):
        raised = (
            letter.size < 0.85 * line.size and letter.baseline > line.baseline + 0.1 * line.size
        )
        if raised or letter.text in _MARKS:
            if parts and parts[-1] != _MARK:
                parts.append(_MARK)
        else:
            parts.append((" " if at and letter.spaced else "") + letter.text)
    return re.sub(rf"\s*{_MARK}[\s,{_MARK}]*", _MARK, " ".join("".join(parts).split())).strip()


def _info(document: Any, name: str) -> str:  # noqa: ANN401 - a handle
    raw = library.pdfium()
    size = int(raw.FPDF_GetMetaText(document, name.encode(), None, 0))
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    raw.FPDF_GetMetaText(document, name.encode(), buffer, size)
    return buffer.raw[:size].decode("utf-16-le", "replace").rstrip("\0").strip()
