"""What the memory and the glossaries know about a segment."""

from __future__ import annotations

import pytest

from agents.store.database import Database
from agents.store.glossaries import Glossaries, StoredTerm
from agents.store.memories import Memories
from agents.store.memory_rows import Maker
from agents.translation import glossary_files, prompts
from agents.translation.hits import Finder, HitsRequest, differences

SOURCE = "The language model reads every sentence twice."
TARGET = "언어 모델은 모든 문장을 두 번 읽는다."


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    yield database
    database.close()


@pytest.fixture
def memories(database):
    return Memories(database)


@pytest.fixture
def glossaries(database):
    return Glossaries(database)


@pytest.fixture
def look(memories, glossaries, korean):
    finder = Finder(memories, glossaries, korean)

    def run(source=SOURCE, target=TARGET, language="ko", model="", glossary=""):
        request = HitsRequest(source, target, language, model, glossary)
        found = finder.look(request)
        assert found.request == request
        return found

    return run


def test_nothing_is_known_and_that_is_said(look):
    found = look()
    assert (found.pairs, found.terms, found.remembers, found.names) == ((), (), False, False)


def test_pairs_come_best_first_with_their_origin(look, memories):
    memories.add_human(SOURCE, "사람의 말이다.", ("en", "ko"))
    batch = memories.imports.begin("old.tmx")
    near = SOURCE.replace("twice", "once")
    memories.imports.add(batch, [(near, "한 번 읽는다."), ("Not at all alike.", "다르다.")], "ko")
    found = look()
    assert [(pair.score, pair.target, pair.origin) for pair in found.pairs] == [
        (100, "사람의 말이다.", "human"),
        (94, "한 번 읽는다.", "imported"),
    ]
    assert found.pairs[1].name == "old.tmx"
    assert found.remembers
    assert look("Nothing like it is known.").remembers


def test_almost_the_same_is_never_a_hundred_per_cent(look, memories):
    long = "word " * 300
    memories.add_human(f"{long}once.", "한 번.", ("en", "ko"))
    assert [pair.score for pair in look(f"{long}one.").pairs] == [99]
    assert [pair.score for pair in look(f" {long} once.").pairs] == [100]


def test_a_models_own_words_are_no_hit_for_their_segment(look, memories):
    memories.add_machine([(SOURCE, TARGET)], "ko", Maker("m", prompts.RECIPE))
    assert look(model="m").pairs == ()
    assert [pair.origin for pair in look(target="달라졌다.", model="m").pairs] == ["machine"]
    assert look(target="달라졌다.", model="another").pairs == ()
    assert look(target="달라졌다.").pairs == ()


def test_a_jobs_own_glossary_decides_which_terms_and_machine_pairs_count(
    look, memories, glossaries, korean
):
    glossaries.add("mine", [StoredTerm("language model", "언어 모형")])
    glossaries.add("other", [StoredTerm("sentence", "월")])
    digest = glossary_files.opened("mine", "ko", glossaries, korean.morphemes).digest
    said = "언어 모형은 모든 문장을 읽는다."
    memories.add_machine([(SOURCE, said)], "ko", Maker("m", prompts.RECIPE, digest))
    assert look(model="m").pairs == ()
    found = look(model="m", glossary="mine")
    assert [pair.target for pair in found.pairs] == [said]
    assert [term.glossary for term in found.terms] == ["mine"]
    assert {term.glossary for term in look(glossary="one that is gone").terms} == {"mine", "other"}


def test_the_other_direction_is_looked_up_in_korean(look, memories):
    memories.add_human(SOURCE, TARGET, ("en", "ko"))
    assert [pair.target for pair in look(TARGET, "?", "en").pairs] == [SOURCE]


def test_terms_say_whether_they_are_kept(look, glossaries):
    glossaries.add(
        "thesis",
        [
            StoredTerm("language model", "언어 모형", note="as in the first chapter"),
            StoredTerm("sentence", "문장", ("구절",)),
            StoredTerm("cat", "고양이"),
        ],
    )
    found = look()
    assert [(one.source, one.target, one.met, one.note) for one in found.terms] == [
        ("language model", "언어 모형", False, "as in the first chapter"),
        ("sentence", "문장", True, ""),
    ]
    assert {one.glossary for one in found.terms} == {"thesis"}
    assert found.terms[1].avoid == ("구절",)
    assert [one.met for one in look(target="언어 모형은 구절을 읽는다.").terms] == [True, False]


def test_a_changed_glossary_is_seen_at_once_and_two_count_together(look, glossaries):
    glossaries.add("a", [StoredTerm("sentence", "문장")])
    assert [one.target for one in look().terms] == ["문장"]
    glossaries.add("b", [StoredTerm("sentence", "월")])
    (term,) = look().terms
    assert (term.target, term.also, term.met, term.glossary) == ("월", ("문장",), True, "b")
    glossaries.add("b", [StoredTerm("sentence", "글월")])
    assert [one.target for one in look().terms] == ["글월"]
    glossaries.remove("a")
    glossaries.remove("b")
    assert not look().names


@pytest.mark.parametrize(
    ("before", "now", "parts"),
    [
        ("a b c", "a b c", [("same", "a b c")]),
        ("a b c", "a x c", [("same", "a "), ("gone", "b"), ("new", "x"), ("same", " c")]),
        ("", "new", [("new", "new")]),
        ("all gone", "", [("gone", "all gone")]),
        ("3.5억 원", "4.5억 원", [("gone", "3"), ("new", "4"), ("same", ".5억 원")]),
    ],
)
def test_differences_are_told_word_by_word(before, now, parts):
    found = differences(before, now)
    assert [(part.kind, part.text) for part in found] == parts
    assert "".join(part.text for part in found if part.kind != "new") == before
    assert "".join(part.text for part in found if part.kind != "gone") == now
