"""PDF: paragraphs in reading order, translated where they stand.

The one law: a paragraph is written in place only where all of its text can be taken out and
nothing else with it; anything else stays as it was and is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.base import CancelToken, Notice, UserError
from agents.pages import formulas, reading
from agents.pages.library import BrokenPdfError, LockedPdfError
from agents.translation.formats import pdf_insets as insets
from agents.translation.formats import pdf_names, pdf_write
from agents.translation.formats.base import protected
from agents.translation.formats.pdf_fonts import Fonts
from agents.translation.formats.pdf_frames import Surroundings, leading
from agents.translation.formats.pdf_layout import FIRST, READABLE, SHRUNK, Layout, Trait, set_in
from agents.translation.inline import Mark, Paragraph, Rich, Style, join

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.pages.reading import Passage
    from agents.pages.shapes import Letter, Line
    from agents.translation.events import Language
    from agents.translation.formats.pdf_insets import Inset
    from agents.translation.formats.pdf_layout import Sign
    from agents.translation.inline import Piece

_RAISED = 0.15  # of the letter size: from here on a smaller letter is a mark above the line
_SMALL = 0.85  # of the letter size
_SHOWN = 12  # page numbers in a notice


class PdfDocument:
    """One PDF."""

    def __init__(self, data: bytes, name: str, target: Language) -> None:
        """Read all paragraphs.

        Raises:
            UserError: translation.{encrypted,not_pdf,pdf_damaged,pdf_no_text}.
        """
        self._data = data
        self._name = name
        self._target: Language = target
        self._fonts = Fonts()
        if b"%PDF-" not in data[:1024]:
            raise UserError("translation.not_pdf", file=name)
        try:
            self._book = reading.read(data)
        except LockedPdfError as error:
            raise UserError("translation.encrypted", file=name) from error
        except BrokenPdfError as error:
            raise UserError("translation.pdf_damaged", file=name) from error
        self._scanned = frozenset(s.number for s in self._book.sheets if s.scanned)
        self._passages = dict(named(self._book.passages))
        if not self._passages:
            code = "translation.pdf_scanned_only" if self._scanned else "translation.pdf_no_text"
            raise UserError(code, file=name)
        self._traits: list[Trait] = []
        self._numbers: dict[Trait, int] = {}
        self._objects = {name: _objects(passage) for name, passage in self._passages.items()}
        self._letters = insets.counted(self._book.passages, self._book.alone)
        self._insets: dict[str, dict[int, Inset]] = {}  # of each paragraph, by their marks
        self._lost: set[str] = set()  # paragraphs with letters that can only stay where they are
        riches = {name: self._rich(name, passage) for name, passage in self._passages.items()}
        self._apart = pdf_names.apart(data)
        stuck = self._stuck(riches)
        self._paragraphs = [
            Paragraph(key, rich, readable=key not in stuck) for key, rich in riches.items()
        ]
        self._small: list[int] = []
        self._stuck_pages = sorted({self._passages[key].page for key in stuck})

    @property
    def book(self) -> reading.Book:
        """What was read."""
        return self._book

    @property
    def paragraphs(self) -> Sequence[Paragraph]:
        """All paragraphs, in reading order."""
        return self._paragraphs

    @property
    def notices(self) -> Sequence[Notice]:
        """What a person should know of this file; more once it is written."""
        found: list[Notice] = []
        read = {block.page for one in self._passages.values() for block in one.blocks}
        if self._book.signed:
            found.append(Notice("translation.pdf_signed", (("file", self._name),)))
        for code, pages in (
            ("translation.pdf_scanned", sorted(self._scanned - read)),
            ("translation.pdf_scanned_read", sorted(self._scanned & read)),
            ("translation.pdf_kept", self._stuck_pages),
            ("translation.pdf_small", sorted(set(self._small))),
        ):
            if pages:
                found.append(Notice(code, (("file", self._name), ("pages", _listed(pages)))))
        return found

    def fits(self, paragraph: str, piece: Piece, target: Rich) -> bool:
        """Whether our fonts have every letter."""
        del paragraph, piece
        return self._fonts.shows(target.text)

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
        # Whoever shares a text object with a changed paragraph is written anew as well.
        for name in self._kin(changed):
            changed.setdefault(name, sources[name])
        placed = {
            name: rich
            for name, rich in changed.items()
            if not any(block.page in self._scanned for block in self._passages[name].blocks)
        }
        if not placed:
            return self._data
        taken = self._taken(placed)
        lines = [line for layout in self._set_all(placed) for line in layout.lines]
        try:
            return pdf_write.write(self._apart, taken, lines, self._fonts, self._target)
        except BrokenPdfError as error:
            raise UserError("translation.structure", file=self._name, part="PDF") from error

    def _taken(self, riches: Mapping[str, Rich]) -> dict[int, frozenset[int]]:
        """The text objects of some paragraphs that do not go with them, by their pages."""
        taken: dict[int, set[int]] = {}
        for name, rich in riches.items():
            moved = self._insets.get(name, {})
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
            trait = self._traits[style.id]
            signs += [(sign, trait) for sign in rich.text[style.start : style.end]]
        moved = self._insets.get(name, {})
        for mark in sorted(rich.marks, key=lambda mark: -mark.start):
            if (one := moved.get(mark.id)) is not None:
                signs[mark.start : mark.end] = [("\ufffc", one)]
        frames = around.frames(passage)
        return set_in(signs, frames, passage.size, leading(passage), self._fonts, most)

    # -- what can be taken out ------------------------------------------------------------------

    def _stuck(self, riches: Mapping[str, Rich]) -> frozenset[str]:
        """Paragraphs that cannot be taken out of their page, or cannot be written."""
        owners: dict[tuple[int, int], set[str]] = {}
        for name, objects in self._objects.items():
            for one in objects:
                owners.setdefault(one, set()).add(name)
        others = {
            (page, letter.object) for page, line in self._book.alone for letter in line.letters
        }
        stuck = {
            name
            for name, objects in self._objects.items()
            if any(one[1] < 0 or one in others for one in objects)
            and not any(block.page in self._scanned for block in self._passages[name].blocks)
        }
        stuck |= self._lost
        taken = self._taken({name: rich for name, rich in riches.items() if name not in stuck})
        taken = {page: numbers for page, numbers in taken.items() if page not in self._scanned}
        good = pdf_write.removable(self._data, self._apart.data, taken, CancelToken())
        bad = taken.keys() - good
        stuck |= {
            name
            for name, objects in self._objects.items()
            if any(page in bad for page, _ in objects)
        }
        waiting = list(stuck)
        while waiting:  # who shares an object with a stuck one is stuck
            for one in self._objects[waiting.pop()]:
                for other in owners[one] - stuck:
                    stuck.add(other)
                    waiting.append(other)
        return frozenset(stuck)

    def _kin(self, names: Mapping[str, Rich]) -> set[str]:
        """Paragraphs that share a text object with one of these."""
        owners: dict[tuple[int, int], set[str]] = {}
        for name, objects in self._objects.items():
            for one in objects:
                owners.setdefault(one, set()).add(name)
        found = set(names)
        waiting = list(names)
        while waiting:
            for one in self._objects[waiting.pop()]:
                for other in owners[one] - found:
                    found.add(other)
                    waiting.append(other)
        return found - names.keys()

    # -- text with what is fastened to it -------------------------------------------------------

    def _rich(self, name: str, passage: Passage) -> Rich:
        text, sources = passage.text, passage.sources
        homes = _homes(passage)
        styles: list[Style] = []
        trait = Trait()
        for at, letter in enumerate(sources):
            if letter is not None:
                trait = _trait(letter, passage.size, homes)
            number = self._number(trait)
            if styles and styles[-1].id == number:
                styles[-1] = Style(styles[-1].start, at + 1, number)
            else:
                styles.append(Style(at, at + 1, number))
        raised = [
            (style.start, style.end)
            for style in styles
            if self._traits[style.id].rise > 0 and text[style.start : style.end].strip()
        ]
        spans = sorted(formulas.spans(sources, code=self._book.written and not _all_code(passage)))
        shown = [letter is None or self._fonts.shows(letter.text) for letter in sources]
        strange = [(at, at + 1) for at, good in enumerate(shown) if not good]
        for some in (raised, strange):
            spans += [one for one in some if not _overlap(one, spans)]
        spans.sort()
        marks = [Mark(number, "fixed", start, end) for number, (start, end) in enumerate(spans)]
        moved = {
            mark.id: one
            for mark in marks
            if (one := insets.inset(passage, mark.start, mark.end, self._letters, homes))
        }
        if moved:
            self._insets[name] = moved
        if not all(all(shown[mark.start : mark.end]) or mark.id in moved for mark in marks):
            self._lost.add(name)
        return protected(Rich(text, tuple(marks), tuple(styles)))

    def _number(self, trait: Trait) -> int:
        if trait not in self._numbers:
            self._numbers[trait] = len(self._traits)
            self._traits.append(trait)
        return self._numbers[trait]


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


def _kind(passage: Passage) -> tuple[int, float]:
    return passage.page, round(passage.size * 2) / 2


def _objects(passage: Passage) -> frozenset[tuple[int, int]]:
    """Page and number of every text object of a paragraph."""
    return frozenset(
        (block.page, letter.object)
        for block in passage.blocks
        for line in block.lines
        for letter in line.letters
    )


def _homes(passage: Passage) -> dict[int, Line]:
    """The line that each letter stands in, by its `id()`."""
    return {
        id(letter): line
        for block in passage.blocks
        for line in block.lines
        for letter in line.letters
    }


def _trait(letter: Letter, size: float, homes: Mapping[int, Line]) -> Trait:
    ratio = round(letter.size / max(size, 0.1), 1)
    line = homes.get(id(letter))
    off = (letter.baseline - line.baseline) / max(size, 0.1) if line is not None else 0.0
    raised = ratio < _SMALL and abs(off) > _RAISED
    return Trait(
        letter.look.bold,
        letter.look.italic and not letter.look.math,
        letter.look.colour,
        ratio if ratio < _SMALL or ratio > 1.15 else 1.0,
        round(off, 1) if raised else 0.0,
    )


def _overlap(one: tuple[int, int], spans: Sequence[tuple[int, int]]) -> bool:
    return any(start < one[1] and one[0] < end for start, end in spans)


def _all_code(passage: Passage) -> bool:
    return formulas.code([line for block in passage.blocks for line in block.lines])


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
