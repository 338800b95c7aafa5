"""Glossaries on the Translate page: a real store, real files, real widgets."""

from __future__ import annotations

import shutil
import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from agents.base import CancelToken
from agents.engine.importing import ImportRequest
from agents.entities.events import EntitiesFound, Span
from agents.store.glossaries import StoredTerm
from agents.translation.own import Own
from agents.translation.propose import Proposals
from app import i18n
from app.paths import assets_dir
from app.ui.translation.glossaries_model import AVOID, CHECK, EN, KO
from app.ui.translation.glossaries_proposals import TERM, TRANSLATION
from app.ui.translation.page import GLOSSARIES
from tests.entities.test_cli import TINY
from tests.ui.bars import press, said

MODEL, DATA = StoredTerm("model", "모델", ("모형",)), StoredTerm("data", "자료")


@pytest.fixture
def make(desk, open_page):
    """Make the page with the glossaries on top."""

    def made(*terms, name="논문"):
        if terms:
            desk.glossaries.add(name, terms)
        return open_page(GLOSSARIES).glossaries

    return made


def cells(panel, column=EN):
    """What stands in a column, without the empty line."""
    model = panel.table.terms
    return [model.index(row, column).data() for row in range(model.rowCount() - 1)]


def field(view):
    """The field in which something is written now."""
    found = []

    def open_one():
        found[:] = [one for one in view.viewport().findChildren(QLineEdit) if one.isVisible()]
        return len(found) == 1

    end = time.monotonic() + 60
    while not open_one() and time.monotonic() < end:
        QApplication.processEvents()
    assert len(found) == 1
    return found[0]


def enter(editor):
    """Leave a field; the view takes its words in a moment later."""
    QTest.keyClick(editor, Qt.Key.Key_Return)
    for _time in range(4):
        QApplication.processEvents()


def write(table, row, column, words):
    """Write into a cell as a person does, and leave it with Enter."""
    table.setCurrentIndex(table.model().index(row, column))
    table.setFocus()
    table.edit(table.currentIndex())
    editor = field(table)
    assert editor.accessibleName()
    editor.selectAll()
    editor.insert(words)  # as an input method does
    enter(editor)


def names(panel):
    return [panel.list.item(row).text() for row in range(panel.list.count())]


def test_without_glossaries_it_says_what_they_are_for(make):
    panel = make()
    assert panel._stack.currentIndex() == 0
    assert not panel._delete.isEnabled()
    assert not panel._undo.isEnabled()


def test_large_text_in_a_small_window_leaves_room_to_search(make, theme, qtbot):
    theme.use("light", 200)
    panel = make(StoredTerm("committee", "위원회"))
    panel.window().resize(1232, 658)  # what a window of 1366 by 768 leaves of itself
    qtbot.waitUntil(lambda: panel.search.width() >= theme.px(160))
    for made in (panel._from_document, panel.files.import_button, panel.files.export_button):
        qtbot.waitUntil(lambda one=made: one.width() >= one.sizeHint().width())


def test_a_glossary_is_made_named_renamed_deleted_and_back(make, settled, desk):
    panel = make()
    panel.create()
    settled()
    assert names(panel) == ["New glossary"]
    editor = field(panel.list)
    editor.selectAll()
    QTest.keyClicks(editor, "Contracts")
    enter(editor)
    settled()
    assert (names(panel), desk.glossaries.names()) == (["Contracts"], {"Contracts": 0})
    assert panel._title.whole == "Contracts"
    panel._delete.click()
    settled()
    assert (names(panel), panel._stack.currentIndex()) == ([], 0)
    press(panel, "Undo")
    settled()
    assert (names(panel), panel._stack.currentIndex()) == (["Contracts"], 1)
    panel.steps.undo()
    panel.steps.undo()
    settled()
    assert (names(panel), desk.glossaries.names()) == ([], {})


def test_two_glossaries_of_one_name_there_are_not(make, settled, desk):
    panel = make(MODEL)
    desk.glossaries.create("b")
    panel.refresh("b")
    settled()
    panel.list.currentItem().setText("논문")
    settled()
    assert "already" in said(panel)[0]
    assert sorted(names(panel)) == ["b", "논문"]


