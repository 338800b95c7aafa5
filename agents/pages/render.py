"""Pages of a PDF as pictures, and what they say.

The one law: a page is rendered as it is seen, and nothing of the file is run or changed.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents.pages import library

if TYPE_CHECKING:
    from agents.base import CancelToken

_MOST = 4000  # pixels of a side
_LETTERS = 200_000  # of one page; one with more is no text to search


@dataclass(frozen=True, slots=True)
class Picture:
    """One page: three bytes (red, green, blue) a pixel, row after row without gaps."""

    width: int
    height: int
    rgb: bytes


def texts(data: bytes, cancel: CancelToken) -> tuple[str, ...]:
    """What the pages say, without white space, one string a page.

    Raises:
        CancelledError: `cancel` was set.
        LockedPdfError, BrokenPdfError: it cannot be read.
    """
    raw = library.pdfium()
    found: list[str] = []
    with library.opened(data) as (document,):
        for number in range(raw.FPDF_GetPageCount(document)):
            cancel.check()
            with library.page_of(document, number) as page:
                found.append(_text(page) if page is not None else "")
    return tuple(found)


def page(data: bytes, number: int, width: int) -> Picture | None:
    """One page in colour; None where there is no such page.

    Args:
        data: the PDF.
        number: of the page, from 0.
        width: pixels; the height follows, at most 4,000.

    Raises:
        LockedPdfError, BrokenPdfError: it cannot be read.
    """
    with library.opened(data) as (document,), library.page_of(document, number) as opened:
        return None if opened is None else _picture(opened, width)


def _picture(opened: Any, width: int) -> Picture:  # noqa: ANN401 - a handle
    raw = library.pdfium()
    wide = max(1.0, float(raw.FPDF_GetPageWidthF(opened)))
    high = max(1.0, float(raw.FPDF_GetPageHeightF(opened)))
    scale = min(max(width, 1) / wide, _MOST / wide, _MOST / high)
    columns, rows = max(1, round(wide * scale)), max(1, round(high * scale))
    buffer = ctypes.create_string_buffer(columns * rows * 3)
    bitmap = raw.FPDFBitmap_CreateEx(columns, rows, raw.FPDFBitmap_BGR, buffer, columns * 3)
    flags = raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, columns, rows, 0xFFFFFFFF)
        raw.FPDF_RenderPageBitmap(bitmap, opened, 0, 0, columns, rows, 0, flags)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    return Picture(columns, rows, buffer.raw)


def _text(opened: Any) -> str:  # noqa: ANN401 - a handle
    raw = library.pdfium()
    text = raw.FPDFText_LoadPage(opened)
    if not text:
        return ""
    try:
        count = min(raw.FPDFText_CountChars(text), _LETTERS)
        buffer = (ctypes.c_ushort * (count + 1))()
        raw.FPDFText_GetText(text, 0, count, buffer)
        said = bytes(buffer)[: 2 * count].decode("utf-16-le", "ignore")
    finally:
        raw.FPDFText_ClosePage(text)
    return "".join(letter for letter in said if letter.isprintable() and not letter.isspace())
