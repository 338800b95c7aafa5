"""How long a cold start takes until the window can be used, and what the window costs at rest.

    python -m tests.bench.start [RUNS] [IDLE SECONDS]
    python -m tests.bench.start --frozen FOLDER [--cold] [RUNS]

Each run starts two processes one after the other: MoA Desk as `moadesk` starts it, over a home of
its own without models loaded, and the barest PySide6 window there can be. Both tell when they are
painted and wait for events; MoA Desk also only after its page has read what it shows. The ratio
is what counts: it holds on a busy machine, where seconds do not.

With `--frozen` it is the frozen program that is started, on a virtual screen whose picture is
watched (Linux, Xvfb); with `--cold` nothing of it is in the disk's cache (as root).

The one law: what is measured is the program itself from the start of its process; nothing is
loaded beforehand. Beside the clock stands the computing time of the process, which does not count
what else the machine does. It is no test: nothing fails here.
"""

# ruff: noqa: T201 - it is a command
from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.bench import frozen

ROOT = Path(__file__).resolve().parents[2]

_READY = """
import sys, time
from PySide6.QtCore import QEvent, QObject, QTimer

class Ready(QObject):
    def __init__(self, window, busy, idle):
        super().__init__(window)
        self.window, self.busy, self.idle, self.painted = window, busy, idle, False
        window.installEventFilter(self)
        self.timer = QTimer(self, interval=2)
        self.timer.timeout.connect(self.look)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and not self.painted:
            self.painted = True
            self.timer.start()
        return False

    def look(self):
        if self.busy():
            return
        self.timer.stop()
        print("ready", time.process_time(), flush=True)
        if self.idle:
            QTimer.singleShot(14000, self, self.rest)  # the cursor blinks for ten seconds
        else:
            self.window.close()

    def rest(self):
        self.begun, self.cpu = time.monotonic(), time.process_time()
        QTimer.singleShot(self.idle * 1000, self, self.rested)

    def rested(self):
        spent = (time.process_time() - self.cpu) / (time.monotonic() - self.begun)
        print("idle", spent, flush=True)
        self.window.close()
"""

_OURS = """
import sys
from app import __main__
from app.ui import build
idle = int(sys.argv[1])
real = build.Keeper.open
def opened(self, files=()):
    self.ready = Ready(self.window, lambda: self._pool.busy, idle)
    real(self, files)
build.Keeper.open = opened
sys.exit(__main__.main([]))
"""

_BARE = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.resize(1280, 800)
ready = Ready(window, lambda: False, int(sys.argv[1]))
window.show()
app.exec()
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.start")
    parser.add_argument("runs", type=int, nargs="?", default=5)
    parser.add_argument("idle", type=int, nargs="?", default=30)
    parser.add_argument("--frozen", type=Path, metavar="FOLDER")
    parser.add_argument("--cold", action="store_true")
    args = parser.parse_args()
    if args.frozen:
        _frozen(args.frozen / "moadesk", args.runs, cold=args.cold)
    else:
        _from_source(args.runs, args.idle)


def _frozen(program: Path, runs: int, *, cold: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="moadesk-start-") as folder, frozen.screen() as there:
        home = Path(folder)
        _welcomed(home)
        if not cold:
            frozen.started(program, home, there)  # makes the database, warms the disk's cache
        found: list[frozen.Started] = []
        for number in range(runs):
            if cold and not frozen.forget_files():
                print("Only root can have the system forget files; this start is a warm one.")
            found.append(frozen.started(program, home, there))
            shown, usable, computed = found[-1]
            print(
                f"run {number + 1}: shown after {shown:.2f} s, usable after {usable:.2f} s,"
                f" computing {computed:.2f} s",
                flush=True,
            )
        for at, what in enumerate(frozen.Started._fields):
            print(f"{what}: {median(one[at] for one in found):.2f} s")


def _welcomed(home: Path) -> None:
    (home / "config").mkdir()
    (home / "config" / "settings.toml").write_text("welcomed = true\n", "utf-8")


def _from_source(runs: int, idle: int) -> None:
    with tempfile.TemporaryDirectory(prefix="moadesk-start-") as folder:
        home = Path(folder)
        _welcomed(home)
        _started(home, _OURS, 0)  # makes the database and warms the disk's cache, for both
        _started(home, _BARE, 0)
        ours, bare = [], []
        for number in range(runs):
            ours.append(_started(home, _OURS, 0))
            bare.append(_started(home, _BARE, 0))
            print(f"run {number + 1}: {ours[-1][0]:.2f} s / {bare[-1][0]:.2f} s", flush=True)
        for at, what in ((0, "clock"), (1, "computing")):
            mine, theirs = median(one[at] for one in ours), median(one[at] for one in bare)
            print(f"{what}: {mine:.2f} s, bare window {theirs:.2f} s, ratio {mine / theirs:.2f}")
        for name, code in (("MoA Desk", _OURS), ("bare window", _BARE)):
            share = _started(home, code, idle)[2]
            print(f"at rest for {idle} s: {name} takes {100 * share:.2f} % of one core")


def _started(home: Path, code: str, idle: int) -> tuple[float, float, float]:
    """Seconds until it is ready, computing seconds until then, share of a core at rest."""
    environment = {"QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8", **os.environ}
    environment |= {"MOADESK_HOME": str(home)}
    begun = time.perf_counter()
    took = computed = share = 0.0
    with subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", _READY + code, str(idle)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        for line in process.stdout or ():
            word, _space, value = line.partition(" ")
            if word == "ready":
                took, computed = time.perf_counter() - begun, float(value)
            elif word == "idle":
                share = float(value)
    if not took:
        raise RuntimeError("the window did not say that it is ready")
    return took, computed, share


if __name__ == "__main__":
    main()
