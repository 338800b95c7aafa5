"""An environment of ours: where it is, what was done in it, and running programs for it.

The law: what is done is written down after it is done; two set-ups never work in one environment,
and what we start ends with us. Standard library only, and readable to Python 3.8.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "packaging" / "lock"
STAMP = "moadesk-setup.json"


class SetupError(Exception):
    """What is wrong and what to do, for the person at the keyboard."""

    def __init__(self, sentence: str, log: str = "") -> None:
        super().__init__(sentence)
        self.log = log  # the end of what the failed program said


class Step(NamedTuple):
    """One thing that is done once; `digest` changes when it has to be done anew."""

    name: str
    digest: str
    run: Callable[[], None]


class Venv(NamedTuple):
    """A virtual environment of ours."""

    folder: Path

    @property
    def scripts(self) -> Path:
        """Where its programs are."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.scripts / ("python.exe" if os.name == "nt" else "python")

    @property
    def stamp(self) -> Path:
        """What was done in it."""
        return self.folder / STAMP


def digest(*parts: str | Path) -> str:
    """One fingerprint of texts and of files' contents."""
    whole = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part.encode()
        whole.update(hashlib.sha256(content).digest())
    return whole.hexdigest()


def interpreter() -> str:
    """What an environment is bound to: another Python makes it anew."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return f"{sys.implementation.name} {version} {platform.machine()} {sys.base_prefix}"


def read_stamp(venv: Venv) -> dict[str, str]:
    """The steps that were done in the environment, with their digests; empty if it is unusable."""
    if not venv.python.exists():
        return {}
    try:
        done = json.loads(venv.stamp.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(done, dict) or not all(isinstance(value, str) for value in done.values()):
        return {}
    return done


def write_stamp(venv: Venv, done: Mapping[str, str]) -> None:
    """Replace the stamp at once, or not at all."""
    draft = venv.stamp.with_suffix(".new")
    draft.write_text(json.dumps(done, indent=1), "utf-8")
    draft.replace(venv.stamp)


def obstacle(done: Mapping[str, str], steps: Sequence[Step]) -> str:
    """Why an environment cannot be completed as it is, or nothing.

    After a change of the lock files, packages that are no longer wanted would stay in it.
    """
    if not done or "running" in done:
        return "its set-up was interrupted"
    if done.get("python") != interpreter():
        return "it was made with another Python"
    fixed = {step.name: step.digest for step in steps if step.name != "project"}
    if any(done[name] != value for name, value in fixed.items() if name in done):
        return "the lock files have changed"
    return ""


def locked(package: str, file: Path) -> str:
    """The version of `package` in a lock file."""
    found = re.search(rf"^{re.escape(package)}==(\S+)", file.read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise SetupError(f"{package} is not in {file}. Run: python3 packaging/dev.py lock")
    return found[1]


def child_env(**more: str) -> dict[str, str]:
    """The environment for what we start: nobody's PYTHONPATH, pip without questions.

    And what was compiled is kept: the tests start dozens of programs, and each would compile
    PyTorch anew, or the application.
    """
    not_ours = ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE")
    env = {name: value for name, value in os.environ.items() if name not in not_ours}
    return {**env, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", **more}


def quietly(command: Sequence[str | Path], **more: str) -> None:
    """Run with the elapsed time as progress; the end of its output is kept if it fails.

    What we start is a group of its own that ends with us. It also inherits the lock of `alone`:
    if we are killed, the next set-up waits until the last of it has ended.
    """
    words = [str(word) for word in command]
    posix = os.name != "nt"
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=ROOT,
            env=child_env(**more),
            start_new_session=posix,
            close_fds=not posix,
        )
        try:
            _wait(process)
        except BaseException:
            if posix:
                os.killpg(process.pid, signal.SIGTERM)
            else:
                process.terminate()
            process.wait()
            raise
        if process.returncode:
            log.seek(0)
            lines = [line[:200] for line in log.read().decode("utf-8", "replace").splitlines()]
            raise SetupError(f"This failed: {' '.join(words)}", "\n".join(lines[-40:]))


def pip(venv: Venv, *words: str | Path, **more: str) -> None:
    """Run the pip of an environment."""
    quietly([venv.python, "-m", "pip", *words], **more)


def _wait(process: subprocess.Popen[bytes]) -> None:
    started = time.monotonic()
    terminal = sys.stdout.isatty()
    pause = 1 if terminal else 30
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(pause)
            break
        elapsed = f"{time.monotonic() - started:.0f} s"
        print(
            f"\r      {elapsed} " if terminal else f"      … {elapsed}",
            end="" if terminal else "\n",
        )
        sys.stdout.flush()
    if terminal:
        print("\r", end="")


def say(text: str) -> None:
    """A line that is seen at once."""
    print(text, flush=True)


@contextlib.contextmanager
def alone(venv: Venv) -> Iterator[None]:
    """Only one set-up of an environment at a time; the system frees the lock when we end."""
    place = venv.folder.parent / "build"
    place.mkdir(exist_ok=True)
    with (place / f"{venv.folder.name}.lock").open("w") as file:
        if os.name == "nt":
            import msvcrt  # noqa: PLC0415 - Windows alone has it

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - Windows has none

            os.set_inheritable(file.fileno(), True)  # noqa: FBT003 - the only argument
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say(f"Another set-up of {venv.folder.name} is running; waiting for it.")
                fcntl.flock(file, fcntl.LOCK_EX)
        yield
