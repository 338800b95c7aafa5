# ruff: noqa: E501 - an entry is one line
"""Citations and bibliographies in the styles that come along, and in the user's own."""

from __future__ import annotations

import pytest

from agents.base import UserError
from agents.scholar import bib, csl_processor, csl_text, styles

ENTRIES = bib.parse(r"""
@inproceedings{vaswani2017, title={Attention is all you need}, year=2017, pages={5998--6008},
  author={Vaswani, Ashish and Shazeer, Noam and Parmar, Niki}, booktitle={Advances in {NIPS}}}
@article{Kim2021, title={A study of things: {BERT} \& more}, author={Kim, Ana B.}, year=2021,
  journal={Journal of Things}, pages={1--20}, volume=3, number=2, doi={10.1000/xyz}}
@article{kim2021, title={Another <b>study</b> of G{\"o}del}, author={Kim, Ana B.}, year=2021,
  journal={Journal of Things}, pages={21--40}, volume=3, number=2}
@article{hong2020, title={한국어 논문의 제목}, author={홍, 길동 and 김철수}, year=2020,
  journal={정보과학회논문지}, volume=47, number=1, pages={1-10}}
@book{noone, title={No author and no year}, publisher={Springer}}
@article{many, title={Many}, author={First, Ann and others}, year=1999, journal={J}}
""").entries
KEYS = tuple(entry.work.key for entry in ENTRIES)


def rendered(name, clusters, entries=ENTRIES):
    made = csl_processor.render(styles.load(name), entries, clusters)
    found = [csl_text.plain(runs) for runs in made.citations]
    return found, {key: csl_text.plain(runs) for key, runs in made.entries}, made


@pytest.mark.parametrize(
    ("name", "citations", "entry"),
    [
        (
            "apa",
            ["(Vaswani et al., 2017)", "(Kim, 2021a, 2021b)", "(홍길동 & 김철수, 2020)"],
            (
                "Kim, A. B. (2021a). A study of things: BERT & more. Journal of Things, 3(2), 1–20."
                " https://doi.org/10.1000/xyz"
            ),
        ),
        (
            "ieee",
            ["[1]", "[2], [3]", "[4]"],
            (
                "[2]\tA. B. Kim, “A study of things: BERT & more,” Journal of Things, vol. 3, no. 2,"
                " pp. 1–20, 2021, doi: 10.1000/xyz."
            ),
        ),
        (
            "acm",
            ["[5]", "[2, 3]", "[6]"],
            (
                "[2]\tAna B. Kim. 2021. A study of things: BERT & more. Journal of Things 3, 2 (2021),"
                " 1–20. https://doi.org/10.1000/xyz"
            ),
        ),
        (
            "nature",
            ["1", "2,3", "4"],
            "2.\tKim, A. B. A study of things: BERT & more. Journal of Things 3, 1–20 (2021).",
        ),
        (
            "chicago",
            ["(Vaswani et al. 2017)", "(Kim 2021a, 2021b)", "(홍길동 and 김철수 2020)"],
            (
                "Kim, Ana B. 2021a. “A Study of Things: BERT & More.” Journal of Things 3 (2): 1–20."
                " https://doi.org/10.1000/xyz."
            ),
        ),
        (
            "korean",
            ["(Vaswani 외, 2017)", "(Kim, 2021a; Kim, 2021b)", "(홍길동·김철수, 2020)"],
            (
                "Kim, A. B.(2021a). A study of things: BERT & more. 『Journal of Things』, 3(2), 1–20."
                " https://doi.org/10.1000/xyz"
            ),
        ),
    ],
)
def test_each_style_as_its_manual_shows_it(name, citations, entry):
    clusters = [("vaswani2017",), ("Kim2021", "kim2021"), ("hong2020",), ("noone",), ("many",)]
    found, entries, _made = rendered(name, clusters)
    assert found[:3] == citations
    assert entries["Kim2021"] == entry
    assert set(entries) == set(KEYS)
    assert len(set(entries.values())) == len(KEYS)
    # known by its title, which is said once
    assert entries["noone"].count("No author and no year") == 1
    assert "et al" in entries["many"] or "외" in entries["many"]
    assert "others" not in entries["many"]
    assert ".." not in "".join(entries.values())


