"""A process killed in mid-answer leaves the partial answer, with a real model."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from agents.store.conversations import Conversations
from agents.store.database import Database

ROOT = Path(__file__).resolve().parents[2]


def test_kill_in_mid_answer_keeps_what_was_said(tmp_path):
    environment = os.environ | {"MOADESK_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "chat", "Write a long story about a river.", "--seed", "1"],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        database = None
        deadline = time.monotonic() + 120
        partial = ""
        while time.monotonic() < deadline and len(partial) < 40:
            time.sleep(0.1)
            assert process.poll() is None, "the answer ended before it could be killed"
            if database is None and (tmp_path / "data" / "moadesk.sqlite3").exists():
                database = Database(tmp_path / "data" / "moadesk.sqlite3")
            if database is not None and (listed := Conversations(database).list()):
                turns = Conversations(database).turns(listed[0].id)
                partial = turns[-1].content if turns and turns[-1].role == "assistant" else ""
        assert len(partial) >= 40
    finally:
        process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        process.communicate()
    assert database is not None
    kept = Conversations(database)
    assert kept.mark_interrupted() == 1
    question, answer = kept.turns(kept.list()[0].id)
    assert question.content == "Write a long story about a river."
    assert answer.state == "interrupted"
    assert answer.content.startswith(partial)
    database.close()
