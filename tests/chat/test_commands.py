"""Commands and variables: what is understood, and what reaches the model."""

from __future__ import annotations

import datetime as dt

import pytest

from agents.chat import commands, variables
from agents.chat.commands import BUILT_IN, matching, order, own, parsed

NOW = dt.datetime(2026, 11, 28, 9, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("written", "key", "text"),
    [
        ("/summarise a b", "summarise", "a b"),
        ("/SUMMARY", "summarise", ""),
        ("/요약 가나 다", "summarise", "가나 다"),
        ("/존댓말\n밥 먹었어", "polite", "밥 먹었어"),
        ("/맞춤법 x", "grammar", "x"),
        ("/nothing of ours", None, ""),
        ("plain /summarise", None, ""),
        ("/", None, ""),
    ],
)
def test_what_is_a_command(written, key, text):
    found = parsed(written, BUILT_IN)
    assert (found and (found[0].key, found[1])) == (key and (key, text))


def test_ones_own_command_wins_over_a_built_in_one():
    mine = own("summarise", "Three words.")
    assert parsed("/summarise", (*BUILT_IN, mine))[0] is mine
    assert commands.called_as(" a b/c ") == "abc"


def test_names_of_both_languages_are_found_the_ones_that_begin_so_first():
    assert [one.key for one in matching("요", BUILT_IN)] == ["summarise"]
    assert matching("ex", BUILT_IN)[0].key == "explain"
    assert [one.key for one in matching("la", BUILT_IN)] == ["translate", "explain"]
    assert len(matching("", BUILT_IN)) == len(BUILT_IN)
    assert matching("zzz", BUILT_IN) == ()


def test_the_text_is_told_apart_from_the_order():
    for one in BUILT_IN:
        made = order(one, "First.\n\nSecond.", "en")
        assert commands.handed_over(made.question) == "First.\n\nSecond."
        assert made.command == one.key
    assert order(BUILT_IN[1], "x", "ko").route == "translate"


def test_ones_own_text_is_put_where_it_says_or_below():
    there = order(own("a", "Read {{text}} aloud to {{who}}."), "it", "en", {"who": "Kim"})
    assert there.question == "Read it aloud to Kim."
    below = order(own("a", "Read it aloud."), "This.", "en")
    assert below.question == "Read it aloud.\n\nThis."
    assert (below.route, below.command) == (None, "")


def test_variables():
    text = "{{date}} {{ 이름 }} {{TIME}} {{who}} {{이름}} {{}} {{a{{b}}}} {not}"
    assert variables.variables(text) == ("date", "이름", "TIME", "who", "b")
    assert variables.blanks(text) == ("이름", "who", "b")
    known = variables.known(NOW, "en", written_in="ko")
    assert known == {"date": "2026년 11월 28일", "time": "09:05", "language": "영어"}
    made = variables.filled("{{date}}, {{이름}}, {{who}}", {**known, "이름": "{{who}}"})
    assert made == "2026년 11월 28일, {{who}}, {{who}}"  # filled once, the rest stands
    assert variables.filled("{{날짜}} {{언어}}", known) == "2026년 11월 28일 영어"
    assert variables.takes_text("a {{글}}")
