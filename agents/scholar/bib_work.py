"""What an entry says: the readable work, its people, its arXiv identifier, its files.

The one law: reading never fails and never guesses a name; what is not there is empty.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.scholar import latex
from agents.scholar.bib_values import closing
from agents.store.entries import Work

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
# Kim, Ana: one comma, a capital on both sides, nothing that LaTeX or BibTeX would read otherwise
_PLAIN_NAME = re.compile(r"([A-Z][^\s{},\\~]*), ([A-Z][^{},\\~]*)\Z")
_ARXIV = re.compile(
    r"(?:arxiv[:.\s/]*(?:org/(?:abs|pdf)/)?|^)"
    r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?(?![\d.]*\d)",
    re.IGNORECASE,
)
_VENUES = (
    "journal", "journaltitle", "booktitle", "publisher", "school", "institution", "organization",
    "howpublished", "series",
)  # fmt: skip


def arxiv_of(values: Mapping[str, str]) -> str:
    """The arXiv identifier without its version; both schemes, from wherever people write it."""
    kind = values.get("archiveprefix", "") or values.get("eprinttype", "")
    if kind.strip().lower() == "arxiv" and (
        found := _ARXIV.search(values.get("eprint", "").strip())
    ):
        return found[1].lower()
    for name in ("arxivid", "arxiv", "doi", "url", "journal", "journaltitle", "eprint", "note"):
        value = values.get(name, "").strip()
        named = "arxiv" in value.lower() or name in ("arxivid", "arxiv")
        if named and (found := _ARXIV.search(value)):
            return found[1].lower()
    return ""


def files_of(values: Mapping[str, str]) -> Iterator[str]:
    """Paths in a `file` field, as JabRef, Zotero and Mendeley write it: `name:path:type;…`."""
    for part in re.split(r"(?<!\\);", values.get("file", "")):
        pieces = [re.sub(r"\\([:;\\_{}])", r"\1", one) for one in re.split(r"(?<!\\):", part)]
        named = [one.strip() for one in pieces if one.strip().lower().endswith(".pdf")]
        if not named:
            continue
        at = pieces.index(next(one for one in pieces if one.strip() == named[-1]))
        drive = pieces[at - 1].strip() if at else ""
        # C:\\path: the colon of a drive is none of the field's
        yield f"{drive}:{named[-1]}" if len(drive) == 1 and drive.isalpha() else named[-1]


def work_of(key: str, kind: str, values: Mapping[str, str]) -> Work:
    """The readable work of an entry: `values` are LaTeX, with macros and parents put in."""
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
        key=key,
        kind=kind,
        title=title or stand_in or key,
        authors=tuple(names_of(values.get("author", "") or values.get("editor", ""))),
        year=date.group() if date else latex.read(values.get("year", "")),
        venue=venue,
        abstract=latex.read(values.get("abstract", "")),
        doi=latex.read(doi.group()).rstrip(".,;") if doi else "",
        keywords=latex.read(values.get("keywords", "") or values.get("keyword", "")),
    )


def place_of(values: Mapping[str, str]) -> str:
    """Volume, number and first page; tells two works of one title apart."""
    pages = re.match(r"\w+", values.get("pages", "").strip(" {}"))
    parts = [values.get("volume", ""), values.get("number", ""), pages.group() if pages else ""]
    return "/".join(part.strip(" {}") for part in parts) if any(parts) else ""


def names_of(value: str) -> Iterator[str]:
    """People as "Family, Given"; a braced name is a body and stays as it is."""
    from bibtexparser.middlewares.names import (  # noqa: PLC0415 - slow to import
        parse_single_name_into_parts,
        split_multiple_persons_names,
    )

    folded = " ".join(value.split())
    for name in split_multiple_persons_names(folded) if " " in folded else [folded]:
        bare = name.strip()
        if bare.lower() == "others":
            yield "others"
            continue
        if bare.startswith("{") and closing(bare) == len(bare) - 1:
            readable = latex.read(bare)
        elif plain := _PLAIN_NAME.match(bare):
            yield latex.read(f"{plain[1]}, {plain[2]}")
            continue
        else:
            parts = parse_single_name_into_parts(bare, strict=False)
            family = latex.read(" ".join([*parts.von, *parts.last]))
            given = latex.read(" ".join([*parts.first, *parts.jr]))
            readable = ", ".join(part for part in (family, given) if part)
        if readable:
            yield readable
