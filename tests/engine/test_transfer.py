"""Rates are measured, locks end with their process, and digests are those of the bytes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.engine import transfer
from agents.engine.transfer import Meter

ROOT = Path(__file__).resolve().parents[2]


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(transfer.time, "monotonic", made)
    return made


def test_rate_and_time_left_count_only_what_came_now(clock):
    meter = Meter(600, 1000)  # 600 were here before
    clock.now += 1
    event = meter.add(100)
    assert (event.done, event.total, event.unit) == (700, 1000, "byte")
    assert event.rate == pytest.approx(100)
    assert event.seconds_left == pytest.approx(3)


def test_the_rate_follows_the_last_seconds(clock):
    meter = Meter(0, 10_000)
    for _second in range(20):
        clock.now += 1
        meter.add(10)
    for _second in range(10):
        clock.now += 1
        event = meter.add(100)
    assert event.rate == pytest.approx(100)


def test_events_are_few_but_the_last_one_always_comes(clock):
    meter = Meter(0, 1000)
    first = meter.add(1)
    assert first.rate == first.seconds_left == 0.0  # nothing to measure yet
    assert [meter.add(1) for _piece in range(998)] == [None] * 998
    assert meter.add(1).done == 1000


def test_thrown_away_bytes_are_no_negative_rate(clock):
    meter = Meter(0, 1000)
    clock.now += 1
    meter.add(500)
    meter.add(-500)
    clock.now += 1
    event = meter.add(100)
    assert event.done == 100
    assert event.rate == pytest.approx(100)


def test_an_unknown_total_has_no_time_left(clock):
    meter = Meter(0, 0)
    clock.now += 1
    event = meter.add(100)
    assert (event.total, event.seconds_left) == (0, 0.0)


def test_a_digest_can_be_cancelled(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        list(transfer.digest(path, Meter(0, 3), cancel))


def test_what_cannot_be_read_is_a_sentence(tmp_path):
    with pytest.raises(UserError, match=r"file\.unreadable"):
        list(transfer.digest(tmp_path, Meter(0, 0), CancelToken()))


def test_a_lock_holds_against_another_process_and_ends_with_it(tmp_path):
    script = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from agents.engine.transfer import only_writer
with only_writer(Path({str(tmp_path / "m")!r}), "m"):
    print("held", flush=True)
    sys.stdin.read()
"""
    child = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with child:
        assert child.stdout.readline() == "held\n"
        with (
            pytest.raises(UserError, match=r"model\.busy"),
            transfer.only_writer(tmp_path / "m", "m"),
        ):
            pass
        child.kill()
    with transfer.only_writer(tmp_path / "m", "m"):
        assert not (tmp_path / "m").exists()
