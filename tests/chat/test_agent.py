"""The chat agent: what it stores, how it ends."""

from __future__ import annotations

import dataclasses
import threading

import pytest

from agents.base import CancelledError, CancelToken, Notice, Token, UserError
from agents.chat import trace
from agents.chat.agent import ChatAgent
from agents.chat.events import ChatDone, ChatRequest, ChatStarted, ChatStored, Manner, Thought
from agents.engine.port import Waiting
from agents.store.conversations import Conversations
from agents.store.database import Database
from tests.engine.scripted import INFO, ScriptedEngine, ScriptedModels


@pytest.fixture
def kept(tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    yield Conversations(database)
    database.close()


def agent_with(kept, answer, **more):
    engine = ScriptedEngine(lambda _request: answer, **more)
    return ChatAgent(ScriptedModels({"m": engine}), kept), engine


def test_an_answer_streams_and_is_stored(kept):
    agent, _engine = agent_with(kept, "Three hours and a quarter.")
    events = list(agent.run(ChatRequest("How long?", "m"), CancelToken()))
    started = next(event for event in events if isinstance(event, ChatStarted))
    done = events[-1]
    assert isinstance(done, ChatDone)
    streamed = "".join(event.text for event in events if isinstance(event, Token))
    assert streamed == done.text == "Three hours and a quarter."
    question, answer = kept.turns(started.conversation)
    assert (question.content, answer.content, answer.state) == ("How long?", done.text, "done")
    assert kept.list()[0].title == "How long?"


def test_thoughts_are_told_and_not_stored(kept):
    thinker = dataclasses.replace(INFO, thinks=True)
    agent, engine = agent_with(kept, "<think>\nLet me see.\n</think>\n\nThree hours.", info=thinker)
    events = list(agent.run(ChatRequest("How long?", "m"), CancelToken()))
    thought = "".join(event.text for event in events if isinstance(event, Thought))
    answer = "".join(event.text for event in events if isinstance(event, Token))
    assert (thought, answer) == ("Let me see.", "Three hours.")
    assert (events[-1].text, events[-1].reasoning) == (answer, thought)
    assert kept.turns(events[-1].conversation)[-1].content == answer
    assert engine.requests[0].template_variables == (("enable_thinking", True),)


def test_a_model_that_does_not_think_may_write_of_tags(kept):
    agent, engine = agent_with(kept, "<think> is a tag.")
    done = list(agent.run(ChatRequest("What is it?", "m"), CancelToken()))[-1]
    assert (done.text, done.reasoning) == ("<think> is a tag.", "")
    assert engine.requests[0].template_variables == ()


def test_who_has_to_wait_for_room_is_told(kept):
    class Full(ScriptedEngine):
        def submit(self, request, cancel):
            stream = super().submit(request, cancel)
            stream._made.append(Waiting(300, 20))
            return stream

    agent = ChatAgent(ScriptedModels({"m": Full("Now.")}), kept)
    events = list(agent.run(ChatRequest("Hello?", "m"), CancelToken()))
    notices = [event for event in events if isinstance(event, Notice)]
    assert notices == [Notice("chat.waiting", (("needed", 300), ("free", 20)))]
    assert events[-1].text == "Now."


def test_the_model_sees_the_conversation_so_far(kept):
    agent, engine = agent_with(kept, "Yes.")
    first = list(
        agent.run(ChatRequest("One?", "m", manner=Manner(system="Be brief.")), CancelToken())
    )[-1]
    list(agent.run(ChatRequest("Two?", "m", conversation=first.conversation), CancelToken()))
    said = [(message.role, message.content) for message in engine.requests[-1].messages]
    assert said == [("user", "One?"), ("assistant", "Yes."), ("user", "Two?")]
    assert engine.requests[0].messages[0].content == "Be brief."


def test_regenerating_shows_another_answer_and_keeps_the_first(kept):
    agent, engine = agent_with(kept, "Again.")
    first = list(agent.run(ChatRequest("One?", "m"), CancelToken()))[-1]
    request = ChatRequest("", "m", conversation=first.conversation, regenerate=True, seed=7)
    list(agent.run(request, CancelToken()))
    question, answer = kept.turns(first.conversation)
    assert (question.content, answer.content) == ("One?", "Again.")
    assert answer.siblings == (first.turn, answer.id)
    assert engine.requests[-1].sampling.seed == 7
    assert [message.content for message in engine.requests[-1].messages] == ["One?"]


def asked(agent, **more):
    """The last event of a request, and what the model was shown."""
    return list(agent.run(ChatRequest(model="m", **more), CancelToken()))[-1]


def test_an_edited_question_is_answered_in_a_branch_of_its_own(kept):
    agent, engine = agent_with(kept, lambda request: f"To {request.messages[-1].content}")
    engine._answers = lambda request: f"To {request.messages[-1].content}"
    talk = asked(agent, question="One?").conversation
    asked(agent, question="Two?", conversation=talk)
    asked(agent, question="Three?", conversation=talk)
    two = kept.turns(talk)[2]
    asked(agent, question="Two, otherwise?", conversation=talk, edits=two.id)
    said = [message.content for message in engine.requests[-1].messages]
    assert said == ["One?", "To One?", "Two, otherwise?"]
    asked(agent, question="More?", conversation=talk)
    assert [turn.content for turn in kept.turns(talk)][-3:] == [
        "To Two, otherwise?",
        "More?",
        "To More?",
    ]
    kept.switch(talk, two.id)
    assert [turn.content for turn in kept.turns(talk)][-2:] == ["Three?", "To Three?"]


def test_a_question_in_the_middle_is_answered_again_by_another_model(kept):
    engines = {name: ScriptedEngine(f"From {name}.") for name in ("m", "other")}
    agent = ChatAgent(ScriptedModels(engines), kept)
    talk = asked(agent, question="One?").conversation
    asked(agent, question="Two?", conversation=talk)
    one = kept.turns(talk)[0]
    request = ChatRequest("", "other", conversation=talk, regenerate=True, answers=one.id)
    list(agent.run(request, CancelToken()))
    assert [turn.content for turn in kept.turns(talk)] == ["One?", "From other."]
    assert [m.content for m in engines["other"].requests[-1].messages] == ["One?"]
    answers = kept.turns(talk)[1].siblings
    kept.switch(talk, answers[0])
    assert [turn.content for turn in kept.turns(talk)] == ["One?", "From m.", "Two?", "From m."]


def test_an_answer_that_fails_again_leaves_the_old_one_in_sight(kept):
    agent, _engine = agent_with(kept, "First.")
    talk = asked(agent, question="One?").conversation
    request = ChatRequest("", "unknown", conversation=talk, regenerate=True)
    with pytest.raises(UserError):
        list(agent.run(request, CancelToken()))
    assert [turn.content for turn in kept.turns(talk)] == ["One?", "First."]


def test_an_answer_that_breaks_before_its_first_word_leaves_no_empty_branch(kept):
    agent, engine = agent_with(kept, "First.")
    talk = asked(agent, question="One?").conversation

    def broken(_request):
        raise UserError("engine.context_full")

    engine._answers = broken
    with pytest.raises(UserError):
        asked(agent, question="", conversation=talk, regenerate=True)
    assert [(turn.content, turn.siblings) for turn in kept.turns(talk)] == [
        ("One?", ()),
        ("First.", ()),
    ]


def test_the_question_is_stored_before_the_model_is_there(kept):
    agent, _engine = agent_with(kept, "x")
    running = agent.run(ChatRequest("Hello", "unknown"), CancelToken())
    stored = next(running)
    with pytest.raises(UserError):
        next(running)
    assert isinstance(stored, ChatStored)
    assert [turn.id for turn in kept.turns(stored.conversation)] == [stored.question_turn]


def test_a_wrong_sum_of_the_commanders_own_is_found_and_kept(kept):
    agent, _engine = agent_with(kept, "17 × 23 = 381, and 2 + 2 = 4.")
    done = asked(agent, question="What is it?")
    assert done.steps == ()  # nobody of the team
    assert done.trace.wrong == ("17 × 23 = 381 → 391",)
    stored = trace.read(kept.turns(done.conversation)[-1].trace)
    assert (stored.by, stored.wrong) == (trace.ALONE, done.trace.wrong)


def test_an_answer_that_holds_leaves_no_trace(kept):
    agent, _engine = agent_with(kept, "17 × 23 = 391.")
    done = asked(agent, question="What is it?")
    assert done.trace is None
    assert kept.turns(done.conversation)[-1].trace == ""


def test_a_stopped_answer_is_kept_as_far_as_it_came(kept):
    agent, _engine = agent_with(kept, "word " * 1000, delay=0.005)
    cancel = CancelToken()
    got = []
    with pytest.raises(CancelledError):
        for event in agent.run(ChatRequest("Talk.", "m"), cancel):
            if isinstance(event, Token):
                got.append(event.text)
                if len(got) == 5:
                    cancel.cancel()
    answer = kept.turns(kept.list()[0].id)[-1]
    assert answer.state == "stopped"
    assert answer.content == "".join(got)


def test_a_reader_who_leaves_stops_the_answer(kept):
    agent, _engine = agent_with(kept, "word " * 1000, delay=0.001)
    running = agent.run(ChatRequest("Talk.", "m"), CancelToken())
    for event in running:
        if isinstance(event, Token):
            break
    running.close()
    assert kept.turns(kept.list()[0].id)[-1].state == "stopped"


def test_an_engine_that_fails_leaves_the_question_and_what_was_said(kept):
    def broken(_request):
        raise UserError("engine.context_full")

    agent = ChatAgent(ScriptedModels({"m": ScriptedEngine(broken)}), kept)
    with pytest.raises(UserError):
        list(agent.run(ChatRequest("Why?", "m"), CancelToken()))
    turns = kept.turns(kept.list()[0].id)
    assert [turn.content for turn in turns] == ["Why?", ""]
    assert turns[-1].state == "interrupted"


def test_an_answer_cut_by_length_says_so(kept):
    agent, _engine = agent_with(kept, "one two three four five six")
    done = list(agent.run(ChatRequest("Count.", "m", max_tokens=3), CancelToken()))[-1]
    assert done.finish == "length"
    assert kept.turns(done.conversation)[-1].state == "length"


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (ChatRequest("", "m"), "chat.empty"),
        (ChatRequest(" \n ", "m"), "chat.empty"),
        (ChatRequest("Hello", ""), "chat.no_model"),
        (ChatRequest("Hello", "m", conversation=99), "chat.gone"),
        (ChatRequest("", "m", regenerate=True), "chat.nothing_to_regenerate"),
        (ChatRequest("", "m", regenerate=True, answers=5), "chat.nothing_to_regenerate"),
        (ChatRequest("Hello", "unknown"), "model.missing"),
    ],
)
def test_bad_requests_are_sentences(kept, request_, code):
    agent, _engine = agent_with(kept, "x")
    with pytest.raises(UserError) as caught:
        list(agent.run(request_, CancelToken()))
    assert caught.value.code == code


