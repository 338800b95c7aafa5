"""Tiny MoA: tasks beside and after each other, and what becomes of them in a conversation."""

from __future__ import annotations

import threading

import pytest

from agents.base import CancelledError, CancelToken, Notice, Token, UserError
from agents.chat import rewording, trace
from agents.chat.agent import ChatAgent
from agents.chat.events import ChatDone, ChatRequest, ChatStarted, RouteChosen
from agents.chat.hands import Given
from agents.chat.maths import MathsHand
from agents.chat.program import CodeHand
from agents.chat.routing.router import Routed, Task
from agents.chat.talk import TalkHand
from agents.chat.team import Team, answer
from agents.chat.trace import StepBegun
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
    both = threading.Barrier(2, timeout=60)

    def meet(handed, _cancel):
        both.wait()
        return handed.task.text

    hand = Scripted(meet)
    team = Team({"answer": hand, "maths": hand}, ScriptedModels({}))
    events, steps = ran(team, routed(Task("one", "answer"), Task("two", "maths")))
    assert [step.given.text for step in steps] == ["one", "two"]
    assert sum(isinstance(event, StepBegun) for event in events) == 2


@pytest.mark.parametrize(
    ("text", "share", "files", "hand"),
    [
        ("Say three.", 0.86, (), "answer"),
        ("Say three.", 0.86, (7,), "document"),
        ("제3조를 요약해줘", 0.99, (), "document"),
        ("What does report.pdf say?", 0.6, (), "document"),
        ("첨부한 계약서 요약해줘", 0.6, (), "document"),
    ],
)
def test_where_there_is_no_file_only_what_surely_means_one_asks_for_it(text, share, files, hand):
    hands = {name: Scripted(None) for name in ("answer", "document")}
    what = Routed("document", ("document",), (Task(text, "document"),), share, "words")
    team = Team(hands, ScriptedModels({"m": ScriptedEngine("")}))
    assert team.takes(what, files) == (hand == "document")


def test_a_task_waits_for_what_it_builds_on():
    hand = Scripted(lambda handed, _cancel: handed.task.text.upper() + "".join(handed.so_far))
    team = Team({"answer": hand}, ScriptedModels({}))
    _events, steps = ran(team, routed(Task("one", "answer"), Task("two", "answer", (0,))))
    assert [step.given.text for step in steps] == ["ONE", "TWOONE"]
    assert steps[1].began >= steps[0].ended


def test_a_translation_is_the_translators_also_where_its_text_is_made_before():
    class Translator(Scripted):
        def takes(self, task):
            return False  # it holds no text

    talk = Scripted(lambda _handed, _cancel: "Summary.")
    translator = Translator(lambda handed, _cancel: f"<{handed.so_far[0]}>")
    team = Team({"answer": talk, "translate": translator}, ScriptedModels({}))
    what = routed(Task("sum up", "answer"), Task("영어로 번역해 줘", "translate", (0,)))
    _events, steps = ran(team, what)
    assert steps[1].given.text == "<Summary.>"
    alone = routed(Task("영어로 번역해 줘", "translate"))
    assert ran(team, alone)[1][0].given.text == "Summary."


def failing(code="file.unreadable"):
    def fail(_handed, _cancel):
        raise UserError(code, path="x")

    return Scripted(fail)


def test_what_one_cannot_do_does_not_take_the_others_work_away():
    team = Team(
        {"answer": Scripted(lambda _handed, _cancel: "Fine."), "tool": failing()},
        ScriptedModels({}),
    )
    events, steps = ran(
        team, routed(Task("a", "tool"), Task("b", "answer"), Task("c", "answer", (0,)))
    )
    assert [step.given.text for step in steps] == ["", "Fine.", ""]
    assert [step.given.failed for step in steps] == [
        "file.unreadable",
        "",
        "chat.step_skipped",
    ]
    assert steps[0].given.failed_values == (("path", "x"),)
    assert Notice("file.unreadable", (("path", "x"),)) in events
    assert answer(steps, "en").split("\n\n") == [
        "**a**",
        "(This part could not be done.)",
        "**b**",
        "Fine.",
        "**c**",
        "(This part could not be done.)",
    ]


