"""Titles of a PDF that stand on no page: those of its outline (bookmarks) and its own.

The one law: only titles are touched; where the file cannot be understood, all of them stay.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.translation.formats import pdf_names
from agents.translation.formats.pdf_objects import OddPdfError, Plain, Value, decoded, encoded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST = 100_000  # entries of an outline
_NO_TITLE = re.compile(r"\.\w{2,4}$|^(?:untitled|제목 없음)", re.IGNORECASE)  # a file's name
_XMP = re.compile(
    rb"(<dc:title>\s*<rdf:Alt>\s*<rdf:li[^>]*>)([^<]*)(</rdf:li>\s*</rdf:Alt>\s*</dc:title>)"
)


@dataclass(frozen=True, slots=True)
class Titles:
    """The titles of a file by the names they are known by: `title`, `outline:0` and so on."""

    texts: dict[str, str] = field(default_factory=dict[str, str])
    locked: bool = False  # there are some, and they are encrypted


def titles(plain: bytes) -> Titles:
    """The titles of a file as PDFium writes it."""
    try:
        file = Plain(plain)
        found = dict(_titles(file))
    except OddPdfError:
        return Titles()
    if b"/Encrypt" in file.trailer:
        return Titles(locked=any(name != "title" for name in found))
    texts = {name: decoded(file.text(value)).strip() for name, (_, _, value) in found.items()}
    return Titles({name: text for name, text in texts.items() if _said(name, text)})


def _said(name: str, text: str) -> bool:
    return bool(text) and not (name == "title" and _NO_TITLE.search(text))


def write(data: bytes, texts: Mapping[str, str]) -> bytes:
    """A file with other titles; the same file where it cannot be understood.

    Raises:
        BrokenPdfError: it cannot be read.
    """
    try:
        file = Plain(data)
    except OddPdfError:
        file = None
    try:
        file = file or Plain(pdf_names.plain(data))
        return _written(file, texts)
    except OddPdfError:
        return data


def _written(file: Plain, texts: Mapping[str, str]) -> bytes:
    objects: dict[int, bytes] = {}
    for name, (number, whole, title) in _titles(file):
        if (text := texts.get(name)) is not None:
            before = file.data[whole.start : title.start]
            objects[number] = before + encoded(text) + file.data[title.end : whole.end]
    if "title" in texts:
        objects |= _metadata(file, texts["title"])
    return file.updated(objects)


def _titles(file: Plain) -> Iterator[tuple[str, tuple[int, Value, Value]]]:
    """The name of each title, the number and the extent of its object, and its place."""
    root = _object(file, file.trailer, b"/Root")
    info = _object(file, file.trailer, b"/Info")
    if info is not None and b"/Title" in info[2]:
        yield "title", (info[0], info[1], info[2][b"/Title"])
    outline = _object(file, root[2], b"/Outlines") if root is not None else None
    if outline is None:
        return
    waiting = [_object(file, outline[2], b"/First")]
    seen: set[int] = set()
    while waiting and len(seen) < _MOST:
        one = waiting.pop()
        if one is None or one[0] in seen:
            continue
        number, whole, entries = one
        if b"/Title" in entries and file.text(entries[b"/Title"])[:1] in (b"(", b"<"):
            yield f"outline:{len(seen)}", (number, whole, entries[b"/Title"])
        seen.add(number)
        waiting.append(_object(file, entries, b"/Next"))
        waiting.append(_object(file, entries, b"/First"))


def _object(
    file: Plain, entries: Mapping[bytes, Value], name: bytes
) -> tuple[int, Value, dict[bytes, Value]] | None:
    """The dictionary that an entry refers to: its number, extent and entries."""
    found = file.follow(entries[name]) if name in entries else None
    if found is None or not file.text(found[1]).startswith(b"<<"):
        return None
    return found[0], found[1], file.entries(found[1].start)


def _metadata(file: Plain, title: str) -> dict[int, bytes]:
    """The XMP packet with another title, where it is not packed."""
    root = _object(file, file.trailer, b"/Root")
    packet = _object(file, root[2], b"/Metadata") if root is not None else None
    place = file.stream(packet[1]) if packet is not None else None
    if packet is None or place is None:
        return {}
    new = html.escape(title).encode("utf-8")
    text, count = _XMP.subn(lambda found: found[1] + new + found[3], file.text(place))
    if not count:
        return {}
    length = packet[2][b"/Length"]
    head = file.data[packet[1].start : length.start] + b"%d" % len(text)
    head += file.data[length.end : packet[1].end]
    return {packet[0]: head + b"\nstream\n" + text + b"\nendstream"}
