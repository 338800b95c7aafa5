"""One page of PDFium, letter by letter.

The one law: everything is taken as the page shows it, and nothing of the page is changed.
"""

from __future__ import annotations

import ctypes
import dataclasses
import math
import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from agents.pages.library import pdfium
from agents.pages.shapes import Box, Letter, Look, Sheet, turned

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MATH = re.compile(
    r"^(?:[A-Z]{6}\+)?(?:CM(?:MI|SY|EX|BSY|MIB)|MS[AB]M|EU[FRSE]|RSFS|LM(?:Math|MI|SY|EX)|rtx|txsy|txex"
    r"|txmi|pxsy|pxmi|Symbol|MT(?:MI|SY|EX)|.*Math)",
    re.IGNORECASE,
)
_MONO = re.compile(
    r"mono|courier|consol|menlo|monaco|typewriter|letter ?gothic|coding|(?:source|fira|hack) ?code"
    r"|(?:^|\+)(?:cmtt|cmsltt|cmitt|cmtcsc|ectt|sltt|tctt|txtt|lmtt|pcr|zi4|fvm|t1xtt|qcr)|tt\d+$",
    re.IGNORECASE,
)
_HEAVY = 600  # of 1000: the weight from which a font is bold
_TEX = re.compile(r"(?:[a-z]{6}\+)?(?:cm|ec|sf|tc|lm|ms[ab]m|eu[frsx])[a-z]*\d+(?:-[a-z]+)?")
_TEX_BOLD = re.compile(r"(?:^|\+)(?:cm(?:b|mib|ssbx)|ecbx|ecrb|sfbx|sfrb|eufb|eurb|eusb)[a-z]*\d+$")
_LIGATURES = dict(zip("ﬀﬁﬂﬃﬄﬅﬆ", ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True))
# How TeX's own fonts number ligatures and dashes, where a file does not say what they are.
_OLD = {
    **dict(zip(range(0x0B, 0x10), ("ff", "fi", "fl", "ffi", "ffl"), strict=True)),
    **dict(zip(range(0x1B, 0x20), ("ff", "fi", "fl", "ffi", "ffl"), strict=True)),
    0x15: "–",
    0x16: "—",
}
# Accents that such fonts set over a letter as a sign of its own, and what makes one letter of both.
_ACCENTS = dict(
    zip(
        "¨´`ˆ˜¸ˇ˚¯˙˝",
        "\u0308\u0301\u0300\u0302\u0303\u0327\u030c\u030a\u0304\u0307\u030b",
        strict=True,
    )
)
_HYPHENS = (0x02, 0xFFFE)  # how PDFium marks a hyphen at the end of a line
_COVERS = 0.6  # of the page: an image this big is the page
_FEW = 12  # visible letters on a scanned page at most (a stamp, a page number)
_DOWN = (0.4, 2.5)  # letter sizes from one letter to the one below it
_TILTED = 0.02  # radians
_GARBAGE = 0.3  # of the letters: where the file does not say of more which they are, none is read
_COMMON = frozenset("etaoinsrhldcu")  # four of five letters of an English text, half of any letters
_USUAL = 0.65
UNKNOWN = "\ufffd"  # a letter of which the file does not say which it is
MOST = 200_000  # letters of one page; a page with more is no text to read


