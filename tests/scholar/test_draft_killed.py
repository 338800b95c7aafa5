"""A process killed at every step of a draft: nothing is lost, nothing is done twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agents.store.database import Database
from agents.store.drafts import Drafts

ROOT = Path(__file__).resolve().parents[2]


def start(folder: Path, words: float, questions: float, draft: int = 0) -> subprocess.Popen:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    script = ROOT / "tests" / "scholar" / "killed_drafter.py"
    command = [sys.executable, str(script), str(folder), str(words), str(questions), str(draft)]
    return subprocess.Popen(command, env=environment)  # noqa: S603 - our own script


def killed(folder: Path, process: subprocess.Popen, reached) -> Drafts:
    """Kill the process once `reached(drafts)` is so."""
    drafts = None
    deadline = time.monotonic() + 120
    try:
        while time.monotonic() < deadline:
            time.sleep(0.01)
            assert process.poll() is None, "the draft ended before it could be killed"
            if drafts is None and (folder / "data.sqlite3").exists():
                drafts = Drafts(Database(folder / "data.sqlite3"))
            if drafts is not None and drafts.list() and reached(drafts):
                break
        else:
            pytest.fail("it was never reached")
    finally:
        process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        process.wait()
    assert drafts is not None
    return drafts


def asked(folder: Path) -> int:
    return (folder / "asked.txt").read_text("utf-8").count("\n")


def step(drafts: Drafts) -> str:
    return drafts.list()[0].step


CASES = {
    "topic": (0.3, 0.0, lambda drafts: step(drafts) == "topic"),
    "themes": (0.0, 1.5, lambda drafts: step(drafts) == "themes"),
    "text": (0.12, 0.0, lambda drafts: drafts.list()[0].sentences >= 1),
}


@pytest.mark.parametrize("case", CASES)
def test_a_killed_draft_goes_on_where_it_was(tmp_path, bib_file, case):
    words, questions, reached = CASES[case]
    drafts = killed(tmp_path, start(tmp_path, words, questions), reached)
    assert drafts.mark_interrupted() == 1
    (row,) = drafts.list()
    assert row.state == "interrupted"
    assert row.step == case
    before = drafts.begun(row.id).outline
    kept = drafts.load(row.id).paragraphs
    said = asked(tmp_path) if (tmp_path / "asked.txt").exists() else 0
    bib_file.write_text(bib_file.read_text("utf-8"), "utf-8")
    assert start(tmp_path, 0.0, 0.0, row.id).wait(120) == 0
    (row,) = drafts.list()
    assert (row.state, row.step) == ("done", "text")
    made = drafts.load(row.id)
    wanted = [s.id for t in drafts.begun(row.id).outline.themes for s in t.sentences]
    assert [s.planned for p in made.paragraphs for s in p.sentences] == wanted
    if case != "topic":  # what was planned stays
        after = drafts.begun(row.id).outline
        assert [t.keys for t in after.themes] == [t.keys for t in before.themes]
        assert [t.question for t in after.themes] == [t.question for t in before.themes]
    if case == "text":
        left = len(wanted) - sum(len(paragraph.sentences) for paragraph in kept)
        assert asked(tmp_path) - said <= 4 * left  # two tries, of a comparison for each work
        assert made.paragraphs[0].sentences[: len(kept[0].sentences)] == kept[0].sentences
