"""What a reader of a page cannot see: white letters, letters without a size, letters off the page.

The one law: what is hidden is told by the picture of the page, not by a colour alone: white words
on a dark ground are read by everybody.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from agents.pages import library
from agents.pages.reading import arranged

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from agents.base import CancelToken
    from agents.pages.reading import Book
    from agents.pages.shapes import Box, Letter, Sheet

_PALE = 200  # of 255: letters that are darker are seen on any paper
_TINY = 2.0  # points: nobody reads smaller letters
_SCALE = 2.0  # pixels of a point
_DARK = 160  # of 255: how light the ground is at most on which pale letters are seen


def seen(book: Book, source: bytes | Path, cancel: CancelToken) -> Book:
    """The book without what is hidden; the same one where nothing is.

    Args:
        book: what was read.
        source: the file it was read from.
        cancel: ends it.

    Raises:
        CancelledError: `cancel` was set.
        LockedPdfError, BrokenPdfError: the file cannot be read (any more).
    """
    odd = [sheet for sheet in book.sheets if any(map(_suspicious(sheet), _letters(sheet)))]
    if not odd:
        return book
    sheets = list(book.sheets)
    for sheet in odd:
        with library.opened(source, cancel=cancel) as (document,):
            cancel.check()
            with library.page_of(document, sheet.number) as page:
                if page is not None:
                    sheets[sheet.number] = shown(sheet, page)
    changed = any(new is not old for new, old in zip(sheets, book.sheets, strict=True))
    return arranged(sheets, signed=book.signed) if changed else book


def shown(sheet: Sheet, page: Any) -> Sheet:  # noqa: ANN401 - a handle
    """A page without what is hidden on it. Call it within `library.opened`."""
    if sheet.scanned or not any(map(_suspicious(sheet), _letters(sheet))):
        return sheet  # recognised letters lie unseen over their picture
    grey, width, height = library.picture(page, _SCALE)
    picture = _Picture(grey, width, height, sheet.box)
    suspicious = _suspicious(sheet)

    def kept(letters: Iterable[Letter], turn: int) -> tuple[Letter, ...]:
        return tuple(
            letter
            for letter in letters
            if not suspicious(letter)
            or (letter.size >= _TINY and picture.dark(letter.box.turned(turn)))
        )

    upright = kept(sheet.letters, 0)
    turned = tuple((turn, kept(letters, turn)) for turn, letters in sheet.turned)
    same = len(upright) == len(sheet.letters) and turned == sheet.turned
    return sheet if same else dataclasses.replace(sheet, letters=upright, turned=turned)


def _letters(sheet: Sheet) -> Iterable[Letter]:
    yield from sheet.letters
    for _turn, letters in sheet.turned:
        yield from letters


def _suspicious(sheet: Sheet) -> Any:  # noqa: ANN401 - a function of a letter
    box = sheet.box

    def suspicious(letter: Letter) -> bool:
        pale = min(letter.look.colour) >= _PALE
        off = letter.box.x1 < box.x0 or letter.box.x0 > box.x1
        return pale or letter.size < _TINY or off

    return suspicious


@dataclasses.dataclass(frozen=True, slots=True)
class _Picture:
    grey: bytes
    width: int
    height: int
    page: Box

    def dark(self, box: Box) -> bool:
        """Whether most of a box of the page is dark; what is off the page is not."""
        wide = self.width / max(self.page.width, 1e-6)
        high = self.height / max(self.page.height, 1e-6)
        left = max(0, int((box.x0 - self.page.x0) * wide))
        right = min(self.width, round((box.x1 - self.page.x0) * wide) + 1)
        top = max(0, int((self.page.y1 - box.y1) * high))
        bottom = min(self.height, round((self.page.y1 - box.y0) * high) + 1)
        if left >= right or top >= bottom:
            return False
        rows = [
            self.grey[y * self.width + left : y * self.width + right] for y in range(top, bottom)
        ]
        return sum(map(sum, rows)) < _DARK * len(rows) * (right - left)
