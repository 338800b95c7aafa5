"""Drafts on the Scholar page: the real agent on the sample library; the test writes the words."""

from __future__ import annotations

import json
import re
import threading

import pytest
from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtWidgets import QFrame, QLabel, QPushButton

from agents.base import CancelToken
from agents.scholar import cited
from agents.scholar.events import ImportRequest
from app.paths import assets_dir
from app.ui.scholar import chips, editor_document
from app.ui.scholar.page import ScholarPage
from tests.engine.scripted import ScriptedEngine

SAMPLE = assets_dir() / "samples" / "sample.bib"
TOPIC = "Sequence models that avoid the quadratic cost of self-attention"


def nonsense(request):
    """What a small model says: nothing that passes, so the draft quotes."""
    return "Well well well."


@pytest.fixture
def engine():
    return ScriptedEngine(nonsense)


@pytest.fixture
def stocked(desk):
    vars(desk)["embedder"] = lambda: None
    best = desk.shelf.best
    desk.shelf.best = lambda role, wanted="": "" if role == "entities" else best(role, wanted)
    for _event in desk.scholar.run(ImportRequest(SAMPLE), CancelToken()):
        pass
    return desk


@pytest.fixture
def page(qtbot, stocked, pool, theme, settled):
    page = ScholarPage(stocked, pool, theme)
    qtbot.addWidget(page)
    page.resize(1000, 640)
    page.show()
    page.entered()
    page.switch.choose("drafts")
    settled()
    yield page
    page.drafts.cancel()
    settled()
    page.closing()
    settled()


@pytest.fixture
def panel(page):
    return page.drafts


def said(panel):
    return [bar.words for bar in panel.bars.shown]


def press(bars, name):
    found = [b for bar in bars.shown for b in bar.findChildren(QPushButton) if b.text() == name]
    assert len(found) == 1, name
    found[0].click()


def drafted(panel, settled, topic=TOPIC):
    panel.compose()
    panel.form.topic.setPlainText(topic)
    panel.form._go.click()
    settled()
    return panel


def cards(panel):
    QCoreApplication.processEvents()  # what was just made is shown
    found = [frame for frame in panel.evidence.findChildren(QFrame) if frame.accessibleName()]
    return [
        (frame.accessibleName(), [label.text() for label in frame.findChildren(QLabel)])
        for frame in found
        if frame.property("kind") == "card" and not frame.isHidden()
    ]


def shown_drafts(panel):
    return [panel.list.drafts.item(row).text() for row in range(panel.list.drafts.count())]


class Gate:
    """Answers a few times, then waits for the test."""

    def __init__(self, free):
        self.free, self.asked = free, 0
        self.open = threading.Event()

    def __call__(self, request):
        self.asked += 1
        if self.asked > self.free:
            assert self.open.wait(20)
        return "Well well well."


def test_a_draft_is_written_shown_and_kept(panel, settled, stocked):
    drafted(panel, settled)
    rows = stocked.drafts.list()
    assert [row.state for row in rows] == ["done"]
    draft = stocked.drafts.load(rows[0].id)
    outline = [panel.list.outline.item(row).text() for row in range(panel.list.outline.count())]
    assert outline == [paragraph.theme for paragraph in draft.paragraphs]
    text = " ".join(panel.reading.editor.toPlainText().split())
    for paragraph in draft.paragraphs:
        for sentence in paragraph.sentences:
            words = [piece for piece in cited.pieces(sentence) if isinstance(piece, str)]
            assert all(piece in text for piece in words)
    assert panel.reading._counts.text() == (
        f"sentences {draft.report.sentences} · supported {draft.report.supported}"
        f" · to check {draft.report.flagged}"
    )
    assert shown_drafts(panel) == [TOPIC]
    assert panel.reading._export.isVisible()
    assert not panel.reading._stop.isVisible()


def test_every_citation_is_a_work_of_the_library_by_name(panel, settled, stocked):
    drafted(panel, settled)
    keys = {work.key for work in stocked.library.list()}
    editor = panel.reading.editor
    blocks = list(editor_document.blocks(editor.document()))
    found = {key for block in blocks for _at, key in chips.keys_in(block)}
    assert found
    assert found <= keys
    for key in found:
        assert key not in editor.toPlainText()
        assert key not in editor.chips.label(chips.form_of(key))


