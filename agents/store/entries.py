"""What the library is made of: works, their entries, and what became of those that came in.

The one law: plain frozen values; the text of an entry is the user's own, and only its key may be
another where two works wanted the same.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from agents.store import words

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = "id, key, kind, title, authors, year, venue, abstract, doi, keywords"
ENTRY_COLUMNS = f"{COLUMNS}, raw, macros, preambles, parents, place, format, original, files, arxiv"
_EMBEDDED_LETTERS = 2000  # of title and abstract: about what an embedding model reads
_HEAD = re.compile(r"\s*@\s*[A-Za-z]+\s*[{(]\s*")

ChangeKind = Literal["merge", "fix", "update"]


@dataclass(frozen=True, slots=True)
class Work:
    """One work of the library, readable: LaTeX turned into Unicode."""

    id: int
    key: str  # citation key, as the user wrote it
    kind: str  # BibTeX entry type, lower case
    title: str
    authors: tuple[str, ...]  # "Family, Given"
    year: str
    venue: str
    abstract: str
    doi: str = ""
    keywords: str = ""

    @property
    def text(self) -> str:
        """What is embedded: title and abstract."""
        return f"{self.title}. {self.abstract}".strip(". ")[:_EMBEDDED_LETTERS]


@dataclass(frozen=True, slots=True)
class Entry:
    """A work with its BibTeX entry as the user wrote it and all that the entry leans on."""

    work: Work
    raw: str
    macros: tuple[tuple[str, str], ...] = ()  # name and verbatim `@string` block, needed ones only
    preambles: tuple[str, ...] = ()  # verbatim `@preamble` blocks it uses commands of
    parents: tuple[str, ...] = ()  # verbatim crossref and xdata parents, nearest first
    place: str = ""  # volume, number, first page: tells two works of one title apart
    line: int = 0  # 1-based, in the file it came from
    format: str = "bibtex"  # bibtex, ris, csl-json, zotero, pdf
    original: str = ""  # the record to the letter, where it is not BibTeX
    files: tuple[str, ...] = ()  # paths of attached files
    arxiv: str = ""  # identifier without its version


@dataclass(frozen=True, slots=True)
class Broken:
    """An entry that could not be taken: kept with its text, so that it can be mended."""

    line: int  # 1-based
    reason: str  # a code of `app.messages`
    text: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """An entry that is in the library under another key than it was written with."""

    line: int  # 1-based
    key: str  # as it was written
    new: str
    reason: str  # a code of `app.messages`


@dataclass(frozen=True, slots=True)
class Added:
    """What became of the entries given to `Library.add`."""

    added: int = 0
    updated: int = 0
    duplicates: int = 0
    renamed: tuple[Renamed, ...] = ()

    def __add__(self, other: Added) -> Added:
        return Added(
            self.added + other.added,
            self.updated + other.updated,
            self.duplicates + other.duplicates,
            self.renamed + other.renamed,
        )


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was done to entries and can be taken back."""

    id: int
    kind: ChangeKind
    before: tuple[Entry, ...]
    after: tuple[Entry, ...]
    undone: bool
    made: str  # ISO time


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells whether two works are one."""

    id: int
    key: str
    title: str
    authors: tuple[str, ...]
    year: str
    doi: str
    arxiv: str
    likeness: str
    place: str
    kind: str


def digest(text: str) -> str:
    """The name of a text among vectors."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def imported(entry: Entry) -> str:
    """The name of what came in: the record and its BibTeX with what that leans on."""
    parts = [entry.original or entry.raw, *(block for _name, block in entry.macros)]
    return digest("\0".join([*parts, *entry.preambles, *entry.parents]))


def likeness(work: Work) -> str:
    """Folded title, year and first family name; empty where the title says too little."""
    title = "".join(words.tokens(work.title))
    if len(title) < (8 if words.is_hangul(title) else 16):
        return ""
    family = work.authors[0].split(",")[0] if work.authors else ""
    return "|".join([title, work.year, "".join(words.tokens(family))])


def same_work(one: Work, other: Work) -> bool:
    """Whether two entries under one key are one work, perhaps corrected."""
    if one.doi and one.doi == other.doi:
        return True
    mine, theirs = set(words.tokens(one.title)), set(words.tokens(other.title))
    shared = len(mine & theirs) / max(1, min(len(mine), len(theirs)))
    return shared >= 0.5


def rekeyed(entry: Entry, key: str) -> Entry:
    """The entry under another key; nothing else of its text changes."""
    head = _HEAD.match(entry.raw)
    raw = entry.raw
    if head:
        end = raw.find(",", head.end())
        end = len(raw.rstrip()) - 1 if end < 0 else end
        raw = f"{raw[: head.end()]}{key}{raw[end:]}"
    return replace(entry, work=replace(entry.work, key=key), raw=raw)


def to_work(row: Sequence[Any]) -> Work:
    """A row of `COLUMNS`."""
    id_, key, kind, title, authors, *rest = row
    return Work(id_, key, kind, title, tuple(json.loads(authors)), *rest)


def to_entry(row: Sequence[Any]) -> Entry:
    """A row of `ENTRY_COLUMNS`."""
    raw, macros, preambles, parents, place, format_, original, files, arxiv = row[10:19]
    return Entry(
        work=to_work(row[:10]),
        raw=raw,
        macros=tuple((name, block) for name, block in json.loads(macros)),
        preambles=tuple(json.loads(preambles)),
        parents=tuple(json.loads(parents)),
        place=place,
        format=format_,
        original=original,
        files=tuple(json.loads(files)),
        arxiv=arxiv,
    )


def to_json(value: object) -> str:
    """A list or mapping as it stands in a column."""
    return json.dumps(value, ensure_ascii=False)
