"""A paragraph as plain text with things fastened to it.

The one law: marks are counted, never written into the text. Each mark of a source exists exactly
once in its target; styles may be split, joined or moved.
"""

from __future__ import annotations

import bisect
import dataclasses
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

MarkKind = Literal["point", "wrap", "fixed"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something fastened to text. Offsets count characters of its `Rich.text`.

    A "point" has no width (footnote mark, image, bookmark). A "wrap" surrounds text (link, field,
    emphasis). A "fixed" one surrounds text that must stay as it is (code, citation field).
    """

    id: int  # also the order in the source
    kind: MarkKind
    start: int
    end: int
    parent: int = -1  # the wrap it stands in
    partner: int = -1  # a point that opens or closes a range together with this one
    from_before: bool = False  # a wrap that began in an earlier piece
    goes_on: bool = False  # a wrap that ends in a later piece


@dataclass(frozen=True, slots=True)
class Style:
    """Formatting of `text[start:end]`; `id` is the format's own number."""

    start: int
    end: int
    id: int


@dataclass(frozen=True, slots=True)
class Rich:
    """Text, its marks in source order, and its styles, which cover it without holes."""

    text: str
    marks: tuple[Mark, ...] = ()
    styles: tuple[Style, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a document. Line breaks and tabs in its text separate segments always."""

    id: str
    rich: Rich
    readable: bool = True  # False: its markup was not understood, it stays as it is
    placed: bool = True  # False: the written file keeps its source, other outputs do not


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment of a paragraph, or what stands between two segments."""

    start: int
    end: int
    rich: Rich
    segment: int = -1  # number within the paragraph; -1 between segments


def cut(rich: Rich, spans: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    """Cut a paragraph at `spans` (sorted, disjoint); joined pieces are the paragraph again.

    A point on a border belongs to the segment it touches, the left one first.
    """
    bounds: list[tuple[int, int, int]] = []
    at = 0
    for number, (start, end) in enumerate(spans):
        bounds += [(at, start, -1), (start, end, number)]
        at = end
    bounds.append((at, len(rich.text), -1))
    starts, ends = [start for start, _, _ in bounds], [end for _, end, _ in bounds]
    marks: list[list[Mark]] = [[] for _ in bounds]
    styles: list[list[Style]] = [[] for _ in bounds]
    for mark in rich.marks:
        point = mark.start == mark.end
        for index in [_owner(mark.start, bounds, ends)] if point else _over(mark, starts, ends):
            marks[index].append(_clip(mark, starts[index], ends[index]))
    for style in rich.styles:
        for index in _over(style, starts, ends):
            start, end = starts[index], ends[index]
            clipped = max(style.start, start) - start, min(style.end, end) - start
            styles[index].append(Style(*clipped, style.id))
    pieces: list[Piece] = []
    for (start, end, number), inside, looks in zip(bounds, marks, styles, strict=True):
        here = {mark.id for mark in inside}
        kept = tuple(
            mark if mark.parent in here else dataclasses.replace(mark, parent=-1) for mark in inside
        )
        pieces.append(Piece(start, end, Rich(rich.text[start:end], kept, tuple(looks)), number))
    return tuple(pieces)


def _over(thing: Mark | Style, starts: Sequence[int], ends: Sequence[int]) -> range:
    """The pieces of which a thing with width holds something."""
    return range(bisect.bisect_right(ends, thing.start), bisect.bisect_left(starts, thing.end))


def _owner(at: int, bounds: Sequence[tuple[int, int, int]], ends: Sequence[int]) -> int:
    """Which piece a point belongs to."""
    first = bisect.bisect_left(ends, at)
    touching = itertools.takewhile(lambda i: bounds[i][0] <= at, range(first, len(bounds)))
    return next((index for index in touching if bounds[index][2] >= 0), first)


def _clip(mark: Mark, start: int, end: int) -> Mark:
    """What of a mark stands in the piece `start`..`end`."""
    if mark.start == mark.end:
        return dataclasses.replace(mark, start=mark.start - start, end=mark.end - start)
    return dataclasses.replace(
        mark,
        start=max(mark.start, start) - start,
        end=min(mark.end, end) - start,
        from_before=mark.from_before or mark.start < start,
        goes_on=mark.goes_on or mark.end > end,
    )


def join(parts: Sequence[Rich], source: Rich) -> Rich:
    """Put pieces together; `source` says which wrap each mark stood in."""
    texts: list[str] = []
    styles: list[Style] = []
    found: dict[int, tuple[int, int]] = {}
    at = 0
    for part in parts:
        for mark in part.marks:
            start, end = found.get(mark.id, (at + mark.start, 0))
            found[mark.id] = (start, max(end, at + mark.end))
        for style in part.styles:
            if styles and styles[-1].id == style.id:
                styles[-1] = Style(styles[-1].start, style.end + at, style.id)
            else:
                styles.append(Style(style.start + at, style.end + at, style.id))
        texts.append(part.text)
        at += len(part.text)
    marks = tuple(
        dataclasses.replace(mark, start=found[mark.id][0], end=found[mark.id][1])
        for mark in source.marks
        if mark.id in found
    )
    return Rich("".join(texts), marks, tuple(styles))


def lost(source: Rich, target: Rich) -> tuple[int, ...]:
    """Marks of `source` that `target` lacks, holds twice, or holds without their text."""
    counts: dict[int, int] = {}
    for mark in target.marks:
        empty = mark.kind != "point" and mark.start >= mark.end
        counts[mark.id] = counts.get(mark.id, 0) + (0 if empty else 1)
    return tuple(
        mark.id
        for mark in source.marks
        if counts.get(mark.id, 0) != 1 and not (mark.kind != "point" and mark.start == mark.end)
    )
