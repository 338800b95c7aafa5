"""Citation styles (CSL): those that come along, and the user's own.

The one law: a style file is data from elsewhere: it is read without entities, network or schema
locations, and what cannot format citations in running text is a sentence, not a crash.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.base import UserError, readable
from agents.scholar import csl_text

Element = Any  # of lxml, which comes without types

FOLDER = Path(__file__).parent / "csl"
# by the short name they are asked for with
FILES = {
    "apa": "apa.csl",
    "ieee": "ieee.csl",
    "acm": "association-for-computing-machinery.csl",
    "nature": "nature.csl",
    "chicago": "chicago-author-date.csl",
    "korean": "korean-author-date.csl",
}
DEFAULT = "apa"
_CSL = "{http://purl.org/net/xbiblio/csl}"
_LARGEST = 4_000_000  # bytes; the largest style of the CSL project has 250 kB


@dataclass(frozen=True, slots=True)
class Style:
    """A style, ready for the processor."""

    name: str  # short name, or the path of the user's own
    id: str  # the address it is known by, also to Zotero
    title: str
    xml: bytes
    layout: tuple[str, str, str]  # what stands before, between and behind citations
    collapse: str  # "", "citation-number", "year", ...
    year_suffix: bool  # whether works of one author and year are told apart by letters
    locale: str
    numeric: bool


def load(name: str) -> Style:
    """A style by its short name, or by the path of a `.csl` file.

    Raises:
        UserError: scholar.style_unknown, file.missing, file.unreadable, scholar.style_broken,
            scholar.style_dependent, scholar.style_notes.
    """
    known = name.lower() in FILES
    if not known and not name.lower().endswith(".csl"):
        raise UserError("scholar.style_unknown", name=name, known=", ".join(FILES))
    path = FOLDER / FILES[name.lower()] if known else Path(name)
    with readable(path):
        data = path.read_bytes()
    return parse(data, name.lower() if known else str(path))


def parse(data: bytes, name: str) -> Style:
    """A style from the bytes of its file; `name` is what it is called in what goes wrong.

    Raises:
        UserError: scholar.style_broken, scholar.style_dependent, scholar.style_notes.
    """
    root = _root(data, name)
    info = root.find(f"{_CSL}info")
    citation, bibliography = root.find(f"{_CSL}citation"), root.find(f"{_CSL}bibliography")
    links: list[Element] = [] if info is None else info.findall(f"{_CSL}link")
    title = (root.findtext(f"{_CSL}info/{_CSL}title") or name).strip()
    if citation is None and any(one.get("rel") == "independent-parent" for one in links):
        raise UserError("scholar.style_dependent", path=name)
    layout = None if citation is None else citation.find(f"{_CSL}layout")
    if citation is None or layout is None or bibliography is None:
        raise UserError("scholar.style_broken", path=name, reason="citation, bibliography")
    if root.get("class") == "note":
        raise UserError("scholar.style_notes", path=title)
    _repair(root, bibliography)
    numeric = bool(layout.xpath(".//*[@variable='citation-number']"))
    return Style(
        name=name,
        id=(root.findtext(f"{_CSL}info/{_CSL}id") or "").strip(),
        title=title,
        xml=_written(root),
        layout=(layout.get("prefix", ""), layout.get("delimiter", ""), layout.get("suffix", "")),
        collapse=citation.get("collapse", ""),
        year_suffix=citation.get("disambiguate-add-year-suffix") == "true",
        locale=root.get("default-locale", "en-US"),
        numeric=numeric,
    )


def _etree() -> Any:  # noqa: ANN401 - likewise
    from lxml import etree  # noqa: PLC0415 - a native library  # pyright: ignore[reportUnknownVariableType, reportAttributeAccessIssue]

    return etree  # pyright: ignore[reportUnknownVariableType]


def _root(data: bytes, name: str) -> Element:
    etree = _etree()
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    if len(data) > _LARGEST:
        raise UserError("scholar.style_broken", path=name, reason=f"{len(data)} bytes")
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UserError("scholar.style_broken", path=name, reason=str(error)) from error
    if root.tag != f"{_CSL}style" or root.getroottree().docinfo.doctype:
        raise UserError("scholar.style_broken", path=name, reason=str(root.tag))
    return root


def _written(root: Element) -> bytes:
    return _etree().tostring(root, encoding="utf-8")


def _repair(root: Element, bibliography: Element) -> None:
    """What citeproc-py 0.11 does not know, said in words that it knows."""
    names: list[Element] = list(root.iter(f"{_CSL}name"))
    whole = root.attrib.pop("initialize-with", None)
    for one in names:
        if one.get("initialize") == "false":  # "given names as they stand"
            one.attrib.pop("initialize-with", None)
        elif whole is not None and "initialize-with" not in one.attrib:
            one.set("initialize-with", whole)
    if bibliography.get("second-field-align"):
        layout = bibliography.find(f"{_CSL}layout")
        first = layout[0] if layout is not None and len(layout) else None
        if first is not None and first.tag in (f"{_CSL}text", f"{_CSL}group", f"{_CSL}number"):
            first.set("suffix", first.get("suffix", "").rstrip() + csl_text.TAB)
    # APA: a word before a number that is not there ("Publication" of a thesis) is not left out
    for one in root.xpath("//*[local-name()='text'][@value='publication']"):
        one.getparent().remove(one)
