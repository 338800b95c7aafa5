"""The bibliography doctor: looks through a library or a file, and mends what is certain.

The one law: it changes nothing by itself; every fix is a change that can be taken back, and
nothing is sent anywhere (see `agents.scholar.crossref` for the one exception, asked for by name).
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import Progress
from agents.scholar import (
    bib,
    bib_edit,
    doctor_fields,
    doctor_ids,
    doctor_pdf,
    doctor_text,
    doctor_venues,
    importers,
)
from agents.scholar.doctor_base import Finding, Fix, Level, Patient

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from pathlib import Path

    from agents.base import CancelToken
    from agents.store.entries import Entry, Renamed
    from agents.store.library import Library
    from agents.store.retractions import RetractionList, Retractions

__all__ = ["CheckDone", "CheckRequest", "Doctor", "Finding", "Fix", "Level", "Patient", "apply"]

_LEVELS = ("error", "warning", "note")
_AT_ONCE = 100  # entries between two looks at the cancel token


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """Check the library, or a bibliography that is not in it."""

    source: Path | None = None
    pdfs: bool = True  # open attached PDFs


@dataclass(frozen=True, slots=True)
class CheckDone:
    """What was found, the gravest first; `works` were looked at."""

    findings: tuple[Finding, ...]
    works: int
    retractions: RetractionList | None  # the list that was used


class Doctor:
    """Checks; an agent, see `agents.base.Agent`."""

    def __init__(self, library: Library, retractions: Retractions) -> None:
        """Keep what is looked at."""
        self._library = library
        self._retractions = retractions

    def run(
        self, request: CheckRequest, cancel: CancelToken
    ) -> Generator[Progress | CheckDone, None, None]:
        """Check everything.

        Raises:
            UserError: what `agents.scholar.importers.read` raises.
        """
        found: list[Finding] = []
        if request.source is None:
            entries = self._library.entries(self._library.ids())
        else:
            brought = importers.read(request.source, cancel)
            entries = brought.entries
            found += (_key(item) for item in brought.renamed)
            found += (
                Finding(0, "", "error", item.reason, line=item.line) for item in brought.broken
            )
        patients: list[Patient] = []
        year = time.localtime().tm_year
        for at, entry in enumerate(entries):
            if at % _AT_ONCE == 0:
                cancel.check()
                yield Progress(at, len(entries), "work")
            patient = patient_of(entry)
            patients.append(patient)
            found += check(patient, year)
            if request.pdfs and entry.files:
                cancel.check()
                found += doctor_pdf.check(patient)
        found += doctor_venues.check(patients)
        found += _alike_keys(patients)
        found += self._retracted(patients)
        found.sort(key=lambda item: (_LEVELS.index(item.level), item.line, item.key))
        yield Progress(len(entries), len(entries), "work")
        yield CheckDone(tuple(found), len(entries), self._retractions.current())

    def _retracted(self, patients: Sequence[Patient]) -> Iterator[Finding]:
        dois = [patient.entry.work.doi for patient in patients if patient.entry.work.doi]
        said = self._retractions.of(dois)
        current = self._retractions.current()
        for patient in patients:
            item = said.get(patient.entry.work.doi)
            if item and current:
                retracted = item.nature == "Retraction"
                yield patient.finding(
                    "error" if retracted else "warning",
                    "scholar.doctor_retracted" if retracted else "scholar.doctor_concern",
                    "doi",
                    nature=item.nature,
                    day=item.day or "?",
                    reason=item.reason or "?",
                    list=current.day or current.source,
                )


def patient_of(entry: Entry) -> Patient:
    """An entry, read for all checks."""
    own = bib.fields_of(entry)
    return Patient(entry, own, bib.values_of(entry) if entry.parents else own)


def check(patient: Patient, year: int) -> Iterator[Finding]:
    """What one entry says of itself; `year` is that of today."""
    yield from doctor_fields.check(patient)
    yield from doctor_ids.check(patient, year)
    yield from doctor_text.check(patient)


def apply(library: Library, findings: Iterable[Finding]) -> int:
    """Mend what can be mended in the library; returns the id of the change, 0 for none.

    Raises:
        UserError: scholar.changed_meanwhile.
    """
    fixes: dict[int, list[Fix]] = defaultdict(list)
    for item in findings:
        if item.fix and item.work:
            fixes[item.work].append(item.fix)
    before: list[Entry] = []
    after: list[Entry] = []
    for entry in library.entries(list(fixes)):
        raw = entry.raw
        for fix in fixes[entry.work.id]:
            raw = fixed(raw, fix)
        if raw != entry.raw:
            before.append(entry)
            after.append(bib.changed(entry, raw))
    return library.change("fix", before, after) if before else 0


def fixed(raw: str, fix: Fix) -> str:
    """The text of an entry with one thing mended."""
    if fix.kind == "set":
        return bib_edit.changed(raw, fix.field, fix.value)
    if fix.kind == "rename":
        return bib_edit.renamed(raw, fix.field, fix.value)
    return bib_edit.removed(raw, fix.field)


def _key(item: Renamed) -> Finding:
    code = (
        "scholar.doctor_key_repeated"
        if item.reason == "scholar.key_repeated"
        else "scholar.doctor_key_bad"
    )
    return Finding(0, item.key, "error", code, values=(("key", item.key),), line=item.line)


def _alike_keys(patients: Sequence[Patient]) -> Iterator[Finding]:
    """Keys that BibTeX takes for one: it does not look at capitals."""
    known: dict[str, str] = {}
    for patient in patients:
        key = patient.entry.work.key
        other = known.setdefault(key.lower(), key)
        if other != key:
            yield patient.finding("error", "scholar.doctor_key_case", other=other)
