"""What a person types becomes sentences; only what was touched is checked anew."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.base import CancelledError, CancelToken, UserError
from agents.scholar import bib, cited, editing
from agents.scholar.editing import CHIP, cut, sentences
from agents.store.database import Database
from agents.store.draft_edits import DraftEdits
from agents.store.drafts import Drafts, Plan, Sentence
from agents.store.library import Library
from agents.store.passages import Passages, Piece
from agents.store.versions import Versions
from tests.scholar.conftest import ATTENTION, WordEmbedder

C = CHIP


def shown(sentence):
    return cited.joined(sentence, str, lambda keys, _first: f"({','.join(keys)})")


@pytest.mark.parametrize(
    ("paragraph", "keys", "expected"),
    [
        (f"It holds {C}. Next one.", "a", [("It holds.", "a", (8,)), ("Next one.", "", ())]),
        (f"It holds. {C} Next one.", "a", [("It holds.", "a", (9,)), ("Next one.", "", ())]),
        (f"It holds {C}{C}, but {C} not.", "abc", [("It holds, but not.", "abc", (8, 8, 13))]),
        (f"It holds {C} {C}.", "ab", [("It holds.", "ab", (8, 8))]),
        (f"{C} shows this.", "a", [(" shows this.", "a", (0,))]),
        (f"One. {C} shows this.", "a", [("One.", "", ()), (" shows this.", "a", (0,))]),
        (f"As in (see {C}) too.", "a", [("As in (see) too.", "a", (10,))]),
        (f"김철수는 이를 보였다 {C}. 다음 문장이다.", "a",
         [("김철수는 이를 보였다.", "a", (11,)), ("다음 문장이다.", "", ())]),
        (f"By Kim et al. {C} it is 3.5 {C}", "ab", [("By Kim et al. it is 3.5", "ab", (13, 23))]),
        ("  ", "", []),
        (f"{C}", "a", [("", "a", (0,))]),
        ("No full stop", "", [("No full stop", "", ())]),
    ],
)  # fmt: skip
def test_a_paragraph_is_cut_into_sentences(paragraph, keys, expected):
    found = cut(paragraph, list(keys))
    assert [(one.text, "".join(one.keys), one.places) for one in found] == expected


@given(
    st.lists(
        st.sampled_from(
            ["Word", "two", " ", ". ", ", ", "한국어", "다. ", C, "(", ")", "”", "3.5"]
        ),
        max_size=40,
    )
)
def test_no_word_and_no_citation_is_lost(parts):
    paragraph = "".join(parts)
    keys = [f"k{n}" for n in range(paragraph.count(C))]
    found = cut(paragraph, keys)
    assert [key for one in found for key in one.keys] == keys
    words = "".join(one.text for one in found)
    assert "".join(words.split()) == "".join(paragraph.replace(C, "").split())
    # what is shown and typed again is the same
    once = sentences([found], ())
    again = "".join(
        f" {piece}" if isinstance(piece, str) else C * len(piece)
        for one in once
        for piece in cited.pieces(one)
    )
    assert again.count(C) == len(keys)


def test_a_sentence_that_stays_keeps_all_that_is_known():
    old = (
        Sentence("It holds.", ("a",), "supported", "It holds indeed."),
        Sentence("So it is.", ("b", "c"), "flagged", "", "scholar.no_support", "quote"),
    )
    paragraph = f"New first. It holds {C}. So it is {C}{C}."
    made = sentences([cut(paragraph, ["a", "b", "c"])], old)
    assert made[1:] == old
    assert made[0].origin == "person"
    assert (made[0].support, made[0].reason) == ("flagged", "scholar.cites_nothing")


def test_a_citation_that_moved_keeps_the_verdict_and_another_does_not():
    old = (Sentence("It holds, and more.", ("a",), "supported", "E."),)
    (moved,) = sentences([cut(f"It holds {C}, and more.", ["a"])], old)
    assert (moved.support, moved.evidence, moved.places) == ("supported", "E.", (8,))
    (other,) = sentences([cut(f"It holds, and more {C}.", ["b"])], old)
    assert (other.support, other.reason, other.evidence) == ("flagged", editing.UNCHECKED, "")
    (words,) = sentences([cut(f"It held, and more {C}.", ["a"])], old)
    assert words.reason == editing.UNCHECKED


ODD = ("mHC is small.", "It is e.g. this. or that", "“Is it?” she asked.", "3 more")


def test_sentences_that_stay_are_cut_as_they_were():
    paragraph = f" {' '.join(ODD)} Last one {C}."
    assert [one.text for one in cut(paragraph, ["a"], ODD)] == [*ODD, "Last one."]
    changed = paragraph.replace("she", "he")
    assert [one.text for one in cut(changed, ["a"], ODD)] == [
        *ODD[:2],
        "“Is it?” he asked.",
        "3 more",
        "Last one.",
    ]


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("We note that it holds. Two.", ["We note that it holds.", "Two."]),
        ("it holds. Two.", ["it holds.", "Two."]),
        ("it holds.5 times. Two.", ["it holds.5 times.", "Two."]),
        ("New. it holds. Two.", ["New.", "it holds.", "Two."]),
        (f"it holds. {C} Two.", ["it holds.", "Two."]),
    ],
)
def test_what_is_added_to_a_sentence_is_part_of_it(paragraph, expected):
    found = cut(paragraph, ["a"] * paragraph.count(C), ("it holds.", "Two."))
    assert [one.text for one in found] == expected


@pytest.mark.parametrize(
    "one",
    [
        Sentence("It holds.", ("a", "b"), "supported"),
        Sentence("According to Kim, “It is so.”", ("a",), "supported"),
        Sentence("iPhones differ. somehow", ("a", "b"), "supported", places=(7, 15)),
        Sentence(" shows this (see here).", ("a", "b"), "supported", places=(0, 18)),
        Sentence("Nothing.", (), "flagged"),
    ],
)
def test_what_is_shown_is_read_as_what_is_stored(one):
    keys = [key for piece in cited.pieces(one) if not isinstance(piece, str) for key in piece]
    made = sentences([cut(editing.typed(one), keys, [editing.typed(one)])], [one])
    assert made == (one,)


def test_what_could_not_be_written_still_waits():
    class Full:
        fails = True

        def __init__(self):
            self.made = []

        def replace(self, draft, section, made):
            if self.fails:
                raise UserError("store.full")
            self.made.append((draft, section, made))

        def keep(self, draft, reason, *, minutes):
            return 0

    edits = Full()
    writer = editing.Writer(edits, edits)
    writer.put(1, 0, ())
    with pytest.raises(UserError):
        writer.write()
    assert writer.waits
    edits.fails = False
    writer.put(1, 1, ())
    writer.write()
    assert sorted(edits.made) == [(1, 0, ()), (1, 1, ())]
    assert not writer.waits


def test_equal_sentences_have_a_verdict_each():
    old = (
        Sentence("Same.", (), "supported", "One."),
        Sentence("Same.", (), "supported", "Two."),
    )
    made = sentences([cut("Same. Same. Same.", [])], old)
    assert [one.evidence for one in made] == ["Two.", "Two.", "Two."]  # the claim is the same


def test_what_takes_the_place_of_a_planned_sentence_is_of_its_plan():
    old = (
        Sentence("First.", ("a",), "supported", planned=1),
        Sentence("Second.", ("b",), "supported", planned=2),
    )
    made = sentences([cut(f"First {C}. Quite another {C}. First {C}.", ["a", "b", "a"])], old)
    assert [one.planned for one in made] == [1, 2, 0]
    assert made[1].origin == "person"


def test_what_is_written_later_is_what_stays(tmp_path):
    database = Database(tmp_path / "d.sqlite3")
    drafts, versions = Drafts(database), Versions(database)
    id_ = drafts.start("t", "m", 0, "", Plan((("One", ()), ("Two", ())), ()))
    old = Sentence("Old.", (), "supported")
    drafts.add(id_, 0, 0, old)
    writer = editing.Writer(DraftEdits(database), versions)
    assert not writer.waits
    for number in range(5):
        writer.put(id_, 0, (Sentence(f"{number}.", (), "flagged"),))
    writer.title(id_, 1, "Second")
    assert writer.waits
    writer.write()
    writer.write()
    assert not writer.waits
    assert [s.text for p in drafts.load(id_).paragraphs for s in p.sentences] == ["4."]
    assert drafts.plan(id_).themes[1][0] == "Second"
    (version,) = versions.list(id_)
    assert versions.load(version.id)[0].sentences == (old,)
    database.close()


def test_paragraphs_under_one_heading_are_kept():
    made = sentences([cut("One. Two.", []), cut("Three.", [])], ())
    assert [one.opens for one in made] == [False, False, True]
    joined = sentences([cut("One. Two. Three.", [])], made)
    assert [one.opens for one in joined] == [False, False, False]


@pytest.fixture
def desk(tmp_path):
    database = Database(tmp_path / "d.sqlite3")
    library, passages = Library(database), Passages(database)
    library.add(bib.parse(ATTENTION).entries)
    yield library, passages
    database.close()


def test_edited_sentences_are_checked_against_what_they_cite(desk):
    library, passages = desk
    works = library.list()
    rechecker = editing.Rechecker(passages, lambda: None)
    paragraph = (
        f"Mamba scales linearly in the sequence length and uses no attention {C}. "
        f"Mamba scales linearly in the sequence length over 77 datasets {C}. "
        f"Something unknown {C}. Nothing at all."
    )
    made = sentences([cut(paragraph, ["mamba23", "mamba23", "gone"])], ())
    checked = rechecker.check(made, works, CancelToken())
    assert [one.support for one in checked] == ["supported", "flagged", "flagged", "flagged"]
    assert "scales linearly" in checked[0].evidence
    assert [one.reason for one in checked] == [
        "",
        "scholar.number_not_found",
        "scholar.unknown_work",
        "scholar.cites_nothing",
    ]
    assert rechecker.check(checked, works, CancelToken()) == checked


def test_the_text_of_a_pdf_is_evidence_too(desk):
    library, passages = desk
    works = library.list()
    mamba = next(work for work in works if work.key == "mamba23")
    said = "We train on the Pile with a context of eight thousand tokens."
    passages.put(mamba.id, "text", [Piece(said, 3)])
    made = sentences([cut(f"They train on the Pile with a context of eight thousand tokens {C}.",
                          ["mamba23"])], ())  # fmt: skip
    (checked,) = editing.Rechecker(passages, WordEmbedder).check(made, works, CancelToken())
    assert checked.support == "supported"
    assert checked.evidence == said
    assert [(ref.key, ref.page) for ref in checked.passages] == [("mamba23", 3)]


def test_each_citation_backs_its_part(desk):
    library, passages = desk
    paragraph = (
        f"Mamba uses no attention and scales linearly in the sequence length {C}, whereas "
        f"FlashAttention computes exact self-attention while writing less memory {C}."
    )
    made = sentences([cut(paragraph, ["mamba23", "flash22"])], ())
    (checked,) = editing.Rechecker(passages, lambda: None).check(
        made, library.list(), CancelToken()
    )
    assert checked.support == "supported"
    (swapped,) = sentences([cut(paragraph, ["flash22", "mamba23"])], ())
    (checked,) = editing.Rechecker(passages, lambda: None).check(
        [swapped], library.list(), CancelToken()
    )
    assert checked.support == "flagged"


def test_checking_is_cancelled(desk):
    library, passages = desk
    token = CancelToken()
    token.cancel()
    made = sentences([cut(f"One {C}.", ["mamba23"])], ())
    with pytest.raises(CancelledError):
        editing.Rechecker(passages, lambda: None).check(made, library.list(), token)


def test_a_work_whose_key_is_taken_gets_another():
    one, same, two = bib.parse(
        "@misc{a, title={One thing}}\n@misc{b, title={One thing}}\n@misc{c, title={Two things}}"
    ).entries
    rename = editing.rekeyed
    same, two = rename(same, "a"), rename(two, "a")
    assert editing.for_draft(same, {"a": one}) == same
    other = editing.for_draft(two, {"a": one})
    assert other.work.key == "a-2"
    assert other.raw == "@misc{a-2, title={Two things}}"
    third = editing.for_draft(
        dataclasses.replace(two, work=dataclasses.replace(two.work, year="1999")),
        {"a": one, "a-2": other},
    )
    assert third.work.key == "a-3"
