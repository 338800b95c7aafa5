"""The translation memory on the Translate page: a real store, real files, real widgets."""

from __future__ import annotations

import json
import threading
from datetime import datetime

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest

from agents.store.memory_rows import Maker
from app.ui.translation.memory_table import ABOUT, EN
from app.ui.translation.page import MEMORY
from tests.ui.bars import press, said

PAIRS = [("The cat sleeps.", "고양이가 잔다."), ("It is 50% done.", "반쯤 됐다.")]


@pytest.fixture
def make(desk, open_page):
    """Make the page with the memory on top."""

    def made(*, full=True):
        if full:
            batch = desk.memories.imports.begin("m.tmx")
            desk.memories.imports.add(batch, PAIRS, "ko")
            desk.memories.imports.end(batch)
            desk.memories.add_human("개가 달린다.", "The dog runs.", ("ko", "en"), name="a.docx")
            desk.memories.add_machine([("It works.", "잘 된다.")], "ko", Maker("lfm2", "1", ""))
        return open_page(MEMORY).memory

    return made


def cells(panel, column=EN):
    model = panel.table.pairs
    return [model.index(row, column).data() for row in range(model.rowCount())]


def search(panel, settled, words):
    panel.search.setText(words)
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    settled()


def test_an_empty_memory_says_what_it_is_for(make):
    panel = make(full=False)
    assert panel._stack.currentIndex() == 0
    assert not panel.search.isEnabled()
    assert not panel.files.export_button.isEnabled()


def test_what_is_in_it(make):
    panel = make()
    assert cells(panel) == ["It works.", "The dog runs.", "It is 50% done.", "The cat sleeps."]
    assert cells(panel, ABOUT) == [
        "By a model · lfm2",
        "Confirmed · a.docx",
        "Imported · m.tmx",
        "Imported · m.tmx",
    ]
    day = datetime.now().astimezone().strftime("%Y-%m-")
    assert f" · {day}" in panel.sheet._about.whole  # as everywhere, whatever the system says
    letters = sum(len(en + ko) for en, ko in [*PAIRS, ("The dog runs.", "개가 달린다.")])
    letters += len("It works.잘 된다.")
    assert panel._holding.text() == (
        f"Confirmed by people: 1 · Imported: 2 · Translated by models: 1 · {letters} characters"
    )
    assert panel._holding.toolTip() == "In both directions: 3\nEnglish → Korean only: 1"


def test_large_text_in_a_small_window_cuts_no_button_and_hides_no_pair(make, theme, qtbot):
    theme.use("light", 200)
    panel = make()
    panel.window().resize(1232, 658)  # what a window of 1366 by 768 leaves of itself
    for made in (panel.files.export_button, panel.files.imports_button, panel._clear):
        qtbot.waitUntil(lambda one=made: one.width() >= one.sizeHint().width())
    qtbot.waitUntil(lambda: panel.search.width() > theme.px(160))
    qtbot.waitUntil(lambda: panel.table.viewport().height() >= panel.table.rowHeight(0))


def test_it_is_searched_in_both_languages_and_marked(make, settled):
    panel = make()
    search(panel, settled, "고양이 CAT")
    assert (cells(panel), panel._state.text()) == (["The cat sleeps."], "found 1")
    marked = panel.table.pairs.marked
    assert [one.group() for one in marked.finditer("The cat sleeps. 고양이가")] == ["cat", "고양이"]
    assert panel.grab().toImage().width() > 0
    search(panel, settled, "nothing")
    assert (cells(panel), panel._state.text()) == ([], "found 0")
    search(panel, settled, "")
    panel._origin.setCurrentIndex(panel._origin.findData("imported"))
    panel._origin.activated.emit(2)
    settled()
    assert cells(panel) == ["It is 50% done.", "The cat sleeps."]


