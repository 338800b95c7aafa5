"""GGUF embedding models: right vectors, in any company, on the thread that chats, within limits."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.engine import embed_gguf, importing, native, weights
from agents.engine.cache import ModelCache
from agents.engine.catalog import CatalogEntry, Licence, ModelFile
from agents.engine.embed import windows
from agents.engine.pooling import ENCODERS
from agents.engine.port import GenerationRequest, Message
from tests.engine import tiny_embedders
from tests.engine.tiny_models import FolderShelf, build

# Another batch shape sums in another order, and llama.cpp looks GELU up in a table of 16-bit
# numbers: 1.4e-4 was seen in a number of a vector of length 1, and the cosine was 1 - 1e-7.
SAME = 5e-4
APART = 20 * SAME  # what different texts differ by, or anything would do
TEXTS = ["hello world", "a", "the quick brown fox jumps over the lazy dog", "zebra 42", "b c d"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("embedders")
    tiny_embedders.lfm2(path / "lfm2.gguf")
    tiny_embedders.lfm2(path / "causal.gguf", pooling="last", causal=True)
    tiny_embedders.bert(path / "e5.gguf", name="Multilingual E5 Small", seed=1)
    build(path / "chat.gguf", "lfm2")
    return path


@pytest.fixture(scope="module")
def numbers(folder):
    """The weights of the model "bert"."""
    return tiny_embedders.bert(folder / "bert.gguf")


@pytest.fixture(scope="module")
def cache(folder, numbers):
    made = ModelCache(FolderShelf(folder), threads=1, budget=0)
    yield made
    made.close()


@pytest.fixture
def opened(folder, numbers):
    made = []

    def make(budget: int = 0, *entries: CatalogEntry) -> ModelCache:
        made.append(ModelCache(FolderShelf(folder, *entries), threads=1, budget=budget))
        return made[-1]

    yield make
    for one in made:
        one.close()


def entry(name: str, template: str) -> CatalogEntry:
    return CatalogEntry(
        id=name,
        name=name,
        role="embedding",
        repository="x/y",
        files=(ModelFile(name=f"{name}.gguf"),),
        licence=Licence(id="Apache-2.0", url=""),
        languages=("en",),
        architecture="bert",
        context=512,
        memory=1,
        template=template,
    )


def embed(embedder, texts, kind="passage"):
    return embedder.embed(texts, kind, CancelToken())


def greedy(text: str, tokens: int = 40) -> GenerationRequest:
    return GenerationRequest((Message("user", text),), max_tokens=tokens)


# ── what comes out ──
def test_a_bert_says_what_numpy_says(cache, numbers):
    found = embed(cache.embedder("bert"), TEXTS)
    wanted = [tiny_embedders.bert_vector(numbers, tiny_embedders.bert_tokens(t)) for t in TEXTS]
    assert found.dtype == np.float32
    assert np.allclose(found, wanted, atol=SAME)
    assert np.abs(found[0] - found[1]).max() > APART


@pytest.mark.parametrize("name", ["bert", "lfm2", "causal"])
def test_the_batch_and_the_order_do_not_matter(cache, name):
    embedder = cache.embedder(name)
    together = embed(embedder, TEXTS)
    alone = np.concatenate([embed(embedder, [text]) for text in TEXTS])
    backwards = embed(embedder, TEXTS[::-1])[::-1]
    assert together.shape == (len(TEXTS), embedder.dimensions)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.allclose(together, alone, atol=SAME)
    assert np.allclose(together, backwards, atol=SAME)
    distances = np.abs(together[:, None] - together[None]).max(axis=2)
    assert (distances + np.eye(len(TEXTS)) > APART).all()  # each text has its own


def test_a_model_that_looks_both_ways_sees_the_end_from_the_first_token(cache):
    """The vector of LFM2.5-Embedding is that of the first token."""
    one, other = embed(cache.embedder("lfm2"), ["hello world", "hello there"])
    assert np.abs(one - other).max() > APART


def test_a_thousand_short_texts(cache):
    texts = [f"text {number}" for number in range(1000)]
    embedder = cache.embedder("bert")
    found = embed(embedder, texts)
    assert found.shape == (1000, 64)
    for row in (0, 31, 32, 500, 999):
        assert np.allclose(found[row], embed(embedder, [texts[row]])[0], atol=SAME)


@pytest.mark.parametrize("name", ["bert", "lfm2", "e5"])
def test_odd_texts(cache, name):
    odd = ["", "\0", "half \ud800", "x" * 3000, "\n", "[CLS] <|im_end|>", "가나다", "a" * 257]
    found = embed(cache.embedder(name), odd)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert embed(cache.embedder(name), []).shape == (0, 64)
    cut = embed(cache.embedder(name), ["one\0two", "one two"])
    assert np.allclose(cut[0], cut[1], atol=SAME)


def test_marks_in_a_text_are_letters(cache):
    """Whoever writes "[SEP]" does not end the text there, as a token would."""
    one, two = embed(cache.embedder("bert"), ["a [SEP] b", "a [PAD] b"])
    assert np.abs(one - two).max() > SAME


def test_a_long_text_is_the_mean_of_its_windows(cache, numbers):
    words = ["abcd " * 50, "efgh " * 50, "ijkl"]
    text = "".join(words)
    parts = cut_as_the_embedder_does(cache, text)
    assert "".join(parts) == text
    assert len(parts) > 1
    one_by_one = [
        tiny_embedders.bert_vector(numbers, tiny_embedders.bert_tokens(part)) * len(part)
        for part in parts
    ]
    vectors = embed(cache.embedder("bert"), parts)
    wanted = (vectors * [[len(part)] for part in parts]).sum(axis=0)
    wanted /= np.linalg.norm(wanted)
    assert np.allclose(embed(cache.embedder("bert"), [text])[0], wanted, atol=SAME)
    rough = np.sum(one_by_one, axis=0)
    assert np.allclose(wanted, rough / np.linalg.norm(rough), atol=SAME)


def cut_as_the_embedder_does(cache, text: str) -> list[str]:
    """The windows, each of at most so many of its tokens."""

    def tokens(part: str) -> int:
        return len(tiny_embedders.bert_tokens(part))

    found = list(windows([text], embed_gguf.WINDOW, tokens))
    assert all(window.size <= embed_gguf.WINDOW for window in found)
    return [window.text for window in found]


# ── prefixes and ids ──
def test_a_query_is_begun_as_the_family_wants_it(cache):
    plain, e5 = cache.embedder("bert"), cache.embedder("e5")
    assert np.array_equal(embed(plain, ["fox"], "query"), embed(plain, ["fox"], "passage"))
    query, passage = embed(e5, ["fox"], "query"), embed(e5, ["fox"], "passage")
    assert not np.allclose(query, passage, atol=SAME)


@pytest.mark.parametrize(
    ("template", "names", "wanted"),
    [
        ("", ("Multilingual E5 Small",), "e5"),
        ("", ("multilingual-e5-large-instruct-q8_0",), "e5-instruct"),
        ("", ("LFM2.5-Embedding-350M-Q4_K_M",), "lfm2-embedding"),
        ("lfm2", ("Lfm2.5 Embedding 350M",), "lfm2-embedding"),
        ("", ("nomic-embed-text-v1.5",), "nomic-embed"),
        ("", ("snowflake-arctic-embed-l-v2.0",), "arctic-embed-2"),
        ("", ("snowflake-arctic-embed-m",), "bge-en"),
        ("", ("Bge Base En v1.5",), "bge-en"),
        ("", ("bge-m3",), "plain"),
        ("e5", ("whatever",), "e5"),
    ],
)
def test_the_catalogue_or_the_name_tells_the_family(template, names, wanted):
    assert embed_gguf.family(template, *names) == wanted


def test_another_file_or_another_way_is_another_id(cache, opened, folder):
    ids = [cache.embedder(name).id for name in ("bert", "e5", "lfm2", "bert")]
    assert ids[0] == ids[3]
    assert len(set(ids)) == 3
    assert opened().embedder("bert").id == ids[0]
    assert opened(0, entry("bert", "e5")).embedder("bert").id != ids[0]


def test_a_replaced_file_has_another_id(tmp_path):
    tiny_embedders.bert(tmp_path / "one.gguf", seed=3)
    cache = ModelCache(FolderShelf(tmp_path), threads=1, budget=0)
    embedder = cache.embedder("one")
    before = embedder.id
    tiny_embedders.bert(tmp_path / "one.gguf", seed=4)
    assert embedder.id != before
    cache.close()


# ── beside others ──
def test_a_chat_beside_it_says_the_same(cache):
    texts = [f"text number {number} with some words" for number in range(400)]
    wanted = embed(cache.embedder("bert"), texts)
    with cache.borrow("chat") as engine:
        alone = engine.submit(greedy("Hello"), CancelToken()).result().text
        found = []
        worker = threading.Thread(target=lambda: found.append(embed(cache.embedder("bert"), texts)))
        worker.start()
        beside = [engine.submit(greedy("Hello"), CancelToken()).result().text for _time in range(5)]
        worker.join()
    assert beside == [alone] * 5
    assert np.allclose(found[0], wanted, atol=SAME)


def test_several_threads_share_one(cache):
    embedder = cache.embedder("bert")
    wanted = embed(embedder, TEXTS)
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(embed(embedder, TEXTS))) for _n in "abcd"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(np.allclose(one, wanted, atol=SAME) for one in found)


def test_only_the_decode_thread_evaluates(cache, monkeypatch):
    seen = set()
    real = embed_gguf.EmbeddingModel.evaluate

    def noting(self, sequences):
        seen.add(threading.current_thread().name)
        assert sum(map(len, sequences)) <= embed_gguf.WINDOW
        assert len(sequences) <= embed_gguf.SEQUENCES
        return real(self, sequences)

    monkeypatch.setattr(embed_gguf.EmbeddingModel, "evaluate", noting)
    embed(cache.embedder("bert"), [*TEXTS * 20, "word " * 500])
    assert seen == {"decode"}


def test_whoever_generates_keeps_half_of_the_time(folder):
    """Between two calls it pauses as long as the last one took, but only beside others."""
    pauses = []

    class Token(CancelToken):
        def wait(self, seconds: float) -> bool:
            pauses.append(seconds)
            return False

    busy = [False]
    cache = ModelCache(FolderShelf(folder), threads=1, budget=0)
    cache._generating = lambda: busy[0]
    embedder = cache.embedder("e5")
    embedder.embed(TEXTS * 20, "passage", Token())
    assert pauses == []
    busy[0] = True
    embedder.embed(TEXTS * 20, "passage", Token())
    assert len(pauses) > 1
    assert all(seconds > 0 for seconds in pauses)
    cache.close()


def test_a_slow_model_gets_smaller_calls(cache, monkeypatch):
    sizes = []
    real = embed_gguf.EmbeddingModel.evaluate

    def slow(self, sequences):
        sizes.append(sum(map(len, sequences)))
        time.sleep(sizes[-1] / 400)  # tokens a second
        return real(self, sequences)

    monkeypatch.setattr(embed_gguf.EmbeddingModel, "evaluate", slow)
    embed(cache.embedder("bert"), ["hello world"] * 60)
    assert max(sizes[3:]) <= 400 * embed_gguf.CALL_SECONDS
    assert min(sizes[:-1]) >= embed_gguf._FEWEST - len("[CLS] hello world [SEP]")


# ── cancelling ──
def test_cancelling_frees_the_caller_in_the_middle_of_a_call(cache, monkeypatch):
    inside, go_on = threading.Event(), threading.Event()
    real = embed_gguf.EmbeddingModel.evaluate

    def held(self, sequences):
        inside.set()
        go_on.wait(30)
        return real(self, sequences)

    embedder = cache.embedder("bert")
    embed(embedder, ["load it"])
    monkeypatch.setattr(embed_gguf.EmbeddingModel, "evaluate", held)
    cancel = CancelToken()
    threading.Thread(target=lambda: inside.wait(30) and cancel.cancel()).start()
    with pytest.raises(CancelledError):
        embedder.embed(TEXTS, "passage", cancel)
    assert not go_on.is_set()  # nobody let the call end
    go_on.set()
    monkeypatch.undo()
    assert embed(embedder, TEXTS).shape == (5, 64)


def test_a_cancelled_token_does_nothing(cache):
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        cache.embedder("bert").embed(TEXTS, "passage", cancel)


# ── one budget, one shelf ──
def test_it_is_lent_evicted_and_loaded_again(opened, folder):
    needs = [
        weights.plan(weights.read(folder / "chat.gguf")).bytes,
        embed_gguf.plan(weights.read(folder / "bert.gguf", "embedding")).bytes,
    ]
    cache = opened(max(needs) + min(needs) // 2)
    embedder = cache.embedder("bert")
    wanted = embed(embedder, TEXTS)
    assert [one.id for one in cache.resident()] == ["bert"]
    assert cache.resident()[0].borrowed == 0
    with cache.borrow("chat"):
        assert [one.id for one in cache.resident()] == ["chat"]
        with pytest.raises(UserError) as caught:
            embed(embedder, TEXTS)  # no room while the chat is borrowed
        assert caught.value.code == "model.too_big"
    assert np.array_equal(embed(embedder, TEXTS), wanted)
    assert [one.id for one in cache.resident()] == ["bert"]
    assert 0 < cache.free() <= needs[1]
    assert cache.resident() == ()


def test_after_the_end_there_is_a_sentence_for_us(opened):
    cache = opened()
    embedder = cache.embedder("bert")
    embed(embedder, TEXTS)
    cache.close()
    with pytest.raises(RuntimeError, match="closed"):
        embed(embedder, TEXTS)


def test_nobody_chats_with_a_bert(cache):
    for name in ("bert", "lfm2", "causal"):
        with pytest.raises(UserError) as caught:
            cache.borrow(name)
        assert caught.value.code == "model.only_finds"
    with pytest.raises(UserError) as caught:
        embed(cache.embedder("chat"), TEXTS)
    assert caught.value.code == "model.only_writes"
    with pytest.raises(UserError) as caught:
        embed(cache.embedder("gone"), TEXTS)
    assert caught.value.code == "model.missing"


# ── files ──
def test_the_library_knows_every_encoder():
    folder = Path(native.llama().__file__).parent / "lib"
    library = next(file for file in folder.iterdir() if file.stem in {"libllama", "llama"})
    content = library.read_bytes()
    assert [name for name in ENCODERS if name.encode() + b"\0" not in content] == []


def test_what_a_file_says_of_its_vectors(folder, numbers, tmp_path):
    info = weights.read(folder / "lfm2.gguf", "embedding")
    assert (info.pooling, info.dimensions) == ("cls", 64)
    tiny_embedders.bert(tmp_path / "old.gguf", pooling="")
    assert weights.read(tmp_path / "old.gguf", "any").pooling == "mean"
    assert weights.read(folder / "chat.gguf", "any").pooling == ""


@pytest.mark.parametrize("pooling", ["none", "rank"])
def test_what_makes_no_vector_of_a_text_is_refused(tmp_path, pooling):
    tiny_embedders.bert(tmp_path / "m.gguf", pooling=pooling)
    with pytest.raises(UserError) as caught:
        weights.read(tmp_path / "m.gguf", "any")
    assert caught.value.code == "model.unsupported"


def test_a_model_that_sees_too_little_is_refused(tmp_path):
    tiny_embedders.bert(tmp_path / "m.gguf", context=16)
    with pytest.raises(UserError) as caught:
        weights.read(tmp_path / "m.gguf", "embedding")
    assert caught.value.code == "model.damaged"


def test_a_small_context_has_small_windows(tmp_path):
    numbers = tiny_embedders.bert(tmp_path / "m.gguf", context=64)
    cache = ModelCache(FolderShelf(tmp_path), threads=1, budget=0)
    found = embed(cache.embedder("m"), ["abc " * 200, "hello"])
    wanted = tiny_embedders.bert_vector(numbers, tiny_embedders.bert_tokens("hello"))
    assert np.allclose(found[1], wanted, atol=SAME)
    cache.close()


def test_vectors_that_are_no_numbers_are_an_error_and_stay_alone(tmp_path):
    tiny_embedders.bert(tmp_path / "m.gguf", poison="z")
    cache = ModelCache(FolderShelf(tmp_path), threads=1, budget=0)
    embedder = cache.embedder("m")
    with pytest.raises(UserError) as caught:
        embed(embedder, ["a z b"])
    assert caught.value.code == "engine.failed"
    assert np.isfinite(embed(embedder, ["a b"])).all()
    cache.close()


def test_an_imported_file_tells_what_it_is_for(folder, numbers):
    for name in ("bert", "lfm2", "causal"):
        assert importing.inspect(folder / f"{name}.gguf", None, ()).role == "embedding"
    assert importing.inspect(folder / "chat.gguf", None, ()).role == "chat"
    with pytest.raises(UserError) as caught:
        importing.inspect(folder / "bert.gguf", "chat", ())
    assert caught.value.code == "model.only_finds"
    with pytest.raises(UserError) as caught:
        importing.inspect(folder / "chat.gguf", "embedding", ())
    assert caught.value.code == "model.only_writes"
