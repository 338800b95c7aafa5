"""Who goes first, who waits, and what that costs the others; with tiny models of every kind."""

from __future__ import annotations

import itertools
import threading
import time

import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.engine import share
from agents.engine.cache import ModelCache
from agents.engine.loaded import ABORTED, LoadedModel
from agents.engine.port import GenerationRequest, Message, Priority, Waiting
from agents.engine.share import Pace, Share
from tests.engine.divergence import assert_same
from tests.engine.tiny_models import ARCHITECTURES, CONTEXT, FolderShelf

SYSTEM = Message("system", "Translate with these terms: " + "model 모델, " * 12)


def ask(text: str, **more) -> GenerationRequest:
    return GenerationRequest((Message("user", text),), **{"max_tokens": 24, **more})


def background(text: str, **more) -> GenerationRequest:
    return ask(text, priority=Priority.BACKGROUND, **more)


class Trace:
    """Notes every native call: ("read", sequence, tokens, result) or ("write", sequences)."""

    def __init__(self, monkeypatch) -> None:
        self.calls: list[tuple] = []
        self.results: list[int] = []
        decode, prefill = LoadedModel.decode, LoadedModel.prefill

        def traced_decode(model, sequences, positions, tokens):
            self.calls.append(("write", tuple(sequences)))
            return decode(model, sequences, positions, tokens)

        def traced_prefill(model, sequence, position, tokens, **more):
            result = (
                self.results.pop(0)
                if self.results
                else prefill(model, sequence, position, tokens, **more)
            )
            self.calls.append(("read", sequence, len(tokens), result))
            return result

        monkeypatch.setattr(LoadedModel, "decode", traced_decode)
        monkeypatch.setattr(LoadedModel, "prefill", traced_prefill)


@pytest.fixture
def trace(monkeypatch):
    return Trace(monkeypatch)


@pytest.fixture(params=[*ARCHITECTURES, "llama"])
def engine(request, tiny_models):
    with tiny_models.borrow(request.param) as lent:
        yield lent


@pytest.fixture
def lfm2(tiny_models):
    with tiny_models.borrow("lfm2") as lent:
        yield lent


@pytest.fixture
def small(tiny_folder):
    """Room for three sequences and 1,024 tokens."""
    cache = ModelCache(FolderShelf(tiny_folder), threads=1, budget=0, running=3, cells=1024)
    with cache.borrow("lfm2") as lent:
        yield lent
    cache.close()


# ── priorities ──
def test_the_background_goes_on_while_a_chat_is_answered(lfm2):
    """A step with more rows costs a tiny model nothing more, so it may even go on in each."""
    cancel = CancelToken()
    rest = [lfm2.submit(background(f"{n}", max_tokens=3000), cancel) for n in range(4)]
    for stream in rest:
        next(iter(stream))
    before = [stream.so_far.completion_tokens for stream in rest]
    chat = lfm2.submit(ask("hello", max_tokens=400), CancelToken()).result()
    after = [stream.so_far.completion_tokens for stream in rest]
    cancel.cancel()
    made = [b - a for a, b in zip(before, after, strict=True)]
    assert chat.completion_tokens == 400
    assert all(0 < one <= 402 for one in made), made


def test_a_chat_on_another_model_slows_the_background(tiny_models, lfm2):
    with tiny_models.borrow("falcon-h1") as other:
        cancel = CancelToken()
        rest = [other.submit(background(f"{n}", max_tokens=3500), cancel) for n in range(8)]
        for stream in rest:
            next(iter(stream))
        before = sum(stream.so_far.completion_tokens for stream in rest)
        made = lfm2.submit(ask("hello", max_tokens=300), CancelToken()).result()
        after = sum(stream.so_far.completion_tokens for stream in rest)
        cancel.cancel()
    assert made.completion_tokens == 300
    assert 0 < after - before < 8 * 300


def test_a_background_prompt_makes_way_and_loses_nothing(engine, trace):
    """It is stopped in the middle of a call and goes on from where that call began."""
    long = background("word " * 700, logprobs=True, alternatives=4)
    wanted = engine.submit(long, CancelToken()).result()
    trace.calls.clear()
    stopped = 0
    for wait in (0.0, 0.002, 0.005, 0.01, 0.02):
        stream = engine.submit(long, CancelToken())
        time.sleep(wait)
        assert engine.submit(ask("x"), CancelToken()).result().finish == "length"
        assert_same(engine, stream.result(), wanted)
        stopped += sum(1 for call in trace.calls if call[0] == "read" and call[3] == ABORTED)
    assert all(call[3] in (0, ABORTED) for call in trace.calls if call[0] == "read")
    read = sum(call[2] for call in trace.calls if call[0] == "read" and call[3] == 0)
    assert read < 7 * wanted.prompt_tokens