def test_pointing_at_a_citation_shows_its_evidence(panel, page, settled, qtbot, stocked):
    drafted(panel, settled)
    draft = stocked.drafts.load(stocked.drafts.list()[0].id)
    place, sentence = next(
        ((paragraph.index, at), sentence)
        for paragraph in draft.paragraphs
        for at, sentence in enumerate(paragraph.sentences)
        if sentence.support == "supported" and sentence.evidence and len(sentence.keys) == 1
    )
    url = QUrl(f"s:{place[0]}:{place[1]}:{sentence.keys[0]}")
    panel.reading.text.highlighted.emit(url)
    found = cards(panel)
    assert len(found) == 1
    assert f"“{sentence.evidence}”" in found[0][1]
    assert "The quotation stands in the abstract" in found[0][1]
    panel.reading.text.anchorClicked.emit(url)
    button = next(
        b for b in panel.evidence.findChildren(QPushButton) if b.text() == "Show in the library"
    )
    button.click()
    settled()
    assert page.switch.value == "library"
    assert page.library.table.current.key == sentence.keys[0]


def test_a_flagged_sentence_is_underlined_with_its_reason(panel, settled, stocked, tmp_path):
    bare = tmp_path / "bare.bib"
    bare.write_text(
        "@article{bare2020, title={Avoiding the quadratic cost of self-attention in sequence"
        " models}, author={Han, Sol}, year={2020}}",
        "utf-8",
    )
    for _event in stocked.scholar.run(ImportRequest(bare), CancelToken()):
        pass
    drafted(panel, settled)
    draft = stocked.drafts.load(stocked.drafts.list()[0].id)
    flagged = [
        (paragraph.index, at, sentence)
        for paragraph in draft.paragraphs
        for at, sentence in enumerate(paragraph.sentences)
        if sentence.support == "flagged"
    ]
    assert flagged
    assert any(words.startswith("Sentences without support") for words in said(panel))
    part, at, sentence = flagged[0]
    editor = panel.reading.editor
    first = next(piece for piece in cited.pieces(sentence) if isinstance(piece, str))
    place = editor.toPlainText().index(first)
    block = editor.document().findBlock(place)
    assert editor.marks.at(block, place - block.position())[0] == sentence
    assert any(
        one.format.underlineStyle() == one.format.UnderlineStyle.DotLine
        for one in block.layout().formats()
    )
    panel.reading.text.anchorClicked.emit(QUrl(f"s:{part}:{at}:"))
    QCoreApplication.processEvents()
    marks = [
        label.text()
        for label in panel.evidence.findChildren(QLabel)
        if label.property("kind") == "mark" and not label.isHidden()
    ]
    assert len(marks) == 1
    assert marks[0]
    assert sentence.reason not in marks


def test_stopping_keeps_what_is_written_and_it_goes_on(panel, settled, qtbot, stocked):
    gate = Gate(2)
    stocked.models.engines["scripted"] = ScriptedEngine(gate)
    panel.form.topic.setPlainText(TOPIC)
    panel.form._go.click()
    qtbot.waitUntil(lambda: gate.asked > 2)
    qtbot.waitUntil(lambda: bool(panel.reading.written.sentences))
    assert panel.reading._stop.isVisible()
    assert not panel.form._go.isEnabled()
    panel.reading._stop.click()
    gate.open.set()
    settled()
    row = stocked.drafts.list()[0]
    assert row.state == "stopped"
    assert row.sentences > 0
    assert panel.reading._go_on.isVisible()
    assert panel.reading._export.isVisible()
    kept = dict(panel.reading.written.sentences)
    stocked.models.engines["scripted"] = ScriptedEngine(nonsense)
    panel.reading._go_on.click()
    settled()
    assert stocked.drafts.list()[0].state == "done"
    assert len(stocked.drafts.list()) == 1
    for place, sentence in kept.items():
        assert panel.reading.written.sentences[place] == sentence
    assert not panel.reading._go_on.isVisible()
    assert [version.reason for version in stocked.versions.list(row.id)] == ["writing"]


def test_another_draft_can_be_read_while_one_is_written(panel, settled, qtbot, stocked):
    drafted(panel, settled)
    first = stocked.drafts.list()[0].id
    gate = Gate(1)
    stocked.models.engines["scripted"] = ScriptedEngine(gate)
    panel.compose()
    panel.form.topic.setPlainText("State space models with linear attention")
    panel.form._go.click()
    qtbot.waitUntil(lambda: gate.asked > 1)
    qtbot.waitUntil(lambda: len(shown_drafts(panel)) == 2)
    panel.show_draft(first)
    qtbot.waitUntil(lambda: panel.reading.topic == TOPIC)
    before = panel.reading.text.toPlainText()
    assert not panel.reading._stop.isVisible()
    gate.open.set()
    settled()
    assert panel.reading.text.toPlainText() == before
    assert {row.state for row in stocked.drafts.list()} == {"done"}


