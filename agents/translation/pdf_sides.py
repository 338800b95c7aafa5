"""Original and translation side by side: each page, followed by its translated page.

The one law: the original file is what it was, with its outline and links; pages are only added.
"""

from __future__ import annotations

import ctypes

from agents.base import UserError
from agents.pages import library


def bilingual(original: bytes, translated: bytes, name: str = "PDF") -> bytes:
    """A PDF in which each page of `original` is followed by the same page of `translated`.

    Raises:
        UserError: translation.structure (the two do not belong together, or cannot be put so).
    """
    raw = library.pdfium()
    try:
        with library.opened(original, translated) as (document, other):
            count = raw.FPDF_GetPageCount(document)
            if count != raw.FPDF_GetPageCount(other):
                raise UserError("translation.structure", file=name, part="pages")
            for number in range(count):
                index = ctypes.c_int(number)
                placed = raw.FPDF_ImportPagesByIndex(
                    document, other, ctypes.byref(index), 1, 2 * number + 1
                )
                if not placed:
                    raise UserError("translation.structure", file=name, part=f"page {number + 1}")
            return library.saved(document)
    except (library.BrokenPdfError, library.LockedPdfError) as error:
        raise UserError("translation.structure", file=name, part="PDF") from error
