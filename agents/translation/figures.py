"""Numbers and months by what they mean, as English and as Korean write them.

The one law: values are compared, not digits: 350 million is 3억 5천만, 31 March holds 3월.
"""

from __future__ import annotations

import re
from fractions import Fraction

Span = tuple[int, int]
Figure = tuple[Span, str]  # where it stands, what it means

_SCALES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
_SMALL = {"십": 10, "백": 10**2, "천": 10**3}
_LARGE = {"만": 10**4, "억": 10**8, "조": 10**12}
_DIGITS = r"\d{1,18}(?:,\d{3})*(?:\.\d{1,9})?"
_ENGLISH = re.compile(rf"({_DIGITS})(?:[\s-]+({'|'.join(_SCALES)})\b)?", re.IGNORECASE)
_KOREAN = re.compile(
    rf"{_DIGITS}\s?[십백천만억조]+(?:\s?{_DIGITS}\s?[십백천만억조]*)*(?<=[\d십백천만억조])"
)
_PART = re.compile(rf"({_DIGITS})?\s?([십백천만억조])?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(
    r"\b(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b"
)
_KOREAN_MONTH = re.compile(r"(?<!\d)(1[0-2]|[1-9])월")


def find(text: str) -> list[Figure]:
    """The figures of a text, from left to right, none inside another."""
    found: list[Figure] = [
        (match.span(), f"month {match.group(1)}") for match in _KOREAN_MONTH.finditer(text)
    ]
    for match in _MONTH.finditer(text):
        month = _MONTHS.index(match.group()[:3].lower()) + 1
        found.append((match.span(), f"month {month}"))
    for match in _KOREAN.finditer(text):
        _add(found, match.span(), str(korean_value(match.group())))
    for match in _ENGLISH.finditer(text):
        scale = _SCALES.get((match.group(2) or "").lower(), 1)
        _add(found, match.span(), str(_plain(match.group(1)) * scale))
    return sorted(found)


def _add(found: list[Figure], span: Span, meaning: str) -> None:
    if not any(span[0] < end and span[1] > start for (start, end), _meaning in found):
        found.append((span, meaning))


def _plain(digits: str) -> Fraction:
    return Fraction(digits.replace(",", ""))


def leading(text: str) -> Fraction:
    """The digits a Korean number begins with: 3 of 3억 5천만."""
    match = _PART.match(text)
    return _plain(match.group(1)) if match and match.group(1) else Fraction(0)


def korean_value(text: str) -> Fraction:
    """What digits with Korean units mean."""
    total = section = Fraction(0)
    number: Fraction | None = None
    for match in _PART.finditer(text):
        digits, unit = match.groups()
        if digits:
            section += number or 0
            number = _plain(digits)
        if unit in _SMALL:
            section += (1 if number is None else number) * _SMALL[unit]
            number = None
        elif unit in _LARGE:
            amount = section + (number or 0)
            total += (amount or 1) * _LARGE[unit]
            section, number = Fraction(0), None
    return total + section + (number or 0)