def test_where_nothing_can_be_done_the_first_reason_is_raised():
    team = Team({"answer": failing(), "tool": failing("file.locked")}, ScriptedModels({}))
    with pytest.raises(UserError) as caught:
        ran(team, routed(Task("a", "answer"), Task("b", "answer", (0,))))
    assert caught.value.code == "file.unreadable"
    with pytest.raises(UserError):
        ran(team, routed(Task("a", "tool")))


def test_a_bug_of_one_stops_the_others():
    stopped = threading.Event()

    def wait(_handed, cancel):
        cancel.wait(30)
        stopped.set()
        cancel.check()
        return ""

    def fail(_handed, _cancel):
        raise ZeroDivisionError

    team = Team({"answer": Scripted(wait), "maths": Scripted(fail)}, ScriptedModels({}))
    with pytest.raises(ZeroDivisionError):
        ran(team, routed(Task("one", "answer"), Task("two", "maths")))
    assert stopped.is_set()


class Crowded(ScriptedModels):
    """Room for one model in use at a time, and for none of some ids."""

    def __init__(self, engines, never=()):
        super().__init__(engines)
        self.never = never
        self.refused = []

    def borrow(self, model_id, cancel=None):
        others = sum(count for name, count in self.borrowed.items() if name != model_id)
        if others or model_id in self.never:
            self.refused.append(model_id)
            raise UserError("model.too_big", model=model_id, needed=2.0, available=1.0)
        return super().borrow(model_id, cancel)


def specialists(models):
    return Team(
        {
            "answer": TalkHand(models),
            "maths": MathsHand(models, lambda _model: "falcon"),
            "code": CodeHand(models, lambda _model: "coder"),
        },
        models,
    )


def test_two_specialists_without_room_beside_each_other_take_turns():
    gate = threading.Event()

    def solve(_request):
        assert gate.wait(20)
        return "7 * 8 = 56"

    models = Crowded({})
    models.engines = {
        "falcon": ScriptedEngine(solve),
        "coder": ScriptedEngine("```python\nprint(1)\n```"),
    }
    models.borrowed = dict.fromkeys(models.engines, 0)
    made = specialists(models).run(
        routed(Task("Seven boxes of eight?", "maths"), Task("Print one.", "code")),
        "m",
        "en",
        CancelToken(),
    )
    events = []
    while True:
        try:
            events.append(next(made))
        except StopIteration as end:
            steps = end.value
            break
        if sum(isinstance(event, StepBegun) for event in events) == 2:
            gate.set()
    assert [step.given.text for step in steps] == ["7 * 8 = 56", "```python\nprint(1)\n```"]
    assert not [event for event in events if isinstance(event, Notice)]


@pytest.mark.parametrize("error", ["model.too_big", "model.damaged", "model.missing"])
def test_without_its_specialist_a_task_is_the_commanders_and_says_so(error):
    class Broken(ScriptedModels):
        def borrow(self, model_id, cancel=None):
            if model_id == "falcon":
                raise UserError(error, model="Falcon", path="x", reason="y")
            return super().borrow(model_id, cancel)

    models = Broken({"m": ScriptedEngine("7 * 8 = 54")})
    events, (step,) = ran(specialists(models), routed(Task("Seven boxes of eight?", "maths")))
    code = "chat.no_room" if error == "model.too_big" else "chat.no_specialist"
    assert Notice(code, (("model", "Falcon"),)) in events
    assert "commander" in step.given.notes
    assert step.given.wrong == ("7 * 8 = 54 → 56",)  # the check holds on this path as well


