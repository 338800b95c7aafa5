"""What every format offers: paragraphs to read, and a way to write their translations.

The one law: what was not translated is written as it was read.
"""

from __future__ import annotations

import bisect
import dataclasses
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from agents.base import UserError
from agents.translation.inline import Mark, Rich
from agents.translation.language import PROTECTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from agents.base import Notice
    from agents.translation.inline import Paragraph, Piece

BIGGEST = 512 * 2**20  # bytes; a bigger file is no document
# Bytes of a text without a container, of which nothing is pictures: some 15,000 pages. What is
# known of each sentence takes some hundred times the memory of its letters.
BIGGEST_TEXT = 32 * 2**20


Event = tuple[Literal["open", "close", "point", "fixed", "text"], Mark | None, int, int]


class Document(Protocol):
    """One opened file."""

    @property
    def paragraphs(self) -> Sequence[Paragraph]:
        """Everything that can be translated, in the order of the document."""
        ...

    def fits(self, paragraph: str, piece: Piece, target: Rich) -> bool:
        """Whether `target`, written into the file, would still hold all its marks."""
        ...

    def write(self, targets: Mapping[str, Sequence[tuple[Piece, Rich | None]]]) -> bytes:
        """The translated file."""
        ...


@runtime_checkable
class Telling(Protocol):
    """A document of which a person should know something."""

    @property
    def notices(self) -> Sequence[Notice]:
        """What should be known; there may be more once it is written."""
        ...


def notices(document: Document, told: Sequence[Notice] = ()) -> list[Notice]:
    """What a person should know of a document and was not told yet."""
    found = document.notices if isinstance(document, Telling) else ()
    return [one for one in found if one not in told]


def read_bytes(path: Path) -> bytes:
    """The bytes of a document.

    Raises:
        UserError: file.missing, file.unreadable, translation.empty_file, translation.too_big.
    """
    try:
        if not path.exists():
            raise UserError("file.missing", path=str(path))
        if not path.is_file():
            raise UserError("translation.not_a_file", file=str(path))
        if path.stat().st_size > BIGGEST:
            raise UserError("translation.too_big", file=path.name)
        data = path.read_bytes()
    except OSError as error:
        raise UserError("file.unreadable", path=str(path), reason=str(error)) from error
    if not data:
        raise UserError("translation.empty_file", file=path.name)
    return data


def protected(rich: Rich) -> Rich:
    """`rich` with what must stay as it is marked as such; see `language.PROTECTED`."""
    spans = (match.span() for pattern in PROTECTED for match in pattern.finditer(rich.text))
    return fixed(rich, spans)


def fixed(rich: Rich, spans: Iterable[tuple[int, int]]) -> Rich:
    """`rich` with `spans` marked as fixed; one that would cut or hold another mark is left out."""
    marks = list(rich.marks)
    number = max((mark.id for mark in marks), default=-1) + 1
    given = len(marks)
    ends: list[int] = []  # of the new ones, which stand in order and apart
    starts: list[int] = []
    for start, end in spans:
        at = bisect.bisect_left(ends, start + 1)
        if at < len(starts) and starts[at] < end:
            continue
        if any(_touches(mark, start, end) for mark in marks[:given]):
            continue
        around = [
            m for m in marks[:given] if m.kind == "wrap" and m.start <= start and end <= m.end
        ]
        parent = max(around, key=lambda m: (m.start, -m.end, m.id)).id if around else -1
        marks.append(Mark(number, "fixed", start, end, parent))
        starts.insert(at, start)
        ends.insert(at, end)
        number += 1
    return dataclasses.replace(rich, marks=tuple(marks))


def _touches(mark: Mark, start: int, end: int) -> bool:
    """Whether a mark would be cut by, or stand inside, `start`..`end`."""
    if mark.kind == "point":
        return start < mark.start < end
    if mark.kind == "fixed":
        return mark.start < end and start < mark.end
    inside = mark.start <= start and end <= mark.end
    outside = mark.end <= start or end <= mark.start
    return not inside and not outside


def walk(rich: Rich) -> Iterator[Event]:
    """`rich` from left to right as `(kind, mark, start, end)`; everything exactly once."""
    children: dict[int, list[Mark]] = {}
    known = {mark.id for mark in rich.marks}
    for mark in rich.marks:
        children.setdefault(mark.parent if mark.parent in known else -1, []).append(mark)
    for marks in children.values():
        marks.sort(key=lambda m: (m.start, m.start < m.end, m.id))
    yield from _walk(children, -1, 0, len(rich.text))


def _walk(
    children: Mapping[int, Sequence[Mark]], parent: int, start: int, end: int
) -> Iterator[Event]:
    at = start
    for mark in children.get(parent, ()):
        begin = min(max(at, mark.start), end)  # a mark in a wrong place is moved, not dropped
        stop = min(max(begin, mark.end), end)
        if begin > at:
            yield "text", None, at, begin
        if mark.kind == "wrap":
            yield "open", mark, begin, stop
            yield from _walk(children, mark.id, begin, stop)
            yield "close", mark, begin, stop
        else:
            yield mark.kind, mark, begin, stop
        at = stop
    if at < end:
        yield "text", None, at, end
