"""Numbers of a sentence and of its translation, compared by what they mean.

The one law: every number in digits has a partner of the same value on the other side, whatever
it looks like: 3.5억 is 350,000,000 is 350 million; 2024년 3월 5일 is March 5, 2024.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from agents.translation import figures, number_words
from agents.translation.language import PLACEHOLDER, URL

_SCALES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "mn": 10**6,
    "bn": 10**9,
    "tn": 10**12,
}
_SHORT = {"k": 10**3, "m": 10**6, "b": 10**9}  # 5m may be metres as well
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d{1,18})(?:\.\d{1,9})?"
_DOTTED = re.compile(r"(?<![\d.])(\d{4})\.(\d{1,2})\.(\d{1,2})(?!\d)")
_ARTICLE = re.compile(r"제\s?(\d{1,4})\s?조")
_KOREAN = re.compile(
    rf"{_DIGITS}(?:[십백천만억조]+|\s[만억조](?=\s|[원명달개년유엔톤대건]|$))"
    rf"(?:\s?{_DIGITS}[십백천만억조]+)*(?:\s?(?:\d,\d{{3}}|\d{{1,4}})(?![\d.,]*[년월일시분%]))?"
)
_AFTERNOON = re.compile(
    r"(?:오후|저녁|밤)\s?(\d{1,2})(?=\s?[시:])|\b(\d{1,2})(?=(?::\d\d)?\s?p\.?\s?m\b)",
    re.IGNORECASE,
)
_FULL_HOUR = re.compile(r"(?<=\d):00\b")
_DECADE = re.compile(r"(\d{1,2})?(\d0)(?=s\b|['’]s\b|년대)")
_PLAIN = re.compile(
    rf"(?P<letter>[A-Za-z]?)(?P<digits>{_DIGITS})"
    rf"(?:[\s-]?(?P<scale>{'|'.join(_SCALES)})\b|(?P<short>[kmb])\b)?",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(
    r"\b(?P<name>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b"
)
_IN_DATE = re.compile(r"(?:\d(?:st|nd|rd|th)?|\b[Ii]n|\b[Ss]ince|\b[Uu]ntil|\b[Bb]y|\bof)[\s.,]*$")
_DAY = re.compile(r"\.?,?\s?\d")
_RANGE = re.compile(r"\s?(?:to|and|or|–|-|—|~|∼|에서|부터|내지)\s?$")
_DROPPED = re.compile("[\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089]")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in digits. It has one meaning, or is read in several ways."""

    text: str
    values: frozenset[Fraction]
    sure: bool = True  # False: part of a name such as CO2, which may be translated away


@dataclass(frozen=True, slots=True)
class Difference:
    """Numbers that stand on one side only."""

    lost: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.lost or self.added)


def compare(source: str, target: str) -> Difference:
    """What the numbers of a translation lack or have too much."""
    source, target = _plain_text(source), _plain_text(target)
    own, there = amounts(source), amounts(target)
    if not own and not there:
        return Difference()
    lost, added = _without_partner(own, there)
    return Difference(
        tuple(one.text for one in lost if one.sure and not one.values & _loose(target, there)),
        tuple(one.text for one in added if one.sure and not one.values & _loose(source, own)),
    )


def _loose(text: str, found: list[Amount]) -> frozenset[Fraction]:
    """What may answer for a number: words, and numbers in names."""
    unsure = (value for one in found if not one.sure for value in one.values)
    return number_words.values(text) | frozenset(unsure)


def _without_partner(own: list[Amount], there: list[Amount]) -> tuple[list[Amount], list[Amount]]:
    """Those of both sides that are left over; the unambiguous ones choose first."""
    left, right = list(own), list(there)
    for exact in (True, False):
        for one in tuple(left):
            partner = next(
                (
                    other
                    for other in right
                    if (one.values == other.values if exact else one.values & other.values)
                ),
                None,
            )
            if partner is not None:
                left.remove(one)
                right.remove(partner)
    return left, right


def _plain_text(text: str) -> str:
    text = PLACEHOLDER.sub(" ", URL.sub(" ", _DROPPED.sub("", text)))
    return _FULL_HOUR.sub(" ", unicodedata.normalize("NFKC", text))


def amounts(text: str) -> list[Amount]:
    """The numbers in digits of a text, and the months that have names."""
    found: list[Amount] = []

    def take(pattern: re.Pattern[str], text: str) -> str:
        def seen(match: re.Match[str]) -> str:
            found.extend(_read(pattern, match))
            return "\x01" * len(match.group())

        return pattern.sub(seen, text)

    for match in _MONTH.finditer(text):
        if _is_date(text, match):
            month = Fraction(_MONTHS.index(match["name"][:3].lower()) + 1)
            found.append(Amount(match.group(), frozenset({month})))
    for pattern in (_DOTTED, _ARTICLE, _AFTERNOON, _DECADE):
        text = take(pattern, text)
    scaled = [
        (match.start(), match.group(), figures.korean_value(match.group()))
        for match in _KOREAN.finditer(text)
    ]
    text = _KOREAN.sub(lambda match: "\x02" * len(match.group()), text)
    found.extend(Amount(word, frozenset({value})) for _at, word, value in scaled)
    found.extend(_plain(text, scaled))
    return found


def _read(pattern: re.Pattern[str], match: re.Match[str]) -> list[Amount]:
    """What a special form says."""
    parts = [part for part in match.groups() if part]
    if pattern is _AFTERNOON:
        hour = Fraction(parts[0])
        return [Amount(parts[0], frozenset({hour, hour + 12} if hour < 12 else {hour}))]
    if pattern is _DECADE:
        whole = "".join(parts)
        values = {Fraction(whole)}
        if len(whole) == 2:  # the 60s may be the 1960s
            values |= {1900 + Fraction(whole), 2000 + Fraction(whole)}
        return [Amount(whole, frozenset(values))]
    return [Amount(part, frozenset({Fraction(part)})) for part in parts]


def _plain(text: str, scaled: list[tuple[int, str, Fraction]]) -> list[Amount]:
    """Numbers with or without an English scale; a range shares the scale of its end."""
    matches = list(_PLAIN.finditer(text))
    made: list[Amount] = []
    for number, match in enumerate(matches):
        value = Fraction(match["digits"].replace(",", ""))
        after = matches[number + 1] if number + 1 < len(matches) else None
        values = {value}
        if match["scale"]:
            values = {value * _SCALES[match["scale"].lower()]}
        elif match["short"]:
            values.add(value * _SHORT[match["short"].lower()])
        elif after and after["scale"] and _RANGE.fullmatch(text[match.end() : after.start()]):
            values.add(value * _SCALES[after["scale"].lower()])
        for start, word, whole in scaled:
            if _RANGE.fullmatch(text[match.end() : start]):
                head = figures.leading(word)
                values.add(value * whole / head if head else value)
        made.append(Amount(match["digits"], frozenset(values), sure=not match["letter"]))
    return made


def _is_date(text: str, match: re.Match[str]) -> bool:
    """Whether a month is meant: "May" and "March" are other words too."""
    if match["name"] not in {"May", "March", "Mar"}:
        return True
    before, after = text[max(0, match.start() - 12) : match.start()], text[match.end() :]
    return bool(_IN_DATE.search(before) or _DAY.match(after))
