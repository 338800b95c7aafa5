from __future__ import annotations

import time

import pytest

from agents.base import UserError
from agents.translation import work
from agents.translation.formats import open_document
from agents.translation.formats.own_spans import OwnSpans, compiled
from agents.translation.formats.text import TextDocument
from agents.translation.korean import Korean

KOREAN = Korean()


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+", "(a|b)*", "(?:a*)*b", "(a?){30}", "((ab+))+", "(a|aa)+$", r"(\w+\s?)+", r"(a)\1",
     "(?P<x>a)(?P=x)", "(", "a{2", "x" * 301, "a*b*c*d*e*f*", "((a{2}){5}){5}"],
)  # fmt: skip
def test_a_pattern_that_may_take_forever_is_refused(pattern):
    if pattern == "a{2":  # which re takes for these letters
        assert compiled(pattern).regex.search("a{2")
        return
    with pytest.raises(UserError) as caught:
        compiled(pattern)
    assert caught.value.code == "translation.pattern"


@pytest.mark.parametrize(
    "pattern", [r"[A-Z]{2,5}-\d+", r"ISO \d+(?:-\d)?", "[(+*]+", r"\(\d+\)", "(?:foo|bar)", "a.*?b"]
)
def test_ordinary_patterns_are_taken(pattern):
    assert compiled(pattern)


def test_the_worst_pattern_that_is_taken_ends():
    began = time.monotonic()
    document = TextDocument.of("a" * 30_000)
    try:
        OwnSpans(document, [compiled("a*a*a*b")])
    except UserError as error:
        assert error.code == "translation.pattern_slow"  # noqa: PT017 - either end is good
    assert time.monotonic() - began < 60


def test_own_spans_are_put_back_as_they_were(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("The order KX-12 is for Big Blue today.\n", encoding="utf-8")
    options = (("protect", r"[A-Z]+-\d+"), ("protect", "Big Blue"))
    opened, _data = open_document(path, "ko", options)
    pieces, units = work.read(opened, KOREAN)
    assert units[0].text == "The order KX-12 is for Big Blue today."
    assert "Big Blue" not in units[0].words
    judge = work.Judge(opened, "ko", KOREAN)
    placed = judge.place(units[0], "오늘 주문 KX-12는 Big Blue의 것이다.", lambda _t: "")
    name = units[0].paragraph.id
    made = opened.write({name: [(p, placed if p.segment >= 0 else None) for p in pieces[name]]})
    assert made.decode() == "오늘 주문 KX-12는 Big Blue의 것이다.\n"
    assert judge.place(units[0], "오늘 주문은 다른 것이다.", lambda _t: "") is None


def test_an_option_that_is_none_is_told(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("Some text.\n", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        open_document(path, "ko", (("json.inclde", "$.a"),))
    assert caught.value.code == "translation.option"
