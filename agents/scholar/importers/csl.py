"""CSL-JSON, as Zotero, Pandoc and Crossref write it, in and out.

The one law: an item goes out as it came in, value by value; one that was changed here, or that was
never CSL-JSON, is made from its fields. Format: the schema `csl-data.json` of CSL 1.0.2.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from agents.base import UserError
from agents.scholar import bib, bib_work, latex
from agents.scholar.importers.plain import listing, mapping
from agents.scholar.importers.record import PEOPLE, Record, entries, family_given, month
from agents.store.entries import Broken

if TYPE_CHECKING:
    from pathlib import Path

    from agents.base import CancelToken
    from agents.store.entries import Entry

Item = dict[str, Any]

KINDS = {
    "article-journal": "article", "article-magazine": "article", "article-newspaper": "article",
    "paper-conference": "inproceedings", "chapter": "incollection", "book": "book",
    "thesis": "phdthesis", "report": "techreport", "manuscript": "unpublished",
}  # fmt: skip
_OUT = {
    "article": "article-journal", "inproceedings": "paper-conference",
    "conference": "paper-conference", "incollection": "chapter", "inbook": "chapter",
    "book": "book", "collection": "book", "proceedings": "book", "phdthesis": "thesis",
    "mastersthesis": "thesis", "thesis": "thesis", "techreport": "report", "report": "report",
    "unpublished": "manuscript", "online": "webpage", "dataset": "dataset", "software": "software",
    "patent": "patent",
}  # fmt: skip
_PLAIN = {
    "title": "title", "volume": "volume", "DOI": "doi", "URL": "url", "ISBN": "isbn",
    "ISSN": "issn", "abstract": "abstract", "publisher-place": "address", "edition": "edition",
    "language": "language", "note": "note", "collection-title": "series", "keyword": "keywords",
}  # fmt: skip
_VARIABLES = {
    "journal": "container-title", "journaltitle": "container-title",
    "booktitle": "container-title", "number": "issue", "school": "publisher",
    "institution": "publisher", "publisher": "publisher",
    **{field: name for name, field in _PLAIN.items()},
}  # fmt: skip
# What makes an item a work: a record may lack its title and still lead to the work.
_TELLING = ("title", "author", "DOI", "URL", "ISBN", "container-title")
_PEOPLE = {
    "author": "author", "editor": "editor", "translator": "translator",
    "container-author": "bookauthor", "director": "director",
}  # fmt: skip


def read(path: Path, cancel: CancelToken) -> bib.BibFile:
    """Read a CSL-JSON file; see `agents.scholar.importers.read`.

    Raises:
        UserError: scholar.not_json.
    """
    cancel.check()
    return parse(bib.decode(path.read_bytes()), str(path))


def parse(text: str, name: str = "") -> bib.BibFile:
    """Read the text of a CSL-JSON file: a list of items, or `{"items": […]}`, or one item."""
    try:
        found: object = json.loads(text)
    except ValueError as error:
        raise UserError("scholar.not_json", path=name, reason=str(error)) from error
    whole = mapping(found)
    items = (
        listing(whole.get("items")) if "items" in whole else [found] if whole else listing(found)
    )
    records: list[Record] = []
    broken: list[Broken] = []
    at = 0
    for each in items:
        item = mapping(each)
        mark = json.dumps(item.get("id"), ensure_ascii=False) if item.get("id") else ""
        at = max(at, text.find(mark, at)) if mark else at
        line = text.count("\n", 0, at) + 1
        if any(item.get(name) for name in _TELLING):
            records.append(_record(item, line))
        else:
            shown = json.dumps(each, ensure_ascii=False, indent=1)
            broken.append(Broken(line, "scholar.entry_unreadable", shown))
    made, renamed = entries(records)
    return bib.BibFile(made, tuple(broken), renamed=renamed)


def _record(item: Item, line: int) -> Record:
    kind = str(item.get("type", ""))
    made = Record(KINDS.get(kind, "misc"), "csl-json", json.dumps(item, ensure_ascii=False))
    made.line, made.key = line, str(item.get("citation-key") or item.get("id") or "").strip()
    if kind and _OUT.get(made.kind) != kind:
        made.fields["x-csl-type"] = kind
    for name, value in item.items():
        if name in ("id", "type", "citation-key"):
            continue
        if name in _PEOPLE and (people := listing(value)):
            made.people[_PEOPLE[name]] = [_person(one) for one in people]
        elif not _taken(made, name, value):
            told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            made.keep(f"x-csl-{name.lower()}", told)
    return made


def _person(value: Any) -> str:  # noqa: ANN401 - whatever the file holds
    if not mapping(value):
        return str(value)
    said = {name: str(part) for name, part in mapping(value).items()}
    if said.get("literal"):
        return said["literal"]
    family = " ".join(
        part for part in (said.get("non-dropping-particle"), said.get("family")) if part
    )
    given = " ".join(part for part in (said.get("given"), said.get("dropping-particle")) if part)
    return family_given(family, given, said.get("suffix", ""))


def _taken(made: Record, name: str, value: Any) -> bool:  # noqa: ANN401 - whatever the file holds
    """Whether a value found its place among the fields."""
    if name == "issued":
        return _dated(made, value)
    if not isinstance(value, str | int | float):
        return False
    said = str(value)
    if name == "page":
        return made.say("pages", re.sub(r"\s*[-–—]+\s*", "--", said))
    places = {
        **_PLAIN,
        "container-title": "journal" if made.kind == "article" else "booktitle",
        "issue": "number",
        "number": "number",
        "publisher": {"phdthesis": "school", "techreport": "institution"}.get(
            made.kind, "publisher"
        ),
    }
    return name in places and made.say(places[name], said)


def _dated(made: Record, value: Any) -> bool:  # noqa: ANN401 - whatever the file holds
    said = mapping(value)
    parts = listing(said.get("date-parts"))
    first = [str(part) for part in listing(parts[0])] if parts else []
    if first:
        made.say("year", first[0])
        if len(first) > 1:
            made.say("month", month(first[1]))
        return len(said) == 1 and len(parts) == 1 and len(first) <= 2
    told = f"{said.get('raw', '')} {said.get('literal', '')}"
    if found := re.search(r"(?<!\d)\d{4}(?!\d)", told):
        made.say("year", found[0])
    return False


def write(found: tuple[Entry, ...]) -> str:
    """The entries as CSL-JSON."""
    return json.dumps([item_of(entry) for entry in found], ensure_ascii=False, indent=2) + "\n"


def item_of(entry: Entry) -> Item:
    """One entry as a CSL item; `id` is its citation key where it was not CSL-JSON before."""
    if entry.format == "csl-json" and entry.original:
        return json.loads(entry.original)
    values = bib.values_of(entry)
    said = {name: latex.read(value) for name, value in values.items()}
    made: Item = {
        "id": entry.work.key,
        "type": said.pop("x-csl-type", _OUT.get(entry.work.kind, "document")),
    }
    people = {name: values[field] for name, field in _PEOPLE.items() if field in values}
    for name, value in people.items():
        made[name] = [_name(person) for person in bib_work.names_of(value)]
    if entry.work.year:
        made["issued"] = _issued(entry.work.year, said.pop("month", ""))
    if "pages" in said:
        made["page"] = re.sub(r"\s*(?:--+|–)\s*", "-", said.pop("pages"))
    custom: dict[str, str] = {}
    for name, value in said.items():
        if name in PEOPLE or name in ("year", "crossref", "xdata") or not value:
            continue
        if name in _VARIABLES and _VARIABLES[name] not in made:
            made[_VARIABLES[name]] = value
        elif name.startswith("x-csl-"):
            made[name[6:]] = _json(value)
        else:  # CSL has no variable for it: the schema's own place for whatever else there is
            custom[name] = value
    if custom:
        made["custom"] = custom
    return made


def _name(person: str) -> dict[str, str]:
    family, comma, given = person.partition(", ")
    return {"family": family, "given": given} if comma else {"literal": person}


def _issued(year: str, month_: str) -> Item:
    if not year.isdigit():
        return {"raw": year}
    names = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    short = month_.lower()[:3]
    number = names.index(short) + 1 if short in names else 0
    number = int(month_) if month_.isdigit() and 1 <= int(month_) <= 12 else number
    return {"date-parts": [[int(year), number] if number else [int(year)]]}


def _json(value: str) -> Any:  # noqa: ANN401 - whatever it was
    try:
        return json.loads(value) if value[:1] in "[{" else value
    except ValueError:
        return value
