# ruff: noqa: E501 - a case is a line
"""The translation memory: who outranks whom, what is alike, and what can be taken back."""

from __future__ import annotations

import sqlite3
import threading
from importlib.resources import files

import pytest

from agents.store import database as database_module
from agents.store import owner
from agents.store.database import Database
from agents.store.memories import Memories
from agents.store.memory_rows import Maker, key

NEW, OLD = Maker("new", "1", ""), Maker("old", "1", "")


@pytest.fixture
def database(tmp_path):
    made = Database(tmp_path / "data.sqlite3")
    yield made
    made.close()


@pytest.fixture
def memories(database):
    return Memories(database)


def said(entries):
    return [entry.target for entry in entries]


def imported(memories, *pairs, file="m.tmx"):
    batch = memories.imports.begin(file)
    memories.imports.add(batch, pairs, "ko")
    memories.imports.end(batch)
    return batch


def test_a_person_outranks_an_import_and_that_a_model(memories):
    memories.add_machine([("It works.", "기계")], "ko", NEW)
    imported(memories, ("It works.", "수입"))
    memories.add_human("It works.", "사람 1", ("en", "ko"))
    memories.add_human("It works.", "사람 2", ("en", "ko"))
    assert said(memories.exact("It works.", "ko", NEW)) == ["사람 2", "사람 1", "수입", "기계"]
    memories.add_human("It works.", "사람 1", ("en", "ko"))
    assert said(memories.exact("It works.", "ko", NEW))[:2] == ["사람 1", "사람 2"]


@pytest.mark.parametrize(
    "maker",
    [OLD, Maker("new", "2", ""), Maker("new", "1", "other glossary"), Maker("NEW", "1", ""), None],
)
def test_an_old_text_is_never_passed_off_as_new(memories, maker):
    memories.add_machine([("It works.", "작동한다.")], "ko", NEW)
    assert memories.exact("It works.", "ko", maker) == ()
    assert memories.fuzzy("It works!", "ko", maker) == ()
    assert said(memories.exact("It works.", "ko", NEW)) == ["작동한다."]


def test_of_one_maker_the_latest_is_kept(memories):
    memories.add_machine([("A b.", "하나"), ("A b.", "둘")], "ko", NEW)
    memories.add_machine([("A b.", "옛것")], "ko", OLD)
    assert said(memories.exact("A b.", "ko", NEW)) == ["둘"]
    assert memories.stats().machine == 2


def test_what_a_model_said_holds_in_its_own_direction_only(memories):
    memories.add_machine([("The cat sleeps.", "고양이가 잔다.")], "ko", NEW)
    assert memories.exact("고양이가 잔다.", "en", NEW) == ()
    assert memories.fuzzy("고양이가 잔다.", "en", NEW) == ()


def test_what_people_said_holds_in_both_directions(memories):
    imported(memories, ("The cat sleeps.", "고양이가 잔다."))
    memories.add_human("개가 달린다.", "The dog runs.", ("ko", "en"))
    assert said(memories.exact("고양이가 잔다.", "en")) == ["The cat sleeps."]
    assert said(memories.exact("The dog runs.", "ko")) == ["개가 달린다."]
    assert memories.fuzzy("고양이가 잔다!", "en")[0].entry.target == "The cat sleeps."
    assert memories.fuzzy("The dog runs!", "ko")[0].entry.target == "개가 달린다."


@pytest.mark.parametrize(
    "asked",
    ["The  cat\u00a0sleeps.", "The cat sleeps.\u200b", "The cat\nsleeps.", "Ｔhe cat sleeps."],
)
def test_white_space_and_unicode_forms_make_no_difference(memories, asked):
    imported(memories, ("The cat sleeps.", "고양이가 잔다."))
    assert said(memories.exact(asked, "ko")) == ["고양이가 잔다."]


def test_case_and_a_full_stop_do(memories):
    imported(memories, ("The cat sleeps.", "고양이가 잔다."))
    assert memories.exact("the cat sleeps.", "ko") == ()
    assert memories.exact("The cat sleeps", "ko") == ()


FILLER = [
    (
        f"Sentence number {n} speaks of matter {n * 7} and nothing else.",
        f"문장 {n}은 주제 {n * 7}만 다룬다.",
    )
    for n in range(400)
]


