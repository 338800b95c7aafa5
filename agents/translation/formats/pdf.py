"""PDF: paragraphs in reading order, translated where they stand.

The one law: a paragraph is written in place only where all of its text can be taken out and
nothing else with it; anything else stays as it was and is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import CancelToken, Notice, UserError, drained
from agents.pages import reading
from agents.pages.library import BrokenPdfError, LockedPdfError
from agents.translation.formats import pdf_names, pdf_outline, pdf_write
from agents.translation.formats.pdf_fonts import Fonts
from agents.translation.formats.pdf_frames import Surroundings, leading
from agents.translation.formats.pdf_layout import FIRST, READABLE, SHRUNK, Layout, set_in
from agents.translation.formats.pdf_text import Texts
from agents.translation.inline import Paragraph, Rich, Style, join

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from agents.base import Progress
    from agents.pages.reading import Book, Passage
    from agents.translation.events import Language
    from agents.translation.formats.pdf_layout import Sign
    from agents.translation.inline import Piece

_SHOWN = 12  # page numbers in a notice
# What stands for a page nobody could read, in the language that was to be translated.
_PAGE: Mapping[Language, str] = {"ko": "[page {}]", "en": "[{}쪽]"}
Key = tuple[int, int]  # number of a page, and of an object on it


def opening(
    data: bytes, name: str, target: Language, cancel: CancelToken
) -> Generator[Progress, None, PdfDocument]:
    """Open a PDF step by step, telling how far it is.

    Raises:
        CancelledError: `cancel` was set.
        UserError: translation.{encrypted,not_pdf,pdf_damaged,pdf_no_text,pdf_scanned_only,
            pdf_garbled_only,pdf_tilted_only}.
    """
    if b"%PDF-" not in data[:1024]:
        raise UserError("translation.not_pdf", file=name)
    try:
        book = yield from reading.steps(data, cancel)
        document = PdfDocument(data, name, target, book)
        good = yield from pdf_write.trying(data, document.apart.data, document.wanted, cancel)
    except LockedPdfError as error:
        raise UserError("translation.encrypted", file=name) from error
    except BrokenPdfError as error:
        raise UserError("translation.pdf_damaged", file=name) from error
    document.settle(good)
    return document


def opened(data: bytes, name: str, target: Language) -> PdfDocument:
    """Open a PDF at once; see `opening`."""
    return drained(opening(data, name, target, CancelToken()))


class PdfDocument:
    """One PDF. Made by `opening`."""

    def __init__(self, data: bytes, name: str, target: Language, book: Book) -> None:
        """Take what was read apart; which pages can be written is not known before `settle`.

        Raises:
            UserError: translation.pdf_{no_text,scanned_only,garbled_only,tilted_only}.
        """
        self._data = data
        self._name = name
        self._target: Language = target
        self._book = book
        self._fonts = Fonts()
        self._scanned = frozenset(sheet.number for sheet in book.sheets if sheet.scanned)
        self._passages = dict(named(book.passages))
        read = {block.page for one in book.passages for block in one.blocks}
        self._unread = {
            sheet.number
            for sheet in book.sheets
            if sheet.number not in read
            and (sheet.garbled or not sheet.readable or (sheet.scanned and not sheet.looked))
        }
        if not self._passages:
            raise UserError(_why_empty(book), file=name)
        self._objects = {key: _objects(passage) for key, passage in self._passages.items()}
        self._owners: dict[Key, set[str]] = {}
        for key, objects in self._objects.items():
            for one in objects:
                self._owners.setdefault(one, set()).add(key)
        self._texts = Texts(book, self._passages, self._fonts)
        plain = pdf_names.plain(data)
        self.apart = pdf_names.apart(data, plain)
        self._titles = pdf_outline.titles(plain)
        self._stuck = self._immovable()
        self._small: list[int] = []
        self._paragraphs: list[Paragraph] = []

    @property
    def book(self) -> Book:
        """What was read."""
        return self._book

    @property
    def wanted(self) -> dict[int, frozenset[int]]:
        """The text objects that are to be taken out of each page, if it survives that."""
        riches = self._texts.riches
        taken = self._taken({key: rich for key, rich in riches.items() if key not in self._stuck})
        return {page: numbers for page, numbers in taken.items() if page not in self._scanned}

    def settle(self, good: frozenset[int]) -> None:
        """Keep what stands on pages that would not survive; `good` are those that would."""
        bad = self.wanted.keys() - good
        self._stuck |= {
            key for key, objects in self._objects.items() if any(page in bad for page, _ in objects)
        }
        self._stuck |= self._kin(self._stuck)  # who shares an object with a stuck one is stuck
        self._paragraphs = [
            Paragraph(key, rich, key not in self._stuck, placed=not self._on_picture(key))
            for key, rich in self._texts.riches.items()
        ]
        self._paragraphs += [
            Paragraph(f"page{page + 1}", Rich(text, (), (Style(0, len(text), 0),)), readable=False)
            for page in sorted(self._unread)
            for text in (_PAGE[self._target].format(page + 1),)
        ]
        self._paragraphs += [
            Paragraph(key, Rich(title, (), (Style(0, len(title), 0),)))
            for key, title in self._titles.texts.items()
        ]

    @property
    def paragraphs(self) -> Sequence[Paragraph]:
        """All paragraphs in reading order, pages that were not read, the titles of the outline."""
        return self._paragraphs

    @property
    def notices(self) -> Sequence[Notice]:
        """What a person should know of this file; more once it is written."""
        found: list[Notice] = []
        read = {block.page for one in self._passages.values() for block in one.blocks}
        garbled = {sheet.number for sheet in self._book.sheets if sheet.garbled}
        kept = {self._passages[key].page for key in self._stuck}
        broken = {sheet.number for sheet in self._book.sheets if not sheet.readable}
        odd = {sheet.number for sheet in self._book.sheets if sheet.rotated}
        for code, told in (
            ("translation.pdf_signed", self._book.signed),
            ("translation.pdf_bookmarks_kept", self._titles.locked),
        ):
            if told:
                found.append(Notice(code, (("file", self._name),)))
        for code, pages in (
            ("translation.pdf_scanned", self._scanned - read - garbled),
            ("translation.pdf_scanned_read", (self._scanned & read) - garbled),
            ("translation.pdf_page_damaged", broken),
            ("translation.pdf_garbled", garbled - read),
            ("translation.pdf_garbled_read", garbled & read),
            ("translation.pdf_kept", kept),
            ("translation.pdf_tilted", odd - self._scanned),
            ("translation.pdf_small", set(self._small)),
        ):
            if pages:
                values = (("file", self._name), ("pages", _listed(sorted(pages))))
                found.append(Notice(code, values))
        return found

    def fits(self, paragraph: str, piece: Piece, target: Rich) -> bool:
        """Whether our fonts have every letter; a title is shown in the reader's own."""
        del piece
        return paragraph in self._titles.texts or self._fonts.shows(target.text)

    def write(self, targets: Mapping[str, Sequence[tuple[Piece, Rich | None]]]) -> bytes:
        """The translated file.

        Raises:
            UserError: translation.structure (PDFium could not write it).
        """
        sources = {paragraph.id: paragraph.rich for paragraph in self._paragraphs}
        changed = {
            name: join([target or piece.rich for piece, target in pieces], sources[name])
            for name, pieces in targets.items()
            if any(target is not None and target != piece.rich for piece, target in pieces)
        }
        titles = {key: changed.pop(key).text for key in self._titles.texts if key in changed}
        # Whoever shares a text object with a changed paragraph is written anew as well.
        for name in self._kin(changed):
            changed.setdefault(name, sources[name])
        placed = {name: rich for name, rich in changed.items() if not self._on_picture(name)}
        data = self._data
        try:
            if placed:
                taken = self._taken(placed)
                lines = [line for layout in self._set_all(placed) for line in layout.lines]
                data = pdf_write.write(self.apart, taken, lines, self._fonts, self._target)
            return pdf_outline.write(data, titles) if titles else data
        except BrokenPdfError as error:
            raise UserError("translation.structure", file=self._name, part="PDF") from error

    def _taken(self, riches: Mapping[str, Rich]) -> dict[int, frozenset[int]]:
        """The text objects of some paragraphs that do not go with them, by their pages."""
        taken: dict[int, set[int]] = {}
        for name, rich in riches.items():
            moved = self._texts.insets.get(name, {})
            stay = {
                (one.page, number)
                for mark in rich.marks
                if (one := moved.get(mark.id)) is not None
                for number in one.objects
            }
            for page, number in self._objects[name] - stay:
                taken.setdefault(page, set()).add(number)
        return {page: frozenset(numbers) for page, numbers in taken.items()}

    def _set_all(self, placed: Mapping[str, Rich]) -> list[Layout]:
        """All paragraphs set; those of one page and size get one size again."""
        around = Surroundings(self._book)
        first = {name: self._set(name, rich, around, FIRST) for name, rich in placed.items()}
        common: dict[tuple[int, float], float] = {}
        for name, layout in first.items():
            key = _kind(self._passages[name])
            common[key] = min(common.get(key, FIRST), max(layout.scale, SHRUNK))
        made: list[Layout] = []
        for name, layout in first.items():
            passage = self._passages[name]
            most = common[_kind(passage)]
            again = layout.scale > most
            made.append(self._set(name, placed[name], around, most) if again else layout)
            if made[-1].scale < READABLE - 0.01:
                self._small.append(passage.page)
        return made

    def _set(self, name: str, rich: Rich, around: Surroundings, most: float) -> Layout:
        passage = self._passages[name]
        signs: list[Sign] = []
        for style in rich.styles:
            trait = self._texts.traits[style.id]
            signs += [(sign, trait) for sign in rich.text[style.start : style.end]]
        moved = self._texts.insets.get(name, {})
        for mark in sorted(rich.marks, key=lambda mark: -mark.start):
            if (one := moved.get(mark.id)) is not None:
                signs[mark.start : mark.end] = [("\ufffc", one)]
        frames = around.frames(passage)
        return set_in(signs, frames, passage.size, leading(passage), self._fonts, most)

    # -- what can be taken out ------------------------------------------------------------------

    def _immovable(self) -> set[str]:
        """Paragraphs that cannot be taken out of their page, or could not be written."""
        others = {
            (page, letter.object) for page, line in self._book.alone for letter in line.letters
        }
        return self._texts.stuck | {
            name
            for name, objects in self._objects.items()
            if any(one[1] < 0 or one in others for one in objects) and not self._on_picture(name)
        }

    def _on_picture(self, name: str) -> bool:
        """Whether a paragraph was read from a picture, on which nothing can be replaced."""
        return any(block.page in self._scanned for block in self._passages[name].blocks)

    def _kin(self, names: Mapping[str, Rich] | set[str]) -> set[str]:
        """Paragraphs that share a text object with one of these, and are none of them."""
        found = set(names)
        waiting = list(names)
        while waiting:
            for one in self._objects[waiting.pop()]:
                for other in self._owners[one] - found:
                    found.add(other)
                    waiting.append(other)
        return found - set(names)


