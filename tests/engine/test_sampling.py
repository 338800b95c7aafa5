"""Choosing tokens: the short way gives what all candidates through llama.cpp would give."""

from __future__ import annotations

import ctypes
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from agents.base import CancelToken, UserError
from agents.engine import native
from agents.engine.likelihood import logprob
from agents.engine.port import GenerationRequest, Message, Sampling
from agents.engine.sampling import Sampler, _Candidates, _largest

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = 5000
CHAINS = [
    Sampling(),
    Sampling(repeat_penalty=1.3),
    Sampling(0.1, 50, 0.1, 0.0, 1.05, 3),
    Sampling(0.9, 40, 0.95, 0.05, 1.0, 4),
    Sampling(0.3, 0, 1.0, 0.15, 1.05, 5),
    Sampling(1.5, 0, 1.0, 0.02, 1.0, 6),
    Sampling(0.6, 0, 0.9, 0.0, 1.0, 7),
    Sampling(1.0, 0, 1.0, 0.0, 1.4, 8),
]
BIASES = [(), ((3, 2.0), (7, -30.0), (4999, 2.0))]


class Whole(Sampler):
    """Hands every candidate over: what the short way must agree with."""

    def __init__(self, *args):
        super().__init__(*args)
        if self._plain:
            self._plain, self._chain = False, self._make_chain(())

    def _pick(self, logits):
        return self._apply_chain(np.arange(self._size), logits)


def rows(number: int, seed: int = 0) -> Iterator[np.ndarray]:
    random = np.random.default_rng(seed)
    for _row in range(number):
        # A handful of tokens stand out, as those of a language model do, and come back.
        logits = random.normal(0, 3, SIZE).astype(np.float32)
        logits[:20] += 9
        yield logits


@pytest.mark.parametrize("bias", BIASES, ids=["plain", "biased"])
@pytest.mark.parametrize("sampling", CHAINS, ids=repr)
def test_the_choice_is_the_one_among_all(sampling, bias):
    short, whole = Sampler(None, SIZE, sampling, "", bias), Whole(None, SIZE, sampling, "", bias)
    made = [(short.choose(row), whole.choose(row)) for row in rows(200)]
    short.close()
    whole.close()
    assert [one for one, _other in made] == [other for _one, other in made]
    assert len({one for one, _other in made}) > 3


def test_a_seed_decides():
    def made(seed):
        sampler = Sampler(None, SIZE, Sampling(1.0, 40, seed=seed))
        chosen = [sampler.choose(row) for row in rows(50)]
        sampler.close()
        return chosen

    assert made(1) == made(1) != made(2)
    assert made(0xFFFFFFFF) == made(0xFFFFFFFF)  # llama.cpp would choose one itself


def test_a_penalty_looks_back_on_the_answer_only():
    sampler = Sampler(None, 4, Sampling(repeat_penalty=2.0))
    logits = np.array([4.0, 3.0, 1.8, 1.0], np.float32)
    assert [sampler.choose(logits) for _token in range(4)] == [0, 1, 0, 0]
    sampler.close()


def test_a_bias_raises_and_bans():
    logits = np.array([4.0, 3.0, 1.0], np.float32)
    for bias, expected in (((2, 9.0), 2), ((0, -math.inf), 1), ((0, -2.0), 1)):
        sampler = Sampler(None, 3, Sampling(), "", (bias,))
        assert sampler.choose(logits) == expected
        sampler.close()


@pytest.mark.parametrize("poison", [math.nan, math.inf])
@pytest.mark.parametrize("sampling", CHAINS[:4], ids=repr)
def test_numbers_that_are_none_are_refused(sampling, poison):
    sampler = Sampler(None, SIZE, sampling)
    logits = next(rows(1))
    for where in (0, SIZE - 1):
        bad = logits.copy()
        bad[where] = poison
        with pytest.raises(UserError) as caught:
            sampler.choose(bad)
        assert caught.value.code == "engine.failed"
    with pytest.raises(UserError):
        sampler.choose(np.full(SIZE, -math.inf, np.float32))
    assert 0 <= sampler.choose(logits) < SIZE
    sampler.close()


@pytest.mark.parametrize("size", [1, 63, 64, 65, 260, 5000, 65537])
def test_the_largest_are_among_the_short_list(size):
    logits = np.random.default_rng(size).normal(0, 1, size).astype(np.float32)
    for number in (1, 2, 50, size):
        found = _largest(logits, number)
        best = np.argsort(-logits)[:number]
        assert set(best) <= set(found)
        assert list(found) == sorted(found)
    assert _largest(np.zeros(size, np.float32), 1).size == size  # all alike: none may be lost


def test_logits_are_not_changed():
    logits = next(rows(1))
    before = logits.copy()
    for sampling in CHAINS:
        sampler = Sampler(None, SIZE, sampling, "", BIASES[1])
        sampler.choose(logits)
        sampler.choose(logits)
        sampler.close()
    assert np.array_equal(logits, before)


# ── grammars: with a real vocabulary ──
GRAMMARS = ['root ::= "the " [a-z]+ " in" "."', "root ::= [0-9] [0-9] [a-z]{3}"]


