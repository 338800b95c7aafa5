# ruff: noqa: E501 - a case is a line
"""Glossaries out and in again, from whatever program."""

from __future__ import annotations

import pytest
from lxml import etree

from agents.base import UserError
from agents.store.glossaries import StoredTerm
from agents.translation import glossary_files

TERMS = (
    StoredTerm("language model", "언어 모델", ("언어 모형", "speech model"), "see A & <B>"),
    StoredTerm('the "quoted", term', "따옴표, 용어"),
    StoredTerm("GAN", "생성적 적대 신경망"),
)


def load(tmp_path, data, name="g.csv"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    loaded = glossary_files.load(path)
    return loaded.terms, [(one.row, one.reason) for one in loaded.left_out]


@pytest.mark.parametrize(
    ("suffix", "version"), [(".csv", "3"), (".tsv", "3"), (".tbx", "2"), (".tbx", "3")]
)
def test_what_is_written_comes_back(tmp_path, suffix, version):
    data = glossary_files.dump(TERMS, suffix, version)
    terms, skipped = load(tmp_path, data, f"g{suffix}")
    assert skipped == []
    assert [(t.en, t.ko, t.note) for t in terms] == [(t.en, t.ko, t.note) for t in TERMS]
    assert sorted(terms[0].avoid) == sorted(TERMS[0].avoid)


def test_both_versions_of_tbx_are_built_as_they_should():
    old = etree.fromstring(glossary_files.dump(TERMS, ".tbx", "2"))
    assert (old.tag, old.get("type")) == ("martif", "TBX-Basic")
    assert [child.tag for child in old] == ["martifHeader", "text"]
    assert len(old.findall("text/body/termEntry/langSet/tig/term")) == 8
    new = etree.fromstring(glossary_files.dump(TERMS, ".tbx", "3"))
    space = "{urn:iso:std:iso:30042:ed-2}"
    assert (new.tag, new.get("style")) == (f"{space}tbx", "dca")
    assert len({entry.get("id") for entry in new.iter(f"{space}conceptEntry")}) == 3


@pytest.mark.parametrize(
    "data",
    [
        "en,ko\nmodel,모델\n",
        "model,모델\n",
        "모델,model\n",
        "model;모델;;note\r\n",
        "model\t모델",
        "\ufeffKorean,English\n모델,model\n",
        "번호,한국어,영어\n1,모델,model\n",
        "model,모델\n".encode("cp949"),
        "model,모델\n".encode("utf-16"),
        '"model","모델","",""\n\n,,\n',
    ],
)
def test_csv_of_any_kind(tmp_path, data):
    terms, skipped = load(tmp_path, data)
    assert [(t.en, t.ko) for t in terms] == [("model", "모델")]
    assert skipped == []


def test_rows_that_give_no_term_are_named_with_the_reason(tmp_path):
    terms, skipped = load(
        tmp_path, f"en,ko\nmodel,\n,모델\ndata,자료\nx,{'가' * 300}\ndata,데이터\n"
    )
    assert terms == (StoredTerm("data", "데이터"),)
    assert skipped == [(1, "no_korean"), (2, "no_english"), (3, "repeated"), (4, "too_long")]


NTIG = """<?xml version="1.0"?><!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">
<martif type="TBX" xml:lang="en"><text><body>
<termEntry><langSet xml:lang="en-US"><ntig><termGrp><term>network</term></termGrp></ntig>
<ntig><termGrp><term>net</term><termNote type="administrativeStatus">supersededTerm-admn-sts</termNote></termGrp></ntig></langSet>
<langSet xml:lang="ko"><tig><term>신경<hi>망</hi></term></tig></langSet></termEntry>
<termEntry><langSet xml:lang="en"><tig><term>alone</term></tig></langSet></termEntry>
</body></text></martif>"""
DCT = """<tbx style="dct" xmlns="urn:iso:std:iso:30042:ed-2" xmlns:min="x"><text><body><conceptEntry>
<langSec xml:lang="en"><termSec><term>model</term></termSec><termSec><term>sample</term><min:administrativeStatus>deprecatedTerm-admn-sts</min:administrativeStatus></termSec></langSec>
<langSec xml:lang="ko-KR"><termSec><term>모델</term></termSec></langSec></conceptEntry></body></text></tbx>"""


def test_tbx_of_other_programs(tmp_path):
    terms, skipped = load(tmp_path, NTIG, "g.tbx")
    assert terms == (StoredTerm("network", "신경망", ("net",)),)
    assert skipped == [(2, "one_language")]
    terms, skipped = load(tmp_path, DCT, "g.tbx")
    assert terms == (StoredTerm("model", "모델", ("sample",)),)


def test_rows_copied_from_a_spreadsheet():
    loaded = glossary_files.pasted(
        "model\t모델\t모형|모본\t통계\n데이터\tdata\n\talone\n", "clipboard"
    )
    assert loaded.terms == (
        StoredTerm("model", "모델", ("모형", "모본"), "통계"),
        StoredTerm("data", "데이터"),
    )
    assert [(one.row, one.text, one.reason) for one in loaded.left_out] == [
        (3, "alone", "no_english")
    ]
    with pytest.raises(UserError) as caught:
        glossary_files.pasted("nothing but words", "clipboard")
    assert (caught.value.code, caught.value.values) == (
        "translation.glossary_empty",
        {"file": "clipboard"},
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ('<!DOCTYPE m [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><m><termEntry>&b;</termEntry></m>', "translation.glossary_broken"),
        ('<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]><m><termEntry>&a;</termEntry></m>', "translation.glossary_broken"),
        ("<martif><text>", "translation.glossary_broken"),
        ("<martif>" * 3000, "translation.glossary_broken"),
        ("<martif/>", "translation.glossary_empty"),
        ("en,ko\n", "translation.glossary_empty"),
        ('"' + "x" * 200_000, "translation.glossary_broken"),
        ("", "translation.empty_file"),
        (b"\x00\x01\x02\xff" * 50, "translation.not_text"),
    ],
)  # fmt: skip
def test_hostile_and_empty_glossaries(tmp_path, data, code):
    with pytest.raises(UserError) as caught:
        load(tmp_path, data)
    assert caught.value.code == code


@pytest.mark.parametrize("name", ["none", "no/such/file.csv", "x\0y", "n" * 5000])
def test_a_glossary_that_is_not_there(name):
    with pytest.raises(UserError) as caught:
        glossary_files.opened(name, "ko", None)
    assert caught.value.code == "translation.no_glossary"
