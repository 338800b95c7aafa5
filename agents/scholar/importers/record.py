"""What every importer makes of a record that is not BibTeX: an entry with BibTeX of its own.

The one law: every value of the record is in the BibTeX, under a field of its own where BibTeX has
no name for it (`x-ris-…`, `x-csl-…`, `x-zotero-…`), and the record itself is kept to the letter.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from agents.scholar import bib_work, keys, latex
from agents.store.entries import Entry, Renamed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PEOPLE = frozenset({"author", "editor", "translator", "bookauthor", "director", "holder"})
VERBATIM = frozenset({"doi", "url", "file", "eprint", "isbn", "issn", "ids"})
_FIRST = (
    "author", "editor", "title", "subtitle", "journal", "booktitle", "series", "volume", "number",
    "pages", "publisher", "school", "institution", "address", "year", "month", "date", "doi",
    "eprint", "archiveprefix", "isbn", "issn", "url", "keywords", "abstract", "note",
)  # fmt: skip
_MACRO_MONTHS = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"
)  # fmt: skip


@dataclass(slots=True)
class Record:
    """One record in the words of BibTeX: values are plain Unicode, people lists of names.

    A name is "Family, Given", or a body, which has no comma.
    """

    kind: str
    format: str
    original: str = ""
    key: str = ""  # empty: one is made
    line: int = 0
    fields: dict[str, str] = field(default_factory=dict[str, str])
    people: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    files: list[str] = field(default_factory=list[str])

    def say(self, name: str, value: str) -> bool:
        """Set a field that is not yet set; whether the value is in it now."""
        value = value.strip()
        if not value:
            return True
        return self.fields.setdefault(name, value) == value

    def keep(self, name: str, value: str) -> None:
        """Set a field, or add to what it says."""
        value = value.strip()
        if value:
            before = self.fields.get(name)
            self.fields[name] = f"{before}; {value}" if before else value


def entries(records: Iterable[Record]) -> tuple[tuple[Entry, ...], tuple[Renamed, ...]]:
    """Entries under keys that differ, and those whose own key was taken or cannot be cited."""
    made: dict[str, Entry] = {}
    renamed: list[Renamed] = []
    for record in records:
        entry = _entry(record)
        usable = keys.usable(record.key)
        key = keys.free(usable or keys.made(entry.work), made)
        if record.key and key != record.key:
            reason = "scholar.key_repeated" if usable == record.key else "scholar.entry_bad_key"
            renamed.append(Renamed(record.line, record.key, key, reason))
        title = entry.work.title or key
        work = replace(entry.work, key=key, title=title)
        made[key] = replace(entry, work=work, raw=entry.raw.replace("{,", f"{{{key},", 1))
    return tuple(made.values()), tuple(renamed)


def _entry(record: Record) -> Entry:
    values = dict(_latex(record))
    order = sorted(values, key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))
    lines = [f"  {name} = {_delimited(name, values[name])}," for name in order]
    return Entry(
        work=bib_work.work_of("", record.kind, values),
        raw="\n".join([f"@{record.kind}{{,", *lines, "}"]),
        place=bib_work.place_of(values),
        line=record.line,
        format=record.format,
        original=record.original,
        files=tuple(record.files),
        arxiv=bib_work.arxiv_of(values),
    )


def _latex(record: Record) -> Iterable[tuple[str, str]]:
    for name, people in record.people.items():
        if people:
            yield name, " and ".join(map(name_of, people))
    for name, value in record.fields.items():
        if name in VERBATIM:
            yield name, value.replace("{", "%7B").replace("}", "%7D")
        elif name == "pages":
            yield name, latex.write(value).replace("-{}", "-")
        else:
            yield name, latex.write(value)


def name_of(person: str) -> str:
    """A name as BibTeX reads it: bodies, and names with "and" in them, stay whole in braces."""
    if person.lower() == "others":
        return "others"
    written = latex.write(person)
    if "," not in person:
        return f"{{{written}}}" if " " in person else written
    pieces = written.split(",")
    return ",".join(f"{{{one.strip()}}}" if " and " in f" {one} " else one for one in pieces)


def _delimited(name: str, value: str) -> str:
    if name == "month" and value in _MACRO_MONTHS:
        return value
    return f"{{{value}}}"


def month(number: str) -> str:
    """The macro of a month given as a number; whatever else was given as it is."""
    at = int(number) if number.isdigit() else 0
    return _MACRO_MONTHS[at - 1] if 1 <= at <= 12 else number


def family_given(family: str, given: str, suffix: str = "") -> str:
    """A name from its parts; a single part is a body or a mononym."""
    parts = [part.strip() for part in (family, suffix, given) if part and part.strip()]
    return ", ".join(parts)


def pages(first: str, last: str) -> str:
    """A range of pages as BibTeX writes it."""
    first, last = first.strip(), last.strip()
    return f"{first}--{last}" if first and last and first != last else first or last


def split_names(value: Sequence[str]) -> list[str]:
    """Names of a record, empty ones left out."""
    return [" ".join(name.split()) for name in value if name.strip()]
