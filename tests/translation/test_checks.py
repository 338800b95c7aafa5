from __future__ import annotations

import pytest

from agents.translation import checks

LONG = "The committee approved the budget for the new library after a long discussion on Monday."


@pytest.mark.parametrize(
    ("source", "target", "goal", "finish", "found"),
    [
        ("The cat sleeps.", "고양이가 잔다.", "ko", "stop", None),
        ("고양이가 잔다.", "The cat sleeps.", "en", "stop", None),
        ("The cat sleeps.", "", "ko", "stop", "empty"),
        ("The cat sleeps.", " … ", "ko", "stop", "empty"),
        ("The cat sleeps.", "The cat sleeps.", "ko", "stop", "same_as_source"),
        ("The cat sleeps.", "the  CAT sleeps", "ko", "stop", "same_as_source"),
        ("The cat sleeps.", "A cat was sleeping.", "ko", "stop", "same_as_source"),
        ("고양이가 잔다.", "고양이가 잠을 잔다.", "en", "stop", "same_as_source"),
        ("Samsung", "Samsung", "ko", "stop", "same_as_source"),
        (
            "What was measured",
            'In Korean, "대략" is a word that means "measure" or "length".',
            "ko",
            "stop",
            "same_as_source",
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
        (LONG, "위원회는 월요일에 긴 토론 끝에 새 도서관", "ko", "length", "missing"),
        (LONG, "위원회는 월요일에 긴 토론 끝에", "ko", "context", "missing"),
        (LONG, "예산.", "ko", "stop", "missing"),
        ("The cat sleeps.", "", "ko", "failed", "missing"),
        ("Ha ha ha ha ha!", "하하하하하!", "ko", "stop", None),
        ("Very, very, very good.", "아주, 아주, 아주 좋다.", "ko", "stop", None),
        ("No no no no no no!", "아니 아니 아니 아니 아니 아니!", "ko", "stop", None),
        ("1 1 1 1 1 1 items", "항목 1 1 1 1 1 1", "ko", "stop", None),
        ("Name: ............", "이름: ............", "ko", "stop", None),
    ],
)
def test_faults_are_found_and_nothing_else(source, target, goal, finish, found):
    assert checks.problem(source, target, goal, finish) == found


def test_a_loop_with_small_changes_is_found():
    target = " ".join(f"그는 학교에 가고 집에 오고 밥을 먹고 {i % 2}" for i in range(12))
    assert checks.loops(LONG, target)


def test_a_long_honest_translation_is_no_loop():
    source = " ".join(f"The {name} measures {name} levels every day." for name in "abcdefghij")
    target = " ".join(f"{name} 장치는 매일 {name} 수준을 측정한다." for name in "abcdefghij")
    assert not checks.loops(source, target)
