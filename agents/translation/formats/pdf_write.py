"""Text objects of PDF pages taken out, and translated lines put in their place.

The one law: only text objects are touched. Whether a page survives that is tried beforehand, and
a page that would look different anywhere else keeps its text.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from agents.pages import library
from agents.pages.letters import bounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from agents.pages.shapes import Box
    from agents.translation.events import Language
    from agents.translation.formats.pdf_fonts import Fonts
    from agents.translation.formats.pdf_layout import Set, Trait

_LANGUAGES = {"ko": "ko-KR", "en": "en-US"}
_SCALE = 0.5  # pixels of a point, where pages are compared
_DIFFERENT = 96  # of 255: pixels that differ less are edges of letters
_FEW = 0.0004  # of a page's pixels may differ
_SLANT = 0.21


def removable(data: bytes, taken: Mapping[int, frozenset[int]]) -> frozenset[int]:
    """Pages that look the same elsewhere once these text objects are taken out.

    Args:
        data: the file.
        taken: for each page the numbers of its text objects.
    """
    good: set[int] = set()
    with library.opened(data) as (document,):
        for number, objects in taken.items():
            with library.page_of(document, number) as page:
                if page is not None and _survives(page, objects):
                    good.add(number)
    return frozenset(good)


def _survives(page: Any, objects: frozenset[int]) -> bool:  # noqa: ANN401 - a handle
    raw = library.pdfium()
    handles = _handles(page, objects)
    boxes = [box for handle in handles if (box := _device(page, bounds(handle))) is not None]
    before, width, height = library.picture(page, _SCALE)
    for handle in handles:
        if not raw.FPDFPage_RemoveObject(page, handle):
            return False
        raw.FPDFPageObj_Destroy(handle)
    if not raw.FPDFPage_GenerateContent(page):
        return False
    after, _, _ = library.picture(page, _SCALE)
    return _same(before, after, width, height, boxes)


def _same(
    before: bytes, after: bytes, width: int, height: int, boxes: Sequence[tuple[int, int, int, int]]
) -> bool:
    """Whether two pictures are the same outside of some boxes."""
    import numpy as np  # noqa: PLC0415 - one function needs it

    shape = (height, width)
    one = np.frombuffer(before, np.uint8).reshape(shape).astype(np.int16)
    two = np.frombuffer(after, np.uint8).reshape(shape).astype(np.int16)
    differs = np.abs(one - two) > _DIFFERENT
    for left, top, right, bottom in boxes:
        differs[max(0, top - 2) : bottom + 3, max(0, left - 2) : right + 3] = False
    return int(differs.sum()) <= _FEW * width * height


def _device(page: Any, box: Box | None) -> tuple[int, int, int, int] | None:  # noqa: ANN401
    """A box in pixels of the picture that pages are compared by."""
    if box is None:
        return None
    raw = library.pdfium()
    width = max(1, round(raw.FPDF_GetPageWidthF(page) * _SCALE))
    height = max(1, round(raw.FPDF_GetPageHeightF(page) * _SCALE))
    xs: list[int] = []
    ys: list[int] = []
    for px, py in ((box.x0, box.y0), (box.x1, box.y1)):
        x, y = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(
            page, 0, 0, width, height, 0, px, py, ctypes.byref(x), ctypes.byref(y)
        )
        xs.append(x.value)
        ys.append(y.value)
    return min(xs), min(ys), max(xs), max(ys)


def _handles(page: Any, objects: Iterable[int]) -> list[Any]:  # noqa: ANN401 - a handle
    raw = library.pdfium()
    return [raw.FPDFPage_GetObject(page, index) for index in sorted(objects)]


def write(
    data: bytes,
    taken: Mapping[int, frozenset[int]],
    lines: Sequence[Set],
    fonts: Fonts,
    language: Language,
) -> bytes:
    """The file with text objects taken out and lines put in."""
    raw = library.pdfium()
    by_page: dict[int, list[Set]] = {number: [] for number in taken}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    with library.opened(data) as (document,):
        writer = _Writer(document, fonts, lines)
        try:
            for number in sorted(by_page):
                with library.page_of(document, number) as page:
                    for handle in _handles(page, taken.get(number, ())):
                        raw.FPDFPage_RemoveObject(page, handle)
                        raw.FPDFPageObj_Destroy(handle)
                    for line in by_page[number]:
                        writer.line(page, line)
                    if not raw.FPDFPage_GenerateContent(page):
                        raise library.BrokenPdfError("content")
            raw.FPDFCatalog_SetLanguage(document, _wide(_LANGUAGES[language]))
            return library.saved(document)
        finally:
            writer.close()


def _wide(text: str) -> Any:  # noqa: ANN401 - a native string
    raw = library.pdfium()
    units = text.encode("utf-16-le") + b"\0\0"
    return (raw.FPDF_WCHAR * (len(units) // 2)).from_buffer_copy(units)


class _Writer:
    """Lines as text objects, in subsets of our fonts."""

    def __init__(self, document: Any, fonts: Fonts, lines: Sequence[Set]) -> None:  # noqa: ANN401
        self._document = document
        self._fonts = fonts
        self._loaded: dict[str, Any] = {}
        self._kept: list[Any] = []  # native code reads them until the document is saved
        letters: dict[str, set[str]] = {}
        for line in lines:
            for sign, trait in line.signs:
                if name := fonts.name_for(sign, bold=trait.bold):
                    letters.setdefault(name, set()).add(sign)
        raw = library.pdfium()
        for name, found in letters.items():
            made = fonts.subset(name, found)
            buffer = (ctypes.c_uint8 * len(made)).from_buffer_copy(made)
            self._kept.append(buffer)
            font = raw.FPDFText_LoadFont(
                document,
                buffer,
                len(made),
                raw.FPDF_FONT_TRUETYPE,
                True,  # noqa: FBT003 - C
            )
            if not font:
                raise library.BrokenPdfError("font")
            self._loaded[name] = font

    def close(self) -> None:
        """Give the fonts back."""
        raw = library.pdfium()
        for font in self._loaded.values():
            raw.FPDFFont_Close(font)

    def line(self, page: Any, line: Set) -> None:  # noqa: ANN401 - a handle
        """One line onto a page."""
        x = line.x
        for text, trait in _stretches(line):
            for name, part in self._fonts.runs(text, bold=trait.bold):
                size = line.size * trait.ratio
                self._text(page, part, name, size, (x, line.y + trait.rise * line.size), trait)
                face = self._fonts.face(name)
                x += sum(face.widths[sign] for sign in part) * size

    def _text(
        self,
        page: Any,  # noqa: ANN401 - a handle
        text: str,
        name: str,
        size: float,
        at: tuple[float, float],
        trait: Trait,
    ) -> None:
        if not text.strip():
            return
        raw = library.pdfium()
        made = raw.FPDFPageObj_CreateTextObj(self._document, self._loaded[name], size)
        raw.FPDFText_SetText(made, _wide(text))
        raw.FPDFPageObj_SetFillColor(made, *trait.colour, 255)
        slant = _SLANT if trait.italic else 0.0
        raw.FPDFPageObj_Transform(made, 1, 0, slant, 1, *at)
        raw.FPDFPage_InsertObject(page, made)


def _stretches(line: Set) -> list[tuple[str, Trait]]:
    """A line as stretches that look alike."""
    found: list[tuple[str, Trait]] = []
    for sign, trait in line.signs:
        if found and found[-1][1] == trait:
            found[-1] = (found[-1][0] + sign, trait)
        else:
            found.append((sign, trait))
    return found
