"""A chat while a document is translated: how much slower than alone.

The one law: idle and loaded chats take turns in blocks, so that a machine that slows down slows
both; a block's document has filled the engine before the first chat is asked.
"""

from __future__ import annotations

import itertools
import random
import threading
import time
from typing import TYPE_CHECKING, Self

from agents.base import CancelledError, CancelToken
from agents.engine.bench import texts
from agents.engine.bench.figures import Run
from agents.engine.bench.ours import CHAT, DOCUMENT, Timed, opened, timed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agents.engine.bench.figures import Part
    from agents.engine.port import Engine, GenerationRequest

IN_FLIGHT = 16  # segments of a document at once
_BLOCKS = 4
_SHORT = 4  # tokens of an answer of which only the first is timed
_FULL_SECONDS = 120.0  # within which a document must have begun to give segments


class Document:
    """A document that is translated on a thread of its own, again and again until it is left."""

    def __init__(self, part: Part, engine: Engine, seed: int) -> None:
        """Prepare; `seed` tells which document."""
        self._sizes = part.sizes
        self._engine = engine
        self._seed = seed
        self._cancel = CancelToken()
        self._flowing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="document", daemon=True)
        self.problem: BaseException | None = None

    def __enter__(self) -> Self:
        """Begin, and wait until the first segment is done."""
        self._thread.start()
        if not self._flowing.wait(_FULL_SECONDS) or self.problem is not None:
            raise RuntimeError("the document does not move") from self.problem
        return self

    def __exit__(self, *exc: object) -> None:
        """Leave it; what went wrong with it is no measurement."""
        self._cancel.cancel()
        self._thread.join()
        if self.problem is not None:
            raise self.problem

    def _work(self) -> None:
        try:
            for seed in itertools.count(self._seed * 1000):
                made = self._engine.map(self._segments(seed), IN_FLIGHT, self._cancel)
                for _id, completion in made:
                    self.problem = self.problem or completion.problem
                    self._flowing.set()
        except CancelledError:
            pass
        except BaseException as error:  # noqa: BLE001 - told to whoever waits
            self.problem = error
            self._flowing.set()

    def _segments(self, seed: int) -> list[GenerationRequest]:
        sizes, count = self._sizes, self._engine.count_tokens
        system = texts.glossary(sizes.glossary, seed, count)
        return texts.segments(
            sizes.document, seed, system=system, tokens=sizes.segment,
            answer=sizes.document_answer, count=count,
        )  # fmt: skip


def first_token(part: Part) -> Iterator[Run]:
    """Milliseconds to the first token of a chat; the document is on the same model or the other."""
    other = DOCUMENT if part.name == "chat_under_load_two_models" else CHAT
    yield from _chats(part, other, part.sizes.chats, _SHORT, lambda done: done.first * 1e3, "ms")


def rate(part: Part) -> Iterator[Run]:
    """Tokens a second of a chat's answer; the document is on the same model."""
    sizes = part.sizes
    number = max(_BLOCKS, sizes.chats // 2)
    yield from _chats(part, CHAT, number, sizes.chat_answer, lambda done: done.rate, "tokens/s")


def _chats(
    part: Part, other: str, number: int, answer: int, what: Callable[[Timed], float], unit: str
) -> Iterator[Run]:
    dice = random.Random(7)  # noqa: S311 - moments, no secrets
    seeds = itertools.count(1)
    with opened(part) as cache, cache.borrow(CHAT) as engine, cache.borrow(other) as theirs:

        def chat() -> float:
            request = texts.question(part.sizes.chat, answer, next(seeds), engine.count_tokens)
            return what(timed(engine, request))

        chat()  # warms up
        done = 0
        for block in range(_BLOCKS):
            size = number * (block + 1) // _BLOCKS - number * block // _BLOCKS
            idle = [chat() for _ in range(size)]
            loaded: list[float] = []
            if size:
                with Document(part, theirs, block + 1):
                    for _ in range(size):
                        time.sleep(dice.uniform(0.05, part.sizes.pause))
                        loaded.append(chat())
            for mine, quiet in zip(loaded, idle, strict=True):
                done += 1
                yield Run(part.name, done, number, mine, quiet, unit)
