"""Works dropped into a draft are cited where they were dropped."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from agents.scholar import bib
from agents.store.drafts import Plan, Sentence
from app.ui.scholar import chips, dropping
from app.ui.scholar.page import ScholarPage
from tests.pages.pdf_files import lines, pdf, text

WORKS = bib.parse(r"""
@article{gu2023, title={Mamba}, author={Gu, Albert and Dao, Tri}, year=2023,
  abstract={Mamba is a model. It runs in time linear in the length of the sequence.}}
@article{vaswani2017, title={Attention}, author={Vaswani, A.}, year=2017, abstract={Attention.}}
""").entries
PAPER = pdf(
    "\n".join(
        [
            text(60, 440, "Turing Machines Revisited", size=18),
            text(60, 410, "Ada Lovelace"),
            lines(60, 300, ["A paper has a body in small letters that goes on."] * 9, size=9),
        ]
    )
)


@pytest.fixture
def page(qtbot, desk, pool, theme, settled):
    vars(desk)["embedder"] = lambda: None
    desk.shelf.best = lambda role, wanted="": ""
    desk.library.add(WORKS)
    plan = Plan((("First theme", ("gu2023",)),), WORKS[:1])
    draft = desk.drafts.start("A topic", "m", 0, "", plan)
    desk.drafts.add(draft, 0, 0, Sentence("Mamba is linear in time.", (), "supported", "E."))
    desk.drafts.finish(draft, "done")
    page = ScholarPage(desk, pool, theme)

    def end(page):
        page.closing()
        settled()

    qtbot.addWidget(page, before_close_func=end)
    page.resize(1200, 700)
    page.show()
    page.entered()
    settled()
    page.switch.choose("drafts")
    page.drafts.show_draft(draft)
    settled()
    return page


@pytest.fixture
def drop(page, qtbot, settled):
    """A function: drop something before these letters; whether it was taken."""
    reading = page.drafts.reading

    def drop(mime, before="linear"):
        editor = reading.editor
        cursor = editor.textCursor()
        cursor.setPosition(editor.toPlainText().index(before))
        at = editor.cursorRect(cursor).center()
        kind, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        none = Qt.KeyboardModifier.NoModifier
        enters = QDragEnterEvent(at, kind, mime, button, none)
        QApplication.sendEvent(editor.viewport(), enters)
        if not enters.isAccepted():
            return False
        event = QDropEvent(QPointF(at), kind, mime, button, none)
        QApplication.sendEvent(editor.viewport(), event)
        qtbot.waitUntil(lambda: not reading.drops.busy)
        qtbot.waitUntil(lambda: not reading.keeper.busy)
        settled()
        return event.isAccepted()

    return drop


def urls(*paths):
    made = QMimeData()
    made.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return made


def stored(desk):
    (paragraph,) = desk.drafts.load(desk.drafts.list()[0].id).paragraphs
    return paragraph.sentences


def test_rows_of_the_library_are_cited_where_they_fall(page, drop, desk):
    table = page.library.table
    rows = [table.works.row(work.id) for work in desk.library.list()]
    indexes = [table.works.index(row, column) for row in rows for column in (0, 1)]
    assert drop(table.works.mimeData(indexes))
    (sentence,) = stored(desk)
    assert set(sentence.keys) == {"gu2023", "vaswani2017"}
    assert sentence.text == "Mamba is linear in time."
    assert set(sentence.places) == {len("Mamba is")}
    plan = desk.drafts.plan(desk.drafts.list()[0].id)
    assert {entry.work.key for entry in plan.entries} == {"gu2023", "vaswani2017"}


def test_it_is_undone_as_one(page, drop, desk):
    editor = page.drafts.reading.editor
    before = editor.toPlainText()
    assert drop(dropping.packed(desk.library.list()[:1]))
    assert editor.toPlainText().count(chips.LETTER) == 1
    editor.undo()
    assert editor.toPlainText() == before


def test_a_pdf_comes_into_the_library_and_is_cited(drop, desk, tmp_path):
    path = tmp_path / "turing.pdf"
    path.write_bytes(PAPER)
    assert drop(urls(path))
    work = next(work for work in desk.library.list() if work.title.startswith("Turing"))
    assert work.authors == ("Lovelace, Ada",)
    assert stored(desk)[0].keys == (work.key,)
    assert drop(urls(path), before="time")  # it is there already
    assert desk.library.count() == 3
    assert stored(desk)[0].keys == (work.key, work.key)


def test_what_cannot_be_read_is_said_and_nothing_is_cited(page, drop, desk, tmp_path):
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7 and no more")
    failed = []
    page.drafts.reading.failed.connect(failed.append)
    assert drop(urls(path))
    assert [error.code for error in failed] == ["scholar.pdf_damaged"]
    assert stored(desk)[0].keys == ()
    assert desk.library.count() == 2


def test_what_is_no_work_and_what_falls_on_a_heading_is_left_to_others(page, drop, desk, tmp_path):
    assert not drop(urls(tmp_path / "notes.txt"))
    assert not drop(urls(tmp_path / "a.pdf", tmp_path / "notes.txt"))
    words = QMimeData()
    words.setText("words")
    assert not drop(words)
    assert not drop(dropping.packed(desk.library.list()), before="First theme")
    assert stored(desk)[0].keys == ()


def test_works_held_over_the_drafts_open_them(qtbot, page, desk):
    page.switch.choose("library")
    button = page.switch.button("drafts")
    mime = dropping.packed(desk.library.list())
    enters = QDragEnterEvent(
        button.rect().center(),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(button, enters)
    assert enters.isAccepted()
    qtbot.waitUntil(lambda: page.switch.value == "drafts")
