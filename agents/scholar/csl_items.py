"""Works as CSL items: what a citation processor, a word processor and Zotero take.

The one law: an item says what the entry says, in Unicode, and holds only what CSL knows; what an
entry leaves out is left out, never guessed. Schema: `csl-data.json` of CSL 1.0.2.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agents.scholar import bib, csl_text, latex, terms
from agents.scholar.importers import csl
from agents.scholar.importers.plain import listing, mapping

if TYPE_CHECKING:
    from agents.store.entries import Entry

Item = dict[str, Any]

NAMES = (
    "author", "editor", "translator", "container-author", "director", "collection-editor",
    "composer", "illustrator", "interviewer", "original-author", "recipient", "editorial-director",
)  # fmt: skip
DATES = ("issued", "accessed", "event-date", "original-date", "submitted")
TEXTS = (
    "title", "title-short", "container-title", "container-title-short", "collection-title",
    "publisher", "publisher-place", "volume", "issue", "page", "edition", "number", "DOI", "URL",
    "ISBN", "ISSN", "genre", "medium", "version", "number-of-pages", "number-of-volumes",
    "chapter-number", "collection-number", "event", "event-place", "archive", "archive_location",
    "note", "abstract", "PMID", "PMCID", "section", "status", "language",
)  # fmt: skip
_NAME_PARTS = ("family", "given", "suffix", "dropping-particle", "non-dropping-particle")
_THESES = {"phdthesis": "PhD thesis", "mastersthesis": "Master’s thesis"}
_THESES_KO = {"phdthesis": "박사학위논문", "mastersthesis": "석사학위논문"}
_HANGUL = re.compile(r"[가-힣]")


def item_of(entry: Entry, id_: str = "") -> Item:
    """A work as a CSL item, the way Zotero keeps it.

    Args:
        entry: the work, whatever it came in as.
        id_: what it is called; its citation key without it.
    """
    said = csl.item_of(entry)
    made: Item = {"id": id_ or entry.work.key, "type": str(said.get("type") or "document")}
    for name in TEXTS:
        value = said.get(name)
        if isinstance(value, str | int | float) and str(value).strip():
            made[name] = " ".join(str(value).split())
    for name in NAMES:
        people = [person for one in listing(said.get(name)) if (person := _person(one))]
        if people:
            made[name] = people
    for name in DATES:
        if date := _date(mapping(said.get(name))):
            made[name] = date
    _completed(made, entry)
    return made


def for_processor(entry: Entry, id_: str) -> Item:
    """The same for the citation processor.

    Korean names are one word, family name first, and are never cut to initials; looks inside a
    title are marks; "and others" is one; `language` is there only where it changes how words are
    written: a Korean title has no capitals.
    """
    made = item_of(entry, id_)
    # in BibTeX `<i>` is what it looks like
    marked = csl_text.from_tags if entry.format in ("csl-json", "zotero") else csl_text.clean
    for name in TEXTS:
        if name in made:
            made[name] = marked(made[name]).strip()
    for name in NAMES:
        if name in made:
            made[name] = [_for_processor(person) for person in made[name]]
    made.pop("language", None)
    made.pop("abstract", None)
    made.pop("note", None)
    if terms.language(made.get("title", "")) == "ko":
        made["language"] = "ko"
    return made


def _completed(made: Item, entry: Entry) -> None:
    """What BibTeX says by the kind of an entry or in fields of its own."""
    kind = entry.work.kind
    if entry.format == "csl-json" and entry.original:
        return
    values = bib.values_of(entry)
    korean = terms.language(entry.work.title) == "ko"
    named = latex.read(values.get("type", ""))
    genre = named or (_THESES_KO if korean else _THESES).get(kind, "")
    if genre and made["type"] in ("thesis", "report"):
        made.setdefault("genre", genre)
    if "publisher" not in made and (body := latex.read(values.get("organization", ""))):
        made["publisher"] = body
    how = values.get("howpublished", "") + values.get("note", "")
    address = re.search(r"https?://[^\s{}]+", how)
    if "URL" not in made and address:
        made["URL"] = address.group().rstrip(".,;")
    if entry.arxiv and "DOI" not in made:
        made.setdefault("URL", f"https://arxiv.org/abs/{entry.arxiv}")
    if made["type"] == "document" and entry.arxiv and "publisher" not in made:
        made |= {"type": "article", "publisher": "arXiv"}
    if made["type"] == "report" and "number" not in made and "issue" in made:
        made["number"] = made.pop("issue")
    made.setdefault("title", entry.work.title)


def _person(one: Any) -> dict[str, str]:  # noqa: ANN401 - whatever the file holds
    if isinstance(one, str):
        return {"literal": one} if one.strip() else {}
    said = {name: str(part).strip() for name, part in mapping(one).items() if str(part).strip()}
    if said.get("literal"):
        return {"literal": said["literal"]}
    named = {name: said[name] for name in _NAME_PARTS if name in said}
    if "family" not in named:
        return {"literal": named["given"]} if "given" in named else {}
    return named


def _for_processor(person: dict[str, str]) -> dict[str, str]:
    if person.get("literal", "").lower() == "others":
        return {"literal": csl_text.OTHERS}
    person = {name: csl_text.clean(part) for name, part in person.items()}
    family, given = person.get("family", ""), person.get("given", "")
    if _HANGUL.search(family) and (not given or _HANGUL.search(given)):
        return {"literal": f"{family}{given.replace(' ', '')}"}
    return person


def _date(said: Item) -> Item:
    for parts in listing(said.get("date-parts"))[:1]:
        numbers: list[int] = []
        for part in listing(parts)[:3]:
            if not re.fullmatch(r"-?\d{1,5}", str(part)):
                break
            numbers.append(int(part))
        if numbers and all(1 <= month <= 12 for month in numbers[1:2]):
            return {"date-parts": [numbers]}
        if numbers:
            return {"date-parts": [numbers[:1]]}
    told = str(said.get("raw") or said.get("literal") or "").strip()
    if re.fullmatch(r"\d{4}", told):
        return {"date-parts": [[int(told)]]}
    return {"literal": told} if told else {}