@pytest.mark.parametrize(
    ("text", "target", "found"),
    [
        ("The committee approved the yearly budget on Friday.", "ko", "위원회는 금요일에 예산을 승인했다."),
        ("the committee approved the budget on Friday", "ko", "위원회는 금요일에 예산을 승인했다."),
        ("위원회는 월요일에 예산을 승인했다.", "en", "The committee approved the budget on Friday."),
        ("위원회가 금요일에 예산을 승인함", "en", "The committee approved the budget on Friday."),
        ('He said "yes" AND left* the NEAR(room).', "ko", "그는 예라고 하고 방을 나갔다."),
        ("OK!", "ko", "좋음"),
        ("확인됨", "en", "Confirmed"),
        ("네!", "en", "Yes."),
    ],
)  # fmt: skip
def test_what_is_alike_is_found_among_many(memories, text, target, found):
    imported(
        memories,
        *FILLER,
        ("The committee approved the budget on Friday.", "위원회는 금요일에 예산을 승인했다."),
        ('He said "yes" AND left the NEAR(room).', "그는 예라고 하고 방을 나갔다."),
        ("OK", "좋음"),
        ("Confirmed", "확인함"),
        ("Yes.", "네"),
    )
    matches = memories.fuzzy(text, target, cutoff=60)
    assert matches[0].entry.target == found
    assert 60 <= matches[0].score < 100


@pytest.mark.parametrize("text", ["", " ", "!", "가", "ab", "Zebras yawn in purple submarines."])
def test_nothing_is_alike(memories, text):
    imported(memories, *FILLER)
    assert memories.fuzzy(text, "ko") == ()


def test_the_most_alike_come_first_and_equal_pairs_once(memories):
    imported(memories, ("The red cat sleeps.", "가"), ("The red cat sleeps well.", "나"))
    memories.add_human("The red cat sleeps.", "가", ("en", "ko"))
    found = memories.fuzzy("The red cat sleeps.", "ko")
    assert [(match.entry.target, match.entry.origin) for match in found] == [
        ("가", "human"),
        ("나", "imported"),
    ]
    assert found[0].score == 100 > found[1].score
    assert len(memories.fuzzy("The red cat sleeps.", "ko", limit=1)) == 1


def test_a_memory_that_has_grown_is_sampled_again(memories):
    imported(memories, ("The red cat sleeps.", "가"))
    assert memories.fuzzy("The red cat sleeps!", "ko")
    imported(memories, *FILLER * 8)
    imported(memories, ("A blue whale sings.", "고래"))
    assert memories.fuzzy("A blue whale sang.", "ko")[0].entry.target == "고래"


def test_an_import_counts_and_is_taken_back_whole(memories):
    memories.add_human("Kept.", "남음", ("en", "ko"))
    first = imported(
        memories, ("One two.", "하나 둘"), ("One two.", "하나 둘"), ("", "없음"), ("Kept.", "남음")
    )
    second = imported(memories, ("Three four.", "셋 넷"), file="b.tmx")
    found = memories.imports.batch(first)
    assert (found.file, found.added, found.known, found.skipped) == ("m.tmx", 1, 2, 1)
    assert [batch.id for batch in memories.imports.batches()] == [second, first]
    memories.imports.undo(first)
    assert memories.exact("One two.", "ko") == ()
    assert memories.fuzzy("One two.", "ko") == ()
    assert said(memories.exact("Kept.", "ko")) == ["남음"]
    assert said(memories.exact("Three four.", "ko")) == ["셋 넷"]
    memories.imports.undo(second)
    assert imported(memories) > second  # an id is never another batch's


def test_use_is_counted(memories):
    memories.add_human("One two.", "하나 둘", ("en", "ko"))
    memories.used(memories.exact("One two.", "ko") * 2)
    (entry,) = memories.exact("One two.", "ko")
    assert entry.uses == 2
    assert entry.used >= entry.created
    assert memories.stats().uses == 2


def test_nothing_empty_or_endless_is_kept(memories):
    assert memories.add_human(" ", "무언가", ("en", "ko")) == 0
    assert memories.add_human("x" * 30_000, "무언가", ("en", "ko")) == 0
    memories.add_machine([("", "없음"), ("Some.", "\u200b")], "ko", NEW)
    assert memories.stats().machine == memories.stats().human == 0


def test_what_is_exported_is_what_holds_now(memories):
    memories.add_human("A b.", "옛것", ("en", "ko"))
    memories.add_human("A b.", "새것", ("en", "ko"))
    memories.add_machine([("C d.", "기계")], "ko", NEW)
    imported(memories, ("A b.", "수입"))
    assert said(memories.entries()) == ["새것", "수입"]
    assert said(memories.entries(machine=True)) == ["새것", "기계", "수입"]


