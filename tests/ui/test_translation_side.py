"""The side sheet of the review, and segments that are cut and joined in the window."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from agents.base import CancelToken
from agents.pages import office
from agents.store.glossaries import StoredTerm
from agents.translation.events import DocumentRequest
from app.ui.translation.document_view import DocumentView
from app.ui.translation.queue import Document
from app.ui.translation.segment_cells import CellEdit
from app.ui.translation.segment_model import SOURCE, TARGET
from app.ui.translation.side import PAGE
from app.ui.translation.split_dialog import SplitDialog, likely
from tests.engine.scripted import ScriptedEngine
from tests.pages.pdf_files import lines, pdf

LINES = {
    "The committee met; it decided nothing.": "위원회가 모였다; 아무것도 정하지 않았다.",
    "The members left.": "위원들이 떠났다.",
    "The budget is small.": "예산이 적다.",
}
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def engine():
    return ScriptedEngine(lambda request: LINES.get(request.messages[-1].content, "모른다."))


def opened(desk, source, texts):
    request = DocumentRequest(source, "ko", source.parent, "model", "scripted")
    *_events, made = desk.translation.run(request, CancelToken())
    count = len(desk.translations.segments(made.job))
    document = Document(1, request, "done", made.job, "en", texts, count, count)
    document.output, document.receipt_path = made.output, made.receipt_path
    return document


@pytest.fixture
def done(desk, tmp_path):
    first, second, third = LINES
    source = tmp_path / "a.txt"
    source.write_text(f"{first} {second}\n\n{third}\n", "utf-8")
    return opened(desk, source, tuple(LINES))


@pytest.fixture
def show(qtbot, desk, pool, theme, settled):
    made = []

    def run(document, width=1300):
        view = DocumentView(desk, pool, theme)
        made.append(view)
        qtbot.addWidget(view)
        view.resize(width, 700)
        view.show()
        view.activateWindow()
        view.show_document(document)
        settled()
        view.table.setFocus()
        qtbot.waitUntil(lambda: view.table.hasFocus() and view.table.currentIndex().row() == 0)
        return view

    yield run
    for view in made:
        view.closing()
    settled()


@pytest.fixture
def view(show, done):
    return show(done)


def rows(desk, view):
    return desk.translations.segments(view.document.job)


def cells(view, column):
    model = view.table.segments
    return [model.index(row, column).data() for row in range(model.rowCount())]


def press(widget, key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(widget, key, modifiers)


def editors(view):
    return [one for one in view.table.findChildren(CellEdit) if not one.isHidden()]


def said(view):
    hits = view.review.side.hits
    role = Qt.ItemDataRole.AccessibleTextRole
    return [hits.item(row).data(role) for row in range(hits.count())]


def looked(view, qtbot, settled, count):
    qtbot.waitUntil(lambda: len(view.review.side.hits.hits) == count)
    settled()


def test_the_sheet_opens_with_a_key_and_says_what_is_not_there(view, qtbot, settled):
    side = view.review.side
    assert not side.isVisible()
    press(view.table, Qt.Key.Key_F9)
    assert side.isVisible()
    qtbot.waitUntil(lambda: len(said(view)) == 4)
    assert said(view)[1].startswith("The memory holds nothing like this sentence yet")
    assert said(view)[3].startswith("There is no glossary yet")
    press(view.table, Qt.Key.Key_F9)
    assert not side.isVisible()
    assert view.table.hasFocus()


def test_matches_and_terms_of_the_current_segment_are_shown(view, desk, qtbot, settled):
    first = next(iter(LINES))
    desk.memories.add_human(first.replace("nothing", "little"), "조금 정했다.", ("en", "ko"))
    desk.glossaries.add(
        "office", [StoredTerm("committee", "위원회"), StoredTerm("budget", "예산안")]
    )
    view.review._acts["side"].trigger()
    looked(view, qtbot, settled, 2)
    assert said(view)[1].startswith("1 · 85 % · confirmed")
    assert said(view)[3] == "2 · office · committee → 위원회 · ✓ kept"
    press(view.table, Qt.Key.Key_Down)
    press(view.table, Qt.Key.Key_Down)
    looked(view, qtbot, settled, 1)
    assert said(view)[1].startswith("The memory holds nothing like this sentence yet")
    assert said(view)[3] == "1 · office · budget → 예산안 · not in the translation"


def test_a_match_is_put_in_by_its_number_and_taken_back(view, desk, qtbot, settled):
    first = next(iter(LINES))
    desk.memories.add_human(first, "다른 말이다.", ("en", "ko"))
    view.review._acts["side"].trigger()
    looked(view, qtbot, settled, 1)
    before = rows(desk, view)[0]
    press(view.table, Qt.Key.Key_1, CTRL)
    settled()
    row = rows(desk, view)[0]
    assert (row.target, row.edited) == ("다른 말이다.", True)
    assert cells(view, TARGET)[0] == "다른 말이다."
    press(view.table, Qt.Key.Key_9, CTRL)  # there is none
    press(view.table, Qt.Key.Key_Z, CTRL)
    settled()
    assert rows(desk, view)[0] == before


def test_words_go_into_the_field_that_is_open(view, desk, qtbot, settled):
    first = next(iter(LINES))
    desk.memories.add_human(first, "다른 말이다.", ("en", "ko"))
    desk.glossaries.add("office", [StoredTerm("committee", "위원단")])
    view.review._acts["side"].trigger()
    looked(view, qtbot, settled, 2)
    press(view.table, Qt.Key.Key_Return)
    (field,) = editors(view)
    press(field, Qt.Key.Key_1, CTRL)
    assert field.toPlainText() == "다른 말이다."
    field.moveCursor(field.textCursor().MoveOperation.Start)
    press(field, Qt.Key.Key_2, CTRL)
    assert field.toPlainText() == "위원단다른 말이다."
    press(field, Qt.Key.Key_Z, CTRL)
    assert field.toPlainText() == "다른 말이다."
    press(field, Qt.Key.Key_Return)
    settled()
    assert rows(desk, view)[0].target == "다른 말이다."


def test_a_term_opens_the_field_and_is_written_at_its_end(view, desk, qtbot, settled):
    desk.glossaries.add("office", [StoredTerm("committee", "위원단")])
    view.review._acts["side"].trigger()
    looked(view, qtbot, settled, 1)
    hits = view.review.side.hits
    hits.setFocus()
    hits.setCurrentRow(hits.count() - 1)
    press(hits, Qt.Key.Key_Return)
    (field,) = editors(view)
    assert field.toPlainText() == next(iter(LINES.values())) + "위원단"
    press(field, Qt.Key.Key_Escape)


def test_digits_are_the_windows_own_while_the_sheet_is_closed(view):
    assert not view.table.numbers
    view.review._acts["side"].trigger()
    assert view.table.numbers


def test_what_is_confirmed_is_a_match_of_the_next_look(view, desk, qtbot, settled):
    view.review._acts["side"].trigger()
    qtbot.waitUntil(lambda: len(said(view)) == 4)
    press(view.table, Qt.Key.Key_Return, CTRL)
    view.table.go_to(0)
    looked(view, qtbot, settled, 1)
    assert said(view)[1].startswith("1 · 100 % · confirmed")


def test_a_look_that_ends_late_does_not_replace_a_later_one(
    view, desk, qtbot, settled, monkeypatch
):
    first, real = threading.Event(), desk.hits.look
    calls = []

    def slow_at_first(request):
        calls.append(request)
        number, found = len(calls), real(request)
        if number == 1:
            assert first.wait(60)
        return found

    monkeypatch.setattr(desk.hits, "look", slow_at_first)
    view.review._acts["side"].trigger()
    qtbot.waitUntil(lambda: len(calls) == 1)
    desk.memories.add_human(next(iter(LINES)), "다른 말이다.", ("en", "ko"))
    view.review.side.changed()
    qtbot.waitUntil(lambda: len(view.review.side.hits.hits) == 1)
    first.set()
    settled()
    assert len(view.review.side.hits.hits) == 1


def test_the_sheet_is_remembered_and_goes_below_where_there_is_no_room(show, done):
    wide = show(done)
    wide.review._acts["side"].trigger()
    wide.review.side.switch.choose(PAGE)
    assert wide.review.split.orientation() == Qt.Orientation.Horizontal
    wide.review.split.shares = [60, 40]
    state = wide.review.save_state()
    narrow = show(done, 700)
    assert narrow.review.split.orientation() == Qt.Orientation.Vertical
    narrow.review.restore_state(state)
    assert narrow.review.side.isVisible()
    assert narrow.review.side.switch.value == PAGE
    assert narrow.review.split.shares == [60, 40]
    narrow.review.restore_state({"sizes": [1, "x"], "side": "yes", "view": 3})
    assert not narrow.review.side.isVisible()


def split(view):
    view.review._acts["split"].trigger()
    return next(one for one in view.review.findChildren(SplitDialog) if one.isVisible())


def back(view, qtbot):
    view.activateWindow()
    view.table.setFocus()
    qtbot.waitUntil(view.table.hasFocus)


def test_a_segment_is_cut_where_the_cursors_stand_and_undone(view, desk, settled, qtbot):
    before = rows(desk, view)
    dialog = split(view)
    assert "1.  The committee met;\n     위원회가 모였다;" in dialog._parts.text()
    press(dialog._source, Qt.Key.Key_Return)
    settled()
    back(view, qtbot)
    assert cells(view, SOURCE)[:3] == [
        "The committee met;",
        "it decided nothing.",
        "The members left.",
    ]
    assert cells(view, TARGET)[:2] == ["위원회가 모였다;", "아무것도 정하지 않았다."]
    assert cells(view, 0) == ["1", "2", "3", "4"]
    assert view.table.currentIndex().row() == 0
    assert view.document.segments == 4
    press(view.table, Qt.Key.Key_Z, CTRL)
    settled()
    assert rows(desk, view) == before
    assert cells(view, SOURCE) == list(LINES)
    press(view.table, Qt.Key.Key_Z, CTRL | SHIFT)
    settled()
    assert len(cells(view, SOURCE)) == 4


def test_all_of_the_translation_may_stay_with_the_first_part(view, desk, settled):
    dialog = split(view)
    dialog._whole.setChecked(True)
    dialog._go.click()
    settled()
    assert cells(view, TARGET)[:2] == [next(iter(LINES.values())), "it decided nothing."]
    assert view.table.segments.kinds == ("empty",)


def test_there_is_nothing_to_cut_at_the_end(view):
    dialog = split(view)
    dialog._source.moveCursor(dialog._source.textCursor().MoveOperation.End)
    assert not dialog._go.isEnabled()
    press(dialog._source, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.reject()


def test_segments_are_joined_by_key_and_written(view, desk, settled):
    press(view.table, Qt.Key.Key_J, CTRL | SHIFT)
    settled()
    assert cells(view, TARGET)[0] == "위원회가 모였다; 아무것도 정하지 않았다. 위원들이 떠났다."
    assert len(cells(view, TARGET)) == 2
    view._export.click()
    settled()
    assert view.document.output.read_text("utf-8").startswith(cells(view, TARGET)[0])
    press(view.table, Qt.Key.Key_J, CTRL | SHIFT)  # the last of its paragraph
    settled()
    assert view.bars.shown[-1].words.startswith("This is the last segment of its paragraph")
    assert len(cells(view, TARGET)) == 2


@pytest.mark.parametrize(
    ("words", "cut"),
    [
        ("One part, another; and the third one.", "One part, another; "),
        ("Nothing to pause at here", "Nothing to "),
        ("밥을 먹고, 잠을 잤다", "밥을 먹고, "),
        ("", ""),
    ],
)
def test_a_likely_place_is_proposed(words, cut):
    assert words[: likely(words, len(words) // 2)] == cut


# --- the page ---


@pytest.fixture
def paper(desk, tmp_path):
    """A PDF of two pages that is translated."""
    first, second, third = LINES
    source = tmp_path / "a.pdf"
    source.write_bytes(pdf(lines(40, 400, [first, "", "", third]), lines(40, 400, [second])))
    return opened(desk, source, (first, third, second))


def page_shown(view, qtbot, settled):
    view.review.side.switch.choose(PAGE)
    view.review._acts["side"].trigger()
    page = view.review.side.page
    qtbot.waitUntil(lambda: page.page > 0 and not page._picture.pixmap().isNull())
    settled()
    return page


def test_the_page_of_the_current_segment_is_shown(show, paper, qtbot, settled):
    view = show(paper)
    page = page_shown(view, qtbot, settled)
    assert page._count.text() == "1 of 2"
    view.table.go_to(2)
    qtbot.waitUntil(lambda: page._picture.accessibleName() == "Page 2 of 2")
    assert not page._on.isEnabled()
    page._back.click()
    qtbot.waitUntil(lambda: page._picture.accessibleName() == "Page 1 of 2")


def test_an_edit_is_on_the_page_a_moment_later(show, paper, desk, qtbot, settled):
    view = show(paper)
    page = page_shown(view, qtbot, settled)
    before = page._made
    view.review.steps.edit(rows(desk, view)[0].segment, "새로운 말이다.")
    qtbot.waitUntil(lambda: page._made is not before)
    assert "새로운말이다." in page._made.texts[0]
    assert "새로운 말이다." not in view.document.output.read_bytes().decode("latin-1")


def test_nothing_is_laid_out_that_nobody_sees(show, paper, done, desk, qtbot, settled):
    view = show(paper)
    page = view.review.side.page
    view.review._acts["side"].trigger()  # the matches are shown
    settled()
    assert (page._made, page._later.isActive()) == (None, False)
    page = page_shown_again(view, page, qtbot)
    view.review.steps.edit(rows(desk, view)[0].segment, "새로운 말이다.")
    qtbot.waitUntil(page._later.isActive)
    view.review._acts["side"].trigger()  # closed
    assert not page._later.isActive()
    assert page._dirty
    settled()


def page_shown_again(view, page, qtbot):
    view.review.side.switch.choose(PAGE)
    qtbot.waitUntil(lambda: page.page == 1)
    return page


def test_going_to_another_document_ends_it(show, paper, done, qtbot, settled):
    view = show(paper)
    page = view.review.side.page
    view.review.side.switch.choose(PAGE)
    view.review._acts["side"].trigger()
    qtbot.waitUntil(lambda: page._token is not None)
    token = page._token
    view.show_document(done)
    assert token.cancelled
    qtbot.waitUntil(lambda: page._words.text().startswith("Pages can be shown of PDF"))
    assert not page._scroll.isVisible()
    settled()


def test_where_there_is_no_program_the_sheet_says_which(show, desk, tmp_path, qtbot, monkeypatch):
    source = tmp_path / "a.html"
    source.write_text("<p>The members left.</p>", "utf-8")
    monkeypatch.setattr(office, "program", lambda: "")
    view = show(opened(desk, source, ("The members left.",)))
    view.review.side.switch.choose(PAGE)
    view.review._acts["side"].trigger()
    words = view.review.side.page._words
    qtbot.waitUntil(
        lambda: words.text().startswith("Install LibreOffice to see the pages of a.html")
    )
