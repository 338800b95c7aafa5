"""Segments of a document, and what became of them.

The one law: a segment has the same id in every run over the same file.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.store.translations import StoredSegment
from agents.translation import inline, language, segment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agents.store.translations import Cut, SegmentState
    from agents.translation.events import Language, ProblemKind
    from agents.translation.formats.base import Document
    from agents.translation.inline import Paragraph, Piece, Rich
    from agents.translation.korean import Korean

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Unit:
    """One segment of a document."""

    id: str
    index: int  # in the document
    paragraph: Paragraph
    piece: Piece
    text: str  # what is translated: the sentence on one line
    words: str  # the same without what must stay as it is

    def asks(self, target: Language) -> bool:
        """Whether there is something to translate."""
        return language.needs(self.words, target)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a segment. `target` is what stands in the translated document."""

    target: str
    state: SegmentState
    problems: tuple[ProblemKind, ...] = ()
    refused: str = ""
    retried: bool = False


def read(
    document: Document, korean: Korean, cuts: Mapping[str, Sequence[Cut]] | None = None
) -> tuple[dict[str, tuple[Piece, ...]], list[Unit]]:
    """The pieces of each paragraph, and the segments among them in order.

    Args:
        document: what is read.
        korean: the analyser.
        cuts: the segments of the paragraphs that a person cut or joined.
    """
    pieces: dict[str, tuple[Piece, ...]] = {}
    units: list[Unit] = []
    for paragraph in document.paragraphs:
        own = (cuts or {}).get(paragraph.id)
        if own:
            spans, names = [(cut.start, cut.stop) for cut in own], [cut.segment for cut in own]
        else:
            spans = segment.segments(paragraph.rich, korean)
            names = [f"{paragraph.id}.{number}" for number in range(len(spans))]
        pieces[paragraph.id] = inline.cut(paragraph.rich, spans)
        units += _units(paragraph, pieces[paragraph.id], names, len(units))
    return pieces, units


def _units(
    paragraph: Paragraph, pieces: Sequence[Piece], names: Sequence[str], index: int
) -> Iterator[Unit]:
    for piece in pieces:
        if piece.segment >= 0:
            words = " ".join(_masked(piece.rich).split())
            text = " ".join(piece.rich.text.split())
            name = names[piece.segment]
            yield Unit(name, index + piece.segment, paragraph, piece, text, words)


def recut(units: Sequence[Unit], paragraph: str, cuts: Sequence[Cut]) -> list[Unit]:
    """The segments of a document with those of one paragraph cut elsewhere."""
    own = [unit for unit in units if unit.paragraph.id == paragraph]
    first, last = own[0].index, own[-1].index + 1
    rich = own[0].paragraph.rich
    pieces = inline.cut(rich, [(cut.start, cut.stop) for cut in cuts])
    new = list(_units(own[0].paragraph, pieces, [cut.segment for cut in cuts], first))
    more = len(new) - len(own)
    behind = (dataclasses.replace(unit, index=unit.index + more) for unit in units[last:])
    return [*units[:first], *new, *(behind if more else units[last:])]


def _masked(rich: Rich) -> str:
    text = rich.text
    for mark in rich.marks:
        if mark.kind == "fixed":
            text = text[: mark.start] + " " * (mark.end - mark.start) + text[mark.end :]
    return text


def clean(answer: str) -> str:
    """An answer on one line, without control characters."""
    return " ".join(_CONTROL.sub("", unicodedata.normalize("NFC", answer)).split())


def kept(unit: Unit, problem: ProblemKind, refused: str = "", *, retried: bool = False) -> Outcome:
    """A segment that stays in its own language."""
    return Outcome(unit.piece.rich.text, "untranslated", (problem,), refused, retried)


def row(unit: Unit, outcome: Outcome) -> StoredSegment:
    """A segment as it is stored."""
    return StoredSegment(
        segment=unit.id,
        position=unit.index,
        source=unit.text,
        target=outcome.target,
        state=outcome.state,
        problems=outcome.problems,
        refused=outcome.refused,
        retried=outcome.retried,
    )
