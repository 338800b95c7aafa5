"""Passages: what is stored, found and narrowed, and what becomes of it when a work changes."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest

from agents.base import CancelledError, CancelToken
from agents.scholar import bib
from agents.scholar.nearest import Nearest
from agents.scholar.retrieval import Index
from agents.store.database import Database
from agents.store.library import Library
from agents.store.passages import Narrowed, Passages, Piece
from tests.scholar.conftest import ATTENTION, OTHERS, WordEmbedder


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    yield database
    database.close()


@pytest.fixture
def library(database):
    library = Library(database)
    library.add(bib.parse(ATTENTION + OTHERS).entries)
    return library


@pytest.fixture
def index(database, library):
    return Index(Passages(database), library)


def _refreshed(index, embedder=None):
    return list(index.refresh(embedder, CancelToken()))


def _keys(library, passages, ids):
    return [library.works([p.work])[0].key for p in passages.get(ids)]


def test_words_find_english_and_korean_passages(database, library, index):
    _refreshed(index)
    passages = Passages(database)
    assert passages.count() == 7
    for query, key in (
        ("the helical chain", "dna53"),
        ("직무", "nurse20"),  # two syllables
        ("간호사의 이직", "nurse20"),
        ('AND "OR" NEAR( minimum wages*', "wage94"),
    ):
        assert _keys(library, passages, passages.find(query, 5))[0] == key
    assert passages.find("", 5) == passages.find("xyzzy", 5) == []


def test_a_changed_work_is_indexed_anew_and_a_deleted_one_is_gone(database, library, index):
    _refreshed(index, WordEmbedder())
    passages = Passages(database)
    work = next(w for w in library.list() if w.key == "dna53")
    passages.put(work.id, "text", [Piece("From the PDF: phosphate backbone.", 2, 10)])
    changed = OTHERS.replace("two helical", "two twisted")
    library.add(bib.parse(changed).entries)
    _refreshed(index, WordEmbedder())
    assert passages.find("twisted chains", 5)
    assert not passages.find("helical", 5)
    assert passages.of_work(work.id, "text")[0].page == 2  # the PDF's text has stayed
    library.delete([work.id])
    _refreshed(index)
    assert not passages.find("twisted", 5)
    assert not passages.find("phosphate", 5)
    assert passages.count() == 6
    orphans = "select count(*) from passage_vector where passage not in (select id from passage)"
    assert database.read().execute(orphans).fetchone()[0] == 0


def test_a_search_is_narrowed(database, library, index):
    _refreshed(index)
    passages = Passages(database)

    def found(**narrowed):
        works = passages.works_in(Narrowed(**narrowed))
        return set(_keys(library, passages, passages.find("sequence length attention", 9, works)))

    assert found(years=(2020, 2021)) == {"linear20"}
    assert found(authors=("Dao, Tri",)) == {"mamba23", "flash22"}
    assert found(authors=("Dao, Tri",), years=(2023, 2030)) == {"mamba23"}
    assert found(venues=("Nature",)) == set()
    assert found(entities=("Transformers",)) == {"mamba23"}
    everything = [work.id for work in library.list()]
    assert ("arXiv", 2) in passages.facets(everything)["venue"]
    assert not Narrowed()


@pytest.mark.parametrize("common", [20_000, 3])
def test_a_narrowed_search_keeps_up_with_what_comes_and_goes(database, monkeypatch, common):
    from agents.store import passage_words

    monkeypatch.setattr(passage_words, "_COMMON", common)
    passages = Passages(database)
    for work in range(1, 5):
        passages.put(work, "text", [Piece(f"whale song {work}"), Piece("of birds")])

    def works(query, only):
        return sorted(p.work for p in passages.get(passages.find(query, 9, only)))

    assert works("whale", [2, 4, 99]) == [2, 4]
    assert works("walrus", [5]) == []
    passages.put(5, "text", [Piece("a walrus and a whale"), Piece("another whale")])
    assert works("walrus", [5]) == [5]  # a word that there was none of before
    assert works("whale", [2, 5]) == [2, 5, 5]
    passages.put(2, "text", [Piece("nothing of that kind")])  # its ids are gone
    assert works("whale", [2, 5]) == [5, 5]
    assert works("whale", []) == works("", [5]) == []


def test_the_best_of_a_narrowed_search_are_those_of_all_that_fit(database):
    passages = Passages(database)
    for work in range(1, 30):
        passages.put(work, "text", [Piece("whale " * (work % 7 + 1) + "of the sea " * (work % 5))])
    every = passages.find("whale of the sea", 100)
    only = {work for work in range(1, 30) if work % 3 == 0}
    fitting = [p.id for p in passages.get(every) if p.work in only]
    assert len(fitting) == len(only)
    assert set(passages.find("whale of the sea", 100, only)) == set(fitting)
    assert passages.find("whale of the sea", 3, only)[0] == fitting[0]


def test_vectors_are_bytes_and_hardly_differ(database):
    passages = Passages(database)
    passages.put(1, "text", [Piece(f"p{n}") for n in range(40)])
    dice = np.random.default_rng(1)
    vectors = dice.normal(size=(40, 384)).astype(np.float32) + 1
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = [passage.id for passage in passages.without_vector("e", 100)]
    passages.keep_vectors("e", ids, vectors)
    assert passages.without_vector("e", 100) == ()
    assert passages.count_without_vector("other") == 40
    _ids, works, scales, data = passages.vectors("e", 0)
    back = np.frombuffer(data, np.int8).reshape(40, -1) * np.array(scales)[:, None]
    assert np.abs(back @ vectors.T - vectors @ vectors.T).max() < 0.002
    assert set(works) == {1}


def test_the_nearest_of_many_are_those_by_cosine(database, monkeypatch):
    from agents.scholar import nearest

    monkeypatch.setattr(nearest, "_CLOSELY", 60)
    passages = Passages(database)
    passages.put(1, "text", [Piece(f"p{n}") for n in range(300)])
    passages.put(2, "text", [Piece(f"q{n}") for n in range(300)])
    dice = np.random.default_rng(2)
    centres = dice.normal(size=(20, 384)) * 0.5 + dice.normal(size=384)  # crowded, as E5's are
    vectors = centres[np.arange(600) % 20] + dice.normal(size=(600, 384)) * 0.5
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    ids = [passage.id for passage in passages.without_vector("e", 1000)]
    passages.keep_vectors("e", ids[:200], vectors[:200])
    found = Nearest("e", passages)
    assert found.find(vectors[7], 1) == [ids[7]]
    passages.keep_vectors("e", ids[200:], vectors[200:])  # it takes in what comes later
    shared = 0
    for row in range(0, 600, 30):
        exact = {ids[at] for at in np.argsort(-(vectors @ vectors[row]))[:10]}
        shared += len(exact & set(found.find(vectors[row], 10)))
    assert shared >= 190  # of 200
    assert set(found.find(vectors[7], 10, works=[2])) <= set(ids[300:])


def test_both_ways_are_fused_and_a_cancelled_indexing_goes_on(database, library, index):
    cancel = CancelToken()
    embedder = WordEmbedder()
    events = index.refresh(embedder, cancel)
    monitored = WordEmbedder.embed

    def once(self, texts, kind, cancel_):
        made = monitored(self, texts[:8], kind, cancel_)
        cancel.cancel()
        return made

    embedder.embed = once.__get__(embedder)
    with contextlib.suppress(CancelledError):
        list(events)
    left = Passages(database).count_without_vector(embedder.id)
    assert left == 0  # seven abstracts are one batch, and it was stored
    query = "quadratic attention memory"
    vector = WordEmbedder().embed([query], "query", CancelToken())[0]
    rankings = index.find(query, vector, embedder.id, 7)
    fused = index.search(query, vector, embedder.id, 7)
    assert set(fused) == set(rankings["words"]) | set(rankings["meaning"])
    assert _keys(library, Passages(database), fused)[0] in {"linear20", "flash22"}
