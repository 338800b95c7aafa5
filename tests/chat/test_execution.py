"""Programs of answers run with everything taken away: tried with real processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.chat import execution
from agents.chat.execution import GUARDS, OUTPUT, Runner

posix = pytest.mark.skipif(os.name != "posix", reason="process groups")


@pytest.fixture(scope="module")
def runner():
    return Runner()


@pytest.fixture(scope="module")
def guarded(runner):
    return set(GUARDS) - set(runner.unguarded())


def run(runner, program, **more):
    return runner.run(program, CancelToken(), **more)


def test_a_program_says_what_it_says(runner):
    ran = run(runner, "import math\nprint('안녕', math.comb(5, 2))")
    assert (ran.output, ran.code, ran.ended) == ("안녕 10\n", 0, "done")
    assert ran.seconds < 10


def test_an_error_is_shown_without_our_part_in_it(runner):
    ran = run(runner, "def f():\n    return 1 / 0\n\nf()\n")
    assert ran.code == 1
    assert ran.output.startswith("Traceback")
    assert ran.output.rstrip().endswith("ZeroDivisionError: division by zero")
    assert "execution_child" not in ran.output
    assert run(runner, "x = (").output.rstrip().endswith("was never closed")
    assert run(runner, "raise SystemExit(3)").code == 3


def test_nothing_of_ours_is_inherited(runner, monkeypatch):
    monkeypatch.setenv("MOADESK_SECRET", "hunter2")
    ran = run(runner, "import os\nprint(dict(os.environ), os.listdir('.'))")
    assert "hunter2" not in ran.output
    assert ran.output.rstrip().endswith("[]")
    assert "EOFError" in run(runner, "input()").output


def test_its_folder_is_its_own_and_goes_with_it(runner):
    ran = run(runner, "import os\nopen('a', 'w').write('x')\nprint(os.getcwd())")
    assert ran.code == 0
    assert not Path(ran.output.strip()).exists()


@pytest.mark.parametrize(
    ("guard", "program"),
    [
        ("network", "import socket\nsocket.socket().connect(('127.0.0.1', 9))"),
        ("network", "import socket\nsocket.socketpair()"),
        ("network", "import ctypes, sys\nsys.exit(ctypes.CDLL(None).socket(1, 1, 0) < 0)"),
        ("writing", "open({outside!r}, 'w')"),
        ("writing", "import os\nos.rename({inside!r}, {inside!r} + 'x')"),
        ("writing", "import os\nos.remove({inside!r})"),
        ("reading", "open({inside!r}).read()"),
        ("reading", "import os\nos.listdir({folder!r})"),
        ("reading", "import os\nos.symlink({inside!r}, 'link')\nopen('link').read()"),
        ("processes", "import os\nos.fork()"),
        ("processes", "import subprocess, sys\nsubprocess.run([sys.executable, '-c', ''])"),
        ("processes", "import os, signal\nos.kill({pid}, 0)"),
        ("processes", "import resource\nresource.prlimit({pid}, resource.RLIMIT_NOFILE, (9, 9))"),
        ("memory", "x = 'a' * (1 << 31)"),
    ],
)
def test_what_it_is_kept_from(runner, guarded, guard, program, tmp_path):
    if guard not in guarded:
        pytest.skip("this system cannot, and the window says so")
    inside = tmp_path / "mine"
    inside.write_text("secret-words")
    program = program.format(
        outside=str(tmp_path / "new"), inside=str(inside), folder=str(tmp_path), pid=os.getpid()
    )
    ran = run(runner, program)
    assert ran.code != 0
    assert "secret-words" not in ran.output
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    assert inside.read_text() == "secret-words"


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock and seccomp")
def test_on_this_linux_everything_is_guarded(runner):
    if Path("/sys/kernel/security/lsm").exists():
        modules = Path("/sys/kernel/security/lsm").read_text()
        if "landlock" not in modules:
            pytest.skip("a kernel without Landlock")
    assert runner.unguarded() == ()


def test_time_is_limited(runner):
    ran = run(runner, "while True: pass", seconds=0.5)
    assert (ran.ended, ran.seconds < 10) == ("time", True)
    ran = run(runner, "import time\nprint('begun', flush=True)\ntime.sleep(60)", seconds=0.5)
    assert (ran.ended, ran.output) == ("time", "begun\n")


def test_output_is_limited(runner):
    ran = run(runner, "while True: print('x' * 1000)")
    assert ran.ended == "output"
    assert len(ran.output) == OUTPUT


def test_files_are_limited(runner, monkeypatch):
    monkeypatch.setattr(execution, "FOLDER", 1 << 20)
    program = (
        "import time\nfor n in range(100000):\n    open(str(n), 'wb').write(b'x' * 50_000)\n"
        "    time.sleep(0.001)"
    )
    assert run(runner, program).ended == "files"


def test_cancel_kills_it_at_once(runner):
    cancel = CancelToken()
    runner.unguarded()
    threading.Timer(0.5, cancel.cancel).start()
    began = time.monotonic()
    with pytest.raises(CancelledError):
        runner.run("import time\ntime.sleep(60)", cancel, seconds=60)
    assert time.monotonic() - began < 30


@posix
def test_a_lock_that_does_not_hold_ends_it(runner, tmp_path):
    """As if the probe had promised more than the system keeps: nothing is run."""
    (tmp_path / "own").mkdir()
    (tmp_path / "program.py").write_text("print('ran')")
    child = Path(execution.__file__).with_name("execution_child.py")
    limits = '{"cpu": 5, "memory": 536870912, "files": 1000000, "promised": ["magic"]}'
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-I", "-S", str(child), str(tmp_path), limits],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == execution._LOCKS_FAILED
    assert "ran" not in done.stdout


def test_a_frozen_app_without_python_says_so(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(execution.shutil, "which", lambda _name: None)
    with pytest.raises(UserError) as caught:
        Runner().unguarded()
    assert caught.value.code == "run.no_python"
