"""Whether two answers are the same but for rounding.

Attention and quantized products sum in another order when a call has another shape (a prompt in
two stretches, a row beside others), so the last bits differ, and now and then the likeliest two
tokens change places. Then the first divergence is reported, and it must be a close race: a state
that is really wrong moves logits by whole numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.engine.port import Completion

# By model: 32-bit random weights differ by some 0.005 with the shape of the calls; where experts
# are chosen, another one may be taken; SmolLM2's activations are rounded to 8 bits, row by row.
CLOSE = {"smol": 1.5, "lfm2moe": 1.0, "nemotron_h_moe": 1.0}
TINY = 0.1


def divergence(model: str, one: Completion, other: Completion) -> str:
    """Empty if they are the same; what the first divergence was if it was a close race.

    Both requests must have asked for `logprobs` and two `alternatives`.

    Raises:
        AssertionError: they differ in more than rounding.
    """
    for place, (a, b) in enumerate(zip(one.logprobs, other.logprobs, strict=False)):
        if a.text == b.text:
            continue
        gap = max(_gap(a.alternatives), _gap(b.alternatives))
        report = f"token {place}: {a.text!r} or {b.text!r}, {gap:.3f} apart"
        assert gap <= CLOSE.get(model, TINY), report
        return report
    assert len(one.logprobs) == len(other.logprobs), "one is the beginning of the other"
    assert one.text == other.text
    return ""


def _gap(alternatives: tuple[tuple[str, float], ...]) -> float:
    (_first, best), (_second, next_best) = alternatives[:2]
    return best - next_best
