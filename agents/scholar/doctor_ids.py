"""Identifiers, addresses, pages and dates: whether they can be what they say.

The one law: a number with a check digit is computed, everything else is held against its written
form. ISBN: ISO 2108; ISSN: ISO 3297; DOI: the pattern Crossref recommends.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.scholar import latex
from agents.scholar.doctor_base import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.scholar.doctor_base import Finding, Patient

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")
_URL = re.compile(r"(?:https?|ftp)://[^\s{}<>\"]+\.?[^\s{}<>\"]*", re.IGNORECASE)
_WRAPPED = re.compile(r"\\url\s*\{([^{}]*)\}")
_ESCAPED = re.compile(r"\\([_%&#~])|\{\\?([_~])\}|\\textunderscore(?:\{\})?")
_RANGE = re.compile(r"(?:pp?\.?\s*)?(\d+)\s*(?:-+|–|—|--+)\s*(\d+)\Z")
_MONTHS = re.compile(
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|spring|summer|autumn|fall|winter|\d)",
    re.IGNORECASE,
)
_FIRST_BOOK = 1450
_FEWEST = {"isbn": 7, "issn": 6}  # digits below which it is a remark ("vol. 2"), not a number


def check(patient: Patient, year: int) -> Iterator[Finding]:
    """Everything about the identifiers and dates of one entry; `year` is that of today."""
    own = patient.own
    for name, test in (("doi", _doi), ("url", _url), ("pages", _pages)):
        if own.get(name, "").strip():
            yield from test(patient, own[name].strip())
    for name, size in (("isbn", "scholar.doctor_isbn"), ("issn", "scholar.doctor_issn")):
        for number in re.split(r"[;,/]|\s(?=97[89])|\(|\)", latex.read(own.get(name, ""))):
            digits = re.sub(r"(?i)[\s\-–]|^(?:isbn|e-?issn|issn)[-: ]*|[^\dx]", "", number)
            if len(digits) >= _FEWEST[name] and not _valid(digits, name):
                yield patient.finding("warning", size, name, value=number.strip())
    yield from _dates(patient, year)


def _doi(patient: Patient, value: str) -> Iterator[Finding]:
    bare = _ESCAPED.sub(lambda m: m[1] or m[2] or "_", value.strip("{} "))
    found = _DOI.search(bare)
    if not found:
        yield patient.finding("error", "scholar.doctor_doi", "doi", value=value)
        return
    clean = found[0].rstrip(".,;")
    if clean.endswith(")") and clean.count("(") < clean.count(")"):
        clean = clean[:-1]
    if clean != value:
        yield patient.setting(
            "warning", "scholar.doctor_doi_form", "doi", clean, value=value, new=clean
        )


def _url(patient: Patient, value: str) -> Iterator[Finding]:
    wrapped = _WRAPPED.fullmatch(value)
    bare = wrapped[1] if wrapped else value
    clean = _ESCAPED.sub(lambda m: m[1] or m[2] or "_", bare.strip())
    # biblatex and hyperref take an address as it is; a few files hold several
    if all(_URL.fullmatch(one) for one in re.split(r"[\s;,]+(?=\w+://)|;?\s+", clean) if one):
        if clean != value:
            yield patient.setting(
                "note", "scholar.doctor_url_form", "url", clean, value=value, new=clean
            )
        return
    yield patient.finding("warning", "scholar.doctor_url", "url", value=value)


def _pages(patient: Patient, value: str) -> Iterator[Finding]:
    found = _RANGE.match(value)
    if not found:
        return
    first, last = found[1], found[2]
    whole = first[: max(0, len(first) - len(last))] + last  # 1234--45 is short for 1234--1245
    if int(whole) < int(first):
        yield patient.finding("warning", "scholar.doctor_pages_order", "pages", value=value)
    elif value != f"{first}--{last}":
        new = f"{first}--{last}"
        yield patient.setting(
            "note", "scholar.doctor_pages_form", "pages", new, value=value, new=new
        )


def _dates(patient: Patient, now: int) -> Iterator[Finding]:
    own = patient.own
    said = latex.read(own.get("year", "")).strip()
    if said and not re.fullmatch(r"\d{4}", said):
        if not re.search(r"(?<!\d)\d{4}(?!\d)", said):
            yield patient.finding("note", "scholar.doctor_year_form", "year", value=said)
    elif said and not _FIRST_BOOK <= int(said) <= now + 1:
        yield patient.finding("error", "scholar.doctor_year", "year", value=said)
    date = re.match(r"\s*(\d{4})", own.get("date", ""))
    if date and said.isdigit() and date[1] != said:
        yield patient.finding(
            "warning", "scholar.doctor_year_and_date", "year", value=said, other=date[1]
        )
    month = latex.read(own.get("month", ""))
    if month and not _MONTHS.search(month):
        yield patient.finding("warning", "scholar.doctor_month", "month", value=month)
    if month.isdigit() and not 1 <= int(month) <= 12:
        fix = Fix("remove", "month") if month == "0" else None
        yield patient.finding("warning", "scholar.doctor_month", "month", fix, value=month)


def _valid(digits: str, kind: str) -> bool:
    digits = digits.upper()
    if kind == "issn":
        return len(digits) == 8 and _weighted(digits, range(8, 0, -1)) % 11 == 0
    if len(digits) == 13 and digits.isdigit():
        return _weighted(digits, (1, 3) * 6 + (1,)) % 10 == 0
    return len(digits) == 10 and _weighted(digits, range(10, 0, -1)) % 11 == 0


def _weighted(digits: str, weights: range | tuple[int, ...]) -> int:
    """The weighted sum of check digits; an X that is not the last makes it wrong for certain."""
    if "X" in digits[:-1]:
        return 1
    signs = (10 if sign == "X" else int(sign) for sign in digits)
    return sum(sign * weight for sign, weight in zip(signs, weights, strict=True))
