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


def start(folder: Path, where: str = "", draft: int = 0) -> subprocess.Popen:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    script = ROOT / "tests" / "scholar" / "killed_drafter.py"
    command = [sys.executable, str(script), str(folder), where, str(draft)]
    return subprocess.Popen(command, env=environment)  # noqa: S603 - our own script


def killed(folder: Path, where: str) -> Drafts:
    """A draft whose process holds at a place, and is killed there."""
    process = start(folder, where)
    deadline = time.monotonic() + 120
    try:
        while not (folder / "held").exists():
            assert process.poll() is None, "the draft ended before it could be killed"
            assert time.monotonic() < deadline, "it was never reached"
            time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        process.wait()
    return Drafts(Database(folder / "data.sqlite3"))


def asked(folder: Path) -> int:
    return (folder / "asked.txt").read_text("utf-8").count("\n")


@pytest.mark.parametrize("case", ["topic", "themes", "sentences", "text"])
def test_a_killed_draft_goes_on_where_it_was(tmp_path, bib_file, case):
    drafts = killed(tmp_path, case)
    assert drafts.mark_interrupted() == 1
    (row,) = drafts.list()
    assert row.state == "interrupted"
    assert row.step == case
    before = drafts.begun(row.id).outline
    kept = drafts.load(row.id).paragraphs
    said = asked(tmp_path) if (tmp_path / "asked.txt").exists() else 0
    bib_file.write_text(bib_file.read_text("utf-8"), "utf-8")
    assert start(tmp_path, draft=row.id).wait(120) == 0
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
