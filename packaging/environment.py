"""What each environment is made of, and making it: only what is not done yet.

The law: everything is installed by the hashes of `packaging/lock`; see `dev.py` for the two
exceptions. Standard library only, and readable to Python 3.8.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import time
from typing import TYPE_CHECKING

import llama
import pips
import venvs

if TYPE_CHECKING:
    from collections.abc import Sequence

TORCH = "2.13.0"
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"  # the public index has GPU builds for Linux


def install_project(venv: venvs.Venv) -> None:
    """Make this source tree importable, with its version and its `moadesk` command."""
    venvs.pip(venv, "install", "--no-deps", "--no-build-isolation", "--no-index", "--editable", ".")


def install_torch(venv: venvs.Venv) -> None:
    """PyTorch, and what its build for this machine needs beyond the lock."""
    cpu_only = sys.platform.startswith("linux") and llama.reachable(TORCH_INDEX + "/torch/")
    index = ["--extra-index-url", TORCH_INDEX] if cpu_only else []
    try:
        venvs.pip(venv, "install", *pips.compiling(compiled=False), f"torch=={TORCH}", *index)
    except venvs.SetupError as error:
        machine = f"{sys.platform} {platform.machine()}, Python {platform.python_version()}"
        raise venvs.SetupError(
            f"PyTorch {TORCH} could not be installed on this machine ({machine}). "
            "The parity tests need exactly it; everything else works without.",
            error.log,
        ) from error


def steps_for(venv: venvs.Venv, purpose: str) -> list[venvs.Step]:
    """What an environment for `purpose` (run, test, gliner, freeze, package) is made of."""
    # Of PyTorch and what a GLiNER brings along a few modules in a hundred are ever imported, and
    # PyInstaller compiles for itself: compiling all of them takes longer than the tests.
    compiled = purpose in ("run", "test")

    def packages(name: str, *files: str) -> venvs.Step:
        locks = [venvs.LOCK / f"{file}.txt" for file in files]
        made_of = venvs.digest(*locks)
        return venvs.Step(name, made_of, lambda: pips.install(venv, *files, compiled=compiled))

    every_cpu = purpose == "package"
    options = llama.build_options(os.environ, platform.machine(), every_cpu=every_cpu)
    made_of = venvs.digest(venvs.LOCK / "llama.txt", options)
    native = venvs.Step("llama.cpp", made_of, lambda: llama.install(venv, every_cpu=every_cpu))
    project = venvs.Step("project", venvs.digest(_project_part()), lambda: install_project(venv))
    if purpose == "gliner":
        torch = venvs.Step("PyTorch", venvs.digest(TORCH), lambda: install_torch(venv))
        return [native, packages("gliner packages", "gliner"), torch, project]
    steps = [native, packages("packages", "base", "starter"), project]
    if purpose == "test":
        steps.append(packages("development tools", "dev"))
    if purpose in ("freeze", "package"):
        steps.append(packages("PyInstaller", "freeze"))
    return steps


def _project_part() -> str:
    """The part of pyproject.toml that installing the project depends on."""
    import tomllib  # noqa: PLC0415 - only Python 3.11 and newer have it

    whole = tomllib.loads((venvs.ROOT / "pyproject.toml").read_text("utf-8"))
    tool = whole["tool"]["setuptools"]
    return json.dumps(
        [str(venvs.ROOT), whole["project"], whole["build-system"], tool], sort_keys=True
    )


def prepare(purpose: str) -> venvs.Venv:
    """The environment for `purpose`, complete; does only what is not done yet."""
    name = ".venv" if purpose in ("run", "test") else f".venv-{purpose}"
    venv = venvs.Venv(venvs.ROOT / name)
    steps = steps_for(venv, purpose)
    if not _undone(venv, steps):
        return venv
    with venvs.alone(venv):
        started = time.monotonic()
        done = venvs.read_stamp(venv)
        problem = venvs.obstacle(done, steps)
        if problem:
            make_again(venv, problem)
            done = {"python": venvs.interpreter()}
            venvs.write_stamp(venv, done)
        todo = [step for step in steps if done.get(step.name) != step.digest]
        for number, step in enumerate(todo, 1):
            venvs.say(f"[{number}/{len(todo)}] {step.name}")
            venvs.write_stamp(venv, {**done, "running": step.name})
            try:
                step.run()
                done[step.name] = step.digest
            except venvs.SetupError:  # an orderly end: pip left nothing half made
                venvs.write_stamp(venv, done)
                raise
            venvs.write_stamp(venv, done)
        venvs.say(f"{name} is ready ({time.monotonic() - started:.0f} s).")
    return venv


def make_again(venv: venvs.Venv, problem: str) -> None:
    """A new environment in place of one of ours; one that somebody else made is kept beside it."""
    if venv.stamp.exists():
        venvs.say(f"Making {venv.folder.name} again: {problem}.")
        shutil.rmtree(venv.folder)
    elif venv.folder.exists():
        kept = venv.folder.with_name(f"{venv.folder.name}-before-{time.strftime('%Y%m%d-%H%M%S')}")
        venv.folder.rename(kept)
        venvs.say(f"Making {venv.folder.name}; the one that was there is kept as {kept.name}.")
    else:
        venvs.say(f"Making {venv.folder.name}")
    venv.folder.mkdir()
    venvs.write_stamp(venv, {"running": "environment"})  # from now on it is known as ours
    pips.create(venv)


def _undone(venv: venvs.Venv, steps: Sequence[venvs.Step]) -> bool:
    done = venvs.read_stamp(venv)
    return bool(venvs.obstacle(done, steps)) or any(
        done.get(step.name) != step.digest for step in steps
    )
