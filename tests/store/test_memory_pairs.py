"""The translation memory as a person looks through it."""

from __future__ import annotations

import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.store import memory_pairs
from agents.store.database import Database
from agents.store.memories import Memories
from agents.store.memory_pairs import MemoryPairs, Wanted
from agents.store.memory_rows import Maker

MAKER = Maker("m", "1", "")


@pytest.fixture
def database(tmp_path):
    made = Database(tmp_path / "data.sqlite3")
    yield made
    made.close()


@pytest.fixture
def memories(database):
    made = Memories(database)
    batch = made.imports.begin("m.tmx")
    made.imports.add(
        batch, [("The cat sleeps.", "고양이가 잔다."), ("It is 50% done.", "반쯤 됐다.")], "ko"
    )
    made.add_human("개가 달린다.", "The dog runs.", ("ko", "en"))
    made.add_machine([("It works.", "잘 작동한다.")], "ko", MAKER)
    return made


@pytest.fixture
def pairs(database, memories):
    return MemoryPairs(database)


def found(pairs, most=100, **wanted):
    *_before, page = pairs.pages(Wanted(**wanted), CancelToken(), most)
    return [pair.en for pair in page.pairs]


def test_all_of_it_the_newest_first_page_by_page(pairs):
    everything = ["It works.", "The dog runs.", "It is 50% done.", "The cat sleeps."]
    assert found(pairs) == everything
    (page,) = pairs.pages(Wanted(), CancelToken(), 3)
    assert ([pair.en for pair in page.pairs], page.more) == (everything[:3], True)
    (rest,) = pairs.pages(Wanted(before=page.pairs[-1].id), CancelToken(), 3)
    assert ([pair.en for pair in rest.pairs], rest.more) == (everything[3:], False)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("CAT", ["The cat sleeps."]),
        ("고양이", ["The cat sleeps."]),
        ("잔", ["The cat sleeps."]),
        ("작동", ["It works."]),  # what a model said is found in both languages
        ("it 됐다", ["It is 50% done."]),
        ("작동한다", ["It works."]),
        ("WORKS", ["It works."]),
        ('50% "done', []),
        ("the", ["The dog runs.", "The cat sleeps."]),
        ("50%", ["It is 50% done."]),
        ("%", ["It is 50% done."]),
        ("_", []),
        ("\\", []),
        ("it cat", []),
        ("cat' or 1 --", []),
    ],
)
def test_each_word_stands_in_one_of_the_languages(pairs, words, wanted):
    assert found(pairs, words=words) == wanted


def test_only_of_one_origin(pairs):
    assert found(pairs, origin="human") == ["The dog runs."]
    assert found(pairs, origin="imported", words="it") == ["It is 50% done."]
    assert [(one.origin, one.target, one.pairs) for one in pairs.holdings()] == [
        ("human", "en", 1),
        ("imported", "ko", 2),
        ("machine", "ko", 1),
    ]
    assert pairs.holdings()[0].characters == len("The dog runs.개가 달린다.")


def test_a_long_search_tells_what_it_has_and_can_be_stopped(pairs, monkeypatch):
    monkeypatch.setattr(memory_pairs, "_STRETCH", 1)
    pages = pairs.pages(Wanted("it"), (token := CancelToken()))
    first = next(pages)
    assert ([pair.en for pair in first.pairs], first.more) == (["It works."], True)
    token.cancel()
    with pytest.raises(CancelledError):
        list(pages)


def test_a_pair_that_was_corrected_is_a_persons(pairs, memories, database):
    (pair,) = next(pairs.pages(Wanted("cat"), CancelToken())).pairs
    change = pairs.edit(pair, "The cat sleeps.", "고양이는  잠을 잔다.")
    entry = memories.exact("The cat sleeps.", "ko")[0]
    assert (entry.target, entry.origin, entry.id) == ("고양이는 잠을 잔다.", "human", pair.id)
    assert memories.fuzzy("고양이는 잠을 잔다", "en")[0].entry.source == "고양이는 잠을 잔다."
    (batch,) = memories.imports.batches()
    memories.imports.undo(batch.id)  # a person's words do not go with an import
    assert memories.exact("The cat sleeps.", "ko")[0].origin == "human"
    pairs.apply(change, back=True)  # its import is gone; the pair is there again
    assert memories.exact("The cat sleeps.", "ko")[0].target == "고양이가 잔다."
    assert memories.fuzzy("고양이는 잠을 잔다", "en") == ()
    pairs.apply(change)
    assert memories.exact("고양이는 잠을 잔다.", "en")[0].target == "The cat sleeps."
    (check,) = database.read().execute("pragma integrity_check").fetchone()
    assert check == "ok"


def test_nothing_changes_without_words(pairs):
    (pair,) = next(pairs.pages(Wanted("dog"), CancelToken())).pairs
    assert pairs.edit(pair, " The  dog runs. ", pair.ko) is None
    for en, ko in (("", "개"), ("dog", "\u200b"), ("x" * 20_001, "개")):
        with pytest.raises(UserError) as caught:
            pairs.edit(pair, en, ko)
        assert caught.value.code == "translation.pair_empty"


def test_forgotten_pairs_come_back_as_they_were(pairs, memories):
    everything = tuple(next(pairs.pages(Wanted(), CancelToken())).pairs)
    change = pairs.take_out(everything[:2])
    assert found(pairs) == ["It is 50% done.", "The cat sleeps."]
    assert memories.exact("It works.", "ko", MAKER) == ()
    memories.add_human("New.", "새것.", ("en", "ko"))  # gets an id that is free
    pairs.apply(change, back=True)
    assert memories.exact("It works.", "ko", MAKER)[0].target == "잘 작동한다."
    assert memories.exact("New.", "ko")[0].target == "새것."
    pairs.apply(change)
    assert memories.exact("New.", "ko")[0].target == "새것."
