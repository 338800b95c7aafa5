"""Makes one entry of several, and loses nothing.

The one law: the entry that is kept keeps its text; what others say besides goes behind it, and
what they say otherwise stays in sight as `other-…`. Their keys go into `ids`, biblatex's field for
further keys of an entry, so that old documents still find it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from agents.scholar import bib, bib_edit, latex
from agents.store import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.store.entries import Entry
    from agents.store.library import Library

CONFLICT = "other-"
_SILENT = frozenset({"crossref", "xdata", "ids", "file"})  # not said of the work itself


def best(entries: Sequence[Entry]) -> int:
    """Which entry to keep: the one that says most, the first where they say the same."""

    def worth(entry: Entry) -> tuple[bool, bool, int]:
        fields = bib.fields_of(entry)
        return bool(entry.work.doi), bool(entry.work.abstract), len(fields)

    return max(range(len(entries)), key=lambda at: (worth(entries[at]), -at))


def merged(keep: Entry, others: Sequence[Entry], chosen: Mapping[str, str] | None = None) -> Entry:
    """One entry of all.

    Args:
        keep: whose key and values stand.
        others: what is merged into it.
        chosen: LaTeX values by field that somebody chose instead of those of `keep`.
    """
    values = bib.fields_of(keep)
    raw = keep.raw
    for name, value in (chosen or {}).items():
        if value == values.get(name):
            continue
        if name in values:
            aside = _free(name, values)
            raw = bib_edit.added(raw, {aside: values[name]})
            values[aside] = values[name]
        raw = bib_edit.changed(raw, name, value)
        values[name] = value
    more: dict[str, str] = {}
    keys = _keys(values.get("ids", ""))
    for other in others:
        said = bib.values_of(other)
        keys += [other.work.key, *_keys(said.get("ids", ""))]
        for name, value in said.items():
            known = {**values, **more}
            if name in _SILENT or not value.strip():
                continue
            if name not in known:
                more[name] = value
            elif not any(alike(known[each], value) for each in known if _about(each, name)):
                more[_free(name, known)] = value
    raw = bib_edit.added(raw, more)
    names = ",".join(dict.fromkeys(key for key in keys if key != keep.work.key))
    raw = bib_edit.changed(raw, "ids", names)
    new = bib.changed(replace(keep, preambles=_union(keep, others)), raw)
    files = dict.fromkeys(path for entry in (keep, *others) for path in entry.files)
    return replace(new, files=tuple(files))


def merge(
    library: Library,
    ids: Sequence[int],
    keep: int = 0,
    chosen: Mapping[str, str] | None = None,
) -> int:
    """Merge works of the library; returns the id of the change, which `Library.undo` takes back.

    Args:
        library: where they are.
        ids: two works or more.
        keep: the one whose key stands; the fullest by default.
        chosen: see `merged`.

    Raises:
        UserError: scholar.changed_meanwhile.
    """
    entries = list(library.entries(ids))
    at = next((n for n, entry in enumerate(entries) if entry.work.id == keep), None)
    first = entries.pop(best(entries) if at is None else at)
    return library.change("merge", [first, *entries], [merged(first, entries, chosen)])


def alike(one: str, other: str) -> bool:
    """Whether two values say the same, however they are written."""
    return _bare(one) == _bare(other)


def _bare(value: str) -> str:
    said = latex.read(value).removeprefix("https://doi.org/").removeprefix("http://dx.doi.org/")
    return "".join(words.tokens(said))


def _about(name: str, field: str) -> bool:
    return name == field or name.startswith(f"{CONFLICT}{field}")


def _free(name: str, known: Mapping[str, str]) -> str:
    number, made = 1, f"{CONFLICT}{name}"
    while made in known:
        number += 1
        made = f"{CONFLICT}{name}-{number}"
    return made


def _keys(value: str) -> list[str]:
    return [key.strip() for key in value.split(",") if key.strip()]


def _union(keep: Entry, others: Sequence[Entry]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(block for entry in (keep, *others) for block in entry.preambles))
