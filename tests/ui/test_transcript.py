"""A conversation of ten thousand messages: what is in sight is built, and nothing jumps."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QWheelEvent
from PySide6.QtTest import QTest

from agents.store.conversations import Turn
from app.ui.chat.branches import TurnWishes
from app.ui.chat.find import places
from app.ui.chat.heights import Heights
from app.ui.chat.transcript import Transcript
from app.ui.chat.turns import AnswerView, QuestionView

MANY = 10_000


def turn(number, content=None):
    role = "user" if number % 2 == 0 else "assistant"
    said = content or f"Message {number}.\n\n" + "More words of it. " * (number % 37)
    return Turn(number, role, said, "done", "LFM" if number % 2 else "", 10, 1.0)


@pytest.fixture
def view(qtbot, theme, pool, settled):
    view = Transcript(theme, pool, TurnWishes(pool))
    qtbot.addWidget(view)
    view.resize(700, 600)
    view.show()
    settled()
    yield view
    settled()


@pytest.fixture
def still(qtbot, view):
    """A function that waits until everything in sight is built."""

    def wait():
        qtbot.waitUntil(lambda: not view.building)

    return wait


@pytest.fixture
def long(view, still):
    view.show_turns(tuple(turn(number) for number in range(MANY)))
    still()
    return view


def in_sight(view):
    """The messages the reader sees, with where each begins."""
    high = view.viewport().height()
    places_ = {one.rich.text.split(".")[0]: one.y() for one in view._views.built.values()}
    return {name: y for name, y in places_.items() if 0 <= y < high}


def test_only_what_is_in_sight_is_built(long):
    assert len(long.texts()) == MANY
    assert 0 < len(long.views()) < 15
    assert f"Message {MANY - 1}" in in_sight(long)
    bar = long.verticalScrollBar()
    assert bar.value() == bar.maximum() > MANY * 40


def test_views_are_used_again(long, still):
    made = set(long._views.built.values())
    for _time in range(60):
        QTest.keyClick(long, Qt.Key.Key_PageUp)
        still()
        made |= set(long._views.built.values())
    assert len(made) < 60
    questions, answers = long._views._spare
    assert len(questions) + len(answers) + len(long._views.built) == len(
        long.viewport().findChildren(QuestionView) + long.viewport().findChildren(AnswerView)
    )


def test_what_is_read_stays_where_it_is_while_guesses_are_corrected(long, still):
    bar = long.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    still()
    for _time in range(80):
        before = in_sight(long)
        port = long.viewport()
        at = QPointF(port.width() / 2, port.height() / 2)
        long.wheelEvent(
            QWheelEvent(
                at,
                port.mapToGlobal(at),
                QPoint(),
                QPoint(0, 120),
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            )
        )
        still()
        after = in_sight(long)
        moved = {after[name] - y for name, y in before.items() if name in after}
        assert moved == {bar.singleStep() * 3}, (before, after)


def test_home_and_end(long, still):
    QTest.keyClick(long, Qt.Key.Key_Home)
    still()
    assert in_sight(long)["Message 0"] < 30
    assert long.verticalScrollBar().value() == 0
    assert not long.following
    QTest.keyClick(long, Qt.Key.Key_End)
    still()
    assert f"Message {MANY - 1}" in in_sight(long)
    assert long.following


def test_page_by_page_every_message_is_passed(view, still):
    view.show_turns(tuple(turn(number) for number in range(60)))
    still()
    QTest.keyClick(view, Qt.Key.Key_Home)
    still()
    seen = set(in_sight(view))
    for _time in range(80):
        QTest.keyClick(view, Qt.Key.Key_PageDown)
        still()
        seen |= set(in_sight(view))
    assert seen >= {f"Message {number}" for number in range(1, 60)}
    assert view.following


def test_keys_scroll_also_from_inside_a_message(long, still):
    answer = next(one for one in long._views.built.values() if isinstance(one, AnswerView))
    answer.rich.setFocus()
    before = long.verticalScrollBar().value()
    QTest.keyClick(answer.rich, Qt.Key.Key_PageUp)
    still()
    assert long.verticalScrollBar().value() < before - 300


def test_a_selection_stays_when_it_is_out_of_sight(long, still):
    number, answer = next(
        (number, one) for number, one in long._views.built.items() if isinstance(one, AnswerView)
    )
    cursor = answer.rich.textCursor()
    cursor.setPosition(0)
    cursor.setPosition(7, cursor.MoveMode.KeepAnchor)
    answer.rich.setTextCursor(cursor)
    QTest.keyClick(long, Qt.Key.Key_Home)
    still()
    QTest.keyClick(long, Qt.Key.Key_End)
    still()
    assert long._views.built[number] is answer
    assert answer.rich.textCursor().selectedText() == "Message"


def test_a_narrower_window_wraps_anew_and_keeps_the_end(long, still):
    before = long.verticalScrollBar().maximum()
    long.resize(320, 600)
    still()
    bar = long.verticalScrollBar()
    assert bar.value() == bar.maximum() != before
    last = long._views.built[MANY - 1]
    assert last.width() < 320
    assert last.geometry().bottom() <= long.viewport().height()


@pytest.mark.parametrize("scale", [80, 200])
def test_letters_of_another_size_keep_the_end_in_sight(qtbot, long, theme, still, scale):
    before = long._views.built[MANY - 1].rich.height()
    theme.use("dark", scale)
    qtbot.waitUntil(lambda: long._views.built[MANY - 1].rich.height() != before)
    bar = long.verticalScrollBar()
    last = long._views.built[MANY - 1]
    qtbot.waitUntil(
        lambda: (
            last.height() == last.layout().totalHeightForWidth(last.width())
            and bar.value() == bar.maximum()
        )
    )
    still()
    assert last.geometry().bottom() <= long.viewport().height()
    theme.use("light", 100)


def test_a_message_is_brought_into_sight_by_its_number(long, still):
    long.go_to(4321)
    still()
    assert 0 <= in_sight(long)["Message 4321"] < 300
    assert not long.following


def test_messages_written_now_are_built_anew_once_they_are_known_as_stored(view, still):
    view.show_turns(tuple(turn(number) for number in range(40)))
    view.ask("A new question")
    still()
    assert view.texts()[-1] == "A new question"
    view.update_turns((*(turn(number) for number in range(40)), turn(40, "A new question")))
    view.go_to(40)
    still()
    assert view.texts()[-1] == "A new question"
    assert len(view.texts()) == 41


# --- finding ---


@pytest.fixture
def found(qtbot, view, still):
    """A function that looks for words and waits until all messages are looked through."""

    def find(words):
        view.activateWindow()
        view.setFocus()
        QTest.keySequence(view, QKeySequence(QKeySequence.StandardKey.Find))
        qtbot.waitUntil(view.find.isVisible)
        view.find.line.setText(words)
        qtbot.waitUntil(lambda: view.find.words == words and not view.find._look.isActive())
        still()
        return view.find

    return find


def marked(view):
    return [
        selection.cursor.selectedText()
        for one in view.views()
        for selection in one.rich.extraSelections()
    ]


def test_words_are_found_far_from_where_one_is(long, still, found):
    bar = found("message 123.")
    assert [hit.item for hit in bar._hits] == [123]
    assert bar._count.text() == "1 of 1"
    assert 0 <= in_sight(long)["Message 123"] < 400
    assert marked(long) == ["Message 123."]


def test_hits_are_gone_through_from_the_end_and_round(qtbot, view, still, found):
    contents = ["**서울**의 서울", "none", "서울특별시", "end"]
    view.show_turns(tuple(turn(number, content) for number, content in enumerate(contents)))
    still()
    bar = found("서울")
    assert bar._count.text() == "3 of 3"
    QTest.keyClick(bar.line, Qt.Key.Key_Return)
    assert bar._count.text() == "1 of 3"
    assert bar.hit.item == 0
    assert marked(view) == ["서울"] * 3
    QTest.keyClick(bar.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert bar._count.text() == "3 of 3"
    QTest.keyClick(bar.line, Qt.Key.Key_Escape)
    assert bar.isHidden()
    assert marked(view) == []
    assert view.hasFocus()


def test_what_is_not_there_is_said(long, found):
    assert found("no such words")._count.text() == "Nothing found"


def test_markup_does_not_hide_words():
    assert places("the **bo**ld and `bold`", "BOLD") == 2
    assert places("text", "") == 0
    assert places("see [the link](https://example.org)", "see the link") == 1
    assert places("see [the link](https://example.org)", "example") == 0


# --- heights ---


def test_heights_of_many():
    heights = Heights(10)
    heights.fill([20] * 1000)
    assert heights.total == 30_000
    assert heights.set(500, 50)
    assert not heights.set(500, 50)
    assert heights.top(500) == 15_000
    assert heights.top(501) == 15_060
    assert [heights.at(pixel) for pixel in (-5, 0, 29, 30, 15_059, 15_060, 10**9)] == [
        0,
        0,
        0,
        1,
        500,
        501,
        999,
    ]
    heights.append(7)
    assert heights.total == 30_047
    heights.cut(1)
    assert heights.total == 30
    heights.cut(0)
    assert heights.total == 0
    assert heights.at(0) == 0
