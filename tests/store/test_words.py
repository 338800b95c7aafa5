"""Stems and index words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.store import words
from agents.store.stem import stem


@pytest.mark.parametrize(
    "family",
    [
        "generate generates generated generating generation",
        "translation translations translate",
        "linear linearly",
        "parametrisation parametrization",
        "modelling modeling model models",
        "behaviour behavior",
        "studies study studied",
        "efficient efficiently",
        "hopping hop hops",
    ],
)
def test_a_family_has_one_stem(family):
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize(
    "pair", ["universal universe_", "policy police", "new news_", "general gene"]
)
def test_strangers_keep_apart(pair):
    one, two = pair.split()
    assert stem(one) != stem(two)


# From the published vocabulary of the algorithm.
@pytest.mark.parametrize(
    ("word", "stemmed"),
    [
        ("caresses", "caress"), ("ponies", "poni"), ("agreed", "agre"), ("plastered", "plaster"),
        ("conflated", "conflat"), ("sized", "size"), ("hopping", "hop"), ("falling", "fall"),
        ("happy", "happi"), ("relational", "relat"), ("conditional", "condit"),
        ("vietnamization", "vietnam"), ("triplicate", "triplic"), ("formalize", "formal"),
        ("goodness", "good"), ("revival", "reviv"), ("allowance", "allow"), ("adoption", "adopt"),
        ("effective", "effect"), ("controll", "control"), ("probate", "probat"), ("rate", "rate"),
    ],
)  # fmt: skip
def test_porters_own_examples(word, stemmed):
    assert stem(word) == stemmed


@given(st.text(max_size=40))
def test_any_text_can_be_indexed_and_asked_for(text):
    words.index_text(text)
    for expression in words.match_queries(text):
        assert expression.count('"') % 2 == 0