def test_short_prompts_go_by_a_long_one(lfm2):
    """Equals: a short question does not wait for a book to be read."""
    book = lfm2.submit(ask("word " * 780, max_tokens=1), CancelToken())
    short = lfm2.submit(ask("x", max_tokens=1), CancelToken())
    short.result()
    assert book.so_far.completion_tokens == 0
    book.result()


def test_equals_that_come_together_are_answered_in_their_order(engine):
    engine.submit(ask("word " * 100), CancelToken()).result()  # the speed is known now
    streams = [engine.submit(ask("word " * 9, max_tokens=1), CancelToken()) for _n in range(12)]
    for stream in streams:
        stream.result()
    ends = [stream.ended for stream in streams]
    assert ends == sorted(ends)


def test_a_draft_beside_a_document_is_not_starved(lfm2):
    """Background equals: 400 segments on the way, and a few long prompts come later."""
    done: list[str] = []
    document = lfm2.map(
        (background(f"{n}", id=f"d{n}", max_tokens=8) for n in range(400)), 16, CancelToken()
    )
    done += [name for name, _made in itertools.islice(document, 8)]
    drafts = [
        lfm2.submit(background(f"{n} " + "word " * 200, max_tokens=8), CancelToken())
        for n in range(3)
    ]
    for name, _made in document:
        done.append(name)
        if all(stream.done for stream in drafts):
            break
    assert all(stream.done for stream in drafts)
    assert len(done) < 300
    assert len(list(document)) + len(done) == 400


# ── room ──
def test_two_hundred_requests_wait_their_turn(engine):
    requests = [background(f"{n} " * (n % 30 + 1), id=str(n), max_tokens=5) for n in range(200)]
    streams = {r.id: engine.submit(r, CancelToken()) for r in requests}
    first = engine.submit(ask("me first"), CancelToken()).result()
    assert first.finish == "length"
    unfinished = sum(not stream.done for stream in streams.values())
    assert unfinished > 50, "everything was done before the interactive request"
    assert {stream.result().completion_tokens for stream in streams.values()} == {5}


def test_a_chat_that_must_wait_for_room_is_told(small):
    """Interactive beside interactive: nobody is sent away, and nobody waits without a word."""
    cancel = CancelToken()
    others = [small.submit(ask("x" * 400, max_tokens=300), cancel) for _number in range(2)]
    for stream in others:
        next(iter(stream))
    waiting = small.submit(ask("y" * 400, max_tokens=5), CancelToken())
    first = next(waiting.events())
    assert isinstance(first, Waiting)
    assert first.needed > first.free >= 0
    cancel.cancel()
    assert waiting.result().finish == "length"


def test_the_background_waits_for_room_and_is_whole(small):
    requests = [background(f"{n}" * 300, id=str(n), max_tokens=60) for n in range(6)]
    made = dict(small.map(requests, 6, CancelToken()))
    assert {(one.finish, one.completion_tokens) for one in made.values()} == {("length", 60)}


def test_a_chat_takes_the_room_of_the_background(small):
    rest = [small.submit(background("z" * 300, max_tokens=100), CancelToken()) for _n in range(3)]
    for stream in rest:
        next(iter(stream))
    made = small.submit(ask("x" * 500, max_tokens=20), CancelToken()).result()
    assert (made.finish, made.completion_tokens) == ("length", 20)
    assert {stream.result().completion_tokens for stream in rest} == {100}


# ── misfortune ──
def test_cancels_in_the_middle_of_a_prompt_while_seven_others_write(engine):
    more = {"max_tokens": 120, "logprobs": True, "alternatives": 4}
    requests = [ask(f"{n} " * (n + 1), **more) for n in range(7)]
    wanted = [engine.submit(r, CancelToken()).result() for r in requests]
    streams = [engine.submit(r, CancelToken()) for r in requests]
    for stream in streams:
        next(iter(stream))
    for number in range(12):
        cancel = CancelToken()
        long = engine.submit(ask(f"{number} " + "word " * 600), cancel)
        time.sleep(0.0015 * number)
        cancel.cancel()
        with pytest.raises(CancelledError):
            long.result()
    for stream, made in zip(streams, wanted, strict=True):
        assert_same(engine, stream.result(), made)


