"""Tiny MoA: tasks beside and after each other, and what becomes of them in a conversation."""

from __future__ import annotations

import threading

import msgspec
import pytest

from agents.base import CancelledError, CancelToken, Notice, Token, UserError
from agents.chat.agent import ChatAgent
from agents.chat.events import ChatDone, ChatRequest, ChatStarted, RouteChosen
from agents.chat.hands import Given
from agents.chat.maths import MathsHand
from agents.chat.routing.router import Routed, Task
from agents.chat.talk import TalkHand
from agents.chat.team import Step, StepBegun, Team
from agents.store.conversations import Conversations
from agents.store.database import Database
from tests.engine.scripted import INFO, ScriptedEngine, ScriptedModels


class Scripted:
    """A hand of the test's own."""

    def __init__(self, act):
        self.act = act
        self.handed = []

    def takes(self, task):
        return bool(task)

    def run(self, handed, cancel):
        self.handed.append(handed)
        yield Token("…")
        return Given(self.act(handed, cancel), "test")


@pytest.fixture
def kept(tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    yield Conversations(database)
    database.close()


def routed(*tasks):
    routes = tuple(task.route for task in tasks)
    return Routed(routes[0], routes, tasks, 1.0, "words")


def ran(team, what, cancel=None, language="en"):
    events, made = [], team.run(what, "m", language, cancel or CancelToken())
    while True:
        try:
            events.append(next(made))
        except StopIteration as end:
            return events, end.value


def test_independent_tasks_run_beside_each_other():
    both = threading.Barrier(2, timeout=10)

    def meet(handed, _cancel):
        both.wait()
        return handed.task.text

    hand = Scripted(meet)
    team = Team({"answer": hand, "maths": hand}, ScriptedModels({}))
    events, steps = ran(team, routed(Task("one", "answer"), Task("two", "maths")))
    assert [step.given.text for step in steps] == ["one", "two"]
    assert sum(isinstance(event, StepBegun) for event in events) == 2


def test_a_task_waits_for_what_it_builds_on():
    hand = Scripted(lambda handed, _cancel: handed.task.text.upper() + "".join(handed.so_far))
    team = Team({"answer": hand}, ScriptedModels({}))
    _events, steps = ran(team, routed(Task("one", "answer"), Task("two", "answer", (0,))))
    assert [step.given.text for step in steps] == ["ONE", "TWOONE"]
    assert steps[1].began >= steps[0].ended


def test_a_problem_of_one_stops_the_others():
    stopped = threading.Event()

    def fail(_handed, _cancel):
        raise UserError("model.missing", model="x")

    def wait(_handed, cancel):
        cancel.wait(30)
        stopped.set()
        cancel.check()
        return ""

    team = Team({"answer": Scripted(wait), "maths": Scripted(fail)}, ScriptedModels({}))
    with pytest.raises(UserError) as caught:
        ran(team, routed(Task("one", "answer"), Task("two", "maths")))
    assert caught.value.code == "model.missing"
    assert stopped.is_set()


def test_cancel_stops_all():
    cancel = CancelToken()

    def wait(_handed, own):
        cancel.cancel()
        own.wait(30)
        own.check()
        return ""

    team = Team({"answer": Scripted(wait)}, ScriptedModels({}))
    with pytest.raises(CancelledError):
        ran(team, routed(Task("one", "answer"), Task("two", "answer")), cancel)


def test_the_commander_says_it_in_korean_and_keeps_the_numbers():
    talks = ScriptedEngine(["7 상자에 8개씩이므로 7 * 8 = 56개입니다."])
    hand = Scripted(lambda _handed, _cancel: "Seven boxes: 7 * 8 = 56.")
    team = Team({"answer": hand, "maths": hand}, ScriptedModels({"m": talks}))
    _events, (step,) = ran(team, routed(Task("상자가 일곱 개면?", "maths")), language="ko")
    assert (
        step.given.text
        == "7 상자에 8개씩이므로 7 * 8 = 56개입니다."[:0] + "Seven boxes: 7 * 8 = 56."
    )
    # a number was added (the 8 of "8개씩"), so the specialist's words stand


def test_a_faithful_rewording_is_taken():
    talks = ScriptedEngine(["상자 일곱 개에는 7 * 8 = 56개가 있습니다."])
    hand = Scripted(lambda _handed, _cancel: "Seven boxes hold 7 * 8 = 56.")
    team = Team({"answer": hand, "maths": hand}, ScriptedModels({"m": talks}))
    _events, (step,) = ran(team, routed(Task("상자가 일곱 개면?", "maths")), language="ko")
    assert step.given.text == "상자 일곱 개에는 7 * 8 = 56개가 있습니다."


class Fixed:
    """A router of the test's own."""

    def __init__(self, what):
        self.what = what

    def route(self, _text):
        return self.what


def chat(kept, what, engine):
    models = ScriptedModels({"m": engine})
    hands = {"answer": TalkHand(models), "maths": MathsHand(models, lambda model: model)}
    return ChatAgent(models, kept, "", Fixed(what), Team(hands, models))


def test_an_answer_of_the_team_is_stored_with_its_trace(kept):
    engine = ScriptedEngine("7 * 8 = 54")
    agent = chat(kept, routed(Task("Seven boxes of eight?", "maths")), engine)
    events = list(agent.run(ChatRequest("Seven boxes of eight?", "m"), CancelToken()))
    assert next(e for e in events if isinstance(e, RouteChosen)).routed.route == "maths"
    done = events[-1]
    assert isinstance(done, ChatDone)
    assert "7 * 8 = 54" in done.text
    assert "Does not hold:" in done.text
    assert "→ 56" in done.text
    _question, answer = kept.turns(done.conversation)
    assert (answer.content, answer.state, answer.model) == (done.text, "done", "Tiny MoA")
    (step,) = msgspec.json.decode(answer.trace, type=list[Step])
    assert step.given.wrong == ("7 * 8 = 54 → 56",)


def test_talk_goes_the_usual_way(kept):
    agent = chat(kept, routed(Task("Hello", "answer")), ScriptedEngine("Hi."))
    events = list(agent.run(ChatRequest("Hello", "m"), CancelToken()))
    assert next(e for e in events if isinstance(e, ChatStarted)).model_name == INFO.name
    assert kept.turns(events[-1].conversation)[-1].trace == ""


def test_who_takes_it_can_be_said(kept):
    agent = chat(kept, routed(Task("3+4", "maths")), ScriptedEngine("Seven, I think."))
    events = list(agent.run(ChatRequest("What is 3+4?", "m", route="answer"), CancelToken()))
    assert events[-1].text == "Seven, I think."
    agent = chat(kept, routed(Task("3+4", "answer")), ScriptedEngine("no"))
    events = list(agent.run(ChatRequest("What is 3+4?", "m", route="maths"), CancelToken()))
    assert events[-1].text == "3+4 = **7**"


def test_the_team_knows_what_was_said_before(kept):
    engine = ScriptedEngine("7 * 8 = 56")
    agent = chat(kept, routed(Task("How many in seven boxes of eight?", "maths")), engine)
    first = list(agent.run(ChatRequest("How many in seven boxes of eight?", "m"), CancelToken()))
    agent = chat(kept, routed(Task("And half of them?", "maths")), engine)
    again = ChatRequest("And half of them?", "m", conversation=first[-1].conversation)
    list(agent.run(again, CancelToken()))
    said = [message.content for message in engine.requests[-1].messages[1:]]
    assert said == ["How many in seven boxes of eight?", "7 * 8 = 56", "And half of them?"]


def test_several_tasks_are_answered_in_order(kept):
    engine = ScriptedEngine("Hello there.")
    what = routed(Task("What is 3+4?", "maths"), Task("Say hello.", "answer"))
    events = list(chat(kept, what, engine).run(ChatRequest("both", "m"), CancelToken()))
    assert events[-1].text == ("**What is 3+4?**\n\n3+4 = **7**\n\n**Say hello.**\n\nHello there.")
    assert not [event for event in events if isinstance(event, Notice)]


def test_a_stopped_team_leaves_a_stopped_answer(kept):
    cancel = CancelToken()

    def stop(_request):
        cancel.cancel()
        return "one two three"

    agent = chat(kept, routed(Task("Prove it.", "maths")), ScriptedEngine(stop))
    started = 0
    with pytest.raises(CancelledError):
        for event in agent.run(ChatRequest("Prove it.", "m"), cancel):
            started = event.conversation if isinstance(event, ChatStarted) else started
    assert kept.turns(started)[-1].state == "stopped"