def test_only_a_question_can_be_edited_or_answered(kept):
    agent, _engine = agent_with(kept, "Yes.")
    first = asked(agent, question="One?")
    for turn in (first.turn, 9999):
        with pytest.raises(UserError) as caught:
            asked(agent, question="Other?", conversation=first.conversation, edits=turn)
        assert caught.value.code == "chat.message_gone"
        request = ChatRequest("", "m", first.conversation, regenerate=True, answers=turn)
        with pytest.raises(UserError) as caught:
            list(agent.run(request, CancelToken()))
        assert caught.value.code == "chat.nothing_to_regenerate"
    assert len(kept.turns(first.conversation)) == 2


def test_a_korean_question_to_an_english_model_is_announced(kept, english_info):
    agent, _engine = agent_with(kept, "?", info=english_info)
    events = list(agent.run(ChatRequest("얼마나 걸려?", "m"), CancelToken()))
    assert isinstance(events[1], Notice)
    assert events[1].code == "chat.model_lacks_korean"
    events = list(agent.run(ChatRequest("How long?", "m"), CancelToken()))
    assert not any(isinstance(event, Notice) for event in events)


@pytest.fixture
def english_info():
    info = ScriptedEngine(lambda _request: "").info
    return dataclasses.replace(info, languages=("en",))


def test_several_conversations_run_at_once(kept):
    agent, _engine = agent_with(kept, "an answer of five words", delay=0.002)
    done: list[ChatDone] = []

    def ask(number):
        done.append(list(agent.run(ChatRequest(f"Question {number}?", "m"), CancelToken()))[-1])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({event.conversation for event in done}) == 6
    for event in done:
        assert [turn.state for turn in kept.turns(event.conversation)] == ["done", "done"]
