#!/usr/bin/env python3
"""Set up and run, set up and test. Standard library only; Linux, macOS and Windows.

    python3 packaging/dev.py run [-- ARGS]       the window, or the demo where there is no display
    python3 packaging/dev.py test [-- ARGS]      format, lint, types, layers, licences, tests
    python3 packaging/dev.py test --extra gliner the parity tests that need PyTorch
    python3 packaging/dev.py freeze              the frozen folder, and its self-test
    python3 packaging/dev.py package             that folder for every CPU, and its installers
    python3 packaging/dev.py lock [--upgrade]    the lock files anew

The law: everything that is installed is named with its hash in `packaging/lock`, and nothing is
done twice. Two exceptions, because their files differ by machine: the prebuilt llama.cpp of the
project's wheel index (version pinned, tried first), and PyTorch (version pinned, parity tests
only). What is done is written into the environment after it is done, so an interrupted set-up
goes on, and a half-made environment is made again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import environment
import pips
import system
import venvs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

OLDEST, TOO_NEW = (3, 11), (3, 15)  # what the locked packages have files for
INTERRUPTED = 130


def refusal(version: Sequence[int], which: Callable[[str], str | None] = shutil.which) -> str:
    """Why this Python cannot be used, or nothing."""
    if OLDEST <= tuple(version[:2]) < TOO_NEW:
        return ""
    found = ".".join(str(part) for part in version[:2])
    wanted = f"{OLDEST[0]}.{OLDEST[1]} to {TOO_NEW[0]}.{TOO_NEW[1] - 1}"
    for minor in range(TOO_NEW[1] - 1, OLDEST[1] - 1, -1):
        if which(f"python3.{minor}"):
            return (
                f"This is Python {found}; MoA Desk needs {wanted}. Start it with python3.{minor}."
            )
    return f"This is Python {found}; MoA Desk needs {wanted}. Install one from https://python.org."


def has_display(env: Mapping[str, str], named: str) -> bool:
    """Whether a window can be shown."""
    if named in ("win32", "darwin"):
        return True
    return bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))


def run_arguments(given: Sequence[str], *, display: bool) -> list[str]:
    """What `moadesk` is started with: what was asked, else the window, else the demo."""
    return list(given) or ([] if display else ["demo"])


def run(arguments: Sequence[str]) -> int:
    """Set up and start `moadesk`."""
    system.need_qt_libraries()
    venv = environment.prepare("run")
    chosen = run_arguments(arguments, display=has_display(os.environ, sys.platform))
    command = [str(venv.python), "-m", "app", *chosen]
    env = venvs.child_env(PYTHONSAFEPATH="1")
    if os.name != "nt":
        os.execve(command[0], command, env)  # noqa: S606 - signals and exit code reach the right one
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.run(command, env=env, check=False).returncode


def checks(venv: venvs.Venv, arguments: Sequence[str]) -> list[tuple[str, list[str]]]:
    """What `test` runs, in order, by its name."""
    python = str(venv.python)
    lint_imports = str(venv.scripts / ("lint-imports.exe" if os.name == "nt" else "lint-imports"))
    return [
        ("format", [python, "-m", "ruff", "format", "--check", "."]),
        ("lint", [python, "-m", "ruff", "check", "."]),
        ("types", [python, "-m", "basedpyright"]),
        ("layers", [lint_imports]),
        ("licences", [python, str(venvs.ROOT / "packaging" / "licences.py")]),
        ("tests", [python, "-m", "pytest", "-m", "not gliner", *arguments]),
    ]


def parity_checks(venv: venvs.Venv, arguments: Sequence[str]) -> list[tuple[str, list[str]]]:
    """What `test --extra gliner` runs."""
    tests = [str(venv.python), "-m", "pytest", "-m", "gliner", "tests/entities", *arguments]
    return [("parity tests", tests)]


def check_all(named: Sequence[tuple[str, Sequence[str]]]) -> int:
    """Run every check, whatever fails, and sum up; 0 if all passed."""
    lines, failed = [], 0
    for name, command in named:
        venvs.say(f"== {name}")
        started = time.monotonic()
        env = venvs.child_env(QT_QPA_PLATFORM="offscreen")
        code = subprocess.run(list(command), cwd=venvs.ROOT, env=env, check=False).returncode
        failed += code != 0
        lines.append(
            f"{'ok    ' if code == 0 else 'FAILED'} {name} ({time.monotonic() - started:.0f} s)"
        )
        venvs.say(lines[-1])
    if len(lines) > 1:
        venvs.say("\n" + "\n".join(lines))
    return 1 if failed else 0


def test(arguments: Sequence[str], extra: str | None) -> int:
    """Set up and check everything; with the extra, only the tests that need it."""
    system.need_qt_libraries()
    if extra:
        return check_all(parity_checks(environment.prepare(extra), arguments))
    return check_all(checks(environment.prepare("test"), arguments))


def freeze() -> int:
    """Build the frozen folder and let it test itself."""
    system.need_qt_libraries()
    system.need_freezing_tools()
    venv = environment.prepare("freeze")
    command = [str(venv.python), str(venvs.ROOT / "packaging" / "freeze.py")]
    return subprocess.run(command, cwd=venvs.ROOT, env=venvs.child_env(), check=False).returncode


def package(arguments: Sequence[str]) -> int:
    """The frozen folder with llama.cpp for every CPU, and this system's installers of it."""
    system.need_qt_libraries()
    system.need_freezing_tools()
    venv = environment.prepare("package")
    command = [str(venv.python), str(venvs.ROOT / "packaging" / "package.py"), *arguments]
    return subprocess.run(command, cwd=venvs.ROOT, env=venvs.child_env(), check=False).returncode


