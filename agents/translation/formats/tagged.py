"""A run of text and tags as a paragraph: what HTML and subtitles have in common.

The one law: whatever stands around the text of a run stays out of the paragraph, so that it
cannot be lost; whatever stands within it is a mark.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, overload

from agents.translation.formats.base import protected, walk
from agents.translation.formats.spliced import Span, Spliced
from agents.translation.inline import Mark, Paragraph, Rich

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.translation.inline import MarkKind, Piece

_SURROGATE = re.compile("[\ud800-\udfff]")  # a byte that is no letter in the file's encoding


class Offsets(Sequence[Span]):
    """Where each letter stands in the file, in little memory."""

    def __init__(self) -> None:
        """No letter yet."""
        self._starts = array("q")
        self._ends = array("q")

    @overload
    def __getitem__(self, index: int) -> Span: ...
    @overload
    def __getitem__(self, index: slice) -> list[Span]: ...
    def __getitem__(self, index: int | slice) -> Span | list[Span]:
        if isinstance(index, slice):
            return list(zip(self._starts[index], self._ends[index], strict=True))
        return self._starts[index], self._ends[index]

    def __len__(self) -> int:
        return len(self._starts)

    def each(self, start: int, end: int) -> None:
        """Letters that are written as they are."""
        self._starts.extend(range(start, end))
        self._ends.extend(range(start + 1, end + 1))

    def one(self, span: Span) -> None:
        """A letter that is written in another way."""
        self._starts.append(span[0])
        self._ends.append(span[1])


class Letters:
    """The text of a paragraph while it is read."""

    def __init__(self, file: str) -> None:
        """Read from `file`."""
        self._file = file
        self._parts: list[str] = []
        self.raws = Offsets()

    @property
    def text(self) -> str:
        """All letters."""
        return "".join(self._parts)

    def plain(self, start: int, end: int) -> None:
        """Letters that stand in the file as they are read."""
        self._parts.append(_SURROGATE.sub("\ufffd", self._file[start:end]))
        self.raws.each(start, end)

    def other(self, text: str, span: Span) -> None:
        """Letters that are written in another way: as a reference, or a line break for a space."""
        self._parts.append(_SURROGATE.sub("\ufffd", text))
        for number in range(len(text)):
            self.raws.one(span if not number else (span[1], span[1]))


@dataclass(slots=True)
class Item:
    """A tag, or the text between two. `end` of a point may become known later."""

    kind: Literal["text", "open", "close", "point", "fixed", "break"]
    start: int
    end: int
    name: str = ""  # of a tag; the kind of a text; the text of a fixed one
    blank: bool = False  # a text without letters


class Run:
    """Tags and text that stand on one line, as far as they are known."""

    def __init__(
        self, file: str, items: Sequence[Item], decode: Callable[[Letters, int, int], None]
    ) -> None:
        """Take the items; `decode` reads the text of one."""
        self._file = file
        self._items = items
        self._decode = decode
        self._pairs = _pairs(items)
        self._seen = [0]  # how many items with visible text stand before each
        for item in items:
            visible = item.kind in ("text", "fixed") and not item.blank
            self._seen.append(self._seen[-1] + visible)
        self._letters = Letters(file)
        self._marks: list[Mark] = []
        self._opens: dict[int, Span] = {}
        self._closes: dict[int, Span] = {}

    def read(self, name: str) -> Spliced | None:
        """The paragraph; None if there is nothing to read."""
        if not self._seen[-1]:
            return None
        low, high = self._bounds()
        stack: list[tuple[int, int, int]] = []  # the mark, its first letter, its closing item
        at = low
        while at <= high:
            item = self._items[at]
            parent = stack[-1][0] if stack else -1
            if item.kind == "text":
                self._decode(self._letters, item.start, item.end)
            elif item.kind == "break":
                self._letters.other("\n", (item.start, item.end))
            elif item.kind == "fixed" and not item.blank:
                begin = len(self._letters.raws)
                self._letters.other(item.name, (item.start, item.end))
                self._mark("fixed", begin, parent, (item.start, item.end))
            elif at in self._pairs and self._pairs[at] > at:
                at = self._open(at, parent, stack)
            elif stack and stack[-1][2] == at:
                number, begin, _close = stack.pop()
                end = len(self._letters.raws)
                self._marks[number] = Mark(number, "wrap", begin, end, self._marks[number].parent)
                self._closes[number] = (item.start, item.end)
            else:
                begin = len(self._letters.raws)
                self._mark("point", begin, parent, (item.start, item.end))
            at += 1
        rich = protected(Rich(self._letters.text, tuple(self._marks)))
        return Spliced(Paragraph(name, rich), self._letters.raws, self._opens, self._closes)

    def _bounds(self) -> Span:
        """The first and the last item that belong to the paragraph."""
        total = self._seen[-1]
        first = bisect_left(self._seen, 1) - 1
        last = bisect_left(self._seen, total) - 1
        low, high = first, last
        for at in range(first - 1, -1, -1):  # tags before the text that close within it
            if first < self._pairs.get(at, -1) <= last:
                low = at
        for at in range(last + 1, len(self._items)):
            if low <= self._pairs.get(at, -1) <= last and self._pairs[at] >= first:
                high = at
        return low, high

    def _open(self, at: int, parent: int, stack: list[tuple[int, int, int]]) -> int:
        """A pair of tags begins; without a letter between them they are one point."""
        item, close = self._items[at], self._pairs[at]
        begin = len(self._letters.raws)
        if self._seen[close] > self._seen[at]:
            number = self._mark("wrap", begin, parent, (item.start, item.end))
            stack.append((number, begin, close))
            return at
        end = self._items[close].end
        self._mark("point", begin, parent, (item.start, end))
        if any(one.kind == "text" for one in self._items[at:close]):
            self._letters.other(" ", (end, end))
        return close

    def _mark(self, kind: MarkKind, begin: int, parent: int, span: Span) -> int:
        number = len(self._marks)
        self._marks.append(Mark(number, kind, begin, len(self._letters.raws), parent))
        self._opens[number] = span
        return number


def _pairs(items: Sequence[Item]) -> dict[int, int]:
    """Which opening tag a closing one belongs to, both ways. What overlaps is no pair."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    depth: dict[str, int] = {}
    for at, item in enumerate(items):
        if item.kind == "open":
            stack.append(at)
            depth[item.name] = depth.get(item.name, 0) + 1
        elif item.kind == "close" and depth.get(item.name):
            while True:
                opening = stack.pop()
                depth[items[opening].name] -= 1
                if items[opening].name == item.name:
                    break
            pairs[opening], pairs[at] = at, opening
    return pairs


