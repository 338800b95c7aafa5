"""The language of answers: what is expected, what strays, and that it is asked for once more."""

from __future__ import annotations

import dataclasses

import pytest

from agents.base import CancelledError, CancelToken, Notice, Token
from agents.chat import speech
from agents.chat.agent import ChatAgent
from agents.chat.events import ChatRequest, ChatStarted, Manner, Restarted
from agents.chat.hands import Handed
from agents.chat.routing.router import Task
from agents.chat.talk import TalkHand
from agents.store.conversations import Conversations
from agents.store.database import Database
from tests.engine.scripted import INFO, ScriptedEngine, ScriptedModels

KOREAN = "서울은 대한민국의 수도이며 약 천만 명이 살고 있습니다."
ENGLISH = "Seoul is the capital of South Korea, with some ten million people."


@pytest.fixture
def kept(tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    yield Conversations(database)
    database.close()


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("서울은 어떤 도시야?", "ko"),
        ("What kind of city is Seoul?", "en"),
        ("이 문장을 영어로 써 줘: 안녕하세요", None),
        ("Write this in Korean", None),
        ("BERT와 GPT의 차이를 설명해 줘", "ko"),
        ("Explain what “한글은 쉽다” means", "en"),
    ],
)
def test_what_language_is_expected(question, wanted):
    assert speech.expected(question) == wanted


@pytest.mark.parametrize(
    ("answer", "wanted", "wrong"),
    [
        (KOREAN, "ko", False),
        (ENGLISH, "ko", True),
        (ENGLISH, "en", False),
        (KOREAN, "en", True),
        ("BERT, GPT, T5, RoBERTa, DeBERTa 같은 언어 모델이 널리 쓰입니다.", "ko", False),
        ("```python\nfor word in words:\n    print(word)\n```", "ko", False),
        ("$E = mc^2$", "ko", False),
        ("OK.", "ko", False),
        ("首尔是韩国的首都,人口约一千万,是全国的中心。", "ko", True),
        ("首尔是韩国的首都,人口约一千万,是全国的中心。", "en", True),
        ("The word “안녕하세요” is a greeting.", "en", False),
        ("α + β = γ holds for naïve façades.", "en", False),
    ],
)
def test_what_strays(answer, wanted, wrong):
    assert speech.strays(answer, wanted) == wrong


def run(kept, engine, question, **more):
    agent = ChatAgent(ScriptedModels({"m": engine}), kept)
    return list(agent.run(ChatRequest(question, "m", **more), CancelToken()))


def test_an_answer_in_the_wrong_language_is_written_once_more(kept):
    engine = ScriptedEngine([ENGLISH, KOREAN])
    events = run(kept, engine, "서울은 어떤 도시야?")
    assert events[-1].text == KOREAN
    assert kept.turns(events[-1].conversation)[-1].content == KOREAN
    again = next(at for at, event in enumerate(events) if isinstance(event, Restarted))
    assert "".join(e.text for e in events[again:] if isinstance(e, Token)) == KOREAN
    assert Notice("chat.language_again") in events[:again]
    first, second = engine.requests
    assert second.messages[-1].content.startswith("서울은 어떤 도시야?")
    assert "한국어로" in second.messages[-1].content
    assert second.sampling.seed != first.sampling.seed
    turn = kept.turns(events[-1].conversation)[-1]
    assert turn.tokens == len(ENGLISH.split()) + len(KOREAN.split())


def test_what_stays_wrong_is_kept_and_asked_for_only_once(kept):
    engine = ScriptedEngine([ENGLISH, ENGLISH])
    assert run(kept, engine, "서울은 어떤 도시야?")[-1].text == ENGLISH


def test_a_model_without_korean_is_not_asked_twice(kept):
    engine = ScriptedEngine([ENGLISH], dataclasses.replace(INFO, languages=("en",)))
    assert run(kept, engine, "서울은 어떤 도시야?")[-1].text == ENGLISH


def test_a_stop_in_the_second_attempt_keeps_what_that_had_become(kept):
    cancel = CancelToken()

    def answers(request):
        if "한국어로" in request.messages[-1].content:
            cancel.cancel()
            return KOREAN
        return ENGLISH

    agent = ChatAgent(ScriptedModels({"m": ScriptedEngine(answers)}), kept)
    started = None
    with pytest.raises(CancelledError):
        for event in agent.run(ChatRequest("서울은 어떤 도시야?", "m"), cancel):
            started = event if isinstance(event, ChatStarted) else started
    turn = kept.turns(started.conversation)[-1]
    assert (turn.state, ENGLISH in turn.content) == ("stopped", False)


def test_the_commander_as_one_of_several_is_asked_again_too():
    engine = ScriptedEngine([ENGLISH, KOREAN])
    hand = TalkHand(ScriptedModels({"m": engine}), "Be brief.")
    handed = Handed(Task("서울은 어떤 도시야?", "answer"), "", "ko", "m")
    made, events = hand.run(handed, CancelToken()), []
    while True:
        try:
            events.append(next(made))
        except StopIteration as end:
            given = end.value
            break
    assert given.text == KOREAN
    assert set(given.notes) == {"again", "language"}
    assert engine.requests[0].messages[0].content == "Be brief."


def test_the_manner_reaches_the_model(kept):
    thinker = dataclasses.replace(INFO, thinks=True)
    engine = ScriptedEngine(["Hello.", "Hello."], thinker)
    manner = Manner("You are a pirate.", thinking=False, temperature=1.5, top_p=0.3)
    run(kept, engine, "Hello?", manner=manner)
    (asked,) = engine.requests
    assert asked.messages[0].content == "You are a pirate."
    assert asked.template_variables == (("enable_thinking", False),)
    assert (asked.sampling.temperature, asked.sampling.top_p) == (1.5, 0.3)
    run(kept, engine, "Hello?")
    assert engine.requests[1].template_variables == (("enable_thinking", True),)
    assert engine.requests[1].sampling.temperature == INFO.sampling.temperature
