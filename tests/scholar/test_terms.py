"""Words, numbers, names and sentences of abstracts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.scholar import terms


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("10,000 and 10000 and 3.14%", {10000, 3.14}),
        ("1만 2천 명과 3억 원", {10000, 2000, 3e8}),
        ("BERT2 and GPT-4 in v1.2", {4}),
        ("about 5x, 2nd, 35–250 Hz", {5, 2, 35, 250}),
        ("no numbers", set()),
    ],
)
def test_numbers_by_value(text, values):
    assert terms.numbers(text) == values


def test_number_words_count_where_a_number_is_looked_for():
    assert 5 in terms.numbers("about five times", words=True)
    assert 2 in terms.numbers("twice as fast", words=True)
    assert 5 not in terms.numbers("about five times")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The model beats BERT and mBART on English.", {"BERT", "mBART", "English"}),
        ("Models are trained. Training is slow.", set()),
        ("이 모델은 Mamba와 gpt를 쓴다.", {"Mamba", "gpt"}),
    ],
)
def test_names(text, found):
    assert set(terms.names(text)) == found


def test_sentences_end_where_they_end():
    text = (
        "We follow Kim et al. (2020), i.e. Section 3.2. It works (p < .05)! “Does it?” Yes, cf."
        " Fig. 2. 한국어도 된다. 정말 그렇다."
    )
    assert terms.sentences(text) == (
        "We follow Kim et al. (2020), i.e. Section 3.2.",
        "It works (p < .05)!",
        "“Does it?”",
        "Yes, cf. Fig. 2.",
        "한국어도 된다.",
        "정말 그렇다.",
    )


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("모델에서는", "모델"), ("번역하였다", "번역"), ("연구의", "연구"), ("높으면", "높"),
        ("바다", "바다"), ("트랜스포머들은", "트랜스포머"), ("가", "가"),
    ],
)  # fmt: skip
def test_korean_particles_and_endings_go(word, stem):
    assert terms.ko_stem(word) == stem


def test_a_korean_term_is_found_inside_a_compound():
    assert terms.bag("한영 기계번역의 품질").holds("기계 번역")
    assert terms.bag("한영기계 번역").holds("기계번역")
    assert not terms.bag("한영 번역").holds("기계번역")


def test_language():
    assert terms.language("셀프 어텐션 (self-attention)의 비용") == "ko"
    assert terms.language("The Korean word 한국어 is here") == "en"
    assert terms.language("") == "en"


@given(st.text(max_size=200))
def test_sentences_lose_nothing(text):
    made = "".join("".join(terms.sentences(text)).split())
    assert made == "".join(text.split())


@given(st.text(max_size=100))
def test_any_text_has_terms(text):
    for term in (*terms.content(text, generic=True), *terms.pairs(text), *terms.names(text)):
        assert term
    terms.numbers(text, words=True)
    terms.runs(text)
