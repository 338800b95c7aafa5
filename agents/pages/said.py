"""What the pages of a PDF say, for finding the page on which something stands."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from agents.pages import library

if TYPE_CHECKING:
    from agents.base import CancelToken

_LETTERS = 200_000  # of one page; one with more is no text to search


def texts(data: bytes, cancel: CancelToken) -> tuple[str, ...]:
    """What the pages say, without white space, one string a page.

    Raises:
        CancelledError: `cancel` was set.
        LockedPdfError, BrokenPdfError: it cannot be read.
    """
    raw = library.pdfium()
    found: list[str] = []
    with library.opened(data, cancel=cancel) as (document,):
        for number in range(raw.FPDF_GetPageCount(document)):
            cancel.check()
            with library.page_of(document, number) as page:
                found.append(_text(page) if page is not None else "")
    return tuple(found)


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
