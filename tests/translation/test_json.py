from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.base import UserError
from agents.translation import work
from agents.translation.formats.json_paths import PathPattern
from agents.translation.formats.json_text import JsonDocument
from agents.translation.korean import Korean
from agents.translation.pseudo import pseudo

KOREAN = Korean()


def texts(data: str, name="x.json", options=()) -> list[str]:
    return [p.rich.text for p in JsonDocument(data.encode(), name, options).paragraphs]


def run(data: bytes, change, name="x.json") -> bytes:
    opened = JsonDocument(data, name)
    pieces, _ = work.read(opened, KOREAN)
    return opened.write(
        {
            n: [(p, change(p.rich) if p.segment >= 0 else None) for p in parts]
            for n, parts in pieces.items()
        }
    )


def test_values_are_text_and_keys_are_not():
    assert texts('{"The key": "The value.", "list": ["One thing", 3, null, ["Deep text"]]}') == [
        "The value.",
        "One thing",
        "Deep text",
    ]


@pytest.mark.parametrize(
    "value",
    ["user_name", "camelCase", "kebab-case", "ACTIVE", "center", "https://a.b/c d", "2024-01-02",
     "a/b/c.png", "550e8400-e29b-41d4-a716-446655440000", "#ffcc00", "en-US", "text/html",
     "1.2.3-beta", "aGVsbG8gd29ybGQgdGhpcyBpcw==", "app.title", "12", "", "{name}", "^4.17.1",
     "PascalCase"],
)  # fmt: skip
def test_what_is_for_machines_stays(value):
    assert texts(json.dumps({"a": value})) == []


def test_paths_choose_values():
    data = json.dumps(
        {"items": [{"title": "save", "note": "A note."}], "meta": {"title": "Some title"}}
    )
    assert texts(data, options=[("json.include", "$.items[*].title")]) == ["save"]
    assert texts(data, options=[("json.include", "**.title")]) == ["save", "Some title"]
    assert texts(data, options=[("json.exclude", "$.items.**")]) == ["Some title"]


@pytest.mark.parametrize(
    ("pattern", "path", "meant"),
    [
        ("$.a.b", ("a", "b"), True),
        ("$.a", ("a", "b"), False),
        ("a.*", ("a", "b"), True),
        ("$.**", ("a", 3, "b"), True),
        ("$.a[3]", ("a", 3), True),
        ("$.a[2]", ("a", 3), False),
        ("$.a[*]", ("a", "b"), False),
        ("$['a.b'].c", ("a.b", "c"), True),
        ("**.x*z", ("q", "xyz"), True),
        ("**.x*z", ("q", "xyzq"), False),
        ("**.**.**.**.**.q", ("a",) * 400, False),
    ],
)
def test_path_patterns(pattern, path, meant):
    assert PathPattern(pattern).matches(path) is meant


@pytest.mark.parametrize("pattern", ["", "$", "$.a[", "a[x]"])
def test_a_broken_path_is_refused(pattern):
    with pytest.raises(UserError) as caught:
        PathPattern(pattern)
    assert caught.value.code == "translation.path"


@pytest.mark.parametrize(
    ("data", "written"),
    [
        ('{ "a" :\t"The cat." }\n', '{ "a" :\t"고양이 \\"둘\\"\\\\." }\n'),
        ('["The cat.", "\\ud55c"]', '["\\uace0\\uc591\\uc774 \\"\\ub458\\"\\\\.", "\\ud55c"]'),
        ('\ufeff["The cat."]\r\n', '\ufeff["고양이 \\"둘\\"\\\\."]\r\n'),
    ],
)
def test_targets_are_written_in_the_style_of_the_file(data, written):
    from agents.translation.inline import Rich

    made = run(data.encode(), lambda rich: Rich('고양이 "둘"\\.'))
    if "\\ud55c" in data:  # its other value is Korean text as well
        written = written.replace('"\\ud55c"', written[1 : written.index(", ")])
    assert made == written.encode()


def test_slashes_stay_escaped_where_the_file_escapes_them():
    made = run(rb'["Go \/ stop.", "End of it"]', pseudo)
    assert b"\\/" in made
    assert b" / " not in made


@pytest.mark.parametrize(
    "data",
    ["{", '{"a"', '{"a":', '{"a":1,', '{"a":1,}', "[1,]", "[1 2]", "]", '"a', '"\t"', "{1:2}",
     "nul", "[1]]", "[1] [2]", '"\\x"', "[,1]"],
)  # fmt: skip
def test_what_is_no_json_is_told_with_its_line(data):
    with pytest.raises(UserError) as caught:
        texts("\n" + data)
    assert caught.value.code == "translation.not_json"
    assert dict(caught.value.values)["line"] == 2


def test_lines_hold_a_document_each():
    data = '{"a": "The cat."}\n{"a": "The dog."}\n'
    assert texts(data, "x.jsonl") == ["The cat.", "The dog."]
    with pytest.raises(UserError):
        texts(data)


def test_what_an_arb_says_about_its_messages_is_no_message():
    assert texts('{"hi": "Hello you", "@hi": {"description": "A greeting"}}', "x.arb") == [
        "Hello you"
    ]


@pytest.mark.parametrize("opened", ["[", '{"a":'])
def test_depth_without_end_is_a_sentence(opened):
    with pytest.raises(UserError) as caught:
        texts(opened * 100_000)
    assert caught.value.code == "translation.too_deep"


def test_half_a_character_stays():
    assert run(rb'["The cat \ud800 sleeps.", "a\u0000 b"]', pseudo) == (
        rb'["The cat \ud800 sleeps.", "a\u0000 b"]'
    )


SOME = ["The cat sleeps. It's {name}'s.", "한국어 문장이다.\n둘째 줄이다.", "Hi 😀 you"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(SOME),
    lambda one: st.lists(one, max_size=4) | st.dictionaries(st.text(max_size=5), one, max_size=4),
    max_leaves=12,
)


def shape(value):
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shape(one) for one in value]
    return "text" if isinstance(value, str) else repr(value)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(VALUES, st.booleans(), st.sampled_from([None, 2]))
def test_any_value_keeps_its_shape(value, ascii_only, indent):
    raw = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    raw = raw.replace("Infinity", "1").replace("NaN", "1").encode("utf-8", "surrogatepass")
    try:
        raw.decode()
    except UnicodeDecodeError:
        return
    assert run(raw, lambda rich: None) == raw
    assert shape(json.loads(run(raw, pseudo))) == shape(json.loads(raw))