def named(passages: Sequence[Passage]) -> list[tuple[str, Passage]]:
    """Paragraphs with the names they are known by."""
    found: list[tuple[str, Passage]] = []
    counted: dict[int, int] = {}
    for passage in passages:
        if passage.text.strip():
            number = counted.get(passage.page, 0)
            counted[passage.page] = number + 1
            found.append((f"page{passage.page + 1}:{number}", passage))
    return found


def _why_empty(book: Book) -> str:
    if any(sheet.garbled for sheet in book.sheets):
        return "translation.pdf_garbled_only"
    if any(sheet.scanned for sheet in book.sheets):
        return "translation.pdf_scanned_only"
    rotated = any(sheet.rotated for sheet in book.sheets)
    return "translation.pdf_tilted_only" if rotated else "translation.pdf_no_text"


def _kind(passage: Passage) -> tuple[int, float]:
    return passage.page, round(passage.size * 2) / 2


def _objects(passage: Passage) -> frozenset[Key]:
    """Page and number of every text object of a paragraph."""
    return frozenset(
        (block.page, letter.object)
        for block in passage.blocks
        for line in block.lines
        for letter in line.letters
    )


def _listed(pages: Sequence[int]) -> str:
    """Page numbers as people read them: 1, 3–5."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    texts = [f"{run[0] + 1}" + (f"–{run[-1] + 1}" if len(run) > 1 else "") for run in runs]
    return ", ".join(texts[:_SHOWN]) + (" …" if len(texts) > _SHOWN else "")
