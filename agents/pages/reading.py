"""A whole PDF as paragraphs in reading order, with the places they were read from.

The one law: every letter that is read belongs to one paragraph, or is named as left alone:
headers and footers, formulas, program code.
"""

from __future__ import annotations

import dataclasses
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import CancelToken, Progress, drained
from agents.pages import letters, library, scans
from agents.pages.columns import columns
from agents.pages.formulas import code, formula, pieces
from agents.pages.joining import border, habit_of, joined
from agents.pages.lines import led, lines
from agents.pages.paragraphs import Block, blocks, goes_on
from agents.pages.repeated import furniture
from agents.pages.shapes import Box, Sheet

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from agents.pages.joining import Habit
    from agents.pages.shapes import Letter, Line

MOST_PAGES = 20_000
_STEP = 1.0  # seconds between two words on how far it is
_CAPTION = re.compile(r"(?:table|fig(?:ure|\.)|scheme|algorithm|표|그림)\s*[\dIVX]+", re.IGNORECASE)
_TYPED = 0.5  # of all letters: a document with more in a typewriter's font was typed on one


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph, in one or more columns or pages."""

    blocks: tuple[Block, ...]
    text: str
    sources: tuple[Letter | None, ...]  # the letter behind each character; None: a space between
    places: tuple[int, ...]  # where in `text` each block begins

    @property
    def page(self) -> int:
        """The page it begins on."""
        return self.blocks[0].page

    @property
    def size(self) -> float:
        """The size of its letters."""
        return self.blocks[0].size


@dataclass(frozen=True, slots=True)
class Book:
    """What was read."""

    sheets: tuple[Sheet, ...]
    passages: tuple[Passage, ...]
    alone: tuple[tuple[int, Line], ...]  # page and line of what was left alone
    shown: tuple[tuple[int, Line], ...] = ()  # of it, formulas and code
    signed: bool = False
    written: bool = True  # typewriter's letters are code: the document itself is not set in them

    @property
    def size(self) -> float:
        """The size most of the text is set in."""
        return _usual([block for passage in self.passages for block in passage.blocks])


def _usual(found: Sequence[Block]) -> float:
    """The size most of some paragraphs is set in."""
    counted: dict[float, int] = {}
    for block in found:
        key = round(block.size * 2) / 2
        counted[key] = counted.get(key, 0) + len(block.text)
    return max(counted, key=lambda key: counted[key]) if counted else 10.0


def read(data: bytes, cancel: CancelToken | None = None) -> Book:
    """Read a PDF.

    Raises:
        CancelledError: `cancel` was set.
        LockedPdfError: it needs a password.
        BrokenPdfError: it cannot be read.
    """
    return drained(steps(data, cancel or CancelToken()))


def steps(data: bytes, cancel: CancelToken) -> Generator[Progress, None, Book]:
    """Read a PDF, telling about once a second how many pages are read.

    Between two steps nobody is kept from using PDFium; see `library`.

    Raises:
        CancelledError: `cancel` was set; within a page's time, and at once while one is recognised.
        LockedPdfError: it needs a password.
        BrokenPdfError: it cannot be read.
    """
    raw = library.pdfium()
    sheets: list[Sheet] = []
    count, signed = 1, False
    while len(sheets) < count:
        with library.opened(data, cancel=cancel) as (document,):
            count = raw.FPDF_GetPageCount(document)
            if not 0 < count <= MOST_PAGES:
                raise library.BrokenPdfError("pages")
            signed = raw.FPDF_GetSignatureCount(document) > 0
            until = time.monotonic() + _STEP
            while len(sheets) < count and time.monotonic() < until:
                cancel.check()
                library.aside()
                number = len(sheets)
                with library.page_of(document, number) as page:
                    blank = Sheet(number, Box(0.0, 0.0, 1.0, 1.0), readable=False)
                    sheets.append(blank if page is None else letters.read(page, number))
        yield Progress(len(sheets), count, "page")
    sheets = yield from _recognised(data, sheets, cancel)
    cancel.check()
    return arranged(sheets, signed=signed)


def _recognised(
    data: bytes, sheets: list[Sheet], cancel: CancelToken
) -> Generator[Progress, None, list[Sheet]]:
    """The pages, with what can be read on those that are scanned."""
    blank = [sheet for sheet in sheets if sheet.scanned and not sheet.letters]
    tesseract = scans.program(cancel) if blank else ""
    if not tesseract:
        return sheets
    until = time.monotonic() + scans.TOTAL
    done = list(sheets)
    for at, sheet in enumerate(blank):
        yield Progress(at, len(blank), "page")
        left = until - time.monotonic()
        if left <= 0:
            break
        done[sheet.number] = scans.recognised(data, sheet, tesseract, left, cancel)
    return done


def arranged(sheets: Sequence[Sheet], *, signed: bool = False) -> Book:
    """The paragraphs of pages whose letters are known."""
    pages = [(sheet, lines(sheet.letters)) for sheet in sheets]
    still = furniture(pages)
    written = _written(sheets)
    alone: list[tuple[int, Line]] = []
    shown: list[tuple[int, Line]] = []
    found: list[Block] = []
    for sheet, page in pages:
        sides = [(0, page), *((turn, lines(some)) for turn, some in sheet.turned)]
        number = 0
        for turn, side in sides:
            text, formulas, other = _parted(side, still)
            shown += [(sheet.number, _on_page(line, turn)) for line in formulas]
            alone += [(sheet.number, _on_page(line, turn)) for line in other]
            for column in columns(text):
                for block in blocks(column, sheet.number, number, turn):
                    if not (written and code(block.lines)):
                        found.append(block)
                    else:
                        shown += [(sheet.number, _on_page(line, turn)) for line in block.lines]
                number += 1
    left = (*alone, *shown)
    return Book(tuple(sheets), _passages(found), left, tuple(shown), signed, written)


def _on_page(line: Line, turn: int) -> Line:
    """A line with the box that it takes on its page, whichever side it stands on."""
    return dataclasses.replace(line, box=line.box.turned(turn)) if turn else line


def _parted(
    page: Sequence[Line], still: frozenset[int]
) -> tuple[list[Line], list[Line], list[Line]]:
    """The lines of a page that are text, its formulas, and what else is left alone."""
    text: list[Line] = []
    other = [line for line in page if id(line) in still]
    formulas: list[Line] = []
    for line in page:
        if id(line) in still:
            continue
        (formulas if formula(line) else text).append(line)
    if formulas and text:
        sizes = sorted(line.size for line in text for _ in line.letters)
        more = pieces(formulas, text, sizes[len(sizes) // 2])
        formulas += [line for line in text if id(line) in more]
        text = [line for line in text if id(line) not in more]
    words: list[Line] = []
    for line in text:
        first, dots = led(line)
        words.append(first)
        if dots is not None:
            other.append(dots)
    return words, formulas, other


def _written(sheets: Sequence[Sheet]) -> bool:
    """Whether a typewriter's letters are code; not where everything is set in them."""
    mono = sum(letter.look.mono for sheet in sheets for letter in sheet.letters)
    return mono < _TYPED * sum(len(sheet.letters) for sheet in sheets)


