"""What a draft's sentences rest on: underlines, tips, quotations on their page."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from agents.store.drafts import Sentence
from agents.store.outlines import EvidenceRef
from app.ui.scholar import chips
from tests.pages.pdf_files import lines, pdf
from tests.ui.draft.hands import (
    WORKS,
    put,
)


def test_flagged_sentences_are_underlined_while_editing(editor, qtbot):
    def underlined(block):
        form = block.layout().formats()
        text = block.text()
        return [
            text[one.start : one.start + one.length]
            for one in form
            if one.format.underlineStyle() == one.format.UnderlineStyle.DotLine
        ]

    block = editor.document().findBlockByNumber(1)
    qtbot.waitUntil(lambda: bool(underlined(block)))
    assert underlined(block) == [f"Nothing backs this {chips.LETTER}."]
    put(editor, "Mamba")
    QTest.keyClicks(editor, "Now ")
    qtbot.waitUntil(lambda: len(underlined(block)) == 2)
    assert not editor.toHtml().count("underline")  # no part of the document


def test_the_evidence_follows_the_cursor(editor, page, settled):
    put(editor, "Nothing")
    settled()
    labels = [
        label.text()
        for label in page.drafts.evidence.findChildren(QLabel)
        if not label.isHidden() and label.property("kind") == "mark"
    ]
    assert len(labels) == 1


def test_tips_tell_of_works_and_reasons(editor, qtbot):
    def tip(needle, after=0):
        put(editor, needle, after=after)
        rect = editor.cursorRect()
        return editor.tip_at(QPoint(rect.left() + 4, rect.center().y()))

    said = tip(f"time {chips.LETTER}", after=5)
    assert said.startswith("Mamba\n\nAlbert Gu, Tri Dao · 2023")
    assert "“E.”" in said
    assert tip("Nothing")
    assert tip("Mamba") == ""


def evidence_of(page):
    return [
        label.text()
        for label in page.drafts.evidence.findChildren(QLabel)
        if not label.isHidden() and label.text()
    ]


def test_the_quotation_is_shown_on_the_page_of_the_pdf(page, desk, settled, qtbot, tmp_path):
    path = tmp_path / "논문.pdf"
    path.write_bytes(
        pdf(
            lines(50, 470, ["The first page speaks of nothing."], size=12),
            lines(50, 400, ["We find that it runs in lin-", "ear time."], size=12, step=14),
        )
    )
    desk.library.add(WORKS)
    work = next(work for work in desk.library.list() if work.key == "gu2023mamba")
    desk.library.attach(work.id, str(path))
    said = "We find that it runs in linear time."
    sentence = Sentence(
        "It is linear.", ("gu2023mamba",), "supported", said,
        passages=(EvidenceRef("gu2023mamba", said, 2),),
    )  # fmt: skip
    evidence = page.drafts.evidence
    evidence.show_sentence(sentence, [work], "gu2023mamba")
    qtbot.waitUntil(lambda: evidence.page.page == 2)
    settled()
    assert evidence.page.isVisible()
    assert evidence.page.found
    assert "The quotation stands on page 2" in evidence_of(page)
    path.unlink()
    evidence.show_sentence(None, [], "")
    evidence.show_sentence(sentence, [work], "gu2023mamba")
    settled()
    assert not evidence.page.isVisible()


def test_without_a_pdf_the_abstract_is_shown_with_the_quotation_marked(page, settled):
    work = WORKS[0].work
    said = "It runs in time linear in the length of the sequence."
    sentence = Sentence("It is <linear>.", (work.key,), "supported", said)
    page.drafts.evidence.show_sentence(sentence, [work], work.key)
    settled()
    marked = [words for words in evidence_of(page) if "<span" in words]
    assert len(marked) == 1
    assert f'">{said}</span>' in marked[0]
    assert not page.drafts.evidence.page.isVisible()
