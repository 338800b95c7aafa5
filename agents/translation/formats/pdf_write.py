"""Text objects of PDF pages taken out, and translated lines put in their place.

The one law: only text objects are touched. Whether a page survives that is tried beforehand, and
a page that would look different anywhere else keeps its text.
"""

from __future__ import annotations

import ctypes
import time
from typing import TYPE_CHECKING, Any

from agents.base import Progress
from agents.pages import library
from agents.pages.letters import bounds
from agents.pages.shapes import turned
from agents.translation.formats import pdf_rules
from agents.translation.formats.pdf_insets import Inset

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence

    from agents.base import CancelToken
    from agents.pages.shapes import Box
    from agents.translation.events import Language
    from agents.translation.formats.pdf_fonts import Fonts
    from agents.translation.formats.pdf_layout import Set, Trait
    from agents.translation.formats.pdf_names import Apart

_LANGUAGES = {"ko": "ko-KR", "en": "en-US"}
_SCALE = 1.0  # pixels of a point, where pages are compared
_MOST = 6_000_000  # pixels of a picture; a huge page is compared in less detail
_DIFFERENT = 96  # of 255: pixels that differ less are edges of letters
_FEW = 0.0004  # of a page's pixels may differ
_INK = 0.3  # of the ink of a text object that stays may differ
_SHIFTED = 0.1  # the same, beside what stands a pixel further
_SLANT = 0.21
_STEP = 1.0  # seconds between two words on how far it is


def trying(
    data: bytes, other: bytes, taken: Mapping[int, frozenset[int]], cancel: CancelToken
) -> Generator[Progress, None, frozenset[int]]:
    """Pages that look the same elsewhere once these text objects are taken out.

    Args:
        data: the file.
        other: the same file as it is going to be written, see `pdf_names`.
        taken: for each page the numbers of its text objects.
        cancel: stops the work between two pages.

    Raises:
        CancelledError: `cancel` was set.
    """
    good: set[int] = set()
    waiting = sorted(taken)
    while waiting:
        with library.opened(data, other, cancel=cancel) as (document, double):
            until = time.monotonic() + _STEP
            while waiting and time.monotonic() < until:
                cancel.check()
                library.aside()
                number = waiting.pop(0)
                with library.page_of(document, number) as page:
                    if page is not None and _survives(page, double, number, taken[number]):
                        good.add(number)
        yield Progress(len(taken) - len(waiting), len(taken), "page")
    return frozenset(good)


def _survives(page: Any, double: Any, number: int, objects: frozenset[int]) -> bool:  # noqa: ANN401
    """Whether a page can do without some of its objects.

    The page is written, closed and read again: as long as it is open, PDFium shows what it knows
    of the page, and not what it has written.
    """
    raw = library.pdfium()
    with library.page_of(double, number) as copy:
        if copy is None:
            return False
        rules = pdf_rules.drawn(copy)  # a thin line looks a little different either way
        taken = _handles(copy, objects)
        kept = [
            handle
            for index in range(raw.FPDFPage_CountObjects(copy))
            if index not in objects
            and raw.FPDFPageObj_GetType(handle := raw.FPDFPage_GetObject(copy, index))
            == raw.FPDF_PAGEOBJ_TEXT
        ]
        around = ([*map(bounds, taken), *rules], map(bounds, kept))
        boxes = [[_device(copy, one) for one in some] for some in around]
        for handle in taken:
            if not raw.FPDFPage_RemoveObject(copy, handle):
                return False
            raw.FPDFPageObj_Destroy(handle)
        if not raw.FPDFPage_GenerateContent(copy):
            return False
    before, width, height = library.picture(page, _scale(page))
    with library.page_of(double, number) as copy:
        if copy is None:
            return False
        after, *size = library.picture(copy, _scale(copy))
    gone, still = ([one for one in some if one is not None] for some in boxes)
    return size == [width, height] and _same((before, after), (height, width), gone, still)


_Pixels = tuple[int, int, int, int]  # left, top, right, bottom


def _same(
    pictures: tuple[bytes, bytes],
    shape: tuple[int, int],
    gone: Sequence[_Pixels],
    still: Sequence[_Pixels],
) -> bool:
    """Whether two pictures are the same outside of some boxes, and in each of some others.

    A sign of a formula is too small to matter on a whole page, and matters most. Numbers are
    rounded when a page is written: a thin line may come to stand a pixel further.
    """
    import numpy as np  # noqa: PLC0415 - one function needs it

    one, two = (np.frombuffer(data, np.uint8).reshape(shape).astype(np.int16) for data in pictures)
    off = np.abs(one - two)
    apart = np.maximum(_apart(one, two), _apart(two, one))
    for each in (off, apart):
        for left, top, right, bottom in gone:
            each[max(0, top - 2) : bottom + 3, max(0, left - 2) : right + 3] = 0
    if int((apart > _DIFFERENT).sum()) > _FEW * apart.size:
        return False
    for left, top, right, bottom in still:
        where = (slice(max(0, top), bottom + 1), slice(max(0, left), right + 1))
        ink = max(int((255 - one[where]).sum()), 1)
        if int(off[where].sum()) > _INK * ink and int(apart[where].sum()) > _SHIFTED * ink:
            return False
    return True


