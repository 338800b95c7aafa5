"""Asks Crossref what it knows of the DOIs of a library, when a person asks for that by name.

The one law: what is sent is shown first, request by request, and nothing else is: a DOI, and the
name of this program. API: https://api.crossref.org/swagger-ui (works/{doi}).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from agents.base import Progress, UserError
from agents.engine.network import NetworkThread
from agents.scholar import doctor, doctor_text, latex, merging
from agents.scholar.importers.plain import listing, mapping
from agents.store import words

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from agents.base import CancelToken
    from agents.scholar.doctor_base import Finding, Patient
    from agents.store.entries import Entry
    from agents.store.sent import SentLog

SERVER = "https://api.crossref.org"
HEADERS = {"User-Agent": "MoADesk/0.1", "Accept": "application/json"}
_SECONDS = 20.0
_LARGEST = 4_000_000  # bytes of an answer
_GAVE_UP = 3  # servers that cannot be reached in a row end the asking
_ALIKE = 90.0  # of 100: titles that differ in signs and subtitles only


@dataclass(frozen=True, slots=True)
class Question:
    """One request that is to be sent: `GET address` with `HEADERS`."""

    entry: Entry
    address: str


@dataclass(frozen=True, slots=True)
class AskRequest:
    """Send these."""

    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class AskDone:
    """What Crossref says otherwise."""

    findings: tuple[Finding, ...]


class Asker:
    """Asks; an agent, see `agents.base.Agent`. Every request is written down in the log."""

    def __init__(self, log: SentLog) -> None:
        """Keep the log."""
        self._log = log

    def run(
        self, request: AskRequest, cancel: CancelToken
    ) -> Generator[Progress | AskDone, None, None]:
        """Send the requests one after the other.

        Raises:
            UserError: scholar.crossref_unreachable.
        """
        yield AskDone((yield from ask(request.questions, self._log, cancel)))


def shown(asked: Sequence[Question]) -> str:
    """Exactly what would be sent, to be read before."""
    headers = "\n".join(f"    {name}: {value}" for name, value in HEADERS.items())
    return "\n".join([*(f"GET {question.address}" for question in asked), headers])


def questions(entries: Sequence[Entry], server: str = SERVER) -> tuple[Question, ...]:
    """What would be sent, one request for each DOI."""
    found: dict[str, Question] = {}
    for entry in entries:
        if entry.work.doi:
            address = f"{server.rstrip('/')}/works/{quote(entry.work.doi, safe='/')}"
            found.setdefault(address, Question(entry, address))
    return tuple(found.values())


def ask(
    asked: Sequence[Question], log: SentLog, cancel: CancelToken
) -> Generator[Progress, None, tuple[Finding, ...]]:
    """Send the requests one after the other; returns what differs from the entries.

    Raises:
        CancelledError: `cancel` was set; requests not yet sent are not sent.
        UserError: scholar.crossref_unreachable.
    """
    network = NetworkThread()
    found: list[Finding] = []
    failures = 0
    try:
        for at, question in enumerate(asked):
            cancel.check()
            yield Progress(at, len(asked), "work")
            number = log.begin(question.address, HEADERS)
            status, body = network.wait(_fetched(question.address), cancel)
            log.end(number, str(status) if status else body)
            failures = 0 if status else failures + 1
            if failures >= _GAVE_UP or (failures and len(asked) == 1):
                raise UserError(
                    "scholar.crossref_unreachable", address=question.address, reason=body
                )
            found += compared(doctor.patient_of(question.entry), status, body)
        yield Progress(len(asked), len(asked), "work")
    finally:
        network.close()
    return tuple(found)


async def _fetched(address: str) -> tuple[int, str]:
    """Status and text of an answer; 0 and the reason where there is none."""
    import httpx  # noqa: PLC0415 - slow to import, and needed when somebody asks only

    try:
        async with httpx.AsyncClient(timeout=_SECONDS, follow_redirects=False) as client:
            answer = await client.get(address, headers=HEADERS)
            return answer.status_code, answer.text[:_LARGEST]
    except httpx.HTTPError as error:
        return 0, str(error) or type(error).__name__


def compared(patient: Patient, status: int, body: str) -> Iterator[Finding]:
    """What an answer says otherwise than the entry."""
    work = patient.entry.work
    if status == 404:
        yield patient.finding("error", "scholar.doctor_crossref_unknown", "doi", value=work.doi)
        return
    try:
        answer: object = json.loads(body) if status == 200 else {}
    except ValueError:
        return
    if message := mapping(mapping(answer).get("message")):
        yield from _differences(patient, message)


def _differences(patient: Patient, message: dict[str, Any]) -> Iterator[Finding]:
    from rapidfuzz import fuzz  # noqa: PLC0415 - native library, loaded when needed

    work = patient.entry.work
    title, venue = _first(message.get("title")), _first(message.get("container-title"))
    if title and fuzz.token_set_ratio(_bare(title), _bare(work.title)) < _ALIKE:
        yield _differs(patient, "title", work.title, title)
    years = _years(message)
    if work.year.isdigit() and years and work.year not in years:
        yield _differs(patient, "year", work.year, ", ".join(years))
    if venue and work.venue and not _same_venue(venue, work.venue, message):
        yield _differs(patient, "journal", work.venue, venue)
    people = [mapping(one) for one in listing(message.get("author"))]
    families = [str(one.get("family") or one.get("name") or "") for one in people]
    mine = " ".join(work.authors)
    missing = [name for name in families[:1] if name and _bare(name) not in _bare(mine)]
    if missing and work.authors:
        yield _differs(patient, "author", work.authors[0], families[0])
    pages = str(message.get("page", "")).replace("-", "--")
    own = latex.read(patient.all.get("pages", ""))
    if pages and own and not merging.alike(pages, own):
        yield _differs(patient, "pages", own, pages)
    updates = [str(mapping(one).get("type")) for one in listing(message.get("update-to"))]
    if re.match(r"retracted\b", title, re.IGNORECASE) or "retraction" in updates:
        yield patient.finding("error", "scholar.doctor_crossref_retracted", "doi")


def _differs(patient: Patient, field: str, value: str, new: str) -> Finding:
    return patient.finding("warning", "scholar.doctor_crossref", field, value=value, new=new)


def _first(value: Any) -> str:  # noqa: ANN401 - whatever was answered
    several = listing(value)
    said: object = several[0] if several else value
    return doctor_text.unspoiled(re.sub(r"<[^>]+>", "", str(said))).strip() if said else ""


def _years(message: dict[str, Any]) -> list[str]:
    found: dict[str, None] = {}
    for name in ("published-print", "published-online", "issued", "published"):
        parts = listing(mapping(message.get(name)).get("date-parts"))
        first = listing(parts[0]) if parts else []
        if first and first[0]:
            found[str(first[0])] = None
    return list(found)


def _same_venue(one: str, other: str, message: dict[str, Any]) -> bool:
    from rapidfuzz import fuzz  # noqa: PLC0415 - native library, loaded when needed

    short = _first(message.get("short-container-title"))
    mine = _bare(other)
    return any(fuzz.token_set_ratio(_bare(name), mine) >= _ALIKE for name in (one, short) if name)


def _bare(text: str) -> str:
    return " ".join(words.tokens(text))
