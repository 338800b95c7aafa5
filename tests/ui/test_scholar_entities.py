"""Entities on the Scholar page: read, looked up, decided about, compared; real store."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from agents.entities.events import EntitiesFound, Span
from agents.scholar import bib
from agents.store.passages import Piece
from app.ui.scholar import sheet
from app.ui.scholar.page import ScholarPage
from tests.ui.conftest import installed

BIB = """
@article{one, title={A study}, author={Kim, A}, year=2020,
  abstract={We use Masked Language Modelling (MLM) on the SQuAD dataset. It works.}}
@article{two, title={MLM revisited}, author={Lee, B}, year=2021,
  abstract={On SQuAD we compare. SQuAD is old, and masked-language modeling is not.}}
@article{three, title={Nothing of it}, author={Park, C}, year=2022, abstract={No names here.}}
"""
PATTERNS = {
    "method": r"Masked Language Modelling(?: \(MLM\))?|MLM|masked-language modeling",
    "dataset": r"(?:the )?SQuAD(?: dataset)?|WMT",
}


class Finder:
    """Finds by patterns, as an entity model would."""

    def __init__(self):
        self.asked = []

    def run(self, request, cancel):
        self.asked.append(request)
        for index, text in enumerate(request.texts):
            cancel.check()
            spans = [
                Span(match.start(), match.end(), match[0], label, 0.9)
                for label, pattern in PATTERNS.items()
                for match in re.finditer(pattern, text)
            ]
            yield EntitiesFound(index, tuple(sorted(spans, key=lambda span: span.start)))


@pytest.fixture
def scholar_desk(desk, tmp_path):
    vars(desk)["embedder"] = lambda: None
    vars(desk)["entities"] = Finder()
    desk.shelf.models.append(installed("gliner", role="entities"))
    best = desk.shelf.best
    desk.shelf.best = lambda role, wanted="": "gliner" if role == "entities" else best(role, wanted)
    file = tmp_path / "refs.bib"
    file.write_text(BIB, "utf-8")
    desk.library.add(bib.read_file(file).entries)
    return desk


@pytest.fixture
def library(qtbot, scholar_desk, pool, theme, settled):
    page = ScholarPage(scholar_desk, pool, theme)
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    page.entered()
    settled()
    yield page.library
    page.closing()
    settled()


@pytest.fixture
def panel(library, settled):
    """The entities, read."""
    library.facet.choose("entities")
    settled()
    library.entities.read()
    settled()
    return library.entities


def names(panel):
    return [(row.name, row.works, row.mentions) for row in panel.table.entities.rows]


def press(bars, name):
    found = [b for bar in bars.shown for b in bar.findChildren(QPushButton) if b.text() == name]
    assert len(found) == 1, name
    found[0].click()


def pick(panel, settled, name):
    row = next(row for row in panel.table.entities.rows if row.name == name)
    panel.table.pick(row.id)
    settled()


def work_of(library, key):
    return next(work for work in library._contents.works if work.key == key)


def test_before_anything_is_read_it_is_said_what_to_do(library, settled):
    library.facet.choose("entities")
    settled()
    assert library.entities._stack.currentIndex() == 1
    assert not library.sheet.isVisible()


def test_without_a_model_the_way_to_one_is_shown(library, settled, scholar_desk, qtbot):
    scholar_desk.shelf.best = lambda role, wanted="": ""
    library.facet.choose("entities")
    library.entities.read()
    settled()
    with qtbot.waitSignal(library.navigate) as gone:
        press(library.bars, "Open Models")
    assert gone.args == ["models"]


def test_the_library_is_read_and_who_uses_it_is_shown(panel, library, settled):
    assert names(panel) == [("Masked Language Modelling", 2, 3), ("SQuAD", 2, 3)]
    assert panel._state.text() == "passages read 3"
    pick(panel, settled, "SQuAD")
    assert panel.view.name.text() == "SQuAD"
    assert panel.view._counts.text() == "dataset · works 2 · mentions 3"
    said = panel.view.text.toPlainText()
    assert "We use Masked Language Modelling (MLM) on the SQuAD dataset." in said
    assert "A study\nKim 2020" in said.replace("\u2028", "\n")
    panel.read()
    settled()
    assert panel._state.text() == "Everything has been read."


def test_a_click_opens_the_work(panel, library, settled):
    pick(panel, settled, "SQuAD")
    one = work_of(library, "one")
    panel.view.text.anchorClicked.emit(QUrl(f"work:{one.id}"))
    settled()
    assert library.facet.value == "works"
    assert library.table.current.id == one.id
    assert library.sheet.isVisible()


def test_the_list_is_narrowed_by_name_and_kind(panel, settled):
    panel.search.setText("squ")
    panel.refresh()
    settled()
    assert names(panel) == [("SQuAD", 2, 3)]
    panel.search.clear()
    panel.kind.setCurrentIndex(panel.kind.findData("method"))
    settled()
    panel.refresh()
    settled()
    assert names(panel) == [("Masked Language Modelling", 2, 3)]
    panel.kind.setCurrentIndex(panel.kind.findData("venue"))
    settled()
    panel.refresh()
    settled()
    assert names(panel) == []
    assert panel._stack.currentIndex() == 0, "nothing of this kind is not nothing at all"


def test_what_a_person_decides_is_done_and_taken_back(panel, library, settled):
    before = names(panel)
    panel.table.selectAll()
    panel.merge()
    settled()
    assert names(panel) == [("Masked Language Modelling", 2, 6)]
    press(library.bars, "Undo")
    settled()
    assert names(panel) == before
    pick(panel, settled, "SQuAD")
    panel.view.name.setText("Stanford QA")
    panel.view._rename_button.click()
    settled()
    assert ("Stanford QA", 2, 3) in names(panel)
    press(library.bars, "Undo")
    settled()
    pick(panel, settled, "SQuAD")
    panel.view._hide_button.click()
    settled()
    assert names(panel) == before[:1]
    press(library.bars, "Undo")
    settled()
    assert names(panel) == before
    pick(panel, settled, "Masked Language Modelling")
    assert panel.view.names.isVisible()
    assert not panel.view._split_button.isEnabled()
    panel.view.names.item(1).setCheckState(Qt.CheckState.Checked)
    panel.view._split_button.click()
    settled()
    assert ("MLM", 1, 1) in names(panel)
    press(library.bars, "Undo")
    settled()
    assert names(panel) == before


def test_an_empty_name_is_refused_with_a_sentence(panel, library, settled):
    pick(panel, settled, "SQuAD")
    panel.view.name.setText("  ")
    panel.view._rename_button.click()
    settled()
    assert [bar.words for bar in library.bars.shown] == ["An entity needs a name."]


def test_the_sheet_shows_what_was_read_and_a_click_leads_to_it(
    panel, library, settled, scholar_desk
):
    asked = len(scholar_desk.entities.asked)
    library.show_work(work_of(library, "one").id)
    settled()
    shown = library.sheet._abstract
    assert shown.text().count("background") == 2
    assert "dataset" in library.sheet._legend.text()
    said = "method: Masked Language Modelling (MLM); dataset: the SQuAD dataset"
    assert shown.accessibleDescription() == said
    again = [text for one in scholar_desk.entities.asked[asked:] for text in one.texts]
    assert work_of(library, "one").abstract not in again, "nothing is read a second time"
    squad = next(row for row in panel.table.entities.rows if row.name == "SQuAD")
    assert f'href="entity:{squad.id}"' in shown.text()
    shown.linkActivated.emit(f"entity:{squad.id}")
    settled()
    assert library.facet.value == "entities"
    assert panel.view.name.text() == "SQuAD"


def test_the_sheet_follows_what_is_decided(panel, library, settled):
    library.show_work(work_of(library, "one").id)
    settled()
    assert library.sheet._abstract.text().count("background") == 2
    library.facet.choose("entities")
    settled()
    pick(panel, settled, "SQuAD")
    panel.view._hide_button.click()
    settled()
    library.facet.choose("works")
    settled()
    assert library.sheet._abstract.text().count("background") == 1


def test_marks_tell_their_kinds_apart_in_both_themes(theme):
    for mode in ("light", "dark"):
        theme.use(mode, 100)
        assert len({sheet.tint(label, theme) for label in sheet.PAPER_LABELS}) == 9


def compared(library, settled, *keys):
    library.facet.choose("works")
    settled()
    table = library.table
    table.clearSelection()
    mode = table.selectionModel().SelectionFlag
    for key in keys:
        index = table.works.index(table.works.row(work_of(library, key).id), 0)
        table.selectionModel().select(index, mode.Select | mode.Rows)
    library._compare.click()
    settled()
    return library.compared


def rows(made):
    return [[cell.text for cell in row.cells] for row in made.model.table.rows]


def test_selected_works_are_compared_with_their_evidence(panel, library, settled):
    made = compared(library, settled, "one", "two")
    assert sorted(row.work.key for row in made.model.table.rows) == ["one", "two"]
    assert rows(made) == [["Masked Language Modelling", "SQuAD", "", "", ""]] * 2
    at = next(n for n, row in enumerate(made.model.table.rows) if row.work.key == "one")
    made.view.setCurrentIndex(made.model.index(at, 2))
    assert made.evidence.text() == (
        "SQuAD: “We use Masked Language Modelling (MLM) on the SQuAD dataset.”"
    )
    with_one = compared(library, settled, "one")
    assert len(with_one.model.table.rows) == 3, "one work is not compared: all that are shown"


def test_a_cell_is_written_kept_taken_back_and_put_back(panel, library, settled, scholar_desk):
    made = compared(library, settled, "one", "two")
    index = made.model.index(0, 3)
    assert made.model.setData(index, "F1")
    settled()
    work = made.model.table.rows[0].work.id
    assert scholar_desk.entity_changes.cells([work]) == {(work, "metric"): "F1"}
    assert made.model.data(index, Qt.ItemDataRole.FontRole).italic()
    press(library.bars, "Undo")
    settled()
    assert rows(made)[0][2] == ""
    made.model.setData(made.model.index(0, 2), "mine")
    settled()
    made.view.setCurrentIndex(made.model.index(0, 2))
    assert made._back.isEnabled()
    made._back.click()
    settled()
    assert rows(made)[0][1] == "SQuAD"
    assert scholar_desk.entity_changes.cells([work]) == {}
    assert not made.model.flags(made.model.index(0, 0)) & Qt.ItemFlag.ItemIsEditable


def test_the_table_is_copied_and_exported(panel, library, settled, tmp_path):
    made = compared(library, settled, "one", "two")
    made.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t") == ["Work", "method", "dataset", "metric", "result", "task"]
    assert len(lines) == 3
    made.copy_for_draft()
    assert "| [@one] | Masked Language Modelling | SQuAD |" in QGuiApplication.clipboard().text()
    made.form.choose("latex")
    made.copy_for_draft()
    assert r"\cite{one} & Masked Language Modelling & SQuAD" in QGuiApplication.clipboard().text()
    for name, begins in (
        ("t.csv", b"\xef\xbb\xbfkey,"),
        ("t.md", b"| Work"),
        ("t.tex", b"\\begin"),
    ):
        made.write(tmp_path / name)
        settled()
        assert (tmp_path / name).read_bytes().startswith(begins)
    made.write(tmp_path / "no such folder" / "t.csv")
    settled()
    assert "no such folder" in library.bars.shown[-1].words
    assert not list(tmp_path.glob("**/*.part"))


def test_the_table_leads_back_and_to_a_work(panel, library, settled):
    made = compared(library, settled, "one", "two")
    assert not library.sheet.isVisible()
    made.view.doubleClicked.emit(made.model.index(1, 0))
    settled()
    assert library._stack.currentIndex() == 0
    assert library.sheet.isVisible()
    assert library.table.current.id == made.model.table.rows[1].work.id


def test_reading_can_be_stopped(library, settled, scholar_desk, qtbot):
    scholar_desk.passages.put(1, "text", [Piece(f"SQuAD {n}") for n in range(400)])
    library.facet.choose("entities")
    settled()
    library.entities.read()
    qtbot.waitUntil(lambda: bool(scholar_desk.entities.asked))
    library.entities.stop()
    settled()
    assert library.entities._go.isVisible()
    library.entities.read()
    settled()
    assert scholar_desk.entity_store.list("dataset")[0].mentions == 403
