"""Tool calls as models write them; what cannot be read is shown."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engine.port import Tool, ToolCall
from agents.engine.toolcalls import FORMS, ToolCalls, listed, written

SEARCH = Tool(
    "search",
    "Finds works.",
    json.dumps(
        {
            "type": "object",
            "properties": {"query": {"type": "string"}, "limit": {"type": "integer"}, "tags": {}},
        }
    ),
)
TOOLS = (SEARCH, Tool("now", "The time.", ""))


def read(*pieces: str) -> tuple[str, list[tuple[str, object]]]:
    calls = ToolCalls(TOOLS)
    made = [part for piece in pieces for part in calls.feed(piece)] + calls.end()
    text = "".join(part for part in made if isinstance(part, str))
    return text, [
        (part.name, json.loads(part.arguments)) for part in made if isinstance(part, ToolCall)
    ]


LFM = "<|tool_call_start|>{}<|tool_call_end|>"
HERMES = "<tool_call>\n{}\n</tool_call>"


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        # LFM2 and LFM2.5: Python
        (LFM.format('[search(query="글", limit=3)]'), [("search", {"query": "글", "limit": 3})]),
        (LFM.format('search(query="x")'), [("search", {"query": "x"})]),
        (LFM.format("[now(), now()]"), [("now", {}), ("now", {})]),
        (
            LFM.format("[search(query='a \"b\"', tags=['x', {'y': None, 'z': true}])]"),
            [("search", {"query": 'a "b"', "tags": ["x", {"y": None, "z": True}]})],
        ),
        (LFM.format('[search("x", 2)]'), [("search", {"query": "x", "limit": 2})]),
        (LFM.format('[search(**{"query": "x"}, limit=-2)]'),
         [("search", {"query": "x", "limit": -2})]),
        (LFM.format(r'[search(query="C:\dir \d+\2")]'), [("search", {"query": r"C:\dir \d+\2"})]),
        (LFM.format("[web.search(query=false)]"), [("web.search", {"query": False})]),
        # ... and JSON, when told so
        (LFM.format('[{"name": "now", "arguments": {}, "id": "1"}]'), [("now", {})]),
        # Hermes, Qwen, Falcon-H1
        (HERMES.format('{"name": "search", "arguments": {"query": "x"}}'),
         [("search", {"query": "x"})]),
        (HERMES.format('[{"name": "now"}, {"name": "now", "arguments": null}]'),
         [("now", {}), ("now", {})]),
        (HERMES.format('{"name": "now"}\n{"name": "now"}'), [("now", {}), ("now", {})]),
        (HERMES.format('{"type": "function", "function": {"name": "now", "arguments": "{}"}}'),
         [("now", {})]),
        # Nemotron
        ('<TOOLCALL>[{"name": "search", "arguments": {"query": "x"}}]</TOOLCALL>',
         [("search", {"query": "x"})]),
        (
            HERMES.format(
                "<function=search>\n<parameter=query>\n12\ntwo\n</parameter>\n"
                "<parameter=limit>\n3\n</parameter>\n<parameter=tags>\n[1, True]\n</parameter>\n"
                "<parameter=other>False</parameter>\n</function>"
            ),
            [("search", {"query": "12\ntwo", "limit": 3, "tags": "[1, True]", "other": False})],
        ),
        (HERMES.format("<function=now>\n</function>"), [("now", {})]),
    ],
)  # fmt: skip
def test_calls_are_read(text, calls):
    assert read(text) == ("", calls)
    assert read(*text) == ("", calls)
    assert read(f"Let me look.\n\n{text}\n") == ("Let me look.", calls)
    opened, closing = next(form for form in FORMS if form[0] in text)
    assert read(text.removesuffix(closing)) == ("", calls)  # ended without its tag
    assert read(text, text.replace(opened, f"\n{opened}")) == ("", calls * 2)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not a call",
        "[search(query=open('x'))]",
        "[search(query=__import__('os').system('x'))]",
        "[search(query=x)]",
        "search(1, 2, 3, 4)",
        '{"name": "search", "arguments": [1]}',
        '{"name": "search", "arguments": {"x": NaN}}',
        '{"arguments": {}}',
        '{"name": 3}',
        '[{"name": "now"}, 7]',
        '{"name": "now"',
        "<function=search><parameter=query>x</function>",
        "<function=search>query</function>",
        "[" * 50_000,
        "f(" * 3_000,
        "x" * 200_000,
        "[now(\0)]",
        '"\\ud800\\u"',
    ],
)
def test_a_broken_call_is_shown(body):
    for form in FORMS:
        text = f"{form[0]}{body}{form[1]}"
        assert read(f"Yes. {text} done") == (f"Yes. {text} done", [])
        if body.strip():
            assert read(f"Yes. {form[0]}{body}") == (f"Yes. {form[0]}{body}", [])


def test_text_without_calls_streams_at_once():
    calls = ToolCalls(TOOLS)
    assert calls.feed("a < b") == ["a < b"]
    assert calls.feed(" and <tool") == [" and"]
    assert calls.feed("s>") == [" <tools>"]
    assert calls.feed("\n") == []
    assert calls.end() == []


@given(
    parts=st.lists(
        st.sampled_from([
            "<tool_call>", "</tool_call>", "<TOOLCALL>", "</TOOLCALL>", "<tool", "_call>", "x",
            '{"name": "now"}', "\n", " ", "한",
        ]),
        max_size=10,
    ),
    cuts=st.lists(st.integers(0, 80), max_size=8),
)  # fmt: skip
def test_any_cut_gives_the_same(parts, cuts):
    text = "".join(parts)
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[a:b] for a, b in itertools.pairwise(edges)]
    assert read(*pieces) == read(text)


@pytest.mark.parametrize("liquid", [True, False])
def test_what_was_called_can_be_written_and_read_again(liquid):
    arguments = {"query": 'a "b" \\ 한\n', "limit": 3, "tags": [None, True, {"x": 1.5}]}
    calls = [
        {"type": "function", "function": {"name": "search", "arguments": arguments}},
        {"type": "function", "function": {"name": "now", "arguments": {}}},
    ]
    text = written(calls, liquid=liquid)
    assert read(text) == ("", [("search", arguments), ("now", {})])


def test_tools_are_listed_as_the_family_was_taught():
    tools = [{"type": "function", "function": {"name": "now", "description": "시각"}}]
    told = listed(tools, liquid=True)
    assert told == 'List of tools: [{"name": "now", "description": "시각"}]'
    assert '<tools>\n{"name": "now"' in listed(tools, liquid=False)
