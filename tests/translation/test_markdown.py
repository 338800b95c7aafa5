"""Markdown: what is not a sentence stays, byte for byte."""
# ruff: noqa: E501 - a case is a line

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.translation import work
from agents.translation.formats.markdown import MarkdownDocument, parser
from agents.translation.inline import Rich
from agents.translation.korean import Korean
from tests.translation.office_files import pseudo

KOREAN = Korean()


def translate(text: str, answers: dict[str, str]) -> str:
    opened = MarkdownDocument(text.encode(), "x.md")
    judge = work.Judge(opened, "ko", KOREAN)
    pieces, units = work.read(opened, KOREAN)
    known = {(u.paragraph.id, u.piece.segment): u for u in units}
    targets = {}
    for name, parts in pieces.items():
        targets[name] = []
        for piece in parts:
            unit = known.get((name, piece.segment))
            answer = answers.get(unit.text) if unit else None
            rich = (
                judge.place(unit, answer, lambda t: answers.get(t, "")) if unit and answer else None
            )
            targets[name].append((piece, rich))
    return opened.write(targets).decode()


@pytest.mark.parametrize(
    ("source", "answers", "wanted"),
    [
        ("# The cat #\n", {"The cat": "고양이"}, "# 고양이 #\n"),
        ("The cat\n===\n", {"The cat": "고양이"}, "고양이\n===\n"),
        ("- [ ] The cat\n", {"[ ] The cat": "[ ] 고양이"}, "- [ ] 고양이\n"),
        ("> The cat\n> sleeps. It\n> works.\n", {"The cat sleeps.": "고양이가 잔다."}, "> 고양이가 잔다. It\n> works.\n"),
        ("The **cat** sleeps.\n", {"The cat sleeps.": "고양이가 잔다.", "cat": "고양이"}, "**고양이**가 잔다.\n"),
        ("Use `a | b` *now*.\n", {"Use a | b now.": "지금 a | b를 써라.", "now": "지금"}, "*지금* `a | b`를 써라.\n"),
        ("See [the cat](http://a.b/c_d 'T').\n", {"See the cat.": "고양이를 보라.", "the cat": "고양이"}, "[고양이](http://a.b/c_d 'T')를 보라.\n"),
        ("See [the cat].\n\n[the cat]: http://a.b\n", {"See the cat.": "고양이를 보라.", "the cat": "고양이"}, "[고양이][the cat]를 보라.\n\n[the cat]: http://a.b\n"),
        ("![The cat](a.png) It works.\n", {"It works.": "작동한다."}, "![The cat](a.png) 작동한다.\n"),
        ("It works[^1].\n\n[^1]: A note here.\n", {"It works.": "작동한다.", "A note here.": "주석이다."}, "작동한다[^1].\n\n[^1]: 주석이다.\n"),
        ("| The cat | `x` |\n|---|---|\n| a \\| b is | 3 |\n", {"The cat": "고양이", "a | b is": "a | b는"}, "| 고양이 | `x` |\n|---|---|\n| a \\| b는 | 3 |\n"),
        ("It <b>works</b>.\n", {"It works.": "작동한다.", "works": "작동한다"}, "<b>작동한다</b>.\n"),
        ("Say \\<your name> now.\n", {"Say <your name> now.": "지금 <your name>을 말하라."}, "지금 \\<your name>을 말하라.\n"),
        ("See <http://a.b> now.\n", {"See http://a.b now.": "지금 http://a.b를 보라."}, "지금 <http://a.b>를 보라.\n"),
        ("Let $x_1 + y$ be.\n", {"Let $x_1 + y$ be.": "$x_1 + y$라 하자."}, "$x_1 + y$라 하자.\n"),
        ("Wow.\n", {"Wow.": "1. 와 *정말* [x](y)!"}, "1\\. 와 \\*정말\\* \\[x\\](y)!\n"),
        ("Wow.\n", {"Wow.": "# 와"}, "\\# 와\n"),
        ("The __cat__ sleeps.\n", {"The cat sleeps.": "고양이가 잔다.", "cat": "고양이"}, "**고양이**가 잔다.\n"),
        ("The **cat (one)** sleeps.\n", {"The cat (one) sleeps.": "고양이(하나)가 잔다.", "cat (one)": "고양이(하나)"}, "**고양이(하나)가** 잔다.\n"),
        ("A line  \nThe cat\\\nEnd\n", {"The cat": "고양이"}, "A line  \n고양이\\\nEnd\n"),
    ],
)  # fmt: skip
def test_sentences_change_and_markup_stays(source, answers, wanted):
    assert translate(source, answers) == wanted


KEPT = """\
---
title: The cat
---

```python
The cat.
```

    The cat.

<div>The cat.</div>

~~~
The cat.
~~~

[ref]: http://a.b "The cat."
"""


def test_code_html_front_matter_and_definitions_are_not_even_read():
    assert MarkdownDocument(KEPT.encode(), "x.md").paragraphs == []
    assert translate(KEPT, {"The cat.": "고양이."}) == KEPT


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfThe cat.  \r\n\r\n* It\tworks. \r\n",
        "고양이가 잔다.\r그렇다.\r".encode(),
        "고양이가 잔다.\n".encode("cp949"),
        "The cat.\n".encode("utf-16"),
        b"",
        b"The cat",
    ],
)
def test_identity_gives_the_file_back_byte_for_byte(data):
    opened = MarkdownDocument(data, "x.md")
    pieces, _units = work.read(opened, KOREAN)
    assert opened.write({n: [(p, p.rich) for p in parts] for n, parts in pieces.items()}) == data


