"""Writing in a draft: citations are one letter each, headings stay, all is stored and checked."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, Qt
from PySide6.QtGui import QInputMethodEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from agents.base import CancelToken
from agents.scholar import bib, editing, styles
from agents.scholar.events import ImportRequest
from agents.store.drafts import Plan, Sentence
from agents.store.outlines import EvidenceRef
from app.paths import assets_dir
from app.ui.scholar import chips, editor_document, editor_menu
from app.ui.scholar.page import ScholarPage
from tests.pages.pdf_files import lines, pdf

SAMPLE = assets_dir() / "samples" / "sample.bib"
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
FIRST = Sentence("Mamba is linear in time.", ("gu2023mamba",), "supported", "E.")
SECOND = Sentence("Nothing backs this.", ("vaswani2017attention",), "flagged", "",
                  "scholar.no_support")  # fmt: skip
THIRD = Sentence("한국어 문장이다.", (), "supported", "", origin="quote")
WORKS = bib.parse(r"""
@article{gu2023mamba, title={Mamba}, author={Gu, Albert and Dao, Tri}, year=2023,
  abstract={Mamba is a model. It runs in time linear in the length of the sequence.}}
@article{vaswani2017attention, title={Attention}, author={Vaswani, A. and others}, year=2017,
  abstract={The Transformer rests on attention alone.}}
@misc{nobody, title={Nobody wrote this}}
""").entries


@pytest.fixture
def draft(desk):
    vars(desk)["embedder"] = lambda: None
    best = desk.shelf.best
    desk.shelf.best = lambda role, wanted="": "" if role == "entities" else best(role, wanted)
    plan = Plan((("First theme", ("gu2023mamba",)), ("Second", ())), WORKS)
    id_ = desk.drafts.start("A topic", "m", 0, "", plan)
    desk.drafts.add(id_, 0, 0, FIRST)
    desk.drafts.add(id_, 0, 1, SECOND)
    desk.drafts.add(id_, 1, 0, THIRD)
    desk.drafts.finish(id_, "done")
    return id_


@pytest.fixture
def page(qtbot, desk, draft, pool, theme, settled):
    page = ScholarPage(desk, pool, theme)

    def end(page):
        page.drafts.exporter.dialog.reject()
        page.closing()
        settled()

    qtbot.addWidget(page, before_close_func=end)
    page.resize(1200, 700)
    page.show()
    page.entered()
    page.switch.choose("drafts")
    page.drafts.show_draft(draft)
    settled()
    return page


@pytest.fixture
def reading(page):
    return page.drafts.reading


@pytest.fixture
def editor(reading):
    return reading.editor


@pytest.fixture
def stored(qtbot, reading, desk, draft, settled):
    """A function that waits until all is stored and checked, and reads it."""

    def read():
        qtbot.waitUntil(lambda: not reading.keeper.busy, timeout=20_000)
        settled()
        found = desk.drafts.load(draft)
        return {p.index: p.sentences for p in found.paragraphs}

    return read


def put(editor, needle, *, end=False, after=0):
    """The cursor before (or behind) these letters."""
    text = editor.toPlainText()
    at = text.index(needle) + (len(needle) if end else 0) + after
    cursor = editor.textCursor()
    cursor.setPosition(at)
    editor.setTextCursor(cursor)


def select(editor, start, end):
    text = editor.toPlainText()
    cursor = editor.textCursor()
    cursor.setPosition(text.index(start))
    cursor.setPosition(text.index(end) + len(end), QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)


def headings(editor):
    return [section.title for section in editor_document.sections(editor.document())]


def key(editor, code, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(editor, code, modifiers)


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


def test_the_example_of_an_export_is_not_cut(page, theme, qtbot):
    theme.use("light", 200)
    drafts = page.drafts
    drafts._ask_export()
    dialog = drafts.exporter.dialog
    qtbot.waitUntil(lambda: not dialog.busy and bool(dialog.example.text()))
    label = dialog.example
    qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()))


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
    qtbot.waitUntil(lambda: evidence.page.page == 2, timeout=20_000)
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


@pytest.fixture
def dialog(page, draft, settled):
    dialog = page.drafts.exporter.dialog
    page.drafts._ask_export()
    settled()
    return dialog


def choose(box, value):
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def test_the_export_shows_an_example_and_writes_what_was_chosen(dialog, page, settled, tmp_path):
    assert dialog.suffix == ".docx"
    assert "(Gu &amp; Dao, 2023; Vaswani et al., 2017)" in dialog.example.text()
    choose(dialog.style_box, "ieee")
    settled()
    assert "[1], [2]" in dialog.example.text()
    assert "“Mamba,” 2023" in dialog.example.text()
    choose(dialog.form, ".tex")
    choose(dialog.cite, "citep")
    settled()
    assert "\\citep{gu2023mamba,vaswani2017attention}" in dialog.example.text()
    assert not dialog.style_box.isVisible()
    assert dialog.path.text().endswith("related-work.tex")
    choose(dialog.form, ".html")
    dialog.path.setText(str(tmp_path / "out" / "mine.html"))
    dialog._go.click()
    settled()
    written = (tmp_path / "out" / "mine.html").read_text("utf-8")
    assert "[1]" in written
    assert (tmp_path / "out" / "mine.report.md").is_file()
    said = [bar.words for bar in page.drafts.bars.shown]
    assert said[-1] == "Written: mine.html, with its report beside it."
    state = page.save_state()["drafts"]["export"]
    assert state["suffix"] == ".html"
    assert state["style"] == "ieee"
    assert state["folder"] == str(tmp_path / "out")
    dialog.restore_state({"suffix": ".tex", "style": "gone.csl", "cite": "citep", "zotero": False})
    assert (dialog.suffix, dialog.wanted.style, dialog.wanted.cite) == (".tex", "apa", "citep")
    assert not dialog.zotero.isChecked()


def test_a_style_file_that_is_none_is_said_in_the_example(dialog, settled, tmp_path):
    own = tmp_path / "odd.csl"
    own.write_text("<style/>")
    dialog._take_own(str(own))
    dialog._show_example()
    settled()
    assert "cannot be used as a citation style" in dialog.example.text()
    assert not dialog._go.isEnabled()
    own.write_bytes((styles.FOLDER / "nature.csl").read_bytes())
    dialog._show_example()
    settled()
    assert "<sup>" in dialog.example.text()
    assert dialog._go.isEnabled()


def test_an_export_into_a_folder_that_cannot_be_written_is_a_sentence(
    dialog, page, settled, tmp_path
):
    (tmp_path / "file").write_text("x")
    dialog.path.setText(str(tmp_path / "file" / "mine.docx"))
    dialog._go.click()
    settled()
    assert "mine.docx" in [bar.words for bar in page.drafts.bars.shown][-1]
    assert list(tmp_path.glob("**/*.part")) == []


def test_exporting_keeps_a_version(dialog, desk, draft, settled, tmp_path):
    dialog.path.setText(str(tmp_path / "mine.docx"))
    dialog._go.click()
    settled()
    assert [version.reason for version in desk.versions.list(draft)] == ["export"]


def test_text_that_is_written_on_shows_what_was_typed(reading, editor, stored):
    put(editor, "한국어")
    QTest.keyClicks(editor, "Typed ")
    reading.show_stage("writing", "…")
    assert "Typed 한국어" in reading.text.toPlainText()
    assert editor.document().isEmpty()
    reading.show_stage("done")
    assert "Typed 한국어" in editor.toPlainText()
