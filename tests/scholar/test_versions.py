"""Differences between versions are complete and readable."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agents.scholar import versions
from agents.scholar.versions import Change
from agents.store.drafts import Paragraph, Sentence

WORDS = st.sampled_from(["one", "two", " ", "  ", ".", "한국어", "\n", "-"])
TEXT = st.lists(WORDS, max_size=15).map("".join)


@given(TEXT, TEXT)
def test_old_and_new_can_be_read_from_the_changes(old, new):
    made = versions.difference(old, new)
    assert "".join(one.text for one in made if one.kind != "removed") == new
    assert "".join(one.text for one in made if one.kind != "added") == old
    assert all(one.text for one in made)


def test_words_are_whole_and_neighbours_are_one_change():
    assert versions.difference("It holds for all texts.", "It held for some long texts.") == (
        Change("same", "It "),
        Change("removed", "holds"),
        Change("added", "held"),
        Change("same", " for "),
        Change("removed", "all"),
        Change("added", "some long"),
        Change("same", " texts."),
    )


def test_sections_with_headings_citations_and_paragraphs():
    old = (Paragraph(0, "First", (Sentence("It holds.", ("a", "b"), "supported"),)),)
    new = (
        Paragraph(
            0,
            "First one",
            (
                Sentence("It holds.", ("a", "c"), "supported"),
                Sentence("More!", (), "flagged", opens=True),
            ),
        ),
        Paragraph(1, "Second", (Sentence("New.", (), "flagged"),)),
    )
    first, second = versions.sections(old, new, str.upper)
    assert [(one.kind, one.text) for one in first] == [
        ("same", "First"),
        ("added", " one"),
        ("same", "\nIt holds "),
        ("removed", "(A; B)"),
        ("added", "(A; C)"),
        ("same", "."),
        ("added", "\nMore!"),
    ]
    assert [(one.kind, one.text) for one in second] == [("added", "Second\nNew.")]
    assert all(one.kind == "same" for part in versions.sections(new, new, str) for one in part)


def test_a_thousand_sentences_are_compared_in_moments():
    old = (Paragraph(0, "T", tuple(Sentence(f"Sentence number {n} is here.", (), "flagged")
                                   for n in range(1000))),)  # fmt: skip
    new = (Paragraph(0, "T", tuple(Sentence(f"Sentence number {n + n % 7} is here.", (), "flagged")
                                   for n in range(1000))),)  # fmt: skip
    (made,) = versions.sections(old, new, str)
    assert sum(one.kind == "added" for one in made) > 500
