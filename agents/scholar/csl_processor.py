"""Citations and bibliography in a style, by citeproc-py, which does the greater part of CSL 1.0.2.

The one law: each work gets the entry of its style, and no two works the same citation; what the
processor leaves out of the standard (year suffixes, collapsing, punctuation inside quotation
marks) is put right here, on its output, never in the user's data.
"""

from __future__ import annotations

import functools
import io
import re
import string
import warnings
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents.base import UserError
from agents.scholar import csl_items, csl_text
from agents.scholar.csl_text import CLOSE, MARKS, OPEN, OTHERS, TAB

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.scholar.csl_text import Run
    from agents.scholar.styles import Style
    from agents.store.entries import Entry

_RANGE = 3  # numbers in a row that are written as a range
_YEAR = re.compile(r"(.*?\s)((?:\d{4}|n\.d\.|연도 미상)[-–]?[a-z]{0,2})\Z", re.DOTALL)
_OTHERS = re.compile(rf"[,\s]*(?:(?:and|&|und|et|와/과|및)\s+)?(?:\.\s+)?{OTHERS}")
_OUTSIDE = re.compile(rf"([”’][{MARKS}]*)([.,])")
_TWICE = re.compile(rf"([.!?])([{MARKS}”’]*)\.(?!\.)")
_NAMED = ("author", "editor", "translator", "container-author", "collection-editor", "director")
_UPRIGHT = ("article-journal", "paper-conference", "chapter", "article-magazine", "webpage")


@dataclass(frozen=True, slots=True)
class Formatted:
    """Citations in the order they were asked for, and the entries in the order of the style."""

    citations: tuple[tuple[Run, ...], ...]
    entries: tuple[tuple[str, tuple[Run, ...]], ...]  # key and text


def render(style: Style, entries: Sequence[Entry], clusters: Sequence[Sequence[str]]) -> Formatted:
    """Citations and bibliography.

    Args:
        style: how.
        entries: the works that may be cited, no two under one key.
        clusters: the keys of each citation, in the order of the text. A key without an entry is
            cited by itself, with a question mark.

    Raises:
        UserError: scholar.style_broken.
    """
    ids = {entry.work.key: f"w{number}" for number, entry in enumerate(entries)}
    keys = {id_: key for key, id_ in ids.items()}
    items = [_substituted(csl_items.for_processor(one, ids[one.work.key])) for one in entries]
    italic = _known_by_title(items)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of fields that it does not know
            return _render(style, items, clusters, (ids, keys), italic)
    except Exception as error:  # whatever a strange style does to the processor, it is told
        reason = str(error) or type(error).__name__
        raise UserError("scholar.style_broken", path=style.title, reason=reason) from error


def _render(
    style: Style,
    items: Sequence[csl_items.Item],
    clusters: Sequence[Sequence[str]],
    names: tuple[Mapping[str, str], Mapping[str, str]],
    italic: Mapping[str, str],
) -> Formatted:
    ids, keys = names
    citeproc = _citeproc()
    source = citeproc.source.json.CiteProcJSON(list(items))
    processor = citeproc.CitationStylesStyle(io.BytesIO(style.xml), validate=False)
    bibliography = citeproc.CitationStylesBibliography(processor, source, _Marks)

    def citation(found: Sequence[str]) -> Any:  # noqa: ANN401 - the processor's own
        made = citeproc.Citation([citeproc.CitationItem(ids[key]) for key in found])
        bibliography.register(made)
        return made

    def cite(made: Any) -> str:  # noqa: ANN401 - likewise
        return str(bibliography.cite(made, str))

    known = [[key for key in cluster if key in ids] for cluster in clusters]
    asked = [citation(found) for found in known]
    bibliography.sort()
    if style.year_suffix:
        _tell_apart(bibliography, source, citation, cite)
    made: list[tuple[Run, ...]] = []
    # works cited together again are written alike, unless the style asks what was cited before
    again: dict[tuple[str, ...], tuple[Run, ...]] = {}
    alike = b"position=" not in style.xml
    for found, one, cluster in zip(known, asked, clusters, strict=True):
        if alike and tuple(cluster) in again:
            made.append(again[tuple(cluster)])
            continue
        text = _collapsed(cite(one), style) if found else ""
        for key in found:
            text = _in_italics(text, italic.get(ids[key], ""))
        missing = ", ".join(f"{key}?" for key in cluster if key not in ids)
        text = f"{text} ({csl_text.clean(missing)})".lstrip() if missing else text
        made.append(csl_text.runs(_put_right(text, style)))
        again[tuple(cluster)] = made[-1]
    order = [keys[item.key] for item in bibliography.items]
    entries = [str(entry) for entry in bibliography.bibliography()]
    return Formatted(
        tuple(made),
        tuple(
            (key, csl_text.runs(_put_right(_in_italics(entry, italic.get(ids[key], "")), style)))
            for key, entry in zip(order, entries, strict=True)
        ),
    )


def _tell_apart(bibliography: Any, source: Any, citation: Any, cite: Any) -> None:  # noqa: ANN401
    """Letters behind the years of works that would be cited alike, in the bibliography's order."""
    from citeproc.string import String  # noqa: PLC0415 - slow to import

    alike: dict[str, list[str]] = defaultdict(list)
    for item in list(bibliography.items):
        made = citation([])
        made.cites = [type(item)(item.key)]
        made.cites[0].citation = made
        alike[cite(made).lower()].append(item.key)
    for found in alike.values():
        if len(found) < 2:
            continue
        for number, key in enumerate(found):
            source[key]["year_suffix"] = String(_letters(number))


