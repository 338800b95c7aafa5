"""Segments of a document, and what became of them.

The one law: a segment has the same id in every run over the same file.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.store.segment_rows import StoredSegment
from agents.translation import inline, language, segment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.store.segment_rows import Cut, SegmentState
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
    before: str = ""  # the text of the segment before it in the document; empty for the first
    after: str = ""  # and of the one behind it

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
    by: str = ""  # "model:" and its id, where another model than the job's own said it


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
    found: list[tuple[str, Paragraph, Piece]] = []
    for paragraph in document.paragraphs:
        own = (cuts or {}).get(paragraph.id)
        if own:
            spans, names = [(cut.start, cut.stop) for cut in own], [cut.segment for cut in own]
        else:
            spans = segment.segments(paragraph.rich, korean)
            names = [f"{paragraph.id}.{number}" for number in range(len(spans))]
        pieces[paragraph.id] = inline.cut(paragraph.rich, spans)
        parts = [piece for piece in pieces[paragraph.id] if piece.segment >= 0]
        found += [(names[piece.segment], paragraph, piece) for piece in parts]
    return pieces, in_order(found)


def in_order(found: Sequence[tuple[str, Paragraph, Piece]]) -> list[Unit]:
    """Segments of a document by id, each with its place and with the texts beside it."""
    texts = ["", *(" ".join(piece.rich.text.split()) for _name, _paragraph, piece in found), ""]
    return [
        Unit(
            name,
            at,
            paragraph,
            piece,
            texts[at + 1],
            " ".join(_masked(piece.rich).split()),
            texts[at],
            texts[at + 2],
        )
        for at, (name, paragraph, piece) in enumerate(found)
    ]


def recut(units: Sequence[Unit], paragraph: str, cuts: Sequence[Cut]) -> list[Unit]:
    """The segments of a document with those of one paragraph cut elsewhere."""
    own = [unit for unit in units if unit.paragraph.id == paragraph]
    first, last = own[0].index, own[-1].index + 1
    pieces = inline.cut(own[0].paragraph.rich, [(cut.start, cut.stop) for cut in cuts])
    new = [
        (cuts[piece.segment].segment, own[0].paragraph, piece)
        for piece in pieces
        if piece.segment >= 0
    ]
    before, behind = (
        [(unit.id, unit.paragraph, unit.piece) for unit in some]
        for some in (units[:first], units[last:])
    )
    return in_order([*before, *new, *behind])


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


def told(unit: Unit, target: str, problems: tuple[ProblemKind, ...]) -> tuple[ProblemKind, ...]:
    """The problems of a translation, with the one that its file keeps the source in its place."""
    stays = unit.paragraph.placed or target == unit.text or "tag" in problems
    return problems if stays else (*problems, "tag")


def row(unit: Unit, outcome: Outcome) -> StoredSegment:
    """A segment as it is stored."""
    return StoredSegment(
        segment=unit.id,
        position=unit.index,
        source=unit.text,
        target=outcome.target,
        state=outcome.state,
        problems=told(unit, outcome.target, outcome.problems),
        refused=outcome.refused,
        retried=outcome.retried,
        made_by=outcome.by,
    )
