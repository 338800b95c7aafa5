"""RIS, as EndNote, Web of Science, Scopus, RISS and Zotero write it, in and out.

The one law: a record goes out as it came in, letter by letter; one that was changed here, or that
was never RIS, is written from its fields. Format: Research Information Systems, *RIS Format
Specifications* (2011), with the older tags.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.scholar import bib, bib_work, latex
from agents.scholar.importers.record import PEOPLE, Record, entries, pages, split_names
from agents.store.entries import Broken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from agents.base import CancelToken
    from agents.store.entries import Entry

_COUNTED = re.compile(r"(?:\d+\.?)?")  # some programs count their records between them
_LINE = re.compile(r"^([A-Z][A-Z0-9])  ?-(?: (.*))?$")
KINDS = {
    "JOUR": "article", "JFULL": "article", "MGZN": "article", "NEWS": "article", "EJOUR": "article",
    "INPR": "article", "ABST": "article", "CONF": "inproceedings", "CPAPER": "inproceedings",
    "CHAP": "incollection", "ECHAP": "incollection", "BOOK": "book", "EDBOOK": "book",
    "EBOOK": "book", "THES": "phdthesis", "RPRT": "techreport", "UNPB": "unpublished",
    "MANSCPT": "unpublished", "GEN": "misc",
}  # fmt: skip
_OUT = {
    "article": "JOUR", "inproceedings": "CPAPER", "conference": "CPAPER", "proceedings": "CONF",
    "incollection": "CHAP", "inbook": "CHAP", "book": "BOOK", "collection": "EDBOOK",
    "phdthesis": "THES", "mastersthesis": "THES", "thesis": "THES", "techreport": "RPRT",
    "report": "RPRT", "unpublished": "UNPB", "online": "ELEC", "dataset": "DATA",
    "software": "COMP", "patent": "PAT",
}  # fmt: skip
_PEOPLE = {
    "AU": "author", "A1": "author", "ED": "editor", "A2": "editor", "TA": "translator",
    "A4": "translator",
}  # fmt: skip
_PLAIN = {
    "TI": "title", "T1": "title", "VL": "volume", "IS": "number", "DO": "doi", "UR": "url",
    "AB": "abstract", "N2": "abstract", "PB": "publisher", "CY": "address", "PP": "address",
    "LA": "language", "N1": "note", "ET": "edition", "T3": "series", "M3": "type",
}  # fmt: skip
_VENUE = ("T2", "JO", "JF", "BT", "JA", "J1", "J2")
_FIELD_TAGS = {
    "title": "TI", "volume": "VL", "number": "IS", "issue": "IS", "doi": "DO", "url": "UR",
    "abstract": "AB", "publisher": "PB", "school": "PB", "institution": "PB", "address": "CY",
    "location": "CY", "language": "LA", "note": "N1", "edition": "ET", "series": "T3",
    "type": "M3", "isbn": "SN", "issn": "SN", "journal": "T2", "journaltitle": "T2",
    "booktitle": "T2", "date": "DA",
}  # fmt: skip


def read(path: Path, cancel: CancelToken) -> bib.BibFile:
    """Read a `.ris` file; see `agents.scholar.importers.read`."""
    cancel.check()
    return parse(bib.decode(path.read_bytes()))


def parse(text: str) -> bib.BibFile:
    """Read the text of a `.ris` file."""
    records: list[Record] = []
    broken: list[Broken] = []
    for line, lines in _records(text):
        if all(_COUNTED.fullmatch(row.strip()) for row in lines):
            continue
        record = _record(line, lines)
        if record is None:
            broken.append(Broken(line, "scholar.entry_unreadable", "\n".join(lines)))
        else:
            records.append(record)
    made, renamed = entries(records)
    return bib.BibFile(made, tuple(broken), renamed=renamed)


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and lines of each record; what stands outside of one is a record, too."""
    began, lines = 1, list[str]()
    for number, line in enumerate(text.split("\n"), start=1):
        tag = _LINE.match(line.rstrip())
        if tag and tag[1] == "TY" and lines:
            yield began, lines
            lines = []
        if not lines:
            if not line.strip():
                continue
            began = number
        lines.append(line.rstrip("\n"))
        if tag and tag[1] == "ER":
            yield began, lines
            lines = []
    while lines and not lines[-1].strip():
        lines.pop()
    if lines:
        yield began, lines


