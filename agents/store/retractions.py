"""The list of retracted works, brought by the user as a file and dated.

The one law: a list replaces the one before as a whole; what is said of a work is said with the
date of the list. Format: the CSV of Retraction Watch, as Crossref publishes it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import UserError, readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from agents.store.database import Database

_NEEDED = ("OriginalPaperDOI", "RetractionNature")
_DATE = re.compile(r"\s*(\d{1,2})/(\d{1,2})/(\d{4})")
_ISO = re.compile(r"\s*(\d{4})-(\d{2})-(\d{2})")
_RETRACTED = "Retraction"


@dataclass(frozen=True, slots=True)
class Retraction:
    """What was said about a work; `nature` is Retraction, Correction, or a word of the kind."""

    doi: str
    nature: str
    day: str  # ISO date of the notice; empty where it is not known
    reason: str
    notice: str  # DOI of the notice


@dataclass(frozen=True, slots=True)
class RetractionList:
    """Which list is here. `day` is the date of its latest notice."""

    source: str
    day: str
    count: int


class Retractions:
    """Reads and replaces the list. Any thread."""

    def __init__(self, database: Database) -> None:
        """Keep the database."""
        self._database = database

    def refresh(self, path: Path) -> RetractionList:
        """Take the list of a file instead of the one before.

        Raises:
            UserError: file.missing, file.unreadable, scholar.not_retractions.
        """
        with readable(path):
            text = path.read_bytes().decode("utf-8-sig", "replace")
        rows = csv.DictReader(io.StringIO(text, newline=""))
        if any(name not in (rows.fieldnames or ()) for name in _NEEDED):
            raise UserError("scholar.not_retractions", path=str(path))
        found = list(_read(rows))
        day = max((item.day for item in found), default="")
        with self._database.write() as db:
            db.execute("delete from retraction")
            db.execute("delete from retraction_list")
            db.connection.executemany(
                "insert into retraction (doi, nature, day, reason, notice) values (?, ?, ?, ?, ?)",
                [(one.doi, one.nature, one.day, one.reason, one.notice) for one in found],
            )
            db.execute("insert into retraction_list (source, day) values (?, ?)", [path.name, day])
        return RetractionList(path.name, day, len(found))

    def current(self) -> RetractionList | None:
        """The list that is here; None where none was brought."""
        db = self._database.read()
        row = db.execute("select source, day from retraction_list").fetchone()
        count = db.execute("select count(*) from retraction").fetchone()[0]
        return RetractionList(row[0], row[1], count) if row else None

    def of(self, dois: Iterable[str]) -> dict[str, Retraction]:
        """What was said last about works of these DOIs; reinstated ones are left out."""
        rows = self._database.read().execute(
            "select doi, nature, day, reason, notice from retraction"
            " where doi in (select value from json_each(?)) order by day, nature = ?",
            [json.dumps(sorted(set(dois))), _RETRACTED],
        )
        last = {str(row[0]): Retraction(*row) for row in rows}
        return {doi: item for doi, item in last.items() if item.nature != "Reinstatement"}


def _read(rows: csv.DictReader[str]) -> Iterator[Retraction]:
    for row in rows:
        doi = (row.get("OriginalPaperDOI") or "").strip().lower()
        if not doi.startswith("10."):  # "unavailable"
            continue
        reasons = [one.strip(" +") for one in (row.get("Reason") or "").split(";")]
        yield Retraction(
            doi,
            (row.get("RetractionNature") or "").strip(),
            _day(row.get("RetractionDate") or ""),
            "; ".join(one for one in reasons if one),
            (row.get("RetractionDOI") or "").strip().lower(),
        )


def _day(value: str) -> str:
    """An ISO date; Retraction Watch writes month/day/year."""
    if found := _DATE.match(value):
        return f"{found[3]}-{int(found[1]):02}-{int(found[2]):02}"
    found = _ISO.match(value)
    return f"{found[1]}-{found[2]}-{found[3]}" if found else ""