def test_a_term_is_written_into_the_last_line(make, settled, desk, qtbot):
    panel = make(MODEL)
    panel._add.click()
    editor = field(panel.table)
    QTest.keyClicks(editor, "attention head")
    enter(editor)
    qtbot.waitUntil(lambda: panel.table.currentIndex().column() == KO)  # the Korean is asked for
    editor = field(panel.table)
    editor.insert("어텐션 헤드")
    enter(editor)
    qtbot.waitUntil(lambda: len(desk.glossaries.terms("논문")) == 2)
    settled()
    assert desk.glossaries.terms("논문") == (MODEL, StoredTerm("attention head", "어텐션 헤드"))
    assert cells(panel) == ["model", "attention head"]
    assert panel.table.currentIndex().row() == 2  # ready for the next one
    panel.steps.undo()
    settled()
    assert cells(panel) == ["model"]
    panel.steps.redo()
    settled()
    assert cells(panel, KO) == ["모델", "어텐션 헤드"]
    assert panel.list.item(0).data(Qt.ItemDataRole.AccessibleTextRole) == "논문: terms 2"


def test_a_term_that_is_there_is_not_written_over(make, settled, desk):
    panel = make(MODEL)
    panel._added(StoredTerm("model", "모형"))
    settled()
    assert said(panel) == ["“model” is in this glossary already, as “모델”."]
    assert desk.glossaries.terms("논문") == (MODEL,)


def test_a_cell_is_edited_in_place_and_taken_back(make, settled, desk):
    panel = make(MODEL, DATA)
    write(panel.table, 0, AVOID, "모형 | 모본")
    write(panel.table, 1, KO, "데이터")
    settled()
    assert desk.glossaries.terms("논문") == (
        StoredTerm("model", "모델", ("모형", "모본")),
        StoredTerm("data", "데이터"),
    )
    panel._undo.click()
    settled()
    assert cells(panel, KO) == ["모델", "자료"]
    panel._redo.click()
    settled()
    assert cells(panel, KO) == ["모델", "데이터"]
    write(panel.table, 0, KO, "")
    settled()
    assert "word in each language" in said(panel)[-1]
    assert cells(panel, KO) == ["모델", "데이터"]


def test_removed_terms_come_back_where_they_stood(make, settled, desk):
    panel = make(MODEL, DATA, StoredTerm("corpus", "말뭉치"))
    panel.table.selectRow(0)
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    settled()
    assert cells(panel) == ["data", "corpus"]
    press(panel, "Undo")
    settled()
    assert cells(panel) == ["model", "data", "corpus"]


def test_rows_of_a_spreadsheet_are_pasted_and_reported(make, settled, desk):
    panel = make(MODEL, DATA)
    QApplication.clipboard().setText("model\t모델\t모형\ndata\t데이터\nlost\t\nhead\t헤드\n")
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settled()
    wanted = (
        "Added: 1 · known already: 1 · changed: 1 · left out: 1\n"
        "data: 자료 → 데이터\nRow 3: there is no Korean (lost)"
    )
    assert said(panel) == [wanted]
    assert cells(panel, KO) == ["모델", "데이터", "헤드"]
    press(panel, "Undo")
    settled()
    assert cells(panel, KO) == ["모델", "자료"]
    panel.files.paste("nothing but words")
    settled()
    assert "The clipboard" in said(panel)[-1]


def test_what_does_not_fit_together_is_marked(make, settled):
    panel = make(
        StoredTerm("Language Model", "언어 모델"), StoredTerm("language models", "언어 모형"), DATA
    )
    assert cells(panel, CHECK) == ["Conflict", "Conflict", ""]
    tip = panel.table.terms.index(0, CHECK).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "“language models” is the same term with another translation."
    assert "to look at 2" in panel._state.text()
    write(panel.table, 1, KO, "언어 모델")
    settled()
    assert cells(panel, CHECK) == ["Twice", "Twice", ""]


def test_the_search_looks_everywhere(make):
    panel = make(MODEL, DATA)
    panel.search.setText("모형")
    assert cells(panel) == ["model"]
    assert "found 1" in panel._state.text()
    panel.search.setText("")
    assert len(cells(panel)) == 2


@pytest.mark.parametrize("suffix", [".csv", ".tbx"])
def test_out_into_a_file_and_dropped_in_again(make, settled, desk, tmp_path, suffix):
    panel = make(MODEL, DATA)
    path = tmp_path / f"terms{suffix}"
    panel.files.write(path)
    settled()
    assert said(panel) == [f"Written: terms{suffix}"]
    page = panel.window()
    assert page.accepts(path)
    desk.glossaries.remove("논문")
    panel.refresh()
    settled()
    page.open_files([path])
    settled()
    assert desk.glossaries.terms("terms") == (MODEL, DATA)
    assert (names(panel), cells(panel)) == (["terms"], ["model", "data"])


