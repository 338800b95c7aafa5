"""Numbers by value, in both directions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.translation import numbers
from agents.translation.evaluation import figures_in_pairs

SAME = [
    ("350 million people", "3억 5천만 명"),
    ("350,000,000", "3.5억"),
    ("350,000,000", "3억 5000만"),
    ("March 5, 2024", "2024년 3월 5일"),
    ("2024-03-05", "2024년 3월 5일"),
    ("5 March 2024", "2024. 3. 5."),
    ("It rose 5 percent to $1.2bn.", "5% 증가해 12억 달러가 되었다."),
    ("It rose by 5%.", "5퍼센트 올랐다."),
    ("10 to 20 million won", "1천만~2천만 원"),
    ("5 million to 10 million", "500만~1,000만"),
    ("100 to 200 thousand", "10~20만"),
    ("at 3:30 p.m.", "15시 30분에"),
    ("at 9:00 a.m.", "오전 9시에"),
    ("two hundred thousand people", "20만 명"),
    ("half a million", "50만"),
    ("twenty-five years", "25년"),
    ("He is 25 years old", "그는 스물다섯 살이다"),
    ("two thirds", "3분의 2"),
    ("12 eggs", "달걀 한 다스"),
    ("two decades", "20년"),
    ("the 1990s", "90년대"),
    ("the 21st century", "21세기"),
    ("the 2nd edition", "두 번째 판"),
    ("World War II", "제2차 세계 대전"),
    ("Article 3, paragraph 2", "제3조 제2항"),
    ("35,000 won", "3만 5천 원"),
    ("35,970 won", "3만 5,970원"),
    ("1,234,567", "123만 4567"),
    ("2.5 trillion won", "2조 5천억 원"),
    ("30,000 people in 2024", "2024년에 3만 명"),
    ("CO2 emissions", "이산화탄소 배출량"),
    ("5 vaccines", "5 백신"),
    ("Q3 2024", "2024년 3분기"),
    ("See https://a.b/12 and {n2}", "https://a.b/12 와 {n2} 참조"),
    ("We may march on.", "우리는 계속 행진할지도 모른다."),
    ("an area of 5 m²", "5제곱미터의 면적"),
    ("twice as many", "2배"),
]
OTHER = [
    ("350 million people", "3억 6천만 명"),
    ("350 million people", "3,500만 명"),
    ("March 5, 2024", "2024년 4월 5일"),
    ("in May 2024", "2024년 6월"),
    ("It rose 5 percent.", "6% 늘었다."),
    ("10 to 20 million won", "1천만~3천만 원"),
    ("There are 20 cats.", "고양이가 있다."),
    ("There are cats.", "고양이가 7마리 있다."),
    ("the 19th century", "18세기"),
    ("1,234", "1,235"),
    ("3 cats and 3 dogs", "고양이 3마리와 개"),
    ("the 1960s", "1860년대"),
    ("at 3:30 p.m.", "오후 4시 30분에"),
    ("Article 3", "제4조"),
    ("2.5 kg", "25kg"),
]


@pytest.mark.parametrize(("english", "korean"), SAME)
def test_one_value_in_two_ways_of_writing_is_no_difference(english, korean):
    assert not numbers.compare(english, korean)
    assert not numbers.compare(korean, english)


@pytest.mark.parametrize(("english", "korean"), OTHER)
def test_another_value_is_seen_from_both_sides(english, korean):
    assert numbers.compare(english, korean)
    assert numbers.compare(korean, english)


def test_what_is_lost_and_what_is_added_is_named():
    found = numbers.compare("It rose from 15 to 20.", "15에서 21로 올랐다.")
    assert (found.lost, found.added) == (("20",), ("21",))


def test_a_number_in_words_may_be_left_out():
    assert not numbers.compare("The three kings met once.", "왕들이 만났다.")


@settings(deadline=None)
@given(st.integers(0, figures_in_pairs.FORMS - 1), st.integers(0, 9_999), st.integers(0, 9_999))
def test_a_phrase_and_its_partner_agree_and_another_value_does_not(form, value, other):
    english, korean = (figures_in_pairs.phrase(form, value, one) for one in ("en", "ko"))
    assert not numbers.compare(english, korean)
    assert not numbers.compare(korean, english)
    wrong = figures_in_pairs.phrase(form, other, "ko")
    assert bool(numbers.compare(english, wrong)) == (wrong != korean)


@settings(deadline=None)
@given(st.text(alphabet="0123456789.,만억조천백십 년월일%:-/'s이삼두백만", max_size=60))
def test_any_text_agrees_with_itself(text):
    assert not numbers.compare(text, text)


def test_very_long_digits_take_no_time_and_raise_nothing():
    long = "1" * 6000 + "만" * 3000
    assert not numbers.compare(long, long)
