"""Random models are whole, run, and say words that are read again as the same tokens."""

from __future__ import annotations

import re
from collections import Counter

import gguf
import numpy as np
import pytest

from agents.base import CancelToken
from agents.engine import weights
from agents.engine.bench import random_model, texts
from agents.engine.bench.baseline import Words
from agents.engine.bench.ours import FileShelf
from agents.engine.bench.random_model import LFM2_1_2B, TINY, Shape
from agents.engine.bench.turns import Talk
from agents.engine.cache import ModelCache
from agents.engine.port import GenerationRequest, Message
from tests.engine.tiny_models import smollm2

QUANTS = ("q4_0", "q4_k_m")


def _file(folder, quant, seed=0):
    return folder / random_model.file_name(TINY, quant, seed)


@pytest.mark.parametrize("quant", QUANTS)
def test_it_is_an_lfm2_with_the_shape_that_was_asked_for(bench_folder, quant):
    info = weights.read(_file(bench_folder, quant))
    assert (info.architecture, info.layers, info.width) == ("lfm2", 2, TINY.width)
    assert info.vocabulary == TINY.vocabulary
    assert info.hybrid


@pytest.mark.parametrize("quant", QUANTS)
def test_matrices_have_the_same_gain_in_every_format(bench_folder, quant):
    for tensor in gguf.GGUFReader(_file(bench_folder, quant)).tensors:
        numbers = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        assert np.isfinite(numbers).all()
        if numbers.ndim == 2 and numbers.shape[1] > 3 and tensor.name != "token_embd.weight":
            assert numbers.std() * np.sqrt(numbers.shape[1]) == pytest.approx(2.1, rel=0.05)
            assert abs(numbers.mean()) < 0.15 * numbers.std()


def test_the_mix_is_that_of_q4_k_m():
    """llama-quant.cpp: output and half of the value and down matrices in 6 bits."""
    kinds = {name: kind for name, kind, _rows, _cols in random_model._tensors(LFM2_1_2B, "q4_k_m")}
    output = "token_embd.weight"
    assert kinds[output] == "Q6_K"
    down = [n for n in range(16) if kinds[f"blk.{n}.ffn_down.weight"] == "Q6_K"]
    assert down == [0, 1, 4, 7, 10, 13, 14, 15]
    assert kinds["blk.2.attn_v.weight"] == "Q4_K"
    assert kinds["blk.14.attn_v.weight"] == "Q6_K"
    assert Counter(kinds.values())["Q4_K"] > 60


def test_a_full_size_model_has_the_size_of_the_real_one():
    tensors = random_model._tensors(LFM2_1_2B, "q4_0")
    numbers = sum(max(rows, 1) * columns for _name, _kind, rows, columns in tensors)
    assert numbers == pytest.approx(1.17e9, rel=0.01)


@pytest.mark.parametrize("quant", QUANTS)
def test_it_says_words_and_they_are_read_as_the_same_tokens(bench_folder, quant):
    path = _file(bench_folder, quant)
    words, cache = Words(path), ModelCache(FileShelf({"m": path}), threads=1, budget=0)
    with cache.borrow("m") as engine:
        talk = Talk(words, 20)
        opening = talk.opening(50)
        completion = engine.submit(opening, CancelToken()).result()
        assert completion.finish == "length"
        assert re.fullmatch(r"( [a-z]+)+", completion.text)
        assert len(set(completion.text.split())) > 1
        talk.answered(opening, completion)
        added = len(words.prompt(talk.next())) - len(words.prompt(opening))
        assert added == 20 + completion.completion_tokens
    cache.close()
    words.close()


def test_another_seed_is_another_model(bench_folder):
    texts_made = []
    for seed in (0, 1):
        cache = ModelCache(FileShelf({"m": _file(bench_folder, "q4_0", seed)}), threads=1, budget=0)
        with cache.borrow("m") as engine:
            request = GenerationRequest((Message("user", "hello"),), max_tokens=8)
            texts_made.append(engine.submit(request, CancelToken()).result().text)
        cache.close()
    assert texts_made[0] != texts_made[1]


def test_it_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "new" / "model.gguf"
    made = random_model.make(path, smollm2(), TINY, "q4_0")
    done, total = next(made)
    assert 0 < done < total
    made.close()
    assert list(path.parent.iterdir()) == []


def test_what_is_there_is_not_made_again(bench_folder):
    assert list(random_model.make(_file(bench_folder, "q4_0"), smollm2(), TINY, "q4_0")) == []


def test_a_vocabulary_that_is_too_large_is_refused(tmp_path):
    shape = Shape(64, 64, "ca", heads=2, groups=2, vocabulary=1000)
    with pytest.raises(ValueError, match="more than 1000 tokens"):
        list(random_model.make(tmp_path / "m.gguf", smollm2(), shape, "q4_0"))
    assert list(tmp_path.iterdir()) == []


def test_texts_are_as_long_as_asked_and_never_begin_alike(bench_folder):
    words = Words(_file(bench_folder, "q4_0"))
    made = [texts.words(200, seed, words.count) for seed in range(8)]
    assert all(200 <= words.count(text) <= 202 for text in made)
    assert len({text[:40] for text in made}) == 8
    assert 180 <= words.count(texts.glossary(180, 1, words.count)) <= 190
    words.close()