def test_a_prompt_that_cannot_be_evaluated_fails_alone(lfm2, trace):
    beside = lfm2.submit(ask("beside", max_tokens=200), CancelToken())
    next(iter(beside))
    trace.results = [-3]
    with pytest.raises(UserError) as caught:
        lfm2.submit(ask("x"), CancelToken()).result()
    assert caught.value.code == "engine.failed"
    assert beside.result().completion_tokens == 200


def test_a_callback_that_raises_hurts_nobody(lfm2):
    beside = lfm2.submit(ask("beside", max_tokens=200), CancelToken())
    stream = lfm2.submit(ask("x", max_tokens=3), CancelToken())

    def broken():
        raise ZeroDivisionError

    if not stream.done:
        stream.on_done(broken)
    assert beside.result().completion_tokens == 200
    assert lfm2.submit(ask("x"), CancelToken()).result().finish == "length"


def test_a_failed_step_of_ours_ends_what_runs_and_nothing_else(lfm2, monkeypatch):
    from agents.engine.model_queue import ModelQueue

    make_room = ModelQueue.make_room
    broken = iter([True])

    def once(queue):
        if next(broken, False):
            raise ZeroDivisionError
        make_room(queue)

    monkeypatch.setattr(ModelQueue, "make_room", once)
    with pytest.raises(ZeroDivisionError):
        lfm2.submit(ask("x"), CancelToken()).result()
    assert lfm2.submit(ask("x"), CancelToken()).result().finish == "length"


def test_threads_of_callers_come_and_go(engine):
    """Forty threads ask, read or leave at once; every answer is whole or cancelled."""
    outcomes: list[str] = []

    def one(number: int) -> None:
        cancel = CancelToken()
        stream = engine.submit(ask(f"{number} " * (number % 9 + 1), max_tokens=30), cancel)
        if number % 3 == 0:
            cancel.cancel()
        try:
            outcomes.append(f"{stream.result().completion_tokens}")
        except CancelledError:
            outcomes.append("cancelled")

    threads = [threading.Thread(target=one, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(set(outcomes)) == ["30", "cancelled"]
    assert outcomes.count("cancelled") == 14


def test_a_context_is_used_to_the_last_cell_by_many(lfm2):
    """Their answers fill it together; nobody is cut before the end of the context alone is."""
    requests = [background("q" * 300, id=str(n), max_tokens=700) for n in range(8)]
    made = dict(lfm2.map(requests, 8, CancelToken()))
    assert CONTEXT < 8 * (300 + 700)
    assert {one.completion_tokens for one in made.values()} == {700}


# ── time ──
def test_the_background_gets_its_share_of_the_time():
    account = Share()
    assert not account.background_may
    spent = {True: 0.0, False: 0.0}
    for _round in range(1000):
        turn = account.background_may
        account.worked(0.0 if turn else 0.03, 0.2 if turn else 0.0, reading=False)
        spent[turn] += 0.2 if turn else 0.03
    part = spent[True] / sum(spent.values())
    assert part == pytest.approx(share.WRITING_SHARE, abs=0.03)


def test_credit_does_not_pile_up():
    account = Share()
    account.worked(1000.0, 0.0, reading=False)
    account.worked(0.0, share.MOST_CREDIT + 0.01, reading=False)
    assert not account.background_may


def test_chunks_follow_the_measured_speed():
    pace = Pace(128)
    assert pace.chunk(0.25) == 2 * share.SHORTEST_CHUNK  # nothing is known yet
    for _call in range(50):
        pace.read(64, 64 / 100)
    assert pace.chunk(0.5) == 48
    assert pace.chunk(0.01) == share.SHORTEST_CHUNK
    assert pace.chunk(60) == 128
    pace.read(1, 1.0)  # a single token tells nothing of the speed of reading
    assert pace.chunk(0.5) == 48


def test_a_shared_step_costs_the_background_what_it_adds():
    pace = Pace(128)
    assert pace.stepped(0.03, 1, 1) == 0
    assert pace.stepped(0.20, 16, 1) == pytest.approx(0.17)
    assert pace.stepped(0.20, 15, 0) == 0.20
