"""Translations of known pairs, scored: `moadesk eval translation`.

The one law: the pairs go through the pipeline of documents, greedy first, with its guards and
second tries, and what would stand in the document is what is scored.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.base import Notice, Progress
from agents.translation import language, work
from agents.translation.evaluation import references, scores
from agents.translation.evaluation.counting import Counting
from agents.translation.evaluation.references import Lines

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

    from agents.base import CancelToken
    from agents.engine.port import Models
    from agents.translation.evaluation.references import Pair
    from agents.translation.evaluation.scores import Difference, Score
    from agents.translation.events import Language
    from agents.translation.korean import Korean
    from agents.translation.work import Outcome, Unit


@dataclass(frozen=True, slots=True)
class EvalRequest:
    """Translate the pairs of a file with one model, or with two to compare."""

    pairs: Path
    models: tuple[str, ...]
    targets: tuple[Language, ...] = ("ko", "en")
    limit: int = 0  # the first so many pairs; 0 = all


@dataclass(frozen=True, slots=True)
class EvalRun:
    """One model in one direction. Shares are of its segments."""

    model: str
    target: Language
    pairs: int
    segments: int
    scores: tuple[Score, ...]
    seconds: float
    segments_per_minute: float
    tokens_per_second: float
    untranslated: float
    retried: float
    flagged: dict[str, float]  # share for each kind of problem that occurred


@dataclass(frozen=True, slots=True)
class EvalComparison:
    """Two models on the same pairs."""

    first: str
    second: str
    target: Language
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class EvalReport:
    """Everything that was measured."""

    runs: tuple[EvalRun, ...]
    comparisons: tuple[EvalComparison, ...]


EvalEvent = Notice | Progress | EvalRun | EvalReport


class TranslationEval:
    """An agent that measures models on known pairs."""

    def __init__(self, models: Models, korean: Korean) -> None:
        """Keep what lends the models."""
        self._models = models
        self._korean = korean

    def run(self, request: EvalRequest, cancel: CancelToken) -> Generator[EvalEvent, None, None]:
        """Translate and score; each `EvalRun` as it is known, the report last.

        Raises:
            CancelledError: `cancel` was set.
            UserError: file.*, translation.memory_*, and what the engine raises.
        """
        known = references.load(request.pairs)
        known = known[: request.limit] if request.limit else known
        if "ko" in request.targets and not scores.korean_words():
            yield Notice("translation.no_mecab")
        runs: list[EvalRun] = []
        said: dict[tuple[str, Language], list[str]] = {}
        for model in request.models:
            for target in request.targets:
                made = yield from self._one(model, target, known, cancel)
                runs.append(made[0])
                said[model, target] = made[1]
                yield made[0]
        compared: list[EvalComparison] = []
        if len(request.models) == 2:
            first, second = request.models
            for target in request.targets:
                cancel.check()
                wanted = _side(known, target)
                found = scores.compare(said[first, target], said[second, target], wanted, target)
                compared.append(EvalComparison(first, second, target, tuple(found)))
        yield EvalReport(tuple(runs), tuple(compared))

    def _one(
        self, model: str, target: Language, known: Sequence[Pair], cancel: CancelToken
    ) -> Generator[EvalEvent, None, tuple[EvalRun, list[str]]]:
        document = Lines(_side(known, language.other(target)))
        _pieces, units = work.read(document, self._korean)
        judge = work.Judge(document, target, self._korean)
        done: dict[str, Outcome] = {}
        with self._models.borrow(model, cancel) as engine:
            yield from work.lacking(engine)
            counting = Counting(engine)
            translator = work.Translator(counting, target, judge)
            began = time.monotonic()
            asked = [unit for unit in units if unit.asks(target)]
            for unit, outcome in translator.documents(asked, cancel):
                done[unit.id] = outcome
                seconds = max(time.monotonic() - began, 1e-6)
                rate = len(done) / seconds
                left = (len(asked) - len(done)) / rate
                yield Progress(len(done), len(asked), "segment", rate, left)
            seconds = max(time.monotonic() - began, 1e-6)
        hypotheses = _joined(len(known), units, done)
        run = EvalRun(
            model=model,
            target=target,
            pairs=len(known),
            segments=len(units),
            scores=tuple(scores.score(hypotheses, _side(known, target), target)),
            seconds=seconds,
            segments_per_minute=60 * len(done) / seconds,
            tokens_per_second=counting.tokens / seconds,
            untranslated=_share(done, sum(o.state == "untranslated" for o in done.values())),
            retried=_share(done, sum(outcome.retried for outcome in done.values())),
            flagged={
                kind: _share(done, count)
                for kind, count in sorted(
                    Counter(kind for o in done.values() for kind in o.problems).items()
                )
            },
        )
        return run, hypotheses


def _side(known: Sequence[Pair], language: Language) -> list[str]:
    return [pair.ko if language == "ko" else pair.en for pair in known]


def _joined(count: int, units: Sequence[Unit], done: Mapping[str, Outcome]) -> list[str]:
    """What stands for each pair: its sentences with one space between them."""
    lines: list[list[str]] = [[] for _ in range(count)]
    for unit in units:
        outcome = done.get(unit.id)
        lines[int(unit.paragraph.id)].append(unit.text if outcome is None else outcome.target)
    return [" ".join(line) for line in lines]


def _share(done: Mapping[str, Outcome], count: int) -> float:
    return count / len(done) if done else 0.0
