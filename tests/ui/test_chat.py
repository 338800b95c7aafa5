"""The chat page with a real store and real threads; only the model's words are written here."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QPushButton, QWidget

from agents.base import UserError
from app import settings as stored_settings
from app.ui.chat.page import ChatPage
from app.ui.chat.turns import AnswerView
from tests.engine.scripted import INFO, ScriptedEngine, ScriptedModels
from tests.ui.conftest import installed


@pytest.fixture
def page(qtbot, desk, pool, theme, settled):
    page = ChatPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    page.entered()
    settled()
    yield page
    page.closing()
    settled()


class Gate:
    """Answers only as far as the test lets it."""

    def __init__(self):
        self.open = threading.Event()
        self.asked = threading.Event()

    def __call__(self, request):
        self.asked.set()
        assert self.open.wait(20)
        return "Now the answer comes."


def ask(page, question):
    page._composer.edit.setPlainText(question)
    QTest.keyClick(page._composer.edit, Qt.Key.Key_Return)


def texts(page):
    return page._talk.transcript.texts()


def answers(page):
    return [view for view in page._talk.transcript.views() if isinstance(view, AnswerView)]


def titles(page):
    side = page._side.list
    rows = [side.item(number) for number in range(side.count())]
    return [row.text() for row in rows if row.data(Qt.ItemDataRole.UserRole)]


def words(page):
    return [bar.words for bar in page._bars.shown]


def press(page, name):
    from PySide6.QtWidgets import QPushButton

    found = [b for b in page.findChildren(QPushButton) if b.text() == name and b.isVisible()]
    assert len(found) == 1, [b.text() for b in page.findChildren(QPushButton)]
    found[0].click()


def keep_conversation(desk, title, *turns):
    kept = desk.conversations
    conversation = kept.start(title, "scripted")
    for role, content in turns:
        turn = kept.add(conversation, role, content, "done", "Scripted")
        if role == "assistant":
            kept.finish(turn, content, "done", tokens=10, seconds=2.0)
    return conversation


def test_a_question_is_answered_and_stored(page, desk, settled):
    ask(page, "What is it?")
    assert page._composer.edit.toPlainText() == ""
    settled()
    assert texts(page) == ["What is it?", "The answer is **42**."]
    assert any(run.bold for piece in answers(page)[0].rich.pieces for run in piece.runs)
    assert titles(page) == ["What is it?"]
    kept = desk.conversations
    assert [turn.content for turn in kept.turns(kept.list()[0].id)] == texts(page)
    assert page._composer._context.whole.startswith("Context ")


def test_the_whole_conversation_goes_to_the_model(page, engine, settled):
    for question in ("One?", "Two?"):
        ask(page, question)
        settled()
    assert [m.content for m in engine.requests[-1].messages][-3:] == [
        "One?",
        "The answer is **42**.",
        "Two?",
    ]
    assert len(titles(page)) == 1


def test_an_answer_streams_and_can_be_stopped(qtbot, page, desk, settled):
    desk.models.engines["scripted"] = ScriptedEngine("word " * 5000, delay=0.002)
    ask(page, "Talk.")
    qtbot.waitUntil(lambda: answers(page)[0].shown.count("word") > 5)
    assert page._composer.send.text() == "Stop"
    QTest.keyClick(page, Qt.Key.Key_Escape)
    settled()
    assert page._composer.send.text() == "Send"
    kept = desk.conversations
    answer = kept.turns(kept.list()[0].id)[-1]
    assert answer.state == "stopped"
    assert answers(page)[0].shown == answer.content
    assert answers(page)[0]._state.text() == "Stopped"


def test_an_answer_again_replaces_the_last_with_another_seed(page, desk, engine, settled):
    desk.models.engines["scripted"] = engine = ScriptedEngine(["First.", "Second.", "Third."])
    for _question in ("One?", "Two?"):
        ask(page, _question)
        settled()
    press(page, "Answer again")
    settled()
    assert texts(page) == ["One?", "First.", "Two?", "Third."]
    kept = desk.conversations
    assert [turn.content for turn in kept.turns(kept.list()[0].id)] == texts(page)
    assert engine.requests[1].sampling.seed != engine.requests[2].sampling.seed


def test_enter_while_an_answer_runs_sends_nothing_and_loses_nothing(qtbot, page, desk, settled):
    gate = Gate()
    desk.models.engines["scripted"] = engine = ScriptedEngine(gate)
    ask(page, "First")
    qtbot.waitUntil(gate.asked.is_set)
    ask(page, "Second")
    assert page._composer.edit.toPlainText() == "Second"
    gate.open.set()
    settled()
    assert len(engine.requests) == 1


def test_leaving_a_conversation_neither_stops_nor_loses_its_answer(qtbot, page, desk, settled):
    other = keep_conversation(desk, "Other", ("user", "Hello"), ("assistant", "Hi."))
    gate = Gate()
    desk.models.engines["scripted"] = ScriptedEngine(gate)
    ask(page, "Slow one")
    qtbot.waitUntil(gate.asked.is_set)
    qtbot.waitUntil(lambda: page._showing.conversation != 0)
    mine = page._showing.conversation
    page.open_conversation(other)
    qtbot.waitUntil(lambda: texts(page) == ["Hello", "Hi."])
    assert page._composer.send.text() == "Send"
    page.open_conversation(mine)
    qtbot.waitUntil(lambda: texts(page) == ["Slow one", ""])
    assert page._composer.send.text() == "Stop"
    gate.open.set()
    settled()
    assert texts(page) == ["Slow one", "Now the answer comes."]


def test_a_new_conversation_does_not_inherit_a_running_first_answer(qtbot, page, desk, settled):
    gate = Gate()
    desk.models.engines["scripted"] = ScriptedEngine(gate)
    ask(page, "First conversation")
    page.begin()  # before the agent could say where it stored the question
    assert page._composer.send.text() == "Send"
    gate.open.set()
    settled()
    assert page._showing.conversation == 0
    assert texts(page) == []
    assert titles(page) == ["First conversation"]


def test_a_model_that_is_gone_is_explained_and_the_question_kept(page, desk, settled):
    desk.models.engines.clear()
    ask(page, "Who?")
    settled()
    assert "Models" in {b.text() for b in page._bars.findChildren(type(page._composer.send))}
    assert texts(page) == ["Who?"]
    vars(desk)["models"].engines["scripted"] = ScriptedEngine("It is back.")
    press(page, "Try again")
    settled()
    assert texts(page) == ["Who?", "It is back."]
    assert words(page) == []
    assert len(titles(page)) == 1


def test_an_engine_that_fails_in_the_middle_says_so(page, desk, settled):
    def fail(_request):
        raise UserError("model.missing", model="scripted")

    desk.models.engines["scripted"] = ScriptedEngine(fail)
    ask(page, "Why?")
    settled()
    assert len(words(page)) == 1
    assert texts(page) == ["Why?"]


def test_a_korean_question_to_an_english_model_is_announced(page, desk, english_engine, settled):
    desk.models.engines["scripted"] = english_engine
    ask(page, "안녕?")
    settled()
    assert any("does not know Korean" in each for each in words(page))


def test_without_a_model_nothing_can_be_sent(page, desk, settled):
    desk.shelf.models.clear()
    page.entered()
    settled()
    assert not page._composer.send.isEnabled()
    ask(page, "Hello?")
    assert page._composer.edit.toPlainText() == "Hello?"
    assert texts(page) == []
    wanted = []
    page.navigate.connect(wanted.append)
    press(page, "Get a model")
    assert wanted == ["models"]


def test_the_chosen_model_is_stored_and_answers(page, desk, settled):
    desk.shelf.models.append(installed("other", languages=("en",)))
    desk.models.engines["other"] = other = ScriptedEngine("From the other.", INFO)
    desk.models.borrowed["other"] = 0
    page.entered()
    settled()
    page._composer._menu.actions()[1].trigger()
    assert stored_settings.load(desk.paths.settings)[0].chat_model == "other"
    assert page._composer._lacks.isVisible()
    ask(page, "Tell me about the French Revolution.")
    settled()
    assert len(other.requests) == 1


def test_search_finds_what_was_said(qtbot, page, desk, settled):
    keep_conversation(desk, "Fares", ("user", "Price of a ticket?"), ("assistant", "350 won"))
    keep_conversation(desk, "Rivers", ("user", "How long is the Han?"), ("assistant", "494 km"))
    page._side.reload()
    settled()
    assert titles(page) == ["Rivers", "Fares"]
    page._side.search.setText("350 won")
    qtbot.waitUntil(lambda: titles(page) == ["Fares"])
    page._side.search.setText("no such words")
    qtbot.waitUntil(lambda: titles(page) == [])
    assert page._side._nothing.text() == "Nothing was found."
    page._side.search.clear()
    qtbot.waitUntil(lambda: len(titles(page)) == 2)


def test_a_deleted_conversation_comes_back_with_undo(page, desk, settled):
    one = keep_conversation(desk, "Keep me", ("user", "Hello"), ("assistant", "Hi."))
    page._side.reload()
    settled()
    page.open_conversation(one)
    settled()
    page.delete(one)
    settled()
    assert titles(page) == []
    assert desk.conversations.exists(one)
    press(page, "Undo")
    settled()
    assert titles(page) == ["Keep me"]
    assert texts(page) == ["Hello", "Hi."]


def test_a_deleted_conversation_goes_with_its_bar(page, desk, settled):
    one = keep_conversation(desk, "Away", ("user", "Hello"))
    page._side.reload()
    settled()
    page.delete(one)
    page._bars.shown[0].dismiss()
    settled()
    assert not desk.conversations.exists(one)


def test_a_deleted_conversation_goes_when_the_window_closes(page, desk, settled):
    one = keep_conversation(desk, "Away", ("user", "Hello"))
    page.delete(one)
    page.closing()
    assert not desk.conversations.exists(one)
    settled()


def test_a_conversation_is_renamed_in_place(qtbot, page, desk, settled):
    one = keep_conversation(desk, "Old", ("user", "Hello"))
    page._side.reload()
    settled()
    page.open_conversation(one)
    settled()
    item = page._side._item(one)
    item.setText("  New   name ")
    settled()
    assert desk.conversations.list()[0].title == "New name"
    assert page._title.whole == "New name"
    page._side._item(one).setText("   ")
    settled()
    assert desk.conversations.list()[0].title == "New name"


def test_an_interrupted_answer_of_a_crash_is_marked(qtbot, desk, pool, theme, settled):
    one = keep_conversation(desk, "Cut off", ("user", "Tell me"))
    turn = desk.conversations.add(one, "assistant", "It was a", "writing", "Scripted")
    with desk.database.write() as db:  # written by a process that is no more
        db.execute("update turn set owner = '999999:1.00' where id = ?", [turn])
    page = ChatPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.show()
    page.entered()
    settled()
    page.open_conversation(one)
    settled()
    assert answers(page)[0]._state.text() == "Interrupted"
    assert answers(page)[0].shown == "It was a"


def test_the_end_is_followed_only_by_a_reader_at_the_end(qtbot, page, desk, settled):
    one = keep_conversation(
        desk, "Long", *[("user", "Q?"), ("assistant", "line\n\n" * 60)], ("user", "more")
    )
    page.open_conversation(one)
    settled()
    bar = page._talk.transcript.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    desk.models.engines["scripted"] = ScriptedEngine("line\n\n" * 300, delay=0.002)
    ask(page, "Go on")
    before = bar.maximum()
    qtbot.waitUntil(lambda: bar.maximum() > before + 200)
    assert bar.value() == bar.maximum()
    bar.setValue(10)
    assert not page._talk.transcript.following
    qtbot.waitUntil(lambda: not page._talk.transcript.building)  # no height is a guess any more
    first = page._talk.transcript.views()[0]
    stood, grown = first.y(), bar.maximum()
    qtbot.waitUntil(lambda: bar.maximum() > grown)
    assert first.y() == stood
    page._asking.stop()
    settled()


def test_a_link_is_opened_only_after_its_address_was_seen(qtbot, page, desk, monkeypatch, settled):
    opened = []
    monkeypatch.setattr(
        "app.ui.chat.links.QDesktopServices.openUrl", lambda url: opened.append(url.toString())
    )
    desk.models.engines["scripted"] = ScriptedEngine("See [this](https://example.org/a?b=1).")
    ask(page, "Where?")
    settled()
    answers(page)[0].link.emit("https://example.org/a?b=1")
    assert opened == []
    assert words(page) == ["https://example.org/a?b=1"]
    press(page, "Open in the browser")
    assert opened == ["https://example.org/a?b=1"]


def test_copying_an_answer_gives_its_markdown(page, settled):
    ask(page, "What?")
    settled()
    answers(page)[0]._copy.click()
    assert QApplication.clipboard().text() == "The answer is **42**."


def test_state_survives_a_restart(qtbot, page, desk, pool, theme, settled):
    one = keep_conversation(desk, "Mine", ("user", "Hello"), ("assistant", "Hi."))
    page.open_conversation(one)
    settled()
    page._composer.edit.setPlainText("not sent yet")
    state = page.save_state()
    again = ChatPage(desk, pool, theme)
    qtbot.addWidget(again)
    again.restore_state(state)
    settled()
    assert texts(again) == ["Hello", "Hi."]
    assert again._composer.edit.toPlainText() == "not sent yet"


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"conversation": "x", "splitter": "y", "written": 3},
        {"conversation": -1, "splitter": [1], "written": None},
        {"conversation": 99999, "splitter": [-5, 2]},
    ],
)
def test_a_damaged_state_is_forgotten(qtbot, desk, pool, theme, settled, state):
    page = ChatPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.restore_state(state)
    settled()
    assert page._showing.conversation == 0
    assert texts(page) == []


def test_deleting_a_conversation_stops_its_answer(qtbot, page, desk, settled):
    desk.models.engines["scripted"] = ScriptedEngine("word " * 5000, delay=0.002)
    ask(page, "Talk.")
    qtbot.waitUntil(lambda: bool(answers(page)) and answers(page)[0].shown.count("word") > 5)
    page.delete(page._showing.conversation)
    settled()
    assert pool_is_idle(page)
    assert texts(page) == []


def pool_is_idle(page):
    return page.pool.running() == []


def test_a_bug_in_the_agent_leaves_the_page_usable(qtbot, desk, theme, settled):
    from app.jobs import JobPool

    pool = JobPool()
    page = ChatPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.show()
    page.entered()
    qtbot.waitUntil(lambda: not pool.busy)

    def broken(_request):
        raise ZeroDivisionError

    vars(desk)["models"] = ScriptedModels({"scripted": ScriptedEngine(broken)})
    with qtbot.waitSignal(pool.broken):
        ask(page, "Hello")
    assert page._composer.send.text() == "Send"
    assert words(page) == ["The answer failed by a mistake of ours."]
    assert pool.shutdown()


def test_an_answer_of_the_team_says_who_handled_it(page, desk, settled):
    ask(page, "What is 15% of 80000?")
    settled()
    (answer,) = answers(page)
    assert answer.shown == "15% of 80000 = **12,000**"
    assert answer._team.isVisible()
    assert answer._team.text() == "Maths (calculator)"
    assert "What is 15% of 80000?" in answer._team.toolTip()
    page.open_conversation(desk.conversations.list()[0].id)
    settled()
    (again,) = answers(page)
    assert again._team.text() == "Maths (calculator)"


def test_somebody_else_may_answer(page, desk, settled):
    ask(page, "What is 15% of 80000?")
    settled()
    answers(page)[0].elsewhere.emit("answer")
    settled()
    (answer,) = answers(page)
    assert answer.shown == desk.conversations.turns(desk.conversations.list()[0].id)[-1].content
    assert "12,000" not in answer.shown
    assert not answer._team.isVisible()


def test_tab_goes_through_the_messages_as_they_stand(page, settled):
    for question in ("One?", "Two?"):
        ask(page, question)
        settled()
    page._talk.transcript.setFocus()
    passed = []
    for _press in range(40):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        at = QApplication.focusWidget()
        views = page._talk.transcript.views()
        inside = [number for number, view in enumerate(views) if view.isAncestorOf(at)]
        if not inside:
            break
        passed += inside
    assert list(dict.fromkeys(passed)) == [0, 1, 2, 3]
    assert passed == sorted(passed)
    page._composer.edit.setFocus()
    QTest.keyClick(page._composer.edit, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is page._attachments.button  # as they stand here, too


def test_finding_is_in_the_menu_of_the_conversation(page, settled):
    ask(page, "One?")
    settled()
    page._more.click()
    (menu,) = [one for one in page.findChildren(QMenu) if one.isVisible()]
    menu.actions()[0].trigger()
    menu.close()
    assert page._talk.transcript.find.isVisible()


def test_escape_stops_wherever_the_keyboard_is_in_the_window(qtbot, page, desk, settled):
    window = QWidget()
    qtbot.addWidget(window)
    rail, row = QPushButton("Rail"), QHBoxLayout(window)
    row.addWidget(rail)
    row.addWidget(page)
    window.resize(1200, 700)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    gate = Gate()
    desk.models.engines["scripted"] = ScriptedEngine(gate)
    ask(page, "Talk.")
    qtbot.waitUntil(gate.asked.is_set)
    rail.setFocus()
    QTest.keyClick(rail, Qt.Key.Key_Escape)
    gate.open.set()
    settled()
    assert answers(page)[-1]._state.text() == "Stopped"
    page.setParent(None)
