"""Hours of the night, and keeping the machine awake through them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from app import awake
from app.night import Hours, Tally, clock, minute_now, read_clock


@pytest.mark.parametrize(
    ("begin", "end", "inside", "outside"),
    [
        (22 * 60, 7 * 60, (1320, 1439, 0, 419), (420, 720, 1319)),
        (60, 120, (60, 119), (59, 120, 1439)),
        (300, 300, (0, 299, 300, 1439), ()),
    ],
)
def test_hours_may_pass_midnight(begin, end, inside, outside):
    hours = Hours(begin, end)
    assert all(hours.hold(minute) for minute in inside)
    assert not any(hours.hold(minute) for minute in outside)


def test_times_are_written_and_read():
    assert clock(7 * 60 + 5) == "07:05"
    assert read_clock(419) == 419
    assert [read_clock(one) for one in (-1, 1440, "7", None)] == [None] * 4
    assert 0 <= minute_now() < 1440


def test_a_night_is_counted():
    tally = Tally({"a": "done", "b": "look", "c": "done"})
    assert (tally.count("done"), tally.count("look"), tally.count("failed")) == (2, 1, 0)
    assert not Tally()


@pytest.fixture
def helper(monkeypatch, tmp_path):
    """A program in the place of the system's, which says that it ran and when it ended."""
    said = tmp_path / "said.txt"
    script = (
        "import sys, pathlib; f = pathlib.Path(sys.argv[1]); f.write_text('held');"
        " sys.stdin.read(); f.write_text('ended')"
    )
    monkeypatch.setattr(awake, "command", lambda: (sys.executable, "-c", script, str(said)))
    return said


def until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows needs no helper")
def test_the_machine_is_held_awake_and_let_go(helper):
    held = awake.Awake()
    assert not held.held
    assert held.hold()
    assert held.hold()  # once is enough
    assert held.held
    until(helper.exists)
    held.let_go()
    held.let_go()
    assert not held.held


@pytest.mark.skipif(sys.platform == "win32", reason="Windows needs no helper")
def test_the_machine_may_sleep_when_we_are_killed(helper, tmp_path):
    """What `cat` does behind systemd-inhibit: the pipe breaks, and it ends."""
    code = (
        "import sys, time\nfrom app import awake\n"
        f"awake.command = lambda: {awake.command()!r}\n"
        "awake.Awake().hold()\ntime.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=os.getcwd())  # noqa: S603, PTH109
    until(lambda: helper.exists() and helper.read_text() == "held")
    process.send_signal(signal.SIGKILL)
    process.wait()
    until(lambda: helper.read_text() == "ended")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows needs no helper")
def test_a_system_that_refuses_is_asked_once(monkeypatch, tmp_path):
    count = tmp_path / "count.txt"
    script = f"open({str(count)!r}, 'a').write('x'); raise SystemExit(1)"
    monkeypatch.setattr(awake, "command", lambda: (sys.executable, "-c", script))
    held = awake.Awake()
    held.hold()
    until(lambda: not held.held)
    assert not held.hold()
    assert count.read_text() == "x"
    held.let_go()


@pytest.fixture
def system():
    """What this system says of who keeps it awake; skipped where it has nothing that does."""
    wanted = awake.command()
    if not wanted:
        pytest.skip("no systemd-inhibit and no caffeinate here")
    if wanted[0] == "caffeinate":
        listing = ["pmset", "-g", "assertions"]
    else:
        listing = ["systemd-inhibit", "--list", "--no-pager"]
        probe = subprocess.run([*wanted[:-1], "true"], capture_output=True, check=False, timeout=30)  # noqa: S603 - words of our own
        if probe.returncode:
            pytest.skip(f"systemd-inhibit may not hold here: {probe.stderr.decode().strip()}")

    def told():
        made = subprocess.run(listing, capture_output=True, check=True, timeout=30)  # noqa: S603 - words of our own
        return made.stdout.decode()

    return told


def test_the_system_itself_says_that_it_is_held_awake(system):
    held = awake.Awake()
    name = "caffeinate" if sys.platform == "darwin" else "MoA Desk"
    before = system().count(name)
    assert held.hold()
    until(lambda: system().count(name) > before)
    assert held.held
    held.let_go()
    until(lambda: system().count(name) == before)


@pytest.mark.skipif(not shutil.which("systemd-inhibit"), reason="no systemd-inhibit here")
def test_a_systemd_that_is_not_there_is_no_hold(monkeypatch, tmp_path):
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    held = awake.Awake()
    held.hold()
    until(lambda: not held.held)
    assert not held.hold()
    held.let_go()


def test_the_command_of_the_system(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert awake.command()[:2] == ("caffeinate", "-i")
    assert str(os.getpid()) in awake.command()
    monkeypatch.setattr(sys, "platform", "linux")
    assert (awake.command()[0], awake.command()[-1]) == ("systemd-inhibit", "cat")
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert awake.command() == ()
    assert not awake.Awake().hold()
