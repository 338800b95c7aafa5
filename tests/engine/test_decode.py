"""The decode thread with tiny models of every architecture: company, cancellation, misfortune."""

from __future__ import annotations

import dataclasses
import threading
import time

import numpy as np
import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.engine.cache import ModelCache
from agents.engine.loaded import NO_ROOM, LoadedModel
from agents.engine.port import GenerationRequest, Message, Priority, Sampling
from tests.engine.tiny_models import ARCHITECTURES, CONTEXT, FolderShelf, build

SOON = 5.0  # seconds, of which a quiet machine needs 0.1; one that never ends takes for ever
MADE = 24


def ask(text: str = "Hello 안녕", **more) -> GenerationRequest:
    return GenerationRequest((Message("user", text),), **{"max_tokens": MADE, **more})


def background(text: str, **more) -> GenerationRequest:
    return ask(text, priority=Priority.BACKGROUND, **more)


@pytest.fixture(params=ARCHITECTURES)
def engine(request, tiny_models):
    with tiny_models.borrow(request.param) as lent:
        yield lent


@pytest.fixture
def lfm2(tiny_models):
    with tiny_models.borrow("lfm2") as lent:
        yield lent


def released(stream, cancel) -> float:
    """Seconds from the cancellation until the reader is free."""
    times = []

    def read():
        with pytest.raises(CancelledError):
            list(stream)
        times.append(time.monotonic())

    reader = threading.Thread(target=read)
    reader.start()
    start = time.monotonic()
    cancel.cancel()
    reader.join(60)
    assert times, "the reader was never released"
    return times[0] - start


def test_greedy_is_deterministic(engine):
    first, second = (engine.submit(ask(), CancelToken()).result() for _number in range(2))
    assert first.text == second.text
    assert first.text
    assert (first.finish, first.completion_tokens) == ("length", MADE)
    assert first.prompt_tokens == second.prompt_tokens > 20
    assert first.tokens_per_second > 0


def test_a_seed_repeats_and_another_differs(engine):
    hot = Sampling(temperature=1.0, top_k=50, top_p=0.95, min_p=0.01, repeat_penalty=1.05, seed=5)
    texts = [
        engine.submit(
            ask(sampling=dataclasses.replace(hot, seed=seed)), CancelToken()
        ).result().text
        for seed in (5, 5, 6, 0xFFFFFFFF, 0xFFFFFFFF, -1)
    ]  # fmt: skip
    assert texts[0] == texts[1]
    assert texts[0] != texts[2]
    assert texts[3] == texts[4]


def test_more_requests_than_sequences_are_all_answered(engine):
    requests = [
        ask("word " * (number * 17 % 90 + 1), id=str(number), max_tokens=12 + number)
        for number in range(24)
    ]
    made = dict(engine.map(requests, 24, CancelToken()))
    assert {name: one.completion_tokens for name, one in made.items()} == {
        request.id: request.max_tokens for request in requests
    }


def test_company_changes_nothing(engine):
    """Within 256 cells. Beyond, llama.cpp sums attention in other pieces than alone: the last
    bits differ, and a model of random weights magnifies them.
    """
    requests = [ask("ab" * number, id=str(number), max_tokens=4 + number) for number in range(5)]
    alone = {r.id: engine.submit(r, CancelToken()).result().text for r in requests}
    together = {name: made.text for name, made in engine.map(requests, 24, CancelToken())}
    assert together == alone


def test_cancelling_while_decoding_releases_at_once(engine):
    cancel = CancelToken()
    stream = engine.submit(ask(max_tokens=3000), cancel)
    next(iter(stream))
    assert released(stream, cancel) < SOON
    assert stream.so_far.finish == "cancelled"
    assert stream.so_far.text
    with pytest.raises(CancelledError):
        stream.result()
    assert engine.submit(ask(), CancelToken()).result().completion_tokens == MADE


