"""Sentences: lossless for any text, right for hard ones."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.translation import segment, work
from agents.translation.formats.text import TextDocument
from agents.translation.inline import Mark, Rich
from agents.translation.korean import Korean

KOREAN = Korean()


def split(text: str) -> list[str]:
    return [text[a:b] for a, b in segment.sentences(text, KOREAN)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Kim et al. (2020) showed this.", "See Fig. 3 for details."],
        ["In the U.S.", "The rate was 3.5 %."],
        ["The U.S. economy grew by 2.1 %.", "It fell later."],
        ["Dr. Smith, e.g. J. Smith, agreed.", '"Yes!" he said.', "Really?", "OK."],
        ["1. Introduction"],
        ["Use Eq. (3) and No. 5 vs. No. 6.", "Then stop."],
        ["It costs $3.50.", "(See p. 12.)", "Done."],
        ["He left at 5 p.m. yesterday.", "She stayed."],
        ["김철수 외(2021)는 이 방법을 제안했다.", "결과는 유의했다(p < .05)."],
        ["Kim et al. (2020)은 다르게 보았다.", "우리는 그렇지 않다."],
        ["가격은 3.5만 원이다.", "비싸다!"],
        ["これは文です。", "次の文です。"],
        ["No end mark here"],
    ],
)
def test_hard_sentences(sentences):
    assert split(" ".join(sentences)) == sentences or split("".join(sentences)) == sentences


def test_line_breaks_and_tabs_always_separate():
    assert split("Name:\tKim Cheolsu\nSeoul, Korea") == ["Name:", "Kim Cheolsu", "Seoul, Korea"]


def test_an_endless_sentence_is_cut_at_pauses_without_loss():
    text = "word and another word, " * 200
    parts = split(text)
    assert max(map(len, parts)) <= segment.LONGEST
    assert " ".join(parts) == text.strip()


def test_text_that_must_stay_whole_is_never_cut():
    text = "Run `a. B` now. Then stop."
    rich = Rich(text, (Mark(0, "fixed", 4, 10),))
    assert [text[a:b] for a, b in segment.segments(rich, KOREAN)] == [
        "Run `a. B` now.",
        "Then stop.",
    ]


texts = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("abAB .!?,\n\t\"'()“”다요가나한국0123456789\u00a0\u200b。")),
        st.characters(blacklist_categories=["Cs"]),
    ),
    max_size=120,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts)
def test_segmentation_is_lossless(text):
    spans = segment.sentences(text, KOREAN)
    at = 0
    for start, end in spans:
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()  # between sentences there is only white space
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


def test_a_segment_knows_the_texts_beside_it_and_keeps_its_id():
    document = TextDocument.of("One is here.\tTwo is\nthere. 세 번째다.\n\nLast one. Really.")
    _pieces, units = work.read(document, KOREAN)
    assert [unit.before for unit in units] == ["", *(unit.text for unit in units[:-1])]
    assert [unit.after for unit in units] == [*(unit.text for unit in units[1:]), ""]
    assert [unit.index for unit in units] == list(range(len(units)))
    again = work.read(TextDocument.of("One is here.\tTwo is\nthere. 세 번째다."), KOREAN)[1]
    assert [unit.id for unit in again] == [unit.id for unit in units[: len(again)]]
    assert again[-1].after == ""
