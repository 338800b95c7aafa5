"""How often the guards cry wolf, and how often they miss one.

The one law: the same judge as in a document decides, with its neighbours and its register, over
good translations and over the same ones with a fault in them.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.translation import inline, register, units
from agents.translation.evaluation import faults, pairs
from agents.translation.formats.text import TextDocument
from agents.translation.glossary import Glossary, Term
from agents.translation.judge import Judge
from agents.translation.units import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agents.base import CancelToken
    from agents.translation.evaluation.faults import FaultKind
    from agents.translation.evaluation.pairs import Case
    from agents.translation.events import Language, ProblemKind, Register
    from agents.translation.korean import Korean

MOST_FALSE = 0.01  # of all good translations
LEAST_CAUGHT = 0.99  # of the faults of each kind
_REPAIRED: frozenset[FaultKind] = frozenset({"term", "register"})
_DIRECTIONS: tuple[Language, ...] = ("ko", "en")


@dataclass(frozen=True, slots=True)
class Miss:
    """A fault that was not seen, or a good translation that was flagged."""

    kind: str
    source: str
    target: str


@dataclass(slots=True)
class Result:
    """What was counted."""

    clean: int = 0  # good translations, as they are in the file
    flagged: int = 0  # of them, with an alarm
    filled: int = 0  # good translations with a number or an address put into both sides
    filled_flagged: int = 0
    false: Counter[ProblemKind] = field(default_factory=Counter["ProblemKind"])
    made: Counter[FaultKind] = field(default_factory=Counter["FaultKind"])
    caught: Counter[FaultKind] = field(default_factory=Counter["FaultKind"])
    misses: list[Miss] = field(default_factory=list[Miss])

    @property
    def false_rate(self) -> float:
        """Share of good translations that were flagged."""
        return self.flagged / self.clean if self.clean else 0.0

    @property
    def filled_rate(self) -> float:
        """The same of those with something put into both sides."""
        return self.filled_flagged / self.filled if self.filled else 0.0

    def rate(self, kind: FaultKind) -> float:
        """Share of the faults of a kind that were seen."""
        return self.caught[kind] / self.made[kind] if self.made[kind] else 1.0

    @property
    def good(self) -> bool:
        """Whether the guards are as they should be."""
        seen = all(self.rate(kind) >= LEAST_CAUGHT for kind in self.made)
        return max(self.false_rate, self.filled_rate) <= MOST_FALSE and seen


def run(
    rows: Sequence[tuple[str, str]],
    korean: Korean,
    cancel: CancelToken,
    result: Result,
    seed: int = 1,
) -> Iterator[tuple[int, int]]:
    """Try every pair in both directions and count in `result`; yields (done, total)."""
    wanted = register.majority((ko for _en, ko in rows), korean)
    total = len(rows) * len(_DIRECTIONS)
    done = 0
    for goal in _DIRECTIONS:
        bench = _Bench(korean, wanted if goal == "ko" else "", result)
        for number, case in enumerate(pairs.cases(rows, goal)):
            cancel.check()
            bench.clean(case)
            for kind in faults.KINDS:
                bench.broken(case, kind, random.Random(f"{seed} {goal} {number} {kind}"))  # noqa: S311 - the same faults every time
            done += 1
            yield done, total


@dataclass(frozen=True, slots=True)
class _Bench:
    """One direction."""

    korean: Korean
    register: Register
    result: Result

    def clean(self, case: Case, *, filled: bool = False) -> None:
        """A good translation."""
        outcome = self._judged(case, case.target)
        if filled:
            self.result.filled += 1
            self.result.filled_flagged += bool(outcome.problems)
        else:
            self.result.clean += 1
            self.result.flagged += bool(outcome.problems)
        for kind in outcome.problems:
            self.result.false[kind] += 1
            self.result.misses.append(Miss(f"false {kind}", case.source, case.target))

    def broken(self, case: Case, kind: FaultKind, chance: random.Random) -> None:
        """The same with a fault, where the case has room for it."""
        if kind == "tag" or (kind.startswith("number") and chance.random() < 0.8):
            put = pairs.with_mark if kind == "tag" else pairs.with_figure
            case = put(case, chance)
            self.clean(case, filled=True)
        made = faults.made(kind, case, chance)
        if made is None:
            return
        outcome = self._judged(case, made)
        seen = faults.KIND.get(kind, kind) in outcome.problems
        if kind in _REPAIRED:  # put right is seen as well
            seen = seen or (outcome.state == "translated" and outcome.target != made)
        self.result.made[kind] += 1
        self.result.caught[kind] += seen
        if not seen:
            self.result.misses.append(Miss(kind, case.source, made))

    def _judged(self, case: Case, answer: str) -> Outcome:
        texts = [
            case.beside[0].source if case.beside[0] else "",
            case.source,
            case.beside[1].source if case.beside[1] else "",
        ]
        document = TextDocument.of("\n\n".join(text for text in texts if text))
        segments = units.in_order([_whole(paragraph) for paragraph in document.paragraphs])
        judge = Judge(
            document,
            case.goal,
            self.korean,
            register=self.register,
            terms=Glossary(_terms(case), case.goal, self.korean.morphemes),
        )
        mine = 1 if case.beside[0] else 0
        for place, pair in ((mine - 1, case.beside[0]), (mine + 1, case.beside[1])):
            if pair is not None:
                judge.remember(segments[place], Outcome(pair.target, "translated"))
        return judge.weigh(segments[mine], answer)


def _terms(case: Case) -> list[Term]:
    """The glossary of a case."""
    if case.term is None:
        return []
    english, korean = case.term
    return [Term(english, korean) if case.goal == "ko" else Term(korean, english)]


def _whole(paragraph: inline.Paragraph) -> tuple[str, inline.Paragraph, inline.Piece]:
    """A paragraph as one segment: a pair may have two sentences."""
    pieces = inline.cut(paragraph.rich, [(0, len(paragraph.rich.text))])
    return paragraph.id, paragraph, next(piece for piece in pieces if piece.segment == 0)
