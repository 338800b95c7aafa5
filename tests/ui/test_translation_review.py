"""Review in the window: keys, filter, find and replace, undo, and the file that comes of it."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QPushButton

from agents.base import CancelToken
from agents.store.segment_rows import StoredSegment
from agents.translation.events import DocumentRequest, SegmentDone
from app.ui.translation.document_view import DocumentView
from app.ui.translation.queue import Document
from app.ui.translation.segment_cells import CellEdit
from app.ui.translation.segment_model import CHECKS, SOURCE, TARGET, Filter, SegmentModel
from app.ui.translation.words import segment_tip
from tests.engine.scripted import ScriptedEngine

LINES = {
    "The committee met in Seoul.": "위원회가 서울에서 모였다.",
    "The members discussed it.": "위원들이 논의했다.",
    "They meet again next year.": "They meet again next year.",  # refused: the source again
    "The budget is small.": "예산이 적다.",
}
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def engine():
    return ScriptedEngine(lambda request: LINES[request.messages[-1].content])


@pytest.fixture
def done(desk, tmp_path):
    """A document that is translated, with one problem."""
    source = tmp_path / "a.txt"
    source.write_text("\n\n".join(LINES) + "\n", "utf-8")
    request = DocumentRequest(source, "ko", tmp_path, "model", "scripted")
    *_events, made = desk.translation.run(request, CancelToken())
    document = Document(1, request, "done", made.job, "en", tuple(LINES), 4, 4)
    document.output, document.receipt_path = made.output, made.receipt_path
    return document


@pytest.fixture
def view(qtbot, desk, pool, theme, settled, done):
    view = DocumentView(desk, pool, theme)
    qtbot.addWidget(view)
    view.resize(1000, 640)
    view.show()
    view.activateWindow()
    view.show_document(done)
    settled()
    view.table.setFocus()
    qtbot.waitUntil(lambda: view.table.hasFocus() and view.table.currentIndex().row() == 0)
    qtbot.waitUntil(lambda: bool(view.table.chosen))
    yield view
    view.closing()
    settled()


def rows(desk, view):
    return desk.translations.segments(view.document.job)


def cells(view, column):
    model = view.table.segments
    return [model.index(row, column).data() for row in range(model.rowCount())]


def press(widget, key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(widget, key, modifiers)


def editor(view):
    found = view.table.findChildren(CellEdit)
    assert len(found) == 1
    return found[0]


def write(view, words):
    press(view.table, Qt.Key.Key_Return)
    editor(view).selectAll()
    QTest.keyClicks(editor(view), words)


def gone(view, qtbot):
    qtbot.waitUntil(lambda: not view.table.findChildren(CellEdit))


def test_enter_edits_and_ends_and_the_words_are_stored(view, desk, settled, qtbot):
    write(view, "Wiwonhoe")
    press(editor(view), Qt.Key.Key_Return)
    gone(view, qtbot)
    settled()
    row = rows(desk, view)[0]
    assert (row.target, row.made_by, row.confirmed) == ("Wiwonhoe", "human", False)
    assert cells(view, TARGET)[0] == "Wiwonhoe"
    assert view.table.hasFocus()


def test_what_a_person_wrote_is_not_said_to_be_left_out(view, desk, settled, qtbot):
    write(view, "Wiwonhoe")  # no letter of the target language
    press(editor(view), Qt.Key.Key_Return)
    gone(view, qtbot)
    settled()
    row = rows(desk, view)[0]
    assert row.problems == ("wrong_script",)
    assert view.review._mark.text() == (
        "The translation is in another language, at least in part. Please look at it."
    )
    machine = dataclasses.replace(row, state="untranslated", made_by="", target=row.source)
    assert "The file keeps the source here." in segment_tip(machine)


def test_esc_leaves_everything_as_it_was(view, desk, settled, qtbot):
    write(view, "nothing")
    press(editor(view), Qt.Key.Key_Escape)
    gone(view, qtbot)
    settled()
    assert rows(desk, view)[0].target == LINES["The committee met in Seoul."]
    assert not rows(desk, view)[0].edited


def test_ctrl_enter_confirms_and_goes_on_in_the_table_and_in_the_field(view, desk, settled, qtbot):
    press(view.table, Qt.Key.Key_Return, CTRL)
    assert view.table.currentIndex().row() == 1
    write(view, "Nonui")
    press(editor(view), Qt.Key.Key_Return, CTRL)
    gone(view, qtbot)
    assert view.table.currentIndex().row() == 2
    press(view.table, Qt.Key.Key_Down)
    press(view.table, Qt.Key.Key_Return)  # opened, nothing changed
    press(editor(view), Qt.Key.Key_Return, CTRL)
    gone(view, qtbot)
    settled()
    assert [row.confirmed for row in rows(desk, view)] == [True, True, False, True]
    assert rows(desk, view)[1].target == "Nonui"
    assert "3 of 4 confirmed" in view.review.filter._count.text()
    assert cells(view, CHECKS)[0] == "✓ Confirmed"
    press(view.table, Qt.Key.Key_Return, CTRL | SHIFT)
    settled()
    assert [row.confirmed for row in rows(desk, view)] == [True, True, False, True]


def test_a_confirmation_is_taken_back(view, desk, settled):
    press(view.table, Qt.Key.Key_Return, CTRL)
    settled()
    view.table.go_to(0)
    view.review._acts["open"].trigger()
    settled()
    assert not rows(desk, view)[0].confirmed


@pytest.mark.parametrize("commits", [True, False])
def test_a_syllable_being_composed_is_kept(view, desk, settled, qtbot, commits):
    press(view.table, Qt.Key.Key_Return)
    field = editor(view)
    field.selectAll()
    for preedit, commit in (("ㅇ", ""), ("아", ""), ("안", ""), ("ㄴ", "안"), ("녕", "")):
        event = QInputMethodEvent(preedit, [])
        event.setCommitString(commit)
        QCoreApplication.sendEvent(field, event)
    press(field, Qt.Key.Key_Return, CTRL)
    if commits:
        event = QInputMethodEvent("", [])
        event.setCommitString("녕")
        QCoreApplication.sendEvent(field, event)
    gone(view, qtbot)
    settled()
    assert (rows(desk, view)[0].target, rows(desk, view)[0].confirmed) == ("안녕", True)


def test_what_is_being_written_is_kept_when_the_window_closes(view, desk):
    write(view, "Half")
    view.closing()
    assert rows(desk, view)[0].target == "Half"


def test_steps_are_undone_and_done_again_by_keys(view, desk, settled, qtbot):
    before = rows(desk, view)
    for words in ("One", "Two"):
        write(view, words)
        press(editor(view), Qt.Key.Key_Return)
        gone(view, qtbot)
    press(view.table, Qt.Key.Key_Z, CTRL)  # at once: it waits for its turn
    settled()
    assert rows(desk, view)[0].target == cells(view, TARGET)[0] == "One"
    press(view.table, Qt.Key.Key_Z, CTRL)
    settled()
    assert rows(desk, view) == before
    press(view.table, Qt.Key.Key_Z, CTRL)  # nothing more
    press(view.table, Qt.Key.Key_Z, CTRL | SHIFT)
    press(view.table, Qt.Key.Key_Z, CTRL | SHIFT)
    settled()
    assert rows(desk, view)[0].target == cells(view, TARGET)[0] == "Two"


def test_problems_are_visited_in_both_directions(view):
    press(view.table, Qt.Key.Key_F8)
    assert view.table.currentIndex().row() == 2
    view.table.go_to(0)
    press(view.table, Qt.Key.Key_F8, SHIFT)
    assert view.table.currentIndex().row() == 2
    assert "was the source again" in view.review._mark.text()


def test_filters_show_some_and_say_how_many(view, settled):
    for kind, found in (
        ("problems", ["3"]),
        ("same_as_source", ["3"]),
        ("edited", []),
        ("comments", []),
        ("open", ["1", "2", "3", "4"]),
        ("", ["1", "2", "3", "4"]),
    ):
        view.review.filter.choose(Filter(kind))
        settled()
        assert cells(view, 0) == found, kind
    view.review.filter.choose(Filter("", "budget"))
    settled()
    assert cells(view, SOURCE) == ["The budget is small."]
    assert view.review.filter._count.text().startswith("1 shown")
    view.review.filter.choose(Filter("", "논의"))
    settled()
    assert cells(view, 0) == ["2"]


def test_a_row_stays_while_it_is_edited_under_a_filter(view, settled, qtbot, desk):
    view.review.filter.choose(Filter("problems"))
    settled()
    view.table.go_to(0)
    write(view, "naenyeon")
    press(editor(view), Qt.Key.Key_Return)
    gone(view, qtbot)
    settled()
    assert cells(view, TARGET) == ["naenyeon"]
    assert rows(desk, view)[2].target == "naenyeon"


def test_find_counts_and_replaces_in_one_step(view, desk, settled):
    before = rows(desk, view)
    press(view.table, Qt.Key.Key_H, CTRL)
    bar = view.review.find
    assert bar.isVisible()
    bar._find.setText("(.)da|(다)")
    bar._pattern.setChecked(True)
    bar._put.setText(r"\2!")
    bar._pause.stop()
    bar.looked.emit(bar.wanted)
    settled()
    assert bar._said.text() == "3 in 3 segments"
    press(bar._find, Qt.Key.Key_Return)
    assert view.table.currentIndex().row() == 1
    bar._one.click()
    settled()
    assert [row.edited for row in rows(desk, view)] == [False, True, False, False]
    bar._all.click()
    settled()
    assert rows(desk, view)[0].target.endswith("다!.")
    assert rows(desk, view)[2] == before[2]  # not translated: nothing to replace in
    press(bar._find, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    for _time in range(2):
        press(view.table, Qt.Key.Key_Z, CTRL)
    settled()
    assert rows(desk, view) == before


def test_a_bad_pattern_is_a_sentence_in_the_bar(view, settled):
    press(view.table, Qt.Key.Key_F, CTRL)
    bar = view.review.find
    bar._find.setText("(")
    bar._pattern.setChecked(True)
    bar.looked.emit(bar.wanted)
    settled()
    assert bar._said.text().startswith("The pattern cannot be used")
    assert not bar._all.isEnabled()


def test_the_file_is_written_again_without_a_model(view, desk, settled, qtbot, engine):
    asked = len(engine.requests)
    view.table.go_to(2)
    write(view, "naenyeone dasi")
    press(editor(view), Qt.Key.Key_Return, CTRL)
    gone(view, qtbot)
    view._export.click()
    settled()
    assert "naenyeone dasi" in view.document.output.read_text("utf-8")
    assert len(engine.requests) == asked
    assert [bar.words for bar in view.bars.shown] == ["a.ko.txt was written with your changes."]
    view.document.request.source.unlink()
    view._export.click()
    settled()
    assert view.bars.shown[-1].words.startswith("There is no file")


def test_chosen_segments_are_translated_again(view, desk, settled):
    desk.models.engines["scripted"] = ScriptedEngine("내년에 또 만난다.")
    view.table.go_to(2)
    view.review._again("model", "scripted")
    settled()
    row = rows(desk, view)[2]
    assert (row.target, row.state, row.problems) == ("내년에 또 만난다.", "translated", ())
    assert cells(view, TARGET)[2] == "내년에 또 만난다."
    view.review.steps.undo()
    settled()
    assert rows(desk, view)[2].state == "untranslated"


def test_history_shows_who_said_what_and_gives_words_back(view, desk, settled, qtbot):
    first = rows(desk, view)[0].target
    write(view, "Other")
    press(editor(view), Qt.Key.Key_Return)
    gone(view, qtbot)
    settled()
    view.review._history()
    settled()
    dialog = next(one for one in view.review.findChildren(QDialog) if one.isVisible())
    said = [label.text() for label in dialog.findChildren(QLabel)]
    assert said[0].startswith("You · ")
    assert said[1] == "Other"
    assert said[3] == first
    take = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Take these words")
    take.click()
    settled()
    assert rows(desk, view)[0].target == first
    assert rows(desk, view)[0].edited


def test_a_machine_never_hides_a_persons_words(view, settled, qtbot, desk):
    write(view, "Mine")
    press(editor(view), Qt.Key.Key_Return)
    gone(view, qtbot)
    settled()
    one = rows(desk, view)[0]
    view.put(view.document, SegmentDone(one.segment, 0, one.source, "기계", "translated"))
    assert cells(view, TARGET)[0] == "Mine"


def segment(place, problems=(), **more):
    return StoredSegment(
        str(place), place, f"Source {place}.", f"Target {place}.", "translated", problems, **more
    )


def test_a_hundred_thousand_rows_are_filtered_visited_and_taken_in_live(qapp):
    model = SegmentModel()
    model.reset(
        [segment(place, ("number",) if place % 1000 == 7 else ()) for place in range(100_000)]
    )
    assert (model.rowCount(), model.problems) == (100_000, 100)
    model.show_only(Filter("number"))
    assert model.rowCount() == 100
    assert (model.place(3), model.row_of(3007), model.row_of(3008)) == (3007, 3, -1)
    assert model.next_problem(99) == 0
    assert model.next_problem(0, back=True) == 99
    model.put(segment(5000, ("number",)))
    assert (model.rowCount(), model.place(5)) == (101, 5000)
    model.put(segment(5000, ("number",), confirmed=True))
    assert (model.problems, model.confirmed) == (100, 1)
    model.put(segment(100_000))  # more come, and the filter leaves them out
    assert (model.total, model.rowCount()) == (100_001, 101)
    model.show_only(Filter("", "source 99999"))
    assert model.rowCount() == 1
    model.show_only(Filter())
    assert model.rowCount() == 100_001
    assert model.next_open(4999) == 5001