def read(page: Any, number: int) -> Sheet:  # noqa: ANN401 - a handle
    """Everything on one page."""
    raw = pdfium()
    box = _page_box(page)
    objects = {address: index for index, address in _objects(page)}
    drawings, images = _drawings(page, box)
    text = raw.FPDFText_LoadPage(page)
    if not text:
        return Sheet(number, box, drawings=tuple(drawings), readable=False)
    try:
        count = raw.FPDFText_CountChars(text)
        if count > MOST:
            return Sheet(number, box, drawings=tuple(drawings), readable=False)
        reader = _Reader(text, objects)
        letters = tuple(reader.letters(count))
        upright = _level(letters)
        reader.rotated += len(letters) - len(upright)
        letters = _accented(upright)
    finally:
        raw.FPDFText_ClosePage(text)
    turned = {quarter: tuple(found) for quarter, found in sorted(reader.turned.items())}
    every = [*letters, *(letter for found in turned.values() for letter in found)]
    visible = [letter for letter in every if letter.look.visible]
    unknown = sum(letter.text == UNKNOWN or "✀" <= letter.text <= "➿" for letter in visible)
    garbled = unknown > max(_FEW, _GARBAGE * len(visible))
    area = max(box.width * box.height, 1.0)
    covered = any(one.width * one.height / area > _COVERS for one in images)
    scanned = garbled or (covered and len(visible) <= _FEW)
    if garbled:  # only the picture of the page says what stands on it
        return Sheet(number, box, (), tuple(drawings), reader.rotated, scanned, garbled=True)
    if not scanned:  # text that nobody sees on a page of visible text is not translated
        letters = tuple(letter for letter in letters if letter.look.visible)
        turned = {
            quarter: tuple(letter for letter in found if letter.look.visible)
            for quarter, found in turned.items()
        }
    return Sheet(
        number,
        box,
        letters,
        tuple(drawings),
        reader.rotated,
        scanned,
        turned=tuple((quarter, found) for quarter, found in turned.items() if found),
    )


def drawn(page: Any, most: int) -> str:  # noqa: ANN401 - a handle
    """The first `most` characters of a page in the order in which they were drawn."""
    raw = pdfium()
    text = raw.FPDFText_LoadPage(page)
    if not text:
        return ""
    try:
        count = min(int(raw.FPDFText_CountChars(text)), most)
        buffer = (ctypes.c_ushort * (count + 1))()
        raw.FPDFText_GetText(text, 0, count, buffer)
    finally:
        raw.FPDFText_ClosePage(text)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")


def _level(letters: Sequence[Letter]) -> tuple[Letter, ...]:
    """The letters without those of text that is written from top to bottom."""
    steps: dict[int, list[bool]] = {}
    for before, letter in pairwise(letters):
        if before.object == letter.object >= 0:
            down = (before.baseline - letter.baseline) / max(letter.size, 0.1)
            aside = abs(before.box.x0 + before.box.x1 - letter.box.x0 - letter.box.x1) / 2
            below = _DOWN[0] < down < _DOWN[1] and aside < 0.5 * letter.size
            steps.setdefault(letter.object, []).append(below)
    columns = {
        one for one, found in steps.items() if len(found) > 1 and sum(found) > 0.6 * len(found)
    }
    return tuple(letter for letter in letters if letter.object not in columns)


def _page_box(page: Any) -> Box:  # noqa: ANN401 - a handle
    raw = pdfium()
    sides = raw.FS_RECTF()
    if raw.FPDF_GetPageBoundingBox(page, ctypes.byref(sides)):
        return Box(sides.left, sides.bottom, sides.right, sides.top)
    return Box(0.0, 0.0, raw.FPDF_GetPageWidthF(page), raw.FPDF_GetPageHeightF(page))


