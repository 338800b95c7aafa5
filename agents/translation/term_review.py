"""Terms on their way into a glossary, and what does not fit together in it.

The one law: nothing is thrown away unsaid. What changes a line that was there is named, and so is
each row that gave no term.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from agents.store.glossaries import Glossaries, TermChange, TermRow
    from agents.translation.glossary_files import LeftOut, Loaded

# The same English once more, with the same or with another Korean; one Korean for two English
# terms; a word that another line says to avoid.
FindingKind = Literal["twice", "conflict", "shared", "avoided"]

_BETWEEN = re.compile(r"[\s‐‑–_-]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is the matter with a line, and the English of the line it does not agree with."""

    kind: FindingKind
    other: str


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of terms that were brought into a glossary."""

    change: TermChange
    new: int
    known: int  # were there already, word for word
    changed: tuple[tuple[str, str, str], ...]  # English, Korean before, Korean now
    left_out: tuple[LeftOut, ...]


def take_in(glossaries: Glossaries, name: str, loaded: Loaded) -> TakenIn:
    """Add terms to a glossary as one step."""
    change = glossaries.put(name, loaded.terms)
    before = {row.id: row.term for row in change.before}
    changed = tuple(
        (row.term.en, before[row.id].ko, row.term.ko) for row in change.after if row.id in before
    )
    new = len(change.after) - len(changed)
    known = len(loaded.terms) - len(change.after)
    return TakenIn(change, new, known, changed, loaded.left_out)


def findings(rows: Iterable[TermRow]) -> dict[int, tuple[Finding, ...]]:
    """What is the matter with which lines, by their ids; lines that agree are not among them."""
    lines = tuple(rows)
    found: dict[int, list[Finding]] = {}
    english = _grouped(lines, lambda row: _plain(row.term.en))
    korean = _grouped(lines, lambda row: _plain(row.term.ko))
    avoided = {_plain(word): row for row in lines for word in row.term.avoid}
    for row in lines:
        own: list[Finding] = []
        name = _plain(row.term.en)
        for key in (name, name + "s", name.removesuffix("s")) if len(name) > 3 else (name,):
            for other in english.get(key, ()):
                if other.id != row.id and all(one.other != other.term.en for one in own):
                    same = _plain(other.term.ko) == _plain(row.term.ko)
                    own.append(Finding("twice" if same else "conflict", other.term.en))
        for other in korean[_plain(row.term.ko)]:
            if other.id != row.id and all(one.other != other.term.en for one in own):
                own.append(Finding("shared", other.term.en))
        for word in (row.term.en, row.term.ko):
            other = avoided.get(_plain(word))
            if other is not None and other.id != row.id:
                own.append(Finding("avoided", other.term.en))
        if own:
            found[row.id] = own
    return {id_: tuple(own) for id_, own in found.items()}


def _grouped(rows: Iterable[TermRow], key: Callable[[TermRow], str]) -> Mapping[str, list[TermRow]]:
    groups: dict[str, list[TermRow]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _plain(text: str) -> str:
    """A word without case, spaces and hyphens."""
    return _BETWEEN.sub("", text.casefold())