def test_clearing_leaves_nothing_to_find(memories, database):
    imported(memories, ("One two three.", "하나 둘 셋"))
    memories.add_human("Four five six.", "넷 다섯 여섯", ("en", "ko"))
    memories.add_machine([("Seven eight.", "일곱 여덟")], "ko", NEW)
    assert memories.clear("machine") == 1
    assert memories.clear() == 2
    assert memories.imports.batches() == ()
    for side, text in (("en", '"one"'), ("ko", '"하나 "'), ("en", '"fou"')):
        query = f"select count(*) from memory_{side} where memory_{side} match ?"  # noqa: S608 - ours
        assert database.read().execute(query, [text]).fetchone() == (0,)
    for side in ("en", "ko"):
        check = f"insert into memory_{side} (memory_{side}) values ('integrity-check')"  # noqa: S608 - ours
        database.read().execute(check)


def test_many_threads_lose_nothing(memories):
    def work(number):
        for step in range(20):
            memories.add_machine([(f"Text {number} {step}.", "글")], "ko", NEW)
            memories.add_human(f"Human {number} {step}.", "글", ("en", "ko"))
            assert memories.exact(f"Text {number} {step}.", "ko", NEW)
            memories.fuzzy(f"Human {number} {step}!", "ko")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (memories.stats().machine, memories.stats().human) == (80, 80)


def test_keys_fit_sqlite_and_surrogates_do_no_harm(memories):
    assert -(2**63) <= key("x") < 2**63
    assert key("a") != key("b")
    assert memories.exact("\ud800", "ko") == ()


def test_a_database_of_an_earlier_version_is_brought_up_to_date(tmp_path):
    path = tmp_path / "old.sqlite3"
    old = sqlite3.connect(path)
    old.execute("create table migration (name text primary key, at text default current_timestamp)")
    folder = files("agents.store").joinpath(database_module.MIGRATIONS)
    for name in ("0001_conversations.sql", "0002_translation.sql", "0003_scholar.sql"):
        old.executescript(folder.joinpath(name).read_text("utf-8"))
        old.execute("insert into migration (name) values (?)", [name])
    old.execute("insert into conversation (title) values ('kept')")
    old.commit()
    old.close()
    made = Database(path)
    memories = Memories(made)
    memories.add_human("One two.", "하나 둘", ("en", "ko"))
    assert memories.fuzzy("One two!", "ko")
    assert made.read().execute("select title from conversation").fetchall() == [("kept",)]
    made.close()


def test_an_index_put_in_order_finds_the_same(memories):
    for start in range(0, len(FILLER), 20):
        imported(memories, *FILLER[start : start + 20])
    before = memories.fuzzy("Sentence number 33 speaks of matter 231.", "ko")
    memories.tidy()
    assert before == memories.fuzzy("Sentence number 33 speaks of matter 231.", "ko") != ()


def test_what_a_dead_process_left_half_is_taken_back(memories, database, monkeypatch):
    whole = imported(memories, ("A cat.", "고양이."), file="whole.tmx")
    half = memories.imports.begin("half.tmx")
    memories.imports.add(half, [("A dog.", "개.")], "ko")
    assert memories.imports.take_back_dead() == ()  # this process is alive
    with monkeypatch.context() as later:
        later.setattr(owner, "alive", lambda _owner: False)
        assert memories.imports.take_back_dead() == ("half.tmx",)
    assert [batch.id for batch in memories.imports.batches()] == [whole]
    assert said(memories.entries()) == ["고양이."]
    kept = database.read().execute("select count(*) from kept").fetchone()
    assert kept == (0,)


def test_an_import_that_was_half_taken_back_goes_wholly(memories, monkeypatch):
    batch = imported(memories, *((f"Cat {n}.", f"고양이 {n}.") for n in range(3)))

    def cut_off(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("agents.store.memory_imports.forget", cut_off)
        with pytest.raises(KeyboardInterrupt):
            memories.imports.undo(batch)
    monkeypatch.setattr(owner, "alive", lambda _owner: False)
    assert memories.imports.take_back_dead() == ("m.tmx",)
    assert memories.stats().imported == 0


def test_forgetting_everything_leaves_an_import_that_has_just_begun(memories):
    batch = memories.imports.begin("m.tmx")
    memories.clear()
    memories.imports.add(batch, [("A dog.", "개.")], "ko")
    assert memories.imports.batch(batch).added == 1