def tags(lines: list[str]) -> list[tuple[str, str]]:
    """Tags with their values, in order; a line without a tag goes on with the one before."""
    found: list[tuple[str, str]] = []
    for line in lines:
        match = _LINE.match(line.rstrip())
        if match:
            found.append((match[1], (match[2] or "").strip()))
        elif found and line.strip():
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}".strip())
    return found


def _record(line: int, lines: list[str]) -> Record | None:
    values = tags(lines)
    if not values or values[0][0] != "TY" or not any(v for t, v in values if t not in ("TY", "ER")):
        return None
    kind = values[0][1].upper()
    made = Record(KINDS.get(kind, "misc"), "ris", "\n".join(lines), line=line)
    if _OUT.get(made.kind) != kind:
        made.fields["x-ris-ty"] = kind
    first, last = "", ""
    for tag, value in values[1:]:
        if tag in _PEOPLE:
            made.people.setdefault(_PEOPLE[tag], []).extend(split_names([value]))
        elif tag == "SP":
            first = first or value
        elif tag == "EP":
            last = last or value
        elif tag == "ID":
            made.key = made.key or value
        elif not _taken(made, tag, value) and tag != "ER":
            made.keep(f"x-ris-{tag.lower()}", value)
    made.say("pages", pages(first, last))
    return made


def _taken(made: Record, tag: str, value: str) -> bool:
    """Whether a value found its place among the fields."""
    if tag in ("PY", "Y1", "DA"):
        return _dated(made, tag, value)
    if tag == "KW":
        made.keep("keywords", value)
        return True
    if tag == "L1" and value.lower().endswith(".pdf") and "://" not in value:
        made.files.append(value)
    field = _field_of(made.kind, tag, value)
    return bool(field) and made.say(field, value)


def _field_of(kind: str, tag: str, value: str) -> str:
    """The BibTeX field of a tag; empty where there is none."""
    if tag == "BT" and kind == "book":
        return "title"
    if tag in _VENUE:
        venue = "journal" if kind == "article" else "booktitle"
        return "series" if kind in ("book", "misc", "techreport") else venue
    if tag == "SN":
        bare = re.sub(r"[\s-]", "", value)
        return "issn" if re.match(r"\d{7}[\dXx](?!\d)", bare) else "isbn"
    if tag == "PB":
        return {"phdthesis": "school", "techreport": "institution"}.get(kind, "publisher")
    return _PLAIN.get(tag, "")


def _dated(made: Record, tag: str, value: str) -> bool:
    """A date is `YYYY/MM/DD/other`; what is more than the year is kept as it stands."""
    year, _slash, rest = value.partition("/")
    told = bool(year.strip()) and made.say("year", year) and tag != "DA"
    return told and not rest.strip("/ ")


def write(found: tuple[Entry, ...]) -> str:
    """The entries as RIS."""
    return "\n\n".join(_written(entry) for entry in found) + "\n"


def _written(entry: Entry) -> str:
    if entry.format == "ris" and entry.original:
        return entry.original
    values = bib.values_of(entry)
    said = {name: latex.read(value) for name, value in values.items()}
    lines = [("TY", said.pop("x-ris-ty", _OUT.get(entry.work.kind, "GEN")))]
    for name in sorted(PEOPLE & values.keys()):
        tag = {"author": "AU", "editor": "ED", "translator": "TA"}.get(name, "A3")
        lines += [(tag, person) for person in bib_work.names_of(values[name])]
    if entry.work.year and "x-ris-py" not in said:
        lines.append(("PY", entry.work.year))
    first, _dash, last = re.sub(r"\s*(?:--?|–)\s*", "-", said.pop("pages", "")).partition("-")
    lines += [("SP", first)] * bool(first) + [("EP", last)] * bool(last)
    lines += [("KW", word) for word in re.split(r"\s*[;,]\s*", said.pop("keywords", "")) if word]
    for name, value in said.items():
        if name in PEOPLE or name in ("year", "crossref", "xdata") or not value:
            continue
        if name.startswith("x-ris-"):
            lines.append((name[6:].upper()[:2], value))
        elif name in _FIELD_TAGS:
            lines.append((_FIELD_TAGS[name], value))
        else:  # no tag means this: kept where a person sees it
            lines.append(("N1", f"{name}: {value}"))
    lines += [("ID", entry.work.key), ("ER", "")]
    return "\n".join(f"{tag}  - {value}" for tag, value in lines)