def render(
    part: Spliced, target: Rich, raw: Callable[[int, int], str], escape: Callable[[str], str]
) -> str:
    """A translated segment as it is written; `raw` gives what stands in the file."""
    parts: list[str] = []
    for kind, mark, start, end in walk(target):
        if mark is None:
            parts.append(escape(target.text[start:end]))
        elif kind == "close":
            if mark.id in part.closes and not mark.goes_on:
                parts.append(raw(*part.closes[mark.id]))
        elif mark.id in part.opens:
            if not mark.from_before:
                parts.append(raw(*part.opens[mark.id]))
        elif kind == "fixed":
            parts.append(raw(*part.letters(mark.id)))
    return "".join(parts)


def changes(
    parts: dict[str, Spliced],
    targets: Sequence[tuple[str, Piece, Rich]],
    written: Callable[[str, Rich, Callable[[int, int], str]], str],
    file: str,
) -> list[tuple[Span, str]]:
    """What is written where, nothing inside another.

    A paragraph may stand within a mark of another one (the description of an image, a button):
    it is written first, and the other one takes it along.
    """
    done: list[tuple[Span, str]] = []  # the nearest to the beginning of the file last
    order = sorted(
        ((parts[name].place(piece), name, target) for name, piece, target in targets),
        key=lambda one: (-one[0][0], one[0][1]),
    )
    for (start, end), name, target in order:
        inner: list[tuple[Span, str]] = []
        while done and done[-1][0][0] < end:
            inner.append(done.pop())
        starts = [span[0] for span, _text in inner]

        def raw(
            low: int, high: int, inner: list[tuple[Span, str]] = inner, starts: list[int] = starts
        ) -> str:
            pieces: list[str] = []
            at = low
            for (begin, stop), text in inner[bisect_left(starts, low) :]:
                if stop > high:
                    break
                pieces += [file[at:begin], text]
                at = stop
            return "".join([*pieces, file[at:high]])

        done.append(((start, end), written(name, target, raw)))
    return done
