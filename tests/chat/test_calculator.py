"""The calculator: exact, bounded, and never running what it reads."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.base import UserError
from agents.chat.tools.calculator import calculate, shown


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("0.1 + 0.2", "0.3"),
        ("3.5억 / 7", "50,000,000"),
        ("3억 2천만 500 / 2", "160,000,250"),
        ("15% of 80000", "12,000"),
        ("80000의 15%", "12,000"),
        ("1,234,567 × 2", "2,469,134"),
        ("12 x 12", "144"),
        ("2(3+4)", "14"),
        ("-2^2", "-4"),
        ("5!", "120"),
        ("√16 + sqrt(2)^2", "6"),
        ("comb(45, 6)", "8,145,060"),
        ("round(2.5) + round(-2.5)", "0"),
        ("1/3", "0.333333333333"),
        ("5 km + 300 m in miles", "3.29326731886 mi"),
        ("30 평 in m²", "99.173553719 m²"),
        ("100 km/h → m/s", "27.7777777778 m/s"),
        ("72 ℉ in ℃", "22.2222222222 °C"),
        ("3 시간 20 분 in 분", "200 min"),
        ("sqrt(2) * 10 cm", "14.1421356237 cm"),
        ("2 m * 3 m", "6 m²"),
        ("6 m² / 2 m", "3 m"),
    ],
)
def test_what_people_write_is_reckoned(formula, result):
    assert str(calculate(formula)) == result


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("", "calc.unreadable"),
        ("two and two", "calc.unreadable"),
        ("__import__('os').system('true')", "calc.unreadable"),
        ("(1).__class__", "calc.unreadable"),
        ("[1 for x in range(9)]", "calc.unreadable"),
        ("lambda: 1", "calc.unreadable"),
        ("1 in 2 in 3", "calc.unreadable"),
        ("sqrt(1, 2)", "calc.unreadable"),
        ("True + 1", "calc.unreadable"),
        ("1/0", "calc.undefined"),
        ("sqrt(-1)", "calc.undefined"),
        ("ln(0)", "calc.undefined"),
        ("9**9**9", "calc.too_large"),
        ("(9**99)**99", "calc.too_large"),
        ("1000!", "calc.too_large"),
        ("comb(100000, 50000)", "calc.too_large"),
        ("(" * 300 + "1" + ")" * 300, "calc.too_large"),
        ("-" * 100 + "1", "calc.too_large"),
        ("3 m + 2 s", "calc.units"),
        ("5 kg in m", "calc.units"),
    ],
)
def test_what_cannot_be_reckoned_says_why(formula, code):
    with pytest.raises(UserError) as caught:
        calculate(formula)
    assert caught.value.code == code


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6), st.sampled_from("+-*/"))
def test_whole_numbers_are_exact(one, two, sign):
    acts = {"+": one + two, "-": one - two, "*": one * two, "/": Fraction(one, two)}
    assert calculate(f"{one} {sign} {two}").value == acts[sign]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 8), "0.125"),
        (Fraction(-5, 4), "-1.25"),
        (Fraction(123456789, 100), "1,234,567.89"),
        (2e-9, "2e-09"),
        (1e21, "1e+21"),
    ],
)
def test_numbers_are_shown_as_people_write_them(value, text):
    assert shown(value) == text
