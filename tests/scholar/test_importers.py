"""Every kind of library in, and out again as it came."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from agents.base import CancelToken, UserError
from agents.scholar import bib, exporting, importers
from agents.scholar.events import ImportRequest
from agents.scholar.importers import csl, ris
from agents.scholar.importing import run
from agents.store.library import Library
from tests.pages.pdf_files import lines, pdf, text

RIS = """TY  - JOUR
AU  - van den Berg, Ana
AU  - 김영희
A1  - {Institute} & Co
TI  - BERT "and" friends: 50% of it
JO  - J. Foo
T2  - Journal of Foo
PY  - 2020/05/01/
SP  - 12
EP  - 20
KW  - attention
KW  - 한국어
AB  - A first line
  that goes on.
DO  - 10.1000/XYZ
C7  - Article 9
ID  - berg20
ER  -

TY  - CPAPER
TI  - A talk
BT  - Proceedings of Bar
PY  - 2019
ER  -
"""
CSL = [
    {
        "id": "berg20",
        "type": "article-journal",
        "title": "BERT & friends",
        "author": [
            {"family": "Berg", "given": "Ana", "non-dropping-particle": "van den"},
            {"literal": "World Health Organization"},
        ],
        "container-title": "Journal of Foo",
        "issued": {"date-parts": [[2020, 5, 1]]},
        "page": "12-20",
        "DOI": "10.1000/xyz",
        "PMID": "123",
        "custom": {"a": [1, 2]},
    },
    {"id": 7, "type": "motion_picture", "title": "한국 영화", "issued": {"raw": "ca. 1999"}},
]


def brought(path):
    return importers.read(path, CancelToken())


@pytest.fixture
def library(database):
    return Library(database)


def import_(library, path):
    return list(run(ImportRequest(path), library, CancelToken()))[-1]


def exported(library, suffix):
    return exporting.text(library.entries(library.ids()), suffix)


def test_ris_is_read(tmp_path):
    path = tmp_path / "a.ris"
    path.write_text(RIS, "utf-8")
    paper, talk = brought(path).entries
    assert paper.work.key == "berg20"
    assert paper.work.authors == ("van den Berg, Ana", "김영희", "{Institute} & Co")
    assert paper.work.title == 'BERT "and" friends: 50% of it'
    assert (paper.work.venue, paper.work.year, paper.work.doi) == ("J. Foo", "2020", "10.1000/xyz")
    assert paper.work.abstract == "A first line that goes on."
    values = bib.values_of(paper)
    assert values["pages"] == "12--20"
    assert values["x-ris-c7"] == "Article 9"
    assert values["x-ris-t2"] == "Journal of Foo"
    assert (talk.work.kind, talk.work.venue, talk.work.key) == (
        "inproceedings",
        "Proceedings of Bar",
        "2019talk",
    )


def test_ris_goes_out_as_it_came_in(tmp_path, library):
    path = tmp_path / "a.ris"
    path.write_text(RIS, "utf-8")
    assert import_(library, path).added == 2
    assert import_(library, path).duplicates == 2
    records = [record.strip() for record in exported(library, ".ris").split("\n\n")]
    assert records == [record.strip() for record in RIS.split("\n\n")]


def test_broken_ris_is_named_and_the_rest_is_read():
    found = ris.parse("no tag here\nTY  - JOUR\nER  - \n\nTY  - JOUR\nTI  - Fine\n")
    assert [entry.work.title for entry in found.entries] == ["Fine"]
    assert [item.line for item in found.broken] == [1, 2]


def test_csl_goes_out_as_it_came_in(tmp_path, library):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(CSL, ensure_ascii=False), "utf-8")
    paper, film = brought(path).entries
    assert paper.work.authors == ("van den Berg, Ana", "World Health Organization")
    assert (paper.work.year, paper.work.venue) == ("2020", "Journal of Foo")
    assert bib.values_of(paper)["month"] == "May"
    assert (film.work.key, film.work.year) == ("7", "1999")
    assert bib.values_of(film)["x-csl-type"] == "motion\\_picture"
    import_(library, path)
    assert json.loads(exported(library, ".json")) == CSL


def test_formats_turn_into_each_other(tmp_path, library):
    path = tmp_path / "a.bib"
    path.write_text(
        "@article{k, title={{BERT} \\& friends}, author={Kim, Ana and {WHO}}, journal={Foo},"
        " year=2020, month=may, pages={12--20}, doi={10.1000/x}, mine={Own}}",
        "utf-8",
    )
    import_(library, path)
    (item,) = json.loads(exported(library, ".json"))
    assert item["author"] == [{"family": "Kim", "given": "Ana"}, {"literal": "WHO"}]
    assert (item["title"], item["page"]) == ("BERT & friends", "12-20")
    assert item["issued"] == {"date-parts": [[2020, 5]]}
    assert item["custom"] == {"mine": "Own"}
    back = csl.parse(json.dumps([item])).entries[0].work
    assert (back.title, back.authors, back.year) == ("BERT & friends", ("Kim, Ana", "WHO"), "2020")
    record = exported(library, ".ris")
    assert "N1  - mine: Own" in record
    again = ris.parse(record).entries[0].work
    assert (again.title, again.authors, again.doi) == (
        "BERT & friends",
        ("Kim, Ana", "WHO"),
        "10.1000/x",
    )


def test_what_is_no_library_is_said(tmp_path):
    (tmp_path / "empty").mkdir()
    bad = tmp_path / "bad.json"
    bad.write_text('[{"id": ', "utf-8")
    for path, code in (
        (tmp_path / "none.bib", "file.missing"),
        (tmp_path / "empty", "scholar.folder_empty"),
        (bad, "scholar.not_json"),
    ):
        with pytest.raises(UserError) as told:
            brought(path)
        assert told.value.code == code


# --- PDFs ---


def paper(title, *, more=(), margin=""):
    page = text(40, 440, title, size=16)
    page += "\n" + lines(40, 400, ["Ana Kim, Bo Lee", *more])
    page += "\n" + lines(40, 340, ["Words of the first section of this paper."] * 4)
    return pdf(page + margin)


def test_pdfs_are_works_once_and_bad_ones_are_named(tmp_path, library):
    folder = tmp_path / "papers" / "deep"
    folder.mkdir(parents=True)
    first = paper("Attention is all we read", more=["doi:10.5555/abc.123."])
    (folder / "one.pdf").write_bytes(first)
    (folder.parent / "copy.PDF").write_bytes(first)
    stamp = "\n" + text(20, 100, "arXiv:2312.00752v2 [cs.LG]", matrix="0 1 -1 0", size=12)
    (folder / "two.pdf").write_bytes(paper("Selective state spaces read text", margin=stamp))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing")
    done = import_(library, folder.parent)
    assert (done.added, done.duplicates) == (2, 1)
    assert [(item.reason, Path(item.text).name) for item in done.broken] == [
        ("scholar.pdf_damaged", "broken.pdf")
    ]
    works = {work.title: work for work in library.list()}
    assert works["Attention is all we read"].doi == "10.5555/abc.123"
    entries = {entry.work.title: entry for entry in library.entries(library.ids())}
    mamba = entries["Selective state spaces read text"]
    assert (mamba.arxiv, mamba.work.year) == ("2312.00752", "2023")
    assert import_(library, folder.parent).added == 0


def test_a_pdf_of_a_work_that_is_here_is_attached(tmp_path, library):
    refs = tmp_path / "refs.bib"
    refs.write_text("@article{k, title={Attention is all we read}, author={Kim, Ana}}", "utf-8")
    import_(library, refs)
    (tmp_path / "one.pdf").write_bytes(paper("Attention Is All We Read"))
    done = import_(library, tmp_path / "one.pdf")
    assert (done.added, done.duplicates, library.count()) == (0, 1, 1)
    (entry,) = library.entries(library.ids())
    assert entry.files == (str(tmp_path / "one.pdf"),)
    assert "@article{k," in exported(library, ".bib")


# --- what could not be read ---


def test_broken_entries_are_kept_beside_the_file(tmp_path, library):
    path = tmp_path / "refs.bib"
    path.write_text(
        "@misc{a, title={Fine}}\n\n@misc{b, title={Not closed\n\n@misc{c, title={Fine too}}\n",
        "utf-8",
    )
    done = import_(library, path)
    assert (done.added, [item.line for item in done.broken]) == (2, [3])
    beside = tmp_path / "refs.broken.bib"
    assert done.kept_in == str(beside)
    assert "% line 3\n@misc{b, title={Not closed" in beside.read_text("utf-8")
    assert import_(library, path).kept_in == str(beside)  # ours: written again
    beside.write_text("my own", "utf-8")
    assert import_(library, path).kept_in == ""
    assert beside.read_text("utf-8") == "my own"


# --- real files, where the developer has them ---

REAL = [
    Path(path) for path in os.environ.get("MOADESK_BIBLIOGRAPHIES", "").split(os.pathsep) if path
]


@pytest.mark.skipif(not REAL, reason="MOADESK_BIBLIOGRAPHIES names no files")
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_files_go_out_as_they_came_in(path, library):
    done = import_(library, path)
    assert done.total == done.added
    found = brought(path)
    again = exported(library, path.suffix.lower())
    if path.suffix.lower() == ".json":
        items = json.loads(path.read_text("utf-8"))
        assert json.loads(again) == [
            item for item in items if item.get("title") or item.get("author")
        ]
        return
    reader = ris.parse if path.suffix.lower() == ".ris" else bib.parse
    kept = {entry.work.key: entry for entry in reader(again).entries}
    assert len(kept) == len(found.entries)
    for entry in found.entries:
        twin = kept[entry.work.key]
        assert bib.values_of(twin) == bib.values_of(entry)
        assert (twin.raw, twin.original) == (entry.raw, entry.original)


def test_records_that_are_counted_are_not_broken_ones():
    found = ris.parse("1.\nTY  - JOUR\nTI  - A title\nER  - \n\n2.\nTY  - BOOK\nTI  - B\nER  - \n")
    assert [entry.work.title for entry in found.entries] == ["A title", "B"]
    assert found.broken == ()


def test_a_record_that_is_only_a_doi_goes_through_all_formats(tmp_path):
    entries = ris.parse("TY  - JOUR\nDO  - 10.1186/s40981\nER  - \n").entries
    for suffix in exporting.SUFFIXES:
        path = tmp_path / f"a{suffix}"
        exporting.write(entries, path)
        (again,) = importers.read(path, CancelToken()).entries
        assert again.work.doi == "10.1186/s40981"
