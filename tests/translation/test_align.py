"""Formatting put back: on the right words where that can be known, never lost anywhere."""

# ruff: noqa: E501 - a case is a line
from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.translation import inline
from agents.translation.align import put_back
from agents.translation.formats.base import walk
from agents.translation.inline import Mark, Rich, Style
from agents.translation.korean import Korean

KOREAN = Korean()


def marked(text: str) -> Rich:
    """`[…]` is a link, `{…}` fixed text, `^` a footnote mark."""
    plain, marks, stack = "", [], []
    for letter in text:
        if letter in "[{":
            stack.append((len(marks), len(plain), "wrap" if letter == "[" else "fixed"))
            marks.append(None)
        elif letter in "]}":
            number, start, kind = stack.pop()
            parent = stack[-1][0] if stack else -1
            marks[number] = Mark(number, kind, start, len(plain), parent)
        elif letter == "^":
            parent = stack[-1][0] if stack else -1
            marks.append(Mark(len(marks), "point", len(plain), len(plain), parent))
        else:
            plain += letter
    return Rich(plain, tuple(marks))


def shown(rich: Rich) -> str:
    """The reverse of `marked`."""
    text = ""
    for kind, _mark, start, end in walk(rich):
        text += {"open": "[", "close": "]", "point": "^"}.get(kind, "")
        if kind == "fixed":
            text += "{" + rich.text[start:end] + "}"
        elif kind == "text":
            text += rich.text[start:end]
    return text


@pytest.mark.parametrize(
    ("source", "target", "hints", "wanted"),
    [
        # the whole sentence, with and without its stop
        ("[The cat sleeps.]", "고양이가 잔다.", {}, "[고양이가 잔다.]"),
        ("[The cat sleeps].", "고양이가 잔다.", {}, "[고양이가 잔다]."),
        ("[[The cat sleeps.]]", "고양이가 잔다.", {}, "[[고양이가 잔다.]]"),
        # the same words
        ("We use [BERT] in 2020.", "2020년에 BERT를 사용한다.", {}, "2020년에 [BERT]를 사용한다."),
        ("In [2020] we used 3.", "2020년에 3을 썼다.", {}, "[2020]년에 3을 썼다."),
        # a known phrase, its particle left outside
        (
            "See the [full report] for details.",
            "자세한 내용은 전체 보고서를 보십시오.",
            {"full report": "전체 보고서"},
            "자세한 내용은 [전체 보고서]를 보십시오.",
        ),
        # the same word twice keeps its turn
        ("A 5 and a [5].", "5와 5다.", {}, "5와 [5]다."),
        # brackets and quotation marks
        ("He said “[go away]” loudly.", "그는 크게 “저리 가”라고 말했다.", {}, "그는 크게 “[저리 가]”라고 말했다."),
        # footnotes: at the end, before the stop, behind a word that stayed
        ("The cat sleeps.^", "고양이가 잔다.", {}, "고양이가 잔다.^"),
        ("The cat sleeps^.", "고양이가 잔다.", {}, "고양이가 잔다^."),
        ("^The cat sleeps.", "고양이가 잔다.", {}, "^고양이가 잔다."),
        ("We use BERT^ and cats.", "우리는 BERT와 고양이를 쓴다.", {}, "우리는 BERT^와 고양이를 쓴다."),
        ("First, go^, then stop.", "먼저 가라, 그런 다음, 멈춰라.", {}, "먼저 가라, 그런 다음^, 멈춰라."),
        # fixed text: moved with the words, put in again where it was left out with its digits
        ("Run {pip install x} now.", "지금 pip install x를 실행하라.", {}, "지금 {pip install x}를 실행하라."),
        ("So ({Kim et al., 2020}) says.", "그렇다고 (Kim et al., 2020)은 말한다.", {}, "그렇다고 ({Kim et al., 2020})은 말한다."),
        ("So {(Kim et al., 2020)} says.", "그렇다고 (김 외, 2020)는 말한다.", {}, "그렇다고 {(Kim et al., 2020)}는 말한다."),
        ("[Read {x.y} now].", "지금 x.y를 읽어라.", {}, "[지금 {x.y}를 읽어라]."),
    ],
)  # fmt: skip
def test_marks_find_their_words(source, target, hints, wanted):
    placed = put_back(marked(source), target, lambda text: hints.get(text, ""), KOREAN.particles)
    assert shown(placed.rich) == wanted
    assert placed.lost == ()


def test_korean_to_english():
    placed = put_back(marked("우리는 [BERT]를 2020년에^ 썼다."), "We used BERT in 2020.")
    assert shown(placed.rich) == "We used [BERT] in 2020^."


def test_a_guess_is_named_so_that_it_can_be_asked():
    placed = put_back(marked("See the [big red house] there."), "저기 크고 빨간 집을 보라.")
    assert placed.guessed == ("big red house",)


def test_fixed_text_that_vanished_is_put_in_again_and_called_lost():
    placed = put_back(marked("Run {pip} now."), "지금 실행하라.")
    assert "{pip}" in shown(placed.rich)
    assert placed.lost == (0,)


