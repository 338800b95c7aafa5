"""Reads `.bib` files as people have them, with everything that is wrong with them.

The one law: the text of an entry is kept to the letter; what cannot be read is returned with its
line, never dropped in silence and never fatal. Format: BibTeX and the fields of biblatex.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agents.base import UserError
from agents.scholar import latex
from agents.store.library import Broken, Entry, Work

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_BLOCK = re.compile(r"@\s*[A-Za-z]+\s*[{(]")
_BLOCK_LINE = re.compile(r"(?m)^(?=[ \t]*@[A-Za-z]+[ \t]*[{(])")
_USABLE_KEY = re.compile(r"[^\s{}\\%#~,\"()=]+\Z")
_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_MISSING_COMMA = re.compile(r"\s*,?\s*([A-Za-z][\w:.+-]*)\s*=\s*")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_DEFINED = re.compile(
    r"\\(?:def\s*|(?:re)?newcommand\*?\s*\{?|providecommand\*?\s*\{?)\\([A-Za-z]+)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_VENUES = (
    "journal", "journaltitle", "booktitle", "publisher", "school", "institution", "organization",
    "howpublished", "series",
)  # fmt: skip
# A parent's title is its children's booktitle; these are never handed down.
_NOT_INHERITED = frozenset({"title", "abstract", "doi", "keywords", "crossref", "pages", "url"})


@dataclass(frozen=True, slots=True)
class BibFile:
    """What a file holds. `repeated` entries stand in it twice under one key, with one text."""

    entries: tuple[Entry, ...]
    broken: tuple[Broken, ...]
    repeated: int = 0


@dataclass(slots=True)
class _Raw:
    """An entry as it stands in the file: values with their macros put in, LaTeX untouched."""

    key: str
    kind: str
    line: int
    text: str
    fields: dict[str, str] = field(default_factory=dict[str, str])
    macros: set[str] = field(default_factory=set[str])


@dataclass(slots=True)
class _Macro:
    value: str
    block: str
    needs: frozenset[str]


def read_file(path: Path) -> BibFile:
    """Read a `.bib` file.

    Raises:
        UserError: file.missing, file.unreadable, scholar.not_bib (nothing like an entry in it).
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise UserError("file.missing", path=str(path)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError("file.unreadable", path=str(path), reason=reason) from error
    text = decode(data)
    if not _BLOCK.search(text):
        raise UserError("scholar.not_bib", path=str(path))
    return parse(text)


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
    for block in _blocks(text):
        found.take(block)
    by_lower = {key.lower(): raw for key, raw in found.raws.items()}
    entries: list[Entry] = []
    for raw in found.raws.values():
        entry = _entry(raw, by_lower, found.macros, found.preambles)
        if entry.work.title:
            entries.append(entry)
        else:
            found.broken.append(Broken(raw.line, "scholar.entry_no_title", raw.text))
    broken = sorted(found.broken, key=lambda item: item.line)
    return BibFile(tuple(entries), tuple(broken), found.repeated)


class _Found:
    """What the blocks of one file amount to, in the order in which BibTeX reads them."""

    def __init__(self) -> None:
        self.macros = {month: _Macro(month.capitalize(), "", frozenset()) for month in _MONTHS}
        self.preambles: list[str] = []
        self.raws: dict[str, _Raw] = {}
        self.broken: list[Broken] = []
        self.repeated = 0

    def take(self, block: Any) -> None:  # noqa: ANN401 - bibtexparser's block
        """Sort one block in."""
        raw, line = str(block.raw), int(block.start_line) + 1
        # what the parser sets aside as a duplicate is a plain block inside
        inner = getattr(block, "ignore_error_block", None) or block
        name = type(inner).__name__
        if name == "String":
            needs: set[str] = set()
            value = _value(str(inner.value), self.macros, needs)[0]
            self.macros[str(inner.key).lower()] = _Macro(value, raw, frozenset(needs))
        elif name == "Preamble":
            self.preambles.append(raw)
        elif name == "Entry":
            self._take_entry(_raw(inner, line, raw, self.macros))
        elif name == "ParsingFailedBlock" and not raw.lower().startswith("@comment"):
            self.broken.append(Broken(line, "scholar.entry_unreadable", raw))

    def _take_entry(self, entry: _Raw) -> None:
        known = self.raws.get(entry.key)
        if not _USABLE_KEY.match(entry.key):
            self.broken.append(Broken(entry.line, "scholar.entry_bad_key", entry.text))
        elif known is None:
            self.raws[entry.key] = entry
        elif known.fields == entry.fields:
            self.repeated += 1
        else:
            self.broken.append(Broken(entry.line, "scholar.key_repeated", entry.text))


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


def _blocks(text: str) -> Iterator[Any]:
    from bibtexparser.splitter import Splitter  # noqa: PLC0415 - slow to import

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # we report ourselves
    try:
        yield from Splitter(text).split().blocks
    except Exception:  # noqa: BLE001 - one strange entry must not cost the others
        line = 0
        for piece in _BLOCK_LINE.split(text):
            yield from _piece_blocks(piece, line)
            line += piece.count("\n")


def _piece_blocks(piece: str, line: int) -> Iterator[Any]:
    from bibtexparser.model import ParsingFailedBlock  # noqa: PLC0415 - slow to import
    from bibtexparser.splitter import Splitter  # noqa: PLC0415 - slow to import

    try:
        blocks: list[Any] = list(Splitter(piece).split().blocks)
    except Exception as error:  # noqa: BLE001 - this is the strange one
        yield ParsingFailedBlock(error, start_line=line, raw=piece.strip())
        return
    for block in blocks:
        block.start_line += line
        yield block


def _raw(item: Any, line: int, text: str, macros: Mapping[str, _Macro]) -> _Raw:  # noqa: ANN401 - bibtexparser's block
    raw = _Raw(str(item.key).strip(), str(item.entry_type).lower(), line, text)
    for part in item.fields:
        name, rest = str(part.key).strip().lower(), str(part.value)
        while True:
            value, rest = _value(rest, macros, raw.macros)
            raw.fields.setdefault(name, value)
            follows = _MISSING_COMMA.match(rest)
            if not follows:
                break
            name, rest = follows[1].lower(), rest[follows.end() :]
    return raw


def _value(source: str, macros: Mapping[str, _Macro], used: set[str]) -> tuple[str, str]:
    """One value (`{…}`, `"…"`, number, macro, joined by `#`), and what stands after it."""
    made: list[str] = []
    rest = source.lstrip()
    while rest:
        if rest[0] in '{"':
            end = _closing(rest)
            made.append(rest[1:end])
            rest = rest[end + 1 :].lstrip()
        else:
            match = re.match(r"[^\s#,{}\"=]+", rest)
            if not match:
                break
            name = match.group()
            macro = macros.get(name.lower())
            if macro:
                used.add(name.lower())
            made.append(macro.value if macro else name)
            rest = rest[match.end() :].lstrip()
        if not rest.startswith("#"):
            break
        rest = rest[1:].lstrip()
    return "".join(made), rest


def _closing(text: str) -> int:
    """Where the value that begins `text` ends: the matching brace, or the quote outside braces."""
    quoted = text[0] == '"'
    depth = 0
    for index, letter in enumerate(text):
        escaped = index > 0 and text[index - 1] == "\\"
        if letter == "{" and not escaped:
            depth += 1
        elif letter == "}" and not escaped:
            depth -= 1
            if depth == 0 and not quoted:
                return index
        elif letter == '"' and quoted and index > 0 and depth <= 0:
            return index
    return len(text)


def _entry(
    item: _Raw,
    raws: Mapping[str, _Raw],
    macros: Mapping[str, _Macro],
    preambles: list[str],
) -> Entry:
    parents = _parents(item, raws)
    values = dict(item.fields)
    for parent in parents:
        inherited = {k: v for k, v in parent.fields.items() if k not in _NOT_INHERITED}
        if parent.fields.get("title") and "booktitle" not in values:
            inherited["booktitle"] = parent.fields["title"]
        values = inherited | values
    used = item.macros.union(*(parent.macros for parent in parents))
    texts = [item.text, *(parent.text for parent in parents)]
    commands = {name for text in texts for name in _COMMAND.findall(text)}
    return Entry(
        work=_work(item, values),
        raw=item.text,
        macros=tuple(_needed(used, macros)),
        preambles=tuple(p for p in preambles if commands & set(_DEFINED.findall(p))),
        parents=tuple(parent.text for parent in parents),
        place=_place(values),
        line=item.line,
    )


def _parents(item: _Raw, raws: Mapping[str, _Raw]) -> list[_Raw]:
    chain: list[_Raw] = []
    seen = {item.key.lower()}
    current = item
    while True:
        name = current.fields.get("crossref", "").strip().lower()
        if not name or name in seen or name not in raws:
            return chain
        seen.add(name)
        current = raws[name]
        chain.append(current)


def _needed(used: set[str], macros: Mapping[str, _Macro]) -> Iterator[tuple[str, str]]:
    """The macros an entry uses and those they use, each after what it leans on."""
    done: set[str] = set()

    def walk(name: str) -> Iterator[tuple[str, str]]:
        macro = macros.get(name)
        if macro is None or name in done:
            return
        done.add(name)
        for other in sorted(macro.needs):
            yield from walk(other)
        if macro.block:
            yield name, macro.block

    for name in sorted(used):
        yield from walk(name)


def _work(item: _Raw, values: Mapping[str, str]) -> Work:
    title = latex.read(values.get("title", ""))
    subtitle = latex.read(values.get("subtitle", ""))
    if title and subtitle:
        title = f"{title}: {subtitle}"
    venue = next((v for name in _VENUES if (v := latex.read(values.get(name, "")))), "")
    where = f"{venue} {latex.read(values.get('volume', ''))}" if values.get("journal") else ""
    stand_in = latex.read(values.get("booktitle", "") or values.get("note", "")) or where
    date = _YEAR.search(values.get("year", "")) or _YEAR.search(values.get("date", ""))
    doi = _DOI.search(values.get("doi", "").strip().lower())
    return Work(
        id=0,
        key=item.key,
        kind=item.kind,
        title=title or stand_in,
        authors=tuple(_names(values.get("author", "") or values.get("editor", ""))),
        year=date.group() if date else latex.read(values.get("year", "")),
        venue=venue,
        abstract=latex.read(values.get("abstract", "")),
        doi=latex.read(doi.group()).rstrip(".,;") if doi else "",
        keywords=latex.read(values.get("keywords", "") or values.get("keyword", "")),
    )


def _place(values: Mapping[str, str]) -> str:
    pages = re.match(r"\w+", values.get("pages", "").strip(" {}"))
    parts = [values.get("volume", ""), values.get("number", ""), pages.group() if pages else ""]
    return "/".join(part.strip(" {}") for part in parts) if any(parts) else ""


def _names(value: str) -> Iterator[str]:
    """People as "Family, Given"; a braced name is a body and stays as it is."""
    from bibtexparser.middlewares.names import (  # noqa: PLC0415 - slow to import
        parse_single_name_into_parts,
        split_multiple_persons_names,
    )

    for name in split_multiple_persons_names(" ".join(value.split())):
        bare = name.strip()
        if bare.lower() == "others":
            yield "others"
            continue
        if bare.startswith("{") and _closing(bare) == len(bare) - 1:
            readable = latex.read(bare)
        else:
            parts = parse_single_name_into_parts(bare, strict=False)
            family = latex.read(" ".join([*parts.von, *parts.last]))
            given = latex.read(" ".join([*parts.first, *parts.jr]))
            readable = ", ".join(part for part in (family, given) if part)
        if readable:
            yield readable
