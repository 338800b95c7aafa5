"""The hands of the team: what they give is checked."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from agents.base import CancelToken, Notice, Token
from agents.chat import program
from agents.chat.hands import Handed
from agents.chat.local import told
from agents.chat.maths import MathsHand, reckon
from agents.chat.program import CodeHand
from agents.chat.routing.router import Task
from agents.chat.talk import TalkHand
from agents.chat.tools.dates import DatesHand
from agents.engine.port import Message
from tests.engine.scripted import ScriptedEngine, ScriptedModels

FENCE = "```"


def handed(text, route="maths", language="en", so_far=()):
    return Handed(Task(text, route), text, language, "m", so_far=so_far)


def ran(hand, task):
    events, made = [], hand.run(task, CancelToken())
    while True:
        try:
            events.append(next(made))
        except StopIteration as end:
            return events, end.value


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is 15% of 80000?", "15% of 80000 = **12,000**"),
        ("3.5억 / 7 계산해줘", "3.5억 / 7 = **50,000,000**"),
        ("25 곱하기 4는?", "25 × 4 = **100**"),
        ("30평은 몇 제곱미터야?", "30평 = **99.173553719 m²**"),
        ("30평을 제곱미터로 환산해줘", "30평 = **99.173553719 m²**"),
        ("convert 5 miles to km", "5 miles = **8.04672 km**"),
        ("What is 19 squared", "19^2 = **361**"),
        ("3/4 더하기 5/6만 계산해줘", "3/4 + 5/6 = **1.58333333333**"),
        ("루트 144는 얼마야?", "sqrt(144) = **12**"),
        ("2019-2021", ""),
        ("010-1234-5678", ""),
        ("제3조 2항", ""),
        ("7", ""),
        ("If I buy 3 apples at 2 dollars, how much?", ""),
    ],
)
def test_a_question_that_is_a_sum_is_reckoned_without_a_model(question, answer):
    assert reckon(question) == answer


def test_the_calculator_answers_before_any_model_is_loaded():
    models = ScriptedModels({})
    _events, given = ran(MathsHand(models, lambda model: model), handed("What is 3+4?"))
    assert (given.text, given.by, given.exact) == ("3+4 = **7**", "calculator", True)
    assert models.resident() == ()


def test_a_wrong_equation_is_made_again():
    engine = ScriptedEngine(["7 * 8 = 54. Answer: 54", "7 * 8 = 56. Answer: 56"])
    hand = MathsHand(ScriptedModels({"falcon": engine}), lambda _model: "falcon")
    events, given = ran(hand, handed("Seven boxes of eight apples: how many?"))
    assert given.text.endswith("56")
    assert (given.checked, given.wrong) == (1, ())
    assert [e.code for e in events if isinstance(e, Notice)] == ["chat.maths_again"]
    first, second = engine.requests
    assert second.sampling.temperature > first.sampling.temperature
    assert second.sampling.seed != first.sampling.seed


def test_what_stays_wrong_is_said():
    engine = ScriptedEngine(["7 * 8 = 54", "7 * 8 = 57"])
    hand = MathsHand(ScriptedModels({"m": engine}), lambda model: model)
    _events, given = ran(hand, handed("Seven boxes of eight apples: how many?"))
    assert given.wrong == ("7 * 8 = 54 → 56",)


def test_earlier_results_are_put_before_the_problem():
    engine = ScriptedEngine("fine")
    hand = MathsHand(ScriptedModels({"m": engine}), lambda model: model)
    ran(hand, handed("Double the sum of it.", so_far=("There are 12.",)))
    assert engine.requests[0].messages[-1].content == "There are 12.\n\nDouble the sum of it."


def code(language, text):
    return f"Here:\n\n{FENCE}{language}\n{text}\n{FENCE}\n"


def test_code_that_does_not_parse_is_asked_for_again_with_the_reason():
    engine = ScriptedEngine([code("python", "def f(:"), code("python", "def f():\n    return 1")])
    hand = CodeHand(ScriptedModels({"m": engine}), lambda model: model)
    _events, given = ran(hand, handed("Write f.", "code"))
    assert "return 1" in given.text
    assert (given.checked, given.wrong) == (1, ())
    assert "line 1" in engine.requests[1].messages[-1].content


def test_an_answer_without_code_does_not_replace_broken_code():
    engine = ScriptedEngine([code("python", "def f(:"), "Sorry."])
    hand = CodeHand(ScriptedModels({"m": engine}), lambda model: model)
    _events, given = ran(hand, handed("Write f.", "code"))
    assert "def f(:" in given.text
    assert given.wrong
    assert given.wrong[0].startswith("python: line 1")


@pytest.mark.parametrize(
    ("language", "text", "fine"),
    [
        ("python", "print('a')", True),
        ("py", "print 'a'", False),
        ("json", '{"a": 1}', True),
        ("json", '{"a": 1,}', False),
        ("toml", "a = 1", True),
        ("toml", "a = ", False),
        ("rust", "fn main( {", True),  # not judged
        ("", "anything", True),
    ],
)
def test_blocks_are_read_by_the_parser_of_their_language(language, text, fine):
    assert (program.problems(code(language, text)) == []) == fine


NOW = dt.datetime(2026, 11, 28, 9, 5, tzinfo=dt.timezone(dt.timedelta(hours=9)))


@pytest.mark.parametrize(
    ("question", "language", "answer"),
    [
        ("지금 몇 시야?", "ko", "지금은 9시 5분입니다."),
        ("오늘 며칠이야?", "ko", "2026년 11월 28일 토요일입니다."),
        ("내일 무슨 요일이지", "ko", "2026년 11월 29일 일요일입니다."),
        ("What time is it?", "en", "It is 09:05."),
        ("What's today's date?", "en", "Saturday, 28 November 2026."),
        ("What day is it the day after tomorrow?", "en", "Monday, 30 November 2026."),
        (
            "date and time please: what time and which day",
            "en",
            "It is 09:05 on Saturday, 28 November 2026.",
        ),
    ],
)
def test_the_clock_tells_what_is_asked(question, language, answer):
    assert told(question, NOW, language) == answer


def test_the_clock_takes_only_questions_about_now():
    clock = DatesHand(lambda: NOW)
    assert clock.takes("지금 몇 시야?")
    assert not clock.takes("Open the folder with the budget.")
    events, given = ran(clock, handed("지금 몇 시야?", "tool", "ko"))
    assert events == [Token(given.text)]
    assert given.exact


def test_a_second_solution_without_any_equation_does_not_count_as_right():
    engine = ScriptedEngine(["7 * 8 = 54", "It is some number."])
    hand = MathsHand(ScriptedModels({"m": engine}), lambda model: model)
    _events, given = ran(hand, handed("Seven boxes of eight apples: how many?"))
    assert (given.text, given.wrong) == ("7 * 8 = 54", ("7 * 8 = 54 → 56",))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{FENCE}python\nprint(1)\n", "python: it breaks off"),
        (f"{FENCE}python\nprint(", "python: line 1"),
        (f"{FENCE}\ndef f():\n  return (\n{FENCE}", "python: line 2"),  # nobody named the language
        (f"{FENCE}\nplain words (\n{FENCE}", ""),
        (f"~~~json\n{{}}\n~~~\n\n{FENCE}json\n{{\n{FENCE}\n", "json: "),
    ],
)
def test_blocks_that_break_off_or_name_no_language_are_judged(text, why):
    found = [f"{language}: {reason}" for language, reason in program.problems(text)]
    assert [one.startswith(why) for one in found] == ([True] if why else [])


def test_what_can_be_run_is_a_whole_python_block_that_parses():
    text = (
        f"{FENCE}py\nprint(1)\n{FENCE}\n{FENCE}python\nprint(\n{FENCE}\n{FENCE}json\n{{}}\n{FENCE}\n"
        f"{FENCE}python\nprint(2)"
    )
    assert [program.is_python(block) for block in program.blocks(text)] == [
        True,
        False,
        False,
        False,
    ]


def test_an_answer_that_is_cut_says_so():
    engine = ScriptedEngine("word " * 3000)
    hand = CodeHand(ScriptedModels({"m": engine}), lambda model: model)
    _events, given = ran(hand, handed("Write.", "code"))
    assert "cut" in given.notes


def test_old_turns_make_room_for_the_answer():
    engine = ScriptedEngine("fine")
    hand = MathsHand(ScriptedModels({"m": engine}), lambda model: model)
    turns = tuple(
        Message(role, f"{number} " + "word " * 900)
        for number, role in enumerate(["user", "assistant"] * 3)
    )
    task = dataclasses.replace(handed("Prove it."), before=turns)
    ran(hand, task)
    said = [(message.role, message.content[:1]) for message in engine.requests[0].messages]
    assert said[0][0] == "system"
    assert said[1:] == [("user", "4"), ("assistant", "5"), ("user", "P")]


def test_talk_is_checked_as_well():
    engine = ScriptedEngine(f"7 * 8 = 54, so\n\n{FENCE}json\n{{,}}\n{FENCE}")
    _events, given = ran(TalkHand(ScriptedModels({"m": engine})), handed("Tell me.", "answer"))
    assert given.checked == 2
    assert given.wrong[0] == "7 * 8 = 54 → 56"
    assert given.wrong[1].startswith("json: ")
