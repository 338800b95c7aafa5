"""The embedded starter model: real words, real prompts, real waiting."""

from __future__ import annotations

import threading
import time

import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.engine.port import GenerationRequest, Message, Sampling
from tests.engine.divergence import first_divergence

TIE = 1.0  # natural logarithm: two tokens that are about as likely
SOON = 5.0  # seconds; a prompt of this length takes tens of them
BRIEF = Message("system", "Be brief.")


@pytest.fixture
def smol(starter_models):
    with starter_models.borrow("smol") as engine:
        yield engine


def ask(text: str, **more) -> GenerationRequest:
    return GenerationRequest((BRIEF, Message("user", text)), **{"max_tokens": 9, **more})


def test_it_streams_an_answer(smol):
    stream = smol.submit(ask("What colour is the sky?", max_tokens=24), CancelToken())
    pieces = list(stream)
    made = stream.result()
    assert "".join(pieces) == made.text == stream.so_far.text
    assert len(pieces) > 3
    assert "sky" in made.text.lower()
    assert made.prompt_tokens > 10
    assert made.completion_tokens >= len(pieces)
    assert made.prefill_seconds > 0
    assert made.decode_seconds > 0


def test_eight_at_once_say_what_each_says_alone(smol):
    """But for ties: flash attention sums with 16 bits in the order of the cells, a busy machine
    reads prompts in shorter stretches, and this 4-bit model magnifies that to half a logit.
    """
    more = {"max_tokens": 3, "logprobs": True, "alternatives": 20}
    requests = [ask(f"Say {n}.", id=str(n), **more) for n in range(8)]
    alone = {r.id: smol.submit(r, CancelToken()).result() for r in requests}
    with smol._thread._changed:  # none begins before all are there
        streams = {one.id: smol.submit(one, CancelToken()) for one in requests}
    parted = [first_divergence(alone[name], stream.result()) for name, stream in streams.items()]
    assert parted.count(None) >= 4
    for found in filter(None, parted):
        assert found.gap < TIE
        assert 0 < found.drift < TIE
    assert len({made.text for made in alone.values()}) > 1


def test_a_grammar_gives_one_of_the_words(smol):
    made = smol.submit(
        ask("Is Paris in France?", grammar='root ::= "yes" | "no" | "perhaps"'), CancelToken()
    ).result()
    assert made.text in ("yes", "no", "perhaps")
    assert made.finish == "stop"


def test_a_stop_string_over_several_tokens(smol):
    grammar = 'root ::= "one two three four"'
    made = smol.submit(ask("Count.", grammar=grammar, stop=("o three",)), CancelToken()).result()
    assert (made.text, made.finish) == ("one tw", "stop")


def test_korean_letters_come_whole(smol):
    """SmolLM2 spells Hangul in two or three tokens a letter."""
    grammar = 'root ::= "훈민정음🙂"'
    stream = smol.submit(ask("안녕", grammar=grammar, max_tokens=40), CancelToken())
    pieces = list(stream)
    assert "".join(pieces) == "훈민정음🙂"
    assert len(pieces) <= 5 < stream.result().completion_tokens


def test_an_answer_cut_inside_a_letter_ends_before_it(smol):
    made = smol.submit(
        ask("안녕", grammar='root ::= "훈훈훈"', max_tokens=1), CancelToken()
    ).result()
    assert made.finish == "length"
    assert made.text in ("", "훈")


def test_cancelling_a_long_prompt(smol):
    cancel = CancelToken()
    stream = smol.submit(ask("The quick brown fox. " * 1200), cancel)
    time.sleep(0.3)  # now it is being evaluated
    assert _release(stream, cancel) < SOON
    assert smol.submit(ask("Hi", max_tokens=2), CancelToken()).result().completion_tokens > 0


def test_cancelling_in_the_queue_and_while_decoding(smol, starter_models):
    runs, waits = CancelToken(), CancelToken()
    endless = {"max_tokens": 400, "grammar": 'root ::= ("la " "la ")* "never reached"'}
    running = [smol.submit(ask(f"Tell {n}.", **endless), runs) for n in range(16)]
    next(iter(running[0]))
    waiting = smol.submit(ask("Wait.", max_tokens=4), waits)
    assert _release(waiting, waits) < SOON
    assert waiting.so_far.completion_tokens == 0
    assert _release(running[0], runs) < SOON
    for stream in running:
        with pytest.raises(CancelledError):
            stream.result()


def test_a_text_longer_than_the_context_says_so(smol):
    with pytest.raises(UserError) as caught:
        smol.submit(ask("word " * 9000), CancelToken()).result()
    assert caught.value.code == "engine.context_full"
    assert caught.value.values["needed"] > caught.value.values["context"] == smol.info.context


def test_tokens_are_counted_without_bos(smol):
    assert smol.count_tokens("") == 0
    assert smol.count_tokens("Hello") == 1
    assert smol.count_tokens("<|im_start|>") > 1
    assert smol.count_tokens("half a pair \ud800 of surrogates\0") > 5


def test_hot_sampling_follows_its_seed(smol):
    def say(seed):
        hot = Sampling(temperature=1.5, top_k=40, top_p=0.95, repeat_penalty=1.1, seed=seed)
        return smol.submit(ask("Name a thing.", sampling=hot), CancelToken()).result().text

    assert say(1) == say(1)
    assert len({say(seed) for seed in (1, 2, 3)}) > 1


def _release(stream, cancel) -> float:
    """Seconds from the cancellation until a reader is free."""
    ends = []

    def read():
        with pytest.raises(CancelledError):
            stream.result()
        ends.append(time.monotonic())

    reader = threading.Thread(target=read)
    reader.start()
    start = time.monotonic()
    cancel.cancel()
    reader.join(20)
    return ends[0] - start
