"""Rules that a page has as pictures of one dot, as Ghostscript makes them of TeX's.

The one law: a picture that stands in the page's own content is lost when PDFium writes the page
anew; a rule is drawn as the rectangle that it is, in its place among the others.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from agents.pages import library
from agents.pages.letters import bounds

if TYPE_CHECKING:
    from agents.pages.shapes import Box


def drawn(page: Any) -> list[Box]:  # noqa: ANN401 - a handle
    """Put rectangles in the place of pictures of one dot; all objects keep their numbers.

    Returns:
        Where they stand.
    """
    raw = library.pdfium()
    boxes: list[Box] = []
    for number in range(raw.FPDFPage_CountObjects(page)):
        handle = raw.FPDFPage_GetObject(page, number)
        if raw.FPDFPageObj_GetType(handle) == raw.FPDF_PAGEOBJ_IMAGE and _is_dot(page, handle):
            made = _rectangle(handle)
            if made and raw.FPDFPage_RemoveObject(page, handle):
                raw.FPDFPageObj_Destroy(handle)
                raw.FPDFPage_InsertObjectAtIndex(page, made, number)
                if (box := bounds(made)) is not None:
                    boxes.append(box)
    return boxes


def _is_dot(page: Any, handle: Any) -> bool:  # noqa: ANN401 - handles
    """Whether a picture is one dot that lets the colour through."""
    raw = library.pdfium()
    about = raw.FPDF_IMAGEOBJ_METADATA()
    return (
        bool(raw.FPDFImageObj_GetImageMetadata(handle, page, ctypes.byref(about)))
        and (about.width, about.height, about.bits_per_pixel) == (1, 1, 1)
        and about.colorspace == raw.FPDF_COLORSPACE_UNKNOWN
    )


def _rectangle(handle: Any) -> Any:  # noqa: ANN401 - handles
    """The same as a rectangle; None if it stands askew."""
    raw = library.pdfium()
    at = raw.FS_MATRIX()
    colour = [ctypes.c_uint() for _ in range(4)]
    if not raw.FPDFPageObj_GetMatrix(handle, ctypes.byref(at)) or at.b or at.c:
        return None
    if not raw.FPDFPageObj_GetFillColor(handle, *(ctypes.byref(one) for one in colour)):
        return None
    left, bottom = min(at.e, at.e + at.a), min(at.f, at.f + at.d)
    made = raw.FPDFPageObj_CreateNewRect(left, bottom, abs(at.a), abs(at.d))
    raw.FPDFPageObj_SetFillColor(made, *(one.value for one in colour))
    raw.FPDFPath_SetDrawMode(made, raw.FPDF_FILLMODE_WINDING, False)  # noqa: FBT003 - C
    return made
