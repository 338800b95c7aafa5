"""A process killed in mid-job: nothing half-written, nothing done twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from agents.store.database import Database
from agents.store.translations import Translations
from tests.translation.word_files import document, paragraph, part, run

ROOT = Path(__file__).resolve().parents[2]
COUNT = 40


def start(folder: Path, delay: float) -> subprocess.Popen:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    script = ROOT / "tests" / "translation" / "killed_worker.py"
    command = [sys.executable, str(script), str(folder), str(delay)]
    return subprocess.Popen(command, env=environment)  # noqa: S603 - our own script


def test_a_killed_job_goes_on_where_it_was(tmp_path):
    body = "".join(paragraph(run(f"The cat sleeps in house h{n}.")) for n in range(COUNT))
    (tmp_path / "a.docx").write_bytes(document(body))
    process = start(tmp_path, 0.03)
    store = None
    deadline = time.monotonic() + 90
    try:
        while time.monotonic() < deadline:
            time.sleep(0.02)
            assert process.poll() is None, "the job ended before it could be killed"
            if store is None and (tmp_path / "data.sqlite3").exists():
                store = Translations(Database(tmp_path / "data.sqlite3"))
            if store is not None and (jobs := store.jobs()) and jobs[0].stored >= 5:
                break
    finally:
        process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        process.wait()
    assert store is not None
    job = store.jobs()[0]
    assert job.state == "interrupted"
    assert 5 <= job.stored < COUNT
    assert [p.name for p in (tmp_path / "out").iterdir()] == []  # nothing half-written
    stored = {segment.source for segment in store.segments(job.id)}

    asked_before = (tmp_path / "asked.txt").read_text("utf-8").count("\n")
    assert start(tmp_path, 0.0).wait(90) == 0
    asked = (tmp_path / "asked.txt").read_text("utf-8").splitlines()[asked_before:]
    assert len(asked) == COUNT - len(stored)
    assert not stored & set(asked)
    out = part((tmp_path / "out" / "a.ko.docx").read_bytes())
    assert all(f"고양이 h{n}. 잔다." in out for n in range(COUNT))
    assert store.jobs()[0].state == "done"
