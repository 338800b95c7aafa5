"""`moadesk library entities`, `entity` and `compare`, as they are typed, with a real tiny model."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from tests.pages.pdf_files import lines, pdf, text

TINY = Path(__file__).parent / "tiny_gliner"
BIB = """
@article{vaswani2017, title={Attention}, author={Vaswani, Ashish}, year=2017,
  abstract={We train the Transformer on WMT 2014 English-German. SQuAD is not used.}}
@article{kim2021, title={Another}, author={Kim, Minsu}, year=2021,
  abstract={The F1 score on SQuAD was 93.2 at NeurIPS in 2024.}}
"""


@pytest.fixture
def library(moadesk, tmp_path):
    code, _out, err = moadesk("models", "import", shutil.copytree(TINY, tmp_path / "tiny-model"))
    assert code == 0, err
    file = tmp_path / "refs.bib"
    file.write_text(BIB, "utf-8")
    assert moadesk("library", "add", file)[0] == 0


def entities(moadesk, *arguments):
    code, out, err = moadesk("library", "entities", "--json", "--limit", "1000", *arguments)
    assert code == 0, err
    return json.loads(out)


def test_the_library_is_read_once(moadesk, library):
    code, _out, err = moadesk("library", "entities", "--model", "tiny-model")
    assert code == 0
    assert "2 passages read, " in err
    found = entities(moadesk, "--list")
    assert found, "a random model finds something"
    code, _out, err = moadesk("library", "entities", "--model", "tiny-model")
    assert code == 0
    assert "0 passages read, 0 mentions found" in err
    assert entities(moadesk, "--list") == found
    kind = found[0]["label"]
    assert {row["label"] for row in entities(moadesk, "--list", "--label", kind)} == {kind}


def test_who_uses_it_and_what_a_person_decides(moadesk, library):
    rows = entities(moadesk, "--model", "tiny-model")
    one, other = rows[0], rows[1]
    code, out, _err = moadesk("library", "entity", one["name"], "--label", one["label"], "--json")
    assert code == 0
    page = json.loads(out)
    assert page["works"]
    for using in page["works"]:
        for said in using["said"]:
            assert said["text"][said["start"] : said["stop"]]
    code, out, _err = moadesk("library", "entity", one["name"], "--rename", "Mine")
    assert code == 0
    assert out.splitlines()[0].split("\t")[1] == "Mine"
    assert page["works"][0]["work"]["key"] in out
    assert moadesk("library", "entity", "Mine", "--merge", other["name"])[0] == 0
    code, out, _err = moadesk("library", "entity", "Mine", "--json")
    merged = json.loads(out)["entity"]
    assert merged["mentions"] == one["mentions"] + other["mentions"]
    assert moadesk("library", "entity", "Mine", "--hide")[0] == 0
    assert "Mine" not in {row["name"] for row in entities(moadesk, "--list")}
    for _change in range(3):
        assert moadesk("library", "entity", "--undo")[0] == 0
    assert moadesk("library", "entity", "--undo")[0] == 1
    assert entities(moadesk, "--list") == rows


def test_an_unknown_name_is_a_sentence(moadesk, library):
    code, out, err = moadesk("library", "entity", "No such thing")
    assert (code, out) == (1, "")
    assert "No entity is called No such thing." in err


def test_works_beside_each_other(moadesk, library):
    entities(moadesk, "--model", "tiny-model")
    code, out, _err = moadesk("library", "compare", "vaswani2017", "kim2021", "--csv")
    assert code == 0
    rows = list(csv.reader(io.StringIO(out, newline="")))
    assert [row[0] for row in rows] == ["key", "vaswani2017", "kim2021"]
    assert rows[0][2:7] == ["method", "dataset", "metric", "result", "task"]
    code, out, err = moadesk("library", "compare", "kim2021", "lost", "--latex")
    assert code == 3
    assert r"\cite{kim2021} & " in out
    assert "lost is not in the library." in err
    assert moadesk("library", "compare", "lost")[0] == 1
    code, out, _err = moadesk("library", "compare", "kim2021", "--columns", "year, method")
    assert out.splitlines()[0] == "| work | year | method |"
    code, out, _err = moadesk("library", "compare", "kim2021", "--json")
    cells = json.loads(out)[0]["cells"]
    for cell in cells.values():
        for found in cell["found"]:
            assert found["evidence"]


def test_without_a_model_it_is_said_what_to_do(moadesk, tmp_path):
    code, _out, err = moadesk("library", "entities")
    assert code == 1
    assert "There is no model that finds entities." in err


def test_a_pdf_comes_in_with_the_models_vote(moadesk, library, tmp_path):
    rows = [text(60, 440, "Turing Machines Revisited", size=18), text(60, 410, "Ada Lovelace")]
    body = lines(60, 300, ["A paper has a body in small letters that goes on."] * 9, size=9)
    file = tmp_path / "paper.pdf"
    file.write_bytes(pdf("\n".join([*rows, body])))
    code, out, err = moadesk("library", "add", file)
    assert code == 0, err
    assert "1 added" in out
    code, out, _err = moadesk("library", "list", "--json")
    (added,) = (work for work in json.loads(out) if work["title"] == "Turing Machines Revisited")
    assert set(added["authors"]) <= {"Lovelace, Ada"}