def test_a_found_word_is_drawn_on_a_ground_of_its_own(make, settled, theme):
    panel = make()
    search(panel, settled, "sleeps")
    panel.table.clearSelection()
    panel.table.setCurrentIndex(QModelIndex())
    image = panel.table.viewport().grab().toImage()
    ground = theme.colour("warn_soft").rgb()
    found = [
        x for x in range(image.width()) for y in range(0, 60, 3) if image.pixel(x, y) == ground
    ]
    assert found
    assert max(found) < panel.table.columnWidth(EN)


def test_it_grows_as_one_scrolls(make, settled, desk):
    for number in range(650):
        desk.memories.add_human(f"Sentence number {number}.", f"문장 {number}.", ("en", "ko"))
    panel = make(full=False)
    model = panel.table.pairs
    assert (model.rowCount(), model.more) == (200, True)
    for _page in range(6):
        panel.table.scrollToBottom()
        settled()
    assert (model.rowCount(), model.more) == (650, False)
    assert len(set(cells(panel))) == 650
    assert not model.canFetchMore(QModelIndex())


def test_a_pair_is_corrected_and_taken_back(make, settled, desk):
    panel = make()
    panel.table.selectRow(3)
    sheet = panel.sheet
    assert (sheet.en.toPlainText(), sheet.ko.toPlainText()) == PAIRS[0]
    assert not sheet.save.isEnabled()
    sheet.ko.setPlainText("고양이는 잠을 잔다.")
    assert sheet.save.isEnabled()
    QTest.keyClick(sheet.ko, Qt.Key.Key_Return)
    settled()
    entry = desk.memories.exact("The cat sleeps.", "ko")[0]
    assert (entry.target, entry.origin) == ("고양이는 잠을 잔다.", "human")
    assert cells(panel, ABOUT)[3] == "Confirmed · m.tmx"
    panel._undo.click()
    settled()
    entry = desk.memories.exact("The cat sleeps.", "ko")[0]
    assert (entry.target, entry.origin) == ("고양이가 잔다.", "imported")
    assert sheet.ko.toPlainText() == "고양이가 잔다."
    panel._redo.click()
    settled()
    assert sheet.ko.toPlainText() == "고양이는 잠을 잔다."


def test_words_are_stored_when_their_pair_is_left(make, settled, desk):
    panel = make()
    panel.table.selectRow(3)
    panel.sheet.ko.setPlainText("고양이는 잠을 잔다.")
    panel.table.selectRow(0)
    settled()
    assert desk.memories.exact("The cat sleeps.", "ko")[0].target == "고양이는 잠을 잔다."
    assert panel.sheet.en.toPlainText() == "It works."


def test_what_is_written_when_the_window_closes_is_stored(make, desk):
    panel = make()
    panel.table.selectRow(3)
    panel.sheet.ko.setPlainText("고양이는 잠을 잔다.")
    panel.window().closing()  # nothing was waited for
    assert desk.memories.exact("The cat sleeps.", "ko")[0].target == "고양이는 잠을 잔다."


def test_a_pair_keeps_words_in_both_languages(make, settled, desk):
    panel = make()
    panel.table.selectRow(3)
    panel.sheet.ko.setPlainText(" ")
    panel.sheet.store()
    settled()
    assert "Both languages need words" in said(panel)[0]
    assert desk.memories.exact("The cat sleeps.", "ko")[0].target == "고양이가 잔다."
    assert panel.sheet.save.isEnabled()
    panel.sheet.ko.setPlainText("고양이가 잔다.")


def test_forgotten_pairs_come_back(make, settled, desk):
    panel = make()
    panel.table.selectRow(1)
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    settled()
    assert "The dog runs." not in cells(panel)
    assert desk.memories.stats().human == 0
    press(panel, "Undo")
    settled()
    assert cells(panel)[1] == "The dog runs."
    assert desk.memories.stats().human == 1


