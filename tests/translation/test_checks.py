"""The guards: each kind of fault is found, and good translations pass."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.translation import checks, guards, neighbours
from agents.translation.guards import Guards
from agents.translation.neighbours import Neighbour

LONG = "The committee approved the budget for the new library after a long discussion on Monday."
LONG_KO = "위원회는 월요일에 긴 토론 끝에 새 도서관의 예산을 승인했다."


@pytest.mark.parametrize(
    ("source", "target", "goal", "finish", "found"),
    [
        ("The cat sleeps.", "고양이가 잔다.", "ko", "stop", None),
        ("고양이가 잔다.", "The cat sleeps.", "en", "stop", None),
        ("The cat sleeps.", "", "ko", "stop", "empty"),
        ("The cat sleeps.", " … ", "ko", "stop", "empty"),
        ("The cat sleeps.", "The cat sleeps.", "ko", "stop", "same_as_source"),
        ("The cat sleeps.", "the  CAT sleeps", "ko", "stop", "same_as_source"),
        ("The cat sleeps.", "A cat was sleeping.", "ko", "stop", "wrong_script"),
        ("고양이가 잔다.", "고양이가 잠을 잔다.", "en", "stop", "wrong_script"),
        ("Samsung", "Samsung", "ko", "stop", "same_as_source"),
        (
            "What was measured",
            'In Korean, "대략" is a word that means "measure" or "length".',
            "ko",
            "stop",
            "wrong_script",
        ),
        (
            "The Transformer uses multi-head self-attention.",
            "Transformer는 multi-head self-attention을 씁니다.",
            "ko",
            "stop",
            None,
        ),
        ("Samsung", "삼성", "ko", "stop", None),
        ("We use BERT and GPT.", "우리는 BERT와 GPT를 사용한다.", "ko", "stop", None),
        (LONG, "위원회는 " * 30, "ko", "stop", "loop"),
        (LONG, "위원회는 " * 30, "ko", "length", "loop"),
        (LONG, "은" * 40, "ko", "stop", "loop"),
        (LONG, "위원회는 월요일에 긴 토론 끝에 새 도서관", "ko", "length", "truncated"),
        (LONG, "위원회는 월요일에 긴 토론 끝에", "ko", "context", "truncated"),
        (LONG, "예산.", "ko", "stop", "truncated"),
        ("The cat sleeps.", "", "ko", "failed", "truncated"),
        ("Ha ha ha ha ha!", "하하하하하!", "ko", "stop", None),
        ("Very, very, very good.", "아주, 아주, 아주 좋다.", "ko", "stop", None),
        ("No no no no no no!", "아니 아니 아니 아니 아니 아니!", "ko", "stop", None),
        ("1 1 1 1 1 1 items", "항목 1 1 1 1 1 1", "ko", "stop", None),
        ("Name: ............", "이름: ............", "ko", "stop", None),
    ],
)
def test_faults_are_found_and_nothing_else(korean, source, target, goal, finish, found):
    problems = Guards(goal, korean).problems(source, target, finish)
    assert (problems[0] if problems else None) == found


def test_a_loop_with_small_changes_is_found():
    target = " ".join(f"그는 학교에 가고 집에 오고 밥을 먹고 {i % 2}" for i in range(12))
    assert checks.loops(LONG, target)


def test_a_long_honest_translation_is_no_loop():
    source = " ".join(f"The {name} measures {name} levels every day." for name in "abcdefghij")
    target = " ".join(f"{name} 장치는 매일 {name} 수준을 측정한다." for name in "abcdefghij")
    assert not checks.loops(source, target)


@pytest.mark.parametrize(
    ("source", "target", "goal", "found"),
    [
        ("The cat sleeps.", "고양이가 睡觉 잔다.", "ko", True),
        ("The cat sleeps.", "고양이가 ねむる.", "ko", True),
        ("고양이가 잔다.", "The кот sleeps.", "en", True),
        ("고양이가 잔다.", "The 고양이 sleeps.", "en", True),
        ("김치는 건강에 좋다.", "Kimchi (김치) is healthy.", "en", False),
        ("'사랑'이라는 말은 짧다.", "The word “사랑” is short.", "en", False),
        ("Reason is a faculty.", "이성(理性)은 능력이다.", "ko", False),
        ("The angle α is small.", "각 α는 작다.", "ko", False),
        ("Café Noir opened.", "Café Noir가 문을 열었다.", "ko", False),
        (LONG, "위원회는 the budget for the new library after a long discussion.", "ko", True),
        (LONG, "위원회는 “the budget for the new library” 안을 승인했다.", "ko", False),
        ("漢字 are hard.", "漢字는 어렵다.", "ko", False),
    ],
)
def test_other_scripts_and_words_that_were_left(source, target, goal, found):
    assert checks.wrong_script(source, target, goal) == found


@pytest.mark.parametrize(
    ("source", "target", "goal", "found"),
    [
        (LONG, "위원회는 월요일에 긴 토론 끝에 새 도서관의", "ko", ("truncated",)),
        (LONG, "위원회는 월요일에 긴 토론 끝에 새 도서관의.", "ko", ("truncated",)),
        (LONG, LONG_KO, "ko", ()),
        (LONG, LONG_KO + " 이 도서관은 시민을 위한 것이며 많은 책이 있다.", "ko", ("length",)),
        (LONG_KO, LONG, "en", ()),
        (LONG_KO, "The committee approved the budget for the", "en", ("truncated",)),
        (LONG_KO, "After a long discussion the.", "en", ("truncated", "length")),
        ("매출이 12% 늘었습니다.", "Sales rose by 21 percent.", "en", ("number",)),
        ("자세한 내용은 표 3을 참조.", "See Table 3 for details.", "en", ()),
        ("Page footer: for trial use only", "꼬리말: 시험용", "ko", ()),
        ("It rose sharply last year (Table 3).", "작년에 급격히 증가했다(표 3).", "ko", ()),
    ],
)
def test_what_is_cut_too_long_or_has_other_numbers(korean, source, target, goal, found):
    assert Guards(goal, korean).problems(source, target) == found


def test_terms_are_asked_of_who_knows_them(korean):
    seen = []

    def missing(source, target):
        seen.append((source, target))
        return ["budget"]

    assert Guards("ko", korean, missing).problems(LONG, LONG_KO) == ("term",)
    assert seen == [(LONG, LONG_KO)]


BESIDE = Neighbour("The dog runs fast in the park.", "개가 공원에서 빨리 달린다.")


@pytest.mark.parametrize(
    ("source", "answer", "other", "found"),
    [
        ("The cat sleeps on the sofa.", "개가 공원에서 빨리 달린다.", BESIDE, True),
        ("The cat sleeps on the sofa.", "개가 공원에서 빨리 달립니다.", BESIDE, True),
        (
            "The cat sleeps on the sofa.",
            "고양이가 소파에서 잔다. 개가 공원에서 빨리 달린다.",
            BESIDE,
            True,
        ),
        ("The cat sleeps on the sofa.", "고양이가 소파에서 잔다.", BESIDE, False),
        ("The dog runs fast in the parks.", "개가 공원에서 빨리 달린다.", BESIDE, False),
        ("Sure.", "네.", Neighbour("Yes.", "네."), False),
        (
            "Sales rose by 5 percent.",
            "2019년에 Acme가 12개 매장을 열었다.",
            Neighbour("Acme opened 12 stores in 2019."),
            True,
        ),
    ],
)
def test_an_answer_of_the_segment_beside_it(source, answer, other, found):
    assert neighbours.belongs(source, answer, [other]) == found


def test_hard_problems_outweigh_any_number_of_soft_ones():
    soft = ("length", "number", "term", "register")
    assert guards.stays(soft)
    assert guards.weight(soft) < min(guards.weight((kind,)) for kind in guards.HARD)
    assert guards.weight(()) == 0


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from(["ko", "en"]))
def test_no_text_breaks_a_guard(korean, source, target, goal):
    found = Guards(goal, korean).problems(source, target)
    assert len(set(found)) == len(found)


@settings(deadline=None)
@given(st.integers(4, 9), st.integers(1, 4))
def test_a_last_phrase_that_is_said_again_and_again_is_a_loop(times, size):
    words = LONG_KO.split()
    assert checks.loops(LONG, " ".join(words + words[-size:] * times))
