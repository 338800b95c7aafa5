"""What is evaluated once: shared prefixes, kept conversations, states on disk."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agents.base import CancelledError, CancelToken
from agents.engine import states as states_module
from agents.engine.cache import ModelCache
from agents.engine.loaded import LoadedModel
from agents.engine.port import GenerationRequest, Message, Priority
from agents.engine.states import SavedState, States
from tests.engine.divergence import assert_same
from tests.engine.tiny_models import ARCHITECTURES, FolderShelf

ROOT = Path(__file__).resolve().parents[2]
SYSTEM = Message("system", "Translate with these terms: " + "model 모델, " * 12)
LONG = "Tell me everything about " + "cats and dogs, " * 20


class Calls:
    """Counts the tokens that are evaluated in prompts, with the calls unchanged."""

    def __init__(self, monkeypatch) -> None:
        self.read: list[int] = []
        prefill = LoadedModel.prefill

        def counted(model, sequence, position, tokens, **more):
            self.read.append(len(tokens))
            return prefill(model, sequence, position, tokens, **more)

        monkeypatch.setattr(LoadedModel, "prefill", counted)

    def taken(self) -> int:
        made, self.read[:] = sum(self.read), []
        return made


@pytest.fixture
def calls(monkeypatch):
    return Calls(monkeypatch)


@pytest.fixture
def opened(tmp_path, tiny_folder):
    """Makes caches that keep states in one folder."""
    caches = []

    def make(**more):
        more = {"states": tmp_path / "states", "states_budget": 1 << 30, **more}
        cache = ModelCache(FolderShelf(tiny_folder), threads=1, budget=0, **more)
        caches.append(cache)
        return cache

    yield make
    for cache in caches:
        cache.close()


@pytest.fixture(params=[*ARCHITECTURES, "llama"])
def name(request):
    return request.param


@pytest.fixture
def engine(opened, name):
    with opened().borrow(name) as lent:
        yield lent


def ask(*messages: Message, **more) -> GenerationRequest:
    return GenerationRequest(
        messages, **{"max_tokens": 16, "logprobs": True, "alternatives": 4, **more}
    )


def reused(made) -> float:
    """The share of the prompt that was not evaluated again."""
    return made.reused_tokens / made.prompt_tokens


def user(text: str) -> Message:
    return Message("user", text)


def run(engine, request):
    return engine.submit(request, CancelToken()).result()


# ── shared prefixes ──
def test_a_prefix_is_evaluated_once(engine, calls):
    requests = [
        ask(SYSTEM, user(f"Sentence {n}"), id=str(n), priority=Priority.BACKGROUND)
        for n in range(8)
    ]
    wanted = {r.id: run(engine, r) for r in requests}
    whole = calls.taken()
    shared = [dataclasses.replace(r, prefix_key="terms") for r in requests]
    made = dict(engine.map(shared, 8, CancelToken()))
    for name, one in made.items():
        assert_same(engine, one, wanted[name])
    assert calls.taken() < 0.5 * whole
    assert sorted(reused(one) > 0.5 for one in made.values()) == [False] + [True] * 7


def test_a_prefix_serves_any_text(engine):
    """Beginnings that the tokenizer would join with what comes before are evaluated as they are."""
    for text in ("Sentence", "\n\nnew lines", " blank", "", "가나다", "\ufdd0"):
        wanted = run(engine, ask(SYSTEM, user(text)))
        assert_same(engine, run(engine, ask(SYSTEM, user(text), prefix_key="terms")), wanted)


def test_two_prompts_under_one_key_are_not_mixed_up(engine):
    other = Message("system", SYSTEM.content.replace("model", "paper"))
    requests = [ask(system, user("x"), prefix_key="terms") for system in (SYSTEM, other)]
    for request in requests * 2:
        wanted = run(engine, dataclasses.replace(request, prefix_key=""))
        assert_same(engine, run(engine, request), wanted)
    assert all(reused(run(engine, request)) > 0.5 for request in requests)


def test_prefixes_make_way_for_newer_ones(opened, name):
    cache = opened(states=None)
    with cache.borrow(name) as engine:
        for n in range(30):
            system = Message("system", f"Number {n}. " + SYSTEM.content)
            run(engine, ask(system, user("x"), prefix_key=f"{n}"))
        assert reused(run(engine, ask(system, user("y"), prefix_key="29"))) > 0.5
        first = Message("system", "Number 0. " + SYSTEM.content)
        assert run(engine, ask(first, user("y"), prefix_key="0")).reused_tokens == 0


def test_whoever_makes_a_prefix_may_leave(engine):
    cancel = CancelToken()
    requests = [ask(SYSTEM, user(f"{n}"), prefix_key="terms") for n in range(4)]
    first = engine.submit(requests[0], cancel)
    others = [engine.submit(r, CancelToken()) for r in requests[1:]]
    cancel.cancel()
    for request, stream in zip(requests[1:], others, strict=True):
        assert_same(
            engine, stream.result(), run(engine, dataclasses.replace(request, prefix_key=""))
        )  # fmt: skip
    with pytest.raises(CancelledError):
        first.result()


# ── conversations ──
def talk(engine, turns, name="talk", **more):
    """Ask a few questions; returns the messages, answers among them, and the last completion."""
    messages: list[Message] = []
    for text in turns:
        messages.append(user(text))
        made = run(engine, ask(*messages, conversation=name, **more))
        messages.append(Message("assistant", made.text))
    return messages, made


def test_the_next_turn_evaluates_only_what_is_new(engine, calls):
    messages, _made = talk(engine, [LONG])
    calls.taken()
    messages.append(user("And birds?"))
    made = run(engine, ask(*messages, conversation="talk"))
    assert calls.taken() <= 40
    assert made.reused_tokens >= made.prompt_tokens - 40


def test_regenerating_and_editing_go_back_to_their_turn(engine, calls):
    messages, made = talk(engine, [LONG, "And birds?", "And fish?"])
    again = run(engine, ask(*messages[:-1], conversation="talk"))
    assert_same(engine, again, made)
    assert again.reused_tokens >= again.prompt_tokens - 2
    calls.taken()
    edited = [*messages[:2], user("And frogs?")]
    other = run(engine, ask(*edited, conversation="talk"))
    assert calls.taken() <= 60
    assert other.reused_tokens >= other.prompt_tokens - 60
    assert run(engine, ask(*edited, conversation="talk")).text == other.text


def test_what_is_kept_is_what_would_be_evaluated(engine, monkeypatch):
    """The tokens of the answers are put in as they were made, so nothing else can differ."""
    messages, _made = talk(engine, [LONG, "And birds?"])
    messages.append(user("And fish?"))
    said = engine._thread.said(engine._model, "talk")
    kept = run(engine, ask(*messages, conversation="talk"))
    assert reused(kept) > 0.8
    monkeypatch.setattr(type(engine._thread), "said", lambda *_names: said)
    fresh = run(engine, ask(*messages, conversation="another"))
    assert fresh.reused_tokens == 0
    assert_same(engine, kept, fresh)


def test_a_cancelled_prompt_does_not_cost_the_conversation(engine, calls):
    messages, _made = talk(engine, [LONG])
    for wait in (0.0, 0.003, 0.01, 0.03):
        cancel = CancelToken()
        stream = engine.submit(
            ask(*messages, user("word " * 300), conversation="talk", max_tokens=200), cancel
        )
        time.sleep(wait)
        cancel.cancel()
        with pytest.raises(CancelledError):
            stream.result()
        calls.taken()
        made = run(engine, ask(*messages, user("And birds?"), conversation="talk"))
        assert reused(made) > 0.7
        assert (
            run(engine, ask(*messages, user("And birds?"), conversation="talk")).text == made.text
        )


def test_conversations_beside_each_other_and_beside_a_document(engine):
    talks = [[user(f"{n} " + LONG)] for n in range(4)]
    for text in ("More?", "Even more?"):
        streams = [
            engine.submit(ask(*messages, conversation=f"talk-{n}"), CancelToken())
            for n, messages in enumerate(talks)
        ]
        for messages, stream in zip(talks, streams, strict=True):
            messages += [Message("assistant", stream.result().text), user(text)]
    alone = [
        run(engine, ask(*messages, conversation=f"talk-{n}")) for n, messages in enumerate(talks)
    ]
    assert all(reused(made) > 0.7 for made in alone)
    document = engine.map(
        (ask(user(f"{n}"), id=str(n), priority=Priority.BACKGROUND) for n in range(40)),
        8,
        CancelToken(),
    )
    next(document)
    streams = [
        engine.submit(ask(*messages, conversation=f"talk-{n}"), CancelToken())
        for n, messages in enumerate(talks)
    ]
    for made, stream in zip(alone, streams, strict=True):
        assert_same(engine, stream.result(), made)
    assert len(list(document)) == 39


def test_kept_conversations_never_keep_others_out(opened, name):
    """More conversations than sequences, and longer than the context together."""
    with opened().borrow(name) as engine:
        for n in range(30):
            assert (
                run(engine, ask(user(f"{n} " + LONG * 2), conversation=f"{n}")).finish == "length"
            )
        requests = [ask(user(f"{n} " + LONG), id=str(n)) for n in range(20)]
        made = dict(engine.map(requests, 20, CancelToken()))
        assert {one.finish for one in made.values()} <= {"length", "stop"}
        assert len(made) == 20


def test_forgetting_leaves_nothing(opened, name, tmp_path):
    cache = opened()
    with cache.borrow(name) as engine:
        messages, _made = talk(engine, [LONG])
        assert wait_for(lambda: list((tmp_path / "states").glob("*.state")))
        cache.forget("talk")
        assert wait_for(lambda: not list((tmp_path / "states").glob("*")))
        made = run(engine, ask(*messages, user("And birds?"), conversation="talk"))
        assert made.reused_tokens == 0


# ── on disk ──
def wait_for(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def test_a_conversation_goes_on_after_a_restart(opened, name, calls):
    cache = opened()
    with cache.borrow(name) as engine:
        messages, made = talk(engine, [LONG, "And birds?"])
    cache.close()
    with opened().borrow(name) as engine:
        calls.taken()
        again = run(engine, ask(*messages[:-1], conversation="talk"))
        assert calls.taken() <= 4
        assert_same(engine, again, made)
        edited = [*messages[:2], user("And frogs?")]
        assert reused(run(engine, ask(*edited, conversation="talk"))) > 0.7


def test_a_model_that_was_unloaded_remembers(opened, name):
    cache = opened()
    with cache.borrow(name) as engine:
        messages, _made = talk(engine, [LONG])
    assert cache.free() > 0
    with cache.borrow(name) as engine:
        made = run(engine, ask(*messages, user("And birds?"), conversation="talk"))
        assert reused(made) > 0.7


def test_an_idle_conversation_is_saved_by_itself(opened, tmp_path):
    with opened().borrow("lfm2") as engine:
        talk(engine, [LONG])
        assert wait_for(lambda: list((tmp_path / "states").glob("*.state")))
        assert not list((tmp_path / "states").glob("*.part"))


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "garbage", "head"])
def test_a_damaged_state_is_evaluated_anew(opened, tmp_path, damage):
    cache = opened()
    with cache.borrow("lfm2") as engine:
        messages, _made = talk(engine, [LONG])
    cache.close()
    (path,) = (tmp_path / "states").glob("*.state")
    data = bytearray(path.read_bytes())
    if damage == "cut":
        del data[-100:]
    elif damage == "flip":
        data[-5000] ^= 1
    elif damage == "head":
        data[30] ^= 1
    else:
        data = bytearray(b"" if damage == "empty" else os.urandom(1000))
    path.write_bytes(data)
    with opened().borrow("lfm2") as engine:
        made = run(engine, ask(*messages, user("And birds?"), conversation="talk"))
        assert (made.reused_tokens, made.finish) == (0, "length")


def test_a_state_of_another_file_or_version_is_not_used(opened, tmp_path, tiny_folder, monkeypatch):
    cache = opened()
    with cache.borrow("lfm2") as engine:
        messages, _made = talk(engine, [LONG])
        first = engine._model.identity
    cache.close()
    assert first != states_module.identity(tiny_folder / "lfm2.gguf", "another version")
    assert first != states_module.identity(tiny_folder / "falcon-h1.gguf", "0.3.36")
    monkeypatch.setattr(states_module, "identity", lambda path, _library: f"{path} of tomorrow")
    with opened().borrow("lfm2") as engine:
        made = run(engine, ask(*messages, user("And birds?"), conversation="talk"))
        assert made.reused_tokens == 0


def a_state(size: int) -> SavedState:
    import numpy as np

    data = np.arange(size, dtype=np.uint8)
    return SavedState([1, 2, 3], data, ((2, data[:7]),), {"안녕": (5, 6)})


def test_states_come_back_as_they_were(tmp_path):
    kept = States(tmp_path, 1 << 20)
    assert kept.load("a", "m") is None
    assert kept.said("a", "m") is None
    assert kept.save("a", "m", a_state(300))
    found = kept.load("a", "m")
    assert (found.tokens, found.said) == ([1, 2, 3], {"안녕": (5, 6)})
    assert found.data.tobytes() == a_state(300).data.tobytes()
    assert [(n, d.tobytes()) for n, d in found.snapshots] == [(2, bytes(range(7)))]
    assert kept.said("a", "m") == {"안녕": (5, 6)}
    assert kept.load("b", "m") is None
    assert kept.load("a", "n") is None


def test_states_stay_within_their_budget(tmp_path):
    kept = States(tmp_path, 10_000)
    for number in range(6):
        assert kept.save(f"{number}", "m", a_state(3000))
        os.utime(kept._path(f"{number}", "m"), (number, number))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 10_000
    assert kept.load("5", "m") is not None
    assert kept.load("0", "m") is None
    kept.save("big", "m", a_state(20_000))
    assert kept.load("big", "m") is None


def test_a_folder_that_cannot_be_written_costs_nothing_but_the_state(opened, tmp_path):
    (tmp_path / "states").write_text("a file, where the folder should be")
    cache = opened()
    with cache.borrow("lfm2") as engine:
        messages, _made = talk(engine, [LONG])
        made = run(engine, ask(*messages, user("And birds?"), conversation="talk"))
        assert made.finish == "length"
    cache.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_killed_while_saving_leaves_the_old_state(opened, tmp_path):
    code = f"""
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from agents.engine import states
from tests.engine.test_reuse import a_state
kept = states.States(Path({str(tmp_path / "states")!r}), 1 << 30)
kept.save("talk", "m", a_state(100))
os.fsync = lambda _number: os.kill(os.getpid(), signal.SIGKILL)
kept.save("talk", "m", a_state(5000))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)  # noqa: S603 - our own code
    assert done.returncode == -signal.SIGKILL
    kept = States(tmp_path / "states", 1 << 30)
    assert len(kept.load("talk", "m").data) == 100
    assert list((tmp_path / "states").glob("*.part"))
    kept.save("other", "m", a_state(10))
    assert not list((tmp_path / "states").glob("*.part"))
