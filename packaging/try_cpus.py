"""Run the frozen program on older processors: `python3 packaging/try_cpus.py [FOLDER]`.

Each model of `qemu-x86_64` (Debian: qemu-user) has less than today's: no AVX-512, no AVX2, no AVX.
Holds if the program finds the library for that processor and the starter model answers. The law:
the answer is asked of the frozen folder itself, so it is what is shipped that is tried, and it
counts only if the program says that it took that very library: what QEMU starts a second time
runs on the real processor, where everything passes.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import freeze
import product

# What each model is, and the library of ggml it must take. AVX came to QEMU with 7.2.
MODELS = {
    "Nehalem-v1": ("2008: SSE4.2, no AVX", "sse42"),
    "SandyBridge-v1": ("2011: AVX, no AVX2", "sandybridge"),
    "Haswell-v4": ("2013: AVX2, no AVX-512", "haswell"),
}
SECONDS = 3000
_TAKEN = re.compile(r"variant ggml-cpu-(\w+):")


def command(folder: Path, model: str, words: list[str]) -> list[str]:
    """The command that runs the frozen program on a model.

    Raises:
        FileNotFoundError: there is no QEMU, with what to do.
    """
    qemu = shutil.which("qemu-x86_64") or shutil.which("qemu-x86_64-static")
    if qemu is None:
        raise FileNotFoundError("There is no qemu-x86_64. Debian, Ubuntu: apt install qemu-user")
    return [qemu, "-cpu", model, str(folder / freeze.NAME), *words]


def environment(folder: Path, home: Path) -> dict[str, str]:
    """What the program gets: as if PyInstaller's loader had started itself again already.

    It does so to have the linker look into its folder, and the second program would run on the
    real processor.
    """
    program = folder / freeze.NAME
    return {
        **freeze.bare_environment(home),
        "LD_LIBRARY_PATH": str(folder / "_internal"),
        "_PYI_ARCHIVE_FILE": str(program),
        "_PYI_PARENT_PROCESS_LEVEL": "-1",
        "_PYI_LINUX_PROCESS_NAME": program.name,
    }


def run(folder: Path, model: str, words: list[str]) -> tuple[int, str]:
    """Run the frozen program on a model; its exit code and what it said."""
    with tempfile.TemporaryDirectory(prefix="moadesk-cpu-") as home:
        done = subprocess.run(
            command(folder, model, words),
            env=environment(folder, Path(home)),
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
    told = (done.stdout + done.stderr).splitlines()
    return done.returncode, "\n".join(line for line in told if "warning: TCG" not in line).strip()


def problem(model: str, code: int, said: str) -> str:
    """What did not hold; empty if everything did."""
    if code:
        return f"it ended with {code}"
    taken = _TAKEN.search(said)
    wanted = MODELS[model][1]
    if taken is None or taken[1] != wanted:
        found = taken[1] if taken else "none that it named"
        return f"it took the library {found}, not {wanted}: it did not run on this processor"
    return ""


def main() -> int:
    """Try every model; 0 if all hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=product.ROOT / "dist" / "moadesk")
    parser.add_argument("--cpu", action="append", choices=MODELS, help="only this one")
    parser.add_argument("--full", action="store_true", help="the whole self-test, not the model's")
    args = parser.parse_args()
    failed = 0
    for model in args.cpu or MODELS:
        started = time.monotonic()
        words = ["selftest"] if args.full else ["selftest", "--only", "model"]
        code, said = run(args.folder.resolve(), model, words)
        wrong = problem(model, code, said)
        failed += bool(wrong)
        state = f"FAIL, {wrong}:" if wrong else "ok  "
        took = time.monotonic() - started
        print(f"{state} {model} ({MODELS[model][0]}): {took:.0f} s\n{said}\n", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