def test_line_ends_around_a_translated_sentence_stay():
    opened = translate("The cat.\r\n\r\n- It works.\r\n", {"It works.": "작동한다."})
    assert opened == "The cat.\r\n\r\n- 작동한다.\r\n"


def test_an_answer_that_would_lose_markup_is_refused():
    opened = MarkdownDocument(b"The [cat](a) and [dog](b).\n", "x.md")
    judge = work.Judge(opened, "ko", KOREAN)
    _pieces, units = work.read(opened, KOREAN)
    assert judge.judge(units[0], "고양이.") == "tag"


lines = st.lists(
    st.sampled_from(
        ["# Head *x*", "Some **bold** text. More `code`.", "> quote", "> more", "- item", "  - sub [l](u)",
         "1. one", "| a | b |", "|---|---|", "```", "    code", "", "", "---", "[^1]: note", "a[^1] b", "<b>h</b>",
         "line with two spaces  ", "back\\", "![i](p)", "[r]", "[r]: u", "&amp; \\* é 한국어 **굵게**를", "***x** y*", "\ttab"]
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines, st.sampled_from(["\n", "\r\n", "\r"]))
def test_identity_and_self_rendering_hold_for_any_file(content, end):
    data = end.join(content).encode()
    opened = MarkdownDocument(data, "x.md")
    pieces, units = work.read(opened, KOREAN)
    assert opened.write({n: [(p, p.rich) for p in parts] for n, parts in pieces.items()}) == data
    for unit in units:
        if unit.paragraph.readable:
            assert opened.fits(unit.paragraph.id, unit.piece, unit.piece.rich)


def shape(text: str) -> list[str]:
    kinds: list[str] = []
    for token in parser().parse(text):
        kinds.append(token.type)
        kinds += sorted(
            c.type for c in token.children or () if "text" not in c.type and c.type != "softbreak"
        )
    return kinds


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines)
def test_a_pseudo_translation_has_the_structure_of_its_source(content):
    source = "\n".join(content) + "\n"
    opened = MarkdownDocument(source.encode(), "x.md")
    judge = work.Judge(opened, "ko", KOREAN)
    pieces, units = work.read(opened, KOREAN)
    made = {
        (u.paragraph.id, u.piece.segment): work.pseudo_rich(u, judge)
        for u in units
        if u.paragraph.readable and work.language.has_words(u.words)
    }
    targets = {n: [(p, made.get((n, p.segment))) for p in parts] for n, parts in pieces.items()}
    assert shape(opened.write(targets).decode()) == shape(source)


@pytest.mark.parametrize(
    ("text", "linked", "wanted"),
    [
        ("[여기] [0, 1)의 그것", "그것", "[여기] \\[0, 1)의 [그것](u)\n"),
        ("주 [^1]의 그것", "그것", "주 \\[^1\\]의 [그것](u)\n"),
        ("[보라, 그것]", "그것]", "\\[보라, [그것\\]](u)\n"),
        ("[보라, 그것] 끝", "그것", "[보라, [그것](u)] 끝\n"),
        ("그것 [안 [속](x) 끝]", "[안 [속](x) 끝]", "그것 [[안 \\[속\\](x) 끝]](u)\n"),
    ],
)
def test_a_bracket_of_the_text_is_none_of_a_link(text, linked, wanted):
    opened = MarkdownDocument(b"See [it](u)\n", "x.md")
    (unit,) = work.read(opened, KOREAN)[1]
    name, piece = unit.paragraph.id, unit.piece
    at = text.index(linked)
    (mark,) = piece.rich.marks
    target = Rich(text, (dataclasses.replace(mark, start=at, end=at + len(linked)),))
    assert opened.fits(name, piece, target)
    assert opened.write({name: [(piece, target)]}).decode() == wanted
    (again,) = MarkdownDocument(wanted.encode(), "x.md").paragraphs
    assert again.rich == target


@pytest.mark.parametrize(
    "source",
    [
        "Read the [![badge](a.png)](b) here and [text [inner] more](url).\n",
        "[![build](https://a.b/c.svg?x=y)](https://a.b) [![npm](d.svg)](https://e.f/g)\n\nIt works.\n",
        "See the [text [inner] more](http://a.b/c (title)) and [[link]](url)\n",
        "- [ ] Everything that is still to do stands in [the list](u)\n- [x] See [this [one]][r]\n\n[r]: u\n",
        "`options` {Object|string} See [`repl.start()`][]\n\n[`repl.start()`]: u\n",
        "Extends: [PoolOptions](Pool.md#parameter-pooloptions)\n",
        "You can [learn *more*](u)\n",
        "*See the **[whole list](u)***\n",
    ],
)
def test_a_layout_preview_says_what_was_written(source):
    made, wanted = pseudo(MarkdownDocument(source.encode(), "x.md"))
    again = MarkdownDocument(made, "x.md")
    assert [one.rich.text for one in again.paragraphs] == wanted
    before = MarkdownDocument(source.encode(), "x.md").paragraphs
    for one, two in zip(before, again.paragraphs, strict=True):
        assert [mark.kind for mark in one.rich.marks] == [mark.kind for mark in two.rich.marks]
