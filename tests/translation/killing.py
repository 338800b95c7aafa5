"""A process that translates a document and is killed in the middle of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from agents.store.database import Database
from agents.store.translations import Translations

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
ENOUGH = 5  # segments that are stored before the process is killed


def start(
    folder: Path, delay: float, name: str = "a.docx", options: Sequence[Sequence[str]] = ()
) -> subprocess.Popen[bytes]:
    """Translate a file of `folder` in another process, `delay` seconds for each word."""
    script = ROOT / "tests" / "translation" / "killed_worker.py"
    return subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, str(script), str(folder), str(delay), name, json.dumps(options)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


def killed(
    folder: Path, name: str = "a.docx", options: Sequence[Sequence[str]] = ()
) -> Translations:
    """What is stored of a job whose process was killed once some of its segments were there."""
    process = start(folder, 0.03, name, options)
    store, deadline = None, time.monotonic() + 90
    try:
        while time.monotonic() < deadline:
            time.sleep(0.02)
            assert process.poll() is None, "the job ended before it could be killed"
            if store is None and (folder / "data.sqlite3").exists():
                store = Translations(Database(folder / "data.sqlite3"))
            if store is not None and (jobs := store.jobs()) and jobs[0].stored >= ENOUGH:
                break
    finally:
        process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        process.wait()
    assert store is not None
    return store
