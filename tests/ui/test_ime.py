"""Korean input: one Enter sends once, no syllable is lost or doubled, no second Enter is needed.

Each test plays the events of one kind of input method, as they were seen to arrive.
"""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest

from app.ui.widgets.send_edit import COMMIT_MS, SendEdit


@pytest.fixture
def edit(qtbot):
    edit = SendEdit("Question")
    qtbot.addWidget(edit)
    edit.sent_texts = []

    def take(text):
        edit.sent_texts.append(text)
        edit.clear()

    edit.sent.connect(take)
    edit.show()
    edit.setFocus()
    return edit


def compose(edit, preedit, commit=""):
    event = QInputMethodEvent(preedit, [])
    if commit:
        event.setCommitString(commit)
    QCoreApplication.sendEvent(edit, event)


def type_hangul(edit, *steps):
    """Jamo by jamo, as a two-set keyboard composes."""
    for preedit, commit in steps:
        compose(edit, preedit, commit)


ANNYEONG = [("ㅇ", ""), ("아", ""), ("안", ""), ("ㄴ", "안"), ("녀", ""), ("녕", "")]


def enter(edit, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(edit, Qt.Key.Key_Return, modifier)


def after_waiting(qtbot):
    qtbot.wait(COMMIT_MS * 3)


def test_the_method_commits_before_enter_arrives(qtbot, edit):
    type_hangul(edit, *ANNYEONG)
    compose(edit, "", "녕")
    enter(edit)
    after_waiting(qtbot)
    assert edit.sent_texts == ["안녕"]
    assert edit.toPlainText() == ""


def test_the_method_commits_after_enter_arrived(qtbot, edit):
    type_hangul(edit, *ANNYEONG)
    enter(edit)
    assert edit.sent_texts == []
    compose(edit, "", "녕")
    assert edit.sent_texts == ["안녕"]
    after_waiting(qtbot)
    assert edit.sent_texts == ["안녕"]
    assert edit.toPlainText() == ""


def test_the_method_never_commits(qtbot, edit):
    type_hangul(edit, *ANNYEONG)
    enter(edit)
    after_waiting(qtbot)
    assert edit.sent_texts == ["안녕"]
    assert edit.toPlainText() == ""


def test_the_method_clears_the_preedit_first_and_commits_later(qtbot, edit):
    type_hangul(edit, *ANNYEONG)
    enter(edit)
    compose(edit, "")
    assert edit.sent_texts == []
    compose(edit, "", "녕")
    after_waiting(qtbot)
    assert edit.sent_texts == ["안녕"]


def test_the_method_clears_the_preedit_and_nothing_more(qtbot, edit):
    type_hangul(edit, *ANNYEONG)
    enter(edit)
    compose(edit, "")
    after_waiting(qtbot)
    assert edit.sent_texts == ["안녕"]


def test_a_commit_that_comes_too_late_is_not_doubled(qtbot, edit):
    type_hangul(edit, *ANNYEONG)
    enter(edit)
    after_waiting(qtbot)
    compose(edit, "", "녕")
    assert edit.sent_texts == ["안녕"]
    assert edit.toPlainText() == ""


def test_the_method_repeats_enter_after_its_commit(qtbot, edit):
    type_hangul(edit, *ANNYEONG)
    enter(edit)
    compose(edit, "", "녕")
    enter(edit)
    after_waiting(qtbot)
    assert edit.sent_texts == ["안녕"]


def test_enter_held_down_sends_once(qtbot, edit):
    QTest.keyClicks(edit, "hello")
    QTest.keyPress(edit, Qt.Key.Key_Return)
    for _ in range(5):
        edit.keyPressEvent(repeat())
    assert edit.sent_texts == ["hello"]


def repeat():
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent

    return QKeyEvent(
        QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True
    )


def test_the_same_syllable_can_be_typed_at_once_again(qtbot, edit):
    type_hangul(edit, *ANNYEONG)
    enter(edit)
    after_waiting(qtbot)
    type_hangul(edit, ("ㄴ", ""), ("녀", ""), ("녕", ""), ("", "녕"))
    enter(edit)
    assert edit.sent_texts == ["안녕", "녕"]


def test_the_send_button_takes_the_syllable_too(qtbot, edit):
    type_hangul(edit, *ANNYEONG)
    edit.send()
    after_waiting(qtbot)
    assert edit.sent_texts == ["안녕"]


def test_shift_enter_begins_a_line_after_the_syllable(qtbot, edit):
    type_hangul(edit, *ANNYEONG)
    enter(edit, Qt.KeyboardModifier.ShiftModifier)
    compose(edit, "", "녕")
    type_hangul(edit, ("ㄱ", ""), ("가", ""), ("", "가"))
    assert edit.toPlainText() == "안녕\n가"
    enter(edit)
    assert edit.sent_texts == ["안녕\n가"]


def test_a_syllable_in_the_middle_goes_where_the_cursor_is(qtbot, edit):
    edit.setPlainText("가다")
    cursor = edit.textCursor()
    cursor.setPosition(1)
    edit.setTextCursor(cursor)
    type_hangul(edit, ("ㄴ", ""), ("나", ""))
    enter(edit)
    after_waiting(qtbot)
    assert edit.sent_texts == ["가나다"]


def test_what_was_typed_while_waiting_is_kept(qtbot, edit):
    type_hangul(edit, *ANNYEONG)
    enter(edit)
    compose(edit, "", "녕")
    QTest.keyClicks(edit, "next")
    after_waiting(qtbot)
    assert edit.sent_texts == ["안녕"]
    assert edit.toPlainText() == "next"


@pytest.mark.parametrize("late", [False, True])
def test_a_syllable_belongs_to_the_text_that_is_replaced(qtbot, edit, late):
    compose(edit, "", "초")
    compose(edit, "안")
    assert edit.replace("An earlier question") == "초안"
    if late:  # the method commits by itself, as if nothing had happened
        compose(edit, "", "안")
    assert edit.toPlainText() == "An earlier question"
    enter(edit)
    after_waiting(qtbot)
    assert edit.sent_texts == ["An earlier question"]


@pytest.mark.parametrize("written", ["", "   ", "\n\n"])
def test_nothing_is_not_sent(edit, written):
    edit.setPlainText(written)
    enter(edit)
    assert edit.sent_texts == []


def test_dropped_files_are_left_to_the_window(edit):
    from PySide6.QtCore import QMimeData, QUrl

    files, words = QMimeData(), QMimeData()
    files.setUrls([QUrl.fromLocalFile("/home/me/a.md")])
    files.setText("/home/me/a.md")
    words.setText("dragged words")
    assert not edit.canInsertFromMimeData(files)
    assert edit.canInsertFromMimeData(words)


def test_the_field_grows_and_stops_growing(qtbot, edit):
    low = edit.height()
    edit.setPlainText("\n".join("line" for _ in range(5)))
    middle = edit.height()
    edit.setPlainText("\n".join("line" for _ in range(80)))
    high = edit.height()
    assert low < middle < high < 15 * edit.fontMetrics().lineSpacing()
