"""One sentence in other words.

The one law: what is offered passed the checks that the first wording passed. A wording that comes
twice is offered once.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from agents.base import UserError
from agents.engine.port import Priority
from agents.store.words import normal
from agents.translation import prompts, work
from agents.translation.events import Alternative
from agents.translation.formats.text import TextDocument

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from agents.base import CancelToken
    from agents.engine.port import Engine, GenerationRequest, Models, Sampling
    from agents.translation.events import AlternativesRequest
    from agents.translation.korean import Korean
    from agents.translation.own import Own
    from agents.translation.work import Unit

MOST = 4  # that are offered
TRIES = 8  # that are asked for; what is said twice or fails the checks is left out
# Far enough from the likeliest words to say it differently; `min_p` keeps out what no sentence has.
_TEMPERATURE, _MIN_P = 0.9, 0.1


class Alternatives:
    """Offers other wordings."""

    def __init__(self, models: Models, korean: Korean, own: Own) -> None:
        """Keep what lends the models, and the user's memory and glossaries."""
        self._models = models
        self._korean = korean
        self._own = own

    def run(
        self, request: AlternativesRequest, cancel: CancelToken
    ) -> Generator[Alternative, None, None]:
        """Yield wordings as they are known: those of the memory, then a model's.

        Nothing comes where the text is not one sentence that can be translated.

        Raises:
            CancelledError: `cancel` was set.
            UserError: translation.no_model, and what the engine and the glossary raise.
        """
        sentence = request.sentence
        if sentence.engine == "model" and not sentence.model:
            raise UserError("translation.no_model")
        known, terms = self._own.opened(sentence, self._korean)
        document = TextDocument.of(sentence.text)
        _pieces, units = work.read(document, self._korean)
        if len(units) != 1 or not units[0].asks(sentence.target):
            return
        unit = units[0]
        judge = work.Judge(
            document, sentence.target, self._korean,
            register=sentence.register, terms=terms,
        )  # fmt: skip
        offered = _Offered(judge, unit, {normal(text) for text in request.known})
        for answer, _entry in known.answers(unit.text):
            if offered.takes(answer):
                yield Alternative(offered.last)
        if sentence.engine != "model" or offered.full:
            return
        with self._models.borrow(sentence.model, cancel) as engine:
            yield from _asked(engine, offered, cancel)


@dataclasses.dataclass(slots=True)
class _Offered:
    """What was offered so far."""

    judge: work.Judge
    unit: Unit
    seen: set[str]
    count: int = 0
    last: str = ""

    @property
    def full(self) -> bool:
        return self.count >= MOST

    def takes(self, answer: str) -> bool:
        """Whether an answer is offered; if so it is `last`."""
        outcome = self.judge.weigh(self.unit, answer)
        key = normal(outcome.target)
        if self.full or outcome.problems or key in self.seen:
            return False
        self.seen.add(key)
        self.count += 1
        self.last = outcome.target
        return True


def _asked(engine: Engine, offered: _Offered, cancel: CancelToken) -> Iterator[Alternative]:
    """What the model says, asked several times with other dice.

    Raises:
        UserError: every time the model failed.
    """
    unit = offered.unit
    translator = work.Translator(engine, offered.judge.target, offered.judge)
    failed: list[UserError] = []
    for _name, made in engine.map(_requests(translator, engine, unit), TRIES, cancel):
        cancel.check()
        if made.problem is not None:
            failed.append(made.problem)
        answer = prompts.without_terms(made.text, unit.text)
        if made.finish == "stop" and offered.takes(answer):
            yield Alternative(offered.last)
        if offered.full:
            return
    if len(failed) == TRIES:
        raise failed[0]


def _requests(
    translator: work.Translator, engine: Engine, unit: Unit
) -> Iterator[GenerationRequest]:
    for seed in range(1, TRIES + 1):
        sampling = _loose(engine.info.sampling, seed)
        yield translator.request(unit.text, sampling, Priority.INTERACTIVE, str(seed))


def _loose(own: Sampling, seed: int) -> Sampling:
    return dataclasses.replace(
        own, temperature=_TEMPERATURE, min_p=max(own.min_p, _MIN_P), seed=seed
    )
