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
    assert (code, out) == (0, "1 notice up to 2021-03-04, from rw.csv\n")
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


@pytest.fixture
def topics(moadesk, bib_file):
    assert moadesk("library", "add", bib_file)[0] == 0

    def found(*options, query="sequence length attention"):
        _code, out, _err = moadesk("library", "search", query, "--way", "words", *options, "--json")
        return json.loads(out)

    return found


def keys_of(found):
    return {hit["work"]["key"] for hit in found["hits"]}


def test_a_search_is_narrowed(topics):
    assert keys_of(topics()) == {"linear20", "mamba23", "flash22"}
    assert keys_of(topics("--year", "2020-2022")) == {"linear20", "flash22"}
    assert keys_of(topics("--year", "2022-")) == {"mamba23", "flash22"}
    assert keys_of(topics("--year", "-2021")) == {"linear20"}
    assert keys_of(topics("--year", "2023")) == {"mamba23"}
    assert keys_of(topics("--author", "dao")) == {"mamba23", "flash22"}  # a part of the name
    assert keys_of(topics("--author", "Dao, Tri", "--author", "Vyas, A.", "--year", "2020")) == {
        "linear20"
    }
    assert keys_of(topics("--venue", "ARXIV")) == {"mamba23", "flash22"}  # in other letters
    assert keys_of(topics("--entity", "Transformers", "--venue", "arXiv")) == {"mamba23"}
    assert keys_of(topics("--venue", "no such journal")) == set()


def test_without_words_all_that_fits_is_found(topics):
    assert keys_of(topics("--year", "2020", query="")) == {"linear20", "nurse20"}
    assert keys_of(topics("--author", "김영희", query="")) == {"nurse20"}


def test_facets_say_what_else_could_be_chosen(topics):
    assert ["arXiv", 2] in topics()["facets"]["venue"]
    narrowed = topics("--venue", "Nature", "--venue", "arXiv", "--year", "2022")["facets"]
    assert narrowed["author"] == [["Dao, Tri", 1]]
    assert sorted(narrowed["year"]) == [["2022", 1], ["2023", 1]]  # as if no year were chosen
    assert narrowed["venue"] == [["arXiv", 1]]
    everywhere = topics("--venue", "Nature", query="")["facets"]
    assert ["간호학회지", 1] in everywhere["venue"]
    assert everywhere["year"] == [["1953", 1]]


@pytest.mark.parametrize("years", ["2021-2019", "soon", "-", "19", "2019-2020-2021"])
def test_a_range_that_is_none_is_a_sentence(moadesk, years):
    code, out, err = moadesk("library", "search", "x", f"--year={years}")
    assert (code, out) == (1, "")
    assert err.startswith(f"{years} is no range of years.")


def test_filters_that_nothing_fits_say_so(moadesk, topics):
    code, out, err = moadesk("library", "search", "", "--year", "1800")
    assert (code, out, err) == (1, "", "Nothing fits these filters.\n")
