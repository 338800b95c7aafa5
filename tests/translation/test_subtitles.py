"""Subtitles: numbers, times and notes stay, and a caption gets no more lines than it had."""
# ruff: noqa: E501 - a case is a line

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.base import UserError
from agents.translation import work
from agents.translation.formats import subtitles
from agents.translation.formats.subtitles import SubtitleDocument, broken
from agents.translation.inline import Rich
from agents.translation.korean import Korean

KOREAN = Korean()
HEAD = "1\n00:00:01,000 --> 00:00:02,000\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000 align:start\n"


def translate(text: str, answers: dict[str, str], *, vtt=False) -> str:
    opened = SubtitleDocument(text.encode(), "x.srt", vtt=vtt)
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


def texts(text: str, *, vtt=False) -> list[str]:
    opened = SubtitleDocument(text.encode(), "x.srt", vtt=vtt)
    return [paragraph.rich.text for paragraph in opened.paragraphs]


@pytest.mark.parametrize(
    ("source", "answers", "wanted"),
    [
        ("The cat\nsleeps.\n", {"The cat sleeps.": "고양이가 잔다."}, "고양이가 잔다.\n"),
        ("<i>The cat</i>\n", {"The cat": "고양이"}, "<i>고양이</i>\n"),
        ("The <b>cat</b> sleeps.\n", {"The cat sleeps.": "고양이가 잔다.", "cat": "고양이"}, "<b>고양이</b>가 잔다.\n"),
        ("{\\an8}The cat\n", {"The cat": "고양이"}, "{\\an8}고양이\n"),
        ("- The cat?\n- It works.\n", {"The cat?": "고양이?", "It works.": "작동한다."}, "- 고양이?\n- 작동한다.\n"),
        ("<i>- The cat?\n- It works.</i>\n", {"The cat?": "고양이?", "It works.": "작동한다."}, "<i>- 고양이?\n- 작동한다.</i>\n"),
        ("-The cat\nsleeps.\n-No.", {"The cat sleeps.": "고양이가 잔다."}, "-고양이가 잔다.\n-No."),
        ("The cat.\nIt works.\n", {"The cat.": "고양이.", "It works.": "작동한다."}, "고양이.\n작동한다.\n"),
        ("The cat. It\nworks.\n", {"The cat.": "고양이.", "It works.": "작동한다."}, "고양이. 작동한다.\n"),
        ("The cat. It\nworks.\n", {"The cat.": "고양이."}, "고양이. It\nworks.\n"),
        ('<font color="#ff0000">The\ncat</font>\n', {"The cat": "아주 커다랗고 검은 고양이가 오늘도 창가에 누워 잔다"}, '<font color="#ff0000">아주 커다랗고 검은 고양이가\n오늘도 창가에 누워 잔다</font>\n'),
        ("The cat\n\n\nsleeps here\n", {"sleeps here": "잔다"}, "The cat\n\n\n잔다\n"),
        ("The cat", {"The cat": "고양이"}, "고양이"),
        ("AT&T & the cat\n", {"AT&T & the cat": "AT&T와 <고양이>"}, "AT&T와 <고양이>\n"),
        ("The cat\n", {"The cat": "<i>고양이"}, "The cat\n"),
        ("The cat\n", {"The cat": "7"}, "The cat\n"),
        ("The cat\n", {"The cat": "고양이 --> 개"}, "The cat\n"),
    ],
)  # fmt: skip
def test_captions_change_and_what_is_around_them_stays(source, answers, wanted):
    assert translate(HEAD + source, answers) == HEAD + wanted
    crlf = (HEAD + source).replace("\n", "\r\n")
    assert translate(crlf, answers) == (HEAD + wanted).replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("source", "answers", "wanted"),
    [
        ("<v Roger>The cat", {"The cat": "고양이"}, "<v Roger>고양이"),
        ("<v Roger>The cat</v>\n<v Ann>It works", {"The cat": "고양이", "It works": "작동한다"}, "<v Roger>고양이</v>\n<v Ann>작동한다"),
        ("<c.big.red>The cat</c>", {"The cat": "고양이"}, "<c.big.red>고양이</c>"),
        ("A &amp; B &lt;the cat", {"A & B <the cat": "가 & <나"}, "가 &amp; &lt;나"),
        ("The <00:01.500>cat <00:01.800>sleeps.", {"The cat sleeps.": "고양이가 지금 잔다."}, "고양이가 <00:01.500>지금 <00:01.800>잔다."),
    ],
)  # fmt: skip
def test_tags_of_webvtt_stay(source, answers, wanted):
    made = translate(VTT + source, answers, vtt=True)
    if "00:01.500" in source:  # the words between are the translator's business
        assert re.findall(r"<[^>]*>", made) == re.findall(r"<[^>]*>", source)
    else:
        assert made == VTT + wanted


