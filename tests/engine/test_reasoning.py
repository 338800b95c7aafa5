"""Thoughts are parted from answers, however the tokens cut them; words about tags are words."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.base import CancelToken, UserError
from agents.engine.port import (
    GenerationRequest,
    Message,
    TextPiece,
    ThoughtPiece,
    Tool,
    ToolCall,
    Waiting,
)
from agents.engine.reasoning import Thoughts
from agents.engine.stream import AnswerStream
from agents.engine.writer import Writer

OPENED = "<|im_start|>assistant\n<think>\n"
ASSISTANT = "<|im_start|>assistant\n"


def parted(pieces, prompt=ASSISTANT, *, thinks=True) -> tuple[str, str]:
    thoughts = Thoughts(prompt, thinks=thinks)
    made = [*map(thoughts.feed, pieces), thoughts.end()]
    return "".join(one for one, _ in made), "".join(other for _, other in made)


@pytest.mark.parametrize(
    ("prompt", "text", "thought", "answer"),
    [
        (ASSISTANT, "<think>\nLet me see.\n</think>\n\nFour.", "Let me see.", "Four."),
        (ASSISTANT, "<think></think>Four.", "", "Four."),
        (ASSISTANT, "\n <think>So.</think>Four.\n", "So.", "Four.\n"),
        (ASSISTANT, "Four. <think>no</think>", "", "Four. <think>no</think>"),
        (ASSISTANT, "  Four.", "", "  Four."),
        (ASSISTANT, "<thin", "", "<thin"),
        (OPENED, "Let me see.\n</think>\n\nFour.", "Let me see.", "Four."),
        ("<SPECIAL_11>Assistant\n<think>\n\n", "So.\n\n</think>\n\nFour.", "So.", "Four."),
        (OPENED, "I never", "I never", ""),
        (OPENED, "a <b> </thin </think>c", "a <b> </thin", "c"),
        (OPENED, "unfinished </thi", "unfinished </thi", ""),
        (f"{ASSISTANT}<think></think>", "\n\nFour.", "", "Four."),
        (f"{ASSISTANT}<think>\n\n</think>\n\n", "<think>x</think>", "", "<think>x</think>"),
        (OPENED, "", "", ""),
    ],
)
def test_thought_and_answer(prompt, text, thought, answer):
    assert parted([text], prompt) == (thought, answer)
    assert parted(list(text), prompt) == (thought, answer)


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_model_that_is_not_known_to_think_may_speak_of_the_tag(cut):
    for text in ("<think> is a tag.</think> Yes.", "<think>", "Write <think> and </think>."):
        assert parted([text[:cut], text[cut:]], thinks=False) == ("", text)
    text = "<think>\nI do.\n</think>\nYes."
    assert parted([text[:cut], text[cut:]], thinks=False) == ("I do.", "Yes.")


@given(
    text=st.lists(
        st.sampled_from(["<think>", "</think>", "<", "/", "think>", "a", "\n", " ", "한"]),
        max_size=12,
    ).map("".join),
    cuts=st.lists(st.integers(0, 60), max_size=8),
    prompt=st.sampled_from([ASSISTANT, OPENED, ASSISTANT + "<think></think>"]),
    thinks=st.booleans(),
)
def test_any_cut_gives_the_same_parts(text, cuts, prompt, thinks):
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[a:b] for a, b in itertools.pairwise(edges)]
    assert parted(pieces, prompt, thinks=thinks) == parted([text], prompt, thinks=thinks)


# ── written by tokens ──
class Words:
    """A vocabulary of these tokens; the last one ends an answer. Tags are control tokens."""

    vocab = None

    def __init__(self, *tokens: str, controls: tuple[str, ...] = ()) -> None:
        self._tokens = [*tokens, "<end>"]
        self._controls = controls
        self.vocabulary = len(self._tokens)

    def tokens(self, text: str, *, plain: bool) -> list[int]:
        if text in self._controls and not plain and text in self._tokens:
            return [self._tokens.index(text)]
        return [0] * len(text)

    def piece(self, token: int) -> bytes:
        text = self._tokens[token]
        return b"" if text in self._controls else text.encode()

    def is_end(self, token: int) -> bool:
        return token == self.vocabulary - 1


def write(*tokens: str, prompt=ASSISTANT, thinks=True, controls=(), **more):
    """One answer of these tokens; its stream."""
    model = Words(*tokens, controls=controls)
    request = GenerationRequest((Message("user", "?"),), **more)
    stream = AnswerStream(CancelToken(), lambda: None)
    writer = Writer(model, request, stream)  # pyright: ignore[reportArgumentType]
    writer.prompted(prompt, thinks=thinks)
    writer.begin()
    for token in range(model.vocabulary):
        logits = np.zeros(model.vocabulary, np.float32)
        logits[token] = 9
        if writer.take(logits) is None:
            break
    writer.close()
    return stream


@pytest.mark.parametrize("controls", [(), ("<think>", "</think>")])
def test_events_and_completion_know_thoughts(controls):
    stream = write(
        "<think>", "\n", "Two and", " two.", "\n", "</think>", "\n\n", "Four", ".",
        controls=controls,
    )  # fmt: skip
    assert list(stream) == ["Four", "."]
    events = list(stream.events())
    assert [type(event) for event in events] == [ThoughtPiece] * 2 + [TextPiece] * 2
    made = stream.result()
    assert (made.reasoning, made.text, made.finish) == ("Two and two.", "Four.", "stop")
    assert made.completion_tokens == 9


def test_a_thought_that_is_cut_by_length_is_no_answer():
    made = write("I", " think", " and", " think", prompt=OPENED, max_tokens=3).result()
    assert (made.reasoning, made.text, made.finish) == ("I think and", "", "length")


def test_stops_do_not_end_a_thought():
    made = write("a#b", "</think>", "c", "#d", prompt=OPENED, stop=("#",)).result()
    assert (made.reasoning, made.text, made.finish) == ("a#b", "c", "stop")


def test_an_answer_with_a_grammar_has_no_thoughts():
    stream = AnswerStream(CancelToken(), lambda: None)
    request = GenerationRequest((), json_schema='{"type": "boolean"}', grammar="root ::= [a]")
    with pytest.raises(UserError) as caught:
        Writer(Words(), request, stream).prompted("", thinks=True)  # pyright: ignore[reportArgumentType]
    assert caught.value.code == "engine.schema"


TOOLS = (Tool("add", "Adds.", '{"properties": {"a": {"type": "integer"}}}'),)
CALL_TAGS = ("<|tool_call_start|>", "<|tool_call_end|>")


def test_a_call_after_a_thought_is_an_event():
    stream = write(
        "So.", "</think>", "\n", "Wait.\n", CALL_TAGS[0], "[add(", "a=2)]", CALL_TAGS[1],
        prompt=OPENED, controls=CALL_TAGS, tools=TOOLS,
    )  # fmt: skip
    assert list(stream.events()) == [
        ThoughtPiece("So."),
        TextPiece("Wait."),
        ToolCall("add", '{"a": 2}'),
    ]
    made = stream.result()
    assert (made.text, made.tool_calls) == ("Wait.", (ToolCall("add", '{"a": 2}'),))


def test_a_call_that_is_cut_is_text():
    made = write(CALL_TAGS[0], "[add(", "a=", "2", tools=TOOLS, max_tokens=3).result()
    assert (made.text, made.tool_calls) == (f"{CALL_TAGS[0]}[add(a=", ())


def test_without_tools_a_call_is_text():
    text = '<tool_call>{"name": "add", "arguments": {}}</tool_call>'
    assert write(*text, thinks=False).result().text == text


def test_waiting_is_told_once_and_is_no_text():
    stream = AnswerStream(CancelToken(), lambda: None)
    stream.waiting(100, 20)
    stream.waiting(100, 30)
    stream.put("x")
    stream.waiting(100, 40)
    stream.reused_tokens = 7
    stream.finish("stop")
    assert list(stream.events()) == [Waiting(100, 20), TextPiece("x"), Waiting(100, 40)]
    assert list(stream) == ["x"]
    assert (stream.result().text, stream.result().reused_tokens) == ("x", 7)
