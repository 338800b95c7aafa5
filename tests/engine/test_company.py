"""The same request gives the same tokens alone and among seven others, greedy and seeded."""

from __future__ import annotations

import dataclasses

import pytest

from agents.base import CancelToken
from agents.engine.port import Completion, GenerationRequest, Message, Sampling, TokenLogprob
from tests.engine.divergence import ARITHMETIC, Divergence, first_divergence, most_drift
from tests.engine.tiny_models import ARCHITECTURES

SAMPLINGS = {
    "greedy": Sampling(),
    "greedy with a penalty": Sampling(repeat_penalty=1.3),
    "seeded": Sampling(1.0, 50, 0.95, 0.0, 1.05, seed=11),
    "seeded with min_p": Sampling(0.8, 0, 1.0, 0.05, 1.05, seed=12),
}


def asking(number: int, sampling: Sampling) -> GenerationRequest:
    """Eight of these fill less than 256 cells: see `test_decode.test_company_changes_nothing`."""
    return GenerationRequest(
        (Message("user", "abcdefgh"[number]),),
        dataclasses.replace(sampling, seed=sampling.seed + number),
        max_tokens=6,
        logprobs=True,
        alternatives=20,
        id=str(number),
    )


@pytest.mark.parametrize("sampling", SAMPLINGS.values(), ids=SAMPLINGS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_alone_and_among_seven_others(tiny_models, architecture, sampling, record_property):
    requests = [asking(number, sampling) for number in range(8)]
    with tiny_models.borrow(architecture) as engine:
        alone = {one.id: engine.submit(one, CancelToken()).result() for one in requests}
        again = engine.submit(requests[0], CancelToken()).result()
        together = dict(engine.map(requests, 8, CancelToken()))
    parted = {}
    for name, made in [*together.items(), ("0", again)]:
        assert most_drift(alone[name], made) < ARITHMETIC
        if found := first_divergence(alone[name], made):
            parted[name] = found
    record_property("first divergences", str(parted))
    print(f"{architecture}: {len(parted)} of 9 part", parted)  # noqa: T201 - shown with -rP
    assert all(found.arithmetic for found in parted.values())
    if sampling.temperature > 0:
        assert len({made.text for made in alone.values()}) > 1


def logprobs(*pairs: tuple[str, float]) -> Completion:
    tokens = tuple(TokenLogprob(text, value, (("a", -1.0), ("b", -1.001))) for text, value in pairs)
    return Completion("", "stop", logprobs=tokens)


def test_a_divergence_is_told_with_its_reason():
    one = logprobs(("x", -0.5), ("a", -1.0))
    assert first_divergence(one, one) is None
    near = first_divergence(one, logprobs(("x", -0.5001), ("b", -0.999)))
    assert near == Divergence(1, "a", "b", pytest.approx(0.001), 0.0)
    assert not near.arithmetic  # the same logits: somebody chose differently
    assert first_divergence(logprobs(("a", -1.001)), logprobs(("b", -1.0))).arithmetic
    assert not first_divergence(logprobs(("a", -3.0)), logprobs(("b", -1.0))).arithmetic
    assert not first_divergence(logprobs(("q", -1.0)), logprobs(("b", -1.0))).arithmetic
    assert first_divergence(one, logprobs(("x", -0.5))).position == 1
    assert most_drift(one, logprobs(("x", -0.75), ("b", -9.0))) == 0.25
