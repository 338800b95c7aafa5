"""The library: what is the same work, what is found, what is kept."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from agents.base import UserError
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


def test_a_taken_key_is_not_lost_but_changed_and_named(library):
    library.add([entry("k", "The architecture of complexity")])
    other = entry("k", "Sourdough fermentation and bread", line=7)
    result = library.add([other])
    (renamed,) = result.renamed
    assert (renamed.line, renamed.key, renamed.new) == (7, "k", "k-2")
    assert [work.key for work in library.list()] == ["k-2", "k"]
    (kept,) = library.entries([library.list()[0].id])
    assert kept.raw.startswith("@article{k-2, title={Sourdough")
    again = library.add([other])
    assert (again.added, again.duplicates, library.count()) == (0, 1, 2)


def test_one_work_under_two_keys_stays_two_entries_until_they_are_merged(library):
    library.add([entry("a", "Attention is all you need", doi="10.1/x")])
    second = library.add([entry("b", "Attention Is All You Need!", doi="10.1/x", year="2018")])
    assert (second.added, library.count()) == (1, 2)


def test_an_update_can_be_taken_back(library):
    first = entry("k", "The architecture of complexity", abstract="Old.")
    library.add([first])
    library.add([entry("k", "The architecture of complexity", abstract="New.")])
    assert library.list()[0].abstract == "New."
    change = library.undo()
    assert (change.kind, library.list()[0].abstract) == ("update", "Old.")
    with pytest.raises(UserError, match=r"scholar\.nothing_to_undo"):
        library.undo()


def test_a_change_is_refused_where_the_entry_is_another_by_now(library):
    library.add(
        [entry("a", "The architecture of complexity"), entry("b", "Another of these works")]
    )
    a, b = library.entries(library.ids())
    merged = dataclasses.replace(a, raw=a.raw + " ")
    library.change("merge", [a, b], [merged])
    assert library.aliases() == {"b": a.work.id}
    with pytest.raises(UserError, match=r"scholar\.changed_meanwhile"):
        library.change("fix", [a], [a])
    library.add(
        [
            dataclasses.replace(
                b, work=dataclasses.replace(b.work, title="Quite new"), raw="@x{b,t={Q}}"
            )
        ]
    )
    with pytest.raises(UserError, match=r"scholar\.changed_meanwhile"):
        library.undo()
    assert library.count() == 2
    library.delete([work.id for work in library.list() if work.key == "b"])
    library.undo()
    assert [work.key for work in library.list()] == ["b", "a"]
    assert library.aliases() == {}
    assert found_keys(library, "Another of these")[0] == "b"


def test_what_was_merged_away_does_not_come_back_with_its_file(library):
    a, b = entry("a", "The architecture of complexity"), entry("b", "Architecture of complexity")
    library.add([a, b])
    kept, gone = library.entries(library.ids())
    library.change("merge", [kept, gone], [kept])
    assert library.add([a, b]).duplicates == 2
    assert library.count() == 1


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
    assert set(found_keys(library, query)) <= {"k"}


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
