"""Dates and times reckoned from the calendar, or not answered."""

from __future__ import annotations

import datetime as dt

import pytest

from agents.chat.tools.dates import DatesHand, answer

NOW = dt.datetime(2026, 11, 28, 9, 5, tzinfo=dt.timezone(dt.timedelta(hours=9)))  # a Saturday


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What time is it?", "It is 09:05."),
        ("what date is 30 days from today", "Monday, 28 December 2026."),
        ("what's the date in 2 weeks", "Saturday, 12 December 2026."),
        ("What day was it ten days ago?", "Wednesday, 18 November 2026."),
        ("which date was it a fortnight ago", "Saturday, 14 November 2026."),
        ("date in a month", "Monday, 28 December 2026."),
        ("which date was last Friday", "Friday, 27 November 2026."),
        ("what was the date last Saturday", "Saturday, 21 November 2026."),
        ("date of next Wednesday?", "Wednesday, 2 December 2026."),
        ("what day is 1 March 2027", "Monday, 1 March 2027."),
        ("how many days until Christmas?", "27 days until Friday, 25 December 2026."),
        ("how many days until Christmas Eve?", "26 days until Thursday, 24 December 2026."),
        ("how long until New Year’s Eve?", "33 days until Thursday, 31 December 2026."),
        ("which calendar week have we", "Week 48 of the year (ISO 8601), day 332."),
        ("Tell me the time in Berlin right now", "It is 01:05 on Saturday, 28 November in Berlin."),
        ("time in San Francisco?", "It is 16:05 on Friday, 27 November in San Francisco."),
        ("what time is it in Gotham City", None),
        ("what date is Easter next year", None),
        ("When's Friday 13th next, which month", None),
    ],
)  # fmt: skip
def test_english(question, said):
    assert answer(question, NOW, "en") == said


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("지금 몇 시야?", "지금은 9시 5분입니다."),
        ("내일 무슨 요일이지", "2026년 11월 29일 일요일입니다."),
        ("2주 후 월요일 며칠", "2026년 12월 7일 월요일입니다."),
        ("오늘부터 5일 뒤 요일", "2026년 12월 3일 목요일입니다."),
        ("사흘 전은 며칠이었지", "2026년 11월 25일 수요일입니다."),
        ("다음 주 수요일이 며칠이죠", "2026년 12월 2일 수요일입니다."),
        ("다다음 주 월요일이 몇 일이에요", "2026년 12월 7일 월요일입니다."),
        ("지난주 금요일 날짜", "2026년 11월 20일 금요일입니다."),
        ("3월 1일은 무슨 요일이야", "2027년 3월 1일 월요일입니다."),
        ("크리스마스까지 며칠 남았어?", "2026년 12월 25일 금요일까지 27일 남았습니다."),
        ("시드니 지금 몇 시예요", "시드니 시각은 11월 28일 토요일 11시 5분입니다."),
        ("오늘이 음력으로 며칠이야", None),
    ],
)  # fmt: skip
def test_korean(question, said):
    assert answer(question, NOW, "ko") == said


def test_a_day_that_does_not_exist_is_not_answered_with_another():
    assert answer("2월 30일은 무슨 요일?", NOW, "ko") is None
    assert not DatesHand(lambda: NOW).takes("2월 30일은 무슨 요일?")