def test_cancelling_a_prompt_leaves_the_others_as_they_were(engine):
    wanted = engine.submit(ask(max_tokens=60), CancelToken()).result().text
    beside = engine.submit(ask(max_tokens=60), CancelToken())
    next(iter(beside))
    for number in range(6):
        cancel = CancelToken()
        stream = engine.submit(ask(f"{number} " * 1200), cancel)
        time.sleep(0.002 * number)
        assert released(stream, cancel) < SOON
    assert beside.result().text == wanted


def test_a_storm_of_cancellations(engine):
    wanted = engine.submit(ask(), CancelToken()).result().text
    tokens = [CancelToken() for _number in range(60)]
    streams = [
        engine.submit(ask(f"{n} " * (n * 7), max_tokens=500), t) for n, t in enumerate(tokens)
    ]
    kept = engine.submit(ask(), CancelToken())
    threads = [threading.Thread(target=token.cancel) for token in tokens]
    for thread in threads:
        thread.start()
    for stream in streams:
        with pytest.raises(CancelledError):
            stream.result()
    assert kept.result().text == wanted
    for thread in threads:
        thread.join()


def test_a_token_cancelled_before_is_never_run(lfm2):
    cancel = CancelToken()
    cancel.cancel()
    stream = lfm2.submit(ask(), cancel)
    with pytest.raises(CancelledError):
        list(stream)
    assert stream.so_far.completion_tokens == 0


def test_a_prompt_that_does_not_fit_says_so(engine):
    with pytest.raises(UserError) as caught:
        engine.submit(ask("x" * (CONTEXT + 1)), CancelToken()).result()
    assert caught.value.code == "engine.context_full"
    assert caught.value.values["context"] == CONTEXT
    assert caught.value.values["needed"] > CONTEXT


def test_running_out_of_context_is_an_end(lfm2):
    prompt = "x" * (CONTEXT - 100)
    made = lfm2.submit(ask(prompt, max_tokens=500), CancelToken()).result()
    assert made.finish == "context"
    assert made.prompt_tokens + made.completion_tokens == CONTEXT + 1  # the last needs no cell


def test_long_requests_share_the_room_and_all_finish(lfm2):
    """Together they need three times the context: some wait, some make way, none is cut."""
    requests = [background(f"{n} " + "x" * 900, id=str(n), max_tokens=300) for n in range(10)]
    together = dict(lfm2.map(requests, 10, CancelToken()))
    assert {made.finish for made in together.values()} == {"length"}
    assert {made.completion_tokens for made in together.values()} == {300}


def test_an_interactive_request_goes_before_the_background(lfm2):
    cancel = CancelToken()
    rest = [lfm2.submit(background(f"{n} " * 400, max_tokens=2000), cancel) for n in range(20)]
    assert lfm2.submit(ask(), CancelToken()).result().finish == "length"
    waiting = [stream for stream in rest if stream.so_far.tokens_per_second == 0]
    assert waiting, "everything was done before the interactive request"
    cancel.cancel()


def test_no_tokens_wanted_is_an_empty_answer(lfm2):
    made = lfm2.submit(ask(max_tokens=0), CancelToken()).result()
    assert (made.text, made.finish) == ("", "length")


def test_pieces_are_whole_letters(engine):
    """Random bytes cut letters all the time; what comes out is always text."""
    stream = engine.submit(ask("한글 🙂", max_tokens=200), CancelToken())
    pieces = list(stream)
    assert "".join(pieces) == stream.result().text
    assert all(piece.encode("utf-8") for piece in pieces)


def test_a_grammar_binds_a_model_that_knows_nothing(engine):
    grammar = 'root ::= "\\"" [가-힣]{2,5} "\\"" ("," [0-9])*'
    made = engine.submit(ask(grammar=grammar, max_tokens=60), CancelToken()).result()
    assert made.text.startswith('"')
    assert all("가" <= letter <= "힣" for letter in made.text.split('"')[1])
    once = engine.submit(
        ask(grammar='root ::= "yes" | "no"', max_tokens=60), CancelToken()
    ).result()
    assert once.text in ("yes", "no")
    assert once.finish == "stop"


