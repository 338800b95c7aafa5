"""Dates and times that are not just now: in three weeks, last Friday, in Berlin, until Christmas.

The one law: it is reckoned from the calendar or not answered at all; what of a question is not
understood (a lunar date, a city that is not known) is left to others.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import zoneinfo
from typing import TYPE_CHECKING

from agents.base import Token
from agents.chat.hands import Given
from agents.chat.local import asked, told
from agents.chat.tools import zones

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from agents.base import CancelToken, Notice
    from agents.chat.hands import Handed
    from agents.chat.language import Language

_LONGEST = 100  # letters of a question that asks for nothing else
_I = re.IGNORECASE
_DAYS = {
    "ko": ("월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_WEEKDAYS_EN = (
    r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?"
)
_NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "한": 1,
    "두": 2,
    "세": 3,
    "네": 4,
    "일": 1,
    "이": 2,
    "삼": 3,
    "하루": 1,
    "이틀": 2,
    "사흘": 3,
    "나흘": 4,
    "닷새": 5,
    "엿새": 6,
    "이레": 7,
    "열흘": 10,
    "보름": 15,
}
_COUNT = r"(?P<count>\d{1,4}|an?|one|two|three|four|five|six|seven|eight|nine|ten)"
_IN = re.compile(
    rf"\bin\s+{_COUNT}\s+(?P<unit>day|week|month|year)s?\b(?!\s+ago)"
    rf"|\b{_COUNT.replace('count', 'count2')}\s+(?P<unit2>day|week|month|year)s?\s+"
    r"(?:from\s+(?:now|today)|later|hence|after\s+today)",
    _I,
)
_AGO = re.compile(
    rf"\b{_COUNT}\s+(?P<unit>day|week|month|year)s?\s+(?:ago|before\s+today|back)\b", _I
)
_FORTNIGHT = re.compile(r"\bfortnight\b(?P<ago>\s+ago)?", _I)
_KO_AWAY = re.compile(
    r"(?:(?P<count>\d{1,4}|한|두|세|네|일|이|삼)\s?(?P<unit>일|주일|주|개월|달|년)|(?P<days>하루|이틀|사흘|나흘|닷새|엿새|이레|열흘|보름))"
    r"\s?(?:간\s?)?(?P<way>뒤|후|있다가|지나|전)"
)
_KO_WEEK = re.compile(
    r"(?P<week>다다음\s?주|다음\s?주|담\s?주|이번\s?주|지난\s?주|저번\s?주|지지난\s?주)\s*(?P<day>[월화수목금토일])(?:요일)?(?![가-힣]*(?:정|말))"
)
_KO_NEXT = re.compile(
    r"(?P<way>돌아오는|다가오는|오는|다음|지난|저번)\s*(?P<day>[월화수목금토일])요일"
)
_EN_NEXT = re.compile(rf"\b(?P<way>next|coming|this|last|past)\s+(?P<day>{_WEEKDAYS_EN})\b", _I)
_GIVEN = re.compile(
    r"(?:(?P<year>\d{4})\s*[-./년]\s*)?(?P<month>\d{1,2})\s*[-./월]\s*(?P<day>\d{1,2})(?:일)?(?!\d|\s*(?:시|분|명|개|%))"
)
_GIVEN_EN = re.compile(
    r"\b(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<name>[A-Za-z]{3,9})|(?P<name2>[A-Za-z]{3,9})\s+(?P<day2>\d{1,2})(?:st|nd|rd|th)?)"
    r"(?:,?\s+(?P<year>\d{4}))?\b",
    _I,
)
_FEASTS = (
    (re.compile(r"크리스마스\s?이브|\bchristmas\s+eve\b", _I), 12, 24),
    (re.compile(r"\bnew\s+year['’]?s?\s+eve\b", _I), 12, 31),
    (re.compile(r"크리스마스|성탄절|\bchristmas\b|\bxmas\b", _I), 12, 25),
    (re.compile(r"새해|신정|\bnew\s+year(?:['’]?s)?(?:\s+day)?\b", _I), 1, 1),
    (re.compile(r"삼일절|3\.1절"), 3, 1),
    (re.compile(r"어린이날"), 5, 5),
    (re.compile(r"광복절"), 8, 15),
    (re.compile(r"한글날"), 10, 9),
)
_HOW_FAR = re.compile(
    r"며칠\s*(?:남|이나|지나|지났)|몇\s*일\s*(?:남|이나)|디데이|[dD]-?[dD]ay|\bhow\s+(?:many\s+days|long)\s+(?:is\s+it\s+)?(?:until|till|to|since|before)\b"
    r"|까지\s*(?:며칠|몇\s*일)|\bdays\s+(?:left\s+)?(?:until|till|to)\b",
    _I,
)
_WEEK_NUMBER = re.compile(
    r"\b(?:calendar|iso)\s+week\b|\bweek\s+number\b|\bwhich\s+week\b|몇\s*주\s?차"
    r"|\bday\s+(?:number\s+)?of\s+the\s+year\b",
    _I,
)
_TIME = re.compile(r"\btime\b|\bo'?clock\b|\bclock\b|몇\s*시(?!간)|시각|\bmidnight\b|\bnoon\b", _I)
_NOT_OURS = re.compile(
    r"음력|양력\s*말고|절기|상강|입춘|동지|공휴일|\blunar\b|\bholiday|\bworking\s+day|\beaster\b|설날|추석|\bramadan\b|전역|개강|학기|생일|마감"
    r"|\bcomplexity\b|\bsunrise\b|\bsunset\b|일출|일몰|\b13th\b|\b31st\b",
    _I,
)
_IN_PLACE = re.compile(
    r"\btime\s+(?:is\s+it\s+)?in\s+(?!.*\bformat\b)[A-Za-z]|\bin\s+[A-Z][a-z]+", 0
)
_MONTHS = {name.lower(): at for at, name in enumerate(calendar.month_name) if name} | {
    name.lower(): at for at, name in enumerate(calendar.month_abbr) if name
}


class DatesHand:
    """Implements `hands.Hand` for times and dates."""

    def __init__(self, now: Callable[[], dt.datetime]) -> None:
        """Keep the clock: the local time with its zone."""
        self._now = now

    def takes(self, task: str) -> bool:
        """Whether this can be reckoned."""
        return answer(task, self._now(), "en") is not None

    def run(self, handed: Handed, cancel: CancelToken) -> Generator[Token | Notice, None, Given]:
        """Tell; see `hands.Hand.run`."""
        cancel.check()
        now = self._now()
        text = answer(handed.task.text, now, handed.language) or told(
            handed.task.text, now, handed.language
        )
        yield Token(text)
        return Given(text, "clock", checked=1, exact=True)


def answer(question: str, now: dt.datetime, language: Language) -> str | None:
    """What a question about time or dates is answered with; None where it is not understood."""
    if len(question) >= _LONGEST or _NOT_OURS.search(question):
        return None
    place = zones.place_in(question)
    if place is not None:
        return _elsewhere(place, now, language)
    if _IN_PLACE.search(question) and _TIME.search(question):
        return None  # a place that is not known
    try:
        of_days = _of_days(question, now.date(), language)
        return of_days or (told(question, now, language) if asked(question) else None)
    except (ValueError, OverflowError):  # there is no such day
        return None


def _of_days(question: str, today: dt.date, language: Language) -> str:
    """What is said of a day or a week; "" where the question is about just now."""
    if _WEEK_NUMBER.search(question):
        return _week(today, language)
    day = day_of(question, today)
    if day is None:
        return ""
    if _HOW_FAR.search(question):
        return _apart(day, today, language)
    return (
        f"{_written(day, language)}입니다." if language == "ko" else f"{_written(day, language)}."
    )


def day_of(question: str, today: dt.date) -> dt.date | None:
    """The day that a question is about, where it is not just today, tomorrow or the like.

    Raises:
        ValueError, OverflowError: there is no such day.
    """
    return (
        _away(question, today)
        or _away_korean(question, today)
        or _weekday(question, today)
        or _feast(question, today)
        or _given(question, today)
    )


def _away(question: str, today: dt.date) -> dt.date | None:
    fortnight = _FORTNIGHT.search(question)
    if fortnight:
        return today + dt.timedelta(days=-14 if fortnight["ago"] else 14)
    match, sign = _AGO.search(question), -1
    if match is None:
        match, sign = _IN.search(question), 1
    if match is None:
        return None
    parts = match.groupdict()
    count, unit = parts["count"] or parts.get("count2"), parts["unit"] or parts.get("unit2")
    return _moved(today, sign * _number(count or ""), (unit or "day").lower())


def _away_korean(question: str, today: dt.date) -> dt.date | None:
    match = _KO_AWAY.search(question)
    if match is None:
        return None
    sign = -1 if match["way"] == "전" else 1
    if match["days"]:
        return _moved(today, sign * _NUMBERS[match["days"]], "day")
    units = {
        "일": "day",
        "주": "week",
        "주일": "week",
        "개월": "month",
        "달": "month",
        "년": "year",
    }
    moved = _moved(today, sign * _number(match["count"]), units[match["unit"]])
    same = _KO_WEEKDAY.search(question)  # "2주 후 월요일": of that week
    if same and units[match["unit"]] == "week" and same.start() >= match.end():
        moved += dt.timedelta(days="월화수목금토일".index(same["day"]) - moved.weekday())
    return moved


_KO_WEEKDAY = re.compile(r"(?P<day>[월화수목금토일])요일")


def _weekday(question: str, today: dt.date) -> dt.date | None:
    week = _KO_WEEK.search(question)
    if week:
        name = week["week"].replace(" ", "")
        weeks = {"다다음주": 2, "다음주": 1, "담주": 1, "이번주": 0, "지난주": -1, "저번주": -1}
        monday = today - dt.timedelta(days=today.weekday())
        days = "월화수목금토일".index(week["day"])
        return monday + dt.timedelta(weeks=weeks.get(name, -2), days=days)
    match = _KO_NEXT.search(question)
    if match:
        back = match["way"] in ("지난", "저번")
        return _nearest(today, "월화수목금토일".index(match["day"]), back=back)
    match = _EN_NEXT.search(question)
    if match:
        short = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        back = match["way"].lower() in ("last", "past")
        return _nearest(today, short.index(match["day"].lower()[:3]), back=back)
    return None


def _nearest(today: dt.date, weekday: int, *, back: bool) -> dt.date:
    """The next such day after today, or the last before it."""
    if back:
        return today - dt.timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    return today + dt.timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _feast(question: str, today: dt.date) -> dt.date | None:
    for said, month, day in _FEASTS:
        if said.search(question):
            return _next_time(today, month, day)
    return None


def _given(question: str, today: dt.date) -> dt.date | None:
    match = _GIVEN.search(question)
    if match:
        month, day = int(match["month"]), int(match["day"])
        if match["year"]:
            return dt.date(int(match["year"]), month, day)
        return _next_time(today, month, day)
    for match in _GIVEN_EN.finditer(question):
        month = _MONTHS.get((match["name"] or match["name2"]).lower(), 0)
        if month:
            day = int(match["day"] or match["day2"])
            year = int(match["year"]) if match["year"] else 0
            return dt.date(year, month, day) if year else _next_time(today, month, day)
    return None


def _next_time(today: dt.date, month: int, day: int) -> dt.date:
    this = dt.date(today.year, month, day)
    return this if this >= today else dt.date(today.year + 1, month, day)


def _moved(day: dt.date, count: int, unit: str) -> dt.date:
    if unit in ("day", "week"):
        return day + dt.timedelta(days=count * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def _number(said: str) -> int:
    return int(said) if said.isdigit() else _NUMBERS[said.lower()]


def _written(day: dt.date, language: Language) -> str:
    weekday = _DAYS[language][day.weekday()]
    if language == "ko":
        return f"{day.year}년 {day.month}월 {day.day}일 {weekday}"
    return f"{weekday}, {day.day} {calendar.month_name[day.month]} {day.year}"


def _apart(day: dt.date, today: dt.date, language: Language) -> str:
    days, written = (day - today).days, _written(day, language)
    if language == "ko":
        if not days:
            return f"오늘이 {written}입니다."
        how = f"{days}일 남았습니다" if days > 0 else f"{-days}일 지났습니다"
        return f"{written}까지 {how}." if days > 0 else f"{written}에서 {how}."
    if not days:
        return f"That is today, {written}."
    return f"{abs(days)} days {'until' if days > 0 else 'since'} {written}."


def _week(today: dt.date, language: Language) -> str:
    week, number = today.isocalendar().week, today.timetuple().tm_yday
    if language == "ko":
        return f"올해 {week}주 차, {number}일째입니다(ISO 8601)."
    return f"Week {week} of the year (ISO 8601), day {number}."


def _elsewhere(place: tuple[str, str, str], now: dt.datetime, language: Language) -> str | None:
    zone, english, korean = place
    try:
        there = now.astimezone(zoneinfo.ZoneInfo(zone))
    except zoneinfo.ZoneInfoNotFoundError:  # a system without the table of zones
        return None
    if language == "ko":
        day = f"{there.month}월 {there.day}일 {_DAYS['ko'][there.weekday()]}"
        return f"{korean} 시각은 {day} {there.hour}시 {there.minute}분입니다."
    day = f"{_DAYS['en'][there.weekday()]}, {there.day} {calendar.month_name[there.month]}"
    return f"It is {there:%H:%M} on {day} in {english}."
