"""A Zotero data folder: items, creators, tags, notes and the PDFs that are attached.

The one law: every field of an item is in its entry, those without a BibTeX name as
`x-zotero-…`; citation keys that Better BibTeX or Zotero fixed are kept.
"""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING

from agents.scholar import bib
from agents.scholar.importers.record import Record, entries, family_given, month
from agents.store import zotero

if TYPE_CHECKING:
    from pathlib import Path

    from agents.base import CancelToken
    from agents.store.zotero import ZoteroItem

_KINDS = {
    "journalArticle": "article", "magazineArticle": "article", "newspaperArticle": "article",
    "preprint": "misc", "conferencePaper": "inproceedings", "bookSection": "incollection",
    "encyclopediaArticle": "incollection", "dictionaryEntry": "incollection", "book": "book",
    "thesis": "phdthesis", "report": "techreport", "manuscript": "unpublished",
}  # fmt: skip
_FIELDS = {
    "title": "title", "caseName": "title", "nameOfAct": "title", "subject": "title",
    "publicationTitle": "journal", "proceedingsTitle": "booktitle", "bookTitle": "booktitle",
    "encyclopediaTitle": "booktitle", "dictionaryTitle": "booktitle",
    "conferenceName": "eventtitle",
    "volume": "volume", "issue": "number", "number": "number", "reportNumber": "number",
    "edition": "edition", "series": "series", "place": "address", "publisher": "publisher",
    "university": "school", "institution": "institution", "DOI": "doi", "url": "url",
    "ISBN": "isbn", "ISSN": "issn", "abstractNote": "abstract", "language": "language",
    "shortTitle": "shorttitle", "thesisType": "type", "reportType": "type",
    "journalAbbreviation": "shortjournal", "accessDate": "urldate", "rights": "rights",
}  # fmt: skip
_PEOPLE = {
    "author": "author", "editor": "editor", "translator": "translator",
    "bookAuthor": "bookauthor", "director": "director",
}  # fmt: skip
_KEY = re.compile(r"^\s*(?:citation[ -]?key|bibtex)\s*:\s*(\S+)\s*$", re.IGNORECASE | re.MULTILINE)
_EXTRA_DOI = re.compile(r"^\s*DOI\s*:\s*(10\.\S+)\s*$", re.IGNORECASE | re.MULTILINE)
_ARXIV = re.compile(r"arxiv\s*:\s*(\S+)", re.IGNORECASE)


def read(path: Path, cancel: CancelToken) -> bib.BibFile:
    """Read a Zotero data folder, or the `zotero.sqlite` in it; see `agents.scholar.importers.read`.

    Raises:
        UserError: file.unreadable, scholar.not_zotero.
    """
    cancel.check()
    items = zotero.read(path if path.is_dir() else path.parent)
    cancel.check()
    made, renamed = entries(_record(item) for item in items)
    return bib.BibFile(made, (), renamed=renamed)


def _record(item: ZoteroItem) -> Record:
    told = {f.name: getattr(item, f.name) for f in dataclasses.fields(item)}
    made = Record(
        _KINDS.get(item.kind, "misc"), "zotero", json.dumps(told, ensure_ascii=False), line=item.id
    )
    if item.kind not in _KINDS or item.kind == "preprint":
        made.fields["x-zotero-type"] = item.kind
    for kind, family, given in item.creators:
        name = _PEOPLE.get(kind)
        if name is None and "author" not in made.people and kind != "contributor":
            name = "author"  # inventors, programmers, presenters, ...
        person = family_given(family, given)
        if name:
            made.people.setdefault(name, []).append(person)
        else:
            made.keep(f"x-zotero-{kind.lower()}", person)
    for name, value in item.fields.items():
        if not _taken(made, name, value):
            made.keep(f"x-zotero-{name.lower()}", value)
    for tag in item.tags:
        made.keep("keywords", tag)
    for name, values in (("collections", item.collections), ("notes", item.notes)):
        for value in values:
            made.keep(f"x-zotero-{name}", value)
    made.files += [path for path in item.files if path.lower().endswith(".pdf")]
    return made


def _taken(made: Record, name: str, value: str) -> bool:
    if name == "date":
        return _dated(made, value)
    if name == "pages":
        return made.say("pages", re.sub(r"\s*[-–—]+\s*", "--", value))
    if name == "citationKey":
        made.key = value.strip()
        return True
    if name == "archiveID" and (found := _ARXIV.search(value)):
        made.fields["archiveprefix"] = "arXiv"
        return made.say("eprint", found[1])
    if name == "extra":
        key, doi = _KEY.search(value), _EXTRA_DOI.search(value)
        made.key = made.key or (key[1] if key else "")
        if doi:
            made.say("doi", doi[1])
        return bool(key and not _KEY.sub("", value).strip())
    return name in _FIELDS and made.say(_FIELDS[name], value)


def _dated(made: Record, value: str) -> bool:
    """Zotero keeps `2017-06-12 June 12, 2017`: for sorting, and as it was typed."""
    sortable, _space, typed = value.partition(" ")
    year, _dash, rest = sortable.partition("-")
    if not re.fullmatch(r"\d{4}", year):
        found = re.search(r"(?<!\d)\d{4}(?!\d)", value)
        made.say("year", found[0] if found else "")
        return False
    if year != "0000":
        made.say("year", year)
    number = rest[:2].lstrip("0")
    if number:
        made.say("month", month(number))
    day = rest[3:5].lstrip("0")
    return not day and (not typed or typed == year or bool(number))
