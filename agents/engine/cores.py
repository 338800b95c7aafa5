"""How many cores this process may really compute on.

The one law: a core counts once, however many hardware threads it has, and only if this process
may use it: containers, task sets and batch systems give less than the machine has.

Where a system has slow and fast cores, only the fast ones count: all threads of an evaluation wait
for each other after each of its thousand operations, so a slow one makes the others slow.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

import psutil

_SYSTEM = Path("/sys")


def usable() -> int:
    """Cores to compute on; at least 1."""
    if sys.platform == "linux":
        found = min(linux_cores(os.sched_getaffinity(0)), quota())
    elif sys.platform == "darwin":
        found = _mac_fast_cores() or _physical()
    else:
        found = min(_physical(), _allowed())
    return max(1, found)


def linux_cores(allowed: set[int], system: Path = _SYSTEM) -> int:
    """Cores behind the hardware threads `allowed`; only fast ones, where any fast one is allowed.

    Args:
        allowed: numbers of hardware threads.
        system: where the kernel tells of the machine.
    """
    fast = _numbers(_read(system / "devices" / "cpu_core" / "cpus"))  # Intel's hybrids
    threads = allowed & fast or allowed
    folder = system / "devices" / "system" / "cpu"
    cores = {
        _read(folder / f"cpu{one}" / "topology" / "thread_siblings_list") or str(one)
        for one in threads
    }
    return len(cores)


def quota(root: Path = Path("/")) -> int:
    """Cores' worth of time the process's control group may take; a large number without a limit.

    A limit of 1.5 cores is 1: whoever takes more is stopped for the rest of each period.
    """
    least = 1 << 20
    for line in _read(root / "proc/self/cgroup").splitlines():
        _number, kinds, place = line.split(":", 2)
        groups = root / "sys/fs/cgroup"
        if kinds == "":
            least = min(least, *(_limit_v2(one) for one in _upwards(groups, place)))
        elif "cpu" in kinds.split(","):
            groups /= kinds
            least = min(least, *(_limit_v1(one) for one in _upwards(groups, place)))
    return least


def _upwards(groups: Path, place: str) -> list[Path]:
    """The group and those around it; inside a container only the outermost may be visible."""
    folder = groups / place.strip("/")
    return [folder, *(one for one in folder.parents if one.is_relative_to(groups))]


def _limit_v2(group: Path) -> int:
    time, _space, period = _read(group / "cpu.max").partition(" ")
    return _cores(time, period)


def _limit_v1(group: Path) -> int:
    return _cores(_read(group / "cpu.cfs_quota_us"), _read(group / "cpu.cfs_period_us"))


def _cores(time: str, period: str) -> int:
    if not time.isdecimal() or not period.isdecimal() or not int(period):  # "max", "-1", nothing
        return 1 << 20
    return max(1, int(time) // int(period))


def _numbers(text: str) -> set[int]:
    """The numbers of a list like `0-3,8`."""
    found: set[int] = set()
    for part in text.split(","):
        first, _dash, last = part.partition("-")
        if first.isdecimal():
            found.update(range(int(first), int(last or first) + 1))
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace").strip()
    except OSError:
        return ""


def _mac_fast_cores() -> int:
    """Performance cores of Apple's processors; 0 on others."""
    value = ctypes.c_int(0)
    size = ctypes.c_size_t(ctypes.sizeof(value))
    name = b"hw.perflevel0.physicalcpu"
    failed = ctypes.CDLL(None).sysctlbyname(
        name, ctypes.byref(value), ctypes.byref(size), None, ctypes.c_size_t(0)
    )
    return 0 if failed else value.value


def _physical() -> int:
    return psutil.cpu_count(logical=False) or psutil.cpu_count() or 1


def _allowed() -> int:
    """Hardware threads this process may use on Windows."""
    try:
        return len(psutil.Process().cpu_affinity() or ()) or 1
    except (AttributeError, OSError, psutil.Error):
        return psutil.cpu_count() or 1