def address(handle: Any) -> int:  # noqa: ANN401 - a handle
    """The number that tells one object from another."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def _objects(page: Any) -> Iterator[tuple[int, int]]:  # noqa: ANN401 - a handle
    raw = pdfium()
    for index in range(raw.FPDFPage_CountObjects(page)):
        yield index, address(raw.FPDFPage_GetObject(page, index))


def bounds(handle: Any) -> Box | None:  # noqa: ANN401 - a handle
    """The box around an object of a page."""
    raw = pdfium()
    sides = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(handle, *(ctypes.byref(side) for side in sides)):
        return None
    return Box(*(side.value for side in sides))


def _drawings(page: Any, box: Box) -> tuple[list[Box], list[Box]]:  # noqa: ANN401 - a handle
    """The boxes of everything that is no text, and those of images among them."""
    raw = pdfium()
    found: list[Box] = []
    images: list[Box] = []
    for index in range(raw.FPDFPage_CountObjects(page)):
        handle = raw.FPDFPage_GetObject(page, index)
        kind = raw.FPDFPageObj_GetType(handle)
        if kind == raw.FPDF_PAGEOBJ_TEXT or (one := bounds(handle)) is None:
            continue
        if one.x0 <= box.x1 and one.x1 >= box.x0 and one.y0 <= box.y1 and one.y1 >= box.y0:
            found.append(one)
            if kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM):
                images.append(one)
    return found, images


class _Reader:
    def __init__(self, text: Any, objects: dict[int, int]) -> None:  # noqa: ANN401 - a handle
        self._text = text
        self._objects = objects
        self._known: dict[int, tuple[Look, int]] = {}
        self.rotated = 0  # letters that stand at an odd angle
        self.turned: dict[int, list[Letter]] = {}  # by quarters of a turn, to the left

    def letters(self, count: int) -> Iterator[Letter]:
        """The upright letters; those that are turned by a quarter are kept in `turned`."""
        raw, text = pdfium(), self._text
        sides, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        spaced = False
        last: Letter | None = None
        before = 0
        for at, sign in self._signs(count):
            if sign.isspace() or sign < " " or sign in "\ufeff\u200b":
                spaced |= sign not in "\r\n" or not raw.FPDFText_IsGenerated(text, at)
                if last is not None and sign == " " and not raw.FPDFText_IsGenerated(text, at):
                    last = dataclasses.replace(last, trailing=True)
                continue
            handle = raw.FPDFText_GetTextObject(text, at)
            if not handle:
                continue
            quarter, size = self._turn(at)
            if quarter < 0:
                self.rotated += 1
                continue
            if not raw.FPDFText_GetLooseCharBox(text, at, ctypes.byref(sides)):
                continue
            raw.FPDFText_GetCharOrigin(text, at, ctypes.byref(x), ctypes.byref(y))
            box = Box(sides.left, sides.bottom, sides.right, sides.top)
            baseline = y.value
            if quarter:
                box, baseline = box.turned(-quarter), turned(x.value, y.value, -quarter)[1]
            look, index = self._look(handle)
            if last is not None:
                yield from self._kept(last, before)
            last = Letter(_plain(sign), box, baseline, size, look, index, spaced)
            before, spaced = quarter, False
        if last is not None:
            yield from self._kept(last, before)

    def _kept(self, letter: Letter, quarter: int) -> Iterator[Letter]:
        if quarter:
            self.turned.setdefault(quarter, []).append(letter)
        else:
            yield letter

    def _signs(self, count: int) -> Iterator[tuple[int, str]]:
        """The characters, each with its number; halves are put together."""
        raw = pdfium()
        codes = [raw.FPDFText_GetUnicode(self._text, at) for at in range(count)]
        guessed = {
            at for at in range(count) if raw.FPDFText_HasUnicodeMapError(self._text, at) == 1
        }
        old = {at for at in guessed if codes[at] in _OLD}
        if _plausible([codes[at] for at in guessed]):
            guessed = set[int]()
        high = 0
        for at, code in enumerate(codes):
            if 0xD800 <= code < 0xDC00:  # half of a letter beyond the first plane
                high = code
                continue
            if 0xDC00 <= code < 0xE000 and high:
                code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)  # noqa: PLW2901 - the same
            high = 0
            if at in old:
                yield at, _OLD[code]
            elif at in guessed:
                yield at, UNKNOWN
            elif code in _HYPHENS:
                yield at, "-"
            elif code and not 0xD800 <= code < 0xE000:
                yield at, chr(code)

    def _turn(self, at: int) -> tuple[int, float]:
        """By how many quarters a letter is turned to the left (-1: not a quarter), and its size."""
        raw = pdfium()
        matrix = raw.FS_MATRIX()
        size = float(raw.FPDFText_GetFontSize(self._text, at))
        if not raw.FPDFText_GetMatrix(self._text, at, ctypes.byref(matrix)):
            return 0, max(abs(size), 0.1)
        size = max(abs(size * math.hypot(matrix.c, matrix.d)), 0.1)
        angle = math.atan2(matrix.b, matrix.a)
        quarter = round(angle / (math.pi / 2))
        upright = abs(angle - quarter * math.pi / 2) <= _TILTED
        return (quarter % 4 if upright else -1), size

    def _look(self, handle: Any) -> tuple[Look, int]:  # noqa: ANN401 - a handle
        name = address(handle)
        if name not in self._known:
            self._known[name] = (_look(handle), self._objects.get(name, -1))
        return self._known[name]


def _accented(found: Sequence[Letter]) -> tuple[Letter, ...]:
    """Letters with the accents that stand over them as signs of their own."""
    done = list(found)
    gone: set[int] = set()
    for at, mark in enumerate(found):
        if mark.text not in _ACCENTS:
            continue
        middle = (mark.box.x0 + mark.box.x1) / 2
        for near in (at + 1, at - 1, at + 2, at - 2):
            if not 0 <= near < len(done) or near in gone:
                continue
            base = done[near]
            bare = {"ı": "i", "ȷ": "j"}.get(base.text, base.text)
            whole = unicodedata.normalize("NFC", bare + _ACCENTS[mark.text])
            over = base.box.x0 <= middle <= base.box.x1 and base.text.isalpha()
            if over and abs(mark.baseline - base.baseline) < base.size and len(whole) == 1:
                spaced = base.spaced or (near == at + 1 and mark.spaced)
                done[near] = dataclasses.replace(base, text=whole, spaced=spaced)
                gone.add(at)
                break
    return tuple(letter for at, letter in enumerate(done) if at not in gone)


def _plausible(codes: Sequence[int]) -> bool:
    """Whether guesses at letters make text.

    Where a file does not say which letter a shape is, PDFium takes its code in the font for the
    letter. In old fonts of TeX that is right; in subsets made by others it is any letter.
    """
    words = [chr(code).lower() for code in codes if chr(code).isascii() and chr(code).isalpha()]
    common = sum(sign in _COMMON for sign in words)
    return len(words) > max(_FEW, 0.5 * len(codes)) and common > _USUAL * len(words)


def _plain(sign: str) -> str:
    """A character as it is typed: ligatures in parts, letters of formulas as letters."""
    form = "NFKC" if "\U0001d400" <= sign <= "\U0001d7ff" else "NFC"
    return _LIGATURES.get(sign) or unicodedata.normalize(form, sign)


def _look(handle: Any) -> Look:  # noqa: ANN401 - a handle
    raw = pdfium()
    font = raw.FPDFTextObj_GetFont(handle)
    name = _font_name(font)
    plain = name.lower()
    flags = max(raw.FPDFFont_GetFlags(font), 0) if font else 0
    weight = raw.FPDFFont_GetWeight(font) if font else 0
    parts = [ctypes.c_uint() for _ in range(4)]
    shown = raw.FPDFPageObj_GetFillColor(handle, *(ctypes.byref(part) for part in parts))
    red, green, blue = (part.value for part in parts[:3]) if shown else (0, 0, 0)
    bold = "bold" in plain or "black" in plain or _TEX_BOLD.search(plain) is not None
    if not _TEX.fullmatch(plain):  # of TeX's fonts the name tells, and the weight is often a guess
        bold = bold or weight >= _HEAVY
    mode = raw.FPDFTextObj_GetTextRenderMode(handle)
    clear = bool(shown) and not parts[3].value and mode == raw.FPDF_TEXTRENDERMODE_FILL
    return Look(
        name,
        bold or bool(flags & (1 << 18)),
        "italic" in plain or "oblique" in plain or "cmti" in plain or bool(flags & (1 << 6)),
        bool(flags & 2),
        _MATH.match(name) is not None,
        mode != raw.FPDF_TEXTRENDERMODE_INVISIBLE and not clear,
        (red, green, blue),
        bool(flags & 1) or _MONO.search(name) is not None,
    )


def _font_name(font: Any) -> str:  # noqa: ANN401 - a handle
    if not font:
        return ""
    raw = pdfium()
    size = raw.FPDFFont_GetBaseFontName(font, None, 0)
    buffer = ctypes.create_string_buffer(max(size, 1))
    raw.FPDFFont_GetBaseFontName(font, buffer, size)
    return buffer.value.decode("utf-8", "replace")