def test_more_links_than_words_is_called_lost():
    placed = put_back(marked("[One] [two] [three]."), "하나.")
    assert placed.lost
    assert len(placed.rich.marks) == 3


def test_styles_follow_their_words_and_cover_everything():
    text = "The cost is 350 million won."
    styles = (Style(0, 12, 0), Style(12, 15, 1), Style(15, 28, 0))
    target = "비용은 350백만 원이다."
    placed = put_back(Rich(text, (), styles), target, None, KOREAN.particles)
    assert [(target[s.start : s.end], s.id) for s in placed.rich.styles] == [
        ("비용은 ", 0),
        ("350", 1),
        ("백만 원이다.", 0),
    ]


def test_a_wholly_formatted_sentence_is_wholly_formatted_again():
    placed = put_back(Rich("The cat.", (), (Style(0, 8, 7),)), "고양이다.")
    assert placed.rich.styles == (Style(0, 5, 7),)


def test_a_link_that_runs_over_the_end_of_a_sentence_reaches_the_end_again():
    rich = Rich("One [two. Three] four.", ())
    rich = marked(rich.text)
    first, _gap, second = inline.cut(rich, [(0, 8), (9, len(rich.text))])[1:4]
    one = put_back(first.rich, "하나 둘.").rich
    two = put_back(second.rich, "셋 넷.").rich
    assert one.marks[0].end == len(one.text)
    assert two.marks[0].start == 0
    whole = inline.join([one, Rich(" "), two], rich)
    assert shown(whole) == "하나 [둘. 셋] 넷."


@st.composite
def rich_texts(draw):
    """A sentence with nested links, fixed texts, points, ranges and styles."""
    words = draw(
        st.lists(
            st.sampled_from(["cat", "BERT", "2020", "(x)", "a,", "“b”", "고양이를", "http://a.b"]),
            min_size=1,
            max_size=9,
        )
    )
    text = " ".join(words)
    marks: list[Mark] = []

    def fill(start, end, parent, depth):
        at = start
        while at <= end and len(marks) < 8:
            kind = draw(st.sampled_from(["none", "point", "wrap", "fixed"]))
            stop = draw(st.integers(at, end))
            number = len(marks)
            if kind == "point":
                marks.append(Mark(number, "point", at, at, parent))
            elif kind != "none" and stop > at and text[at:stop].strip():
                marks.append(Mark(number, kind, at, stop, parent))
                if kind == "wrap" and depth:
                    fill(at, stop, number, depth - 1)
                at = stop
            at += draw(st.integers(1, 6))

    fill(0, len(text), -1, 1)
    cuts = sorted(draw(st.sets(st.integers(1, max(1, len(text) - 1)), max_size=3)) - {len(text)})
    bounds = [0, *cuts, len(text)]
    styles = tuple(
        Style(a, b, draw(st.integers(0, 2))) for a, b in itertools.pairwise(bounds) if b > a
    )
    return Rich(text, tuple(marks), styles)  # fmt: skip


targets = st.lists(
    st.sampled_from(["고양이가", "BERT를", "2020년", "(x)", "잔다,", "“b”는", "cat", "."]),
    min_size=1,
    max_size=9,
).map(" ".join)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(rich_texts(), targets)
def test_no_text_and_no_mark_is_ever_lost(source, target):
    placed = put_back(source, target, None, KOREAN.particles)
    rich = placed.rich
    kinds = [(kind, mark.id) for kind, mark, _a, _b in walk(rich) if mark and kind != "close"]
    assert sorted(number for _kind, number in kinds) == sorted(mark.id for mark in source.marks)
    seen = "".join(rich.text[a:b] for kind, _mark, a, b in walk(rich) if kind in ("text", "fixed"))
    assert seen == rich.text
    if rich.styles:
        assert rich.styles[0].start == 0
        assert rich.styles[-1].end == len(rich.text)
        assert all(a.end == b.start for a, b in itertools.pairwise(rich.styles))
    for mark in source.marks:  # fixed text is there, letter for letter
        if mark.kind == "fixed" and mark.id not in placed.lost:
            found = next(m for m in rich.marks if m.id == mark.id)
            assert rich.text[found.start : found.end] == source.text[mark.start : mark.end]
    if not placed.lost:
        by_id = {mark.id: mark for mark in rich.marks}
        for mark in rich.marks:
            if mark.parent >= 0:
                outer = by_id[mark.parent]
                assert outer.start <= mark.start <= mark.end <= outer.end


@settings(max_examples=200, deadline=None)
@given(rich_texts(), st.data())
def test_cut_and_join_are_each_others_reverse(rich, data):
    borders = sorted(data.draw(st.sets(st.integers(0, len(rich.text)), max_size=6)))
    spans = [
        (a, b)
        for a, b in zip(borders[::2], borders[1::2], strict=False)
        if b > a
    ]  # fmt: skip
    pieces = inline.cut(rich, spans)
    assert "".join(piece.rich.text for piece in pieces) == rich.text
    whole = inline.join([piece.rich for piece in pieces], rich)
    assert [(m.id, m.start, m.end) for m in whole.marks] == [
        (m.id, m.start, m.end) for m in rich.marks
    ]
