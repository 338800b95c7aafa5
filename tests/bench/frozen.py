"""When the frozen program's window can be used, seen from outside: on a virtual screen's pixels.

A frozen program runs no code of ours beside its own, so the screen is watched: Xvfb keeps its
picture in a file, which is read every few milliseconds. The window is there when the picture is no
longer one colour, and can be used when it then stays as it is: what came last was the page.

The one law: the clock starts with the process. Beside it stands the computing time of the process.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

STILL = 0.7  # seconds without a change: the page is complete (a caret blinks more slowly or not)
LONGEST = 60.0
_STEP = 0.01
_HEAD = 100  # bytes of an XWD file's head; its own length stands first, big-endian


class Started(NamedTuple):
    """How a start went, in seconds since the process began."""

    shown: float  # the first paint
    usable: float  # the last change before the picture stays
    computed: float  # seconds of computing until then


class Screen(NamedTuple):
    """A virtual screen."""

    display: str
    picture: mmap.mmap

    def colours(self) -> bytes:
        """The pixels, as they are."""
        head = int.from_bytes(self.picture[0:4], "big")
        return self.picture[head:]


@contextlib.contextmanager
def screen(size: str = "1366x768") -> Iterator[Screen]:
    """A screen of its own; gone at the end."""
    with tempfile.TemporaryDirectory() as folder:
        read, write = os.pipe()
        words = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24"]
        words += ["-nolisten", "tcp", "-nocursor", "-fbdir", folder]
        with subprocess.Popen(  # noqa: S603 - Xvfb
            words, pass_fds=[write], stderr=subprocess.DEVNULL
        ) as server:
            os.close(write)
            with os.fdopen(read) as told:
                number = told.readline().strip()
            try:
                with (Path(folder) / "Xvfb_screen0").open("rb") as file:
                    picture = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
                yield Screen(f":{number}", picture)
                picture.close()
            finally:
                server.terminate()


def started(program: Path, home: Path, there: Screen) -> Started:
    """Start the program, wait until its window can be used, and close it.

    Raises:
        RuntimeError: it ended by itself, or no window came.
    """
    environment = {"HOME": str(home), "MOADESK_HOME": str(home), "DISPLAY": there.display}
    environment |= {"LANG": "C.UTF-8", "PATH": os.environ["PATH"]}
    before = there.colours()
    begun = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - our own program
        [str(program)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        try:
            shown, usable, computed = _watched(process, there, before, begun)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
    return Started(shown, usable, computed)


def _watched(
    process: subprocess.Popen[bytes], there: Screen, before: bytes, begun: float
) -> tuple[float, float, float]:
    last, shown, usable, computed = before, 0.0, 0.0, 0.0
    while (now := time.perf_counter() - begun) < LONGEST:
        if process.poll() is not None:
            said = process.stderr.read().decode("utf-8", "replace") if process.stderr else ""
            raise RuntimeError(f"the program ended with {process.returncode}: {said[-500:]}")
        picture = there.colours()
        if picture != last:
            last, usable, computed = picture, now, _computed(process.pid)
            shown = shown or usable
        elif shown and now - usable > STILL:
            return shown, usable, computed
        time.sleep(_STEP)
    raise RuntimeError("no window came" if not shown else "the window did not come to rest")


def _computed(pid: int) -> float:
    """Seconds of computing of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def forget_files() -> bool:
    """Have Linux forget which files it read, so that the next start is a cold one; needs root."""
    try:
        os.sync()
        Path("/proc/sys/vm/drop_caches").write_text("3\n", "utf-8")
    except OSError:
        return False
    return True