def test_a_bad_file_is_a_sentence_in_place(make, settled, tmp_path):
    panel = make(MODEL)
    path = tmp_path / "bad.tbx"
    path.write_text('<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]><m>&a;</m>')
    panel.open_files([path])
    settled()
    assert "bad.tbx cannot be read" in said(panel)[0]
    assert cells(panel) == ["model"]


def test_a_csv_is_a_document_where_no_glossaries_are_shown(make, tmp_path):
    page = make(MODEL).window()
    csv = tmp_path / "a.csv"
    assert list(page._sorted([csv])) == ["glossaries"]
    page.switch.choose("documents")
    assert list(page._sorted([csv, tmp_path / "a.tbx"])) == ["documents", "glossaries"]
    pairs = [tmp_path / "a.tmx", tmp_path / "a.jsonl"]  # JSONL may be either
    assert page._sorted(pairs) == {"memory": pairs[:1], "documents": pairs[1:]}
    page.switch.choose("memory")
    assert page._sorted(pairs) == {"memory": pairs}


def test_what_is_written_when_the_window_closes_is_stored(make, desk):
    panel = make(MODEL, DATA)
    write(panel.table, 0, KO, "모형틀")
    write(panel.table, 0, EN, "")  # cannot be stored, and does not keep the rest from it
    panel.table.setCurrentIndex(panel.table.terms.index(1, KO))
    panel.table.edit(panel.table.currentIndex())
    field(panel.table).setText("데이터")
    panel.window().closing()  # nothing was waited for
    assert [term.ko for term in desk.glossaries.terms("논문")] == ["모형틀", "데이터"]


# -- proposing -------------------------------------------------------------------------------------

TEXT = (
    "A language model reads. The language model of Jane Doe. Jane Doe wrote BERT. BERT is here.\n"
)


class Names:
    """Stands for the entity model: finds "Jane Doe"."""

    def run(self, request, cancel):
        for number, text in enumerate(request.texts):
            at = text.find("Jane Doe")
            if at >= 0:
                yield EntitiesFound(number, (Span(at, at + 8, "Jane Doe", "person", 0.9),))


@pytest.fixture
def proposing(make, desk, settled, tmp_path):
    """A panel that has read a document."""
    own = Own(desk.memories, desk.glossaries)
    vars(desk)["proposals"] = Proposals(desk.korean, own, Names())
    desk.memories.add_human("language model", "언어 모델", ("en", "ko"))
    path = tmp_path / "paper.txt"
    path.write_text(TEXT)
    panel = make(StoredTerm("BERT", "버트"))
    panel.propose.begin("논문")
    panel._stack.setCurrentIndex(2)
    panel.propose.read(path)
    settled()
    return panel


def rows(panel):
    model = panel.propose.table.proposals
    return {
        model.index(row, TERM).data(): [model.index(row, column).data() for column in range(1, 5)]
        for row in range(model.rowCount())
    }


def test_the_terms_of_a_document_are_proposed_with_what_is_known(proposing):
    assert rows(proposing) == {
        "Jane Doe": ["", "person", "2", "The language model of Jane Doe."],
        "language model": ["언어 모델  (from the memory)", "term", "2", "A language model reads."],
        "BERT": ["버트  (in the glossary already)", "acronym", "2", "Jane Doe wrote BERT."],
    }
    assert proposing.propose._add.text() == "Add 1 term"


def test_what_is_ticked_and_translated_goes_into_the_glossary(proposing, settled, desk):
    table = proposing.propose.table
    place = list(rows(proposing)).index("Jane Doe")
    table.selectRow(place)
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert proposing.propose._state.text() == "without a translation 1"
    write(table, place, TRANSLATION, "제인 도")
    assert proposing.propose._state.text() == ""
    proposing.propose._add.click()
    settled()
    assert desk.glossaries.terms("논문") == (
        StoredTerm("BERT", "버트"),
        *(
            StoredTerm(en, ko)
            for en, ko in sorted(
                [("Jane Doe", "제인 도"), ("language model", "언어 모델")],
                key=lambda pair: list(rows(proposing)).index(pair[0]),
            )
        ),
    )
    assert proposing._stack.currentIndex() == 1
    press(proposing, "Undo")
    settled()
    assert len(desk.glossaries.terms("논문")) == 1


