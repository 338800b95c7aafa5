from __future__ import annotations

import json

import pytest
from PySide6.QtWidgets import QLabel

from agents.scholar.events import ImportRequest
from app.ui.scholar.page import CHECKING, ScholarPage
from tests.pages.pdf_files import lines, pdf
from tests.pages.test_sections import PAPER
from tests.scholar.test_papers import OTHER

TEXT = (
    "As was shown, 87 percent of all wombats read the appendix first [@{key}]. "
    "Some say that wombats build cubes of wood and sell them abroad [@{key}]. "
    "Nobody knows this work at all (Nemo, 2031)."
)


@pytest.fixture
def page(qtbot, desk, pool, theme, settled):
    page = ScholarPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.resize(1200, 760)
    page.show()
    page.entered()
    settled()
    yield page
    page.closing()
    settled()


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "논문"
    folder.mkdir()
    (folder / "one.pdf").write_bytes(PAPER)
    (folder / "two.pdf").write_bytes(OTHER)
    return folder


@pytest.fixture
def known(page, folder, settled):
    """The page with two papers in the library, read; and the key of the one about references."""
    page.library.open_files([folder])
    settled()
    page.switch.choose(CHECKING)
    desk = page.checking._desk
    return next(work for work in desk.library.list() if "On the References" in work.title)


def rows(page):
    model = page.checking.table.sentences
    return [
        (model.index(row, 0).data(), model.index(row, 2).data()) for row in range(model.rowCount())
    ]


def check(page, said, settled):
    page.checking.text.setPlainText(said)
    page.checking.start()
    settled()


def test_large_text_in_a_small_window_lays_nothing_over_the_text(
    known, page, theme, settled, qtbot
):
    theme.use("light", 200)
    checking = page.checking
    page.resize(1232, 658)  # what a window of 1366 by 768 leaves of itself
    page.switch.choose(CHECKING)
    check(page, TEXT.format(key=known.key), settled)
    table = checking.table
    qtbot.waitUntil(lambda: table.viewport().height() >= 2 * table.rowHeight(0))
    assert checking.text.geometry().bottom() < checking.library.parentWidget().y()
    assert table.columnWidth(1) > theme.px(80)
    assert not checking.page.isVisible()  # an empty page takes no room from the evidence


def test_papers_are_read_after_they_came_in(known, page):
    desk = page.checking._desk
    assert desk.papers.get(known.id).state == "read"
    assert not page.reading.isVisible()


def test_a_pasted_text_is_checked_sentence_by_sentence(known, page, settled):
    check(page, TEXT.format(key=known.key), settled)
    assert rows(page) == [
        ("quoted", known.key),
        ("no support", known.key),
        ("unknown work", "Nemo (2031)"),
    ]
    assert page.checking._unknown.text() == "Not in the library: Nemo (2031)"
    assert page.checking._state.whole == "sentences that cite 3"


def test_only_one_verdict_is_shown(known, page, settled):
    check(page, TEXT.format(key=known.key), settled)
    choices = [page.checking.filter.itemText(at) for at in range(page.checking.filter.count())]
    assert choices == ["All verdicts", "unknown work (1)", "no support (1)", "quoted (1)"]
    page.checking.filter.setCurrentIndex(1)
    assert rows(page) == [("unknown work", "Nemo (2031)")]
    page.checking.filter.setCurrentIndex(0)
    assert len(rows(page)) == 3


def test_evidence_is_shown_on_its_page(known, page, settled, qtbot):
    check(page, TEXT.format(key=known.key), settled)
    page.checking.table.selectRow(0)
    sentence = page.checking.table.sentences.sentence(0)
    page.checking.cards.show_evidence.emit(sentence.works[0])
    qtbot.waitUntil(lambda: page.checking.page.found)
    assert page.checking.page.page == 1


def test_a_file_that_is_dropped_is_checked(known, page, tmp_path, settled):
    path = tmp_path / "draft.md"
    path.write_text(TEXT.format(key=known.key), "utf-8")
    assert page.accepts(path)
    page.open_files([path])
    settled()
    assert len(rows(page)) == 3
    assert page.checking.text.isHidden()
    page.checking._paste.click()
    assert not page.checking.text.isHidden()


def test_a_bib_file_is_what_is_checked_against(page, tmp_path, settled):
    refs = tmp_path / "refs.bib"
    refs.write_text(
        "@article{a, author={Nemo, A}, title={On Wombats and Their Cubes}, year={2031},"
        " abstract={Nobody knows this work at all. Wombats build cubes.}}",
        "utf-8",
    )
    page.switch.choose(CHECKING)
    page.checking.use_bib(refs)
    check(page, "Nobody knows this work at all (Nemo, 2031).", settled)
    assert rows(page) == [("quoted", "Nemo (2031)")]


def test_the_report_is_written(known, page, tmp_path, settled):
    check(page, TEXT.format(key=known.key), settled)
    page.checking.filter.setCurrentIndex(1)
    path = tmp_path / "report.json"
    page.checking.export(path)
    settled()
    assert len(json.loads(path.read_text("utf-8"))) == 3


def test_nothing_to_check_is_said(page, settled):
    page.switch.choose(CHECKING)
    check(page, "  ", settled)
    assert "There is no text yet" in bars(page)
    check(page, "A text of one sentence.", settled)
    assert "The library holds no works" in bars(page)


def bars(page):
    return " ".join(
        label.text() for label in page.checking.bars.findChildren(QLabel) if not label.isHidden()
    )


def test_a_search_shows_the_passage_and_opens_its_page(known, page, settled, qtbot):
    page.switch.choose("library")
    page.library.search.setText("wombats appendix")
    page.library._begin_search()
    settled()
    block = page.library.sheet.paper
    qtbot.waitUntil(lambda: "Best passage" in block.said and "Page 1" in block.said)
    block.show_page(1, "wombats read the appendix first")
    qtbot.waitUntil(lambda: block.pdf is not None and block.pdf.page.found)


def test_citations_within_the_library_are_shown_both_ways(known, page, settled, qtbot):
    page.library.show_work(known.id)
    settled()
    block = page.library.sheet.paper
    qtbot.waitUntil(lambda: "Cited in your library by" in block.said)
    other = next(w for w in page.checking._desk.library.list() if w.id != known.id)
    with qtbot.waitSignal(block.open_work) as signal:
        block._followed(f"?work={other.id}")
    assert signal.args == [other.id]
    settled()
    qtbot.waitUntil(lambda: "Cites from your library" in block.said)


def test_reading_can_be_stopped_and_goes_on(page, desk, folder, settled):
    list(desk.scholar.run(ImportRequest(folder), page_token()))
    page.reading.stop()
    page.library.refresh()
    settled()
    assert desk.papers.stamps() == {}
    page.reading.resume()
    settled()
    assert len(desk.papers.stamps()) == 2


def page_token():
    from agents.base import CancelToken

    return CancelToken()


def test_a_paper_that_cannot_be_read_is_a_sentence(page, tmp_path, settled, qtbot):
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(lines(50, 400, ["A page of a paper that is going to vanish soon."])))
    page.library.open_files([path])
    settled()
    path.unlink()
    page.reading.resume()
    settled()
    (work,) = page.checking._desk.library.list()
    page.library.show_work(work.id)
    page.library.sheet.paper.look_again()
    settled()
    qtbot.waitUntil(lambda: "not there any more" in page.library.sheet.paper.said)
