"""A work must earn its place."""

from __future__ import annotations

import numpy as np
import pytest

from agents.base import CancelToken
from agents.engine.embed import default_embedder
from agents.scholar import bib, relevance
from agents.store.library import Work
from tests.scholar.conftest import ATTENTION, ON_TOPIC, OTHERS, TOPIC

EMBEDDER = default_embedder()
WORKS = tuple(entry.work for entry in bib.parse(ATTENTION + OTHERS).entries)


def chosen(topic, works=WORKS, *, meaning=True, translation=""):
    asked = relevance.Topic(topic, translation)
    out = None
    if meaning:
        cancel = CancelToken()
        texts = [work.text for work in works]
        vectors = dict(zip(texts, EMBEDDER.embed(texts, "passage", cancel), strict=True))
        out = relevance.standing_out(asked, works, vectors, EMBEDDER, cancel)
    return {item.work.key for item in relevance.decide(asked, works, out)}


WAYS = [
    False,
    pytest.param(
        True, marks=pytest.mark.skipif(EMBEDDER is None, reason="no embedded embeddings here")
    ),
]


@pytest.mark.parametrize("meaning", WAYS)
def test_what_is_on_topic_is_taken_and_nothing_else(meaning):
    assert chosen(TOPIC, meaning=meaning) == ON_TOPIC
    assert chosen("Minimum wage and employment", meaning=meaning) == {"wage94"}
    assert chosen("간호사의 스트레스와 이직", meaning=meaning) == {"nurse20"}


@pytest.mark.parametrize("meaning", WAYS)
@pytest.mark.parametrize(
    "topic",
    [
        "Medieval cathedral architecture in France",
        "Sourdough fermentation and bread flavour",
        "블록체인 합의 알고리즘",
        "축구 선수의 부상 예방",
        "A general study of important methods and results",
        "the of and",
    ],
)
def test_a_library_about_other_things_gives_nothing(topic, meaning):
    assert chosen(topic, meaning=meaning) == set()


@pytest.mark.parametrize("meaning", WAYS)
def test_a_library_all_on_topic_is_taken_whole(meaning):
    works = tuple(entry.work for entry in bib.parse(ATTENTION).entries)
    assert chosen(TOPIC, works, meaning=meaning) == ON_TOPIC


@pytest.mark.parametrize("meaning", WAYS)
def test_a_translated_topic_reaches_the_other_language(meaning):
    assert "linear20" in chosen(
        "셀프 어텐션의 제곱 비용", meaning=meaning, translation="quadratic cost of self-attention"
    )


@pytest.mark.skipif(EMBEDDER is None, reason="no embedded embeddings here")
def test_by_meaning_alone_across_languages():
    assert chosen("최저임금 인상과 고용") == {"wage94"}
    assert chosen("Burnout and stress of hospital nurses") == {"nurse20"}


def test_a_wrong_translation_brings_nothing_in():
    if EMBEDDER is None:
        pytest.skip("no embedded embeddings here")
    assert chosen("축구 선수의 부상 예방", translation="helical chains of nucleic acid") <= {
        "dna53"
    }
    assert "commons90" not in chosen("축구 선수의 부상", translation="helical chains")


def test_an_abstract_as_topic():
    abstract = (
        "Self-attention is costly for long documents. We present a sequence model whose state has"
        " constant size. Its cost is linear in the sequence length, and it needs no attention."
        " Experiments on translation show the same quality."
    )
    assert {"linear20", "mamba23"} <= chosen(abstract, meaning=False) <= ON_TOPIC


def test_proceedings_and_periodicals_are_not_cited():
    volume = Work(
        9, "vol", "proceedings", "Proceedings on self-attention and quadratic cost", (), "", "", ""
    )
    assert "vol" not in chosen(TOPIC, (*WORKS, volume), meaning=False)


def test_a_work_that_was_not_embedded_is_judged_by_its_words():
    class Nothing:
        id, dimensions = "n", 4

        def embed(self, texts, kind, cancel):
            return np.eye(4, dtype=np.float32)[[0] * len(texts)]

    out = relevance.standing_out(relevance.Topic(TOPIC), WORKS, {}, Nothing(), CancelToken())
    assert out == {}
    assert {
        item.work.key for item in relevance.decide(relevance.Topic(TOPIC), WORKS, out)
    } == ON_TOPIC
