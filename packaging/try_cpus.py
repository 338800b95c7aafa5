"""Run the frozen program on older processors: `python3 packaging/try_cpus.py [FOLDER]`.

Each model of `qemu-x86_64` (Debian: qemu-user) has less than today's: no AVX-512, no AVX2, no AVX.
Holds if the program finds the library for that processor and the starter model answers. The law:
the answer is asked of the frozen folder itself, so it is what is shipped that is tried.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import freeze
import product

# QEMU 7.2 does not have AVX at all below its version 7.2; what it has not is what we want to try.
MODELS = {
    "Nehalem-v1": "2008: SSE4.2, no AVX",
    "SandyBridge-v1": "2011: AVX, no AVX2",
    "Haswell-v4": "2013: AVX2, no AVX-512",
}
SECONDS = 3000


def run(folder: Path, model: str, words: list[str]) -> tuple[int, str]:
    """Run the frozen program on a model; its exit code and what it said."""
    qemu = shutil.which("qemu-x86_64") or shutil.which("qemu-x86_64-static")
    if qemu is None:
        raise FileNotFoundError("There is no qemu-x86_64. Debian, Ubuntu: apt install qemu-user")
    with tempfile.TemporaryDirectory(prefix="moadesk-cpu-") as home:
        env = freeze.bare_environment(Path(home))
        command = [qemu, "-cpu", model, str(folder / freeze.NAME), *words]
        done = subprocess.run(
            command, env=env, capture_output=True, text=True, check=False, timeout=SECONDS
        )
    return done.returncode, (done.stdout + done.stderr).strip()


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
        code, said = run(args.folder, model, words)
        failed += code != 0
        state = "ok  " if code == 0 else "FAIL"
        print(
            f"{state} {model} ({MODELS[model]}): {time.monotonic() - started:.0f} s\n{said}\n",
            flush=True,
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