def test_a_memory_goes_out_and_comes_in_again(make, settled, desk, tmp_path):
    panel = make()
    for part, pairs in (("human", 1), ("without_models", 3), ("all", 4)):
        panel.files.write(tmp_path / f"{part}.tmx", part)
        settled()
        counted = "1 pair" if pairs == 1 else f"{pairs} pairs"
        assert said(panel) == [f"Written: {part}.tmx, {counted}"]
        text = (tmp_path / f"{part}.tmx").read_text("utf-8")
        assert (text.count("<tu "), "The dog runs." in text) == (pairs, True)
    page = panel.window()
    assert page.accepts(tmp_path / "all.tmx")
    desk.memories.clear()
    page.open_files([tmp_path / "all.tmx", tmp_path / "human.tmx"])
    settled()
    assert said(panel) == ["human.tmx: Added: 0 · known already: 1"]
    assert len(cells(panel)) == 4
    assert [one.file for one in desk.memories.imports.batches()] == ["human.tmx", "all.tmx"]


def test_an_import_is_taken_back_from_the_menu(make, settled, desk):
    panel = make()
    menu = panel.files.imports_button.menu()
    menu.aboutToShow.emit()
    (action,) = menu.actions()
    assert action.text().startswith("m.tmx · 2 pairs")
    action.trigger()
    assert "Take back the 2 pairs of m.tmx?" in said(panel)[0]
    press(panel, "Keep them")
    assert desk.memories.stats().imported == 2
    menu.aboutToShow.emit()
    menu.actions()[0].trigger()
    press(panel, "Take it back")
    settled()
    assert said(panel) == ["m.tmx was taken back."]
    assert desk.memories.stats().imported == 0
    assert cells(panel) == ["It works.", "The dog runs."]


def test_an_import_that_is_stopped_leaves_nothing(
    make, desk, settled, tmp_path, monkeypatch, qtbot
):
    panel = make(full=False)
    path = tmp_path / "long.jsonl"
    rows = [json.dumps({"en": f"N {n}.", "ko": f"번호 {n}."}) for n in range(12_000)]
    path.write_text("\n".join(rows))
    go_on = threading.Event()
    add = desk.memories.imports.add

    def slow(*args):
        add(*args)
        go_on.wait(20)

    monkeypatch.setattr(desk.memories.imports, "add", slow)
    panel.files.bring([path])
    qtbot.waitUntil(lambda: desk.memories.stats().imported == 5000)
    panel.files.stop_button.click()
    assert said(panel) == ["Stopped. What was imported of long.jsonl is taken back…"]
    go_on.set()
    settled()
    assert said(panel) == ["long.jsonl was not imported."]
    assert desk.memories.stats().imported == 0
    assert desk.memories.imports.batches() == ()
    assert panel.files.import_button.isVisible()


def test_a_bad_file_is_a_sentence_in_place(make, settled, tmp_path, desk):
    panel = make()
    path = tmp_path / "m.tmx"
    path.write_text('<!DOCTYPE tmx [<!ENTITY a SYSTEM "file:///etc/passwd">]><tmx>&a;</tmx>')
    panel.open_files([path, tmp_path / "gone.tmx"])
    settled()
    assert len(said(panel)) == 1
    assert "gone.tmx" in said(panel)[0]
    panel.open_files([path])
    settled()
    assert "m.tmx cannot be read" in said(panel)[0]
    assert len(desk.memories.imports.batches()) == 1


def test_nothing_is_forgotten_without_a_yes(make, settled, desk):
    panel = make()
    panel._clear.click()
    assert said(panel)[0].startswith("Forget 4 pairs? This cannot be undone")
    press(panel, "Keep them")
    assert (said(panel), desk.memories.stats().human) == ([], 1)
    panel._origin.setCurrentIndex(panel._origin.findData("machine"))
    panel._clear.click()
    assert said(panel)[0].startswith("Translated by models: Forget 1 pair?")
    press(panel, "Forget them")
    settled()
    assert desk.memories.stats().machine == 0
    assert desk.memories.stats().human == 1
    panel._origin.setCurrentIndex(0)
    panel._clear.click()
    press(panel, "Forget them")
    settled()
    assert panel._stack.currentIndex() == 0
    assert "Forgotten: 3." in said(panel)
