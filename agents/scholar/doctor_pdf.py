"""An entry against the first page of its PDF.

The one law: the page is only held against what the entry says; what is not printed on it is no
contradiction, and a page that cannot be read is named as such.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from agents.pages import front
from agents.pages.library import BrokenPdfError, LockedPdfError
from agents.store import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.scholar.doctor_base import Finding, Patient

_PRINTED = 82.0  # of 100: a title's best match within the text of the page
_HEAD = 4000  # characters of the page that may hold the title
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_DATED = re.compile(
    r"(?:©|\(c\)|copyright|published|received|accepted|vol(?:ume|\.)|proceedings|conference"
    r"|arxiv|january|february|march|april|may|june|july|august|september|october|november"
    r"|december|년)[^\n]{0,80}",
    re.IGNORECASE,
)
_SERIES = re.compile(
    r"(?:proceedings of|in proc\.? of|transactions on|journal of|advances in)[^\n.;,]{4,90}",
    re.IGNORECASE,
)
_PREPRINT = "10.48550/"


def check(patient: Patient) -> Iterator[Finding]:
    """Title, year, venue and DOI against the first PDF that is there."""
    path = next((Path(p) for p in patient.entry.files if p.lower().endswith(".pdf")), None)
    if path is None:
        return
    try:
        page = front.read(path.read_bytes())
    except OSError:
        yield patient.finding("note", "scholar.doctor_pdf_gone", "file", path=path.name)
        return
    except LockedPdfError:
        yield patient.finding("note", "scholar.doctor_pdf_locked", "file", path=path.name)
        return
    except BrokenPdfError:
        yield patient.finding("warning", "scholar.doctor_pdf_damaged", "file", path=path.name)
        return
    if not page.text.strip():
        yield patient.finding("note", "scholar.doctor_pdf_scanned", "file", path=path.name)
        return
    yield from compare(patient, page)


def compare(patient: Patient, page: front.Front) -> Iterator[Finding]:
    """The entry against a page that was read."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - native library, loaded when needed

    work = patient.entry.work
    title = " ".join(words.tokens(work.title))
    text = " ".join(words.tokens(page.text[:_HEAD]))
    if title and fuzz.partial_ratio(title, text) < _PRINTED:
        yield patient.finding(
            "warning", "scholar.doctor_pdf_title", "title", page=page.title or "?"
        )
        return  # another paper: the rest would say so again
    if page.doi and work.doi and page.doi != work.doi and _PREPRINT not in page.doi + work.doi:
        yield patient.finding(
            "warning", "scholar.doctor_pdf_doi", "doi", value=work.doi, page=page.doi
        )
    elif page.doi and not work.doi and "doi" not in patient.own:
        yield patient.setting("note", "scholar.doctor_pdf_has_doi", "doi", page.doi, page=page.doi)
    yield from _year(patient, page)
    yield from _venue(patient, page)


def _year(patient: Patient, page: front.Front) -> Iterator[Finding]:
    year = patient.entry.work.year
    printed = {found for line in _DATED.findall(page.text) for found in _YEAR.findall(line)}
    if page.arxiv[:4].isdigit():
        printed.add(f"20{page.arxiv[:2]}")
    anywhere = set(_YEAR.findall(page.text))
    if year.isdigit() and printed and year not in anywhere | printed:
        shown = ", ".join(sorted(printed))
        yield patient.finding("warning", "scholar.doctor_pdf_year", "year", value=year, page=shown)


def _venue(patient: Patient, page: front.Front) -> Iterator[Finding]:
    from rapidfuzz import fuzz  # noqa: PLC0415 - native library, loaded when needed

    venue = " ".join(words.tokens(patient.entry.work.venue))
    named = _SERIES.findall(page.text)
    if not venue or not named or "arxiv" in venue:
        return
    text = " ".join(words.tokens(page.text))
    initials = "".join(word[0] for word in venue.split() if len(word) > 3)
    if fuzz.partial_ratio(venue, text) < _PRINTED and not any(
        word in text.split() for word in (venue, initials) if len(word) > 2
    ):
        shown = " ".join(named[0].split())
        yield patient.finding(
            "note", "scholar.doctor_pdf_venue", "", value=patient.entry.work.venue, page=shown
        )
