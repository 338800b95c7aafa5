"""Numbers that are put into a pair of sentences, right on both sides or wrong on one.

The one law: a phrase and its partner say the same value as people write it in each language; a
wrong one has another value, never another spelling.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from random import Random

    from agents.translation.evaluation.pairs import Case
    from agents.translation.events import Language

Fault = Literal["number_lost", "number_added", "number_changed"]

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_OWN = re.compile(r"\d+(?:[.,]\d+)*")
FORMS = 10


def phrase(form: int, value: int, language: Language) -> str:  # noqa: C901, PLR0911 - a form is a line
    """A phrase with a number. `value` is 0 to 9,999 and makes another number of each form."""
    english = language == "en"
    if form == 0:
        return f"{value % 97 + 2} percent" if english else f"{value % 97 + 2}%"
    if form == 1:
        amount = value % 89 + 11
        return f"{amount} million won" if english else _korean(amount * 10**6) + " 원"
    if form == 2:
        year, month, day = 1950 + value % 70, value % 12, value % 28 + 1
        if english:
            return f"{_MONTHS[month]} {day}, {year}"
        return f"{year}년 {month + 1}월 {day}일"
    if form == 3:
        people = value * 10 + 15_000
        return f"{people:,} people" if english else _korean(people) + " 명"
    if form == 4:
        tenths = value % 900 + 15
        return f"{tenths / 10} kilometers" if english else f"{tenths / 10}km"
    if form == 5:
        amount = value % 89 + 13
        if english:
            return f"{amount / 10} billion dollars"
        return _korean(amount * 10**8) + " 달러"
    if form == 6:
        century = value % 18 + 3
        return f"the {century}th century" if english else f"{century}세기"
    if form == 7:
        decade = 1850 + value % 15 * 10
        return f"the {decade}s" if english else f"{decade}년대"
    if form == 8:
        hour, minute = value % 11 + 1, value % 49 + 11
        return f"{hour}:{minute} p.m." if english else f"오후 {hour}시 {minute}분"
    tens = value % 88 + 12
    return f"{tens} thousand tons" if english else _korean(tens * 1000) + " 톤"


def _korean(value: int) -> str:
    """A number with 억 and 만, as it is written in Korean."""
    words: list[str] = []
    for unit, size in (("억", 10**8), ("만", 10**4)):
        if value >= size:
            words.append(f"{value // size:,}{unit}")
            value %= size
    if value or not words:
        words.append(f"{value:,}")
    return " ".join(words)


def added(text: str, words: str) -> str:
    """A sentence with a phrase in brackets before its end."""
    end = len(text.rstrip('.?!"”'))
    return f"{text[:end]} ({words}){text[end:]}"


def broken(case: Case, kind: Fault, random: Random) -> str | None:
    """The target of a case with one number lost, added or changed."""
    target = case.target
    form = random.randrange(FORMS)
    if kind == "number_added":
        return added(target, phrase(form, random.randrange(3, 10_000), case.goal))
    if case.figure is not None:
        form, value = case.figure
        right = phrase(form, value, case.goal)
        if kind == "number_lost":
            return target.replace(f" ({right})", "", 1)
        wrong = next(
            made
            for step in range(1, 100)
            if (made := phrase(form, value + step + random.randrange(9), case.goal)) != right
        )
        return target.replace(right, wrong, 1)
    own = list(_OWN.finditer(target))
    if not own or not _OWN.search(case.source):
        return None  # a number that is a word over there may be left out here
    match = random.choice(own)
    changed = "" if kind == "number_lost" else _other(match.group(), random)
    return target[: match.start()] + changed + target[match.end() :]


def _other(digits: str, random: Random) -> str:
    """Another number of the same look: one digit is another one."""
    places = [at for at, letter in enumerate(digits) if letter.isdigit()]
    at = random.choice(places)
    options = [one for one in "123456789" if one != digits[at]]
    return digits[:at] + random.choice(options) + digits[at + 1 :]
