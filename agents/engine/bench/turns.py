"""The next turn of a long conversation: how long until it is answered.

The one law: a turn adds `Sizes.turn` tokens to what was said, the template's own included; the
other side evaluates the very same prompt from its first token.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import msgspec

from agents.base import CancelToken
from agents.engine.bench import texts
from agents.engine.bench.baseline import Bare, Words
from agents.engine.bench.figures import Run
from agents.engine.bench.ours import CHAT, opened, timed, watching
from agents.engine.port import GenerationRequest, Message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from agents.engine.bench.figures import Part
    from agents.engine.cache import ModelCache
    from agents.engine.port import Completion, Engine

_ANSWER = 8  # tokens of an answer
_STATES_BUDGET = 1 << 30  # bytes of saved conversations
_NAME = "bench"  # of the conversation


class Talk:
    """A conversation that grows by a question and an answer at a time."""

    def __init__(self, words: Words, turn: int) -> None:
        """Begin with nothing said; every turn after the first adds `turn` tokens."""
        self.said: tuple[Message, ...] = ()
        self._words = words
        self._turn = turn
        self._known = 0  # tokens that were evaluated or written

    def opening(self, tokens: int) -> GenerationRequest:
        """The first question."""
        return self._asked(texts.words(tokens, 1, self._words.count))

    def next(self) -> GenerationRequest:
        """A question that adds as many tokens as a turn has."""
        seed = len(self.said)
        added = len(self._words.prompt(self._asked("and"))) - self._known
        tokens = max(1, self._turn - added + 1)
        return self._asked(texts.words(tokens, seed, self._words.count))

    def answered(self, request: GenerationRequest, completion: Completion) -> None:
        """Note the question and its answer."""
        self.said = (*request.messages, Message("assistant", completion.text))
        self._known = completion.prompt_tokens + completion.completion_tokens

    def save(self, file: Path) -> None:
        """For another process."""
        file.write_bytes(msgspec.json.encode((self.said, self._known)))

    def load(self, file: Path) -> None:
        """Take up what `save` wrote."""
        kind = tuple[tuple[Message, ...], int]
        self.said, self._known = msgspec.json.decode(file.read_bytes(), type=kind)

    def _asked(self, text: str) -> GenerationRequest:
        return GenerationRequest(
            messages=(*self.said, Message("user", text)), max_tokens=_ANSWER, conversation=_NAME
        )


def second_turn(part: Part) -> Iterator[Run]:
    """The next turns of a conversation of `Sizes.history` tokens, one a run."""
    with opened(part) as cache, watching() as asked, cache.borrow(CHAT) as engine:
        words, bare = Words(part.model), Bare(part.model, asked)
        talk = Talk(words, part.sizes.turn)
        opening = talk.opening(part.sizes.history)
        talk.answered(opening, engine.submit(opening, CancelToken()).result())
        for number in range(part.runs):
            yield from _turn(part, engine, talk, words, bare, number + 1)
        bare.close()
        words.close()


def restart_turn(part: Part) -> Iterator[Run]:
    """The same from what an earlier process has saved: step "make" saves, step "time" goes on."""
    states = part.folder / "states"
    if part.step == "make":
        with opened(part, states=states, states_budget=_STATES_BUDGET) as cache:
            _make(part, cache)
        return
    now = part.folder / f"states-{part.number}"
    shutil.copytree(states, now)  # closing saves again: every run finds the first turn's state
    with (
        opened(part, states=now, states_budget=_STATES_BUDGET) as cache,
        watching() as asked,
        cache.borrow(CHAT) as engine,
    ):
        words, bare = Words(part.model), Bare(part.model, asked)
        talk = Talk(words, part.sizes.turn)
        talk.load(part.folder / "talk.json")
        yield from _turn(part, engine, talk, words, bare, part.number)
        bare.close()
        words.close()


def _make(part: Part, cache: ModelCache) -> None:
    with cache.borrow(CHAT) as engine:
        words = Words(part.model)
        talk = Talk(words, part.sizes.turn)
        opening = talk.opening(part.sizes.history)
        talk.answered(opening, engine.submit(opening, CancelToken()).result())
        talk.save(part.folder / "talk.json")
        words.close()


def _turn(
    part: Part, engine: Engine, talk: Talk, words: Words, bare: Bare, number: int
) -> Iterator[Run]:
    """Time to the first token in milliseconds; `…_tokens`: evaluated by us of the whole."""
    request = talk.next()
    done = timed(engine, request)
    completion = done.completion
    talk.answered(request, completion)
    prompt = words.prompt(request)
    theirs = bare.read(prompt)[1]
    yield Run(part.name, number, part.runs, done.first * 1e3, theirs * 1e3, "ms")
    evaluated = completion.prompt_tokens - completion.reused_tokens
    yield Run(f"{part.name}_tokens", number, part.runs, evaluated, len(prompt), "tokens")
