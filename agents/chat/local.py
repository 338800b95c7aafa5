"""What the machine itself knows: the time and the date.

The one law: it looks, it never asks a model; what it cannot do it leaves to the commander.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.chat.language import Language

_DAYS = {
    "ko": ("월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_TIME = re.compile(
    r"\b(?:what(?:'s|’s|\s+is)?\s+(?:the\s+)?(?:current\s+)?time|time\s+is\s+it|(?:past|before)\s+noon|clock|hour)\b"
    r"|몇\s*시|시각|시간",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:date|day|week|month|year|today|tomorrow|yesterday)\b|며칠|날짜|요일|몇\s*월|몇\s*년|올해|오늘|내일|어제|모레|그저께",
    re.IGNORECASE,
)
_AWAY = (
    (re.compile(r"\bday\s+after\s+tomorrow\b|모레", re.IGNORECASE), 2),
    (re.compile(r"\btomorrow\b|내일", re.IGNORECASE), 1),
    (re.compile(r"\bday\s+before\s+yesterday\b|그저께|그제", re.IGNORECASE), -2),
    (re.compile(r"\byesterday\b|어제", re.IGNORECASE), -1),
)


def asked(question: str) -> bool:
    """Whether it asks for the time or a date near today."""
    return bool(_TIME.search(question) or _DATE.search(question))


def told(question: str, now: dt.datetime, language: Language) -> str:
    """The time, the date, or both, as the question wants."""
    away = next((days for words, days in _AWAY if words.search(question)), 0)
    day = now.date() + dt.timedelta(days=away)
    weekday = _DAYS[language][day.weekday()]
    date = (
        f"{day.year}년 {day.month}월 {day.day}일 {weekday}"
        if language == "ko"
        else f"{weekday}, {day.day} {_MONTHS[day.month - 1]} {day.year}"
    )
    clock = f"{now.hour}시 {now.minute}분" if language == "ko" else f"{now:%H:%M}"
    wants_time = bool(_TIME.search(question))
    wants_date = bool(_DATE.search(question)) or not wants_time
    if wants_time and wants_date and not away:
        return f"{date} {clock}입니다." if language == "ko" else f"It is {clock} on {date}."
    if wants_time and not away:
        return f"지금은 {clock}입니다." if language == "ko" else f"It is {clock}."
    return f"{date}입니다." if language == "ko" else f"{date}."
