"""Where two answers to the same request part, and whether arithmetic can be the reason.

A batch of another shape adds the same numbers in another order: the last bits of the logits
differ, and where two tokens are nearly as likely, so may the choice. That is reported, not hidden
and not forbidden. What is a fault: the same logits and another choice, or other logits altogether.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.engine.port import Completion, Engine, TokenLogprob

ARITHMETIC = 0.02  # natural logarithm; what tiny random models differ by at most, and ample
# Where experts are chosen, the last bits may choose others: then the answer is another one.
EXPERTS = 1.0
MIXTURES = ("lfm2moe", "nemotron_h_moe")


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first place where two answers differ."""

    position: int  # tokens that are the same
    one: str
    other: str
    gap: float  # between the log-probabilities of the two tokens in the first answer
    drift: float  # of the log-probability of `one` between the answers; -1 = not known

    @property
    def arithmetic(self) -> bool:
        """Whether other last bits explain it."""
        return 0 < self.drift < ARITHMETIC


def first_divergence(one: Completion, other: Completion) -> Divergence | None:
    """Compare two answers that were made with `logprobs` and `alternatives`."""
    for position, (a, b) in enumerate(zip(one.logprobs, other.logprobs, strict=False)):
        if a.text != b.text:
            rival, same = _of(b.text, a), _of(a.text, b)
            gap = a.logprob - rival if rival is not None else float("inf")
            drift = abs(a.logprob - same) if same is not None else -1.0
            return Divergence(position, a.text, b.text, gap, drift)
    if len(one.logprobs) != len(other.logprobs):
        position = min(len(one.logprobs), len(other.logprobs))
        return Divergence(position, "", "", float("inf"), -1.0)
    return None


def assert_same(engine: Engine, one: Completion, other: Completion) -> Divergence | None:
    """The same answer twice, but for arithmetic; returns where they part if they do.

    Raises:
        AssertionError: arithmetic cannot be the reason.
    """
    found = first_divergence(one, other)
    if found is None:
        assert one.text == other.text
        return None
    limit = EXPERTS if engine.info.id in MIXTURES else ARITHMETIC
    assert 0 < found.drift < limit, found
    return found


def most_drift(one: Completion, other: Completion) -> float:
    """The largest difference of log-probabilities while the tokens are the same."""
    drift = 0.0
    for a, b in zip(one.logprobs, other.logprobs, strict=False):
        if a.text != b.text:
            break
        drift = max(drift, abs(a.logprob - b.logprob))
    return drift


def _of(text: str, place: TokenLogprob) -> float | None:
    if place.text == text:
        return place.logprob
    return dict(place.alternatives).get(text)
