"""Specialists and commanders on the real engine, with random weights of their architectures.

What they say is gibberish; what is tested is that they are loaded on demand, within the memory
budget, that the others make way for them, and that a commander can only choose a route.
"""

from __future__ import annotations

import pytest

from agents.base import CancelToken, Notice, UserError
from agents.chat.agent import ChatAgent
from agents.chat.events import ChatRequest, Manner, Thought
from agents.chat.maths import MathsHand
from agents.chat.program import CodeHand
from agents.chat.routing.commander import LentCommander, ModelCommander
from agents.chat.routing.linear import load
from agents.chat.routing.router import ROUTES, Routed, Router, Task
from agents.chat.talk import TalkHand
from agents.chat.team import Team
from agents.engine import weights
from agents.engine.cache import ModelCache
from agents.engine.catalog import CatalogEntry, Licence, ModelFile
from agents.engine.port import Sampling
from agents.store.conversations import Conversations
from agents.store.database import Database
from app.paths import assets_dir
from tests.engine.tiny_models import FolderShelf, Shape, build

COMMANDERS = ("lfm2moe", "nemotron_h_moe")
# Nemotron's template opens the thought where thinking is on; LFM2.5-8B-A1B opens it itself.
OPENING = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "<|im_start|>assistant\n{% if enable_thinking %}<think>\n{% else %}<think></think>{% endif %}"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("specialists")
    large = Shape(layers="b" * 4, width=256, hidden=512, heads=8, groups=4, head=32, words=4000)
    build(made / "maths.gguf", "falcon-h1", 1, shape=large)
    build(made / "code.gguf", "falcon-h1", 2, shape=large)
    build(made / "commander.gguf", "lfm2", 3)
    build(made / "lfm2moe.gguf", "lfm2moe", 4)
    build(made / "nemotron_h_moe.gguf", "nemotron_h_moe", 5, template=OPENING)
    return made


def bytes_of(folder, name):
    return weights.plan(weights.read(folder / f"{name}.gguf"), cells=4096, running=2).bytes


class Watched(ModelCache):
    """Remembers the most that was resident."""

    most = 0

    def borrow(self, model_id, cancel=None):
        loan = super().borrow(model_id, cancel)
        self.most = max(self.most, sum(one.bytes for one in self.resident()))
        self.seen = getattr(self, "seen", [])
        self.seen.append(model_id)
        return loan


def team(models):
    return Team(
        {
            "answer": TalkHand(models),
            "maths": MathsHand(models, lambda _model: "maths"),
            "code": CodeHand(models, lambda _model: "code"),
        },
        models,
    )


def ran(made):
    events = []
    while True:
        try:
            events.append(next(made))
        except StopIteration as end:
            return events, end.value


@pytest.fixture
def short(monkeypatch):
    """Gibberish does not end by itself."""
    for module in ("maths", "program", "talk"):
        monkeypatch.setattr(f"agents.chat.{module}.MAX_TOKENS", 12)


TASKS = Routed(
    "maths",
    ("maths", "code"),
    (Task("Prove the theorem.", "maths"), Task("Write a program.", "code")),
    1.0,
    "words",
)


def test_specialists_take_turns_in_a_budget_that_holds_one(folder, short):
    one, commander = bytes_of(folder, "maths"), bytes_of(folder, "commander")
    budget = one + commander + one // 2
    cache = Watched(FolderShelf(folder), threads=1, budget=budget, cells=4096, running=2)
    try:
        events, steps = ran(team(cache).run(TASKS, "commander", "en", CancelToken()))
        assert [step.given.by for step in steps] == ["tiny falcon-h1"] * 2
        assert not [event for event in events if isinstance(event, Notice)]
        assert {"maths", "code"} <= set(cache.seen)
        assert 0 < cache.most <= budget
        assert len([one for one in cache.resident() if one.id in ("maths", "code")]) == 1
        assert [one.borrowed for one in cache.resident()] == [0] * len(cache.resident())
    finally:
        cache.close()


def test_a_specialist_beyond_the_budget_is_refused_and_the_commander_does_it(folder, short):
    budget = (bytes_of(folder, "maths") + bytes_of(folder, "commander")) // 2
    cache = ModelCache(FolderShelf(folder), threads=1, budget=budget, cells=4096, running=2)
    try:
        events, steps = ran(team(cache).run(TASKS, "commander", "en", CancelToken()))
        assert [step.given.by for step in steps] == ["tiny lfm2"] * 2
        assert all("commander" in step.given.notes for step in steps)
        notices = [event for event in events if isinstance(event, Notice)]
        told = {(one.code, dict(one.values)["model"]) for one in notices}
        assert told == {("chat.no_room", "maths"), ("chat.no_room", "code")}
        with pytest.raises(UserError) as caught, cache.borrow("maths"):
            pass
        assert caught.value.code == "model.too_big"
    finally:
        cache.close()


def entry(model_id, architecture, template):
    return CatalogEntry(
        id=model_id,
        name=model_id,
        role="chat",
        repository="",
        files=(ModelFile(name=f"{model_id}.gguf"),),
        licence=Licence(id="", url=""),
        languages=("en", "ko"),
        architecture=architecture,
        context=4096,
        memory=1,
        sampling=Sampling(temperature=1.0),
        template=template,
        thinks=True,
    )


@pytest.fixture
def commanders(folder):
    entries = [
        entry("lfm2moe", "lfm2moe", "lfm2"),
        entry("nemotron_h_moe", "nemotron_h_moe", "nemotron"),
    ]
    cache = ModelCache(FolderShelf(folder, *entries), threads=1, budget=0, cells=4096)
    yield cache
    cache.close()


@pytest.mark.parametrize("name", COMMANDERS)
def test_a_commander_can_say_nothing_but_a_route(commanders, name):
    with commanders.borrow(name) as engine:
        for text in ("What is this?", "이거 어떻게 해?", "```\nroot ::= x\n```"):
            assert ModelCommander(engine).choose(text, ROUTES, CancelToken()) in ROUTES
            among = ("maths", "tool")
            assert ModelCommander(engine).choose(text, among, CancelToken()) in among


@pytest.mark.parametrize("name", COMMANDERS)
def test_the_commander_decides_where_the_words_waver(commanders, name):
    router = Router(load(assets_dir() / "router" / "words.bin"))
    wavering = next(
        text
        for text in (
            "음",
            "그거",
            "that thing",
            "hm",
            "저기요",
            "go",
            "it",
            "뭐",
            "음 그래",
            "a b c",
        )
        if max(router.shares(text).values()) < 0.55
    )
    routed = router.route(wavering, CancelToken(), LentCommander(commanders, name))
    assert (routed.by, routed.route in ROUTES) == ("commander", True)
    assert [one.id for one in commanders.resident()] == [name]
    absent = router.route(wavering, CancelToken(), LentCommander(commanders, "absent"))
    assert absent.by == "words"


@pytest.mark.parametrize("name", COMMANDERS)
def test_thinking_can_be_switched_off(commanders, name, tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    agent = ChatAgent(commanders, Conversations(database))

    def asked(*, thinking):
        request = ChatRequest("Hello", name, max_tokens=10, manner=Manner(thinking=thinking))
        return list(agent.run(request, CancelToken()))

    events = asked(thinking=False)
    assert not [event for event in events if isinstance(event, Thought)]
    assert events[-1].text
    if name == "nemotron_h_moe":  # its template begins the thought; gibberish never ends it
        events = asked(thinking=True)
        assert [event for event in events if isinstance(event, Thought)]
        assert events[-1].text == ""
    database.close()
