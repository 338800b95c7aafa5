"""Reads `.bib` files as people have them, with everything that is wrong with them.

The one law: the text of an entry is kept to the letter; what cannot be read is returned with its
line, never dropped in silence and never fatal. Format: BibTeX and the fields of biblatex.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from agents.base import UserError, readable
from agents.scholar import bib_edit, bib_work, keys
from agents.scholar.bib_values import Macro, closing, value_of
from agents.store.entries import Broken, Entry, Renamed, rekeyed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_BLOCK = re.compile(r"@\s*[A-Za-z]+\s*[{(]")
_ENTRY = re.compile(r"[ \t]*@[ \t]*([A-Za-z]+)\s*\{([^={}\"#%,\\]+),")
_NO_ENTRIES = frozenset({"string", "preamble", "comment"})
_MORE = re.compile(r"[@{}]")
_BLOCK_LINE = re.compile(r"(?m)^(?=[ \t]*@[A-Za-z]+[ \t]*[{(])")
_MISSING_COMMA = re.compile(r"\s*,?\s*([A-Za-z][\w:.+-]*)\s*=\s*")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_DEFINED = re.compile(
    r"\\(?:def\s*|(?:re)?newcommand\*?\s*\{?|providecommand\*?\s*\{?)\\([A-Za-z]+)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_MACROS = {month: Macro(month.capitalize(), "", {}) for month in _MONTHS}
_STRING = re.compile(r"@\s*string\s*[{(]\s*[^\s={}]+\s*=\s*", re.IGNORECASE)
# A parent's title is its children's booktitle; these are never handed down.
_NOT_INHERITED = frozenset(
    {"title", "abstract", "doi", "keywords", "crossref", "pages", "url", "xdata", "ids"}
)


@dataclass(frozen=True, slots=True)
class BibFile:
    """What a file holds. `repeated` entries stand in it twice under one key, with one text."""

    entries: tuple[Entry, ...]
    broken: tuple[Broken, ...]
    repeated: int = 0
    renamed: tuple[Renamed, ...] = ()  # entries whose key was taken or cannot be cited


@dataclass(slots=True)
class _Raw:
    """An entry as it stands in the file: values with their macros put in, LaTeX untouched."""

    key: str
    kind: str
    line: int
    text: str
    renamed: str = ""  # why its key is not the one that stands in `text`
    fields: dict[str, str] = field(default_factory=dict[str, str])
    macros: dict[str, Macro] = field(default_factory=dict[str, Macro])


@dataclass(frozen=True, slots=True)
class _Clean:
    """An entry as it stands in the file, with nothing wrong with it."""

    raw: str
    kind: str
    key: str
    fields: tuple[bib_edit.Span, ...]


def read_file(path: Path) -> BibFile:
    """Read a `.bib` file.

    Raises:
        UserError: file.missing, file.unreadable, scholar.not_bib (nothing like an entry in it).
    """
    with readable(path):
        data = path.read_bytes()
    text = decode(data)
    if not _BLOCK.search(text):
        raise UserError("scholar.not_bib", path=str(path))
    found = parse(text)
    return replace(found, entries=tuple(_with_files(found.entries, path.parent)))


def _with_files(entries: Iterable[Entry], folder: Path) -> Iterator[Entry]:
    """Entries with the paths of those of their files that are there."""
    for entry in entries:
        paths = [folder / name for name in entry.files]
        there = tuple(str(path.resolve()) for path in paths if path.is_file())
        yield entry if there == entry.files else replace(entry, files=there)


def decode(data: bytes) -> str:
    """Bytes to text: UTF-8, UTF-16 with its mark, Korean CP949, else Western European."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = _decode_old(data)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def parse(text: str) -> BibFile:
    """Read the text of a `.bib` file."""
    found = _Found()
    for block, line in _blocks(text):
        found.take(block, line)
    entries = [
        _entry(raw, found.names, found.preambles)
        for raw in found.raws.values()
        if raw.kind != "xdata"  # a store of fields for others
    ]
    broken = sorted(found.broken, key=lambda item: item.line)
    return BibFile(tuple(entries), tuple(broken), found.repeated, tuple(found.renamed))