def test_a_korean_entry_follows_the_habit_of_korean_societies():
    _found, entries, _made = rendered("korean", [("hong2020",)])
    assert entries["hong2020"] == (
        "홍길동, 김철수(2020). 한국어 논문의 제목. 『정보과학회논문지』, 47(1), 1–10."
    )


def test_numbers_in_a_row_are_a_range():
    found, _entries, made = rendered("nature", [KEYS[:4], (KEYS[0], KEYS[2], KEYS[3], KEYS[4])])
    assert found == ["1–4", "1,3–5"]
    assert all("sup" in run.looks for run in made.citations[0])


def test_what_a_work_says_is_never_markup():
    _found, _entries, made = rendered("apa", [("kim2021",)])
    html = csl_text.to_html(dict(made.entries)["kim2021"])
    assert "Another &lt;b&gt;study&lt;/b&gt; of Gödel" in html
    assert "<i>Journal of Things</i>" in html


def test_a_key_without_a_work_is_shown_with_a_question_mark():
    found, entries, _made = rendered("apa", [("gone",), ("vaswani2017", "gone")])
    assert found == ["(gone?)", "(Vaswani et al., 2017) (gone?)"]
    assert set(entries) == {"vaswani2017"}


def test_twenty_seven_works_of_one_year_have_a_letter_each():
    source = "".join(
        f"@article{{k{n}, title={{Title {n:02}}}, author={{Kim, A}}, year=2020, journal={{J}}}}"
        for n in range(28)
    )
    entries = bib.parse(source).entries
    found, _entries, _made = rendered("apa", [(e.work.key,) for e in entries], entries)
    assert found[0] == "(Kim, 2020a)"
    assert found[25:] == ["(Kim, 2020z)", "(Kim, 2020aa)", "(Kim, 2020ab)"]


def test_the_users_own_style_is_read(tmp_path):
    own = tmp_path / "mine.csl"
    own.write_bytes((styles.FOLDER / "ieee.csl").read_bytes())
    assert styles.load(str(own)).title.startswith("IEEE")
    found, _entries, _made = rendered(str(own), [("hong2020",)])
    assert found == ["[1]"]


BOMB = (
    '<!DOCTYPE style [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<style xmlns="http://purl.org/net/xbiblio/csl">&b;</style>'
)
XXE = (
    '<!DOCTYPE style [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    '<style xmlns="http://purl.org/net/xbiblio/csl">&a;</style>'
)
CSL = '<style xmlns="http://purl.org/net/xbiblio/csl" class="{}" version="1.0">{}</style>'
LAYOUT = (
    "<citation><layout><text macro='m'/></layout></citation><bibliography><layout/></bibliography>"
)
LOOP = CSL.format("in-text", f"<macro name='m'><text macro='m'/></macro>{LAYOUT}")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("not xml", "style_broken"),
        ("<style/>", "style_broken"),
        (BOMB, "style_broken"),
        (XXE, "style_broken"),
        (CSL.format("in-text", ""), "style_broken"),
        (CSL.format("note", LAYOUT), "style_notes"),
        (
            CSL.format(
                "in-text",
                "<info><link rel='independent-parent' href='http://www.zotero.org/styles/apa'/></info>",
            ),
            "style_dependent",
        ),
    ],
)
def test_what_is_no_style_is_a_sentence(tmp_path, text, code):
    path = tmp_path / "odd.csl"
    path.write_text(text, "utf-8")
    with pytest.raises(UserError, match=rf"scholar\.{code}"):
        styles.load(str(path))


def test_a_style_that_calls_itself_is_a_sentence(tmp_path):
    path = tmp_path / "loop.csl"
    path.write_text(LOOP, "utf-8")
    with pytest.raises(UserError, match=r"scholar\.style_broken"):
        rendered(str(path), [("hong2020",)])


def test_a_style_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(UserError, match=r"scholar\.style_unknown"):
        styles.load("mla")
    with pytest.raises(UserError, match=r"file\.missing"):
        styles.load(str(tmp_path / "gone.csl"))


def test_every_style_that_comes_along_states_its_licence():
    licence = (styles.FOLDER / "LICENCE.txt").read_text("utf-8")
    files = sorted(path.name for path in styles.FOLDER.glob("*.csl"))
    assert files == sorted(styles.FILES.values())
    for name in files:
        assert name in licence
        assert "creativecommons.org/licenses/by-sa/3.0" in (styles.FOLDER / name).read_text("utf-8")
