"""How many threads a step gets, on machines of all kinds; and what the system is told."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from agents.engine import cores
from agents.engine.threads import Threads, on_battery

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


def put(root, **files: str) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")


def machine(root, siblings: list[str], fast: str = "") -> None:
    for number, text in enumerate(siblings):
        put(root, **{f"devices/system/cpu/cpu{number}/topology/thread_siblings_list": text})
    if fast:
        put(root, **{"devices/cpu_core/cpus": fast})


def test_two_hardware_threads_of_a_core_are_one_core(tmp_path):
    machine(tmp_path, ["0,4", "1,5", "2,6", "3,7"] * 2)
    assert cores.linux_cores(set(range(8)), tmp_path) == 4
    assert cores.linux_cores({0, 4}, tmp_path) == 1  # what the process may use
    assert cores.linux_cores({0, 1, 5}, tmp_path) == 2


def test_slow_cores_do_not_count_where_fast_ones_are_allowed(tmp_path):
    machine(tmp_path, ["0-1", "0-1", "2-3", "2-3", "4", "5", "6", "7"], fast="0-3")
    assert cores.linux_cores(set(range(8)), tmp_path) == 2
    assert cores.linux_cores({4, 5, 6}, tmp_path) == 3


def test_a_machine_that_tells_nothing_has_as_many_cores_as_threads(tmp_path):
    assert cores.linux_cores({0, 1, 2}, tmp_path) == 3


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ({"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "150000 100000"}, 1),
        ({"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "50000 100000"}, 1),
        ({"proc/self/cgroup": "0::/a/b", "sys/fs/cgroup/a/cpu.max": "400000 100000"}, 4),
        (
            {
                "proc/self/cgroup": "0::/a/b",
                "sys/fs/cgroup/a/cpu.max": "max 100000",
                "sys/fs/cgroup/a/b/cpu.max": "300000 100000",
            },
            3,
        ),
        (
            {
                "proc/self/cgroup": "7:cpu,cpuacct:/docker/x\n1:name=systemd:/docker/x",
                "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "200000",
                "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000",
            },
            2,
        ),
    ],
)
def test_a_container_has_the_cores_its_quota_gives(tmp_path, files, wanted):
    put(tmp_path, **files)
    assert cores.quota(tmp_path) == wanted


@pytest.mark.parametrize("text", ["max 100000", "", "-1", "nonsense", "100000 0"])
def test_no_quota_is_no_limit(tmp_path, text):
    put(tmp_path, **{"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": text})
    assert cores.quota(tmp_path) > 1000


@LINUX
def test_this_process_counts_what_it_may_use():
    allowed = os.sched_getaffinity(0)
    try:
        assert 1 <= cores.usable() <= len(allowed)
        os.sched_setaffinity(0, {min(allowed)})
        assert cores.usable() == 1
    finally:
        os.sched_setaffinity(0, allowed)


def counts(**more) -> tuple[int, int]:
    threads = Threads(**{"quiet": "off", **more})
    return threads.count(interactive=True), threads.count(interactive=False)


def test_work_that_nobody_watches_leaves_a_core_where_there_are_more_than_two():
    assert counts(machine=8) == (8, 7)
    assert counts(machine=3) == (3, 2)
    assert counts(machine=2) == (2, 2)
    assert counts(machine=1) == (1, 1)


def test_what_the_user_set_counts():
    assert counts(machine=8, wanted=4) == (4, 4)
    assert counts(machine=8, wanted=8) == (8, 7)
    assert counts(machine=2, wanted=1) == (1, 1)


def test_quiet_is_half_the_cores_and_at_least_one():
    assert counts(machine=8, quiet="on") == (4, 4)
    assert counts(machine=1, quiet="on") == (1, 1)


def test_on_battery_it_is_quiet_by_itself_and_nobody_waits_for_the_answer():
    asked, answer = [], threading.Event()

    def battery() -> bool:
        asked.append(threading.current_thread())
        answer.wait(60)
        return True

    threads = Threads(machine=8, battery=battery)
    assert threads.count(interactive=True) == 8  # not known yet
    for _step in range(100):
        threads.count(interactive=True)
    answer.set()
    asked[0].join(60)
    assert threads.count(interactive=True) == 4
    assert len(asked) == 1
    assert asked[0] is not threading.current_thread()


def test_a_battery_that_cannot_be_asked_is_none(monkeypatch):
    assert on_battery() in (True, False)

    def broken():
        raise RuntimeError("driver")

    monkeypatch.setattr("psutil.sensors_battery", broken, raising=False)
    assert on_battery() is False


def nice(*, machine: int) -> tuple[int, int]:
    """The priority of a thread that gives way, and of one that it starts."""
    found = []

    def read() -> None:
        found.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    def work() -> None:
        Threads(machine=machine).lower_priority()
        read()
        child = threading.Thread(target=read)
        child.start()
        child.join()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return found[0], found[1]


@LINUX
def test_where_no_core_can_be_spared_the_thread_and_what_it_starts_give_way():
    mine = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert nice(machine=2) == (max(mine, 10), max(mine, 10))
    assert nice(machine=8) == (mine, mine)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == mine


@LINUX
def test_a_refusal_is_no_error(monkeypatch):
    asked = []

    def refuse(*args):
        asked.append(args)
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", refuse)
    Threads(machine=1).lower_priority()
    assert len(asked) == 1