KEPT = """WEBVTT - The title
Kind: captions

NOTE The cat
sleeps.

STYLE
::cue { color: red }

REGION
id:fred

intro
00:01.000 --> 00:02.000
It works

NOTE 00:00 is no time

a stray block
that has no time
"""


def test_notes_styles_regions_and_names_are_not_even_read():
    assert texts(KEPT, vtt=True) == ["It works"]
    assert translate(KEPT, {"It works": "작동한다"}, vtt=True) == KEPT.replace(
        "It works", "작동한다"
    )


def test_broken_times_and_numbers_that_repeat_stay():
    source = (
        "1\n00:00:01 -> 2\nno caption\n\n1\n0:0:1,5 --> 0:0:\nThe cat\n2\n00:00:03,000 --> 00:00:04,000\n"
        "It works\n\n1\n00:00:02,000 --> 00:00:03,000\n42\n"
    )
    assert texts(source) == ["The cat", "It works", "42"]
    made = translate(source, {"The cat": "고양이", "It works": "작동한다"})
    assert made == source.replace("The cat", "고양이").replace("It works", "작동한다")


@pytest.mark.parametrize(
    ("text", "most", "wanted"),
    [
        ("one two", 3, ["one two"]),
        ("one two", 1, ["one two"]),
        ("The quick brown fox jumps over the lazy dog again today", 2, ["The quick brown fox jumps", "over the lazy dog again today"]),
        ("가나다라 마바사아 자차카타 파하가나 다라마바 사아자차", 2, ["가나다라 마바사아 자차카타", "파하가나 다라마바 사아자차"]),
        ("가나다라 마바사아 자차카타 파하", 2, ["가나다라 마바사아 자차카타 파하"]),
        ('<font color="red">a b</font> c', 2, ['<font color="red">a b</font> c']),
        ("x" * 90 + " y", 1, ["x" * 90 + " y"]),
        ("", 2, []),
    ],
)  # fmt: skip
def test_lines_are_few_and_about_as_long(text, most, wanted):
    assert broken(text, most) == wanted


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf1\r\n00:00:01,000 --> 00:00:02,000\r\nThe cat\r\n\r\n",
        "1\n00:00:01,000 --> 00:00:02,000\n고양이가\n잔다".encode("cp949"),
        "1\r00:00:01,000 --> 00:00:02,000\rThe cat\r".encode("utf-16"),
        b"00:00:01,000 --> 00:00:02,000\nThe  cat \n \n\n\n5\n",
    ],
)
def test_identity_gives_the_file_back_byte_for_byte(data):
    opened = SubtitleDocument(data, "x.srt", vtt=False)
    pieces, _units = work.read(opened, KOREAN)
    assert pieces
    assert opened.write({n: [(p, p.rich) for p in parts] for n, parts in pieces.items()}) == data


