"""Enter in search boxes, names and cells: once, and with the last syllable in it.

Each test plays the events of one kind of input method, as they were seen to arrive: Windows
commits and then passes Enter on; macOS passes it on first or sends it a second time; IBus and
Fcitx commit a moment later, or only when the field loses the focus.
"""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QTextCharFormat
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QListWidgetItem, QTextEdit

from app.ui.chat.find import FindBar
from app.ui.enter_guard import EnterGuard
from app.ui.widgets.send_edit import SendEdit


@pytest.fixture(autouse=True)
def guard(qapp):
    guard = EnterGuard(qapp)
    yield guard
    qapp.focusChanged.disconnect(guard._focus_moved)
    guard._focus_moved(None, None)
    guard.deleteLater()


@pytest.fixture
def line(qtbot):
    line = QLineEdit()
    qtbot.addWidget(line)
    line.done = []
    line.returnPressed.connect(lambda: line.done.append(line.text()))
    focus(qtbot, line)
    return line


def focus(qtbot, widget):
    widget.window().show()
    widget.window().activateWindow()
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus)


def compose(preedit, commit="", to=None):
    underlined = QTextCharFormat()
    underlined.setFontUnderline(True)
    kind = QInputMethodEvent.AttributeType
    attributes = [
        QInputMethodEvent.Attribute(kind.TextFormat, 0, len(preedit), underlined),
        QInputMethodEvent.Attribute(kind.Cursor, len(preedit), 1, None),
    ]
    event = QInputMethodEvent(preedit, attributes if preedit else [])
    if commit:
        event.setCommitString(commit)
    QCoreApplication.sendEvent(to or QApplication.focusWidget(), event)


HANGUL = (("ㅎ", ""), ("하", ""), ("한", ""), ("ㄱ", "한"), ("그", ""), ("글", ""))


def type_hangul():
    for preedit, commit in HANGUL:
        compose(preedit, commit)


def press(widget=None):
    QTest.keyPress(widget or QApplication.focusWidget(), Qt.Key.Key_Return)


def release(widget=None):
    QTest.keyRelease(widget or QApplication.focusWidget(), Qt.Key.Key_Return)


def enter():
    press()
    release()


def test_windows_commits_and_passes_enter_on(line):
    type_hangul()
    compose("", "글")
    enter()
    assert line.done == ["한글"]


def test_macos_passes_enter_on_and_commits_then(line):
    type_hangul()
    press()
    assert line.done == []
    compose("", "글")
    release()
    assert line.done == ["한글"]


def test_macos_sends_the_same_enter_twice(line):
    type_hangul()
    press()
    compose("", "글")
    press()
    release()
    assert line.done == ["한글"]
    enter()  # and another one is another one
    assert line.done == ["한글", "한글"]


def test_ibus_clears_the_preedit_first_and_commits_later(line):
    type_hangul()
    press()
    compose("")
    assert line.done == []
    compose("", "글")
    release()
    assert line.done == ["한글"]


def test_a_method_that_never_commits(qtbot, line):
    type_hangul()
    enter()
    qtbot.waitUntil(lambda: line.done == ["한글"])
    assert line.text() == "한글"


def test_a_commit_that_comes_too_late_is_not_doubled(qtbot, line):
    type_hangul()
    enter()
    qtbot.waitUntil(lambda: bool(line.done))
    compose("", "글")
    assert line.text() == "한글"
    assert line.done == ["한글"]


def test_the_same_syllable_typed_again_is_taken(qtbot, line):
    type_hangul()
    enter()
    qtbot.waitUntil(lambda: bool(line.done))
    line.clear()
    for preedit, commit in (("ㄱ", ""), ("그", ""), ("글", ""), ("", "글")):
        compose(preedit, commit)
    enter()
    assert line.done == ["한글", "글"]


def test_fcitx_commits_when_the_focus_goes(qtbot, line):
    other = QLineEdit()
    qtbot.addWidget(other)
    type_hangul()
    press()
    compose("", "글", to=line)  # what the platform sends before the focus is away
    focus(qtbot, other)
    assert line.done == ["한글"]
    enter()
    assert line.done == ["한글"]


def test_enter_held_down_acts_once_after_a_syllable(line):
    type_hangul()
    press()
    compose("", "글")
    again = QKeyEvent(
        QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True
    )
    QCoreApplication.sendEvent(line, again)
    assert line.done == ["한글"]


def test_plain_enter_is_left_alone(line):
    QTest.keyClicks(line, "word")
    enter()
    enter()
    assert line.done == ["word", "word"]


def test_a_name_is_changed_in_a_list(qtbot):
    names = QListWidget()
    qtbot.addWidget(names)
    item = QListWidgetItem("old")
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
    names.addItem(item)
    focus(qtbot, names)
    names.editItem(item)
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    editor = QApplication.focusWidget()
    editor.clear()
    type_hangul()
    press(editor)
    QCoreApplication.processEvents()
    assert item.text() == "old"
    assert QApplication.focusWidget() is editor
    compose("", "글", to=editor)
    qtbot.waitUntil(lambda: item.text() == "한글")


def test_a_line_is_broken_behind_the_syllable(qtbot):
    text = QTextEdit()
    qtbot.addWidget(text)
    focus(qtbot, text)
    type_hangul()
    press()
    compose("", "글")
    release()
    compose("", "다")
    assert text.toPlainText() == "한글\n다"


def test_the_search_of_a_conversation_takes_the_syllable(qtbot, theme):
    from PySide6.QtWidgets import QWidget

    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 300)
    bar = FindBar(theme, window)
    window.show()
    bar.open(lambda: ["한글은 쉽다", "한강", "한글"], None)
    focus(qtbot, bar.line)
    type_hangul()
    press()
    compose("", "글")
    release()
    qtbot.waitUntil(lambda: bar.words == "한글" and len(bar._hits) == 2)
    assert bar.line.text() == "한글"


def test_a_field_that_sends_keeps_its_own_law(qtbot):
    edit = SendEdit("Question")
    qtbot.addWidget(edit)
    sent = []
    edit.sent.connect(lambda words: (sent.append(words), edit.clear()))
    focus(qtbot, edit)
    type_hangul()
    press()
    compose("", "글")
    press()
    release()
    assert sent == ["한글"]
    assert edit.toPlainText() == ""
