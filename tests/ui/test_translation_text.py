"""Text on the Translate page: real agent, real threads; the test writes the model's words."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication

from agents.base import UserError
from agents.store.glossaries import StoredTerm
from app.ui.translation.page import TranslationPage
from tests.engine.scripted import INFO, ScriptedEngine, ScriptedModels
from tests.ui.conftest import installed

ANSWERS = {
    "The meeting is tomorrow.": "회의는 내일입니다.",
    "🙂 The meeting is tomorrow.": "🙂 회의는 내일입니다.",
    "Costs fell by 12 percent.": "비용이 12퍼센트 줄었습니다.",
    "회의는 내일입니다.": "The meeting is tomorrow.",
}


@pytest.fixture
def engine():
    return ScriptedEngine(lambda request: ANSWERS[request.messages[-1].content])


@pytest.fixture
def page(qtbot, desk, pool, theme, settled):
    page = TranslationPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.resize(1000, 640)
    page.show()
    page.entered()
    settled()
    yield page
    page.closing()
    settled()


def write(page, content):
    page.text.source.setPlainText(content)


def shown(page):
    return page.text.target.toPlainText()


def said(panel):
    return [bar.words for bar in panel.bars.shown]


def test_text_is_translated_as_you_pause(page, qtbot, settled):
    write(page, "The meeting is tomorrow. Costs fell by 12 percent.")
    assert page.text._from.currentText() == "English (detected)"
    assert page.text._to.text() == "Korean"
    qtbot.waitUntil(lambda: shown(page) == "회의는 내일입니다. 비용이 12퍼센트 줄었습니다.")
    settled()
    assert page.text._state.text().startswith("sentences 2 · ")
    assert said(page.text) == []


def test_the_direction_is_detected(page, settled):
    write(page, "회의는 내일입니다.")
    assert page.text.languages == ("ko", "en")
    page.text.translate()
    settled()
    assert shown(page) == "The meeting is tomorrow."


def test_a_keystroke_stops_the_old_translation(page, qtbot, settled, desk):
    gate, asked = threading.Event(), threading.Event()

    def slow(request):
        asked.set()
        if not gate.wait(20):
            raise AssertionError
        return "늦은 답입니다."

    desk.models.engines["scripted"] = ScriptedEngine(slow)
    write(page, "The meeting is tomorrow.")
    page.text.translate()
    qtbot.waitUntil(asked.is_set)
    first = page.text._job
    desk.models.engines["scripted"] = ScriptedEngine("비용이 줄었습니다.")
    page.text.source.insertPlainText("Costs fell. ")
    assert first.cancelling
    assert page.text._job is None
    page.text.translate()
    gate.set()
    settled()
    assert "늦은" not in shown(page)
    assert "비용이 줄었습니다." in shown(page)


def test_stop_keeps_the_text(page, qtbot, settled, desk):
    asked = threading.Event()

    def slow(_request):
        asked.set()
        return "하나 둘 셋 넷."

    desk.models.engines["scripted"] = ScriptedEngine(slow, delay=5)
    write(page, "The meeting is tomorrow.")
    page.text.translate()
    qtbot.waitUntil(asked.is_set)
    assert page.text._stop.isVisible()
    page.text._stop.click()
    settled()
    assert page.text._state.text() == "Stopped"
    assert not page.text._stop.isVisible()
    assert page.text.source.toPlainText() == "The meeting is tomorrow."


def test_what_did_not_pass_is_said_and_kept(page, settled, desk):
    desk.models.engines["scripted"] = ScriptedEngine("The meeting is tomorrow.")
    write(page, "The meeting is tomorrow.")
    page.text.translate()
    settled()
    assert shown(page) == "The meeting is tomorrow."
    assert said(page.text) == ["Sentences that need a look: 1 of 1. Same as the source."]


def test_the_other_way_round_and_back_with_undo(page, settled):
    write(page, "The meeting is tomorrow.")
    page.text.translate()
    settled()
    page.text._swap.click()
    assert page.text.source.toPlainText() == "회의는 내일입니다."
    assert page.text.languages == ("ko", "en")
    page.text.translate()
    settled()
    assert shown(page) == "The meeting is tomorrow."
    page.text.source.undo()
    assert page.text.source.toPlainText() == "The meeting is tomorrow."


def test_the_result_is_copied(page, settled):
    assert not page.text._copy.isEnabled()
    write(page, "The meeting is tomorrow.")
    page.text.translate()
    settled()
    page.text._copy.click()
    assert QApplication.clipboard().text() == "회의는 내일입니다."


def test_an_emptied_text_empties_the_translation(page, settled):
    write(page, "The meeting is tomorrow.")
    page.text.translate()
    settled()
    write(page, "")
    assert shown(page) == ""
    settled()
    assert shown(page) == ""


def test_an_error_is_a_sentence_in_its_place(page, settled, desk):
    def broken(_request):
        raise UserError("engine.context_full", needed=9, context=5)

    desk.models.engines["scripted"] = ScriptedEngine(broken)
    write(page, "The meeting is tomorrow.")
    page.text.translate()
    settled()
    assert len(said(page.text)) == 1
    assert page.text._job is None


def test_text_in_the_target_language_is_said(page, settled):
    write(page, "회의는 내일입니다.")
    page.text._from.setCurrentIndex(page.text._from.findData("en"))
    page.text._from.activated.emit(page.text._from.currentIndex())
    page.text.translate()
    settled()
    assert said(page.text) == [
        "The text is already in the target language. Choose the other language."
    ]


def test_a_model_without_korean_is_named_before_starting(
    qtbot, desk, pool, theme, settled, english_engine
):
    vars(desk)["models"] = ScriptedModels({"small": english_engine})
    desk.shelf.models = [installed("small", languages=("en",), name="Small")]
    page = TranslationPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.show()
    page.entered()
    settled()
    assert said(page.text) == ["Small does not know Korean: its translations will be wrong."]
    write(page, "The meeting is tomorrow.")
    page.text.translate()
    settled()
    sentences = said(page.text)
    assert len([words for words in sentences if "does not know" in words]) == 1


def test_without_a_model_the_way_to_one_is_shown(qtbot, desk, pool, theme, settled):
    desk.shelf.models = []
    page = TranslationPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.show()
    page.entered()
    settled()
    write(page, "The meeting is tomorrow.")
    qtbot.wait(800)
    assert said(page.text) == []  # nothing was asked for yet
    page.text.translate()
    assert said(page.text) == ["There is no model here that translates."]
    with qtbot.waitSignal(page.navigate) as gone:
        page.text.bars.shown[0].findChildren(type(page.text._go))[0].click()
    assert gone.args == ["models"]


def test_a_memory_answers_without_a_model(page, settled, tmp_path, engine):
    memory = tmp_path / "memory.jsonl"
    memory.write_text('{"en": "The meeting is tomorrow.", "ko": "내일 회의합니다."}\n', "utf-8")
    page.text.chooser.choose("memory")
    write(page, "The meeting is tomorrow.")
    page.text.translate()
    assert said(page.text) == ["Choose a translation memory first."]
    page.text.chooser.choose("memory", "", memory)
    page.text.translate()
    settled()
    assert shown(page) == "내일 회의합니다."
    assert engine.requests == []
    assert said(page.text) == []


def test_a_broken_memory_is_a_sentence(page, settled, tmp_path):
    memory = tmp_path / "memory.tmx"
    memory.write_text("<tmx><body>", "utf-8")
    page.text.chooser.choose("memory", "", memory)
    write(page, "The meeting is tomorrow.")
    page.text.translate()
    settled()
    assert "memory.tmx" in said(page.text)[0]


def marked(edit):
    return [one.cursor.selectedText() for one in edit.extraSelections()]


def point(edit, words, offset=1):
    cursor = QTextCursor(edit.document())
    cursor.setPosition(edit.document().find(words).selectionStart() + offset)
    return edit.cursorRect(cursor).center()


def test_a_sentence_under_the_pointer_shows_its_counterpart(page, qtbot, settled):
    write(page, "🙂 The meeting is tomorrow. Costs fell by 12 percent.")
    page.text.translate()
    settled()
    source, target = page.text.source, page.text.target
    qtbot.mouseMove(source.viewport(), point(source, "Costs"))
    assert marked(source) == ["Costs fell by 12 percent."]
    assert marked(target) == ["비용이 12퍼센트 줄었습니다."]
    qtbot.mouseMove(target.viewport(), point(target, "회의는"))
    assert marked(source)[0].endswith("The meeting is tomorrow.")
    qtbot.mouseMove(target.viewport(), target.viewport().rect().bottomRight() - QPoint(9, 9))
    assert marked(source) == marked(target) == []
    qtbot.mouseMove(source.viewport(), point(source, "Costs"))
    QApplication.sendEvent(source.viewport(), QEvent(QEvent.Type.Leave))
    assert marked(source) == marked(target) == []


def test_the_cursor_shows_the_counterpart_too(page, settled):
    write(page, "The meeting is tomorrow. Costs fell by 12 percent.")
    page.text.translate()
    settled()
    page.text.source.setFocus()
    cursor = page.text.source.textCursor()
    cursor.setPosition(30)
    page.text.source.setTextCursor(cursor)
    assert marked(page.text.target) == ["비용이 12퍼센트 줄었습니다."]
    page.text.source.insertPlainText("x")  # from now on nobody knows
    assert marked(page.text.target) == []


def reworded(page, desk, qtbot, settled):
    other = ["내일 회의가 있습니다.", "회의는 내일입니다.", "회의가 내일 열립니다."]
    desk.models.engines["scripted"] = ScriptedEngine(
        lambda request: other[request.sampling.seed % 3]
    )
    target = page.text.target
    qtbot.mouseClick(target.viewport(), Qt.MouseButton.LeftButton, pos=point(target, "회의는 내일"))
    settled()
    return page.text._menu


def test_a_sentence_can_be_said_in_other_words(page, qtbot, settled, desk):
    write(page, "The meeting is tomorrow. Costs fell by 12 percent.")
    page.text.translate()
    settled()
    menu = reworded(page, desk, qtbot, settled)
    assert menu.isVisible()
    texts = [action.text() for action in menu.actions()]
    assert texts[0] == "회의는 내일입니다."
    assert menu.actions()[0].isChecked()
    assert sorted(texts[1:]) == ["내일 회의가 있습니다.", "회의가 내일 열립니다."]
    chosen = next(one for one in menu.actions() if one.text().startswith("내일"))
    menu.close()
    chosen.trigger()
    assert shown(page) == "내일 회의가 있습니다. 비용이 12퍼센트 줄었습니다."
    assert marked(page.text.target) == ["내일 회의가 있습니다."]
    target = page.text.target
    qtbot.mouseMove(target.viewport(), point(target, "비용이"))
    assert marked(page.text.source) == ["Costs fell by 12 percent."]
    page.text._pairs.asked.emit(0, QPoint(0, 0))  # again: what was there is offered at once
    known = [action.text() for action in page.text._menu.actions()]
    assert known[:3] == ["내일 회의가 있습니다.", "회의는 내일입니다.", "회의가 내일 열립니다."]
    page.text._menu.close()
    settled()


def test_other_words_by_keyboard_and_none_that_pass(page, qtbot, settled, desk):
    write(page, "The meeting is tomorrow.")
    page.text.translate()
    settled()
    desk.models.engines["scripted"] = ScriptedEngine("The meeting is tomorrow.")
    page.text.target.setFocus()
    qtbot.keyClick(page.text.target, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    settled()
    menu = page.text._menu
    assert [action.text() for action in menu.actions()] == [
        "회의는 내일입니다.",
        "No other wording passed the checks.",
    ]
    menu.close()


def test_a_selected_word_is_copied_not_reworded(page, qtbot, settled):
    write(page, "The meeting is tomorrow.")
    page.text.translate()
    settled()
    target = page.text.target
    qtbot.mouseDClick(target.viewport(), Qt.MouseButton.LeftButton, pos=point(target, "회의는"))
    qtbot.mouseRelease(target.viewport(), Qt.MouseButton.LeftButton, pos=point(target, "회의는"))
    assert target.textCursor().hasSelection()
    assert page.text._menu is None


def test_closing_the_menu_stops_the_search(page, qtbot, settled, desk):
    write(page, "The meeting is tomorrow.")
    page.text.translate()
    settled()
    asked = threading.Event()

    def slow(_request):
        asked.set()
        return "하나 둘 셋 넷."

    desk.models.engines["scripted"] = ScriptedEngine(slow, delay=5)
    target = page.text.target
    qtbot.mouseClick(target.viewport(), Qt.MouseButton.LeftButton, pos=point(target, "회의는"))
    qtbot.waitUntil(asked.is_set)
    job = page.text._menu._job
    page.text._menu.close()
    assert job.cancelling
    settled()
    assert shown(page) == "회의는 내일입니다."


def test_endings_and_terms_are_asked_for(page, settled, desk, engine):
    desk.glossaries.add("work", [StoredTerm("meeting", "회의")])
    page.entered()
    settled()
    assert page.text._glossary.isVisible()
    page.text._glossary.setCurrentIndex(page.text._glossary.findData("work"))
    page.text._register.setCurrentIndex(page.text._register.findData("plain"))
    state = page.save_state()
    desk.models.engines["scripted"] = ScriptedEngine("회의는 내일입니다.")
    write(page, "The meeting is tomorrow.")
    page.text.translate()
    settled()
    assert shown(page) == "회의는 내일이다."
    asked = desk.models.engines["scripted"].requests
    assert "meeting = 회의" in asked[0].messages[-1].content
    write(page, "회의는 내일입니다.")
    assert not page.text._register.isVisible()  # English has no such endings
    page.restore_state(state)
    assert page.text._glossary.currentData() == "work"
    assert page.text._register.currentData() == "plain"


def test_dropped_files_are_not_typed_into_the_text(page, tmp_path):
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.docx"))])
    words = QMimeData()
    words.setText("hello")
    assert not page.text.source.canInsertFromMimeData(files)
    assert page.text.source.canInsertFromMimeData(words)


def test_options_are_remembered(qtbot, page, desk, pool, theme, settled, tmp_path):
    page.switch.choose("documents")
    page.text._from.setCurrentIndex(page.text._from.findData("ko"))
    page.documents.wanted.target.setCurrentIndex(page.documents.wanted.target.findData("en"))
    page.documents.chooser.choose("pseudo")
    page.documents.wanted.add_folder(tmp_path)
    state = page.save_state()
    other = TranslationPage(desk, pool, theme)
    qtbot.addWidget(other)
    other.restore_state(state)
    settled()
    kept = other.save_state()
    for part in (kept, state):
        part["documents"].pop("split")  # of a page that was never shown
    assert kept == state
    for broken in ({"panel": 3, "text": "no", "documents": {"split": "x", "out": 5}}, {}):
        other.restore_state(broken)
    assert other.switch.value == "documents"


def test_the_scripted_model_is_the_one_shown(page):
    assert page.text.chooser.model.name == INFO.name
    assert page.text.chooser.choice.model == "scripted"
