"""Titles by the model: only good ones, only where nobody gave one."""

from __future__ import annotations

import dataclasses

import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.chat.titles import Titler, cleaned
from agents.engine.port import Priority
from agents.store.conversations import Conversations
from agents.store.database import Database
from tests.engine.scripted import INFO, ScriptedEngine, ScriptedModels


@pytest.fixture
def kept(tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    yield Conversations(database)
    database.close()


@pytest.fixture
def talk(kept):
    talk = kept.start("How long is the train to Busan?", "m")
    kept.add(talk, "user", "How long is the train to Busan?", "done")
    kept.add(talk, "assistant", "The train takes two and a half hours.", "done")
    return talk


def titler(kept, answer, loaded=True, **more):
    engine = ScriptedEngine(answer, **more)
    models = ScriptedModels({"m": engine})
    if loaded:
        with models.borrow("m"):
            pass
    return Titler(models, kept), engine


def test_a_title_is_made_and_kept(kept, talk):
    made, engine = titler(kept, '"Train time to Busan."')
    assert made.title(talk, "m", CancelToken()) == "Train time to Busan"
    assert (kept.one(talk).title, kept.one(talk).titled) == ("Train time to Busan", "model")
    assert engine.requests[0].priority == Priority.BACKGROUND
    assert engine.requests[0].conversation == ""  # it does not disturb what the engine keeps
    assert made.title(talk, "m", CancelToken()) == ""
    assert len(engine.requests) == 1


def test_never_over_a_title_the_user_gave_even_meanwhile(kept, talk):
    def rename(_request):
        kept.rename(talk, "Mine")
        return "Train time"

    made, _engine = titler(kept, rename)
    assert made.title(talk, "m", CancelToken()) == ""
    assert kept.one(talk).title == "Mine"


def test_before_the_first_answer_nobody_is_asked(kept):
    talk = kept.start("How long?", "m")
    kept.add(talk, "user", "How long?", "done")
    made, engine = titler(kept, "How long")
    assert made.title(talk, "m", CancelToken()) == ""
    turn = kept.add(talk, "assistant", "", "writing")
    kept.finish(turn, "Two h", "stopped")
    assert made.title(talk, "m", CancelToken()) == ""
    assert engine.requests == []


def test_no_model_is_loaded_for_a_title(kept, talk):
    made, engine = titler(kept, "Train time", loaded=False)
    assert made.title(talk, "m", CancelToken()) == ""
    assert engine.requests == []


def test_it_ends_at_once_and_changes_nothing(kept, talk):
    made, _engine = titler(kept, "Train " * 30, delay=0.01)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        made.title(talk, "m", cancel)
    assert kept.one(talk).titled == "question"


def test_an_engine_that_fails_or_knows_no_korean_is_no_matter(kept, talk):
    def broken(_request):
        raise UserError("engine.context_full")

    assert titler(kept, broken)[0].title(talk, "m", CancelToken()) == ""
    korean = kept.start("부산까지?", "m")
    kept.add(korean, "user", "부산까지 얼마나 걸려?", "done")
    kept.add(korean, "assistant", "두 시간 반입니다.", "done")
    english = dataclasses.replace(INFO, languages=("en",))
    made, engine = titler(kept, "부산까지 걸리는 시간", info=english)
    assert made.title(korean, "m", CancelToken()) == ""
    assert engine.requests == []
    assert titler(kept, "제목: **부산까지 걸리는 시간**")[0].title(korean, "m", CancelToken())
    assert kept.one(korean).title == "부산까지 걸리는 시간"


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Travel to Busan", "Travel to Busan"),
        ("# Title: “Busan trip”\nmore", "Busan trip"),
        ("", ""),
        ("\n\n", ""),
        ("부산 여행", ""),  # another language
        ("Quantum chromodynamics", ""),  # nothing of that was said
        ("Busan " * 20, ""),
        ("word " * 30 + "Busan", ""),
        ("...", ""),
    ],
)
def test_only_titles_are_taken(said, title):
    assert cleaned(said, "How far is Busan?", "A short trip, some travel.") == title
