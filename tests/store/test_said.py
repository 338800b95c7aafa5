"""Search in everything that was said, in both languages, however short the words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.store import said
from agents.store.conversations import Conversations
from agents.store.database import Database
from agents.store.said import Said


@pytest.fixture
def database(tmp_path):
    made = Database(tmp_path / "data.sqlite3")
    yield made
    made.close()


@pytest.fixture
def kept(database):
    return Conversations(database)


@pytest.fixture
def search(database):
    return Said(database).search


def say(kept, *texts):
    talk = kept.start("t", "m")
    return [kept.add(talk, "user", text, "done") for text in texts]


def marked(hit):
    return [hit.snippet[at : at + length] for at, length in hit.marks]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("부산까지", {0}),
        ("부산", {0}),
        ("부", {0}),
        ("서울 부산", {0}),
        ("부산 서울", {0}),
        ("부산 파리", set()),
        ("LIVER", {1}),
        ("a", {1, 2}),
        ("100%", {2}),
        ("0_", set()),
        ('"100% more"', {2}),
        ('"more 100%"', set()),
        ("more 100%", {2}),
        ("'", set()),
        ('"', set()),
        ("\\", set()),
        ("", set()),
        ("  ", set()),
        ("AND", {1}),
        ("OR NOT *", set()),
    ],
)
def test_every_word_is_found_literally(kept, search, query, found):
    turns = say(
        kept, "서울에서 부산까지 얼마나 걸려?", "The liver\nand its parts", "100% more salt"
    )
    expected = {turns[number] for number in found}
    assert {hit.turn for hit in search(query)} == expected


def test_a_hit_shows_the_words_marked(kept, search):
    long = "가나다라 " * 40 + "이 문장에 KTX 요금이 있다 " + "마바사아 " * 40
    say(kept, long)
    (hit,) = search("ktx 요금")
    assert marked(hit) == ["KTX", "요금"]
    assert len(hit.snippet) < 120
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")


def test_hangul_taken_apart_by_macos_is_found(kept, search):
    apart = unicodedata.normalize("NFD", "보고서 초안.docx")
    (turn,) = say(kept, apart)
    for query in ("보고서", "초안", unicodedata.normalize("NFD", "보고서")):
        (hit,) = search(query)
        assert hit.turn == turn
        assert marked(hit) == [unicodedata.normalize("NFC", query)]


def test_an_answer_is_found_when_it_has_ended_and_not_in_its_older_words(kept, search):
    talk = kept.start("t", "m")
    turn = kept.add(talk, "assistant", "", "writing")
    kept.grow(turn, "half an answer")
    kept.finish(turn, "half an answer, and the rest", "done")
    assert [hit.turn for hit in search("the rest")] == [turn]
    kept.finish(turn, "another text", "done")
    assert search("the rest") == ()
    assert [hit.turn for hit in search("another text")] == [turn]
    kept.delete(talk)
    assert search("another text") == ()


def test_branches_that_are_not_shown_are_searched_too(kept, search):
    talk = kept.start("t", "m")
    kept.add(talk, "user", "the first wording", "done", parent=0)
    kept.add(talk, "user", "something else", "done", parent=0)
    (hit,) = search("wording")
    assert kept.turns(talk)[0].content == "something else"
    assert kept.reveal(talk, hit.turn)
    assert kept.turns(talk)[0].content == "the first wording"


@given(st.text(max_size=40), st.text(max_size=12))
def test_a_snippet_marks_only_what_stands_there(text, query):
    cut, marks = said.snippet(text, query)
    words = {word.lower() for word in map(said._composed, said.words(query))}
    for at, length in marks:
        piece = cut[at : at + length]
        assert piece.lower() in words or any(piece.casefold() == w.casefold() for w in words)


def test_the_index_is_sound(kept, database):
    for number in range(50):
        talk = kept.start("t", "m")
        turn = kept.add(talk, "assistant", f"growing {number}", "writing")
        kept.grow(turn, f"growing {number} more")
        if number % 2:
            kept.finish(turn, f"grown {number}", "done")
        if number % 3 == 0:
            kept.delete(talk)
    with database.write() as db:
        db.execute("delete from turn where state = 'writing'")
        # SQLite raises where the index and the texts differ.
        db.execute("insert into turn_words (turn_words, rank) values ('integrity-check', 1)")
    left = [f"grown {number}" for number in range(50) if number % 2 and number % 3]
    found = database.read().execute("select content from turn where content like 'grown%'")
    assert sorted(row[0] for row in found) == sorted(left)
    count = "select count(*) from turn_words where turn_words match 'row'"
    indexed = database.read().execute(count)
    assert indexed.fetchone()[0] == len(left)