def _passages(found: Sequence[Block]) -> tuple[Passage, ...]:
    """Paragraphs, with those that a column or page broke put together again."""
    chains: list[list[Block]] = []
    body = _usual(found)
    open_ = -1  # the chain that may go on
    for block in found:
        last = chains[open_][-1] if open_ >= 0 else None
        new = last is not None and (last.page, last.column) != (block.page, block.column)
        near = last is not None and block.page - last.page <= 1
        if last is not None and new and near and goes_on(last, block):
            chains[open_].append(block)
            continue
        chains.append([block])
        # A footnote, a caption or a table between two columns does not end the paragraph above it.
        if block.size > 0.92 * body and not block.cell and not _CAPTION.match(block.text):
            open_ = len(chains) - 1
    habit = habit_of([line for block in found for line in block.lines])
    return tuple(_passage(chain, habit) for chain in chains)


def _passage(chain: Sequence[Block], habit: Habit) -> Passage:
    text, sources = "", ()
    places: list[int] = []
    for number, block in enumerate(chain):
        if not number:
            text, sources = joined(block.lines, block.space.x1, habit)
            places.append(0)
            continue
        # Joining the last line of one block with the next decides what stands between.
        above = chain[number - 1]
        right = border((*above.lines, block.lines[0]), above.space.x1)
        bridge, behind = joined((above.lines[-1], *block.lines), right, habit)
        tail = joined((above.lines[-1],), right)[0]
        keep = len(text) - len(tail)
        begin = _first(behind, block.lines[0])
        text, sources = text[:keep] + bridge, sources[:keep] + behind
        places.append(keep + begin)
    return Passage(tuple(chain), text, tuple(sources), tuple(places))


def _first(sources: Sequence[Letter | None], line: Line) -> int:
    """Where the letters of `line` begin."""
    own = {id(letter) for letter in line.letters}
    return next((at for at, one in enumerate(sources) if id(one) in own), len(sources))
