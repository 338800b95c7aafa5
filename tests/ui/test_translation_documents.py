"""Documents on the Translate page: real files through the real agent to a file with its receipt."""

from __future__ import annotations

import json
import threading

import docx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from agents.store.kept import QUEUE
from app.ui.translation import words
from app.ui.translation.page import TranslationPage
from app.ui.two_lines import PART, STATE, TONE
from tests.engine.scripted import ScriptedEngine
from tests.ui.conftest import installed

LINES = (
    "The committee met in Seoul.",
    "The members discussed the budget.",
    "They will meet again next year.",
)
KOREAN = {
    LINES[0]: "위원회가 서울에서 모였습니다.",
    LINES[1]: "위원들이 예산을 논의했습니다.",
    LINES[2]: "내년에 다시 모일 예정입니다.",
}


def answer(request):
    return KOREAN[request.messages[-1].content]


class Gate:
    """Answers a few times, then waits until the test opens it or nobody wants the answer."""

    def __init__(self, free):
        self.free = free
        self.open = threading.Event()
        self.asked = 0

    def __call__(self, request):
        self.asked += 1
        if self.asked > self.free:
            assert self.open.wait(20)
        return answer(request)


@pytest.fixture
def engine():
    return ScriptedEngine(answer)


@pytest.fixture
def word(tmp_path):
    """A small Word document."""
    document = docx.Document()
    for line in LINES:
        document.add_paragraph(line)
    path = tmp_path / "minutes.docx"
    document.save(path)
    return path


@pytest.fixture
def opened(monkeypatch):
    """What would have been opened by the system."""
    urls = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: urls.append(url.toLocalFile()))
    return urls


def shown_page(qtbot, desk, pool, theme, settled):
    page = TranslationPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.resize(1000, 640)
    page.show()
    page.switch.choose("documents")
    settled()
    return page


@pytest.fixture
def page(qtbot, desk, pool, theme, settled):
    page = shown_page(qtbot, desk, pool, theme, settled)
    yield page
    for document in page.documents.queue.documents:
        page.documents.queue.cancel(document)
    settled()


def said(bars):
    return [bar.words for bar in bars.shown]


def state(page, row=0):
    return page.documents.list.rows.index(row).data(STATE)


def cells(page):
    model = page.documents.view.table.segments
    return [
        tuple(model.index(row, column).data() for column in range(4))
        for row in range(model.rowCount())
    ]


def press(bars, name):
    found = [b for bar in bars.shown for b in bar.findChildren(QPushButton) if b.text() == name]
    assert len(found) == 1, name
    found[0].click()


def test_large_text_in_a_small_window_leaves_room_for_the_segments(page, theme, word, settled):
    page.documents.open_files([word])
    settled()
    view = page.documents.view
    assert not view.list_button.isVisible()
    theme.use("light", 200)
    page.resize(1232, 658)  # what a window of 1366 by 768 leaves of itself
    page.documents.bars.say(
        "warn", "A model that does not know Korean may be wrong.", [("Go", int)]
    )
    settled()
    table = view.table
    assert table.viewport().height() >= 2 * table.rowHeight(0)
    assert table.columnWidth(1) > theme.px(120)
    assert view.list_button.isVisible()
    QTest.mouseClick(view.list_button, Qt.MouseButton.LeftButton)
    assert page.documents.list.isVisible()
    QTest.keyClick(page.documents.list, Qt.Key.Key_Return)
    assert not page.documents.list.isVisible()
    assert view.isVisible()


def test_a_word_document_becomes_another_with_its_receipt(page, word, settled, opened):
    assert page.accepts(word)
    page.open_files([word])
    settled()
    output = word.with_name("minutes.ko.docx")
    assert [p.text for p in docx.Document(output).paragraphs] == list(KOREAN.values())
    receipt = json.loads(output.with_name("minutes.ko.docx.receipt.json").read_text("utf-8"))
    assert (receipt["segments"], receipt["problems"]) == (3, [])
    assert state(page) == "Done"
    assert cells(page) == [
        (str(row + 1), line, KOREAN[line], "✓") for row, line in enumerate(LINES)
    ]
    view = page.documents.view
    assert view._account.text().startswith("3 of 3 segments · from memory 0 · tried again 0")
    assert view._chip.text() == "English → Korean"
    assert not view._next.isVisible()
    view._open.click()
    view._receipt.trigger()
    view._folder.trigger()
    view._original.trigger()
    receipt_path = str(output) + ".receipt.json"
    assert opened == [str(output), receipt_path, str(word.parent), str(word)]
    output.unlink()
    view._open.click()
    assert said(view.bars) == [f"{output} is no longer there."]


def test_files_run_one_after_the_other(page, tmp_path, engine, qtbot, settled, desk):
    gate = Gate(0)
    desk.models.engines["scripted"] = ScriptedEngine(gate)
    files = []
    for name in ("a.txt", "b.md"):
        files.append(tmp_path / name)
        files[-1].write_text(LINES[0], "utf-8")
    page.open_files(files)
    qtbot.waitUntil(lambda: gate.asked > 0)
    first, second = page.documents.queue.documents
    assert (first.state, second.state) == ("running", "waiting")
    assert page.documents.list.current is second
    gate.open.set()
    settled()
    assert (first.state, second.state) == ("done", "done")
    assert (tmp_path / "a.ko.txt").read_text("utf-8") == KOREAN[LINES[0]]
    assert (tmp_path / "b.ko.md").read_text("utf-8").strip() == KOREAN[LINES[0]]