def lock(arguments: Sequence[str]) -> int:
    """Resolve the dependencies anew, with uv in an environment of its own."""
    with tempfile.TemporaryDirectory() as folder:
        venv = venvs.Venv(Path(folder) / "uv")
        pips.create(venv)
        venvs.pip(venv, "install", "uv")
        command = [
            venv.python,
            venvs.ROOT / "packaging" / "lock.py",
            "--torch",
            environment.TORCH,
            *arguments,
        ]
        return subprocess.run(
            [str(word) for word in command], env=venvs.child_env(), check=False
        ).returncode


def split_arguments(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Our own arguments, and those after `--`."""
    if "--" not in words:
        return list(words), []
    place = list(words).index("--")
    return list(words[:place]), list(words[place + 1 :])


def parser() -> argparse.ArgumentParser:
    """The commands."""
    top = argparse.ArgumentParser(
        prog="dev.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", help="set up and run; `-- ARGS` go to moadesk")
    tests = commands.add_parser("test", help="set up and test; `-- ARGS` go to pytest")
    tests.add_argument("--extra", choices=["gliner"], help="only the tests that need this extra")
    commands.add_parser("freeze", help="build the frozen folder and run its self-test")
    commands.add_parser("package", help="build the installers; `-- ARGS` go to package.py")
    locking = commands.add_parser("lock", help="resolve the dependencies anew")
    locking.add_argument("--upgrade", action="store_true", help="take the newest versions")
    return top


def _stopped(_number: int, _frame: object) -> None:
    """Being told to end is the same as Ctrl-C."""
    raise KeyboardInterrupt


def main(words: Sequence[str]) -> int:
    """One command; returns the exit code."""
    problem = refusal(sys.version_info)
    if problem:
        print(problem, file=sys.stderr)
        return 1
    for stream in (sys.stdout, sys.stderr):  # a console that lacks a character still shows the rest
        stream.reconfigure(errors="replace")
    own, passed_on = split_arguments(words)
    args = parser().parse_args(own)
    signal.signal(signal.SIGTERM, _stopped)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background shell ignores it
    commands: dict[str, Callable[[], int]] = {
        "run": lambda: run(passed_on),
        "test": lambda: test(passed_on, args.extra),
        "freeze": freeze,
        "package": lambda: package(passed_on),
        "lock": lambda: lock(["--upgrade"] if args.upgrade else []),
    }
    try:
        return commands[args.command]()
    except venvs.SetupError as error:
        print(f"{error.log}\n{error}".strip(), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The next start goes on from here.", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
