"""Duplicates and the bibliography doctor in the window: real store, real widgets."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from app.ui.scholar.page import ScholarPage
from tests.scholar.crossref_server import address, answering

server = pytest.fixture(answering)

TWICE = r"""@article{vaswani, author={Vaswani, Ashish}, title={Attention is all you need},
  year=2017, journal={NeurIPS}, mine={A note}}
@misc{Vaswani:2017, author={Vaswani, A.}, title={Attention Is All You Need}, year=2017,
  doi={https://doi.org/10.5555/3295222}, abstract={We propose the Transformer.}}
@article{bert, author={Devlin, Jacob}, title={BERT for Korean readers}, year=2019,
  journal={Journal of Things}, pages={12-20}}
"""
RETRACTED = (
    "Record ID,Title,OriginalPaperDOI,RetractionNature,RetractionDate,Reason,RetractionDOI\n"
    "1,Attention,10.5555/3295222,Retraction,3/4/2021 0:00,+Error in Data;,10.5555/9\n"
)


@pytest.fixture
def panel(qtbot, desk, pool, theme, settled, tmp_path):
    vars(desk)["embedder"] = lambda: None
    page = ScholarPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.resize(1100, 680)
    page.show()
    page.entered()
    settled()
    refs = tmp_path / "refs.bib"
    refs.write_text(TWICE, "utf-8")
    page.open_files([refs])
    settled()
    page.library.bars.clear()
    yield page.library
    page.closing()
    settled()


def press(widget, name):
    found = [b for b in widget.findChildren(QPushButton) if b.text() == name and b.isVisible()]
    assert len(found) == 1, name
    found[0].click()


def keys(desk):
    return {work.key for work in desk.library.list()}


def test_a_group_is_shown_side_by_side_and_merged_as_it_is_ticked(panel, desk, settled):
    panel.facet.choose("twins")
    settled()
    twins = panel.twins
    assert [group.reason for group in twins.groups] == ["title"]
    assert not panel.sheet.isVisible()
    model = twins.model
    shown = [model.headerData(at, Qt.Orientation.Horizontal) for at in range(model.columnCount())]
    assert shown == ["vaswani", "Vaswani:2017"]
    names = [model.headerData(at, Qt.Orientation.Vertical) for at in range(model.rowCount())]
    assert {"≠ author", "title", "year"} <= set(names)
    # the fuller entry is ticked; its author is the shorter one: tick the other, by keyboard
    row = model.rows.index("author")
    assert model.data(model.index(0, 1), Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    twins.table.setFocus()
    twins.table.setCurrentIndex(model.index(row, 0))
    QTest.keyClick(twins.table, Qt.Key.Key_Space)
    assert model.chosen == {"author": "Vaswani, Ashish"}
    press(twins, "Merge")
    settled()
    assert keys(desk) == {"Vaswani:2017", "bert"}
    (entry,) = [e for e in desk.library.entries(desk.library.ids()) if e.work.key != "bert"]
    assert entry.work.authors == ("Vaswani, Ashish",)
    assert "mine = {A note}" in entry.raw
    assert "other-author = {Vaswani, A.}" in entry.raw
    assert twins.groups == ()
    press(panel.bars, "Undo")
    settled()
    assert keys(desk) == {"vaswani", "Vaswani:2017", "bert"}
    assert len(twins.groups) == 1


def test_all_that_is_certain_is_merged_at_once_and_comes_back(panel, desk, settled):
    panel.facet.choose("twins")
    settled()
    press(panel.twins, "Merge all that are certain")
    settled()
    assert len(keys(desk)) == 2
    press(panel.bars, "Undo")
    settled()
    assert len(keys(desk)) == 3


def test_a_click_mends_what_is_certain_and_undo_takes_it_back(panel, desk, settled, tmp_path):
    panel.facet.choose("check")
    settled()
    check = panel.doctor
    codes = {item.code for item in check.model.findings}
    assert {
        "scholar.doctor_capitals",
        "scholar.doctor_pages_form",
        "scholar.doctor_doi_form",
    } <= codes
    at = next(n for n, item in enumerate(check.model.findings) if item.code.endswith("_capitals"))
    check.table.selectRow(at)
    assert panel.sheet._title.text() == "BERT for Korean readers"
    before = {entry.work.key: entry.raw for entry in desk.library.entries(desk.library.ids())}
    press(check, "Mend")
    settled()
    raws = {entry.work.key: entry.raw for entry in desk.library.entries(desk.library.ids())}
    assert "title={{BERT} for {Korean} readers}" in raws["bert"]
    press(check, "Mend all that is certain")
    settled()
    assert not any(item.fix for item in check.model.findings)
    press(panel.bars, "Undo")
    settled()
    raws = {entry.work.key: entry.raw for entry in desk.library.entries(desk.library.ids())}
    assert raws["bert"] == before["bert"].replace("BERT for Korean", "{BERT} for {Korean}")
    assert "no list of retractions" in check._state.text()
    csv = tmp_path / "list.csv"
    csv.write_text(RETRACTED, "utf-8")
    check.take_list(csv)
    settled()
    assert "retractions up to 2021-03-04" in check._state.text()
    assert check.model.findings[0].code == "scholar.doctor_retracted"


def test_crossref_is_asked_after_everything_was_shown(panel, desk, settled, server):
    panel.facet.choose("check")
    settled()
    panel.doctor.server = address(server)
    press(panel.doctor, "Ask Crossref…")
    settled()
    assert panel.doctor.requests.isVisible()
    assert panel.doctor.requests.toPlainText().splitlines()[:2] == [
        f"GET {address(server)}/works/10.5555/3295222",
        "    User-Agent: MoADesk/0.1",
    ]
    press(panel.bars, "Send nothing")
    settled()
    assert not panel.doctor.requests.isVisible()
    assert server.asked == []
    press(panel.doctor, "Ask Crossref…")
    settled()
    press(panel.bars, "Send them")
    settled()
    assert [path for path, _headers in server.asked] == ["/works/10.5555/3295222"]
    assert panel.doctor.model.findings[0].code == "scholar.doctor_crossref_unknown"
    assert [item.answer for item in desk.sent.list()] == ["404"]


def test_an_empty_library_has_nothing_to_switch_to(qtbot, desk, pool, theme, settled):
    page = ScholarPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.show()
    page.entered()
    settled()
    assert not page.library.facet.isVisible()
    assert page.library._stack.currentIndex() == 1