class _Found:
    """What the blocks of one file amount to, in the order in which BibTeX reads them."""

    def __init__(self) -> None:
        self.macros = dict(_MONTH_MACROS)
        self.preambles: list[str] = []
        self.raws: dict[str, _Raw] = {}
        self.names: dict[str, _Raw] = {}  # by key as written, lower case: the first of each
        self.broken: list[Broken] = []
        self.renamed: list[Renamed] = []
        self.repeated = 0

    def take(self, block: Any, line: int) -> None:  # noqa: ANN401 - bibtexparser's block
        """Sort one block in; `line` is the 0-based one its own line is counted from."""
        if isinstance(block, _Clean):
            self._take_entry(_raw_of(block, line + 1, self.macros))
            return
        raw, line = str(block.raw), int(block.start_line) + line + 1
        # what the parser sets aside as a duplicate is a plain block inside
        inner = getattr(block, "ignore_error_block", None) or block
        name = type(inner).__name__
        if name == "String":
            needs: dict[str, Macro] = {}
            value = value_of(str(inner.value), self.macros, needs)[0]
            self.macros[str(inner.key).lower()] = Macro(value, raw, needs)
        elif name == "Preamble":
            self.preambles.append(raw)
        elif name == "Entry":
            self._take_entry(_raw(inner, line, raw, self.macros))
        elif name == "ParsingFailedBlock" and not raw.lower().startswith("@comment"):
            self.broken.append(Broken(line, "scholar.entry_unreadable", raw))

    def _take_entry(self, entry: _Raw) -> None:
        known = self.raws.get(entry.key)
        if not entry.fields:
            self.broken.append(Broken(entry.line, "scholar.entry_no_title", entry.text))
            return
        if known is not None and known.fields == entry.fields:
            self.repeated += 1
            return
        written = entry.key
        self.names.setdefault(written.lower(), entry)
        usable = keys.usable(written)
        if not usable or usable != written:
            work = bib_work.work_of("", entry.kind, entry.fields)
            entry.key = usable or keys.made(work)
            entry.renamed = "scholar.entry_bad_key"
        elif known is not None:
            entry.renamed = "scholar.key_repeated"
        if entry.renamed:
            entry.key = keys.free(entry.key, self.raws)
            self.renamed.append(Renamed(entry.line, written, entry.key, entry.renamed))
        self.raws[entry.key] = entry


def _decode_old(data: bytes) -> str:
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError:
        pass
    else:
        foreign = [letter for letter in text if letter > "\x7f"]
        hangul = sum("가" <= letter <= "힣" for letter in foreign)
        # two accents side by side are rare in Western text, and would be the odd Hangul syllable
        if hangul >= 0.7 * len(foreign) and re.search("[가-힣]{2}", text):
            return text
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _blocks(text: str) -> Iterator[tuple[Any, int]]:
    """The blocks of a file, each with the line it is counted from.

    Plain entries are `_Clean`, everything else is as bibtexparser sees it.

    Its splitter goes through a file letter by letter and forgives much; an entry that has nothing
    to forgive is taken as it is, which is many times faster.
    """
    doubtful, began, line = "", 0, 0
    for piece in _BLOCK_LINE.split(text):
        clean = _clean(piece)
        if clean is None:
            began = began if doubtful else line
            doubtful += piece
        else:
            if doubtful:
                yield from _split(doubtful, began)
                doubtful = ""
            yield clean, line
        line += piece.count("\n")
    if doubtful:
        yield from _split(doubtful, began)


def _clean(piece: str) -> _Clean | None:
    """A piece that is one entry with nothing wrong with it, and no more than that."""
    piece = piece.lstrip(" \t")
    head = _ENTRY.match(piece)
    if head is None or head[1].lower() in _NO_ENTRIES:
        return None
    at = piece.index("{")
    end = at + closing(piece[at:])
    fields = bib_edit.spans(piece[: end + 1])
    rest = piece[fields[-1].end : end] if fields else "no fields"
    if end >= len(piece) or rest.strip(" \t\n,") or _MORE.search(piece, end + 1):
        return None
    return _Clean(piece[: end + 1], head[1], head[2].strip(), fields)


def _split(text: str, line: int) -> Iterator[tuple[Any, int]]:
    from bibtexparser.splitter import Splitter  # noqa: PLC0415 - slow to import

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # we report ourselves
    try:
        blocks: list[Any] = list(Splitter(text).split().blocks)
    except Exception as error:  # noqa: BLE001 - one strange entry must not cost the others
        pieces = _BLOCK_LINE.split(text)
        if len(pieces) == 1:  # this is the strange one
            from bibtexparser.model import ParsingFailedBlock  # noqa: PLC0415 - slow to import

            yield ParsingFailedBlock(error, start_line=0, raw=text.strip()), line
            return
        for piece in pieces:
            yield from _split(piece, line)
            line += piece.count("\n")
        return
    for block in blocks:
        yield block, line


def _raw_of(item: _Clean, line: int, macros: Mapping[str, Macro]) -> _Raw:
    raw = _Raw(item.key, item.kind.lower(), line, item.raw)
    for span in item.fields:
        value = value_of(item.raw[span.start : span.end], macros, raw.macros)[0]
        raw.fields.setdefault(span.name.lower(), value)
    return raw