@pytest.fixture
def with_gliner(make, desk, settled, tmp_path):
    """A panel of a desk that has a real GLiNER: what it finds is noise, its weights are random."""
    vars(desk)["shelf"] = desk.shelf._shelf
    folder = shutil.copytree(TINY, tmp_path / "tiny-model")
    list(desk.shelf.run(ImportRequest(folder), CancelToken()))
    panel = make(StoredTerm("BERT", "버트"))
    panel.propose.begin("논문")
    panel._stack.setCurrentIndex(2)
    return panel, folder


def test_a_real_entity_model_names_what_it_finds(with_gliner, settled, tmp_path):
    panel, _folder = with_gliner
    path = tmp_path / "paper.txt"
    path.write_text((TEXT + TEXT) * 2)
    panel.propose.read(path)
    settled()
    found = rows(panel)
    assert {"language model", "Jane Doe", "BERT"} & found.keys()
    assert all(term.lower() in TEXT.lower() for term in found)
    kinds = {kind for _said, kind, _count, _example in found.values()}
    assert kinds & {"person", "organisation", "place", "product", "method", "dataset"}
    assert not [bar for bar in panel.propose.bars.shown if bar.words]


def test_looking_with_a_real_entity_model_is_stopped_at_once(with_gliner, settled, tmp_path, qtbot):
    panel, _folder = with_gliner
    path = tmp_path / "long.txt"
    path.write_text(TEXT * 400)
    panel.propose.read(path)
    at_work = []
    panel.propose._job.event.connect(at_work.append)
    qtbot.waitUntil(lambda: bool(at_work))
    panel.propose._stop.click()
    assert not panel.propose._stop.isVisible()
    settled()
    assert rows(panel) == {}


def test_an_entity_model_whose_file_is_damaged_is_a_sentence(with_gliner, settled, tmp_path):
    panel, folder = with_gliner
    (folder / "model.onnx").write_bytes(b"no model")
    path = tmp_path / "paper.txt"
    path.write_text(TEXT)
    panel.propose.read(path)
    settled()
    (bar,) = panel.propose.bars.shown
    assert folder.name in bar.words or "model.onnx" in bar.words
    assert rows(panel) == {}


def test_a_document_that_cannot_be_read_is_a_sentence(proposing, settled, tmp_path):
    path = tmp_path / "broken.docx"
    path.write_bytes(b"PK nothing")
    proposing.propose.read(path)
    settled()
    (bar,) = [bar for bar in proposing.propose.bars.shown if "broken.docx" in bar.words]
    assert bar.words
    assert rows(proposing) == {}


def test_looking_is_stopped_at_once(proposing, tmp_path, settled):
    path = tmp_path / "long.txt"
    path.write_text(TEXT * 3000)
    proposing.propose.read(path)
    assert proposing.propose._stop.isVisible()
    proposing.propose._stop.click()
    assert not proposing.propose._stop.isVisible()
    settled()
    assert rows(proposing) == {}


def test_it_speaks_korean(make):
    i18n.use("ko", assets_dir())
    panel = make(MODEL)
    header = panel.table.terms.headerData(EN, Qt.Orientation.Horizontal)
    assert (header, panel._new.text()) == ("영어", "새 용어집")


def test_a_large_file_comes_in_and_goes_at_once(make, settled, desk, tmp_path):
    panel = make(MODEL)
    path = tmp_path / "large.csv"
    path.write_text("".join(f"term {n},용어 {n}\n" for n in range(5000)), "utf-8")
    panel.open_files([path])
    settled()
    assert len(cells(panel)) == 5001
    assert cells(panel)[:2] == ["model", "term 0"]
    began = time.perf_counter()
    panel.search.setText("용어 4999")
    panel.table.terms.take(panel.steps._past[-1].change, back=True)
    panel.table.terms.take(panel.steps._past[-1].change)
    assert time.perf_counter() - began < 1.0  # on the GUI thread; a busy machine included
    assert cells(panel) == ["term 4999"]
    panel.search.setText("")
    panel.steps.undo()
    settled()
    assert cells(panel) == ["model"]
