"""Where a quotation stands in a PDF, for whoever shows the page.

The one law: only letters and digits are compared, so white space, hyphens at line ends, ligatures
and the signs around a quotation never hide it; a page is named only where enough of it stands.
"""

from __future__ import annotations

import ctypes
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents.base import CancelToken
from agents.pages import letters, library, scans
from agents.pages.passages import places, quotable, whole
from agents.pages.reading import arranged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from agents.pages.shapes import Box

Rect = tuple[float, float, float, float]  # left, top, right, bottom as shares of a picture

_CHUNK = 16  # letters that are looked for at once on all pages
_HALF = 0.5  # of the chunks: a page with more has the quotation, and no other is looked at
_SOME = 0.2  # of the chunks: a page with less does not have it
_LEAST = 12  # letters of a beginning or an end that are enough
_MOST = 200_000  # characters of a page that are looked at
_FINE = 1 << 20  # pixels of a side: PDFium tells places in whole pixels
_SECONDS = 60.0  # to recognise a scanned page


@dataclass(frozen=True, slots=True)
class Located:
    """A page, and what is to be highlighted on it."""

    number: int  # from 0: the page that was asked for, or the one on which the quotation stands
    pages: int
    marks: tuple[Rect, ...]  # a box a line, on the page as a reader shows it
    found: bool  # whether the quotation stands there; False where none was asked for


def locate(
    source: Path | bytes,
    index: int,
    quote: str = "",
    boxes: Sequence[Box] = (),
    cancel: CancelToken | None = None,
) -> Located:
    """Find a quotation, first on the page it is said to be on.

    Args:
        source: where the file is, or its bytes.
        index: number of the page, from 0; one beyond the end is the last.
        quote: what is looked for; of a quotation that runs over the end of a page, the part on
            the page that has more of it is marked.
        boxes: in points of page `index`, to be marked as well if that page is shown.
        cancel: stops the work, also while it waits for somebody else who reads a PDF.

    Raises:
        CancelledError: `cancel` was set.
        LockedPdfError: the file needs a password.
        BrokenPdfError: the file cannot be read.
        OSError: the file cannot be opened.
    """
    token = cancel or CancelToken()
    if not isinstance(source, bytes):
        with source.open("rb"):  # a file that is missing is no broken PDF
            pass
    wanted = _squeezed(quote)[0]
    with library.opened(source, cancel=token) as (document,):
        pages = int(library.pdfium().FPDF_GetPageCount(document))
        if pages < 1:
            raise library.BrokenPdfError("no page")
        asked = max(0, min(index, pages - 1))
        number = _page_with(document, wanted, asked, pages, token) if wanted else asked
        with library.page_of(document, number) as page:
            if page is None:
                return Located(number, pages, (), found=False)
            lines = _lines(page, number, wanted) if wanted else []
            scanned = bool(wanted) and not lines and letters.read(page, number).scanned
            marks = [_shown(page, box) for box in lines]
            if number == asked:
                marks += [_shown(page, box) for box in boxes]
    if scanned:
        marks += _recognised(source, number, wanted, token)
    return Located(number, pages, tuple(marks), found=bool(lines) or (scanned and bool(marks)))


def _page_with(document: Any, wanted: str, asked: int, pages: int, cancel: CancelToken) -> int:  # noqa: ANN401 - a handle
    """The page that has most of the quotation; the nearest to `asked`, or that itself."""
    chunks = [wanted[at : at + _CHUNK] for at in range(0, len(wanted) - _CHUNK + 1, _CHUNK)]
    chunks = chunks or [wanted]
    best, most = asked, 0
    for number in sorted(range(pages), key=lambda number: (abs(number - asked), number)):
        cancel.check()
        library.aside()
        with library.page_of(document, number) as page:
            text = _squeezed(letters.drawn(page, _MOST))[0] if page is not None else ""
        held = sum(chunk in text for chunk in chunks)
        if held > most:
            best, most = number, held
        if most > _HALF * len(chunks):
            break
    return best if most > _SOME * len(chunks) else asked


def _lines(page: Any, number: int, wanted: str) -> list[Box]:  # noqa: ANN401 - a handle
    return _boxes(letters.read(page, number), wanted)


def _boxes(sheet: letters.Sheet, wanted: str) -> list[Box]:
    """The boxes of the lines on which the quotation, or its beginning or end, stands."""
    paragraphs = quotable(arranged([sheet]))
    said, at = _squeezed(whole(paragraphs))
    start, length = _longest(wanted, said)
    if not length:
        return []
    found = places(paragraphs, at[start], at[start + length - 1] + 1)
    return [place.box for place in found if place.page == sheet.number]


def _longest(wanted: str, said: str) -> tuple[int, int]:
    """Where the whole, the longest beginning or the longest end of `wanted` stands in `said`."""
    whole_ = said.find(wanted)
    if whole_ >= 0:
        return whole_, len(wanted)
    best = (0, 0)
    for last in (False, True):
        low, high = 0, len(wanted)
        while low < high:  # what is there in full is there in part
            middle = (low + high + 1) // 2
            held = _end(wanted, middle, last=last) in said
            low, high = (middle, high) if held else (low, middle - 1)
        if low >= max(_LEAST, best[1] + 1):
            best = (said.find(_end(wanted, low, last=last)), low)
    return best


def _end(text: str, size: int, *, last: bool) -> str:
    return text[len(text) - size :] if last else text[:size]


def _recognised(source: Path | bytes, number: int, wanted: str, cancel: CancelToken) -> list[Rect]:
    """The quotation on a scanned page, where Tesseract is installed."""
    tesseract = scans.program(cancel)
    if not tesseract:
        return []
    data = source if isinstance(source, bytes) else source.read_bytes()
    with library.opened(data, cancel=cancel) as (document,), library.page_of(document, number) as p:
        blank = letters.read(p, number) if p is not None else None
    if blank is None:
        return []
    sheet = scans.recognised(data, blank, tesseract, _SECONDS, cancel)
    wide, high = max(sheet.box.width, 1.0), max(sheet.box.height, 1.0)
    # such letters stand where they are on the picture, whichever way the page is turned
    return [
        (box.x0 / wide, 1 - box.y1 / high, box.x1 / wide, 1 - box.y0 / high)
        for box in _boxes(sheet, wanted)
    ]


def _shown(page: Any, box: Box) -> Rect:  # noqa: ANN401 - a handle
    """Where a box stands on the page as it is shown, turned as the file says."""
    raw = library.pdfium()
    x, y = ctypes.c_int(), ctypes.c_int()
    corners: list[tuple[float, float]] = []
    for one in ((box.x0, box.y0), (box.x1, box.y1)):
        raw.FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, *one, ctypes.byref(x), ctypes.byref(y))
        corners.append((x.value / _FINE, y.value / _FINE))
    (left, top), (right, bottom) = corners
    return min(left, right), min(top, bottom), max(left, right), max(top, bottom)


def _squeezed(text: str) -> tuple[str, list[int]]:
    """The letters and digits of a text in one case, and where each stands in it."""
    signs: list[str] = []
    at: list[int] = []
    for place, sign in enumerate(text):
        for part in unicodedata.normalize("NFKC", sign).casefold():
            if part.isalnum():
                signs.append(part)
                at.append(place)
    return "".join(signs), at