@pytest.mark.parametrize("suffix", [".tex", ".md"])
def test_a_draft_is_exported_with_bib_and_report(panel, settled, tmp_path, stocked, suffix):
    drafted(panel, settled)
    path = tmp_path / "out" / f"related{suffix}"
    panel.export_to(path)
    settled()
    assert said(panel)[-1] == f"Written: {path.name}, with its .bib and report beside it."
    bib = path.with_suffix(".bib").read_text("utf-8")
    text = path.read_text("utf-8")
    keys = {work.key for work in stocked.library.list() if work.key in text}
    assert keys
    assert all(key in bib for key in keys)
    report = json.loads(path.with_suffix(".report.json").read_text("utf-8"))
    assert report["unknown_keys"] == 0
    assert report["citations"] >= len(keys)


def test_an_export_that_cannot_be_written_is_a_sentence(panel, settled, tmp_path):
    drafted(panel, settled)
    (tmp_path / "file").write_text("x")
    panel.export_to(tmp_path / "file" / "related.tex")
    settled()
    assert "related" in said(panel)[-1]
    (tmp_path / "mine.bib").write_text("@article{a}")
    panel.export_to(tmp_path / "mine.tex")
    settled()
    assert "was not written by MoA Desk" in said(panel)[-1]
    assert (tmp_path / "mine.bib").read_text() == "@article{a}"


def test_a_deleted_draft_comes_back(panel, settled, stocked):
    drafted(panel, settled)
    panel.reading._drop.click()
    settled()
    assert shown_drafts(panel) == []
    assert len(stocked.drafts.list()) == 1
    press(panel.bars, "Undo")
    settled()
    assert shown_drafts(panel) == [TOPIC]
    panel.reading._drop.click()
    panel.bars.clear()
    settled()
    assert stocked.drafts.list() == ()


def test_a_deletion_put_off_is_carried_out_at_the_end(panel, page, settled, stocked):
    drafted(panel, settled)
    panel.reading._drop.click()
    page.closing()
    settled()
    assert stocked.drafts.list() == ()


def test_a_topic_nothing_fits_is_said_and_kept(panel, settled, stocked):
    drafted(panel, settled, "Medieval pottery glazes of the Goryeo dynasty kilns")
    assert len(said(panel)) == 1
    assert "has to do with this topic" in said(panel)[0]
    assert panel.pages.stack.currentIndex() == 0
    assert panel.form.topic.toPlainText().startswith("Medieval")
    assert stocked.drafts.list() == ()


def test_without_a_topic_or_a_model_nothing_starts(panel, settled, stocked, qtbot):
    panel.form._go.click()
    assert said(panel) == ["Write a topic or an abstract first."]
    stocked.shelf.models = []
    panel.entered()
    settled()
    panel.form.topic.setPlainText(TOPIC)
    panel.form._go.click()
    assert said(panel)[-1] == "There is no model here that drafts."
    with qtbot.waitSignal(panel.navigate) as gone:
        press(panel.bars, "Open Models")
    assert gone.args == ["models"]


def test_an_empty_library_is_said(panel, settled, stocked):
    stocked.library.delete([work.id for work in stocked.library.list()])
    drafted(panel, settled)
    assert said(panel) == ["The library holds no works. Add a .bib file first."]


def test_left_out_works_are_counted(panel, settled, stocked):
    drafted(panel, settled)
    plan = stocked.drafts.plan(stocked.drafts.list()[0].id)
    wanted = f"nothing to do with this topic: {plan.left_out}."
    assert any(wanted in words for words in said(panel)) == bool(plan.left_out)


def test_a_draft_deleted_elsewhere_is_said(panel, settled, stocked):
    drafted(panel, settled)
    draft = stocked.drafts.list()[0].id
    stocked.drafts.delete(draft)
    panel.show_draft(draft)
    settled()
    assert said(panel)[-1] == "This draft is no longer there."
    assert shown_drafts(panel) == []


def test_the_text_of_a_draft_is_never_taken_for_markup(panel, theme):
    from agents.scholar.events import Sentence, Work
    from app.ui.scholar import draft_text

    work = Work(1, 'a"b:c&d', "article", "T", ("<i>X</i>, Y",), "2020", "", "")
    sentence = Sentence("1 < 2 & <b>bold</b>.", (work.key,), "flagged", "", "scholar.no_support")
    written = draft_text.Written(["<h1>Theme</h1>"], {(0, 0): sentence}, {work.key: work})
    made = draft_text.page(written, theme)
    assert "<b>" not in made
    assert "<h1>" not in made
    assert "<i>" not in made
    link = re.findall(r'href="(s:0:0:[^"]+)"', made)[0]
    assert written.sentence(link) == (sentence, work.key)
    for wrong in ("", "s:", "s:x:y:", "s:9:9:", "http://x", "s:0"):
        assert written.sentence(wrong) is None