def _raw(item: Any, line: int, text: str, macros: Mapping[str, Macro]) -> _Raw:  # noqa: ANN401 - bibtexparser's block
    raw = _Raw(str(item.key).strip(), str(item.entry_type).lower(), line, text)
    for part in item.fields:
        name, rest = str(part.key).strip().lower(), str(part.value)
        while True:
            value, rest = value_of(rest, macros, raw.macros)
            raw.fields.setdefault(name, value)
            follows = _MISSING_COMMA.match(rest)
            if not follows:
                break
            name, rest = follows[1].lower(), rest[follows.end() :]
    return raw


def fields_of(entry: Entry) -> dict[str, str]:
    """The entry's own fields by lower-case name: LaTeX, with macros put in."""
    return _again(entry.raw, _macros_of(entry)).fields


def values_of(entry: Entry) -> dict[str, str]:
    """Its fields with what it inherits from `crossref` and `xdata`."""
    macros = _macros_of(entry)
    parents = [_again(text, macros) for text in entry.parents]
    return _inherited(_again(entry.raw, macros), parents)


def changed(entry: Entry, raw: str) -> Entry:
    """The same entry with another text: what is read from it is read anew."""
    new = replace(entry, raw=raw, original="")
    values = values_of(new)
    work = bib_work.work_of(entry.work.key, _again(raw, {}).kind, values)
    return replace(
        new,
        work=replace(work, id=entry.work.id),
        place=bib_work.place_of(values),
        arxiv=bib_work.arxiv_of(values),
    )


def _macros_of(entry: Entry) -> dict[str, Macro]:
    macros = dict(_MONTH_MACROS)
    for name, block in entry.macros:
        found = _STRING.match(block)
        if found:
            macros[name] = Macro(value_of(block[found.end() :], macros, {})[0], block, {})
    return macros


def _again(text: str, macros: Mapping[str, Macro]) -> _Raw:
    """An entry of the library, which was read once already."""
    found = _Found()
    found.macros.update(macros)
    for block, line in _blocks(text):
        found.take(block, line)
    return next(iter(found.raws.values()), _Raw("", "misc", 1, text))


def _entry(item: _Raw, names: Mapping[str, _Raw], preambles: list[str]) -> Entry:
    parents = _parents(item, names)
    values = _inherited(item, parents)
    used = dict(item.macros)
    for parent in parents:
        used = parent.macros | used
    texts = [item.text, *(parent.text for parent in parents)]
    commands = (
        {name for text in texts for name in _COMMAND.findall(text)} if preambles else set[str]()
    )
    made = Entry(
        work=bib_work.work_of(item.key, item.kind, values),
        raw=item.text,
        macros=tuple(_needed(used)),
        preambles=tuple(p for p in preambles if commands & set(_DEFINED.findall(p))),
        parents=tuple(parent.text for parent in parents),
        place=bib_work.place_of(values),
        line=item.line,
        files=tuple(bib_work.files_of(values)),
        arxiv=bib_work.arxiv_of(values),
    )
    return rekeyed(made, item.key) if item.renamed else made


def _inherited(item: _Raw, parents: Iterable[_Raw]) -> dict[str, str]:
    values = dict(item.fields)
    for parent in parents:
        inherited = {k: v for k, v in parent.fields.items() if k not in _NOT_INHERITED}
        if parent.kind == "xdata":
            inherited = parent.fields
        elif parent.fields.get("title") and "booktitle" not in values:
            inherited["booktitle"] = parent.fields["title"]
        values = inherited | values
    return values


def _parents(item: _Raw, names: Mapping[str, _Raw]) -> list[_Raw]:
    """The entries it inherits from: `xdata` before `crossref`, nearest first, each once."""
    found: list[_Raw] = []
    waiting = [item]
    while waiting:
        current = waiting.pop(0)
        wanted = [*current.fields.get("xdata", "").split(","), current.fields.get("crossref", "")]
        for name in (each.strip().lower() for each in wanted):
            parent = names.get(name) if name else None
            if parent is not None and parent is not item and parent not in found:
                found.append(parent)
                waiting.append(parent)
    return found


def _needed(used: Mapping[str, Macro]) -> Iterator[tuple[str, str]]:
    """The macros an entry uses and those they use, each after what it leans on."""
    done: set[str] = set()

    def walk(name: str, macro: Macro) -> Iterator[tuple[str, str]]:
        if name in done:
            return
        done.add(name)
        for other, needed in sorted(macro.needs.items()):
            yield from walk(other, needed)
        if macro.block:
            yield name, macro.block

    for name, macro in sorted(used.items()):
        yield from walk(name, macro)
