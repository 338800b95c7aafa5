"""An import that is cancelled or killed: what came in is whole, and the next one goes on."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from agents.base import CancelledError, CancelToken, Progress
from agents.scholar.events import ImportRequest
from agents.scholar.importing import run
from agents.store.database import Database
from agents.store.library import Library
from tests.bench.library import bibliography

ROOT = Path(__file__).resolve().parents[2]
COUNT = 2600
WORKER = """
import sys
from pathlib import Path
from agents.base import CancelToken
from agents.scholar.events import ImportRequest
from agents.scholar.importing import run
from agents.store.database import Database
from agents.store.library import Library
library = Library(Database(Path(sys.argv[2])))
for event in run(ImportRequest(Path(sys.argv[1])), library, CancelToken()):
    print(event.done if hasattr(event, "done") else "end", flush=True)
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "refs.bib"
    path.write_text(bibliography(COUNT), "utf-8")
    return path


def whole(path):
    """Every work has its entry and its words in the index."""
    with sqlite3.connect(path) as db:
        works = db.execute("select count(*) from work where raw <> ''").fetchone()[0]
        indexed = db.execute("select count(*) from work_words").fetchone()[0]
        assert db.execute("pragma integrity_check").fetchone()[0] == "ok"
    db.close()
    assert works == indexed
    return works


def test_a_cancelled_import_keeps_what_came_in(source, tmp_path):
    database = Database(tmp_path / "data.sqlite3")
    library, cancel = Library(database), CancelToken()
    with pytest.raises(CancelledError):
        for event in run(ImportRequest(source), library, cancel):
            if isinstance(event, Progress) and event.done >= 1000:
                cancel.cancel()
    assert library.count() == 1000
    done = list(run(ImportRequest(source), library, CancelToken()))[-1]
    assert (done.added, done.duplicates, done.total) == (COUNT - 1000, 1000, COUNT)
    database.close()
    assert whole(tmp_path / "data.sqlite3") == COUNT


@pytest.mark.skipif(os.name == "nt", reason="kills as POSIX does")
@pytest.mark.parametrize("after", [1, 3])  # between two writes: see test_killed
def test_a_killed_import_goes_on(source, tmp_path, after):
    data = tmp_path / "data.sqlite3"
    worker = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", WORKER, source, data], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    for _ in range(after):
        worker.stdout.readline()
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    assert whole(data) >= 200 * after
    database = Database(data)
    library = Library(database)
    done = list(run(ImportRequest(source), library, CancelToken()))[-1]
    assert (done.total, done.renamed) == (COUNT, ())
    database.close()
    assert whole(data) == COUNT
