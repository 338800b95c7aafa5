"""A second start finds the first, also after a process was killed without warning."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket

from app.ui.single_instance import SingleInstance

ROOT = Path(__file__).resolve().parents[2]

OTHER = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from app.ui.single_instance import SingleInstance
app = QCoreApplication([])
one = SingleInstance(Path(sys.argv[1]))
first = one.first([Path(name) for name in sys.argv[2:]])
print("first" if first else "second", flush=True)
if first:
    app.exec()
"""


@pytest.fixture
def instances(qapp, tmp_path):
    made = []

    def make(folder="data"):
        made.append(SingleInstance(tmp_path / folder))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def start(tmp_path):
    running = []

    def run(*files):
        environment = os.environ | {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
        process = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, "-c", OTHER, str(tmp_path / "data"), *files],
            env=environment,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.communicate()


def test_a_second_start_hands_its_files_to_the_first(qtbot, instances, start, tmp_path):
    first = instances()
    assert first.first([])
    with qtbot.waitSignal(first.called) as told:
        other = start("보고서 1.docx", "b.md")
    assert told.args[0] == [tmp_path / "보고서 1.docx", tmp_path / "b.md"]
    assert other.communicate(timeout=20)[0].strip() == "second"


def test_a_start_without_files_only_raises_the_window(qtbot, instances, start):
    first = instances()
    assert first.first([])
    with qtbot.waitSignal(first.called) as told:
        start()
    assert told.args[0] == []


def test_what_a_killed_process_leaves_is_in_nobodys_way(instances, start):
    killed = start()
    assert killed.stdout.readline().strip() == "first"
    killed.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
    killed.wait()
    began = time.monotonic()
    assert instances().first([])
    assert time.monotonic() - began < 15


def test_other_data_is_another_window(instances):
    assert instances("one").first([])
    assert instances("two").first([])


def test_after_the_first_is_closed_the_next_is_first(instances):
    one = instances()
    assert one.first([])
    one.close()
    assert instances().first([])


@pytest.mark.parametrize(
    "message", [b"not json\n", b"{}\n", b"[1, null]\n", b"\xff\xfe\n", b"x" * (2 << 20), b""]
)
def test_nonsense_on_the_socket_is_harmless(qtbot, instances, message):
    first = instances()
    assert first.first([])
    told = []
    first.called.connect(told.append)
    socket = QLocalSocket()
    socket.connectToServer(first._name)
    assert socket.waitForConnected(2000)
    socket.write(message)
    qtbot.wait(100)
    socket.abort()
    qtbot.wait(50)
    assert [files for files in told if files] == []
    assert not instances().first([])  # still listening
    qtbot.waitUntil(lambda: len(told) >= 1)