def test_a_translation_into_english_is_not_put_back_into_korean():
    talks = ScriptedEngine("안녕하세요, 저는 학생입니다 그리고 여기 삽니다.")
    hand = Scripted(lambda _handed, _cancel: "Hello, I am a student and I live here.")
    team = Team({"answer": hand, "translate": hand}, ScriptedModels({"m": talks}))
    task = Task("이 글을 영어로 옮겨줘: 안녕하세요", "translate")
    _events, (step,) = ran(team, routed(task), language="ko")
    assert step.given.text == "Hello, I am a student and I live here."
    assert talks.requests == []


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
    talks = ScriptedEngine("7 상자에 8개씩이므로 7 * 8 = 56개입니다.")
    hand = Scripted(lambda _handed, _cancel: "Seven boxes hold 7 * 8 = 56 apples.")
    team = Team({"answer": hand, "maths": hand}, ScriptedModels({"m": talks}))
    _events, (step,) = ran(team, routed(Task("상자가 일곱 개면?", "maths")), language="ko")
    # A number was added (the 8 of "8개씩"), so it is asked once more, and then the specialist's
    # words stand.
    assert step.given.text == "Seven boxes hold 7 * 8 = 56 apples."
    assert step.given.notes == ("kept",)
    assert len(talks.requests) == 2


def test_a_faithful_rewording_is_taken():
    talks = ScriptedEngine(["상자 일곱 개에는 7 * 8 = 56개가 있습니다."])
    hand = Scripted(lambda _handed, _cancel: "Seven boxes hold 7 * 8 = 56.")
    team = Team({"answer": hand, "maths": hand}, ScriptedModels({"m": talks}))
    _events, (step,) = ran(team, routed(Task("상자가 일곱 개면?", "maths")), language="ko")
    assert step.given.text == "상자 일곱 개에는 7 * 8 = 56개가 있습니다."
    assert step.given.notes == ("reworded",)


def test_code_is_not_shown_to_who_says_it_in_korean():
    code = "```python\ntotal = 7 * 8\n```"
    talks = ScriptedEngine(["상자를 세는 방법은 아래 코드와 같습니다.\n\n⟦1⟧"])
    hand = Scripted(lambda _handed, _cancel: f"This is how boxes are counted:\n\n{code}")
    team = Team({"answer": hand, "code": hand}, ScriptedModels({"m": talks}))
    _events, (step,) = ran(team, routed(Task("상자 세는 코드", "code")), language="ko")
    assert step.given.text == f"상자를 세는 방법은 아래 코드와 같습니다.\n\n{code}"
    assert "total" not in talks.requests[0].messages[-1].content


@pytest.mark.parametrize(
    "said",
    [
        "상자를 세는 방법은 아래 코드와 같습니다.",  # the code is gone
        "상자를 세는 방법은 아래와 같습니다. ⟦1⟧ ⟦1⟧",
        "This is how boxes are counted: ⟦1⟧",
        "상자는 모두 3 * 4 = 13개이므로 방법은 ⟦1⟧과 같습니다.",
    ],
)
def test_an_unfaithful_rewording_is_not_taken(said):
    first = "This is how boxes are counted:\n\n```python\n1\n```"
    hand = Scripted(lambda _handed, _cancel: first)
    team = Team({"answer": hand, "code": hand}, ScriptedModels({"m": ScriptedEngine(said)}))
    _events, (step,) = ran(team, routed(Task("상자 세는 코드", "code")), language="ko")
    assert step.given.text == first
    assert step.given.notes == ("kept",)


def test_an_equation_that_a_rewording_breaks_is_found():
    assert rewording.faithful("일곱 상자에는 7 * 8 = 56개가 있습니다.", "So 7 * 8 = 56.", "ko")
    assert not rewording.faithful("일곱 상자에는 7 + 8 = 56개가 있습니다.", "So 7 * 8 = 56.", "ko")


class Fixed:
    """A router of the test's own."""

    def __init__(self, what):
        self.what = what

    def route(self, _text, _cancel, _commander):
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
    (step,) = trace.read(answer.trace).steps
    assert step.given.wrong == ("7 * 8 = 54 → 56",)


def test_what_was_kept_at_first_can_still_be_read():
    old = (
        '[{"number":0,"route":"maths","text":"3+4?","given":{"text":"7","by":"calculator",'
        '"tokens":0,"checked":1,"wrong":[],"exact":true},"began":0.1,"ended":0.2}]'
    )
    (step,) = trace.read(old).steps
    assert (step.given.by, step.after, step.given.notes) == ("calculator", (), ())
    assert trace.read("") is None
    assert trace.read('{"steps": 3}') is None
    made = trace.Trace((step,), "words", 0.9, 0.001)
    assert trace.read(trace.written(made)) == made


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