def test_a_document_stops_in_the_middle_and_goes_on(page, word, qtbot, settled, desk):
    gate = Gate(1)
    desk.models.engines["scripted"] = ScriptedEngine(gate)
    page.open_files([word])
    document = page.documents.queue.documents[0]
    qtbot.waitUntil(lambda: document.done == 1)
    assert page.documents.list.rows.index(0).data(PART) == pytest.approx(1 / 3)
    assert [(row[1], row[2] != "…") for row in cells(page)] == [
        ("The committee met in Seoul.", True),
        ("The members discussed the budget.", False),
        ("They will meet again next year.", False),
    ]
    page.documents.view._cancel.click()
    assert document.cancelling
    gate.open.set()
    settled()
    assert document.state == "cancelled"
    assert not word.with_name("minutes.ko.docx").exists()
    assert state(page).startswith("Stopped at ")
    assert page.documents.list.rows.index(0).data(TONE) == "warn"
    stored = len(desk.translations.segments(document.job))
    assert stored >= 1
    engine = desk.models.engines["scripted"] = ScriptedEngine(answer)
    page.documents.view._again.click()
    settled()
    assert document.state == "done"
    assert len(engine.requests) == 3 - stored
    assert len(cells(page)) == 3


def test_a_waiting_document_is_taken_off_at_once(page, tmp_path, qtbot, settled, desk):
    gate = Gate(0)
    desk.models.engines["scripted"] = ScriptedEngine(gate)
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(LINES[0], "utf-8")
    page.open_files([tmp_path / "a.txt", tmp_path / "b.txt"])
    qtbot.waitUntil(lambda: gate.asked > 0)
    waiting = page.documents.queue.documents[1]
    page.documents.queue.cancel(waiting)
    assert waiting.state == "cancelled"
    page.documents.queue.remove(waiting)
    assert page.documents.queue.documents[0].state == "running"
    gate.open.set()
    settled()
    assert not (tmp_path / "b.ko.txt").exists()


def test_problems_are_counted_found_and_explained(page, word, settled, desk):
    def lazy(request):
        text = request.messages[-1].content
        return text if text == LINES[1] else answer(request)

    desk.models.engines["scripted"] = ScriptedEngine(lazy)
    page.open_files([word])
    settled()
    view = page.documents.view
    assert view._next.text() == "Next problem (1)"
    assert state(page) == "To look at: 1"
    view._next.click()
    assert view.table.currentIndex().row() == 1
    assert view.review._mark.isVisible()
    assert view.review._mark.text() == words.problem_hint("same_as_source")
    assert cells(page)[1][3] == "Same as the source"


def test_a_bad_file_is_a_sentence_where_it_is(page, tmp_path, settled):
    bad = tmp_path / "bad.docx"
    bad.write_bytes(b"not a document")
    good = tmp_path / "good.txt"
    good.write_text(LINES[0], "utf-8")
    page.open_files([bad, good])
    settled()
    failed = page.documents.queue.documents[0]
    assert failed.state == "failed"
    page.documents.list.pick(failed)
    assert len(said(page.documents.view.bars)) == 1
    assert "bad.docx" in said(page.documents.view.bars)[0]
    assert page.documents.view._again.text() == "Try again"
    assert (tmp_path / "good.ko.txt").is_file()
    page.documents.list.pick(page.documents.queue.documents[1])
    assert said(page.documents.view.bars) == []


def test_a_file_that_is_not_ours_is_not_written_over(page, tmp_path, settled):
    source = tmp_path / "a.txt"
    source.write_text(LINES[0], "utf-8")
    (tmp_path / "a.ko.txt").write_text("mine", "utf-8")
    page.open_files([source])
    settled()
    assert (tmp_path / "a.ko.txt").read_text("utf-8") == "mine"
    assert "was not made by MoA Desk" in said(page.documents.view.bars)[0]


def test_two_files_of_one_name_do_not_share_an_output(page, tmp_path, settled):
    page.documents.wanted.add_folder(tmp_path / "out")
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(f"{LINES[folder == 'two']}", "utf-8")
        page.open_files([tmp_path / folder / "a.txt"])
    settled()
    assert [document.state for document in page.documents.queue.documents] == ["done", "failed"]
    assert (tmp_path / "out" / "a.ko.txt").read_text("utf-8") == KOREAN[LINES[0]]
    assert "would be written twice" in said(page.documents.view.bars)[0]


def test_the_same_file_again_is_taken_up_not_doubled(page, word, settled):
    for _time in range(2):
        page.open_files([word])
        settled()
    assert len(page.documents.queue.documents) == 1
    assert state(page) == "Done"


