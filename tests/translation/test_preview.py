"""The pages of a translated file as its segments stand."""

from __future__ import annotations

import docx
import pytest

from agents.base import CancelledError, CancelToken, UserError
from agents.pages import office
from agents.translation import preview
from agents.translation.review import Review
from tests.pages.pdf_files import lines, pdf

KOREAN = {
    "The cat sleeps on the old sofa.": "고양이가 낡은 소파에서 잔다.",
    "The dog runs fast over the field.": "개가 들판을 빨리 달린다.",
}


@pytest.fixture
def made(setup, tmp_path):
    """A document of two pages, its review and its job."""

    def run(name):
        one = setup(KOREAN)
        source = tmp_path / name
        first, second = KOREAN
        if name.endswith(".pdf"):
            source.write_bytes(pdf(lines(40, 400, [first]), lines(40, 400, [second])))
        else:
            document = docx.Document()
            document.add_paragraph(first)
            document.add_page_break()
            document.add_paragraph(second)
            document.save(source)
        job = one.document(source).job
        return source, Review(one.models, one.store, one.agent._documents._korean), job

    return run


@pytest.mark.parametrize(
    "name",
    [
        "a.pdf",
        pytest.param(
            "a.docx",
            marks=pytest.mark.skipif(not office.program(), reason="LibreOffice is not installed"),
        ),
    ],
)
def test_what_stands_now_is_laid_out_and_nothing_is_written(made, name, tmp_path):
    source, review, job = made(name)
    written = {path: path.read_bytes() for path in tmp_path.rglob(f"*{source.suffix}")}
    rows = review.segments(job)
    change = review.edit(job, rows[1].segment, "개가 쉰다.")
    found = preview.laid_out(review, job, source, CancelToken())
    assert len(found.texts) == 2
    assert [preview.page_of(found.texts, row.target, 0.5) for row in review.segments(job)] == [0, 1]
    assert "개가쉰다." in found.texts[1]
    assert {path: path.read_bytes() for path in written} == written
    assert review.segments(job)[1] == change.after[0]


def test_it_stops_when_nobody_waits(made):
    source, review, job = made("a.pdf")
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        preview.laid_out(review, job, source, cancel)


def test_what_has_no_pages_or_no_program_is_a_sentence(made, monkeypatch, tmp_path):
    _source, review, job = made("a.pdf")

    def code(name):
        with pytest.raises(UserError) as caught:
            preview.laid_out(review, job, tmp_path / name, CancelToken())
        return caught.value.code

    assert code("a.txt") == "translation.no_pages"
    monkeypatch.setattr(office, "program", lambda: "")
    assert code("a.docx") == "translation.no_office"
    assert code("a.HTML") == "translation.no_office"


def test_a_file_that_is_gone_is_a_sentence(made):
    source, review, job = made("a.pdf")
    source.unlink()
    with pytest.raises(UserError) as caught:
        preview.laid_out(review, job, source, CancelToken())
    assert caught.value.code == "file.missing"


def test_the_page_of_a_text_is_the_nearest_that_has_it():
    pages = (
        "Onetwothree.",
        "Four.",
        "Onetwothree.Fiveandmorethatbeginsonthisvery",
        "pageandgoeson",
    )
    assert preview.page_of(pages, "One two three.", 0.0) == 0
    assert preview.page_of(pages, "One two three.", 0.9) == 2
    assert preview.page_of(pages, "Five and more that begins on this very page and goes on", 0) == 2
    assert preview.page_of(pages, "nowhere", 0.5) == -1
    assert preview.page_of(pages, "", 0.5) == -1
    assert preview.page_of((), "a", 0.5) == -1
