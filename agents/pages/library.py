"""The door to PDFium: documents opened from bytes or files, and closed for certain.

The one law: PDFium is not made for threads. Whoever calls it has come through the door; who has
much to do steps aside between two pages; no handle leaves the block that opened it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import threading
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.base import CancelToken

if TYPE_CHECKING:
    from collections.abc import Generator


class _Door:
    """Lets one thread through at a time, in the order in which they came.

    A lock of the library gives no turns: a thread that reads a thousand pages and lets go between
    two of them would nearly always take it again before a window that waits for one picture.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = 0  # the thread that is inside
        self._depth = 0
        self._waiting: deque[tuple[int, threading.Event]] = deque()

    def enter(self, cancel: CancelToken) -> None:
        """Wait for the turn of this thread; one that is inside comes in again at once."""
        me = threading.get_ident()
        with self._lock:
            if self._owner in (0, me):
                self._owner = me
                self._depth += 1
                return
            called = threading.Event()
            self._waiting.append((me, called))
        forget = cancel.on_cancel(called.set)
        try:
            called.wait()
        finally:
            forget()
        with self._lock:
            if self._owner == me:
                return
            self._waiting.remove((me, called))
        cancel.check()

    def leave(self) -> None:
        """Call the next one."""
        with self._lock:
            self._depth -= 1
            if not self._depth:
                self._call()

    def aside(self) -> None:
        """Let those who wait do their work first; nothing where nobody waits."""
        with self._lock:
            if not self._waiting:
                return
            me, depth = self._owner, self._depth
            called = threading.Event()
            self._waiting.append((me, called))
            self._call()
        called.wait()
        with self._lock:
            self._depth = depth

    def _call(self) -> None:
        self._owner, self._depth = 0, 0
        if self._waiting:
            self._owner, called = self._waiting.popleft()
            self._depth = 1
            called.set()


_door = _Door()


class LockedPdfError(Exception):
    """The file needs a password."""


class BrokenPdfError(Exception):
    """The file is not a PDF that can be read."""


def pdfium() -> Any:  # noqa: ANN401 - the ctypes module has no useful static types
    """The raw functions of PDFium. Call them only within `opened`."""
    import pypdfium2.raw  # noqa: PLC0415 - native library, loaded when needed

    return pypdfium2.raw


@contextlib.contextmanager
def opened(*files: bytes | Path, cancel: CancelToken | None = None) -> Generator[tuple[Any, ...]]:
    """Documents for as long as the block lasts.

    Args:
        files: the bytes of each, or where it is.
        cancel: ends waiting for others who use PDFium.

    Raises:
        CancelledError: `cancel` was set before the turn came.
        LockedPdfError: one needs a password.
        BrokenPdfError: one cannot be read.
    """
    _door.enter(cancel or CancelToken())
    with contextlib.ExitStack() as stack:
        stack.callback(_door.leave)
        raw = pdfium()
        handles: list[Any] = []
        for data in files:
            if isinstance(data, Path):
                handle = raw.FPDF_LoadDocument(os.fsencode(data) + b"\0", None)
            else:
                handle = raw.FPDF_LoadMemDocument64(data, len(data), None)
            if not handle:
                code = int(raw.FPDF_GetLastError())
                if code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
                    raise LockedPdfError
                raise BrokenPdfError(f"PDFium {code}")
            stack.callback(raw.FPDF_CloseDocument, handle)
            handles.append(handle)
        yield tuple(handles)


def aside() -> None:
    """Let others who wait for PDFium go first. Call it within `opened`, between two pages.

    Documents stay open and pages must not be: what others do is of other documents.
    """
    _door.aside()


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
