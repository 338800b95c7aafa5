"""Decides whether an answer may stand in the document.

The one law: an answer is accepted as it would be written, marks and all, or it is not accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.translation import glossary, guards, inline, register
from agents.translation.align import put_back
from agents.translation.guards import Guards
from agents.translation.neighbours import Neighbour
from agents.translation.units import Outcome, clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from agents.engine.port import Finish
    from agents.store.segment_rows import StoredSegment
    from agents.translation.events import Language, ProblemKind, Register
    from agents.translation.formats.base import Document
    from agents.translation.glossary import Glossary
    from agents.translation.guesses import Likeness
    from agents.translation.inline import Rich
    from agents.translation.korean import Korean
    from agents.translation.units import Unit


class Judge:
    """Decides whether an answer may stand in the document."""

    def __init__(
        self,
        document: Document,
        target: Language,
        korean: Korean,
        *,
        register: Register = "",
        terms: Glossary = glossary.NONE,
        likeness: Likeness | None = None,
    ) -> None:
        """Judge for one document.

        Args:
            document: what the answers are written into.
            target: the language of the answers.
            korean: the analyser.
            register: what Korean answers must be in; "" for any.
            terms: what a translation has to keep.
            likeness: how alike phrases of both languages are, for the place of formatting.
        """
        self.terms = terms
        self._document = document
        self._target: Language = target
        self._korean = korean
        self._likeness = likeness
        self._register: Register = register if target == "ko" else ""
        self._guards = Guards(target, korean, terms.missing if terms.terms else None)
        self._targets: dict[int, str] = {}  # accepted answers by place in the document
        self._last: tuple[tuple[str, str, Finish], tuple[ProblemKind, ...]] | None = None

    @property
    def target(self) -> Language:
        """The language of the answers."""
        return self._target

    def anew(self) -> Judge:
        """Who judges alike and remembers nothing: the document was cut into other segments."""
        return Judge(
            self._document,
            self._target,
            self._korean,
            register=self._register,
            terms=self.terms,
            likeness=self._likeness,
        )

    def judge(self, unit: Unit, answer: str, finish: Finish = "stop") -> Outcome | ProblemKind:
        """The outcome, or what makes the answer none."""
        outcome = self.weigh(unit, answer, finish)
        return outcome if guards.stays(outcome.problems) else outcome.problems[0]

    def weigh(
        self, unit: Unit, answer: str, finish: Finish = "stop", *, stands: bool = False
    ) -> Outcome:
        """What becomes of the segment with this answer, and everything that is wrong with it.

        With `stands` the words are a person's: what differs is told, nothing is rewritten.
        """
        answer = clean(answer)
        problems: tuple[ProblemKind, ...] = self._problems(unit, answer, finish)
        if not guards.NO_ANSWER.intersection(problems) and finish == "stop":
            # Not before: the source with its terms put in would be no source any more.
            repaired = answer if stands else self.terms.repaired(unit.text, answer)
            if repaired != answer:
                answer = repaired
                problems = self._problems(unit, answer, finish)
            placed, more = self._set(unit, answer, stands=stands)
            problems = more + problems
            if placed is not None and guards.stays(problems):
                return Outcome(placed.text, "translated", problems)
        return Outcome(unit.piece.rich.text, "untranslated", guards.ordered(problems), answer)

    def _set(
        self, unit: Unit, answer: str, *, stands: bool
    ) -> tuple[Rich | None, tuple[ProblemKind, ...]]:
        """The answer as it would be written, and what that shows to be wrong."""
        problems: list[ProblemKind] = []
        if self._guards.strays(unit.text, answer, self._beside(unit)):
            problems.append("neighbour")
        if self._register:
            if not stands:
                answer = register.fixed(answer, self._register, self._korean)
            if register.differs(answer, self._register, self._korean):
                problems.append("register")
        placed = self.place(unit, answer, lambda _text: "")
        if placed is None:
            problems.append("tag")
        return placed, tuple(problems)

    def _problems(self, unit: Unit, answer: str, finish: Finish) -> tuple[ProblemKind, ...]:
        """What the guards find; equal segments with equal answers are looked at once."""
        key = (unit.text, answer, finish)
        if self._last is None or self._last[0] != key:
            self._last = (key, self._guards.problems(unit.text, answer, finish))
        return self._last[1]

    def remember(self, unit: Unit, outcome: Outcome | StoredSegment) -> None:
        """Keep what stands in the document now, to tell it from the answers beside it."""
        if outcome.state != "untranslated":
            self._targets[unit.index] = outcome.target

    def in_one_register(
        self, targets: Sequence[tuple[Unit, str]], stands: Callable[[Unit], bool]
    ) -> Iterator[tuple[Unit, str, bool]]:
        """Bring the whole document into the register of most of its sentences.

        Args:
            targets: what stands in the document, for the segments that were translated.
            stands: whether the words of a segment are a person's, and are not rewritten.

        Yields:
            Each segment that is in another register: what it becomes, and whether it is in the
            register of the others then. Nothing where a register was asked for: `weigh` has it.
        """
        if self._register or self._target != "ko":
            return
        wanted = register.majority((target for _unit, target in targets), self._korean)
        for unit, target in targets if wanted else ():
            if not register.differs(target, wanted, self._korean):
                continue
            own = stands(unit)
            made = target if own else register.fixed(target, wanted, self._korean)
            if made != target and self.place(unit, made, lambda _text: "") is None:
                made = target
            yield unit, made, not register.differs(made, wanted, self._korean)

    def _beside(self, unit: Unit) -> tuple[Neighbour, ...]:
        return tuple(
            Neighbour(source, self._targets.get(at, ""))
            for source, at in ((unit.before, unit.index - 1), (unit.after, unit.index + 1))
            if source
        )

    def place(
        self, unit: Unit, answer: str, hints: Callable[[str], str], *, closely: bool = False
    ) -> Rich | None:
        """The answer with the marks of its source; None if one would be lost.

        `closely`: by what words mean as well, which takes some time.
        """
        likeness = self._likeness if closely else None
        placed = put_back(unit.piece.rich, answer, hints, self._particles(), likeness)
        if placed.lost or not self._document.fits(unit.paragraph.id, unit.piece, placed.rich):
            return None
        return placed.rich

    def holds(self, unit: Unit, target: Rich) -> bool:
        """Whether `target` has all marks of its source, also once it is written."""
        return not inline.lost(unit.piece.rich, target) and self._document.fits(
            unit.paragraph.id, unit.piece, target
        )

    def guessed(self, unit: Unit, answer: str, hints: Callable[[str], str]) -> tuple[str, ...]:
        """Phrases of the source whose place in the answer was only guessed."""
        placed = put_back(unit.piece.rich, answer, hints, self._particles(), self._likeness)
        return placed.guessed

    def passes(self, source: str, answer: str, finish: Finish) -> bool:
        """Whether nothing is wrong with the answer to a phrase that stands alone."""
        return not self._guards.problems(source, answer, finish)

    def _particles(self) -> Callable[[str], Mapping[int, int]] | None:
        return self._korean.particles if self._target == "ko" else None
