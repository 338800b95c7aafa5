"""Venues that are called by several names across a library.

The one law: two names are one venue only where letters say so: capitals, `&` for "and", "The", or
abbreviated words in the same order (ISO 4). Years and ordinals are no part of a name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from agents.scholar import latex
from agents.store import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agents.scholar.doctor_base import Finding, Patient

_FIELDS = ("journal", "journaltitle", "booktitle")
_EDITION = re.compile(
    r"(?<!\w)(?:\d+(?:st|nd|rd|th)|(?:19|20)\d{2}|'\d{2}|제\s*\d+\s*회|[ivxlc]+(?=\s))(?!\w)",
    re.IGNORECASE,
)
_SMALL = frozenset({"the", "of", "on", "in", "for", "and", "a", "an"})


def check(patients: Sequence[Patient]) -> Iterator[Finding]:
    """Names that differ from the one most of the library uses for the same venue."""
    uses: dict[str, Counter[str]] = {"journal": Counter(), "booktitle": Counter()}
    where: dict[tuple[str, str], list[tuple[Patient, str]]] = defaultdict(list)
    for patient in patients:
        for field in _FIELDS:
            name = latex.read(patient.own.get(field, ""))
            if name and not _EDITION.search(name):
                table = "booktitle" if field == "booktitle" else "journal"
                uses[table][name] += 1
                where[table, name].append((patient, field))
    for table, counted in uses.items():
        for name, better, sure in _variants(counted):
            for patient, field in where[table, name]:
                yield _finding(patient, field, name, better, sure=sure)


def _finding(patient: Patient, field: str, name: str, better: str, *, sure: bool) -> Finding:
    if sure:
        return patient.setting(
            "warning", "scholar.doctor_venue", field, latex.write(better), value=name, new=better
        )
    return patient.finding("note", "scholar.doctor_venue_short", field, value=name, new=better)


def _variants(counted: Counter[str]) -> Iterator[tuple[str, str, bool]]:
    """Name, the name to use instead, and whether they differ in signs only."""
    same: dict[str, list[str]] = defaultdict(list)
    for name in counted:
        letters = words.tokens(name.replace("&", " and "))
        same["".join(word for word in letters if word != "the")].append(name)
    chosen: list[str] = []
    for names in same.values():
        best = max(names, key=lambda name: (counted[name], sum(map(str.isupper, name)), name))
        chosen.append(best)
        yield from ((name, best, True) for name in names if name != best)
    by_initials: dict[str, list[str]] = defaultdict(list)
    for name in chosen:
        by_initials["".join(part[0] for part in _parts(name))].append(name)
    for names in by_initials.values():
        for name in names:
            longer = [other for other in names if other != name and _abbreviates(name, other)]
            if "." in name and len(longer) == 1:
                yield name, longer[0], False


def _parts(name: str) -> list[str]:
    said = [word for word in words.tokens(name.replace("&", " and ")) if word not in _SMALL]
    return said or [name]


def _abbreviates(short: str, long: str) -> bool:
    """Whether every word of `short` begins the word of `long` in its place."""
    few, many = _parts(short), _parts(long)
    return (
        len(few) == len(many)
        and len("".join(few)) < len("".join(many))
        and all(_begins(one, other) for one, other in zip(few, many, strict=True))
    )


def _begins(short: str, long: str) -> bool:
    """`Mach` for Machine; also `Natl` for National: letters in their order from the first on."""
    if not long.startswith(short[0]):
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)
