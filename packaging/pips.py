"""A new environment with the locked pip, and lock files installed with it.

The law: not even pip itself is taken without its hash. Standard library only, and readable to
Python 3.8.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import os
import sys
import tempfile
import urllib.request
from pathlib import Path

import system
import venvs


def create(venv: venvs.Venv) -> None:
    """A new environment with the locked pip and setuptools."""
    setup = venvs.LOCK / "setup.txt"
    words = ("install", "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", setup)
    with tempfile.TemporaryDirectory() as folder:
        wheel = None if _has_ensurepip() else _pip_or_ensurepip(Path(folder), setup)
        if wheel is None:
            venvs.quietly([sys.executable, "-m", "venv", venv.folder])
            venvs.pip(venv, *words)
        else:
            venvs.quietly([sys.executable, "-m", "venv", "--without-pip", venv.folder])
            venvs.quietly([venv.python, wheel / "pip", *words])


def _has_ensurepip() -> bool:
    """Whether Python can give a new environment its pip; Debian splits that off."""
    importlib.invalidate_caches()
    return importlib.util.find_spec("ensurepip") is not None


def _pip_or_ensurepip(folder: Path, setup: Path) -> Path | None:
    """The locked pip itself or, where it cannot be fetched, Debian's package with ensurepip."""
    try:
        return _fetch_pip(folder, setup)
    except venvs.SetupError as error:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if system.system_packages([package], str(error)) and _has_ensurepip():
            return None
        raise


def _fetch_pip(folder: Path, setup: Path) -> Path:
    """The wheel of pip that the lock names, from the public index, checked against its hash."""
    name = f"pip-{venvs.locked('pip', setup)}-py3-none-any.whl"
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/")
    try:
        page = urllib.request.Request(  # noqa: S310 - an https index
            f"{index}/pip/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
        )
        with urllib.request.urlopen(page, timeout=30) as answer:  # noqa: S310 - likewise
            files = json.load(answer)["files"]
        url = next(file["url"] for file in files if file["filename"] == name)
        with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - likewise
            content: bytes = answer.read()
    except (OSError, ValueError, KeyError, StopIteration) as error:
        raise venvs.SetupError(
            f"This Python has no ensurepip (Debian has it in a package of its own, "
            f"python3-venv), and {name} could not be fetched: {error}"
        ) from error
    if hashlib.sha256(content).hexdigest() not in setup.read_text("utf-8"):
        raise venvs.SetupError(f"{name} from {index} is not the file that was locked.")
    wheel = folder / name
    wheel.write_bytes(content)
    return wheel


def install(venv: venvs.Venv, *files: str, compiled: bool = True) -> None:
    """Install lock files, each package checked against its hash.

    Args:
        venv: where to.
        files: names of lock files.
        compiled: every module at once, so that a first start is quick; else those that are
            imported, when they are.
    """
    named = [word for file in files for word in ("-r", venvs.LOCK / f"{file}.txt")]
    words = ("--require-hashes", "--no-deps", "--no-build-isolation")
    venvs.pip(venv, "install", *words, *compiling(compiled=compiled), *named)


def compiling(*, compiled: bool) -> tuple[str, ...]:
    """What pip is told of compiling all the modules it installs; it does unless it is told."""
    return () if compiled else ("--no-compile",)
