"""What this machine is, as far as it decides which models suit it. Nothing native is loaded."""

from __future__ import annotations

import ctypes
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agents.engine import cores

# What llama.cpp's fast paths need, best first; "" = none of them: several times slower.
InstructionSet = Literal["avx512", "avx2", "neon", ""]

_WINDOWS_AVX2, _WINDOWS_AVX512 = 40, 41  # of IsProcessorFeaturePresent
_ARM = frozenset({"arm64", "aarch64"})


@dataclass(frozen=True, slots=True)
class Machine:
    """Memory and disk in bytes."""

    memory: int
    budget: int  # what models may take of it
    available: int  # of the budget, now
    disk: int  # free where models go
    cores: int
    instructions: InstructionSet


def look(folder: Path) -> Machine:
    """This machine; `folder` is where models go (it need not exist)."""
    import psutil  # noqa: PLC0415 - native

    from agents.engine import weights  # noqa: PLC0415 - psutil is native

    fit = weights.fit(0)
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    return Machine(
        memory=psutil.virtual_memory().total,
        budget=fit.budget,
        available=fit.available,
        disk=shutil.disk_usage(place).free,
        cores=cores.usable(),
        instructions=instructions(),
    )


def instructions(cpuinfo: Path = Path("/proc/cpuinfo")) -> InstructionSet:
    """The best instruction set this processor has."""
    if platform.machine().lower() in _ARM:
        return "neon"
    if sys.platform == "win32":
        has = ctypes.windll.kernel32.IsProcessorFeaturePresent
        return "avx512" if has(_WINDOWS_AVX512) else "avx2" if has(_WINDOWS_AVX2) else ""
    if sys.platform == "darwin":
        return "avx512" if _mac("avx512f") else "avx2" if _mac("avx2_0") else ""
    try:
        flags = set(cpuinfo.read_text("ascii", "replace").split())
    except OSError:
        return ""
    return "avx512" if "avx512f" in flags else "avx2" if "avx2" in flags else ""


def _mac(feature: str) -> bool:
    value = ctypes.c_int(0)
    size = ctypes.c_size_t(ctypes.sizeof(value))
    name = f"hw.optional.{feature}".encode()
    failed = ctypes.CDLL(None).sysctlbyname(
        name, ctypes.byref(value), ctypes.byref(size), None, ctypes.c_size_t(0)
    )
    return not failed and bool(value.value)
