"""Tokens a second: a batch of segments, and one sequence alone.

The one law: every run has texts of its own, so that nothing is measured that an earlier run has
evaluated; a shared prefix is evaluated within the run that uses it. A run before the first warms
both sides up and does not count.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from agents.base import CancelToken
from agents.engine.bench import texts
from agents.engine.bench.baseline import Bare, Plain, Words
from agents.engine.bench.figures import Figure, Run
from agents.engine.bench.ours import CHAT, opened, timed, watching
from agents.engine.bench.server import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agents.engine.bench.figures import Part
    from agents.engine.port import Engine, GenerationRequest

_RATE = "tokens/s"


def batch(part: Part) -> Iterator[Run | Figure]:
    """A document's segments, all at once through `map` against one after the other.

    Beside it `…_same`: how many of the texts are identical (ours) of how many (other); and
    `…_server`: the same requests at once through `llama-server`, where it is at hand.
    """
    sizes = part.sizes
    with (
        opened(part) as cache,
        watching() as asked,
        cache.borrow(CHAT) as engine,
        serving(part.model, asked, sizes.segments) as server,
    ):
        plain, words = Plain(part.model, asked), Words(part.model)
        same = total = 0
        for number in range(-1, part.runs):
            requests = _segments(part, engine, number)
            prompts = [words.prompt(request) for request in requests]
            started = time.perf_counter()
            made = dict(engine.map(requests, len(requests), CancelToken()))
            mine = time.perf_counter() - started
            tokens = sum(one.completion_tokens for one in made.values())
            for request, prompt in zip(requests, prompts, strict=True):
                if made[request.id].prompt_tokens != len(prompt):
                    raise RuntimeError("the two sides were given different prompts")
            started = time.perf_counter()
            written = [plain.write(prompt, sizes.answer) for prompt in prompts]
            theirs = time.perf_counter() - started
            started = time.perf_counter()
            served = server.write(prompts, sizes.answer) if server else 0
            elsewhere = served / (time.perf_counter() - started)
            if number < 0:
                continue
            pairs = zip(requests, written, strict=True)
            same += sum(made[request.id].text == text for request, (text, _count) in pairs)
            total += len(requests)
            rates = tokens / mine, sum(count for _text, count in written) / theirs
            yield Run(part.name, number + 1, part.runs, *rates, _RATE)
            if server is not None:
                name = f"{part.name}_server"
                yield Run(name, number + 1, part.runs, rates[0], elsewhere, _RATE)
        words.close()
        plain.close()
    yield Figure(f"{part.name}_same", same, total, same / total, "texts")


def paper(part: Part) -> Iterator[Run]:
    """A paper's sentences as a document job asks for them, against `Llama` reset before each.

    One run: its 405 sentences are long enough to be their own average. Beside it `…_tokens`: how
    many each side wrote.
    """
    sizes = part.sizes
    with opened(part) as cache, watching() as asked, cache.borrow(CHAT) as engine:
        plain, words = Plain(part.model, asked), Words(part.model)
        count = engine.count_tokens
        dict(engine.map(texts.paper(2, -1, count), 2, CancelToken()))
        requests = texts.paper(sizes.sentences, 0, count)
        prompts = [(words.prompt(each), each.max_tokens) for each in requests]
        plain.write(prompts[0][0], 2)
        started = time.perf_counter()
        made = dict(engine.map(requests, sizes.in_flight, CancelToken()))
        mine = time.perf_counter() - started
        started = time.perf_counter()
        written = [plain.write(prompt, answer, reset=True)[1] for prompt, answer in prompts]
        theirs = time.perf_counter() - started
        rates = 60 * len(requests) / mine, 60 * len(requests) / theirs
        yield Run(part.name, 1, 1, *rates, "segments/min")
        tokens = sum(made[each.id].completion_tokens for each in requests), sum(written)
        yield Run(f"{part.name}_tokens", 1, 1, *tokens, "tokens")
        words.close()
        plain.close()


def _segments(part: Part, engine: Engine, run: int) -> list[GenerationRequest]:
    sizes, count = part.sizes, engine.count_tokens
    seed = run + 1
    system = texts.PLAIN
    if part.name == "batch_glossary":
        system = texts.glossary(sizes.glossary, seed, count)
    number = sizes.segments if run >= 0 else 2
    return texts.segments(
        number, seed, system=system, tokens=sizes.segment, answer=sizes.answer, count=count
    )


def decode(part: Part) -> Iterator[Run]:
    """One answer, greedy, after its first token."""
    sizes = part.sizes
    with opened(part) as cache, watching() as asked, cache.borrow(CHAT) as engine:
        bare, words = Bare(part.model, asked), Words(part.model)
        for number in range(-1, part.runs):
            request = texts.question(16, sizes.decode, number, engine.count_tokens)
            done = timed(engine, request)
            token, _seconds = bare.read(words.prompt(request))
            tokens = done.completion.completion_tokens - 1
            theirs = tokens / bare.write(token, tokens)
            if number >= 0:
                yield Run(part.name, number + 1, part.runs, done.rate, theirs, _RATE)
        words.close()
        bare.close()


def prefill(part: Part) -> Iterator[Run]:
    """One prompt, from submitting it to the first token."""
    with opened(part) as cache, watching() as asked, cache.borrow(CHAT) as engine:
        bare, words = Bare(part.model, asked), Words(part.model)
        for number in range(-1, part.runs):
            tokens = part.sizes.prefill if number >= 0 else 64
            request = texts.question(tokens, 2, number, engine.count_tokens)
            prompt = words.prompt(request)
            mine = timed(engine, request).first
            theirs = bare.read(prompt)[1]
            if number >= 0:
                rates = len(prompt) / mine, len(prompt) / theirs
                yield Run(part.name, number + 1, part.runs, *rates, _RATE)
        words.close()
        bare.close()
