"""Segmentation rules: right on the test set, read safely, replaced by the user's own."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from agents.base import UserError
from agents.translation import segment, srx
from agents.translation.korean import Korean

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "sentences.jsonl").read_text("utf-8").splitlines()
]
OWN = """<srx xmlns="http://www.lisa.org/srx20" version="2.0">
<header segmentsubflows="yes" cascade="{cascade}"/><body><languagerules>
<languagerule languagerulename="A"><rule break="no"><beforebreak>\\bQ\\.</beforebreak>
<afterbreak>\\s</afterbreak></rule></languagerule>
<languagerule languagerulename="B"><rule break="yes"><beforebreak>{before}</beforebreak>
<afterbreak>\\s</afterbreak></rule></languagerule></languagerules><maprules>
<languagemap languagepattern="(EN|en|ko).*" languagerulename="A"/>
<languagemap languagepattern=".*" languagerulename="B"/></maprules></body></srx>"""


def split(text: str, korean: Korean) -> list[str]:
    return [text[a:b] for a, b in segment.sentences(text, korean)]


def test_the_set_is_large_enough():
    assert len(CASES) >= 120
    assert {case["language"] for case in CASES} == {"en", "ko"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(case["sentences"])[:40])
def test_sentences_of_the_set(case, korean):
    assert split(" ".join(case["sentences"]), korean) == case["sentences"]


def own(tmp_path, cascade="yes", before=r"[\p{L}\]]\."):
    path = tmp_path / "own.srx"
    path.write_text(OWN.format(cascade=cascade, before=before), "utf-8")
    return Korean(path)


def test_the_users_rules_replace_ours_in_both_languages(tmp_path):
    mine = own(tmp_path)
    assert split("See Q. one. Fig. 3 a! Then b.", mine) == ["See Q. one.", "Fig.", "3 a! Then b."]
    assert split("이것은 Q. 하나. 둘이다! 셋.", mine) == ["이것은 Q. 하나.", "둘이다! 셋."]


def test_without_cascade_the_first_map_alone_counts(tmp_path):
    assert split("See Q. one. Two.", own(tmp_path, cascade="no")) == ["See Q. one. Two."]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b"<srx/>",
        OWN.format(cascade="yes", before="(").encode(),
        OWN.format(cascade="yes", before=r"\p{Unheard}").encode(),
        OWN.format(cascade="yes", before="a" * 10 + "{99999999999}").encode(),
        OWN.replace('rulename="A"/>', 'rulename="C"/>').format(cascade="yes", before="x").encode(),
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + OWN.format(cascade="yes", before="x").encode(),
    ],
)
def test_rules_that_are_not_understood_end_in_a_sentence(tmp_path, data):
    path = tmp_path / "own.srx"
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        Korean(path).rules  # noqa: B018 - reading it is the test
    assert caught.value.code in {"translation.srx_broken", "translation.empty_file"}


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (r"(a+)+b", "a" * 5_000),
        (r"(a|aa)+b", "a" * 5_000),
        (r"(?:\w+\s?)+!", "abc de " * 700 + "- !"),
        (r"(?:\w+\s?)+!", "그것은 문장 " * 700 + "- !"),
    ],
)
def test_a_rule_that_takes_forever_is_named(tmp_path, before, text):
    mine = own(tmp_path, before=before)
    began = time.perf_counter()
    with pytest.raises(UserError) as caught:
        split(text, mine)
    assert time.perf_counter() - began < 30
    assert caught.value.code == "translation.srx_slow"
    assert caught.value.values == {"file": "own.srx", "rule": "B 1"}


def test_the_command_names_a_rule_that_takes_forever(moadesk, tmp_path):
    (tmp_path / "a.txt").write_text("a" * 5_000, "utf-8")
    own(tmp_path, before="(a+)+b")
    code, _out, err = moadesk(
        "translate", tmp_path / "a.txt", "--to", "ko", "--engine", "identity",
        "--srx", tmp_path / "own.srx",
    )  # fmt: skip
    assert code == 1
    assert "own.srx take too long on this text because of the rule B 1" in err


@pytest.mark.parametrize(
    ("before", "text", "sentences"),
    [
        (r"\p{IsHangul}\.", "가나. 다라. Ab. Cd.", ["가나.", "다라.", "Ab. Cd."]),
        (r"[\p{Lu}\p{Nd}]\.", "AB. C1. d. E", ["AB.", "C1.", "d. E"]),
        (r"\P{L}\h?\.", "1. A. 2 . B", ["1.", "A. 2 .", "B"]),
    ],
)
def test_properties_of_letters_are_known(tmp_path, before, text, sentences):
    assert split(text, own(tmp_path, before=before)) == sentences


def test_long_lines_take_time_in_proportion():
    rules = srx.built_in()
    for text in ("a. ", "A. B ", "et al. ", "다. ", "1. 2", '."', ".", " ", "a"):
        began = time.process_time()  # of this process: other ones may keep the machine busy
        rules.places(text * 20_000, "ko")
        rules.places(text * 20_000, "en")
        assert time.process_time() - began < 5, text


def test_the_command_takes_own_rules_and_does_not_mix_segments(moadesk, tmp_path):
    (tmp_path / "a.txt").write_text("See Q. One. Fig. Two.\n", "utf-8")
    own(tmp_path)
    common = ("translate", tmp_path / "a.txt", "--to", "ko", "--engine", "identity")
    assert moadesk(*common)[0] == 0
    receipt = tmp_path / "a.ko.txt.receipt.json"
    before = json.loads(receipt.read_text("utf-8"))["segments"]
    code, _out, err = moadesk(*common, "--srx", tmp_path / "own.srx", "--also", "xliff")
    assert code == 0, err
    assert (before, json.loads(receipt.read_text("utf-8"))["segments"]) == (2, 3)
    assert (tmp_path / "a.ko.xliff").read_text("utf-8").count("<trans-unit") == 3
    assert (tmp_path / "a.ko.txt").read_text("utf-8") == "See Q. One. Fig. Two.\n"
    (tmp_path / "own.srx").write_text("<srx/>")
    code, _out, err = moadesk(*common, "--srx", tmp_path / "own.srx")
    assert code == 1
    assert "own.srx" in err
