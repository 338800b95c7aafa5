"""The door to PDFium: one document at a time, opened from bytes and closed for certain.

The one law: PDFium is not made for threads. Whoever calls it holds the lock, from opening a
document to closing it; no handle leaves the block that opened it.
"""

from __future__ import annotations

import contextlib
import ctypes
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator

_lock = threading.RLock()


class LockedPdfError(Exception):
    """The file needs a password."""


class BrokenPdfError(Exception):
    """The file is not a PDF that can be read."""


def pdfium() -> Any:  # noqa: ANN401 - the ctypes module has no useful static types
    """The raw functions of PDFium. Call them only within `opened`."""
    import pypdfium2.raw  # noqa: PLC0415 - native library, loaded when needed

    return pypdfium2.raw


@contextlib.contextmanager
def opened(*files: bytes) -> Generator[tuple[Any, ...]]:
    """Documents for as long as the block lasts.

    Raises:
        LockedPdfError: one needs a password.
        BrokenPdfError: one cannot be read.
    """
    with _lock, contextlib.ExitStack() as stack:
        raw = pdfium()
        handles: list[Any] = []
        for data in files:
            handle = raw.FPDF_LoadMemDocument64(data, len(data), None)
            if not handle:
                code = int(raw.FPDF_GetLastError())
                if code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
                    raise LockedPdfError
                raise BrokenPdfError(f"PDFium {code}")
            stack.callback(raw.FPDF_CloseDocument, handle)
            handles.append(handle)
        yield tuple(handles)


@contextlib.contextmanager
def page_of(document: Any, number: int) -> Generator[Any]:  # noqa: ANN401 - a handle
    """One page of an opened document; None where it cannot be read."""
    raw = pdfium()
    page = raw.FPDF_LoadPage(document, number)
    try:
        yield page or None
    finally:
        if page:
            raw.FPDF_ClosePage(page)


def saved(document: Any) -> bytes:  # noqa: ANN401 - a handle
    """The whole document as it is now.

    Raises:
        BrokenPdfError: PDFium cannot write it.
    """
    raw = pdfium()
    parts: list[bytes] = []

    def keep(_file: object, data: Any, size: int) -> int:  # noqa: ANN401 - a native buffer
        parts.append(ctypes.string_at(data, size))
        return 1

    writer = raw.FPDF_FILEWRITE(version=1)
    kind = dict(raw.FPDF_FILEWRITE._fields_)["WriteBlock"]
    writer.WriteBlock = kind(keep)
    if not raw.FPDF_SaveAsCopy(document, ctypes.byref(writer), 0):
        raise BrokenPdfError("save")
    return b"".join(parts)


def picture(page: Any, scale: float) -> tuple[bytes, int, int]:  # noqa: ANN401 - a handle
    """A page as it is seen: grey bytes, row after row, and the width and height."""
    raw = pdfium()
    width = max(1, round(raw.FPDF_GetPageWidthF(page) * scale))
    height = max(1, round(raw.FPDF_GetPageHeightF(page) * scale))
    grey = ctypes.create_string_buffer(width * height)
    bitmap = raw.FPDFBitmap_CreateEx(width, height, raw.FPDFBitmap_Gray, grey, width)
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, raw.FPDF_ANNOT)
    finally:
        raw.FPDFBitmap_Destroy(bitmap)
    return grey.raw, width, height
