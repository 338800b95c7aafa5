"""What the numbers of the benchmark are: medians, ratios, targets, and the clocks behind them."""

from __future__ import annotations

import numpy as np
import pytest

from agents.engine.bench import parts
from agents.engine.bench.agent import STEPS
from agents.engine.bench.figures import (
    COMPANIONS,
    TARGETS,
    Figure,
    Run,
    Sizes,
    Target,
    compared,
    target,
)
from agents.engine.bench.scheduler import Clock
from app.ui.bench_window import waits

NAMES = """
batch_glossary batch_plain paper decode prefill second_turn restart_turn chat_under_load
chat_under_load_two_models chat_rate_under_load cancel_ms memory gui_p99_ms scheduler_us
""".split()  # noqa: SIM905 - a list of names is easier to read


def _runs(*pairs):
    return [Run("x", n + 1, len(pairs), *pair, "tokens/s") for n, pair in enumerate(pairs)]


def test_every_name_has_something_to_reach():
    assert list(TARGETS) == NAMES
    assert {*parts.MEASUREMENTS, "gui_p99_ms"} == set(NAMES)
    assert set(STEPS) <= set(NAMES)
    assert all(owner in TARGETS for owner, _target in COMPANIONS.values())
    assert target("memory_predicted") == Target("ratio", low=0.9, high=1.1)
    assert target("batch_plain_same") is None


def test_a_figure_is_two_medians_and_their_ratio():
    figure = compared("x", _runs((10, 4), (30, 5), (20, 9)))
    assert figure == Figure("x", 20, 5, 4, "tokens/s")


def test_sides_that_were_measured_apart_are_compared():
    runs = _runs((6, None), (None, 2), (8, None), (None, 3), (10, None), (None, 4))
    assert compared("x", runs) == Figure("x", 8, 3, 8 / 3, "tokens/s")


def test_one_side_alone_is_no_comparison():
    assert compared("x", _runs((6, None))) is None


@pytest.mark.parametrize(
    ("ours", "ratio", "met"), [(3, 1.0, True), (9, 0.9, True), (9, 1.2, False), (9, None, None)]
)
def test_a_target_looks_at_the_ratio(ours, ratio, met):
    assert Target("ratio", low=0.9, high=1.1).met(Figure("x", ours, 3, ratio, "MB")) is met


def test_a_target_looks_at_ours():
    assert Target("ours", high=100).met(Figure("x", 100, None, None, "ms"))
    assert not Target("ours", high=100).met(Figure("x", 100.1, None, None, "ms"))


def test_what_travels_between_processes_arrives(part):
    there = part("memory", step="ours", number=3, sizes=Sizes(together=(1, 2)))
    assert parts.understood(parts.asked(there)) == there
    for value in (Run("x", 1, 2, 0.5, None, "ms"), Figure("x", 1.0, None, None, "µs")):
        assert parts.parsed(parts.written(value)) == value
    assert parts.parsed("llama_model_loader: loaded") is None
    assert parts.parsed('{"other": 1}') is None


def test_our_own_time_is_what_is_left_between_two_calls():
    # Two sequences are read (8 tokens each), decoded together three times, then one alone.
    clock = Clock(
        tokens=[8, 8, 2, 2, 2, 1],
        began=[0.0, 1.0, 2.0, 3.0, 4.0, 5.0],
        ended=[0.5, 1.5, 2.5, 3.6, 4.5, 5.5],
        sampled=[0.0, 0.0, 0.2, 0.1, 0.3, 0.0],
    )
    assert clock.own(2) == pytest.approx([3.0 - 2.5 - 0.2, 4.0 - 3.6 - 0.1])
    assert clock.own(16) == []


def test_a_click_waits_for_the_end_of_the_gap_it_fell_into():
    waited = waits([0.001] * 900 + [0.1])
    assert waited.max() == pytest.approx(100, abs=0.2)
    # A tenth of the time is inside the one long gap: of 901 beats only one would tell of it.
    assert np.percentile(waited, 99) == pytest.approx(90, abs=0.5)
    assert np.percentile(waited, 50) < 1