class Asked(Sampler):
    """Counts how often the whole vocabulary went through the grammar."""

    whole = 0

    def _allowed(self, ids, logits):
        self.whole += len(ids) == self._size
        return super()._allowed(ids, logits)


class Unlisted(Sampler):
    """Asks the grammar about everything, at once."""

    def _decides(self, found, floor):
        return False


@pytest.fixture(scope="module")
def vocabulary(starter_models):
    with starter_models.borrow("smol") as engine:
        yield engine._model


@pytest.mark.parametrize("grammar", GRAMMARS)
@pytest.mark.parametrize("sampling", CHAINS, ids=repr)
def test_the_short_list_gives_what_the_whole_vocabulary_gives(vocabulary, sampling, grammar):
    random = np.random.default_rng(1)
    made = []
    for kind in (Asked, Unlisted):
        sampler = kind(vocabulary.vocab, vocabulary.vocabulary, sampling, grammar)
        random = np.random.default_rng(1)
        text = b""
        for _token in range(5):
            logits = random.normal(0, 3, vocabulary.vocabulary).astype(np.float32)
            token = sampler.choose(logits)
            if vocabulary.is_end(token):
                break
            text += vocabulary.piece(token)
        sampler.close()
        made.append(text)
    assert made[0] == made[1] != b""


def test_a_grammar_near_the_model_never_costs_the_whole_vocabulary(vocabulary):
    sampler = Asked(vocabulary.vocab, vocabulary.vocabulary, Sampling(), "root ::= [a-z ]+")
    random = np.random.default_rng(1)
    for _token in range(20):
        logits = random.normal(0, 3, vocabulary.vocabulary).astype(np.float32)
        piece = vocabulary.piece(sampler.choose(logits)).decode()
        assert piece.replace(" ", "").isascii()
    assert sampler.whole == 0
    sampler.close()


def test_a_grammar_without_a_way_on_is_a_sentence(vocabulary):
    sampler = Sampler(vocabulary.vocab, 2, Sampling(), 'root ::= "한"')
    with pytest.raises(UserError) as caught:  # of two tokens, none can begin it
        sampler.choose(np.array([1.0, 2.0], np.float32))
    assert caught.value.code == "engine.failed"
    sampler.close()


@pytest.mark.parametrize("grammar", ['root ::= "', "root ::= " + "(" * 100, "root ::= \0", "x"])
def test_a_bad_grammar_is_a_sentence(vocabulary, grammar):
    with pytest.raises(UserError) as caught:
        Sampler(vocabulary.vocab, vocabulary.vocabulary, Sampling(), grammar)
    assert caught.value.code == "engine.grammar"


# ── log-probabilities ──
def test_logprobs_are_those_of_a_softmax():
    logits = next(rows(1))
    exact = logits.astype(np.float64)
    exact -= exact.max()
    exact -= np.log(np.exp(exact).sum())
    token = int(np.argsort(-logits)[2])
    made = logprob(logits, token, 4, lambda which: str(which).encode())
    assert made.text == str(token)
    assert made.logprob == pytest.approx(exact[token], abs=1e-5)
    others = [int(one) for one in np.argsort(-logits)[:5] if one != token]
    assert [text for text, _logprob in made.alternatives] == [str(one) for one in others]
    assert [value for _text, value in made.alternatives] == pytest.approx(
        [exact[one] for one in others], abs=1e-5
    )
    assert logprob(logits, token, 0, lambda _which: b"\xed").text == "\\xed"
    assert len(logprob(logits, token, 999, lambda _which: b"").alternatives) == 20
    assert len(logprob(logits[:3], 0, 9, lambda _which: b"").alternatives) == 2


def test_logprobs_come_with_the_answer_when_asked_for(tiny_models):
    with tiny_models.borrow("lfm2") as engine:
        request = GenerationRequest((Message("user", "hello"),), max_tokens=6)
        assert engine.submit(request, CancelToken()).result().logprobs == ()
        asking = GenerationRequest(
            (Message("user", "hello"),), max_tokens=6, logprobs=True, alternatives=3
        )
        made = engine.submit(asking, CancelToken()).result()
    assert len(made.logprobs) == made.completion_tokens == 6
    for one in made.logprobs:  # greedy: none is likelier
        assert one.logprob < 0
        assert all(value <= one.logprob for _text, value in one.alternatives)
        assert len(one.alternatives) == 3


def test_a_biased_text_is_written_and_no_control_token(tiny_models):
    with tiny_models.borrow("lfm2") as engine:
        request = GenerationRequest(
            (Message("user", "hello"),),
            max_tokens=5,
            logit_bias=(("<|im_end|>", 50.0), ("Q", 1000.0)),
        )
        assert engine.submit(request, CancelToken()).result().text == "QQQQQ"


def test_the_candidates_are_handed_over_in_order():
    candidates = _Candidates(native.llama())
    array = candidates.fill(np.array([5, 9]), np.arange(10, dtype=np.float32))
    assert ctypes.sizeof(array.data.contents) == 12
    assert [(array.data[i].id, array.data[i].logit) for i in range(2)] == [(5, 5.0), (9, 9.0)]
