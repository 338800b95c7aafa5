"""Citations of passages: only what was shown, only where it fits."""

from __future__ import annotations

import pytest

from agents.chat.files import citing
from agents.chat.hands import Given
from agents.chat.team import Step
from agents.store.files import FilePassage

PASSAGES = (
    FilePassage(11, 1, 0, 1, "The museum opened in 1988 and shows ceramics of the Joseon dynasty."),
    FilePassage(12, 1, 1, 4, "Admission costs 3,000 won for adults and nothing for children."),
    FilePassage(13, 2, 0, 0, "박물관은 매주 월요일에 문을 닫으며 설날에도 쉽니다."),
)
NAMES = {1: "guide.pdf", 2: "안내.hwpx"}


def cited(text, question="?"):
    return citing.cited(text, PASSAGES, NAMES, question)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("It opened in 1988. [1]", "It opened in 1988. [1]"),
        ("It opened in 1988 [1].", "It opened in 1988. [1]"),
        ("Adults pay 3,000 won [2][1].", "Adults pay 3,000 won. [1]"),
        ("It opened [9] in 1988. [12]", "It opened in 1988."),
        ("It opened in 1988. ［1］", "It opened in 1988. [1]"),
        ("See [the site](https://x.example) please.", "See [the site](https://x.example) please."),
        ("`a[1]` is code.", "`a[1]` is code."),
        ("월요일에 쉽니다. [3]", "월요일에 쉽니다. [1]"),
    ],
)
def test_only_passages_that_were_shown_are_cited(said, shown):
    assert cited(said).text == shown


def test_numbers_follow_the_order_in_which_they_are_cited():
    made = cited("Children pay nothing for admission. [2]\n\nIt shows ceramics of Joseon. [1]")
    assert made.text == (
        "Children pay nothing for admission. [1]\n\nIt shows ceramics of Joseon. [2]"
    )
    assert [(one.number, one.page, one.name) for one in made.sources] == [
        (1, 4, "guide.pdf"),
        (2, 1, "guide.pdf"),
    ]


def test_a_sentence_without_a_citation_gets_the_passage_that_holds_its_words():
    made = cited("The museum opened in 1988 and shows ceramics.")
    assert made.text == "The museum opened in 1988 and shows ceramics. [1]"
    assert made.sources[0].text == PASSAGES[0].text


def test_a_citation_of_a_passage_about_something_else_goes():
    made = cited("Penguins swim remarkably quickly underwater near icebergs. [2]")
    assert made.text == "Penguins swim remarkably quickly underwater near icebergs."
    assert made.sources == ()


def test_across_languages_a_citation_is_left_to_the_model():
    made = cited("The museum is closed on Mondays and on New Year's Day. [3]")
    assert made.sources[0].name == "안내.hwpx"


def test_a_list_of_slots_and_a_range():
    made = cited("Opened 1988, 3,000 won. [1-2, 40]")
    assert made.text == "Opened 1988, 3,000 won. [1][2]"


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("Admission costs 3000 won.", ()),
        ("It opened in 1987.", ("1987",)),
        ("1. First\n2. Second", ()),
        ("In 2026 it opened.", ()),  # stands in the question
        ("3억 원입니다.", ()),  # written in another way: not judged
    ],
)
def test_a_number_that_stands_nowhere_is_named(said, numbers):
    assert cited(said, "What of 2026?").numbers == numbers


def test_citations_inside_a_passage_are_not_taken_for_ours():
    shown = citing.slots([FilePassage(1, 1, 0, 2, "As shown in [12, 13] and [4].")], NAMES)
    assert shown == "## guide.pdf\n\n[1] (p. 2) As shown in (12, 13) and (4)."


def test_steps_of_one_answer_count_on():
    one = cited("It opened in 1988. [1]")
    two = cited("Adults pay 3,000 won. [2]")
    steps = tuple(
        Step(number, "document", "t", Given(made.text, "m", sources=made.sources), 0.0, 1.0)
        for number, made in enumerate((one, two))
    )
    first, second = citing.apart(steps)
    assert first.given.text.endswith("[1]")
    assert second.given.text == "Adults pay 3,000 won. [2]"
    assert second.given.sources[0].number == 2
