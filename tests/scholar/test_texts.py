from __future__ import annotations

import csv
import io
import json
import zipfile

import docx
import pytest

from agents.base import CancelToken, UserError
from agents.scholar import check_report, texts
from agents.scholar.checking import Checker
from agents.scholar.events import BackedBy, ImportRequest, SentenceChecked, VerifyRequest
from agents.scholar.importing import run as bring
from agents.scholar.merging import merge
from agents.store.library import Library
from agents.store.passages import Passages
from tests.engine.scripted import ScriptedModels
from tests.pages.locked_files import USER
from tests.pages.pdf_files import image, lines, pdf

CLAIM = "The transformer relies on attention alone"


def read(path):
    return texts.read(path, CancelToken())


def test_a_word_file_is_read_paragraph_by_paragraph(tmp_path):
    path = tmp_path / "초고.docx"
    document = docx.Document()
    document.add_paragraph(f"{CLAIM} (Vaswani et al., 2017).")
    table = document.add_table(1, 1)
    table.cell(0, 0).text = "김철수 외(2021)는 반대한다."
    document.save(str(path))
    assert read(path).split("\n\n") == [
        f"{CLAIM} (Vaswani et al., 2017).",
        "김철수 외(2021)는 반대한다.",
    ]


def test_a_pdf_is_read_with_its_hyphens_resolved(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(lines(50, 400, ["The transformer relies on atten-", "tion alone [1]."])))
    assert read(path) == "The transformer relies on attention alone [1]."


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (USER, "scholar.pdf_locked"),
        (b"%PDF-1.7 broken", "scholar.pdf_damaged"),
        (pdf(image(0, 0, 400, 500)), "scholar.text_scanned"),
        (b"PK\x03\x04 broken", "scholar.not_text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 20, "scholar.not_text"),
    ],
)
def test_what_is_no_text_is_said(tmp_path, monkeypatch, data, code):
    monkeypatch.setattr("agents.pages.scans.program", lambda _cancel: "")
    path = tmp_path / "a.bin"
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        read(path)
    assert caught.value.code == code


def test_another_packed_file_is_no_text(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a.txt", "x")
    with pytest.raises(UserError) as caught:
        read(path)
    assert caught.value.code == "scholar.not_text"


@pytest.fixture
def checker(database, tmp_path):
    library = Library(database)
    refs = tmp_path / "refs.bib"
    refs.write_text(
        "@article{old, author={Vaswani, Ashish}, title={Attention Is All You Need}, year={2017},"
        " doi={10.1/a}, abstract={The transformer relies on attention alone.}}\n"
        "@article{new, author={Vaswani, Ashish}, title={Attention Is All You Need}, year={2017},"
        " doi={10.1/a}}\n",
        "utf-8",
    )
    list(bring(ImportRequest(refs), library, CancelToken()))
    return Checker(ScriptedModels({}), library, Passages(database), None)


def checked(checker, request):
    *_events, done = checker.run(request, CancelToken())
    return done.sentences


def test_a_key_that_was_merged_away_still_leads_to_its_work(checker, tmp_path):
    library = checker._library
    ids = {work.key: work.id for work in library.list()}
    merge(library, [ids["old"], ids["new"]])
    (left,) = library.list()
    gone = "new" if left.key == "old" else "old"
    path = tmp_path / "a.tex"
    path.write_text(f"{CLAIM} \\cite{{{gone}}}.", "utf-8")
    (sentence,) = checked(checker, VerifyRequest(path))
    assert sentence.verdict == "quoted"
    assert sentence.keys == (left.key,)
    assert (sentence.works[0].shown, sentence.works[0].work) == (gone, left.id)


def test_a_pasted_text_is_checked_without_a_file(checker, tmp_path):
    said = f"{CLAIM} (Vaswani, 2017). Wombats are cubes (Oh, 2020)."
    request = VerifyRequest(tmp_path / "pasted.txt", pasted=said)
    one, two = checked(checker, request)
    assert one.verdict == "quoted"
    assert (two.verdict, two.works[0].shown) == ("unknown work", "Oh (2020)")


FOUND = SentenceChecked(
    sentence="=1+1 <b>Wombats</b> are cubes (Oh, 2020).",
    keys=("oh20",),
    verdict="weak",
    evidence="",
    reason="scholar.weak_support",
    line=3,
    works=(
        BackedBy("oh20", "On <i>Cubes</i>", "weak", "cubes & more", "scholar.weak_support", 4),
        BackedBy("Kim (1999)", "", "unknown work", "", "scholar.unknown_work"),
    ),
)


def report(tmp_path, name):
    path = tmp_path / name
    check_report.write(path, [FOUND], "a<b>.tex", lambda name: f"[{name}]", lambda code: code)
    return path.read_text("utf-8-sig")


def test_the_report_as_json_is_what_the_command_line_prints(tmp_path):
    (one,) = json.loads(report(tmp_path, "a.json"))
    assert one["verdict"] == "weak"
    assert [work["key"] for work in one["works"]] == ["oh20", "Kim (1999)"]


def test_the_report_as_a_table_has_a_line_for_each_citation_and_no_formula(tmp_path):
    head, one, two = csv.reader(io.StringIO(report(tmp_path, "a.csv")))
    assert head[:4] == ["line", "verdict", "sentence", "key"]
    assert one[2].startswith("'=1+1")
    assert (one[3], one[6], two[3]) == ("oh20", "4", "Kim (1999)")


def test_the_report_as_a_page_holds_no_markup_of_the_text(tmp_path):
    said = report(tmp_path, "a.html")
    assert "&lt;b&gt;Wombats&lt;/b&gt;" in said
    assert "<b>" not in said
    assert "cubes &amp; more" in said
    assert "Kim (1999)" in said


def test_a_report_that_cannot_be_written_leaves_nothing(tmp_path):
    for name, code in (("a.doc", "scholar.report_suffix"), ("no/a.json", "file.unwritable")):
        with pytest.raises(UserError) as caught:
            report(tmp_path, name)
        assert caught.value.code == code
    assert list(tmp_path.iterdir()) == []