def _letters(number: int) -> str:
    """0 is a, 25 is z, 26 is aa."""
    made = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        made = string.ascii_lowercase[rest] + made
    return made


def _substituted(item: csl_items.Item) -> csl_items.Item:
    """A work without people is known by its title, which is then not said again."""
    if any(name in item for name in _NAMED) or "title" not in item:
        return item
    item["author"] = [{"literal": item.pop("title")}]
    return item


def _known_by_title(items: Sequence[csl_items.Item]) -> dict[str, str]:
    """Titles that stand for people and are set in italics, by the id of the work."""
    return {
        item["id"]: item["author"][0]["literal"]
        for item in items
        if "title" not in item and "author" in item and item["type"] not in _UPRIGHT
    }


def _in_italics(text: str, title: str) -> str:
    return text.replace(title, f"{OPEN['italic']}{title}{CLOSE['italic']}", 1) if title else text


# --- what the processor leaves out ---


def _collapsed(text: str, style: Style) -> str:
    before, between, after = style.layout
    if style.collapse == "citation-number":
        return _ranges(text)
    if not style.collapse.startswith("year") or not between or not text.startswith(before):
        return text
    inner = text[len(before) : len(text) - len(after) if after else None]
    made: list[str] = []
    last = ""
    for part in inner.split(between):
        match = _YEAR.match(part)
        if match and last and match[1] == last:
            made[-1] += f", {match[2]}"
        else:
            made.append(part)
        last = match[1] if match else ""
    return f"{before}{between.join(made)}{after}"


def _ranges(text: str) -> str:
    """1,2,3,5 as 1–3,5."""
    tokens = re.split(r"(\d+)", text)
    numbers = [int(token) for token in tokens[1::2]]
    between = tokens[2:-1:2]
    if len(numbers) < _RANGE or len(set(between)) > 1:
        return text
    made: list[str] = []
    at = 0
    while at < len(numbers):
        end = at
        while end + 1 < len(numbers) and numbers[end + 1] == numbers[end] + 1:
            end += 1
        if end - at + 1 >= _RANGE:
            made.append(f"{numbers[at]}–{numbers[end]}")
        else:
            made += [str(number) for number in numbers[at : end + 1]]
        at = end + 1
    return tokens[0] + between[0].join(made) + tokens[-1]


def _put_right(text: str, style: Style) -> str:
    korean = style.locale.startswith("ko")
    text = _OTHERS.sub(" 외" if korean else " et al.", text)
    if style.locale == "en-US":
        text = _OUTSIDE.sub(r"\2\1", text)  # American: “Title,” not “Title”,
    text = _TWICE.sub(r"\1\2", text)
    text = re.sub(rf"{TAB}\s+", TAB, text)
    return re.sub(r" {2,}", " ", text).strip()


def _marked(look: csl_text.Look, text: object) -> object:
    return f"{OPEN[look]}{text}{CLOSE[look]}" if text else text


class _Marks:
    """What the processor formats with: marks around text, which itself stays as it is."""

    preformat = str
    Italic = Oblique = functools.partial(_marked, "italic")
    Bold = functools.partial(_marked, "bold")
    Underline = functools.partial(_marked, "underline")
    Superscript = functools.partial(_marked, "sup")
    Subscript = functools.partial(_marked, "sub")
    SmallCaps = functools.partial(_marked, "caps")
    Light = str


@functools.cache
def _citeproc() -> Any:  # noqa: ANN401 - an untyped package
    """The processor, with its two slowest questions answered from a table.

    It looks up a macro by XPath each time it is used, and walks through whole macros to learn
    whether they use a variable: 100 works in Chicago's style took half a minute.
    """
    import citeproc  # noqa: PLC0415 - slow to import
    from citeproc import model  # noqa: PLC0415 - likewise
    from citeproc.string import String  # noqa: PLC0415 - likewise

    elements: Any = model
    find: Any = elements.CitationStylesElement.get_macro
    calls: Any = elements.Text.calls_variable
    part: Any = elements.Name_Part.format_part

    def kept(self: Any, name: str) -> dict[str, Any]:  # noqa: ANN401 - an element
        tables: dict[str, dict[str, Any]] = self.get_root().__dict__
        return tables.setdefault(name, {})

    def get_macro(self: Any, name: str) -> Any:  # noqa: ANN401 - an element
        table = kept(self, "macros_by_name")
        if name not in table:
            table[name] = find(self, name)
        return table[name]

    def calls_variable(self: Any) -> bool:  # noqa: ANN401 - an element
        name = self.get("macro")
        if name is None:
            return calls(self)
        table = kept(self, "macros_that_call")
        if name not in table:
            table[name] = calls(self)
        return table[name]

    def format_part(self: Any, given: str | None, family: str | None) -> Any:  # noqa: ANN401
        # a body has no given name
        if not (given if self.get("name") == "given" else family):
            return given, family
        return part(self, given and String(given), family and String(family))

    elements.CitationStylesElement.get_macro = get_macro
    elements.Text.calls_variable = calls_variable
    elements.Name_Part.format_part = format_part
    return citeproc
