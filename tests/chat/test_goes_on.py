"""A conversation goes on after a restart without being read again, in the right branch.

Real engines with tiny random weights, the real database, the real agent.
"""

from __future__ import annotations

import time

import pytest

from agents.base import CancelToken
from agents.chat.agent import ChatAgent
from agents.chat.events import ChatRequest
from agents.engine.cache import ModelCache
from agents.engine.loaded import LoadedModel
from agents.store.conversations import Conversations
from agents.store.database import Database
from tests.engine.tiny_models import (  # noqa: F401 - fixtures
    FolderShelf,
    tiny_folder,
    tiny_models,
)

LONG = "Tell me everything about " + "cats and dogs, " * 20
MODEL = "lfm2"


@pytest.fixture
def read(monkeypatch):
    """How many tokens of prompts were evaluated since it was last asked."""
    counts = []
    prefill = LoadedModel.prefill

    def counted(model, sequence, position, tokens, **more):
        counts.append(len(tokens))
        return prefill(model, sequence, position, tokens, **more)

    monkeypatch.setattr(LoadedModel, "prefill", counted)

    def taken():
        made = sum(counts)
        counts.clear()
        return made

    return taken


@pytest.fixture
def started(tmp_path, tiny_folder):  # noqa: F811 - the fixture
    """Starts the program anew: another database object, another cache, the same files."""
    open_ = []

    def start():
        while open_:
            open_.pop().close()
        database = Database(tmp_path / "data.sqlite3")
        cache = ModelCache(
            FolderShelf(tiny_folder),
            threads=1,
            budget=0,
            states=tmp_path / "states",
            states_budget=1 << 30,
        )
        open_.extend((database, cache))
        kept = Conversations(database)
        return ChatAgent(cache, kept), kept

    yield start
    while open_:
        open_.pop().close()


def ask(agent, question="", talk=0, **more):
    request = ChatRequest(question, MODEL, conversation=talk, max_tokens=16, **more)
    return list(agent.run(request, CancelToken()))[-1]


def test_a_long_conversation_goes_on_at_once(started, read):
    agent, _kept = started()
    talk = ask(agent, LONG).conversation
    whole = read()
    ask(agent, "And birds?", talk)
    agent, kept = started()
    read()
    ask(agent, "And fish?", talk)
    assert read() < 0.3 * whole
    assert len(kept.turns(talk)) == 6


def test_after_a_restart_each_branch_is_the_right_one(started, read):
    agent, kept = started()
    talk = ask(agent, LONG).conversation
    whole = read()
    birds = ask(agent, "And birds?", talk)
    asked = kept.turns(talk)[2].id
    frogs = ask(agent, "And frogs?", talk, edits=asked)
    assert read() < 0.6 * whole  # the beginning of both was not read again
    agent, kept = started()
    read()
    ask(agent, "More of frogs?", talk)
    assert [turn.content for turn in kept.turns(talk)][2:5:2] == ["And frogs?", "More of frogs?"]
    assert kept.turns(talk)[3].id == frogs.turn
    assert read() < 0.3 * whole
    kept.switch(talk, asked)
    ask(agent, "More of birds?", talk)
    assert kept.turns(talk)[3].id == birds.turn
    assert [turn.content for turn in kept.turns(talk)][2:5:2] == ["And birds?", "More of birds?"]
    assert read() < 0.6 * whole  # back to where they part, not to the beginning


def test_an_answer_anew_reads_nothing_again(started, read):
    agent, kept = started()
    talk = ask(agent, LONG).conversation
    read()
    again = ask(agent, talk=talk, regenerate=True)
    assert read() <= 4
    assert kept.turns(talk)[1].id == again.turn


def test_deleting_leaves_no_state_even_of_an_answer_under_way(started, tmp_path):
    agent, _kept = started()
    talk = ask(agent, LONG).conversation
    cancel = CancelToken()
    request = ChatRequest("And birds?", MODEL, conversation=talk, max_tokens=400)
    running = agent.run(request, cancel)
    for event in running:
        if type(event).__name__ == "Token":
            break
    cancel.cancel()
    agent.delete(talk)
    running.close()
    started()  # what was kept in memory is written to disk at the end
    assert list((tmp_path / "states").glob("*")) == []


def test_an_idle_conversations_state_goes_with_it(started, tmp_path):
    agent, _kept = started()
    talk = ask(agent, LONG).conversation
    states = tmp_path / "states"
    assert wait_for(lambda: list(states.glob("*.state")))
    agent.delete(talk)
    assert wait_for(lambda: not list(states.glob("*")))


def wait_for(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()
