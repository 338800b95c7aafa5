"""Works become CSL items that say what the entry says, in Unicode."""

from __future__ import annotations

import json

import pytest

from agents.scholar import bib, csl_items, csl_text
from agents.scholar.importers import csl

ENTRIES = r"""
@article{a:1, title={{\'E}tude of {G\"o}del \& {NP}}, author={van der Berg, Jan and {World Health
  Organization} and others}, journal={Rev. d'{\'e}tudes}, year=2021, month=mar, volume=3, number=2,
  pages={1--20}, doi={10.1000/xyz}, abstract={Text.}}
@phdthesis{t, title={학위 논문}, author={홍길동}, school={서울대학교}, year=2010}
@techreport{r, title={A report}, institution={WHO}, number={TR-5}, year={in press}}
@misc{m, title={Mamba}, author={Gu, Albert}, eprint={2312.00752}, archiveprefix={arXiv}}
@misc{bare, note={\url{https://example.org/x}}}
"""


@pytest.fixture(scope="module")
def entries():
    return {entry.work.key: entry for entry in bib.parse(ENTRIES).entries}


def test_accents_and_names(entries):
    item = csl_items.item_of(entries["a:1"])
    assert item["id"] == "a:1"
    assert item["title"] == "Étude of Gödel & NP"
    assert item["author"] == [
        {"family": "van der Berg", "given": "Jan"},
        {"literal": "World Health Organization"},
        {"literal": "others"},
    ]
    assert item["container-title"] == "Rev. d'études"
    assert item["issued"] == {"date-parts": [[2021, 3]]}
    assert (item["page"], item["volume"], item["issue"]) == ("1-20", "3", "2")
    assert item["DOI"] == "10.1000/xyz"


def test_what_bibtex_says_by_kind(entries):
    thesis = csl_items.item_of(entries["t"])
    assert (thesis["type"], thesis["genre"], thesis["publisher"]) == (
        "thesis",
        "박사학위논문",
        "서울대학교",
    )
    report = csl_items.item_of(entries["r"])
    assert report["number"] == "TR-5"
    assert report["issued"] == {"literal": "in press"}
    preprint = csl_items.item_of(entries["m"])
    assert preprint["URL"] == "https://arxiv.org/abs/2312.00752"
    assert (preprint["type"], preprint["publisher"]) == ("article", "arXiv")
    bare = csl_items.item_of(entries["bare"])
    assert bare["URL"] == "https://example.org/x"
    assert bare["title"]
    assert "issued" not in bare
    assert "author" not in bare


def test_for_the_processor_korean_names_are_one_word(entries):
    item = csl_items.for_processor(entries["t"], "w0")
    assert item["author"] == [{"literal": "홍길동"}]
    assert item["language"] == "ko"
    item = csl_items.for_processor(entries["a:1"], "w1")
    assert item["author"][-1] == {"literal": csl_text.OTHERS}
    assert "language" not in item
    assert "abstract" not in item


def test_csl_json_goes_back_and_its_tags_are_looks():
    raw = {
        "id": "x", "type": "article-journal",
        "title": "On <i>E. coli</i> <b>and</b> H<sub>2</sub>O",
        "author": [{"family": "Kim", "given": "A"}, {"given": "Plato"}, {}, "Body"],
        "issued": {"date-parts": [["2020", 13]]}, "volume": 4, "x-odd": {"a": 1},
    }  # fmt: skip
    (entry,) = csl.parse(json.dumps([raw])).entries
    item = csl_items.item_of(entry)
    assert item["author"] == [
        {"family": "Kim", "given": "A"},
        {"literal": "Plato"},
        {"literal": "Body"},
    ]
    assert item["issued"] == {"date-parts": [[2020]]}  # there is no thirteenth month
    assert item["volume"] == "4"
    assert "x-odd" not in item
    title = csl_items.for_processor(entry, "w0")["title"]
    assert csl_text.to_html(csl_text.runs(title)) == raw["title"]


def test_marks_in_a_work_are_taken_out():
    (entry,) = bib.parse("@misc{a, title={A \ue100b\ue101 <i>c</i> \ue1f1}}").entries
    title = csl_items.for_processor(entry, "w0")["title"]
    assert csl_text.to_html(csl_text.runs(title)) == "A b &lt;i&gt;c&lt;/i&gt;"


def test_italic_inside_italic_is_upright():
    open_, close = csl_text.OPEN["italic"], csl_text.CLOSE["italic"]
    found = csl_text.runs(f"{open_}On {open_}E. coli{close} again{close}{csl_text.TAB}.")
    assert [(run.text, "italic" in run.looks) for run in found] == [
        ("On ", True),
        ("E. coli", False),
        (" again", True),
        ("\t", False),
        (".", False),
    ]
