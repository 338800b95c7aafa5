"""The objects of a plain PDF: found by its table, and replaced by an update at its end.

PDFium reads the titles of an outline and of a document and offers no way to set them. ISO 32000
has one that touches nothing else (7.5.6, incremental updates): new versions of some objects and a
table of them are put behind the file.

The one law: a file that does not look as expected is left as it is, never guessed at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_BLANK = re.compile(rb"(?:[\x00\t\n\x0c\r ]|%[^\r\n]*)*")
_NAME = re.compile(rb"/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*")
_REFERENCE = re.compile(rb"(\d+)\s+(\d+)\s+R(?![A-Za-z])")
_REGULAR = re.compile(rb"[^\x00\t\n\x0c\r ()<>\[\]{}/%]+")
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")
_SECTION = re.compile(rb"\s*(\d+) (\d+)\s*\r?\n")
_HEAD = re.compile(rb"\s*(\d+)\s+(\d+)\s+obj")
_ENTRY = 20  # bytes of one line of the table
_STREAM = re.compile(rb"\s*stream\r?\n")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|\n|\r)|(.))", re.DOTALL)
# What PDFDocEncoding has where Latin-1 has nothing (ISO 32000, annex D).
_SPECIAL = dict(zip(range(0x18, 0x20), "˘ˇˆ˙˝˛˚˜", strict=True)) | dict(
    zip(range(0x80, 0x9F), "•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž", strict=True)
)


class OddPdfError(Exception):
    """The file is no plain PDF with a table of its objects."""


@dataclass(frozen=True, slots=True)
class Value:
    """A stretch of the file that is one value."""

    start: int
    end: int


class Plain:
    """A PDF with a plain table, as PDFium writes it."""

    def __init__(self, data: bytes) -> None:
        """Find the table.

        Raises:
            OddPdfError: there is none.
        """
        self.data = data
        found = _START.search(data[-1024:])
        if found is None:
            raise OddPdfError("startxref")
        self._table = int(found[1])
        self._places: dict[int, int] = {}
        at = self._sections(self._table)
        self.trailer = self.entries(at)
        if b"/Prev" in self.trailer or b"/XRefStm" in self.trailer:
            raise OddPdfError("several tables")

    def _sections(self, at: int) -> int:
        """Read the table; returns where the trailer's dictionary begins."""
        data = self.data
        if not data.startswith(b"xref", at):
            raise OddPdfError("table")
        at += 4
        while (found := _SECTION.match(data, at)) is not None:
            first, count = int(found[1]), int(found[2])
            at = found.end()
            for number in range(first, first + min(count, (len(data) - at) // _ENTRY)):
                line = data[at : at + _ENTRY]
                if line[17:18] == b"n":
                    self._places[number] = int(line[:10])
                at += _ENTRY
        head = re.compile(rb"\s*trailer\s*").match(data, at)
        if head is None:
            raise OddPdfError("trailer")
        return head.end()

    def text(self, value: Value) -> bytes:
        """The bytes of a value."""
        return self.data[value.start : value.end]

    def follow(self, value: Value) -> tuple[int, Value] | None:
        """The object that a value refers to: its number and its own value."""
        found = _REFERENCE.match(self.data, value.start)
        if found is None or int(found[1]) not in self._places:
            return None
        number = int(found[1])
        head = _HEAD.match(self.data, self._places[number])
        if head is None or int(head[1]) != number:
            raise OddPdfError(f"object {number}")
        start = self._skip(head.end())
        return number, Value(start, self._end(start))

    def entries(self, start: int) -> dict[bytes, Value]:
        """The entries of the dictionary that begins at `start`."""
        data = self.data
        if not data.startswith(b"<<", start):
            raise OddPdfError("dictionary")
        found: dict[bytes, Value] = {}
        at = self._skip(start + 2)
        while not data.startswith(b">>", at):
            name = _NAME.match(data, at)
            if name is None:
                raise OddPdfError("name")
            begin = self._skip(name.end())
            end = self._end(begin)
            found[name[0]] = Value(begin, end)
            at = self._skip(end)
        return found

    def _skip(self, at: int) -> int:
        blank = _BLANK.match(self.data, at)
        return blank.end() if blank is not None else at

    def _end(self, at: int) -> int:
        """Where the value that begins at `at` ends."""
        data = self.data
        if data.startswith((b"<<", b"["), at):
            wanted = b">>" if data.startswith(b"<<", at) else b"]"
            at = self._skip(at + (2 if wanted == b">>" else 1))
            while not data.startswith(wanted, at):
                at = self._skip(self._end(at))
            return at + len(wanted)
        if data.startswith(b"(", at):
            return self._string(at)
        if data.startswith(b"<", at):
            return data.index(b">", at) + 1 if b">" in data[at : at + 2**20] else len(data)
        for shape in (_NAME, _REFERENCE, _REGULAR):
            if (found := shape.match(data, at)) is not None:
                return found.end()
        raise OddPdfError("value")

    def _string(self, at: int) -> int:
        depth = 0
        while at < len(self.data):
            sign = self.data[at : at + 1]
            at += 2 if sign == b"\\" else 1
            depth += (sign == b"(") - (sign == b")")
            if not depth:
                return at
        raise OddPdfError("string")

    def stream(self, value: Value) -> Value | None:
        """The bytes behind a stream's dictionary, if they are not packed."""
        entries = self.entries(value.start)
        head = _STREAM.match(self.data, value.end)
        length = entries.get(b"/Length")
        if head is None or length is None or b"/Filter" in entries:
            return None
        size = self.text(length)
        return Value(head.end(), head.end() + int(size)) if size.isdigit() else None

    def updated(self, objects: Mapping[int, bytes]) -> bytes:
        """The file with new versions of some objects behind it."""
        out = bytearray(self.data)
        if not out.endswith(b"\n"):
            out += b"\n"
        rows: list[bytes] = []
        for number in sorted(objects):
            rows.append(b"%d 1\n%010d 00000 n \n" % (number, len(out)))
            out += b"%d 0 obj\n" % number + objects[number] + b"\nendobj\n"
        table = len(out)
        trailer = b"".join(
            name + b" " + self.text(value) + b"\n" for name, value in self.trailer.items()
        )
        out += b"xref\n" + b"".join(rows) + b"trailer\n<<\n" + trailer
        out += b"/Prev %d\n>>\nstartxref\n%d\n%%%%EOF\n" % (self._table, table)
        return bytes(out)


def decoded(value: bytes) -> str:
    """A text string of a PDF (ISO 32000, 7.9.2.2) as text."""
    if value.startswith(b"<"):
        digits = re.sub(rb"[^0-9A-Fa-f]", b"", value)
        raw = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    else:
        raw = _ESCAPE.sub(_unescaped, value[1:-1])
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "replace")
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw[3:].decode("utf-8", "replace")
    return "".join(_SPECIAL.get(code, "€" if code == 0xA0 else chr(code)) for code in raw)


def _unescaped(found: re.Match[bytes]) -> bytes:
    octal, newline, sign = found.groups()
    if octal is not None:
        return bytes([int(octal, 8) & 255])
    return b"" if newline is not None else _ESCAPED.get(sign, sign)


def encoded(text: str) -> bytes:
    """Text as a string of a PDF."""
    return b"<FEFF" + text.encode("utf-16-be", "replace").hex().upper().encode("ascii") + b">"
