"""Writing in a draft: citations are one letter each, headings stay, all is stored and checked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, Qt
from PySide6.QtGui import QInputMethodEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from agents.base import CancelToken
from agents.scholar import editing
from agents.scholar.events import ImportRequest
from app.ui.scholar import chips, editor_menu
from tests.ui.draft.hands import (
    CTRL,
    FIRST,
    SAMPLE,
    SECOND,
    SHIFT,
    THIRD,
    WORKS,
    headings,
    key,
    put,
    select,
)


def test_a_draft_is_shown_as_it_is_stored_and_nothing_is_written(editor, stored):
    text = editor.toPlainText()
    assert text == (
        f"First theme\nMamba is linear in time {chips.LETTER}. Nothing backs this {chips.LETTER}.\n"
        "Second\n한국어 문장이다."
    )
    assert [editor.chips.label(chips.form_of(work.work.key)) for work in WORKS] == [
        "Gu & Dao, 2023",
        "Vaswani et al., 2017",
        "Nobody wrote this",
    ]
    assert stored() == {0: (FIRST, SECOND), 1: (THIRD,)}
    assert not editor.document().isUndoAvailable()


def test_typing_is_stored_and_checked_and_the_rest_keeps_its_verdict(editor, stored):
    put(editor, "linear", after=0)
    QTest.keyClicks(editor, "quickly ")
    found = stored()
    assert found[0][0].text == "Mamba is quickly linear in time."
    assert found[0][0].origin == "person"
    assert found[0][0].reason != editing.UNCHECKED
    assert found[0][1] == SECOND
    assert found[1] == (THIRD,)


def test_what_holds_is_supported_with_its_evidence(editor, stored, reading):
    put(editor, "linear in time")
    for _letter in "linear in time":
        key(editor, Qt.Key.Key_Delete)
    QTest.keyClicks(editor, "a model that runs in time linear in the length of the sequence")
    (made, _second) = stored()[0]
    assert (made.support, made.reason) == ("supported", "")
    assert "linear in the length" in made.evidence
    assert reading._counts.text() == "sentences 3 · supported 2 · to check 1"


def test_a_citation_goes_as_one_and_comes_back(editor, stored):
    put(editor, "time ", end=True, after=1)
    key(editor, Qt.Key.Key_Backspace)
    assert editor.toPlainText().count(chips.LETTER) == 1
    found = stored()[0][0]
    assert (found.keys, found.reason) == ((), "scholar.cites_nothing")
    key(editor, Qt.Key.Key_Z, CTRL)
    assert editor.toPlainText().count(chips.LETTER) == 2
    assert stored()[0][0] == FIRST  # with all that was known of it
    key(editor, Qt.Key.Key_Z, CTRL | SHIFT)
    assert stored()[0][0].keys == ()


def test_nothing_is_typed_into_a_citation(editor, stored):
    put(editor, chips.LETTER, end=True)
    QTest.keyClicks(editor, " indeed")
    put(editor, chips.LETTER)
    QTest.keyClicks(editor, "truly ")
    made = stored()[0][0]
    assert made.text == "Mamba is linear in time truly indeed."
    assert made.keys == ("gu2023mamba",)
    assert made.places == (len("Mamba is linear in time truly"),)


def test_headings_stay_whatever_is_deleted(editor, stored):
    put(editor, "Mamba")
    key(editor, Qt.Key.Key_Backspace)
    put(editor, "First theme", end=True)
    key(editor, Qt.Key.Key_Delete)
    put(editor, "Second")
    key(editor, Qt.Key.Key_Backspace)
    assert stored() == {0: (FIRST, SECOND), 1: (THIRD,)}
    editor.selectAll()
    key(editor, Qt.Key.Key_Delete)
    assert headings(editor) == ["First theme", "Second"]
    assert stored() == {}
    key(editor, Qt.Key.Key_Z, CTRL)
    assert stored() == {0: (FIRST, SECOND), 1: (THIRD,)}


def test_typing_over_several_sections_keeps_their_headings(editor, stored):
    select(editor, "Nothing", "한국어")
    QTest.keyClicks(editor, "X")
    assert headings(editor) == ["First theme", "Second"]
    found = stored()
    assert found[0][0] == FIRST
    assert found[0][1].text.startswith("X")
    assert found[1][0].text == "문장이다."


def test_a_heading_is_edited_and_the_outline_follows(editor, stored, page, desk, draft):
    put(editor, "theme")
    QTest.keyClicks(editor, "new ")
    key(editor, Qt.Key.Key_Return)  # to the text below, not a second line
    stored()
    assert desk.drafts.plan(draft).themes[0][0] == "First new theme"
    assert page.drafts.list.outline.item(0).text() == "First new theme"
    assert editor.textCursor().block().text().startswith("Mamba")


def test_paragraphs_are_split_and_joined(editor, stored):
    put(editor, "Nothing")
    key(editor, Qt.Key.Key_Return)
    found = stored()[0]
    assert [one.opens for one in found] == [False, True]
    assert (found[1].text, found[1].support) == (SECOND.text, SECOND.support)
    key(editor, Qt.Key.Key_Backspace)
    assert [one.opens for one in stored()[0]] == [False, False]


def test_hangul_is_composed_without_loss(editor, stored):
    put(editor, "한국어", end=True)

    def compose(preedit, commit=""):
        event = QInputMethodEvent(preedit, [])
        if commit:
            event.setCommitString(commit)
        QCoreApplication.sendEvent(editor, event)

    for preedit, commit in [
        ("ㅇ", ""),
        ("아", ""),
        ("안", ""),
        ("ㄴ", "안"),
        ("녀", ""),
        ("녕", ""),
    ]:
        compose(preedit, commit)
    assert stored()[1][0].text == "한국어안 문장이다."  # what is composed is not text yet
    compose("", "녕")
    assert stored()[1][0].text == "한국어안녕 문장이다."


def test_hangul_composed_over_sections_keeps_the_headings(editor, stored):
    select(editor, "Nothing", "한국어")
    QCoreApplication.sendEvent(editor, QInputMethodEvent("ㅎ", []))
    event = QInputMethodEvent("", [])
    event.setCommitString("하")
    QCoreApplication.sendEvent(editor, event)
    assert headings(editor) == ["First theme", "Second"]
    assert stored()[0][1].text.startswith("하")


def test_copy_and_paste_carry_citations(editor, stored):
    select(editor, "Mamba", f"{chips.LETTER}.")
    editor.copy()
    clipboard = QApplication.clipboard()
    assert clipboard.text() == "Mamba is linear in time (Gu & Dao, 2023)."
    put(editor, "한국어")
    editor.paste()
    QTest.keyClicks(editor, " ")
    found = stored()[1]
    assert [one.keys for one in found] == [("gu2023mamba",), ()]
    assert found[0].support == "supported"  # the same claim


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("as_text", "Mamba is linear in time (Gu & Dao, 2023)."),
        ("as_latex", r"Mamba is linear in time \cite{gu2023mamba}."),
        ("as_markdown", "Mamba is linear in time [@gu2023mamba]."),
    ],
)
def test_copies_for_others(editor, form, expected):
    select(editor, "Mamba", f"{chips.LETTER}.")
    editor.copy_as(getattr(editor, form))
    assert QApplication.clipboard().text() == expected


def test_the_menu_copies_cuts_and_cites(editor, reading):
    select(editor, "Mamba", f"{chips.LETTER}.")
    menu = editor_menu.menu(editor, QPoint())
    acts = {action.text(): action for action in menu.actions()}
    acts["Copy with citations for Markdown"].trigger()
    assert QApplication.clipboard().text() == "Mamba is linear in time [@gu2023mamba]."
    assert acts["Insert a citation…"].isEnabled()
    acts["Insert a citation…"].trigger()
    assert reading.popup.isVisible()
    reading.popup.leave()
    menu.deleteLater()


def test_pasted_text_is_text(editor, stored):
    made = QMimeData()
    made.setText(f"<b>One</b>{chips.LETTER}{editing.CHIP}.\r\nTwo.")
    made.setHtml("<h1>One</h1>")
    put(editor, "한국어")
    editor.insertFromMimeData(made)
    found = stored()[1]
    assert [one.text for one in found] == ["<b>One</b> .", "Two.", "한국어 문장이다."]
    assert all(not one.keys for one in found)
    put(editor, "Second", end=True)
    editor.insertFromMimeData(made)
    assert len(headings(editor)) == 2


def test_a_broken_clipboard_of_ours_is_text(editor):
    made = QMimeData()
    made.setText("Plain.")
    for data in (b"{", b'{"a": 1}', b"[1]"):
        made.setData("application/x-moadesk-draft", data)
        editor.insertFromMimeData(made)
    assert headings(editor) == ["Plain.Plain.Plain.First theme", "Second"]


def test_the_headings_come_back_whatever_took_them(editor, stored):
    cursor = editor.textCursor()
    cursor.select(QTextCursor.SelectionType.Document)
    cursor.removeSelectedText()  # as a drag to another window does
    assert headings(editor) == ["First theme", "Second"]
    assert stored() == {0: (FIRST, SECOND), 1: (THIRD,)}


def test_large_text_leaves_all_of_the_popup_in_the_window(page, reading, editor, theme, qtbot):
    theme.use("light", 200)
    page.resize(1232, 658)  # what a window of 1366 by 768 leaves of itself
    put(editor, "linear")
    reading.cite()
    popup = reading.popup
    qtbot.waitUntil(lambda: not popup.busy)
    assert reading.rect().contains(popup.geometry())
    assert popup.list.height() >= theme.px(60)
    popup.leave()


def test_a_citation_is_inserted_by_search(editor, reading, qtbot, settled, stored, desk, draft):
    for _event in desk.scholar.run(ImportRequest(SAMPLE), CancelToken()):
        pass
    put(editor, "한국어 문장이다", end=True)
    key(editor, Qt.Key.Key_C, CTRL | SHIFT)
    popup = reading.popup
    assert popup.isVisible()
    QTest.keyClicks(popup.line, "nobody")
    qtbot.waitUntil(lambda: not popup.busy)
    assert popup.list.count() == 1
    key(popup.line, Qt.Key.Key_Return, CTRL)
    QTest.keyClicks(popup.line, "tran")  # a beginning is enough
    qtbot.waitUntil(lambda: not popup.busy)
    assert popup.list.count() > 1
    key(popup.line, Qt.Key.Key_Down)
    chosen = popup.current
    key(popup.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not popup.busy)
    assert not popup.isVisible()
    found = stored()[1][0]
    assert found.keys == ("nobody", chosen.key)
    assert found.text == "한국어 문장이다."
    assert chosen.key in [entry.work.key for entry in desk.drafts.plan(draft).entries]
    key(editor, Qt.Key.Key_Z, CTRL)
    assert stored()[1][0] == THIRD


def test_escape_leaves_the_search_and_changes_nothing(editor, reading, qtbot, stored):
    key(editor, Qt.Key.Key_C, CTRL | SHIFT)
    qtbot.waitUntil(lambda: not reading.popup.busy)
    key(reading.popup.line, Qt.Key.Key_Escape)
    assert not reading.popup.isVisible()
    assert stored() == {0: (FIRST, SECOND), 1: (THIRD,)}


def test_words_are_found_and_counted(editor, reading):
    key(editor, Qt.Key.Key_F, CTRL)
    assert reading.find.isVisible()
    QTest.keyClicks(reading.find.line, "in")
    assert reading.find.count.text() == "3"
    key(reading.find.line, Qt.Key.Key_Return)
    assert editor.textCursor().selectedText().lower() == "in"
    first = editor.textCursor().position()
    key(reading.find.line, Qt.Key.Key_Return)
    assert editor.textCursor().position() != first
    key(reading.find.line, Qt.Key.Key_Escape)
    assert not reading.find.isVisible()
    assert editor.extraSelections() == []
    assert reading._length.text() == "words 13"
