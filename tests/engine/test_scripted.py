"""The scripted engine keeps the port's promises, or it would hide faults of its callers."""

from __future__ import annotations

import dataclasses
import threading

import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.engine.port import (
    GenerationRequest,
    Message,
    TextPiece,
    ThoughtPiece,
    Tool,
    ToolCall,
)
from tests.engine.scripted import INFO, ScriptedEngine, ScriptedModels


def ask(text: str = "hello", **more) -> GenerationRequest:
    return GenerationRequest((Message("user", text),), **more)


def test_it_streams_words_that_make_the_text():
    text = "  One two\n\nthree 한글. "
    stream = ScriptedEngine(text).submit(ask(), CancelToken())
    assert "".join(stream) == text == stream.result().text
    assert len(list(stream)) == 4
    assert stream.result().finish == "stop"


def test_answers_from_a_function_a_table_and_a_list():
    assert ScriptedEngine(lambda r: r.id).submit(ask(id="x"), CancelToken()).result().text == "x"
    assert ScriptedEngine({"a": "b"}).submit(ask("a"), CancelToken()).result().text == "b"
    listed = ScriptedEngine(["1", "2"])
    assert [listed.submit(ask(), CancelToken()).result().text for _again in range(2)] == ["1", "2"]
    assert [request.messages[0].content for request in listed.requests] == ["hello"] * 2


def test_length_stop_and_context():
    engine = ScriptedEngine("a b c STOP d")
    assert engine.submit(ask(max_tokens=2), CancelToken()).result().finish == "length"
    assert engine.submit(ask(stop=("STOP",)), CancelToken()).result().text == "a b c "
    with pytest.raises(UserError):
        engine.submit(ask("w " * 5000), CancelToken()).result()


def test_cancelling_keeps_what_was_made():
    cancel = CancelToken()
    stream = ScriptedEngine("word " * 500, delay=0.005).submit(ask(), cancel)
    threading.Timer(0.05, cancel.cancel).start()
    with pytest.raises(CancelledError):
        list(stream)
    made = stream.so_far
    assert made.finish == "cancelled"
    assert 0 < made.completion_tokens < 500


def test_thoughts_and_calls_are_events():
    answer = '<think>Let me look.</think> Yes: <tool_call>{"name": "look"}</tool_call>'
    thinker = ScriptedEngine(answer, dataclasses.replace(INFO, thinks=True))
    stream = thinker.submit(ask(tools=(Tool("look", "", "{}"),)), CancelToken())
    assert list(stream) == ["Yes:"]
    assert list(stream.events()) == [
        ThoughtPiece("Let"),
        ThoughtPiece(" me"),
        ThoughtPiece(" look."),
        TextPiece("Yes:"),
        ToolCall("look", "{}"),
    ]
    made = stream.result()
    assert (made.reasoning, made.text) == ("Let me look.", "Yes:")
    assert made.tool_calls == (ToolCall("look", "{}"),)
    assert made.completion_tokens == 6
    assert ScriptedEngine(answer).submit(ask(), CancelToken()).result().text == answer


def test_a_failure_is_raised_for_every_reader():
    def fails(_request):
        raise UserError("engine.failed", reason="x")

    stream = ScriptedEngine(fails).submit(ask(), CancelToken())
    for _reader in range(2):
        with pytest.raises(UserError):
            list(stream)


def test_map_is_lazy_bounded_and_in_any_order():
    def fails_twice(request):
        if request.id == "2":
            raise UserError("engine.failed", reason="x")
        return request.id

    engine = ScriptedEngine(fails_twice, newest_first=True)
    asked = []

    def source():
        for number in range(6):
            asked.append(number)
            yield ask(id=str(number))

    seen = []
    for name, made in engine.map(source(), 2, CancelToken()):
        seen.append(name)
        assert made.finish == ("failed" if name == "2" else "stop")
        assert len(asked) <= len(seen) + 1
    assert sorted(seen) == list("012345") != seen
    assert engine.most_in_flight == 2


def test_models_lend_and_miss():
    models = ScriptedModels({"m": ScriptedEngine("x")})
    with models.borrow("m") as engine:
        assert engine.submit(ask(), CancelToken()).result().text == "x"
        assert models.resident()[0].borrowed == 1
        assert models.free() == 0
    assert models.free() > 0
    with pytest.raises(UserError) as caught:
        models.borrow("other")
    assert caught.value.code == "model.missing"
