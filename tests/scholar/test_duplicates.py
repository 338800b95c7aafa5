"""One work under several keys: found, merged, and taken apart again."""

from __future__ import annotations

import pytest

from agents.scholar import bib, duplicates, exporting, merging
from agents.store.library import Library


@pytest.fixture
def library(database):
    return Library(database)


def fill(library, text):
    library.add(bib.parse(text).entries)
    return library


def found(library):
    return [
        (group.reason, [work.key for work in group.works])
        for group in duplicates.groups(library.identities())
    ]


def texts(library):
    return {entry.work.key: entry.raw for entry in library.entries(library.ids())}


SAME = "author={Vaswani, Ashish and Shazeer, Noam}"


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (
            "title={Attention Is All}, doi={10.5555/X}",
            "title={Attention is all you need}, doi={10.5555/x}",
            "doi",
        ),
        (
            "title={Attention is all}, eprint={1706.03762v1}, archiveprefix={arXiv}",
            "title={Attention is all you}, journal={arXiv:1706.03762}",
            "arxiv",
        ),
        (
            "title={Attention Is All You {N}eed}, year=2017",
            "title={Attention is all you need.}, year={2017}",
            "title",
        ),
        (
            "title={한국어 형태소 분석기의 성능}, year=2020",
            "title={한국어 형태소분석기의 성능}, year=2020",
            "title",
        ),
        (
            "title={Attention is all you need for translation}, year=2017",
            "title={Attenton is all you need for translations}, year=2017",
            "similar",
        ),
        (
            "title={Attention is all you need for translation}, year=2017, arxiv={1706.03762}",
            "title={Attention is all you need for translation}, year=2018",
            "similar",
        ),
    ],
)
def test_one_work_is_found(library, one, other, reason):
    fill(library, f"@article{{a, {SAME}, {one}}}\n@article{{b, {SAME}, {other}}}")
    assert found(library) == [(reason, ["a", "b"])]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "title={The theory of everything in physics, part 1}, year=2000",
            "title={The theory of everything in physics, part 2}, year=2000",
        ),
        (
            "title={The theory of everything in physics II}, year=2000",
            "title={The theory of everything in physics III}, year=2000",
        ),
        (
            "title={Editorial comments of the year}, year=2000, volume=3",
            "title={Editorial comments of the year}, year=2000, volume=4",
        ),
        (
            "title={A chapter on cats}, doi={10.1000/book}",
            "title={Dogs of London}, doi={10.1000/book}",
        ),
        (
            "title={Attention is all you need for it}, year=2017, doi={10.1000/1}",
            "title={Attention is all you need for it}, year=2017, doi={10.1000/2}",
        ),
        (
            "title={Introduction to modern information retrieval}, year=2010",
            "title={Introduction to modern information retrieval}, year=2011",
        ),
        ("title={Preface}, year=2000", "title={Preface}, year=2000"),
    ],
)
def test_two_works_are_left_apart(library, one, other):
    fill(library, f"@article{{a, {SAME}, {one}}}\n@article{{b, {SAME}, {other}}}")
    assert found(library) == []


A = """@string{nips = "NeurIPS"}
@inproceedings{vaswani,
  author = {Vaswani, A.},
  title = {Attention Is All You Need},
  booktitle = nips, % where it was
  year = 2017,
  mine = {A private note},
}
"""
B = """@article{Vaswani:2017,
  author = {Vaswani, Ashish and Shazeer, Noam}, title = {{Attention is all you need}},
  year = {2018},
  doi = {10.5555/3295222}, abstract = {We propose the Transformer.}, groups = {reading},
}
"""


def test_merging_loses_nothing_and_is_taken_back(library):
    fill(library, A + B)
    before = texts(library)
    ids = library.ids()
    change = merging.merge(library, ids, keep=ids[0])
    (entry,) = library.entries(library.ids())
    values = bib.values_of(entry)
    assert entry.raw.startswith(A[A.index("@inproc") :].rstrip()[:-3])  # what was there stays
    assert "% where it was" in entry.raw
    assert values["ids"] == "Vaswani:2017"
    assert (values["doi"], values["groups"], values["mine"]) == (
        "10.5555/3295222",
        "reading",
        "A private note",
    )
    assert values["other-author"] == "Vaswani, Ashish and Shazeer, Noam"
    assert values["other-year"] == "2018"
    assert "other-title" not in values  # the same but for braces and capitals
    assert (entry.work.doi, entry.work.abstract) == (
        "10.5555/3295222",
        "We propose the Transformer.",
    )
    assert library.aliases() == {"Vaswani:2017": entry.work.id}
    written = exporting.text((entry,), ".bib")
    assert bib.values_of(bib.parse(written).entries[0]) == values
    assert library.undo(change).kind == "merge"
    assert texts(library) == before
    assert library.aliases() == {}


def test_another_value_can_be_chosen_and_the_first_stays_in_sight(library):
    fill(library, A + B)
    merging.merge(library, library.ids(), keep=library.ids()[0], chosen={"year": "2018"})
    (entry,) = library.entries(library.ids())
    values = bib.values_of(entry)
    assert (values["year"], values["other-year"]) == ("2018", "2017")
    assert entry.work.year == "2018"


def test_the_fullest_entry_is_kept_by_default(library):
    fill(library, A + B)
    merging.merge(library, library.ids())
    (entry,) = library.entries(library.ids())
    assert entry.work.key == "Vaswani:2017"
    assert bib.values_of(entry)["booktitle"] == "NeurIPS"


def test_three_are_one_and_come_back_in_their_order(library):
    third = "@misc{third, title={Attention is all you need}, author={Vaswani, A}, year=2017}"
    fill(library, A + B.replace("2018", "2017") + third)
    assert found(library) == [("title", ["vaswani", "Vaswani:2017", "third"])]
    before = texts(library)
    merging.merge(library, library.ids())
    assert library.count() == 1
    library.undo()
    assert texts(library) == before
