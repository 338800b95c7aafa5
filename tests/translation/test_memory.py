# ruff: noqa: E501 - a case is a line
from __future__ import annotations

import pytest

from agents.base import UserError
from agents.translation import memory

TMX = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header/><body>
<tu><tuv xml:lang="en-US"><seg>The <bpt i="1">&lt;b&gt;</bpt>cat<ept i="1"/> <hi>sleeps</hi>.</seg></tuv>
<tuv xml:lang="KO"><seg>고양이가 잔다.</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>Only English</seg></tuv></tu>
<tu><tuv lang="en_GB"><seg>Old.</seg></tuv><tuv lang="ko"><seg>낡음.</seg></tuv></tu>
</body></tmx>
"""


def load(tmp_path, data, target="ko", name="m.tmx"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return memory.load(path, target)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_tmx(tmp_path, encoding):
    data = TMX.replace('encoding="UTF-8"', f'encoding="{encoding[:6].rstrip("-")}"').encode(
        encoding
    )
    found = load(tmp_path, data)
    assert found.look_up("The cat sleeps.") == "고양이가 잔다."
    assert found.look_up("Old.") == "낡음."
    assert found.skipped == 1
    assert load(tmp_path, TMX, "en").look_up("낡음.") == "Old."


@pytest.mark.parametrize(
    "asked",
    ["The  cat\u00a0sleeps.", "The cat sleeps.\u200b", "The cat\nsleeps.", "Ｔhe cat sleeps."],
)
def test_white_space_and_unicode_forms_make_no_difference(tmp_path, asked):
    assert load(tmp_path, TMX).look_up(asked) == "고양이가 잔다."


def test_nothing_else_is_similar_enough(tmp_path):
    found = load(tmp_path, TMX)
    assert found.look_up("The cat sleeps") is None
    assert found.look_up("the cat sleeps.") is None


def test_jsonl_counts_what_it_does_not_understand(tmp_path):
    rows = [
        '\ufeff{"en": "A.", "ko": "가."}',
        "",
        "not json",
        "[1, 2]",
        '{"en": "B."}',
        '{"en": "C.", "ko": 3}',
        "[" * 100_000,
        '{"en": "A.", "ko": "나."}',
    ]
    found = load(tmp_path, "\n".join(rows), name="m.jsonl")
    assert found.look_up("A.") == "나."
    assert found.skipped == 5


LAUGHS = '<!DOCTYPE tmx [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><tmx><body><tu/>&b;</body></tmx>'
OUTSIDE = '<!DOCTYPE tmx [<!ENTITY a SYSTEM "file:///etc/passwd">]><tmx><tu>&a;</tu></tmx>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (LAUGHS, "translation.memory_broken"),
        (OUTSIDE, "translation.memory_broken"),
        ("<tmx><body>", "translation.memory_broken"),
        ("<tmx/>", "translation.memory_empty"),
        ("{}", "translation.memory_empty"),
        (b"\xff\xfa\x80 nothing", "translation.memory_broken"),
        ("", "translation.empty_file"),
        ("<tmx>" * 2000 + "</tmx>" * 2000, "translation.memory_broken"),
    ],
)
def test_hostile_and_empty_memories(tmp_path, data, code):
    with pytest.raises(UserError) as caught:
        load(tmp_path, data)
    assert caught.value.code == code


def test_an_endless_row_is_left_out(tmp_path):
    rows = '{"en": "%s", "ko": "가"}\n{"en": "A.", "ko": "가."}' % ("x" * 30_000)
    found = load(tmp_path, rows)
    assert found.skipped == 1