def test_identity_gives_a_text_back_byte_for_byte(page, tmp_path, settled, engine):
    source = tmp_path / "notes.md"
    source.write_bytes("# 제목\r\n\r\n*One* `two`\r\n".encode())
    page.documents.chooser.choose("identity")
    page.open_files([source])
    settled()
    assert (tmp_path / "notes.ko.md").read_bytes() == source.read_bytes()
    assert engine.requests == []


def test_interrupted_documents_are_offered(
    qtbot, desk, pool, theme, settled, tmp_path, word, monkeypatch
):
    gate = Gate(1)
    desk.models.engines["scripted"] = ScriptedEngine(gate)
    first = shown_page(qtbot, desk, pool, theme, settled)
    first.open_files([word])
    qtbot.waitUntil(lambda: first.documents.queue.documents[0].done == 1)
    job = first.documents.queue.documents[0].job
    first.documents.view._cancel.click()
    gate.open.set()
    settled()
    qtbot.waitUntil(lambda: not desk.kept.get(QUEUE))  # what runs is stored as waiting no more
    # As a killed process leaves it: running, and its owner no longer there.
    with desk.database.write() as db:
        db.execute(
            "update translation_job set state = 'running', owner = '1:0' where id = ?", [job]
        )
    desk.models.engines["scripted"] = ScriptedEngine(answer)
    second = shown_page(qtbot, desk, pool, theme, settled)
    assert state(second).startswith("Interrupted at ")
    assert said(second.documents.bars) == ["Interrupted documents: 1. What is translated is kept."]
    press(second.documents.bars, "Go on with them")
    settled()
    assert state(second) == "Done"
    assert word.with_name("minutes.ko.docx").is_file()
    third = shown_page(qtbot, desk, pool, theme, settled)
    assert state(third) == "Done"
    assert said(third.documents.bars) == []
    third.documents.list.pick(third.documents.queue.documents[0])
    settled()
    assert len(cells(third)) == 3


def test_a_document_is_taken_off_the_list_and_the_files_stay(page, word, settled, desk):
    page.open_files([word])
    settled()
    page.documents.view._remove.trigger()
    settled()
    assert page.documents.queue.documents == []
    assert desk.translations.jobs() == ()
    assert word.with_name("minutes.ko.docx").is_file()
    assert page.documents._stack.currentIndex() == 0


def test_files_dropped_before_the_models_are_known_are_not_lost(
    qtbot, desk, pool, theme, settled, word
):
    page = TranslationPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.open_files([word])
    settled()
    assert word.with_name("minutes.ko.docx").is_file()


def test_a_model_without_korean_is_named_first_and_once(
    qtbot, desk, pool, theme, settled, word, english_engine
):
    desk.models.engines["small"] = english_engine
    desk.models.borrowed["small"] = 0
    desk.shelf.models = [installed("small", languages=("en",), name="Small")]
    page = shown_page(qtbot, desk, pool, theme, settled)
    assert said(page.documents.bars) == [
        "Small does not know Korean: its translations will be wrong."
    ]
    page.open_files([word])
    settled()
    assert said(page.documents.bars) == []
    assert len(said(page.documents.view.bars)) == 1
    assert state(page) == "To look at: 3"


def test_without_a_model_nothing_starts(qtbot, desk, pool, theme, settled, word):
    desk.shelf.models = []
    page = shown_page(qtbot, desk, pool, theme, settled)
    page.open_files([word])
    settled()
    assert said(page.documents.bars) == ["There is no model here that translates."]
    assert page.documents.queue.documents == []


def test_segments_that_come_while_the_stored_ones_are_read_are_kept(page, word, settled):
    page.open_files([word])
    settled()
    view, document = page.documents.view, page.documents.queue.documents[0]
    last = view.table.segments.segment(2)
    view._load()
    view.put(document, last)
    settled()
    assert len(cells(page)) == 3


def test_what_is_on_the_screen_is_translated_next(page, tmp_path, qtbot, settled, desk):
    lines = [f"The committee met in house h{number}." for number in range(120)]
    source = tmp_path / "long.txt"
    source.write_text("\n\n".join(lines), "utf-8")
    asked, gate = [], threading.Event()

    def say(request):
        asked.append(lines.index(request.messages[-1].content))
        assert gate.wait(60)
        return f"위원회가 h{asked[-1]} 집에서 모였습니다."

    desk.models.engines["scripted"] = ScriptedEngine(say)
    page.open_files([source])
    qtbot.waitUntil(lambda: len(asked) == 1)
    table = page.documents.view.table
    qtbot.waitUntil(lambda: table.segments.rowCount() == 120)
    table.scrollTo(table.segments.index(80, 1), table.ScrollHint.PositionAtTop)
    looks = desk.translation._documents.looks
    job = page.documents.queue.documents[0].job
    qtbot.waitUntil(lambda: 80 in looks.at(job))
    seen = looks.at(job)
    assert seen.start > 60
    assert len(seen) < 40
    gate.set()
    settled()
    assert asked[8 : 8 + len(seen)] == list(seen)  # eight were under way
    assert page.documents.queue.documents[0].state == "done"
