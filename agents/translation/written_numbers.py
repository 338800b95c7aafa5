"""A value written in the way another number is: 2.5 million, 3억 5,000만, 1,200, March.

The one law: nothing is rounded. What cannot be written that way without loss is not written.
"""

from __future__ import annotations

import re
from fractions import Fraction

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_SCALES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
_LARGE = (("조", 10**12), ("억", 10**8), ("만", 10**4))
_PLAIN = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_ENGLISH = re.compile(rf"({_PLAIN.pattern})([\s-]+)({'|'.join(_SCALES)})", re.IGNORECASE)
_ONE_UNIT = re.compile(rf"({_PLAIN.pattern})(\s?)([만억조])")
_KOREAN = re.compile(r"[\d,\s천만억조]+")
_PLACES = 3  # behind the point
_GROUPED = 10_000  # a year has four digits and no comma


def plain(text: str) -> bool:
    """Whether a number is written in digits alone, as both languages write it."""
    return _PLAIN.fullmatch(text) is not None


def month(number: int, like: str) -> str:
    """A month as `like` is written: 3월, March, Mar."""
    if like.endswith("월"):
        return f"{number}월"
    name = _MONTHS[number - 1]
    return name if like in _MONTHS else name[:3]


def ordinal(digits: str) -> str:
    """1st, 2nd, 3rd, 11th."""
    last = "" if digits[-2:-1] == "1" else {"1": "st", "2": "nd", "3": "rd"}.get(digits[-1:], "")
    return digits + (last or "th")


def alike(value: Fraction, like: str, source: str = "") -> str:
    """The value as `like` is written; empty where that cannot be done without loss.

    Args:
        value: not negative.
        like: a number in digits, with or without a scale.
        source: how the value is written in another text; tells whether it has commas.
    """
    if _PLAIN.fullmatch(like):
        return _plain(value, like, source)
    if match := _ENGLISH.fullmatch(like):
        return _scaled(value, match)
    if match := _ONE_UNIT.fullmatch(like):
        return _one_unit(value, match) or _korean(value, like)
    return _korean(value, like) if _KOREAN.fullmatch(like) else ""


def _plain(value: Fraction, like: str, source: str) -> str:
    whole = like.split(".", 1)[0]
    commas = "," in like or "," in source
    if len(whole.replace(",", "")) < len(str(_GROUPED)) - 1:  # the old one was too short to tell
        commas |= value >= _GROUPED
    digits = _decimal(value, commas=commas)
    padded = whole.startswith("0") and len(whole) > 1
    return digits.zfill(len(like)) if padded and value.denominator == 1 else digits


def _scaled(value: Fraction, match: re.Match[str]) -> str:
    _digits, between, scale = match.groups()
    own = scale.lower()
    names = [own] if own == "hundred" else [own, "thousand", "million", "billion", "trillion"]
    for name in names:
        share = value / _SCALES[name]
        digits = _decimal(share) if 1 <= share < 1000 else ""
        if digits:
            return f"{digits}{between}{scale if name == own else name}"
    return ""


def _one_unit(value: Fraction, match: re.Match[str]) -> str:
    digits, between, unit = match.groups()
    share = value / dict(_LARGE)[unit]
    if not 1 <= share < 10_000 or (share.denominator != 1 and "." not in digits):
        return ""
    made = _decimal(share, commas="," in digits or "," not in _grouped_alike(digits))
    return f"{made}{between}{unit}" if made else ""


def _grouped_alike(digits: str) -> str:
    """Digits with the comma they would have; those of less than four have none to tell."""
    return _decimal(Fraction(digits.replace(",", "")), commas=True)


def _korean(value: Fraction, like: str) -> str:
    """Groups of four digits with their units."""
    if value.denominator != 1 or value < _LARGE[-1][1]:
        return ""
    rest, parts = int(value), list[str]()
    for unit, size in (*_LARGE, ("", 1)):
        group, rest = divmod(rest, size)
        if not group:
            continue
        if "천" in like and group % 1000 == 0:
            parts.append(f"{group // 1000}천{unit}")
        else:
            bare = re.search(r"\d{4}", like) is not None and "," not in like
            parts.append(f"{group}{unit}" if bare else f"{group:,}{unit}")
    tight = re.search(r"[만억조]\d", like) is not None
    return ("" if tight else " ").join(parts)


def _decimal(value: Fraction, *, commas: bool = False) -> str:
    """Digits of a value; empty where they have no end, or one that is far away."""
    scaled = value * 10**_PLACES
    if scaled.denominator != 1:
        return ""
    whole, part = divmod(int(scaled), 10**_PLACES)
    behind = f"{part:0{_PLACES}d}".rstrip("0")
    return (f"{whole:,}" if commas else str(whole)) + (f".{behind}" if behind else "")
