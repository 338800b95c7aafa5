"""Equations of an answer, reckoned after."""

from __future__ import annotations

import pytest

from agents.chat.tools.equations import check


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("12 × 3 = 36, so 36 + 4 = 41.", [True, False]),
        ("따라서 총액은 3 * 1,500 = 4,500원입니다.", [True]),
        (r"\frac{3}{4} = 0.75, \( 2^{10} = 1024 \)", [True, True]),
        ("x = 3 + 4 = 8", [False]),
        ("1/3 = 0.33 = 0.3333", [True]),
        ("√2 ≈ 1.414", [True]),
        ("√2 ≈ 1.415", [False]),
        ("10 / 4 = 2", [False]),
        ("2/3 = 0.66", [False]),
        ("2/3 = 0.67", [True]),
        ("In 2019-2021 = fine; x = 3; f(x) = 2x + 1", []),
        ("no equation at all", []),
    ],
)
def test_every_equation_with_numbers_is_judged(answer, found):
    assert [one.right for one in check(answer)] == found


def test_a_wrong_one_says_what_it_comes_to():
    (one,) = check("7 * 8 = 54")
    assert (one.text, one.reckoned, one.right) == ("7 * 8 = 54", "56", False)


def test_a_long_answer_takes_a_moment():
    assert len(check("1 + 1 = 2. " * 5000)) <= 200
    assert check("1" * 100_000 + " + " * 50_000) == ()
