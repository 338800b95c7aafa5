"""From token bytes to text: no half characters, no half stop strings."""

from __future__ import annotations

import itertools
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from agents.engine.textout import Letters, Stops


def run(pieces: list[bytes], stops: list[str]) -> tuple[list[str], bool]:
    letters, out = Letters(), Stops(stops)
    made = [out.feed(letters.feed(piece)) for piece in pieces]
    return [*made, out.feed(letters.end()) + out.end()], out.stopped


def test_a_korean_letter_waits_for_its_bytes():
    data = "한글".encode()
    made, _ = run([data[:1], data[1:2], data[2:4], data[4:]], [])
    assert made == ["", "", "한", "글", ""]


def test_an_unfinished_letter_is_dropped_at_the_end():
    made, _ = run([b"ok \xed\x95"], [])
    assert "".join(made) == "ok "


def test_bytes_that_are_no_text_are_marked():
    made, _ = run([b"a\xff\xffb"], [])
    assert "".join(made) == "a\ufffd\ufffdb"


def test_a_stop_across_tokens_ends_before_it():
    made, stopped = run([b"Answer", b"\n", b"\n", b"Next"], ["\n\nN"])
    assert stopped
    assert "".join(made) == "Answer"


def test_what_only_looked_like_a_stop_comes_out():
    made, stopped = run([b"a#", b"#b", b"##"], ["###"])
    assert not stopped
    assert "".join(made) == "a##b##"
    assert made[0] == "a"


def test_the_first_of_several_stops_counts():
    made, stopped = run([b"one two three"], ["three", "two"])
    assert stopped
    assert "".join(made) == "one "


def test_empty_stops_are_none():
    made, stopped = run([b"x"], ["", ""])
    assert (made, stopped) == (["x", ""], False)


def test_a_syllable_in_jamo_comes_out_whole():
    text = unicodedata.normalize("NFD", "한글이다 a각 ")
    made, _ = run([letter.encode() for letter in text], [])
    assert "".join(made) == text
    given = [piece for piece in made if piece]
    composed = [unicodedata.normalize("NFC", piece) for piece in given]
    assert composed == ["한", "글", "이", "다 ", "a", "각 "]


def test_a_composed_syllable_never_waits():
    made, _ = run([letter.encode() for letter in "하고 각"], [])
    assert made == ["하", "고", " ", "각", ""]


def test_a_syllable_that_stays_open_comes_out_at_the_end():
    made, _ = run(["가ᄀ".encode(), "ᅡ".encode()], [])
    assert made == ["가", "", "가"]


def test_jamo_that_never_end_are_not_waited_for_for_ever():
    letters = Letters()
    made = [letters.feed("ᄀ".encode()) for _again in range(100)]
    assert len("".join(made)) > 80
    assert "".join(made) + letters.end() == "ᄀ" * 100


def test_compatibility_jamo_and_emoji_do_not_wait():
    made, _ = run([letter.encode() for letter in "ㅋㅋ👩‍🔬é"], [])
    assert "".join(made) == "ㅋㅋ👩‍🔬é"
    assert all(made[:-1])


@given(
    text=st.text(alphabet="ab#한글\n🙂\u1112\u1161\u11ab", max_size=40),
    stops=st.lists(st.text(alphabet="ab#한\n\u1112\u1161", min_size=1, max_size=4), max_size=3),
    cuts=st.lists(st.integers(0, 120), max_size=8),
)
def test_any_cut_gives_the_same_text(text, stops, cuts):
    data = text.encode()
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    made, stopped = run([data[a:b] for a, b in itertools.pairwise(edges)], stops)
    found = [text.find(stop) for stop in stops if stop in text]
    # A stop may be complete earlier than one that begins before it: the stream cannot wait.
    assert text.startswith("".join(made))
    assert stopped == bool(found)
    if not found:
        assert "".join(made) == text
    else:
        assert not any(stop in "".join(made) for stop in stops)
