from __future__ import annotations

import pytest

from agents.translation import figures


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        ("350 million", "3억 5천만"),
        ("350 million", "3억 5,000만"),
        ("1,204", "1,204"),
        ("12.5 thousand", "1만 2,500"),
        ("3 billion", "30억"),
        ("2.5 trillion", "2조 5천억"),
        ("20 thousand", "2만"),
        ("300 hundred", "3만"),
        ("March", "3월"),
        ("Dec", "12월"),
        ("2024", "2024"),
    ],
)
def test_a_value_is_the_same_in_both_languages(english, korean):
    (_, one), (_, two) = figures.find(english)[0], figures.find(korean)[0]
    assert one == two


def test_figures_are_found_where_they_stand():
    text = "지연 시 하루 0.5 %, 최대 300만 원, 3월 31일"
    assert [text[a:b] for (a, b), _ in figures.find(text)] == ["0.5", "300만", "3월", "31"]


def test_figures_in_long_digits_do_not_take_long():
    assert len(figures.find("1" * 5000 + "만" * 5000)) > 0
