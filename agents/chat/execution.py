"""Runs a Python program that an answer holds, on the user's click, with everything taken away.

The one law: nothing of the user's is within its reach, and what cannot be kept from it on this
system is said before it runs. The child locks itself in before it reads the program (see
`execution_child`) and tries the locks; a lock that was promised and does not hold ends it.

It gets: an empty folder of its own, which is deleted afterwards; no environment, no input; seconds
of processor and of clock; memory; so much output. When time is up its whole group is killed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

from agents.base import CancelledError, UserError

if TYPE_CHECKING:
    from typing import IO

    from agents.base import CancelToken

Guard = Literal["network", "writing", "reading", "processes", "memory", "processor"]
GUARDS: tuple[Guard, ...] = get_args(Guard)
Ended = Literal["done", "time", "output", "files", "locks"]

SECONDS = 10.0  # of the clock
CPU_SECONDS = 5
MEMORY = 512 << 20  # bytes of addresses
FILES = 16 << 20  # bytes of one file it writes
FOLDER = 64 << 20  # bytes of all its files
OUTPUT = 64 << 10  # bytes of output that are kept
_PROBE_SECONDS = 20.0
_LOOK_SECONDS = 0.2  # how often its folder is weighed
_CHILD = Path(__file__).with_name("execution_child.py")
_READY = "moadesk-locks "


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a program."""

    output: str  # what it wrote, both streams as they came
    code: int  # exit code; negative = killed by that signal
    ended: Ended
    seconds: float
    unguarded: tuple[Guard, ...] = ()


class Runner:
    """Runs programs one after another. Any thread."""

    def __init__(self, python: str = "") -> None:
        """Use this interpreter; "" = ours, or one that is installed where ours is frozen."""
        self._python = python
        self._lock = threading.Lock()
        self._unguarded: tuple[Guard, ...] | None = None

    def unguarded(self) -> tuple[Guard, ...]:
        """What a program is not kept from on this machine, found out by trying. Takes a moment.

        Raises:
            UserError: run.no_python.
        """
        if self._unguarded is None:
            locks = self._probe()
            self._unguarded = tuple(guard for guard in GUARDS if guard not in locks)
        return self._unguarded

    def run(self, program: str, cancel: CancelToken, *, seconds: float = SECONDS) -> Ran:
        """Run a program to its end or its limits.

        Raises:
            CancelledError: `cancel` was set; it has been killed.
            UserError: run.no_python.
        """
        unguarded = self.unguarded()
        promised = [guard for guard in GUARDS if guard not in unguarded]
        with self._lock, tempfile.TemporaryDirectory(prefix="moadesk-run-") as folder:
            cancel.check()
            child = _Child(self._interpreter(), Path(folder), program, promised)
            forget = cancel.on_cancel(child.kill)
            try:
                ran = child.follow(seconds, unguarded)
            finally:
                forget()
                child.kill()
        if cancel.cancelled:
            raise CancelledError
        return ran

    def _probe(self) -> tuple[Guard, ...]:
        with self._lock, tempfile.TemporaryDirectory(prefix="moadesk-run-") as folder:
            child = _Child(self._interpreter(), Path(folder), "", [])
            try:
                child.follow(_PROBE_SECONDS, ())
            finally:
                child.kill()
            return child.locks

    def _interpreter(self) -> str:
        if self._python:
            return self._python
        if not getattr(sys, "frozen", False):
            return sys.executable
        found = shutil.which("python3") or shutil.which("python")
        if found is None:
            raise UserError("run.no_python")
        return found


class _Child:
    """One process and what it says."""

    def __init__(self, python: str, folder: Path, program: str, promised: list[Guard]) -> None:
        self.locks: tuple[Guard, ...] = ()
        self._heard = bytearray()
        self._own = folder / "own"
        self._over = threading.Event()  # more output than is kept
        self._ready = threading.Event()
        limits = {"cpu": CPU_SECONDS, "memory": MEMORY, "files": FILES, "promised": promised}
        own = self._own
        own.mkdir()
        (folder / "program.py").write_text(program, "utf-8")
        # -I: no environment, no user's packages; -S: none at all but the standard library.
        command = [python, "-I", "-S", "-B", "-X", "utf8", str(_CHILD), str(folder)]
        group = {"start_new_session": True} if os.name == "posix" else {"creationflags": 0x200}
        self._process = subprocess.Popen(  # noqa: S603 - our own script, its arguments ours
            [*command, json.dumps(limits)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=own,
            env=_environment(own),
            close_fds=True,
            **group,  # pyright: ignore[reportArgumentType] - as the system wants it
        )
        self._reader = threading.Thread(target=self._read, name="run-output", daemon=True)
        self._reader.start()

    def follow(self, seconds: float, unguarded: tuple[Guard, ...]) -> Ran:
        """Wait for the end; the locks' time does not count."""
        self._ready.wait(_PROBE_SECONDS)
        began = looked = time.monotonic()
        ended: Ended = "done"
        while self._process.poll() is None:
            if time.monotonic() - looked > _LOOK_SECONDS:
                looked = time.monotonic()
                if _size(self._own) > FOLDER:
                    ended = "files"
                    break
            if self._over.wait(0.02):
                ended = "output"
                break
            if time.monotonic() - began > seconds:
                ended = "time"
                break
        took = time.monotonic() - began
        self.kill()
        self._reader.join(5)
        code = self._process.wait()
        if code == _LOCKS_FAILED:
            ended = "locks"
        if _killed_for_time(code):
            ended = "time"
        kept = bytes(self._heard[:OUTPUT])
        return Ran(kept.decode("utf-8", "replace"), code, ended, took, unguarded)

    def kill(self) -> None:
        """End it with all it began. Any number of times, from any thread."""
        if self._process.poll() is not None and os.name != "posix":
            return
        try:
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        except (ProcessLookupError, PermissionError):
            pass  # it has ended

    def _read(self) -> None:
        pipe = cast("IO[bytes]", self._process.stdout)
        with pipe:
            first = pipe.readline().decode("utf-8", "replace")
            if first.startswith(_READY):
                told = set(first.removeprefix(_READY).split())
                self.locks = tuple(guard for guard in GUARDS if guard in told)
            else:
                self._heard += first.encode()
            self._ready.set()
            while piece := pipe.read1(4096):
                self._heard += piece
                if len(self._heard) > OUTPUT:
                    self._over.set()
                    return


_LOCKS_FAILED = 113  # the child's exit code where a promised lock does not hold


def _size(folder: Path) -> int:
    """Bytes of all files; one that goes away meanwhile does not count."""
    found = 0
    for parent, _folders, files in os.walk(folder):
        for name in files:
            try:
                found += (Path(parent) / name).lstat().st_size
            except OSError:
                continue
    return found


def _killed_for_time(code: int) -> bool:
    return os.name == "posix" and code == -signal.SIGXCPU


def _environment(own: Path) -> dict[str, str]:
    """Nothing of the user's; Windows cannot start a process without its own folder."""
    made = {"TMPDIR": str(own), "TEMP": str(own), "TMP": str(own), "HOME": str(own)}
    if os.name == "nt":
        made["SYSTEMROOT"] = os.environ.get("SYSTEMROOT", r"C:\Windows")
    return made
