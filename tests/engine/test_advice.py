"""What is recommended fits, all of it at once, on small machines and large ones."""

from __future__ import annotations

import pytest

from agents.engine import catalog, machine
from agents.engine.advice import GOALS, advise
from agents.engine.machine import Machine
from app.paths import assets_dir

GB = 10**9
CATALOG = catalog.load(assets_dir() / "catalog.toml")


def made(memory, cores=4, instructions="avx2", disk=500 * GB):
    budget = int(memory * 0.6)
    return Machine(memory, budget, budget, disk, cores, instructions)


def chosen(where, goals=GOALS, here=()):
    return {p.entry.role: p.entry.id for p in advise(CATALOG, where, goals, here).picks if p.chosen}


@pytest.mark.parametrize("memory", [1, 2, 4, 8, 16, 32, 64])
@pytest.mark.parametrize("cores", [1, 2, 4, 8, 32])
@pytest.mark.parametrize("instructions", ["", "avx2", "avx512", "neon"])
def test_what_is_recommended_fits_at_once(memory, cores, instructions):
    where = made(memory * GB, cores, instructions)
    for goals in (GOALS, ("chat",), ("translate",), ("scholar",), ()):
        picks = [p.entry for p in advise(CATALOG, where, goals).picks if p.chosen]
        together = [one.memory for one in picks if one.role in ("chat", "translation")]
        assert sum(together) <= where.budget
        assert all(one.memory <= where.budget for one in picks)
        assert len({one.role for one in picks}) == len(picks)


def test_a_common_machine_gets_the_recommended_ones():
    assert chosen(made(16 * GB, 4), ("chat",)) == {"chat": "lfm2.5-1.2b-instruct"}
    assert chosen(made(16 * GB, 2), ("translate",)) == {"translation": "lfm2-koen-mt"}


def test_cores_memory_and_instructions_decide():
    assert chosen(made(16 * GB, 4), ("translate",)) == {"translation": "lfm2-koen-mt-q5"}
    assert chosen(made(32 * GB, 8), ("translate",)) == {"translation": "lfm2-koen-mt-q8"}
    assert chosen(made(32 * GB, 8, ""), ("translate",)) == {"translation": "lfm2-koen-mt"}
    assert chosen(made(16 * GB, 4, ""), ("chat",)) == {"chat": "lfm2.5-350m"}
    assert chosen(made(3 * GB, 4), ("chat",)) == {"chat": "lfm2.5-350m"}


def test_a_larger_model_is_offered_but_not_chosen():
    offered = [p.entry.id for p in advise(CATALOG, made(16 * GB), ("chat",)).picks if not p.chosen]
    assert offered == ["lfm2.5-8b-a1b"]
    assert all(p.chosen for p in advise(CATALOG, made(16 * GB, 2), ("chat",)).picks)


def test_what_is_here_costs_no_download_and_unknown_sizes_are_said():
    everything = advise(CATALOG, made(16 * GB), ("chat", "scholar"))
    some = advise(CATALOG, made(16 * GB), ("chat", "scholar"), ["lfm2.5-1.2b-instruct"])
    assert everything.size - some.size == 730_895_168
    assert everything.sized
    assert not advise(CATALOG, made(16 * GB), ("calculate",)).sized
    assert not advise(CATALOG, made(16 * GB, disk=GB), ("chat", "translate")).room


def test_nothing_is_recommended_where_nothing_fits_or_is_wanted():
    assert advise(CATALOG, made(GB // 4), GOALS).picks == ()
    assert advise(CATALOG, made(16 * GB), ()).picks == ()


@pytest.mark.parametrize(
    ("flags", "found"),
    [("flags : fpu avx avx2", "avx2"), ("flags : avx2 avx512f", "avx512"), ("flags : sse4", "")],
)
def test_the_instruction_set_is_read(tmp_path, monkeypatch, flags, found):
    monkeypatch.setattr(machine.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(machine.sys, "platform", "linux")
    (tmp_path / "cpuinfo").write_text(flags)
    assert machine.instructions(tmp_path / "cpuinfo") == found
    assert machine.instructions(tmp_path / "none") == ""
    monkeypatch.setattr(machine.platform, "machine", lambda: "aarch64")
    assert machine.instructions(tmp_path / "none") == "neon"


def test_this_machine_can_be_looked_at(tmp_path):
    here = machine.look(tmp_path / "models" / "not yet")
    assert 0 < here.budget <= here.memory
    assert here.disk > 0
    assert here.cores >= 1
