"""Branches in the window: editing, answering anew, going from one to another."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from agents.base import UserError
from app.ui.chat.page import ChatPage
from app.ui.chat.turns import AnswerView
from tests.engine.scripted import INFO, ScriptedEngine
from tests.ui.conftest import installed


@pytest.fixture
def page(qtbot, desk, pool, theme, settled):
    desk.models.engines["scripted"]._answers = lambda request: f"To {request.messages[-1].content}"
    vars(desk)["router"] = None  # the commander answers alone: what it is asked is the question
    page = ChatPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    page.entered()
    settled()
    yield page
    page.closing()
    settled()


@pytest.fixture
def ask(page, settled):
    def asked(question):
        page._composer.edit.setPlainText(question)
        QTest.keyClick(page._composer.edit, Qt.Key.Key_Return)
        settled()

    return asked


def texts(page):
    return page._talk.transcript.texts()


def tools(page, number):
    """The tools of the message at a place of the screen."""
    return page._talk.transcript.views()[number].tools


def place(page, number):
    return tools(page, number)._place.text()


def bars(page):
    return [bar.words for bar in page._bars.shown]


def test_an_edited_question_opens_a_branch_and_the_old_one_is_a_click_away(page, ask, settled):
    for question in ("One?", "Two?", "Three?"):
        ask(question)
    page._composer.edit.setPlainText("not sent yet")
    tools(page, 2)._edit.click()
    assert page._composer.edit.toPlainText() == "Two?"
    assert len(bars(page)) == 1
    ask("Two, otherwise?")
    assert texts(page) == ["One?", "To One?", "Two, otherwise?", "To Two, otherwise?"]
    assert page._composer.edit.toPlainText() == "not sent yet"
    assert bars(page) == []
    assert place(page, 2) == "2/2"
    assert not tools(page, 2)._on.isEnabled()
    tools(page, 2)._back.click()
    settled()
    assert texts(page)[2:] == ["Two?", "To Two?", "Three?", "To Three?"]
    assert place(page, 2) == "1/2"
    assert [place(page, number) for number in (0, 1, 3)] == ["", "", ""]
    tools(page, 2)._on.click()
    settled()
    assert texts(page)[-1] == "To Two, otherwise?"


def test_a_branch_goes_on_from_where_it_is(page, desk, ask, settled, engine):
    ask("One?")
    tools(page, 0)._edit.click()
    ask("Another?")
    tools(page, 0)._back.click()
    settled()
    ask("More?")
    assert [m.content for m in engine.requests[-1].messages][-3:] == ["One?", "To One?", "More?"]
    again = [turn.content for turn in desk.conversations.turns(page._showing.conversation)]
    assert again == texts(page) == ["One?", "To One?", "More?", "To More?"]


@pytest.mark.parametrize("way", ["escape", "cancel", "new"])
def test_editing_can_be_given_up(page, ask, way):
    ask("One?")
    page._composer.edit.setPlainText("a draft")
    tools(page, 0)._edit.click()
    assert page._composer.edit.toPlainText() == "One?"
    if way == "escape":
        QTest.keyClick(page, Qt.Key.Key_Escape)
    elif way == "cancel":
        page._bars.shown[0].findChildren(QPushButton)[0].click()
    else:
        page.begin()
    assert page._composer.edit.toPlainText() == "a draft"
    assert bars(page) == []


def test_what_is_being_composed_belongs_to_the_draft_and_not_to_the_edit(page, ask, settled):
    ask("One?")
    edit = page._composer.edit
    edit.insertPlainText("초")
    QApplication.sendEvent(edit, QInputMethodEvent("안", []))
    tools(page, 0)._edit.click()
    assert edit.toPlainText() == "One?"
    QTest.keyClick(edit, Qt.Key.Key_Return)
    settled()
    assert texts(page)[0] == "One?"
    assert edit.toPlainText() == "초안"


def test_an_answer_anew_is_a_sibling_at_any_place(page, desk, ask, settled):
    ask("One?")
    ask("Two?")
    desk.models.engines["scripted"]._answers = "Anew."
    tools(page, 1).menu().actions()[0].trigger()
    settled()
    assert texts(page) == ["One?", "Anew."]
    assert place(page, 1) == "2/2"
    tools(page, 1)._back.click()
    settled()
    assert texts(page) == ["One?", "To One?", "Two?", "To Two?"]


def test_another_model_answers_anew(page, desk, ask, settled):
    desk.shelf.models.append(installed("other", name="Other one"))
    desk.models.engines["other"] = other = ScriptedEngine("From the other.", INFO)
    desk.models.borrowed["other"] = 0
    page.entered()
    settled()
    ask("One?")
    menu = tools(page, 1).menu()
    action = next(one for one in menu.actions() if one.text() == "Other one")
    action.trigger()
    settled()
    assert texts(page) == ["One?", "From the other."]
    assert [m.content for m in other.requests[0].messages][-1] == "One?"
    assert desk.settings.chat_model != "other"  # the next question goes to the same as before
    assert place(page, 1) == "2/2"


def test_a_failed_answer_anew_shows_the_old_one_again(page, desk, ask, settled):
    ask("One?")
    engine = desk.models.engines.pop("scripted")
    page.answer_again()
    settled()
    assert texts(page) == ["One?", "To One?"]
    assert len(bars(page)) == 1
    desk.models.engines["scripted"] = engine


def test_an_answer_anew_that_breaks_shows_the_one_it_was_for_and_can_be_tried_again(
    page, desk, ask, settled, engine
):
    ask("One?")
    engine._answers = "Second."
    page.answer_again()
    settled()
    tools(page, 1)._back.click()
    settled()

    def broken(_request):
        raise UserError("engine.failed", reason="out of order")

    engine._answers = broken
    tools(page, 1).menu().actions()[0].trigger()
    settled()
    assert (texts(page), place(page, 1)) == (["One?", "To One?"], "1/2")
    (bar,) = page._bars.shown
    engine._answers = "Third."
    next(one for one in bar.findChildren(QPushButton) if one.text() == "Try again").click()
    settled()
    assert (texts(page), place(page, 1)) == (["One?", "Third."], "3/3")
    assert bars(page) == []


def test_an_answer_anew_that_is_stopped_before_its_first_word_leaves_no_branch(
    qtbot, page, desk, ask, settled
):
    ask("One?")
    desk.models.engines["scripted"] = ScriptedEngine("word " * 50, delay=5)
    page.answer_again()
    kept, conversation = desk.conversations, page._showing.conversation
    qtbot.waitUntil(lambda: kept.turns(conversation)[-1].state == "writing")
    page._asking.stop()
    settled()
    assert (texts(page), place(page, 1)) == (["One?", "To One?"], "")


def test_a_wrong_sum_is_noted_below_the_answer_now_and_later(page, ask, settled, engine):
    engine._answers = "It is 17 × 23 = 381."
    ask("How much?")
    (view,) = [one for one in page._talk.transcript.views() if isinstance(one, AnswerView)]
    assert view.note == "Checked: 17 × 23 = 391, not 381"
    assert view.shown == "It is 17 × 23 = 381."
    assert not view._team.isVisible()
    conversation = page._showing.conversation
    page.begin()
    engine._answers = "Nothing to reckon."
    ask("And now?")
    (view,) = [one for one in page._talk.transcript.views() if isinstance(one, AnswerView)]
    assert not view._note.isVisible()
    page.open_conversation(conversation)
    settled()
    (view,) = [one for one in page._talk.transcript.views() if isinstance(one, AnswerView)]
    assert view._note.isVisible()
    assert "391" in view.note


def test_a_branch_can_be_looked_at_while_another_is_answered(qtbot, page, desk, ask, settled):
    ask("One?")
    desk.models.engines["scripted"] = ScriptedEngine("word " * 50_000, delay=0.002)
    page.answer_again()
    qtbot.waitUntil(lambda: texts(page)[-1].count("word") > 5)
    qtbot.waitUntil(
        lambda: len(page._showing.turns) == 2 and page._showing.turns[-1].state == "writing"
    )
    page._showing.switch(page._showing.turns[-1].siblings[0])
    qtbot.waitUntil(lambda: texts(page) == ["One?", "To One?"])
    page._showing.switch(page._showing.turns[-1].siblings[1])
    qtbot.waitUntil(lambda: texts(page)[-1].count("word") > 5)
    seen = texts(page)[-1].count("word")
    qtbot.waitUntil(lambda: texts(page)[-1].count("word") > seen)
    page._asking.stop()
    settled()
    assert texts(page)[-1] == desk.conversations.turns(page._showing.conversation)[-1].content


def test_tools_come_with_what_is_stored(qtbot, page, desk, ask, settled):
    desk.models.engines["scripted"] = ScriptedEngine("word " * 50_000, delay=0.002)
    page.ask("Talk.")
    qtbot.waitUntil(lambda: len(texts(page)) == 2 and texts(page)[1].count("word") > 5)
    assert not tools(page, 1).isVisible()
    page._asking.stop()
    settled()
    assert tools(page, 0)._edit.isVisible()
    assert tools(page, 1)._anew.isVisible()
    assert isinstance(page._talk.transcript.views()[1], AnswerView)


def test_an_edit_of_a_branch_that_was_left_meanwhile_goes_to_its_branch(page, desk, ask, settled):
    ask("One?")
    tools(page, 0)._edit.click()
    ask("Eins?")
    ask("Zwei?")
    tools(page, 2)._edit.click()
    tools(page, 0)._back.click()
    settled()
    assert texts(page) == ["One?", "To One?"]
    ask("Drei?")
    settled()
    assert texts(page) == ["Eins?", "To Eins?", "Drei?", "To Drei?"]
    stored = [turn.content for turn in desk.conversations.turns(page._showing.conversation)]
    assert stored == texts(page)
    assert place(page, 2) == "2/2"


@pytest.fixture
def slow_answers(desk, monkeypatch):
    """Holds the moment in which a question is stored and its answer is not, as long as wanted."""
    add, waits, go = desk.conversations.add, threading.Event(), threading.Event()
    go.set()

    def slow(conversation, role, *args, **values):
        if role == "assistant" and not go.is_set():
            waits.set()
            assert go.wait(20)
        return add(conversation, role, *args, **values)

    monkeypatch.setattr(desk.conversations, "add", slow)
    yield waits, go
    go.set()


def shown_tools(page):
    """What the tools of each message are for."""
    turns = [view.tools.turn for view in page._talk.transcript.views()]
    return [turn.content if turn is not None else None for turn in turns]


def test_an_answer_that_is_not_stored_yet_is_not_taken_for_the_one_before(
    qtbot, page, ask, settled, slow_answers
):
    waits, go = slow_answers
    ask("One?")
    go.clear()
    page.ask("Two?")
    qtbot.waitUntil(waits.is_set)
    qtbot.waitUntil(lambda: len(page._showing.turns) == 3)
    assert texts(page) == ["One?", "To One?", "Two?", ""]
    assert shown_tools(page) == ["One?", "To One?", "Two?", None]
    go.set()
    settled()
    assert texts(page) == shown_tools(page) == ["One?", "To One?", "Two?", "To Two?"]


def test_an_answer_anew_that_is_not_stored_yet_is_not_taken_for_the_old_one(
    qtbot, page, desk, ask, settled, slow_answers
):
    waits, go = slow_answers
    ask("One?")
    desk.models.engines["scripted"]._answers = "Once more."
    go.clear()
    page.answer_again()
    qtbot.waitUntil(waits.is_set)
    qtbot.waitUntil(lambda: page._asking.running[0].question_turn != 0)
    qtbot.waitUntil(lambda: not page._showing._knowing.waiting)
    assert texts(page) == ["One?", ""]
    assert shown_tools(page) == ["One?", None]
    go.set()
    settled()
    assert texts(page) == shown_tools(page) == ["One?", "Once more."]
    assert place(page, 1) == "2/2"
