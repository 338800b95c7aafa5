"""All guards of one segment, in one pass.

The one law: hard problems mean that the answer is not a translation, and its source stays in
place; soft ones mean that somebody should look, and the answer stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.translation import checks, length, neighbours, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agents.engine.port import Finish
    from agents.translation.events import Language, ProblemKind
    from agents.translation.korean import Korean
    from agents.translation.neighbours import Neighbour

HARD: frozenset[ProblemKind] = frozenset(
    {"empty", "same_as_source", "wrong_script", "loop", "truncated", "neighbour", "tag"}
)
# With these, nothing else is worth looking for.
NO_ANSWER: frozenset[ProblemKind] = frozenset({"empty", "same_as_source", "wrong_script", "loop"})
_WEIGHT = {
    "empty": 200,
    "length": 3,
    "term": 2,
    "number": 4,
    "register": 1,
}  # 100 for the other hard ones


@dataclass(frozen=True, slots=True)
class Guards:
    """What is looked for in answers into one language."""

    goal: Language
    korean: Korean
    missing_terms: Callable[[str, str], Sequence[object]] | None = None

    def problems(
        self, source: str, answer: str, finish: Finish = "stop"
    ) -> tuple[ProblemKind, ...]:
        """Everything that is wrong with an answer to a source that needs translation.

        A generation that was cut by its limit and runs in circles is a "loop"; one that failed,
        or was cut without circles, is "truncated".
        """
        if finish == "failed":
            return ("truncated",)
        if none := self._no_answer(source, answer, finish):
            return (none,)
        return self._measured(source, answer) if finish == "stop" else ("truncated",)

    def _no_answer(self, source: str, answer: str, finish: Finish) -> ProblemKind | None:
        """What is so wrong that nothing else is worth looking for."""
        if checks.empty(answer):
            return "empty"
        if checks.loops(source, answer):
            return "loop"
        if finish == "stop" and checks.same(source, answer):
            return "same_as_source"
        if finish == "stop" and checks.wrong_script(source, answer, self.goal):
            return "wrong_script"
        return None

    def strays(self, source: str, answer: str, beside: Sequence[Neighbour]) -> bool:
        """Whether the answer is that of the segment before or after."""
        return neighbours.belongs(source, answer, beside)

    def _measured(self, source: str, answer: str) -> tuple[ProblemKind, ...]:
        """What is too much or not enough in an answer that looks like one."""
        found: list[ProblemKind] = []
        measured = length.measure(source, answer, self.goal, self.korean)
        differ = numbers.compare(source, answer)
        fewer = bool(differ.lost) and not differ.added
        if measured.cut or (fewer and measured.odds > length.CUT_WITH_NUMBER):
            found.append("truncated")
        if measured.off:
            found.append("length")
        if differ:
            found.append("number")
        if self.missing_terms is not None and self.missing_terms(source, answer):
            found.append("term")
        return tuple(found)


def weight(problems: Sequence[ProblemKind]) -> int:
    """How bad problems are, for choosing among answers; 0 for none."""
    return sum(_WEIGHT.get(kind, 100) for kind in problems)


def stays(problems: Sequence[ProblemKind]) -> bool:
    """Whether an answer with these problems may stand in the document."""
    return not HARD.intersection(problems)


def ordered(problems: Sequence[ProblemKind]) -> tuple[ProblemKind, ...]:
    """The hard ones first."""
    return tuple(sorted(problems, key=lambda kind: kind not in HARD))
