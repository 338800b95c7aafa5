"""Segments through a model, up a ladder: asked plainly, sampled, in parts, by another model.

The one law: each step differs from the last, and of all answers the best one is taken, not the
latest. Where even that is no translation, its source stays in place and the receipt says why. A
model that does not know one of the languages is asked once: more of it would be in vain.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.engine.port import Completion, GenerationRequest, Message, Priority
from agents.translation import ahead, clauses, guards, language, prompts
from agents.translation.units import Outcome, clean

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence

    from agents.base import CancelToken
    from agents.engine.port import Engine, Sampling
    from agents.translation.events import Language
    from agents.translation.judge import Judge
    from agents.translation.units import Unit

IN_FLIGHT = 8

Groups = dict[str, list["Unit"]]  # segments that read the same, by what they read


@dataclass(slots=True)
class _Climb:
    """The segments that have no faultless answer yet, with the best one so far."""

    best: dict[str, tuple[Unit, Outcome]] = field(default_factory=dict[str, "tuple[Unit, Outcome]"])

    def offer(self, unit: Unit, outcome: Outcome) -> None:
        """Keep an answer if it is better than what is there; the earlier one of equals."""
        known = self.best.get(unit.id)
        if known is None or guards.weight(outcome.problems) < guards.weight(known[1].problems):
            self.best[unit.id] = (unit, outcome)

    def groups(self) -> Groups:
        """What is asked in the next step."""
        return _groups(unit for unit, _outcome in self.best.values())


class Translator:
    """Segments through a model."""

    def __init__(
        self,
        engine: Engine,
        target: Language,
        judge: Judge,
        *,
        others: Iterable[Engine] = (),
        priority: Priority = Priority.BACKGROUND,
        looked: Callable[[], range] = lambda: ahead.NOWHERE,
    ) -> None:
        """Translate through `engine`.

        Args:
            engine: is asked first.
            target: the language of the answers.
            judge: decides what an answer is worth.
            others: are asked last, about what `engine` cannot do; iterated when it is their turn.
            priority: of what is asked.
            looked: segments that a person looks at now, by index: they are asked next.
        """
        self._engine = engine
        self._target: Language = target
        self._judge = judge
        self._others = others
        self._priority = priority
        self._looked = looked
        self._able = _knows(engine, target)

    def documents(
        self, units: Sequence[Unit], cancel: CancelToken
    ) -> Generator[tuple[Unit, Outcome]]:
        """Many segments at once, in the order in which they are done.

        Equal segments are asked once. Further rounds are for what is not without fault.

        Raises:
            CancelledError: `cancel` was set.
            UserError: the model failed on every segment.
        """
        climb = _Climb()
        problems: list[Completion] = []
        asked = 0
        for _text, group, made in self._round(self._engine, _groups(units), prompts.FIRST, cancel):
            asked += 1
            if made.problem is not None:
                problems.append(made)
            yield from self._judged(group, made, climb, retried=False)
        if problems and len(problems) == asked and problems[0].problem is not None:
            raise problems[0].problem
        yield from self._climb(climb, cancel)

    def again(self, unit: Unit, outcome: Outcome, cancel: CancelToken) -> Outcome:
        """The best outcome of a segment whose first answer has faults."""
        climb = _Climb()
        climb.offer(unit, outcome)
        return next(better for _unit, better in self._climb(climb, cancel))

    def _climb(self, climb: _Climb, cancel: CancelToken) -> Iterator[tuple[Unit, Outcome]]:
        """The steps after the first one; ends with what none of them could do."""
        if self._able:
            second = self._round(self._engine, climb.groups(), self.second(), cancel)
            yield from self._step(second, climb)
            yield from self._step(self._in_parts(climb.groups(), cancel), climb)
        for engine in self._others if climb.best else ():
            answers = self._round(engine, climb.groups(), prompts.FIRST, cancel)
            yield from self._step(answers, climb, by=f"model:{engine.info.id}")
            if not climb.best:
                break
        for unit, outcome in climb.best.values():
            self._judge.remember(unit, outcome)
            yield unit, dataclasses.replace(outcome, retried=True)

    def _step(
        self, answers: Iterable[tuple[str, list[Unit], Completion]], climb: _Climb, by: str = ""
    ) -> Iterator[tuple[Unit, Outcome]]:
        for _text, group, made in answers:
            yield from self._judged(group, made, climb, retried=True, by=by)

    def _judged(
        self, group: Sequence[Unit], made: Completion, climb: _Climb, *, retried: bool, by: str = ""
    ) -> Iterator[tuple[Unit, Outcome]]:
        """Those of a group for which an answer is without fault; the others climb on."""
        for unit in group:
            weighed = self._judge.weigh(unit, made.text, made.finish)
            outcome = dataclasses.replace(weighed, by=by)
            if outcome.problems:
                climb.offer(unit, outcome)
                continue
            climb.best.pop(unit.id, None)
            self._judge.remember(unit, outcome)
            yield unit, dataclasses.replace(outcome, retried=retried)

    def _in_parts(
        self, groups: Groups, cancel: CancelToken
    ) -> Iterator[tuple[str, list[Unit], Completion]]:
        """Long segments clause by clause, put together again."""
        wholes: dict[str, tuple[str, ...]] = {}
        for text, group in groups.items():
            parts = clauses.parts(group[0].piece.rich)
            if len(parts) > 1:
                wholes[text] = parts
        asked: Groups = {part: [] for parts in wholes.values() for part in parts}
        rounds = self._round(self._engine, asked, prompts.FIRST, cancel)
        answers = {part: made for part, _none, made in rounds}
        for text, parts in wholes.items():
            made = [answers[part] for part in parts]
            bad = next((one for one in made if one.finish != "stop" or not clean(one.text)), None)
            whole = " ".join(clean(one.text) for one in made)
            yield text, groups[text], bad or dataclasses.replace(made[-1], text=whole)

    def phrases(self, texts: Sequence[str], cancel: CancelToken) -> Iterator[tuple[str, str]]:
        """How formatted phrases read in the other language, where the model says something."""
        groups: Groups = {text: [] for text in texts if self._able}
        for text, _group, made in self._round(self._engine, groups, prompts.FIRST, cancel):
            answer = clean(made.text).rstrip(".。")
            yield text, answer if self._judge.passes(text, answer, made.finish) else ""

    def request(
        self, text: str, sampling: Sampling, priority: Priority, name: str = ""
    ) -> GenerationRequest:
        """What the model is asked: one instruction, and the text with the terms it holds."""
        return GenerationRequest(
            messages=(
                Message("system", prompts.SYSTEM[self._target]),
                Message("user", prompts.with_terms(text, self._judge.terms.found(text))),
            ),
            sampling=sampling,
            max_tokens=64 + 3 * self._engine.count_tokens(text),
            priority=priority,
            id=name,
            prefix_key=f"translate-{self._target}",
        )

    def second(self) -> Sampling:
        """How a second try differs from the first: sampled, with the model's own settings."""
        own = self._engine.info.sampling
        chosen = own if own.temperature > 0 else prompts.SECOND
        return dataclasses.replace(chosen, seed=prompts.SECOND_SEED)

    def _round(
        self,
        engine: Engine,
        groups: Mapping[str, list[Unit]],
        sampling: Sampling,
        cancel: CancelToken,
    ) -> Iterator[tuple[str, list[Unit], Completion]]:
        texts = list(groups)
        requests = (
            self.request(texts[number], sampling, self._priority, str(number))
            for number in self._order(texts, groups)
        )
        for name, made in engine.map(requests, IN_FLIGHT, cancel):
            cancel.check()
            text = texts[int(name)]
            answer = prompts.without_terms(made.text, text)
            yield text, groups[text], dataclasses.replace(made, text=answer)

    def _order(self, texts: Sequence[str], groups: Mapping[str, list[Unit]]) -> Iterator[int]:
        """Places in `texts`, in order but for those a person looks at when the next is wanted."""
        by_segment = {
            unit.index: number for number, text in enumerate(texts) for unit in groups[text]
        }
        asked: set[int] = set()
        rest = iter(range(len(texts)))
        while len(asked) < len(texts):
            seen = (by_segment.get(place, -1) for place in self._looked())
            number = next((one for one in seen if one >= 0 and one not in asked), -1)
            if number < 0:
                number = next(one for one in rest if one not in asked)
            asked.add(number)
            yield number


def _knows(engine: Engine, target: Language) -> bool:
    """Whether a model may know both languages; one that says nothing of itself may."""
    known = engine.info.languages
    return not known or {target, language.other(target)} <= set(known)


def _groups(units: Iterable[Unit]) -> Groups:
    groups: Groups = {}
    for unit in units:
        groups.setdefault(unit.text, []).append(unit)
    return groups
