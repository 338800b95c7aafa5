"""JSON Schema as a grammar: what obeys it is written, what does not cannot be."""

from __future__ import annotations

import json
import re

import pytest

from agents.base import CancelToken, UserError
from agents.engine import native
from agents.engine.port import GenerationRequest, Message, Sampling
from agents.engine.sampling import Sampler
from agents.engine.schema import _between, grammar_of


@pytest.fixture(scope="module")
def model(starter_models):
    with starter_models.borrow("smol") as engine:
        yield engine._model


def obeys(model, grammar: str, text: str) -> bool:
    """Whether llama.cpp lets a model write exactly this."""
    lib = native.llama()
    sampler = Sampler(model.vocab, model.vocabulary, Sampling(), grammar)
    try:
        for token in model.tokens(text, plain=True):
            if not sampler._allows(token):
                return False
            lib.llama_sampler_accept(sampler._grammar, token)
        return sampler._allows(int(lib.llama_vocab_eos(model.vocab)))
    finally:
        sampler.close()


PERSON = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A person",
    "type": "object",
    "properties": {
        "이름": {"type": "string", "minLength": 1, "maxLength": 3, "description": "by birth"},
        "age": {"type": "integer", "minimum": 0, "maximum": 130},
        "role": {"enum": ["저자", "editor", None]},
    },
    "required": ["이름", "role"],
}
TREE = {
    "$ref": "#/$defs/tree",
    "$defs": {
        "tree": {
            "type": "object",
            "properties": {
                "value": {"type": "number"},
                "children": {"type": "array", "items": {"$ref": "#/$defs/tree"}},
            },
            "required": ["value"],
        }
    },
}
OPTIONAL = {"properties": {"a": {"const": 1}, "b": {"const": 2}, "c": {"const": 3}}}


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        (
            PERSON,
            [
                '{"이름": "김철수", "age": 30, "role": "저자"}',
                '{"이름":"a","role":null}',
                ' { "이름": "\\u00e9\\n", "role": "editor" } ',
            ],
            [
                '{"이름": "", "role": null}',
                '{"이름": "abcd", "role": null}',
                '{"이름": "a"}',
                '{"role": null, "이름": "a"}',
                '{"이름": "a", "age": 131, "role": null}',
                '{"이름": "a", "age": 030, "role": null}',
                '{"이름": "a", "role": "reader"}',
                '{"이름": "a", "role": null, "more": 1}',
                '{"이름": "a\nb", "role": null}',
                '{"이름": "\\ud83d", "role": null}',
                '{"이름": "a", "role": null',
            ],
        ),
        (
            TREE,
            [
                '{"value": -1.5e-3}',
                '{"value": 1, "children": [{"value": 2, "children": []}, {"value": 0}]}',
            ],
            ['{"value": "1"}', '{"value": 1, "children": [{}]}', '{"value": 01}'],
        ),
        (
            OPTIONAL,
            ["{}", '{"a": 1}', '{"b": 2}', '{"a": 1, "c": 3}', '{"a":1,"b":2,"c":3}', '{"c":3}'],
            ['{,"b": 2}', '{"a": 1,}', '{"b": 2, "a": 1}', '{"a": 2}'],
        ),
        (
            {**OPTIONAL, "required": ["b"]},
            ['{"b": 2}', '{"a": 1, "b": 2}', '{"b": 2, "c": 3}'],
            ["{}", '{"a": 1}', '{"a": 1, "c": 3}'],
        ),
        (
            {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 3},
            ["[1, 2]", "[-1,0,7]"],
            ["[]", "[1]", "[1,2,3,4]", "[1.5, 2]", "[1 2]"],
        ),
        ({"type": "array", "maxItems": 1, "items": {"const": "x"}}, ["[]", '["x"]'], ['["x","x"]']),
        ({"prefixItems": [{"const": 1}, {"type": "null"}]}, ["[1, null]"], ["[1]", "[1,null,2]"]),
        ({"type": ["boolean", "null"]}, ["true", "null"], ["0", '"true"']),
        ({"anyOf": [{"const": "a"}, {"type": "boolean"}]}, ['"a"', "false"], ['"b"']),
        ({"type": "string", "enum": ["a", 1]}, ['"a"'], ["1"]),
        ({"const": 'q"\\\n'}, ['"q\\"\\\\\\n"'], ['"q"']),
        (
            {"type": "object", "additionalProperties": {"type": "integer"}},
            ["{}", '{"x": 1, "y": 2}'],
            ['{"x": "1"}', "{1: 2}"],
        ),
        ({"description": "anything"}, ["1", '[{"a": [null, "x"]}]', "{}"], ["", "x", "[1,]"]),
        (True, ["1"], [""]),
    ],
)
def test_what_obeys_is_written_and_nothing_else(model, schema, good, bad):
    grammar = grammar_of(json.dumps(schema))
    assert [text for text in good if not obeys(model, grammar, text)] == []
    assert [text for text in bad if obeys(model, grammar, text)] == []


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ("{", "no JSON"),
        ("3", "an object"),
        ("false", "no answer"),
        ('{"type": "any"}', "any"),
        ('{"type": {}}', ""),
        ('{"pattern": "a+"}', "pattern"),
        ('{"type": "string", "pattern": "a+"}', "pattern"),
        ('{"type": "string", "format": "date"}', "format"),
        ('{"type": "number", "minimum": 1}', "minimum"),
        ('{"type": "integer", "multipleOf": 2}', "multipleOf"),
        ('{"type": "integer", "minimum": 3, "maximum": 2}', "bounds"),
        ('{"type": "integer", "minimum": 0.5}', "whole"),
        ('{"type": "array", "minItems": 3, "maxItems": 2}', "fit"),
        ('{"type": "array", "maxItems": 100000}', "fit"),
        ('{"type": "array", "uniqueItems": true}', "uniqueItems"),
        ('{"type": "object", "properties": {}, "required": ["a"]}', "a is required"),
        ('{"not": {}}', "not"),
        ('{"allOf": []}', "allOf"),
        ('{"anyOf": []}', "choose"),
        ('{"enum": []}', "no answer"),
        ('{"$ref": "#/$defs/none"}', ""),
        ('{"$ref": "https://example.org/x"}', "elsewhere"),
        ('{"properties": 3}', ""),
        ('{"items": ' * 3000 + "{}" + "}" * 3000, "deep"),
        (" " * 300_000 + "{}", "long"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(schema, reason):
    with pytest.raises(UserError) as caught:
        grammar_of(schema)
    assert caught.value.code == "engine.schema"
    assert reason in str(caught.value.values["reason"])


@pytest.mark.parametrize(
    ("low", "high"), [(0, 0), (0, 9), (1, 20), (7, 7), (5, 1234), (99, 101), (190, 1209), (0, 1300)]
)
def test_bounds_of_integers_are_exact(low, high):
    pattern = re.compile(_between(low, high).replace(" ", ""))
    assert [n for n in range(1400) if pattern.fullmatch(str(n))] == list(range(low, high + 1))
    assert not pattern.fullmatch(f"0{low}")


def test_negative_bounds(model):
    grammar = grammar_of('{"type": "integer", "minimum": -12, "exclusiveMaximum": 3}')
    fitting = [number for number in range(-20, 9) if obeys(model, grammar, str(number))]
    assert fitting == list(range(-12, 3))
    grammar = grammar_of('{"exclusiveMinimum": -12, "maximum": -3}')
    assert [n for n in range(-20, 9) if obeys(model, grammar, str(n))] == list(range(-11, -2))


def test_rules_do_not_explode():
    many = {"properties": {f"p{number}": {"type": "string"} for number in range(200)}}
    assert len(grammar_of(json.dumps(many)).splitlines()) < 1100


@pytest.mark.parametrize("sampling", [Sampling(), Sampling(1.0, 40, seed=3), Sampling(1.5, seed=1)])
def test_a_model_that_knows_nothing_writes_what_obeys(tiny_models, sampling):
    schema = {
        "type": "object",
        "properties": {
            "slots": {
                "type": "array",
                "items": {"type": "integer", "minimum": 1, "maximum": 12},
                "minItems": 1,
                "maxItems": 3,
            },
            "claim": {"enum": ["지지", "refutes"]},
        },
        "required": ["slots", "claim"],
    }
    with tiny_models.borrow("lfm2") as engine:
        request = GenerationRequest(
            (Message("user", "hello"),), sampling, 64, json_schema=json.dumps(schema)
        )
        made = engine.submit(request, CancelToken()).result()
        bad = GenerationRequest((Message("user", "hello"),), json_schema="{")
        with pytest.raises(UserError) as caught:
            engine.submit(bad, CancelToken()).result()
    assert caught.value.code == "engine.schema"
    assert made.finish == "stop"
    answer = json.loads(made.text)
    assert list(answer) == ["slots", "claim"]
    assert all(1 <= slot <= 12 for slot in answer["slots"])
    assert 1 <= len(answer["slots"]) <= 3
    assert answer["claim"] in ("지지", "refutes")