def _apart(one: Any, two: Any) -> Any:  # noqa: ANN401 - arrays
    """How far each pixel of a picture is from all pixels around its place in another."""
    import numpy as np  # noqa: PLC0415 - one function needs it

    height, width = two.shape
    framed = np.pad(two, 1, mode="edge")
    places = [(down, along) for down in range(3) for along in range(3)]
    around = [framed[down : down + height, along : along + width] for down, along in places]
    low, high = np.minimum.reduce(around), np.maximum.reduce(around)
    return np.maximum(np.maximum(one - high, low - one), 0)


def _scale(page: Any) -> float:  # noqa: ANN401 - a handle
    """Pixels of a point of the pictures that a page is compared by."""
    raw = library.pdfium()
    area = raw.FPDF_GetPageWidthF(page) * raw.FPDF_GetPageHeightF(page)
    return min(_SCALE, (_MOST / max(area, 1.0)) ** 0.5)


def _device(page: Any, box: Box | None) -> _Pixels | None:  # noqa: ANN401
    """A box in pixels of the picture that pages are compared by."""
    if box is None:
        return None
    raw = library.pdfium()
    scale = _scale(page)
    width = max(1, round(raw.FPDF_GetPageWidthF(page) * scale))
    height = max(1, round(raw.FPDF_GetPageHeightF(page) * scale))
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
    apart: Apart,
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
    with library.opened(apart.data) as (document,):
        writer = _Writer(document, fonts, lines)
        try:
            for number in sorted(by_page):
                library.aside()
                with library.page_of(document, number) as page:
                    pdf_rules.drawn(page)
                    moved = _moved(page, by_page[number])  # before the others lose their numbers
                    for handle in _handles(page, taken.get(number, ())):
                        raw.FPDFPage_RemoveObject(page, handle)
                        raw.FPDFPageObj_Destroy(handle)
                    for line in by_page[number]:
                        writer.line(page, line, moved)
                    if not raw.FPDFPage_GenerateContent(page):
                        raise library.BrokenPdfError("content")
            raw.FPDFCatalog_SetLanguage(document, _wide(_LANGUAGES[language]))
            return apart.restored(library.saved(document))
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
                if isinstance(trait, Inset):
                    continue
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

    def line(self, page: Any, line: Set, moved: Mapping[int, Any]) -> None:  # noqa: ANN401
        """One line onto a page; `moved` are the objects that insets are made of."""
        x = line.x
        for text, look in _stretches(line):
            if isinstance(look, Inset):
                _move(look, [moved[number] for number in look.objects], (x, line.y), line.size)
                x += look.width * line.size
                continue
            for name, part in self._fonts.runs(text, bold=look.bold):
                size = line.size * look.ratio
                at = x, line.y + look.rise * line.size
                self._text(page, part, name, size, at, look, line.turn)
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
        turn: int,
    ) -> None:
        if not text.strip():
            return
        raw = library.pdfium()
        made = raw.FPDFPageObj_CreateTextObj(self._document, self._loaded[name], size)
        raw.FPDFText_SetText(made, _wide(text))
        raw.FPDFPageObj_SetFillColor(made, *trait.colour, 255)
        slant = _SLANT if trait.italic else 0.0
        raw.FPDFPageObj_Transform(made, 1, 0, slant, 1, *at)
        if turn:
            right, up = turned(1, 0, turn), turned(0, 1, turn)
            raw.FPDFPageObj_Transform(made, *right, *up, 0, 0)
        raw.FPDFPage_InsertObject(page, made)


def _moved(page: Any, lines: Sequence[Set]) -> dict[int, Any]:  # noqa: ANN401 - a handle
    """The objects of all insets of some lines by their numbers."""
    numbers = {
        number
        for line in lines
        for _, look in line.signs
        if isinstance(look, Inset)
        for number in look.objects
    }
    return dict(zip(sorted(numbers), _handles(page, numbers), strict=True))


def _move(one: Inset, handles: Sequence[Any], to: tuple[float, float], size: float) -> None:
    scale = size / one.size
    off = to[0] - scale * one.x0, to[1] - scale * one.baseline
    for handle in handles:
        library.pdfium().FPDFPageObj_Transform(handle, scale, 0, 0, scale, *off)


def _stretches(line: Set) -> list[tuple[str, Trait | Inset]]:
    """A line as stretches that look alike."""
    found: list[tuple[str, Trait | Inset]] = []
    for sign, look in line.signs:
        if found and found[-1][1] == look and not isinstance(look, Inset):
            found[-1] = (found[-1][0] + sign, look)
        else:
            found.append((sign, look))
    return found
