"""llama.cpp as a wheel: kept, else prebuilt for this machine, else built here, once.

The law: what is shipped is built for every processor and never taken prebuilt. Standard library
only, and readable to Python 3.8.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import sysconfig
import tempfile
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pips
import system
import venvs

if TYPE_CHECKING:
    from collections.abc import Mapping

WHEEL_INDEX = "https://abetlen.github.io/llama-cpp-python/whl/cpu"
# What is shipped: one library for each kind of processor, and the one that suits is loaded.
EVERY_CPU = "-DGGML_NATIVE=OFF -DGGML_BACKEND_DL=ON -DGGML_CPU_ALL_VARIANTS=ON"
PROBE_SECONDS = 4
LOADS = """
import ctypes, os, sys
if os.name == "nt":
    os.add_dll_directory(os.path.dirname(sys.argv[1]))
ctypes.CDLL(sys.argv[1])
"""


def wheel_index(env: Mapping[str, str]) -> str:
    """Where prebuilt llama.cpp wheels are; empty if that was switched off."""
    value = env.get("MOADESK_WHEEL_INDEX", WHEEL_INDEX).strip()
    return "" if value.lower() in ("", "0", "no", "none", "off") else value.rstrip("/")


def cache_folder(env: Mapping[str, str], named: str, home: Path) -> Path:
    """Where built wheels are kept for the next environment."""
    if named == "win32":
        base = Path(env.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif named == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(env.get("XDG_CACHE_HOME") or home / ".cache")
    return base / "moadesk-setup"


def install(venv: venvs.Venv, *, every_cpu: bool = False) -> None:
    """Install llama.cpp from the wheel that this machine has or now gets."""
    venvs.pip(
        venv,
        "install",
        "--no-deps",
        "--no-index",
        "--force-reinstall",
        wheel_file(venv, every_cpu=every_cpu),
    )


def wheel_file(venv: venvs.Venv, *, every_cpu: bool = False) -> Path:
    """The wheel of llama.cpp: kept, else prebuilt for this machine, else built now, once."""
    options = build_options(os.environ, platform.machine(), every_cpu=every_cpu)
    key = venvs.digest(venvs.LOCK / "llama.txt", sysconfig.get_platform(), options)[:16]
    kept = cache_folder(os.environ, sys.platform, Path.home()) / key
    for wheel in kept.glob("llama_cpp_python-*.whl"):
        return wheel
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept) as folder:
        work = Path(folder)
        if every_cpu or "CMAKE_ARGS" in os.environ or not _prebuilt(venv, work):
            _build_llama(work, options)
        (made,) = work.glob("llama_cpp_python-*.whl")
        return made.replace(kept / made.name)


def build_options(environ: Mapping[str, str], machine: str, *, every_cpu: bool = False) -> str:
    """What CMake is told where llama.cpp is built here: the user's own words, or ours.

    On x86-64 the build is for every processor with AVX2 and not for this very one: GCC 12
    makes wrong code for AMX, so that a build for the newest Xeons crashes at the first token,
    and one home folder may serve several machines.

    What is shipped carries every variant, whatever else the user's words ask for.
    """
    if every_cpu:
        return f"{environ.get('CMAKE_ARGS', '')} {EVERY_CPU}".strip()
    portable = "-DGGML_NATIVE=OFF" if machine.lower() in ("x86_64", "amd64") else ""
    return environ.get("CMAKE_ARGS", portable)


def reachable(url: str) -> bool:
    """Whether a page answers within a few seconds."""
    try:
        with urllib.request.urlopen(url, timeout=PROBE_SECONDS):  # noqa: S310 - our own addresses
            return True
    except (OSError, ValueError):
        return False


def _prebuilt(venv: venvs.Venv, work: Path) -> bool:
    """Fetch the wheel of the project's index, if it is there and loads on this machine."""
    index = wheel_index(os.environ)
    page = index if Path(index).is_dir() else f"{index}/llama-cpp-python/"
    if not index or not (Path(page).is_dir() or reachable(page)):
        return False
    pinned = f"llama-cpp-python=={venvs.locked('llama-cpp-python', venvs.LOCK / 'llama.txt')}"
    where = ("--no-index", "--find-links", page, "--only-binary", ":all:", "--dest", work)
    try:
        venvs.pip(venv, "download", "--no-deps", *where, pinned)
        (wheel,) = work.glob("*.whl")
        shutil.unpack_archive(wheel, work / "trial", "zip")
        library = next((work / "trial").glob("llama_cpp/lib/*llama.*"))
        venvs.quietly([venv.python, "-c", LOADS, library])
    except (venvs.SetupError, StopIteration, ValueError):
        venvs.say("      no prebuilt llama.cpp fits this machine")
        for wheel in work.glob("*.whl"):
            wheel.unlink()
        return False
    return True


def _build_llama(work: Path, options: str) -> None:
    """Build from the locked source.

    pip's own cache does not know what CMake was told, so it serves only where nothing was.
    """
    minutes = 12 if EVERY_CPU in options else 5
    venvs.say(f"      building llama.cpp, once ({minutes} minutes on 2 cores)")
    system.need_compiler()
    tools = venvs.Venv(work / "tools")
    pips.create(tools)
    pips.install(tools, "native")
    words = ["--require-hashes", "--no-deps", "--no-build-isolation", "--wheel-dir", work]
    words += ["--no-cache-dir"] if options else []
    path = os.pathsep.join((str(tools.scripts), os.environ.get("PATH", "")))
    venvs.pip(tools, "wheel", *words, "-r", venvs.LOCK / "llama.txt", PATH=path, CMAKE_ARGS=options)
