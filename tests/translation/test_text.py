from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.base import UserError
from agents.translation import work
from agents.translation.formats import open_document
from agents.translation.formats.base import BIGGEST_TEXT
from agents.translation.formats.text import TextDocument
from agents.translation.korean import Korean

KOREAN = Korean()

HARD = (
    "The committee approved the budget for the new library\n"
    "after a long discussion. Nobody was against it at all\n"
    "in the end.\n"
)


def units(text: str) -> list[str]:
    return [unit.text for unit in work.read(TextDocument.of(text), KOREAN)[1]]


def test_lines_broken_to_a_width_are_one_sentence():
    assert units(HARD) == [
        "The committee approved the budget for the new library after a long discussion.",
        "Nobody was against it at all in the end.",
    ]


def test_short_lines_and_list_items_stay_apart():
    text = "Name\nAddress\n- first item of a list that is quite long, really so\n- second item\n"
    assert units(text) == [
        "Name",
        "Address",
        "- first item of a list that is quite long, really so",
        "- second item",
    ]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("고양이가 잔다.\r\n", "utf-8"),
        ("고양이가 잔다.\n", "utf-8-sig"),
        ("고양이가 잔다.\n", "cp949"),
        ("고양이가 잔다.\n", "utf-16"),
        ("The cat.\n", "utf-16-le"),
        ("The cat.\n", "utf-16-be"),
        ("Un café.\n", "cp1252"),
        ("The cat.\rEnd.", "ascii"),
    ],
)
def test_encodings_are_found_and_kept(text, encoding):
    data = text.encode(encoding)
    opened = TextDocument.read(data, "x.txt")
    assert opened.text == text
    assert opened.write({}) == data


def test_what_the_encoding_cannot_hold_is_written_as_utf8():
    opened = TextDocument.read("고양이가 잔다.\n".encode("cp949"), "x.txt")
    pieces, found = work.read(opened, KOREAN)
    judge = work.Judge(opened, "en", KOREAN)
    name = found[0].paragraph.id
    placed = judge.place(found[0], "The café cat 😀.", lambda _t: "")
    out = opened.write({name: [(p, placed if p.segment >= 0 else None) for p in pieces[name]]})
    assert out.decode("utf-8") == "The café cat 😀.\n"


@pytest.mark.parametrize("data", [b"\x00\x01\x02\x03\xff\xfe\xfa", b"\x7fELF\x02\x01\x01\x00" * 9])
def test_what_is_no_text_is_refused(data):
    with pytest.raises(UserError) as caught:
        TextDocument.read(data, "x.txt")
    assert caught.value.code == "translation.not_text"


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.text(alphabet=st.sampled_from(list("ab .,\n\r\t 한글다\u00a0\ufeffé-1)(“”")), max_size=160)
)
def test_identity_gives_any_text_back(text):
    data = text.encode()
    opened = TextDocument.read(data, "x.txt")
    pieces, found = work.read(opened, KOREAN)
    assert opened.write({n: [(p, p.rich) for p in parts] for n, parts in pieces.items()}) == data
    places = [opened.place(unit.paragraph.id, unit.piece) for unit in found]
    at = 0
    for (start, end), unit in zip(places, found, strict=True):
        assert not opened.text[at:start].strip(" \t\r\n\u00a0")
        assert " ".join(opened.text[start:end].split()) == unit.text
        at = end


@pytest.mark.parametrize("name", ["a.txt", "a.json", "a.csv", "a.html", "a.md", "a.po", "a.srt"])
def test_a_text_of_one_endless_line_is_refused_at_once(tmp_path, name):
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(BIGGEST_TEXT + 1)
    with pytest.raises(UserError) as caught:
        open_document(path, "ko")
    assert caught.value.code == "translation.too_big"
