"""Segments cut and joined by a person, where the segmenter saw other sentences than they do.

The one law: only within a paragraph, never through text that has to stay whole, and never over a
line break or a tab. What a translation said before stands in the segments afterwards.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.store.segment_rows import Cut, StoredSegment
from agents.translation.segment import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agents.translation.inline import Rich
    from agents.translation.units import Unit

Cuts = tuple[Cut, ...]

_BREAK = re.compile("[\n\t\r\v\f\u2028\u2029]")
# What a judge who knows neither the glossary nor the register of the run cannot find again.
_UNSEEN = ("term", "register")


@dataclass(frozen=True, slots=True)
class Recut:
    """How a paragraph was cut before a step, and after it."""

    paragraph: str
    before: Cuts
    after: Cuts
    own: bool  # whether a person had cut it before the step already


def of(units: Iterable[Unit], paragraph: str) -> Cuts:
    """How a paragraph is cut now."""
    own = (unit for unit in units if unit.paragraph.id == paragraph)
    return tuple(Cut(unit.piece.start, unit.piece.end, unit.id) for unit in own)


def split(cuts: Cuts, unit: Unit, at: int) -> Cuts:
    """The paragraph with one of its segments in two.

    Args:
        cuts: how it is cut now.
        unit: the segment.
        at: the place in `unit.text`; white space around it belongs to neither part.

    Raises:
        UserError: translation.split_empty, translation.split_inside.
    """
    left, right = (part.strip() for part in (unit.text[:at], unit.text[at:]))
    if at <= 0 or not left or not right:
        raise UserError("translation.split_empty")
    low, high = _place(unit.piece.rich.text, len(left), len(unit.text) - len(right))
    _check(unit.piece.rich, low, high)
    where = cuts.index(Cut(unit.piece.start, unit.piece.end, unit.id))
    start = unit.piece.start
    parts = (
        Cut(start, start + low, unit.id),
        Cut(start + high, unit.piece.end, _new(cuts, unit.id)),
    )
    return cuts[:where] + parts + cuts[where + 1 :]


def joined(cuts: Cuts, unit: Unit) -> Cuts:
    """The paragraph with a segment and the one after it as one.

    Raises:
        UserError: translation.join_last, translation.join_break, translation.join_long.
    """
    where = cuts.index(Cut(unit.piece.start, unit.piece.end, unit.id))
    if where + 1 == len(cuts):
        raise UserError("translation.join_last")
    behind = cuts[where + 1]
    if _BREAK.search(unit.paragraph.rich.text, unit.piece.end, behind.start):
        raise UserError("translation.join_break")
    if behind.stop - unit.piece.start > LONGEST:
        raise UserError("translation.join_long", characters=LONGEST)
    whole = Cut(unit.piece.start, behind.stop, unit.id)
    return (*cuts[:where], whole, *cuts[where + 2 :])


def parts_of(
    row: StoredSegment, units: tuple[Unit, Unit], at: int | None
) -> tuple[StoredSegment, StoredSegment]:
    """A segment as two; `at` is the place in its translation, None if the first gets all of it.

    A part that gets no words is not translated, and says so.
    """
    bare = dataclasses.replace(row, confirmed=False)
    if not said(row):
        first, second = (
            _placed(bare, unit, unit.piece.rich.text, "untranslated") for unit in units
        )
    else:
        place = len(row.target) if at is None else at
        first, second = (
            _worded(bare, unit, words.strip())
            for unit, words in zip(units, (row.target[:place], row.target[place:]), strict=True)
        )
    return first, dataclasses.replace(second, comment="", refused="")


def whole_of(rows: tuple[StoredSegment, StoredSegment], unit: Unit) -> StoredSegment:
    """Two segments as one, not judged yet.

    Where one of them is not translated, neither is the whole; the words of the other are kept.
    """
    first, second = rows
    done = all(row.state != "untranslated" for row in rows)
    any_words = any(said(row) for row in rows)
    makers = {row.made_by for row in rows}
    both = first.state if first.state == second.state else "translated"
    return dataclasses.replace(
        _placed(first, unit, "", both if done else "untranslated"),
        target=" ".join(row.target for row in rows) if any_words else unit.piece.rich.text,
        problems=tuple(dict.fromkeys((*first.problems, *second.problems))),
        refused=" ".join(row.refused for row in rows if row.refused),
        retried=first.retried or second.retried,
        made_by=makers.pop() if len(makers) == 1 else "human",
        confirmed=done and first.confirmed and second.confirmed,
        comment="\n".join(row.comment for row in rows if row.comment),
    )


def unseen(row: StoredSegment) -> tuple[str, ...]:
    """Problems of a segment that only the run that made it could find."""
    return tuple(kind for kind in row.problems if kind in _UNSEEN)


def said(row: StoredSegment) -> bool:
    """Whether a segment has words of its own, also such as do not stand in the file."""
    return row.state != "untranslated" or row.edited


def _worded(row: StoredSegment, unit: Unit, words: str) -> StoredSegment:
    if words:
        return _placed(row, unit, words, row.state)
    bare = dataclasses.replace(row, problems=("empty",), made_by="", retried=False)
    return _placed(bare, unit, unit.piece.rich.text, "untranslated")


def _placed(row: StoredSegment, unit: Unit, target: str, state: str) -> StoredSegment:
    return dataclasses.replace(
        row,
        segment=unit.id,
        position=unit.index,
        source=unit.text,
        target=target,
        state=state,
    )


def _place(text: str, left: int, right: int) -> tuple[int, int]:
    """Offsets in a text of those in the same text on one line."""
    places: list[int] = []
    for match in re.finditer(r"\S+", text):
        places += [match.start() - 1] * bool(places)  # the space before it
        places += range(*match.span())
    return places[left - 1] + 1, places[right]


def _check(rich: Rich, low: int, high: int) -> None:
    """Whether a text can be cut between two offsets.

    Raises:
        UserError: translation.split_inside.
    """
    for mark in rich.marks:
        apart = mark.end <= low or mark.start >= high or (low <= mark.start and mark.end <= high)
        if mark.kind == "fixed" and not apart:
            raise UserError("translation.split_inside", text=rich.text[mark.start : mark.end])
    if unicodedata.combining(rich.text[high]):
        raise UserError("translation.split_inside", text=rich.text[high - 1 : high + 1])


def _new(cuts: Sequence[Cut], name: str) -> str:
    """A name beside the others of the paragraph. It has no full stop behind the paragraph's."""
    taken = {cut.segment for cut in cuts}
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"
