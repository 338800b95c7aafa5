"""What is written in a draft is kept: closed windows, crashes, versions, a thousand sentences."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from agents.scholar import editing
from agents.store.drafts import Plan, Sentence
from tests.ui.draft.hands import (
    CTRL,
    FIRST,
    SECOND,
    THIRD,
    WORKS,
    key,
    put,
)


def test_what_was_typed_last_is_stored_when_the_page_closes(editor, page, desk, draft):
    put(editor, "한국어")
    QTest.keyClicks(editor, "Typed ")
    page.closing()
    assert desk.drafts.load(draft).paragraphs[1].sentences[0].text == "Typed 한국어 문장이다."


def test_what_a_crash_left_unchecked_is_checked_when_it_is_opened(page, desk, stored, settled):
    plan = Plan((("T", ()),), WORKS)
    id_ = desk.drafts.start("Other", "m", 0, "", plan)
    text = "Mamba runs in time linear in the length of the sequence."
    left = Sentence(text, ("gu2023mamba",), "flagged", "", editing.UNCHECKED, "person")
    desk.drafts.add(id_, 0, 0, left)
    desk.drafts.finish(id_, "done")
    page.drafts.show_draft(id_)
    settled()
    stored()
    (found,) = desk.drafts.load(id_).paragraphs[0].sentences
    assert found.support == "supported"


def test_odd_sentences_stay_one_each(page, desk, stored, settled, editor):
    odd = (
        Sentence("It is e.g. this. or that.", ("gu2023mamba",), "supported", "E."),
        Sentence("mHC is small.", ("gu2023mamba",), "supported", "E."),
        Sentence("Kim says, “It is so.”", ("nobody",), "supported", "E.", "", "quote"),
        Sentence("Two\nlines.", (), "supported"),
    )
    id_ = desk.drafts.start("Other", "m", 0, "", Plan((("T", ()),), WORKS))
    for at, one in enumerate(odd):
        desk.drafts.add(id_, 0, at, one)
    desk.drafts.finish(id_, "done")
    page.drafts.show_draft(id_)
    settled()
    stored()
    assert desk.drafts.load(id_).paragraphs[0].sentences == odd
    put(editor, "Two", end=True)
    QTest.keyClicks(editor, " more")
    stored()
    found = desk.drafts.load(id_).paragraphs[0].sentences
    assert found[:3] == odd[:3]
    assert found[3].text == "Two more lines."
    assert len(found) == 4


def test_editing_keeps_a_version_of_what_was_there(editor, desk, draft, stored):
    put(editor, "한국어")
    QTest.keyClicks(editor, "A")
    stored()
    QTest.keyClicks(editor, "B")
    stored()
    (version,) = desk.versions.list(draft)
    assert version.reason == "editing"
    assert desk.versions.load(version.id)[1].sentences == (THIRD,)


def test_versions_are_named_compared_and_gone_back_to(editor, page, desk, draft, stored, settled):
    dialog = page.drafts.versions
    page.drafts._look_back()
    settled()
    dialog.title.setText("First")
    dialog.keep()
    settled()
    assert [dialog.list.item(row).text() for row in range(dialog.list.count())] == ["First"]
    assert "Nothing has changed" in dialog.shown.toPlainText()
    put(editor, "한국어")
    QTest.keyClicks(editor, "New ")
    stored()
    page.drafts._look_back()
    settled()
    assert "+New" in dialog.shown.toPlainText()
    html = dialog.shown.toHtml()
    assert "underline" in html
    dialog.list.setCurrentRow(dialog.list.count() - 1)
    settled()
    dialog.restore()
    settled()
    assert stored() == {0: (FIRST, SECOND), 1: (THIRD,)}
    assert "New" not in editor.toPlainText()
    key(editor, Qt.Key.Key_Z, CTRL)  # going back can be undone
    assert stored()[1][0].text == "New 한국어 문장이다."
    reasons = [version.reason for version in desk.versions.list(draft)]
    assert reasons[-1] == "named"


def test_a_thousand_sentences_never_hold_the_window_up(qtbot, page, desk, settled, editor, stored):
    plan = Plan(tuple((f"Theme {n}", ()) for n in range(8)), WORKS)
    id_ = desk.drafts.start("Long", "m", 0, "", plan)
    for at in range(8):
        desk.draft_edits.replace(
            id_,
            at,
            [
                Sentence(
                    f"Sentence {n} of {at} says that it is linear in the length.",
                    ("gu2023mamba",),
                    "supported",
                    opens=n % 8 == 0,
                )
                for n in range(125)
            ],
        )
    desk.drafts.finish(id_, "done")
    page.drafts.show_draft(id_)
    settled()
    assert editor.document().blockCount() > 100
    put(editor, "Sentence 60 of 4")
    times = []
    for letter in "Quickly typed ":
        before = time.process_time()
        QTest.keyClicks(editor, letter)
        page.drafts.reading.keeper.take()
        times.append(time.process_time() - before)
    stored()
    texts = [one.text for one in desk.drafts.load(id_).paragraphs[4].sentences]
    assert any(text.startswith("Quickly typed Sentence 60") for text in texts)
    assert len(texts) == 125
    assert sorted(times)[len(times) // 2] < 0.5  # of this process; 16 ms on a quiet machine


def test_text_that_is_written_on_shows_what_was_typed(reading, editor, stored):
    put(editor, "한국어")
    QTest.keyClicks(editor, "Typed ")
    reading.show_stage("writing", "…")
    assert "Typed 한국어" in reading.text.toPlainText()
    assert editor.document().isEmpty()
    reading.show_stage("done")
    assert "Typed 한국어" in editor.toPlainText()
