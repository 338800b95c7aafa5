"""How often the verifier lets a true sentence pass, and how seldom a false one.

The sentences are those of `claims`. "Passed" is the verdict "quoted"; everything else is flagged
for the author. Precision: of what passed, the share that is true, with some five false sentences
for every true one. Recall: of what is true, the share that passed. No embedder and no model takes
part: they move doubtful verdicts only.

The thresholds of `verify` and `wording` were chosen on `typeset.bib`. The true sentences here keep
more of the author's words than people do; where somebody words freely, more is flagged.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.base import Progress
from agents.scholar.evaluation import claims
from agents.scholar.verify import Verifier

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from agents.base import CancelToken
    from agents.scholar.evaluation.claims import Claim, Kind
    from agents.scholar.verify import Verdict
    from agents.store.library import Work

LEAST_PRECISION, LEAST_RECALL = 0.95, 0.85


@dataclass(slots=True)
class Judged:
    """How many sentences of each kind there were, and how many passed."""

    made: Counter[Kind] = field(default_factory=Counter["Kind"])
    passed: Counter[Kind] = field(default_factory=Counter["Kind"])
    misses: list[tuple[Claim, Verdict]] = field(default_factory=list["tuple[Claim, Verdict]"])

    @property
    def precision(self) -> float:
        """Of what passed, the share that is true."""
        return self.passed["true"] / max(1, self.passed.total())

    @property
    def recall(self) -> float:
        """Of what is true, the share that passed."""
        return self.passed["true"] / max(1, self.made["true"])

    def __add__(self, other: Judged) -> Judged:
        return Judged(
            self.made + other.made, self.passed + other.passed, self.misses + other.misses
        )


def run(
    works: Sequence[Work], cancel: CancelToken, seed: int = 1
) -> Generator[Progress, None, Judged]:
    """Build the set and judge it."""
    known = [work for work in works if work.abstract]
    made = claims.build(known, seed)
    verifier = Verifier(known, None)
    judged = Judged()
    for number, claim in enumerate(made, start=1):
        cancel.check()
        verdict = verifier.check(claim.text, claim.work)
        judged.made[claim.kind] += 1
        judged.passed[claim.kind] += verdict.supported
        if verdict.supported != claim.true:
            judged.misses.append((claim, verdict))
        if number % 50 == 0 or number == len(made):
            yield Progress(number, len(made), "sentence")
    return judged
