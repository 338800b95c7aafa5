"""Importing, indexing, reading for entities and editing, killed at writes all along the way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agents.scholar import bib
from agents.store.database import Database
from agents.store.drafts import Drafts, Plan, Sentence
from agents.store.library import Library
from agents.store.passages import Passages
from tests.bench.library import bibliography
from tests.scholar import killed_writer
from tests.scholar.conftest import ATTENTION, OTHERS
from tests.scholar.test_entity_reading import BIB

pytestmark = pytest.mark.skipif(os.name == "nt", reason="forks and kills as POSIX does")

ROOT = Path(__file__).resolve().parents[2]
TIMES = 10
BEFORE = (Sentence("Written by a model.", ("linear20",), "supported", "E."),)
# what is compared, without what is counted up or dated
TABLES = {
    "import": (
        "select key, title, raw from work order by key",
        "select count(*) from work_words",
        "select work from work_changed order by work",
    ),
    "index": (
        "select work, source, position, text from passage order by work, source, position",
        (
            "select p.work, p.position, v.scale, v.vector from passage_vector v"
            " join passage p on p.id = v.passage order by p.work, p.position"
        ),
        "select kind, value, work from work_facet order by kind, value, work",
        "select count(*) from passage_words",
        "select work from work_changed",
    ),
    "entities": (
        (
            "select e.label, e.name, w.work, w.mentions from entity_work w"
            " join entity e on e.id = w.entity order by e.label, e.name, w.work"
        ),
        "select kind, value, work from work_facet order by kind, value, work",
        "select count(*) from entity_read",
    ),
    "edit": (
        "select paragraph, position, sentence from draft_sentence order by paragraph, position",
        "select themes from draft",
    ),
}


def prepare(folder, job):
    folder.mkdir()
    (folder / "refs.bib").write_text(bibliography(250), "utf-8")
    database = Database(folder / "data.sqlite3")
    if job == "index":
        Library(database).add(bib.parse(ATTENTION + OTHERS).entries)
    if job == "entities":
        Library(database).add(bib.parse(BIB).entries)
    if job == "edit":
        plan = Plan((("One", ("linear20",)), ("Two", ())), bib.parse(ATTENTION).entries)
        drafts = Drafts(database)
        draft = drafts.start("A topic", "m", 0, "", plan)
        for paragraph in (0, 1):
            drafts.add(draft, paragraph, 0, BEFORE[0])
        drafts.finish(draft, "done")
    database.close()
    return folder


def stored(folder, job):
    database = Database(folder / "data.sqlite3")
    db = database.read()
    assert db.execute("pragma integrity_check").fetchone()[0] == "ok"
    found = [db.execute(query).fetchall() for query in TABLES[job]]
    database.close()
    return found


@pytest.mark.parametrize("job", killed_writer.JOBS)
def test_what_was_killed_at_any_write_goes_on_and_ends_alike(tmp_path, job):
    prepared = prepare(tmp_path / "prepared", job)
    script = Path(killed_writer.__file__)
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, script, prepared, job, str(TIMES)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    whole = stored(tmp_path / "whole", job)
    assert whole != stored(prepared, job)
    killed = sorted(int(found.name) for found in tmp_path.iterdir() if found.name.isdigit())
    assert len(killed) >= min(TIMES, 6)
    for step in killed:
        folder = tmp_path / str(step)
        if job == "edit":
            assert_whole_edits(folder)
        killed_writer.work(folder, job, 0)
        assert stored(folder, job) == whole, f"killed at write {step}"


def assert_whole_edits(folder):
    """Under each heading stands what stood there, or what a person wrote: nothing between."""
    database = Database(folder / "data.sqlite3")
    found = {p.index: p.sentences for p in Drafts(database).load(1).paragraphs}
    assert found.get(0) in (BEFORE, killed_writer.EDITED)
    assert found.get(1, ()) in (BEFORE, ())
    assert Drafts(database).list()[0].state == "done"
    database.close()


def test_a_killed_index_is_never_searched_in_halves(tmp_path):
    prepared = prepare(tmp_path / "prepared", "index")
    subprocess.run(  # noqa: S603 - our own script
        [sys.executable, killed_writer.__file__, prepared, "index", "6"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=True,
        timeout=300,
    )
    for folder in (found for found in tmp_path.iterdir() if found.name.isdigit()):
        database = Database(folder / "data.sqlite3")
        passages = Passages(database)
        found = passages.find("helical chains attention", 50)
        assert len(passages.get(found)) == len(found), "a word of the index leads to no passage"
        database.close()
