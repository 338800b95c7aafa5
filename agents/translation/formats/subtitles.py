"""Subtitles: SubRip (.srt) and WebVTT (.vtt).

The one law: numbers, times, settings, notes and styles stay as they are, letter for letter, and a
caption has at most as many lines as before.

A sentence that runs over several lines of a caption is one segment and is broken into lines again.
Captions are translated one by one: one that goes on in the next keeps its border, for what is read
must fit what is heard. Lines of a dialogue ("- …") are sentences of their own. A line of times that
is broken is left as it is, like everything else that is not read.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.translation.formats import spliced, tagged
from agents.translation.formats.tagged import Item, Letters, Run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agents.translation.formats.spliced import Span, Spliced
    from agents.translation.inline import Paragraph, Piece, Rich

LARGEST = 32 * 2**20  # bytes; a day of speech has one
_LONGEST = 4_000  # letters of one paragraph; a longer caption is divided

# What a line holds at most, where it can: 42 Latin or 20 Hangul letters.
_LINE = 840
_NARROW, _WIDE = 20, 42

_TIMES = re.compile(r"[\s\d:.,]*-->")
_NUMBER = re.compile(r"\s*\d+\s*")
_TAG = re.compile(r"<(/?)([A-Za-z]+)[^<>\r\n]*>|<[\d:.]+>|\{\\[^{}\r\n]*\}|\{[A-Za-z]:[^{}\r\n]*\}")
_VOICE = re.compile(r"\s*<v[\s.]")
_DIALOGUE = re.compile(
    r"\s*(?:(?:<[^<>]*>|\{\\[^{}]*\})\s*)*(?:[-\u2010-\u2015\u2212]\s*|>>+\s*)(?=[^\s\-])"
)
_LETTER = re.compile(
    r"(?P<blank>[ \t]*(?:\r\n|\n|\r)[ \t]*|\t)"
    r"|(?P<entity>&(?:#\d{1,7}|[a-z]{1,8});)|[^\t\r\n& ]+|&| "
)
_WORD = re.compile(rf"(?:{_TAG.pattern}|[^\s<{{]|[<{{])+")


class SubtitleDocument:
    """One file of captions."""

    def __init__(self, data: bytes, name: str, *, vtt: bool) -> None:
        """Read the captions of `data`.

        Raises:
            UserError: translation.not_text, translation.too_big, translation.no_captions.
        """
        if len(data) > LARGEST:
            raise UserError("translation.too_big", file=name)
        self._name = name
        self._vtt = vtt
        self._file = spliced.decode(data, name)
        self._text = self._file.text
        if next(_captions(self._text, vtt=vtt), None) is None:
            raise UserError("translation.no_captions", file=name)
        self._parts: dict[str, Spliced] = {}
        for start, end in self._spans():
            self._read(start, end)

    @property
    def paragraphs(self) -> Sequence[Paragraph]:
        """The text of each caption, and of each line of a dialogue."""
        return [part.paragraph for part in self._parts.values()]

    def fits(self, paragraph: str, piece: Piece, target: Rich) -> bool:
        """Whether the translated text, read again, holds the same tags and is no line of times."""
        part = self._parts[paragraph]
        before, made = self._text[slice(*part.place(piece))], self._rendered(part, target)
        times = "-->" in made or (_NUMBER.fullmatch(made) and not _NUMBER.fullmatch(before))
        return not times and _tags(before) == _tags(made)

    def write(self, targets: Mapping[str, Sequence[tuple[Piece, Rich | None]]]) -> bytes:
        """The file with its translated captions.

        Raises:
            UserError: translation.captions_changed.
        """
        changes = [
            change for name, pieces in targets.items() for change in self._changes(name, pieces)
        ]
        made = spliced.splice(self._text, changes)
        if _skeleton(made, vtt=self._vtt) != _skeleton(self._text, vtt=self._vtt):
            raise UserError("translation.captions_changed", file=self._name)
        return self._file.encode(made)

    # -- reading ------------------------------------------------------------------------------

    def _spans(self) -> Iterator[Span]:
        """Where the texts stand: lines that belong together, without the sign of a dialogue."""
        for lines in _captions(self._text, vtt=self._vtt):
            begin = end = -1
            for start, stop in lines:
                line = self._text[start:stop]
                spoken = _DIALOGUE.match(line)
                blank = not line.strip()
                if begin >= 0 and (
                    blank or spoken or _VOICE.match(line) or stop - begin > _LONGEST
                ):
                    yield begin, end
                    begin = -1
                if not blank:
                    begin = begin if begin >= 0 else start + (spoken.end() if spoken else 0)
                    end = stop
            if begin >= 0:
                yield begin, end

    def _read(self, start: int, end: int) -> None:
        while start < end:
            stop = end
            if end - start > 2 * _LONGEST:
                space = self._text.rfind(" ", start, start + _LONGEST)
                stop = space if space > start else start + _LONGEST
            name = f"p{len(self._parts)}"
            part = Run(self._text, list(self._items(start, stop)), self._decode).read(name)
            if part is not None:
                self._parts[name] = part
            start = stop

    def _items(self, start: int, end: int) -> Iterator[Item]:
        at = start
        for found in _TAG.finditer(self._text, start, end):
            yield self._words(at, found.start())
            if found[2]:
                kind = "close" if found[1] else "open"
                yield Item(kind, found.start(), found.end(), found[2].lower())
            else:
                yield Item("point", found.start(), found.end())
            at = found.end()
        yield self._words(at, end)

    def _words(self, start: int, end: int) -> Item:
        return Item("text", start, end, blank=not self._text[start:end].strip())

    def _decode(self, letters: Letters, start: int, end: int) -> None:
        for found in _LETTER.finditer(self._text, start, end):
            if found["blank"]:
                letters.other(" ", found.span())
            elif found["entity"] and self._vtt:
                letters.other(html.unescape(found.group()), found.span())
            else:
                letters.plain(*found.span())

    # -- writing ------------------------------------------------------------------------------

    def _rendered(self, part: Spliced, target: Rich) -> str:
        return tagged.render(part, target, lambda start, end: self._text[start:end], self._escaped)

    def _escaped(self, text: str) -> str:
        if not self._vtt:
            return text
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    def _changes(
        self, name: str, pieces: Sequence[tuple[Piece, Rich | None]]
    ) -> Iterator[tuple[Span, str]]:
        """Sentences on the same lines are written, and broken into lines, together."""
        part = self._parts[name]
        span: Span | None = None
        texts: list[str] = []
        last = -1
        for piece, target in pieces:
            if target is None or target == piece.rich:
                continue
            low, high = part.place(piece)
            between = self._text[span[1] : low] if span and last + 1 == piece.segment else "\n"
            if span and not spliced.LINE.search(between):
                texts += [between, self._rendered(part, target)]
                span = (span[0], high)
            else:
                if span:
                    yield span, self._wrapped("".join(texts), span)
                span, texts = (low, high), [self._rendered(part, target)]
            last = piece.segment
        if span:
            yield span, self._wrapped("".join(texts), span)

    def _wrapped(self, text: str, span: Span) -> str:
        ends = spliced.LINE.findall(self._text, *span)
        return ends[0].join(broken(text, 1 + len(ends))) if ends else text


def broken(text: str, most: int) -> list[str]:
    """`text` in at most that many lines, as few as hold it, and all about as long."""
    words = [(found.group(), _width(found.group())) for found in _WORD.finditer(text)]
    wanted = min(most, len(_filled(words, _LINE)))
    low, high = 0, max(sum(width + _NARROW for _word, width in words), 1)
    while low < high:
        middle = (low + high) // 2
        if len(_filled(words, middle)) <= wanted:
            high = middle
        else:
            low = middle + 1
    return _filled(words, high)


def _filled(words: Sequence[tuple[str, int]], width: int) -> list[str]:
    lines: list[list[str]] = []
    room = 0
    for word, size in words:
        if not lines or size + _NARROW > room:
            lines.append([])
            room = width + _NARROW
        lines[-1].append(word)
        room -= size + _NARROW
    return [" ".join(line) for line in lines]


def _width(word: str) -> int:
    plain = html.unescape(_TAG.sub("", word))
    return sum(_WIDE if unicodedata.east_asian_width(c) in "WF" else _NARROW for c in plain)


def _tags(text: str) -> tuple[Counter[str], list[str]]:
    """The tags of a text; and those that stand alone, in their order."""
    found: Counter[str] = Counter()
    alone: list[tuple[str, str]] = []
    for tag in _TAG.finditer(text):
        found[tag.group()] += 1
        if tag[1] and alone and alone[-1][0] == tag[2].lower():
            alone.pop()
        else:
            alone.append(((tag[2] or "").lower() if not tag[1] else "", tag.group()))
    return found, [raw for _name, raw in alone]


def _captions(text: str, *, vtt: bool) -> Iterator[list[Span]]:
    """The lines of each caption that hold its text."""
    lines = list(spliced.lines(text))
    return _vtt(text, lines) if vtt else _srt(text, lines)


def _srt(text: str, lines: Sequence[Span]) -> Iterator[list[Span]]:
    """All lines from one with times to the number before the next one."""
    times = [at for at, span in enumerate(lines) if _TIMES.match(text, *span)]
    for number, at in enumerate(times):
        end = times[number + 1] if number + 1 < len(times) else len(lines)
        if end < len(lines) and end - 1 > at and _NUMBER.fullmatch(text, *lines[end - 1]):
            end -= 1
        yield list(lines[at + 1 : end])


def _vtt(text: str, lines: Sequence[Span]) -> Iterator[list[Span]]:
    """The lines after one with times, up to an empty one; notes and styles have no times."""
    caption: list[Span] | None = None
    for start, end in [*lines, (len(text), len(text))]:
        times = "-->" in text[start:end]
        if (start == end or times) and caption is not None:
            yield caption
            caption = None
        if times:
            caption = []
        elif caption is not None:
            caption.append((start, end))


def _skeleton(text: str, *, vtt: bool) -> list[str]:
    """Everything but the words: numbers, times, notes."""
    spoken = {span for lines in _captions(text, vtt=vtt) for span in lines}
    return [text[slice(*span)] for span in spliced.lines(text) if span not in spoken]