@pytest.mark.parametrize("vtt", [True, False])
def test_a_file_without_captions_or_of_another_kind_ends_in_a_sentence(vtt, monkeypatch):
    for data in (b"The cat sleeps.\n", b"WEBVTT\n\nNOTE x\n", b"{}"):
        with pytest.raises(UserError, match=r"translation\.no_captions"):
            SubtitleDocument(data, "x.srt", vtt=vtt)
    with pytest.raises(UserError, match=r"translation\.not_text"):
        SubtitleDocument(b"\x1a\x45\xdf\xa3\0\1", "x.srt", vtt=vtt)
    monkeypatch.setattr(subtitles, "LARGEST", 10)
    with pytest.raises(UserError, match=r"translation\.too_big"):
        SubtitleDocument(HEAD.encode(), "x.srt", vtt=vtt)


def test_a_file_whose_times_would_change_is_not_written():
    opened = SubtitleDocument((HEAD + "The cat\n").encode(), "x.srt", vtt=False)
    pieces, _units = work.read(opened, KOREAN)
    (name, parts), *_ = pieces.items()
    bad = "고양이\n\n2\n00:00:05,000 --> 00:00:06,000\n개"
    with pytest.raises(UserError, match=r"translation\.captions_changed"):
        opened.write({name: [(piece, Rich(bad)) for piece in parts if piece.segment >= 0]})


@pytest.mark.parametrize(
    "unit", ["<i>", "a ", "- a\n", "<i>a</i>\n", "{\\an8}", "\n", HEAD, "-->\n", "<", "가나다. "]
)
def test_a_large_file_is_read_in_one_pass(unit):
    data = (HEAD + unit * (600_000 // len(unit.encode()))).encode()
    opened = SubtitleDocument(data, "x.srt", vtt=False)
    assert all(len(p.rich.text) <= 10_000 for p in opened.paragraphs)
    assert opened.write({}) == data


def test_a_film_is_translated_with_its_receipt(setup):
    desk = setup()
    film = (
        HEAD
        + "The cat\nsleeps.\n\n2\n00:00:03,000 --> 00:00:04,000\n- It works.\n- The dog runs fast.\n"
    )
    done = desk.document(desk.file("a.srt", film))
    assert done.output.read_text() == (
        HEAD
        + "고양이가 잔다.\n\n2\n00:00:03,000 --> 00:00:04,000\n- 작동한다.\n- 개가 빨리 달린다.\n"
    )
    assert (done.receipt.segments, done.receipt.untranslated) == (3, 0)
    done = desk.document(
        desk.file("b.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nIt works."), engine="identity"
    )
    assert done.output.read_text() == "WEBVTT\n\n00:01.000 --> 00:02.000\nIt works."


bits = st.lists(
    st.sampled_from(
        ["1", "2", "00:00:01,000 --> 00:00:02,000", "00:01.000 --> 00:02.000 line:0", "The cat sleeps here. It works", "- Hello there",
         "", "", "<i>Good day", "and night</i>", "{\\an8}<b>x</b> y", "NOTE a", "STYLE", "고양이가 잔다. 개가", "a &amp; b", "-->", "42", " ", "<v Bob>Good day", "♪"]
    ),
    max_size=20,
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(bits, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_identity_and_pseudo_hold_for_any_file(content, end, vtt):
    data = end.join(["WEBVTT", "", "00:00:00,000 --> 00:00:01,000", *content]).encode()
    opened = SubtitleDocument(data, "x", vtt=vtt)
    pieces, units = work.read(opened, KOREAN)
    assert opened.write({n: [(p, p.rich) for p in parts] for n, parts in pieces.items()}) == data
    judge = work.Judge(opened, "ko", KOREAN)
    known = {(u.paragraph.id, u.piece.segment): u for u in units}
    targets = {name: [] for name in pieces}
    for name, parts in pieces.items():
        for piece in parts:
            unit = known.get((name, piece.segment))
            if unit:
                assert opened.fits(name, piece, piece.rich)
                targets[name].append((piece, work.pseudo_rich(unit, judge)))
    made = opened.write(targets)
    assert times(made) == times(data)
    assert made.count(b"\n") <= data.count(b"\n")


def times(data: bytes) -> list[str]:
    return [line for line in re.split("\r\n|\n|\r", data.decode()) if "-->" in line]
