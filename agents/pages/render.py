"""One page of a PDF as a picture, as large as a window wants it.

The one law: the file is only read, and whoever stops waiting gets the processor back at once.
"""

from __future__ import annotations

import ctypes
import math
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents.base import CancelToken
from agents.pages import library

if TYPE_CHECKING:
    from pathlib import Path

    from agents.pages.shapes import Box

WIDEST = 8_000  # pixels of a side
_MOST = 64_000_000  # pixels of a picture
_WHITE = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Image:
    """A page as it is seen.

    `rgb` holds `height` rows from top to bottom, `stride` bytes each: `width` pixels of three
    bytes (red, green, blue) and up to three bytes of padding. Qt takes it as it is:
    `QImage(rgb, width, height, stride, QImage.Format.Format_RGB888)`.
    """

    width: int  # pixels
    height: int  # pixels
    stride: int  # bytes
    rgb: bytes

    def cropped(self, left: float, top: float, right: float, bottom: float) -> Image:
        """A part of it, in pixels, at least one wide and high."""
        x0, y0 = max(0, int(left)), max(0, int(top))
        x0, y0 = min(x0, self.width - 1), min(y0, self.height - 1)
        x1 = min(self.width, max(math.ceil(right), x0 + 1))
        y1 = min(self.height, max(math.ceil(bottom), y0 + 1))
        rows = (
            self.rgb[y * self.stride + 3 * x0 : y * self.stride + 3 * x1] for y in range(y0, y1)
        )
        return Image(x1 - x0, y1 - y0, 3 * (x1 - x0), b"".join(rows))

    def png(self) -> bytes:
        """The picture as a PNG file (8 bits, RGB, no filter)."""
        row = 3 * self.width
        starts = range(0, self.stride * self.height, self.stride)
        rows = b"".join(b"\0" + self.rgb[at : at + row] for at in starts)
        head = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in parts
        )


def render_page(
    source: Path | bytes, index: int, *, width_px: int, cancel: CancelToken | None = None
) -> Image:
    """One page, upright as a reader shows it, with its annotations.

    Args:
        source: where the file is, or its bytes.
        index: number of the page, from 0.
        width_px: how many pixels wide it is to be. A page so high that the picture would get
            too big comes narrower; the shape is always kept.
        cancel: stops the work, also while it waits for somebody else who reads a PDF.

    Raises:
        CancelledError: `cancel` was set.
        LockedPdfError: the file needs a password.
        BrokenPdfError: the file, or this page of it, cannot be read.
        IndexError: there is no such page.
        OSError: the file cannot be opened.
    """
    token = cancel or CancelToken()
    token.check()
    if not isinstance(source, bytes):
        with source.open("rb"):  # a file that is missing is no broken PDF
            pass
    with library.opened(source, cancel=token) as (document,):
        if not 0 <= index < library.pdfium().FPDF_GetPageCount(document):
            raise IndexError(index)
        with library.page_of(document, index) as page:
            if page is None:
                raise library.BrokenPdfError("page")
            return _drawn(page, width_px, token)


def on_picture(box: Box, page: Box, image: Image) -> tuple[float, float, float, float]:
    """Where a box of an unturned page stands on its picture: left, top, right, bottom in pixels.

    Args:
        box: in points, see `shapes.Box`.
        page: the box of the page, `Sheet.box`.
        image: its picture.
    """
    wide, high = image.width / max(page.width, 1e-6), image.height / max(page.height, 1e-6)
    return (
        (box.x0 - page.x0) * wide,
        (page.y1 - box.y1) * high,
        (box.x1 - page.x0) * wide,
        (page.y1 - box.y0) * high,
    )


def _drawn(page: Any, wanted: int, cancel: CancelToken) -> Image:  # noqa: ANN401 - a handle
    raw = library.pdfium()
    wide, high = raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page)
    width, height = _pixels(wide, high, wanted)
    stride = (3 * width + 3) // 4 * 4
    rgb = ctypes.create_string_buffer(stride * height)
    bitmap = raw.FPDFBitmap_CreateEx(width, height, raw.FPDFBitmap_BGR, rgb, stride)
    if not bitmap:
        raise library.BrokenPdfError("picture")
    # PDFium asks again and again whether it should stop: a page may take seconds.
    pause = raw.IFSDK_PAUSE(version=1)
    kind = dict(raw.IFSDK_PAUSE._fields_)["NeedToPauseNow"]

    def asked(_pause: object) -> int:
        return int(cancel.cancelled)

    pause.NeedToPauseNow = kind(asked)
    flags = raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER  # red first
    try:
        raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, _WHITE)
        raw.FPDF_RenderPageBitmap_Start(
            bitmap, page, 0, 0, width, height, 0, flags, ctypes.byref(pause)
        )
    finally:
        raw.FPDF_RenderPage_Close(page)
        raw.FPDFBitmap_Destroy(bitmap)
    cancel.check()
    return Image(width, height, stride, rgb.raw)


def _pixels(wide: float, high: float, wanted: int) -> tuple[int, int]:
    """Width and height of a picture of a page of `wide` × `high` points."""
    ratio = max(high, 0.01) / max(wide, 0.01)
    width = max(1, min(wanted, WIDEST))
    width = min(width, WIDEST / ratio, (_MOST / ratio) ** 0.5)
    return max(1, round(width)), max(1, min(WIDEST, round(width * ratio)))
