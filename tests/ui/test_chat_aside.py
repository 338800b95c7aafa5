"""Personas, commands, traces and running code on the real chat page."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from agents.base import UserError
from agents.chat.execution import Ran
from agents.chat.files.events import Source
from agents.store.prompts import Chosen
from app import i18n
from app.paths import assets_dir
from app.ui.chat import team
from app.ui.chat.page import ChatPage
from app.ui.chat.turns import AnswerView
from tests.engine.scripted import ScriptedEngine

CODE = "Here:\n\n```python\nprint(6 * 7)\n```\n"


@pytest.fixture
def page(qtbot, desk, pool, theme, settled):
    page = ChatPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.resize(1200, 800)
    page.show()
    page.entered()
    settled()
    yield page
    page.closing()
    settled()


def write(page, words):
    edit = page._composer.edit
    edit.setPlainText(words)
    edit.moveCursor(QTextCursor.MoveOperation.End)
    return edit


def send(page, words):
    edit = write(page, words)
    page._aside.popup.hide()
    QTest.keyClick(edit, Qt.Key.Key_Return)


def answers(page):
    """Those in sight, from above."""
    views = page._talk.transcript.findChildren(AnswerView)
    return sorted((view for view in views if view.isVisible()), key=lambda view: view.y())


def said(page):
    return [bar.words for bar in page._bars.shown]


def press(page, name):
    found = [b for b in page.findChildren(QPushButton) if b.text() == name and b.isVisible()]
    assert len(found) == 1, (name, [b.text() for b in page.findChildren(QPushButton)])
    found[0].click()


def last_question(engine):
    return engine.requests[-1].messages[-1].content


# ── commands ──


def test_a_command_works_on_what_follows_it(page, engine, settled):
    send(page, "/summarise A long story.")
    settled()
    assert last_question(engine).endswith("\n\nA long story.")
    assert last_question(engine).startswith("Summarise")


def test_a_command_alone_works_on_the_last_answer(page, engine, settled):
    send(page, "/explain")
    settled()
    assert engine.requests == []
    assert "/explain" in said(page)[0]
    send(page, "Tell me.")
    settled()
    send(page, "/설명")  # Korean names are understood in every language
    settled()
    assert last_question(engine).endswith("\n\nThe answer is **42**.")


def test_the_popup_is_driven_by_keys(page, engine, settled):
    popup, edit = page._aside.popup, write(page, "/")
    edit.setFocus()
    assert popup.isVisible()
    assert [popup.list.item(n).data(Qt.ItemDataRole.UserRole) for n in range(5)] == [
        "summarise",
        "translate",
        "polite",
        "explain",
        "grammar",
    ]
    QTest.keyClick(edit, Qt.Key.Key_Down)
    QTest.keyClick(edit, Qt.Key.Key_Up)
    QTest.keyClick(edit, Qt.Key.Key_Up)  # from the first to the last
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert (edit.toPlainText(), popup.isVisible()) == ("/grammar ", False)
    assert engine.requests == []
    write(page, "/ex")
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert (popup.isVisible(), edit.toPlainText()) == (False, "/ex")
    write(page, "no command / here")
    assert not popup.isVisible()


def test_a_syllable_that_is_being_composed_counts_and_is_not_doubled(page, qtbot, settled):
    i18n.use("ko", assets_dir())
    popup, edit = page._aside.popup, write(page, "/")
    edit.setFocus()
    QApplication.sendEvent(edit, QInputMethodEvent("번", []))
    qtbot.waitUntil(lambda: popup.list.count() == 1)
    assert popup.list.item(0).data(Qt.ItemDataRole.UserRole) == "번역"
    QTest.keyClick(edit, Qt.Key.Key_Return)
    commit = QInputMethodEvent()
    commit.setCommitString("번")
    QApplication.sendEvent(edit, commit)
    qtbot.waitUntil(lambda: edit.toPlainText() == "/번역 ")


def test_a_saved_command_asks_for_its_variables(page, desk, engine, qtbot, settled):
    desk.prompts.add("command", "mail", "Write to {{who}} on {{date}}: {{text}}")
    page.entered()
    settled()
    send(page, "/mail thanks")
    blanks = page._aside.blanks
    assert blanks.isVisible()
    assert not blanks._use.isEnabled()
    (field,) = blanks._fields.values()
    QTest.keyClicks(field, "Kim {{date}}")
    QTest.keyClick(field, Qt.Key.Key_Return)
    settled()
    asked = last_question(engine)
    assert asked.startswith("Write to Kim {{date}} on 20")  # a value is never a variable
    assert asked.endswith(": thanks")
    assert QApplication.focusWidget() is page._composer.edit
    send(page, "/mail thanks")
    (field,) = blanks._fields.values()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not blanks.isVisible()
    assert QApplication.focusWidget() is page._composer.edit
    assert page._composer.edit.toPlainText() == "/mail thanks"


def test_selected_text_offers_the_same(page, engine, qtbot, settled):
    send(page, "Tell me.")
    settled()
    view = answers(page)[0]._text
    view.selectAll()
    page._aside.helpers.selected.emit("42", view.mapToGlobal(view.rect().center()))
    assert page._aside.floating.isVisible()
    press(page, "Explain")
    settled()
    assert last_question(engine).endswith("\n\n42")
    assert not page._aside.floating.isVisible()


def select_in_an_answer(page, qtbot, settled):
    send(page, "Tell me.")
    settled()
    view = answers(page)[0]._text
    view.setTextCursor(view.document().find("answer"))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page._aside.floating.isVisible)


def test_a_command_without_a_text_works_on_what_is_selected(page, engine, qtbot, settled):
    select_in_an_answer(page, qtbot, settled)
    send(page, "/explain")
    settled()
    assert last_question(engine).endswith("\n\nanswer")
    send(page, "/explain")  # that selection is done with: now it is the last answer
    settled()
    assert last_question(engine).endswith("\n\nThe answer is **42**.")


def test_another_conversation_has_no_selection(page, engine, qtbot, settled):
    select_in_an_answer(page, qtbot, settled)
    page.begin()
    assert not page._aside.floating.isVisible()
    before = len(engine.requests)
    send(page, "/explain")
    settled()
    assert len(engine.requests) == before
    assert "/explain" in said(page)[0]


def test_escape_closes_the_selection_bar_before_it_ends_the_editing(page, qtbot, settled):
    send(page, "Tell me.")
    settled()
    page.edit(page._showing.turns[0].id)
    edit = write(page, "Tell me all.")
    edit.selectAll()
    QTest.mouseRelease(edit.viewport(), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page._aside.floating.isVisible)
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert not page._aside.floating.isVisible()
    assert edit.toPlainText() == "Tell me all."
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert edit.toPlainText() == ""


def test_an_order_for_a_selection_leaves_what_is_being_written(page, engine, settled):
    send(page, "Tell me.")
    settled()
    write(page, "A question that is half wri")
    page._aside.helpers.selected.emit("42", page.mapToGlobal(page.rect().center()))
    press(page, "Explain")
    settled()
    assert last_question(engine).endswith("\n\n42")
    assert page._composer.edit.toPlainText() == "A question that is half wri"
    page._composer.edit.clear()
    page.edit(page._showing.turns[0].id)
    page._aside.helpers.selected.emit("42", page.mapToGlobal(page.rect().center()))
    press(page, "Explain")
    settled()
    assert page._talk.texts[0] == "Tell me."  # it is no other wording of that question
    assert page._composer.edit.toPlainText() == "Tell me."


def test_an_order_while_an_answer_is_written_says_why_nothing_is_asked(
    page, engine, desk, qtbot, settled
):
    send(page, "Tell me.")
    settled()
    asked, go = threading.Event(), threading.Event()

    def say(_request):
        asked.set()
        assert go.wait(20)
        return "Now."

    desk.models.engines["scripted"] = ScriptedEngine(say)
    send(page, "Talk.")
    qtbot.waitUntil(asked.is_set)
    page._aside.helpers.selected.emit("42", page.mapToGlobal(page.rect().center()))
    press(page, "Explain")
    assert said(page) == ["An answer is being written. Stop it with Esc, or wait for its end."]
    go.set()
    settled()
    assert page._talk.texts[2:] == ["Talk.", "Now."]


def test_a_selection_by_mouse_opens_the_bar_and_its_end_closes_it(page, qtbot, settled):
    edit = write(page, "please look")
    edit.selectAll()
    QTest.mouseRelease(edit.viewport(), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page._aside.floating.isVisible)
    assert page._aside.floating.words == "please look"
    edit.moveCursor(QTextCursor.MoveOperation.End)
    assert not page._aside.floating.isVisible()


# ── personas ──


def test_a_persona_belongs_to_its_conversation(page, desk, engine, settled):
    one = desk.prompts.add("persona", "Pirate", "Speak as a pirate. Today is {{date}}.")
    page.entered()
    settled()
    page._aside.sheet.personas.combo.setCurrentIndex(1)
    page._aside.sheet.personas.combo.activated.emit(1)
    page._aside.manners.change(temperature=0.7, thinking=False)
    send(page, "Hello?")
    settled()
    system = engine.requests[-1].messages[0]
    assert (system.role, system.content[:20]) == ("system", "Speak as a pirate. T")
    assert "{{" not in system.content
    assert engine.requests[-1].sampling.temperature == 0.7
    first = page._showing.conversation
    chosen = desk.prompts.chosen(first)
    assert (chosen.persona, chosen.temperature, chosen.thinking) == (one.id, 0.7, False)
    page.begin()
    settled()
    send(page, "Again?")
    settled()
    assert engine.requests[-1].messages[0].content != system.content
    page.open_conversation(first)
    settled()
    assert page._aside.manners.persona.name == "Pirate"


def test_a_persona_is_not_used_before_its_variables_are_known(page, desk, engine, settled):
    one = desk.prompts.add("persona", "Tutor", "You teach {{subject}}.")
    page.entered()
    settled()
    page._aside.manners.change(persona=one.id)
    send(page, "Hello?")
    settled()
    assert engine.requests == []
    assert page._composer.edit.toPlainText() == "Hello?"
    assert page._aside.isVisible()
    assert "subject" in said(page)[0]
    page._aside.sheet._fields["subject"].setText("botany")
    QTest.keyClick(page._composer.edit, Qt.Key.Key_Return)
    settled()
    assert engine.requests[-1].messages[0].content == "You teach botany."


def test_personas_are_written_copied_deleted_and_brought_back(page, desk, settled):
    aside = page._aside
    aside.open_sheet()
    press(page, "New persona")
    assert not aside.edit.save.isEnabled()
    aside.edit.name.setText("Editor")
    aside.edit.words.setPlainText("Be strict about {{style}}.")
    assert "style" in aside.edit._found.text()
    press(page, "Save")
    settled()
    (one,) = desk.prompts.list("persona")
    assert aside.manners.chosen.persona == one.id
    aside.keeping.duplicate(one)
    settled()
    assert [p.name for p in desk.prompts.list("persona")] == ["Editor", "Editor 2"]
    aside.write(one)
    aside.edit.words.setPlainText("Be kind.")
    press(page, "Save")
    settled()
    assert desk.prompts.get(one.id).text == "Be kind."
    press(page, "Undo")
    settled()
    assert desk.prompts.get(one.id) == one
    aside.keeping.delete(one)
    settled()
    assert desk.prompts.get(one.id) is None
    press(page, "Undo")
    settled()
    assert desk.prompts.get(one.id) == one


def test_the_model_belongs_to_the_conversation_too(page, desk, settled):
    page._aside.manners.change(model="gone")
    assert page._models.chosen == "scripted"  # it is not here any more
    send(page, "Hello?")
    settled()
    assert desk.prompts.chosen(page._showing.conversation) == Chosen(model="gone")


# ── how it was made ──


def test_how_an_answer_was_made_is_one_click_away_also_later(page, desk, engine, settled):
    send(page, "What is 15% of 80000? Then write a poem about it.")
    settled()
    conversation = page._showing.conversation
    for _time in range(2):
        answers(page)[-1].extras._show_trace()
        nodes = page._aside.trace.diagram.nodes
        assert page._aside.trace.isVisible()
        names = [node.accessibleName() for node in nodes]
        assert names == ["The request", "1. Maths", "2. Talk", "Answer"]
        assert "calculator" in nodes[1].accessibleDescription()
        assert "1 checked" in nodes[1].accessibleDescription()
        page._aside.trace.copy.click()
        told = QApplication.clipboard().text()
        assert told.startswith("Request: by its words")
        assert "1. Maths" in told
        assert "calculator" in told
        page._aside.close_sheet()
        page.begin()
        page.open_conversation(conversation)
        settled()


def test_arrows_go_from_box_to_box(page, settled):
    send(page, "What is 15% of 80000?")
    settled()
    answers(page)[-1].extras._show_trace()
    diagram = page._aside.trace.diagram
    diagram.nodes[0].setFocus()
    QTest.keyClick(diagram.nodes[0], Qt.Key.Key_Down)
    assert diagram.nodes[1].hasFocus()
    QTest.keyClick(diagram.nodes[1], Qt.Key.Key_Up)
    QTest.keyClick(diagram.nodes[0], Qt.Key.Key_Up)
    assert diagram.nodes[0].hasFocus()


def test_what_ran_beside_each_other_stands_side_by_side():
    from agents.chat.hands import Given
    from agents.chat.trace import Step, Trace

    given = Given("", "m")
    steps = (
        Step(0, "maths", "a", given, 0.0, 2.0),
        Step(1, "code", "b", given, 0.1, 1.0),
        Step(2, "answer", "c", given, 2.0, 3.0, (0, 1)),
    )
    assert [[one.number for one in row] for row in team.rows(steps)] == [[0, 1], [2]]
    told = team.told(Trace(steps))
    assert "beside 2" in told.splitlines()[0]
    assert "after 1, 2" in told.splitlines()[2]


def test_the_plan_is_seen_while_it_runs(page, desk, qtbot, settled):
    gate = threading.Event()

    def answer(_request):
        assert gate.wait(20)
        return "A poem."

    desk.models.engines["scripted"] = ScriptedEngine(answer)
    send(page, "What is 15% of 80000? Then write a poem about it.")
    plan = answers(page)[-1].extras.plan
    qtbot.waitUntil(lambda: any("calculator" in line for line in plan.said))
    assert plan.isVisible()
    assert len(plan.said) == 2
    gate.set()
    settled()
    assert not plan.isVisible()


# ── running code ──


class Runner:
    """Says what the test says; the real one has tests of its own."""

    def __init__(self, unguarded=()):
        self.open, self.programs = unguarded, []
        self.gate = threading.Event()
        self.gate.set()

    def unguarded(self):
        return self.open

    def run(self, program, cancel):
        self.programs.append(program)
        while not self.gate.wait(0.01):
            cancel.check()
        return Ran("42\n", 0, "done", 0.1)


@pytest.fixture
def runner(desk):
    vars(desk)["runner"] = Runner()
    desk.models.engines["scripted"] = ScriptedEngine(CODE)
    return desk.runner


def test_code_runs_only_on_a_click_and_its_output_stands_below_it(runner, page, desk, settled):
    send(page, "Write python code that prints 42.")
    settled()
    assert runner.programs == []
    press(page, "Run the code")
    settled()
    assert runner.programs == ["print(6 * 7)\n"]
    shown = answers(page)[-1].shown
    assert shown.index("print(6 * 7)") < shown.index("42\n```")
    assert desk.conversations.turns(page._showing.conversation)[-1].content.strip() == CODE.strip()


def test_what_is_not_guarded_is_on_the_button(runner, page, settled):
    runner.open = ("network", "memory")
    send(page, "Write python code that prints 42.")
    settled()
    press(page, "Run the code (not guarded: network, memory)")
    settled()
    assert runner.programs == ["print(6 * 7)\n"]


def test_a_running_program_can_be_stopped(runner, page, qtbot, settled):
    runner.gate.clear()
    send(page, "Write python code that prints 42.")
    settled()
    press(page, "Run the code")
    qtbot.waitUntil(lambda: bool(runner.programs))
    press(page, "Stop the program")
    settled()
    assert "42\n```" not in answers(page)[-1].shown
    press(page, "Run the code")


def test_without_python_there_is_no_button_but_a_sentence(runner, page, settled):
    def none():
        raise UserError("chat.no_python")

    runner.unguarded = none
    send(page, "Write python code that prints 42.")
    settled()
    assert not answers(page)[-1].extras._run.isVisible()
    assert any("no Python" in words for words in said(page))


def test_escape_leaves_the_variables_of_a_command(page, desk, engine, settled):
    desk.prompts.add("command", "mail", "Write to {{who}}: {{text}}")
    page.entered()
    settled()
    send(page, "/mail thanks")
    (field,) = page._aside.blanks._fields.values()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not page._aside.blanks.isVisible()
    assert engine.requests == []
    assert page._composer.edit.toPlainText() == "/mail thanks"


# ── where there is little room ──


@pytest.mark.parametrize(
    ("width", "listed", "talk"), [(1300, True, True), (700, False, True), (560, False, False)]
)
def test_the_sheet_is_whole_and_others_give_way(page, settled, width, listed, talk):
    send(page, "Tell me.")
    settled()
    page.resize(width, 600)
    aside, side, edit = page._aside, page._side, page._composer.edit
    assert side.isVisible()
    aside.open_sheet()
    settled()
    assert (side.isVisible(), edit.isVisible()) == (listed, talk)
    assert aside.geometry().right() < page.width()
    for part in (aside, *((page._composer.send,) if talk else ())):
        assert part.width() >= part.minimumSizeHint().width()
    page.resize(1300, 600)
    assert side.isVisible()
    page.resize(width, 600)
    aside.sheet.model.setFocus()
    aside.close_sheet()
    assert side.isVisible()
    assert QApplication.focusWidget() is edit


def test_a_second_sheet_takes_the_place_of_the_first_where_there_is_little_room(page, settled):
    send(page, "Tell me.")
    settled()
    page.resize(800, 600)
    page._sheet.show_source(Source(1, 1, "paper.txt", 0, "The words."))
    assert page._sheet.isVisible()
    page._aside.open_sheet()
    assert (page._sheet.isVisible(), page._aside.isVisible()) == (False, True)
    page._sheet.show_source(Source(1, 1, "paper.txt", 0, "The words."))
    assert (page._sheet.isVisible(), page._aside.isVisible()) == (True, False)
    page.resize(1300, 600)
    page._aside.open_sheet()
    assert (page._sheet.isVisible(), page._aside.isVisible()) == (True, True)
    settled()
