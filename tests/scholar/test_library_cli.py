"""`moadesk library` beyond adding and searching, as it is typed."""

from __future__ import annotations

import json

import pytest

TWICE = r"""@string{n = "NeurIPS"}
@inproceedings{vaswani, author={Vaswani, Ashish}, title={Attention is all you need}, year=2017,
  booktitle=n, mine={A note}}
@article{Vaswani:2017, author={Vaswani, Ashish}, title={Attention Is All You Need}, year=2017,
  journal={arXiv}, doi={10.5555/3295222}}
@article{same, author={Kim, A}, title={One of two under a key}, year=2017, journal={J}}
@article{same, author={Lee, B}, title={Quite another matter}, year=2018, journal={J}}
"""


@pytest.fixture
def filled(moadesk, tmp_path):
    refs = tmp_path / "refs.bib"
    refs.write_text(TWICE, "utf-8")
    code, out, err = moadesk("library", "add", refs)
    assert code == 3  # a key was taken
    assert "4 added" in out
    assert "line 7: Another entry of this file has the same key. It is here as same-2." in err
    return refs


def works(moadesk):
    return {work["key"] for work in json.loads(moadesk("library", "list", "--json")[1])}


def test_dedupe_shows_then_merges_and_undo_takes_back(moadesk, filled):
    code, out, err = moadesk("library", "dedupe")
    assert (code, out.split("\t")[0]) == (0, "vaswani = Vaswani:2017")
    assert "--apply" in err
    assert len(works(moadesk)) == 4
    code, out, _err = moadesk("library", "dedupe", "--apply", "--json")
    assert json.loads(out) == {
        "groups": [{"reason": "title", "keys": ["vaswani", "Vaswani:2017"]}],
        "merged": 1,
        "total": 3,
    }
    assert works(moadesk) == {"Vaswani:2017", "same", "same-2"}
    assert moadesk("library", "undo")[0] == 0
    assert len(works(moadesk)) == 4
    assert moadesk("library", "undo")[0] == 1


def test_export_in_all_formats(moadesk, filled, tmp_path):
    for suffix in (".bib", ".ris", ".json"):
        assert moadesk("library", "export", tmp_path / f"out{suffix}")[0] == 0
    written = (tmp_path / "out.bib").read_text("utf-8")
    assert '@string{n = "NeurIPS"}' in written
    assert "booktitle=n, mine={A note}}" in written
    assert len(json.loads((tmp_path / "out.json").read_text("utf-8"))) == 4
    assert (tmp_path / "out.ris").read_text("utf-8").count("TY  - ") == 4
    assert moadesk("library", "export", tmp_path / "out.docx")[0] == 1


def test_check_and_fix(moadesk, filled, tmp_path):
    odd = tmp_path / "odd.bib"
    odd.write_text("@article{odd, author={Kim, A et al.}, title={BERT reads}, year=2020}", "utf-8")
    assert moadesk("library", "add", odd)[0] == 0
    code, out, err = moadesk("library", "check")
    assert code == 3
    assert "odd\terror\tjournal is missing; @article needs it.\n" in out
    assert "[can be mended]" in out
    assert "there is no list" in err
    code, out, _err = moadesk("library", "check", "--fix", "--json")
    result = json.loads(out)
    assert (code, result["works"], result["fixed"]) == (3, 5, 2)
    listed = json.loads(moadesk("library", "list", "--json")[1])
    assert listed[0]["authors"] == ["Kim, A", "others"]
    moadesk("library", "undo")
    assert json.loads(moadesk("library", "list", "--json")[1])[0]["authors"] == ["Kim, A et al."]
    code, out, _err = moadesk("library", "check", filled)
    assert code == 3
    assert "same is the key of another entry of this file" in out


def test_retractions_on_the_command_line(moadesk, filled, tmp_path):
    assert moadesk("library", "retractions")[0] == 1
    path = tmp_path / "rw.csv"
    path.write_text(
        "OriginalPaperDOI,RetractionNature,RetractionDate,Reason,RetractionDOI\n"
        "10.5555/3295222,Retraction,3/4/2021 0:00,+Fake;,\n",
        "utf-8",
    )
    code, out, _err = moadesk("library", "retractions", path)
    assert (code, out) == (0, "1 notices up to 2021-03-04, from rw.csv\n")
    code, out, _err = moadesk("library", "check")
    assert "retracted on 2021-03-04 (Fake), says the list of 2021-03-04" in out


def test_what_can_be_added_is_added_beside_what_cannot(moadesk, tmp_path):
    good = tmp_path / "good.ris"
    good.write_text("TY  - JOUR\nTI  - Fine\nER  - \n", "utf-8")
    code, out, err = moadesk("library", "add", tmp_path / "none.bib", good)
    assert code == 3
    assert "1 added" in out
    assert "none.bib" in err
    broken = tmp_path / "broken.bib"
    broken.write_text("@misc{a, title={T}}\n@misc{b, title={Not closed\n", "utf-8")
    code, _out, err = moadesk("library", "add", broken)
    assert code == 3
    assert f"kept in {tmp_path / 'broken.broken.bib'}" in err