@pytest.mark.parametrize(
    "grammar",
    [
        "root ::= (",
        "nonsense",
        'other ::= "a"',
        "root ::= root",
        "(" * 5000,
        "root ::= \0",
        'root ::= "a"{9999999}',
        "root ::= undefined",
    ],
)
def test_a_bad_grammar_is_that_requests_error(lfm2, grammar):
    good = lfm2.submit(ask(), CancelToken())
    with pytest.raises(UserError) as caught:
        lfm2.submit(ask(grammar=grammar), CancelToken()).result()
    assert caught.value.code == "engine.grammar"
    assert good.result().finish == "length"


def test_stop_strings_end_the_answer_before_them(lfm2):
    whole = lfm2.submit(ask(max_tokens=60), CancelToken()).result().text
    stop = whole[10:13]
    made = lfm2.submit(ask(max_tokens=60, stop=(stop, "never there")), CancelToken()).result()
    assert made.finish == "stop"
    assert made.text == whole[: whole.index(stop)]


def test_map_takes_requests_as_it_goes(lfm2):
    asked = []

    def source():
        for number in range(9):
            asked.append(number)
            yield ask(f"{number}", id=str(number), max_tokens=4)

    seen = []
    for name, made in lfm2.map(source(), 2, CancelToken()):
        seen.append(name)
        assert made.finish == "length"
        assert len(asked) <= len(seen) + 2
    assert sorted(seen) == [str(number) for number in range(9)]


def test_map_reports_a_failure_and_goes_on(lfm2):
    requests = [ask(id="good"), ask("x" * CONTEXT, id="long"), ask(grammar="(", id="bad")]
    made = dict(lfm2.map(requests, 3, CancelToken()))
    assert made["good"].finish == "length"
    assert made["long"].finish == made["bad"].finish == "failed"
    assert made["long"].problem.code == "engine.context_full"
    assert made["bad"].problem.code == "engine.grammar"


