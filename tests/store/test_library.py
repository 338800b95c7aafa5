"""The library: what is the same work, what is found, what is kept."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from agents.store.database import Database
from agents.store.library import Entry, Library, Work


@pytest.fixture
def library(tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    yield Library(database)
    database.close()


def entry(key, title, *, year="2000", authors=("Kim, Ana",), abstract="", doi="", place="", line=1):
    work = Work(0, key, "article", title, authors, year, "A Journal", abstract, doi)
    return Entry(
        work, f"@article{{{key}, title={{{title}}}, x={{{abstract}}}}}", place=place, line=line
    )


def found_keys(library, query, limit=20):
    return [work.key for work in library.works(library.find(query, limit))]


def test_entries_come_back_to_the_letter(library):
    given = dataclasses.replace(
        entry("k", "A title", abstract="Text."),
        macros=(("m", '@string{m = "한 {\\"o}"}'),),
        preambles=("@preamble{x}",),
        parents=("@book{p, title={P}}",),
    )
    library.add([given])
    (kept,) = library.entries([library.list()[0].id])
    assert dataclasses.replace(kept, work=given.work, line=given.line) == given
    assert dataclasses.replace(kept.work, id=0) == given.work


def test_the_same_again_is_a_duplicate_and_a_changed_one_an_update(library):
    first = entry("k", "The architecture of complexity")
    assert library.add([first]).added == 1
    assert library.add([first]).duplicates == 1
    changed = library.add([entry("k", "The architecture of complexity, corrected")])
    assert (changed.updated, library.count()) == (1, 1)
    assert found_keys(library, "corrected") == ["k"]


def test_a_key_of_another_work_is_refused_with_its_line(library):
    library.add([entry("k", "The architecture of complexity")])
    result = library.add([entry("k", "Sourdough fermentation and bread", line=7)])
    (refused,) = result.refused
    assert (refused.line, refused.reason) == (7, "scholar.key_taken")
    assert [work.title for work in library.list()] == ["The architecture of complexity"]


def test_one_work_under_two_keys_by_doi_and_by_likeness(library):
    library.add([entry("a", "Attention is all you need", doi="10.1/x")])
    by_doi = library.add([entry("b", "Attention Is All You Need!", doi="10.1/x", year="2018")])
    by_title = library.add([entry("c", "ATTENTION is All you Need", abstract="The abstract.")])
    assert (by_doi.duplicates, by_title.updated, library.count()) == (1, 1, 1)
    work = library.list()[0]
    assert (work.key, work.abstract) == ("a", "The abstract.")
    again = library.add([entry("a", "Attention is all you need", doi="10.1/x")])
    assert again.duplicates == 1
    assert library.list()[0].abstract == "The abstract."


def test_one_title_in_two_places_are_two_works(library):
    library.add([entry("a", "Editorial comments of the year", place="1/1/1")])
    second = library.add([entry("b", "Editorial comments of the year", place="1/2/1")])
    other_doi = library.add(
        [entry("c", "Editorial comments of the year", place="1/1/1", doi="10.1/z")]
    )
    assert (second.added, other_doi.updated) == (1, 1)
    short = library.add([entry("d", "Preface"), entry("e", "Preface")])
    assert short.added == 2


@pytest.mark.parametrize(
    "query",
    [
        "형태소",
        "형태소 분석기",
        "분석",
        "한국어의 형태소를",
        "기계번역",
        "Müller",
        "muller",
        "translat",
        "translations",
    ],
)
def test_words_are_found_in_both_languages(library, query):
    library.add(
        [
            entry(
                "ko",
                "한국어 형태소분석기와 한영기계번역",
                authors=("Müller, Ü.",),
                abstract="Translating words.",
            ),
            entry("no", "Completely different matters of gardening", year="1999"),
        ]
    )
    assert found_keys(library, query)[0] == "ko"


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "a AND",
        "NEAR(x",
        "title:x*",
        "' OR 1=1 --",
        "(((",
        "^",
        "*",
        "-",
        "",
        "   ",
        "NOT",
        "é" * 3000,
        "\0",
    ],
)
def test_a_query_is_never_an_operator(library, query):
    library.add([entry("k", "NOT AND OR NEAR title")])
    library.find(query)


def test_works_with_every_word_come_first(library):
    library.add(
        [
            entry("one", "Attention attention attention", year="2001"),
            entry("both", "A quiet word on linear things and attention", year="2002"),
        ]
    )
    assert found_keys(library, "linear attention") == ["both", "one"]
    assert found_keys(library, "linear attention", limit=1) == ["both"]


def test_deleted_works_are_not_found(library):
    library.add([entry("k", "Something to delete here")])
    work = library.list()[0]
    library.keep_vectors("e", [work.text], np.ones((1, 4), dtype=np.float32))
    library.delete([work.id])
    assert library.find("something") == ()
    assert library.works([work.id]) == ()
    assert library.vectors("e", [work.text]) == {}


def test_vectors_belong_to_their_embedder(library):
    vectors = np.arange(8, dtype=np.float32).reshape(2, 4)
    library.keep_vectors("e1", ["a", "b"], vectors)
    kept = library.vectors("e1", ["b", "a", "c"])
    assert set(kept) == {"a", "b"}
    assert np.array_equal(kept["b"], vectors[1])
    assert library.vectors("e2", ["a"]) == {}


def test_a_corrected_title_is_embedded_anew(library):
    library.add([entry("k", "The first title of it")])
    library.keep_vectors("e", [library.list()[0].text], np.ones((1, 4), dtype=np.float32))
    library.add([entry("k", "The second title of it")])
    assert library.vectors("e", [library.list()[0].text]) == {}


def test_broken_entries_of_a_file_are_replaced(library):
    from agents.store.library import Broken

    library.keep_broken("a.bib", [Broken(3, "scholar.entry_unreadable", "@x{")])
    library.keep_broken("b.bib", [Broken(1, "scholar.entry_bad_key", "@y{")])
    library.keep_broken("a.bib", [])
    assert [(source, item.line) for source, item in library.broken()] == [("b.bib", 1)]
