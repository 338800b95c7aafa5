"""Does something with a database again and again, and is killed at another write each time.

Arguments: a folder that is prepared, what to do (a name in `JOBS`), and at how many writes to die.
Leaves the folders `1`, `2`, ... beside it, each as a killed process left it, and `whole` where
nothing was killed. A write is a statement within a transaction, or its end: what dies there dies in
the middle of one.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

from agents.base import CancelToken
from agents.scholar import bib
from agents.scholar.entity_reading import EntityReading, ReadRequest
from agents.scholar.events import ImportRequest
from agents.scholar.importing import run as bring
from agents.scholar.retrieval import Index
from agents.store.database import Database
from agents.store.draft_edits import DraftEdits
from agents.store.drafts import Sentence
from agents.store.entities import Entities
from agents.store.library import Library
from agents.store.passages import Passages
from tests.scholar.conftest import OTHERS, WordEmbedder
from tests.scholar.test_entity_reading import Finder

_WRITES = ("insert", "update", "delete", "commit", "replace")
EDITED = (
    Sentence("A person wrote this.", ("linear20",), "flagged", origin="person"),
    Sentence("And that.", (), "supported", origin="person"),
)


def import_(folder: Path, database: Database) -> None:
    list(bring(ImportRequest(folder / "refs.bib"), Library(database), CancelToken()))


def index(_folder: Path, database: Database) -> None:
    made = Index(Passages(database), Library(database))
    list(made.refresh(WordEmbedder(), CancelToken()))


def entities(_folder: Path, database: Database) -> None:
    reading = EntityReading(Finder(), Entities(database), Passages(database), Library(database))
    list(reading.run(ReadRequest("m"), CancelToken()))


def edit(_folder: Path, database: Database) -> None:
    edits = DraftEdits(database)
    edits.cite(1, bib.parse(OTHERS).entries[:2])
    edits.replace(1, 0, EDITED)
    edits.retitle(1, 1, "Another heading")
    edits.replace(1, 1, ())


JOBS = {"import": import_, "index": index, "entities": entities, "edit": edit}


class Counter:
    """Counts the writes of this process, and ends it before the one that is its last."""

    def __init__(self, last: int) -> None:
        self.done = 0
        self._last = last

    def __call__(self, statement: str) -> None:
        if statement.lstrip().lower().startswith(_WRITES):
            self.done += 1
            if self.done == self._last:
                os.kill(os.getpid(), signal.SIGKILL)


def work(folder: Path, job: str, last: int) -> int:
    """Do it; the number of its writes."""
    database = Database(folder / "data.sqlite3")
    count = Counter(last)
    database.read().connection.set_trace_callback(count)
    JOBS[job](folder, database)
    database.close()
    return count.done


def main(prepared: Path, job: str, times: int) -> None:
    whole = Path(shutil.copytree(prepared, prepared.parent / "whole"))
    writes = work(whole, job, 0)
    steps = {1 + at * (writes - 1) // max(1, times - 1) for at in range(times)}
    for step in sorted(steps):
        folder = Path(shutil.copytree(prepared, prepared.parent / str(step)))
        child = os.fork()
        if not child:
            work(folder, job, step)
            os._exit(0)  # it was not killed: the parent says so
        _pid, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), f"{job} was not killed at write {step} of {writes}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