def test_leaving_map_early_stops_its_requests(tiny_models, lfm2):
    cancel = CancelToken()
    for _name, _made in lfm2.map(
        (ask(f"{n}", max_tokens=3 + 3000 * (n > 0)) for n in range(9)), 9, cancel
    ):
        break
    assert not cancel.cancelled
    deadline = time.monotonic() + 60
    while any(one.running for one in tiny_models.resident()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(one.running for one in tiny_models.resident())


def test_cancelling_map_raises(lfm2):
    cancel = CancelToken()
    running = lfm2.map((ask(f"{n}", max_tokens=30) for n in range(99)), 4, cancel)
    next(running)
    cancel.cancel()
    with pytest.raises(CancelledError):
        list(running)


def test_several_models_run_at_once(tiny_models):
    loans = [tiny_models.borrow(name) for name in ARCHITECTURES]
    engines = [loan.__enter__() for loan in loans]
    wanted = [engine.submit(ask(), CancelToken()).result().text for engine in engines]
    streams = [engine.submit(ask(), CancelToken()) for engine in engines for _again in range(3)]
    assert [s.result().text for s in streams] == [text for text in wanted for _again in range(3)]
    for loan in loans:
        loan.__exit__()


def test_a_user_cannot_write_control_tokens(lfm2):
    count = lfm2.count_tokens
    assert count("<|im_end|>") == len("<|im_end|>")  # letters, not one token
    plain = lfm2.submit(ask("a" * 10), CancelToken()).result().prompt_tokens
    assert lfm2.submit(ask("<|im_end|>"), CancelToken()).result().prompt_tokens == plain


def test_a_prompt_begins_once(tmp_path):
    """The template writes BOS, or does not, or writes it twice: there is one."""
    counts = []
    for number, prefix in enumerate(("", "{{ bos_token }}", "{{ bos_token }}{{ bos_token }}")):
        build(tmp_path / f"{number}.gguf", "lfm2", template=prefix + "{{ messages[0].content }}")
    cache = ModelCache(FolderShelf(tmp_path), threads=1, budget=0)
    for name in ("0", "1", "2"):
        with cache.borrow(name) as engine:
            counts.append(engine.submit(ask("abc"), CancelToken()).result().prompt_tokens)
    cache.close()
    assert counts == [4, 4, 4]


class Unlucky:
    """A model whose calls can be made to fail."""

    def __init__(self, monkeypatch):
        self.results: list[int] = []
        self.poisoned: set[int] = set()
        decode, logits = LoadedModel.decode, LoadedModel.logits

        def failing_decode(model, *rows):
            return self.results.pop(0) if self.results else decode(model, *rows)

        def poisoned_logits(model, rows):
            values = logits(model, rows).copy()
            values[[row for row in self.poisoned if row < rows]] = np.nan
            return values

        monkeypatch.setattr(LoadedModel, "decode", failing_decode)
        monkeypatch.setattr(LoadedModel, "logits", poisoned_logits)


@pytest.fixture
def unlucky(monkeypatch):
    return Unlucky(monkeypatch)


def test_a_failed_call_hurts_nobody_who_did_nothing(lfm2, unlucky):
    requests = [ask(f"{n}", id=str(n)) for n in range(4)]
    wanted = {r.id: lfm2.submit(r, CancelToken()).result().text for r in requests}
    streams = {r.id: lfm2.submit(r, CancelToken()) for r in requests}
    next(iter(streams["3"]))
    unlucky.results = [-3]  # with all four: they go on one by one
    assert {name: stream.result().text for name, stream in streams.items()} == wanted


def test_a_call_that_fails_alone_fails_its_request(lfm2, unlucky):
    stream = lfm2.submit(ask(), CancelToken())
    unlucky.results = [-3]
    with pytest.raises(UserError) as caught:
        stream.result()
    assert caught.value.code == "engine.failed"
    assert lfm2.submit(ask(), CancelToken()).result().finish == "length"


def test_no_room_alone_is_the_end_of_the_context(lfm2, unlucky):
    stream = lfm2.submit(ask(), CancelToken())
    unlucky.results = [NO_ROOM]
    assert stream.result().finish == "context"


def test_numbers_that_are_none_fail_one_request(lfm2, unlucky):
    wanted = lfm2.submit(ask("b"), CancelToken()).result().text
    unlucky.poisoned = {1}  # the second row of every shared step
    streams = [lfm2.submit(ask("b"), CancelToken()) for _number in range(3)]
    outcomes = []
    for stream in streams:
        try:
            outcomes.append(stream.result().text)
        except UserError as error:
            outcomes.append(error.code)
    assert wanted in outcomes
    assert set(outcomes) <= {wanted, "engine.failed"}


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_numbers_that_are_none_do_not_stay(tmp_path, architecture):
    """A prompt that makes the model compute NaN: neither the neighbours nor who comes later."""
    build(tmp_path / "m.gguf", architecture, poison="Z")
    cache = ModelCache(FolderShelf(tmp_path), threads=1, budget=0)
    with cache.borrow("m") as engine:
        wanted = engine.submit(ask("hello"), CancelToken()).result().text
        beside = engine.submit(ask("hello"), CancelToken())
        next(iter(beside))
        for stream in [engine.submit(ask("a Z"), CancelToken()) for _number in range(3)]:
            with pytest.raises(UserError) as caught:
                stream.result()
            assert caught.value.code == "engine.failed"
        assert beside.result().text == wanted
        later = [engine.submit(ask("hello"), CancelToken()) for _number in range(16)]
        assert {stream.result().finish for stream in later} == {"length"}
    cache.close()


def test_a_bug_in_one_request_is_its_own(lfm2, monkeypatch):
    from agents.engine.job import Job

    take = Job.take

    def breaking(job, logits):
        if job.request.id == "broken":
            raise ZeroDivisionError
        take(job, logits)

    monkeypatch.setattr(Job, "take", breaking)
    good, bad = lfm2.submit(ask(), CancelToken()), lfm2.submit(ask(id="broken"), CancelToken())
    with pytest.raises(ZeroDivisionError):
        bad.result()
    assert good.result().finish == "length"
