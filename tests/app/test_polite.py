"""존댓말: rules where they suffice, a model where they do not, checked by the same rules."""

from __future__ import annotations

import pytest

from agents.base import CancelToken
from agents.chat.commands import BUILT_IN, order
from agents.chat.hands import Handed
from agents.chat.routing.router import Task
from agents.translation.korean import Korean
from app.polite import PoliteHand
from tests.engine.scripted import ScriptedEngine, ScriptedModels

POLITE = next(one for one in BUILT_IN if one.key == "polite")


@pytest.fixture(scope="module")
def korean():
    return Korean()


def rewritten(korean, text, answers=(), model="m"):
    engine = ScriptedEngine(list(answers))
    hand = PoliteHand(ScriptedModels({"m": engine}), korean, lambda _model: model)
    question = order(POLITE, text, "ko").question
    assert hand.takes(question)
    made = hand.run(Handed(Task(question, "answer"), question, "ko", "m"), CancelToken())
    while True:
        try:
            next(made)
        except StopIteration as end:
            return end.value, engine


@pytest.mark.parametrize(
    ("text", "polite"),
    [
        ("나 밥 먹었어.", "나 밥 먹었어요."),
        ("알겠어. 내일 봐!", "알겠어요. 내일 봐요!"),
        ("오늘 회의는 취소되었다.", "오늘 회의는 취소되었어요."),
        ("결과를 확인했습니다. 문제가 없다.", "결과를 확인했습니다. 문제가 없습니다."),
        ("제목\n\n- 3시에 와.\n", "제목\n\n- 3시에 와요.\n"),
        ("안녕하세요.", "안녕하세요."),
    ],
)
def test_rules_suffice_and_no_model_is_asked(korean, text, polite):
    given, engine = rewritten(korean, text)
    assert given.text == polite.strip()
    assert (given.exact, given.wrong, engine.requests) == (True, (), [])


def test_a_model_is_asked_only_for_what_rules_cannot_do(korean):
    given, engine = rewritten(
        korean, "알겠어. 보고서를 3부 제출해라.", ["보고서를 3부 제출해 주세요."]
    )
    assert given.text == "알겠어요. 보고서를 3부 제출해 주세요."
    (asked,) = engine.requests
    assert asked.messages[0].content.endswith("보고서를 3부 제출해라.")
    assert "알겠" not in asked.messages[0].content


@pytest.mark.parametrize(
    "answer",
    [
        "보고서를 4부 제출해 주세요.",  # another number
        "보고서를 3부 제출해라.",  # not polite
        "보고서를 3부 제출해 주세요. " + "정말 감사합니다. " * 9,  # far too long
        "Please hand in 3 copies.",
    ],
)
def test_what_a_model_writes_is_checked(korean, answer):
    given, engine = rewritten(korean, "보고서를 3부 제출해라.", [answer, answer])
    assert given.text == "보고서를 3부 제출해라."
    assert len(given.wrong) == 1
    assert len(engine.requests) == 2


def test_without_a_model_that_knows_korean_it_is_said(korean):
    given, _engine = rewritten(korean, "빨리 가자.", model="")
    assert (given.text, len(given.wrong)) == ("빨리 가자.", 1)


def test_english_is_not_taken(korean):
    hand = PoliteHand(ScriptedModels({}), korean, lambda model: model)
    assert not hand.takes(order(POLITE, "Give me that.", "ko").question)
