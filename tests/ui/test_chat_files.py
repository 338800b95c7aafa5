"""Files, tools and their permissions on the chat page: the real page, store, threads and files."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton

from agents.chat.tools.asked import TOOLS
from agents.chat.tools.folders import UserFolders
from app.jobs import BACKGROUND
from app.permitting import name
from app.ui.chat.page import ChatPage
from app.ui.chat.sources import path_of, source_of
from app.ui.chat.tray import Tray
from app.ui.chat.turns import AnswerView
from app.ui.settings.permissions import PermissionsSection
from tests.engine.scripted import ScriptedEngine
from tests.pages.pdf_files import pdf, text


@pytest.fixture
def home(tmp_path, monkeypatch):
    home = tmp_path / "home"
    (home / "Documents").mkdir(parents=True)
    (home / "Documents" / "Rent_2024.txt").write_text("The rent is 500 euros a month.", "utf-8")
    monkeypatch.setattr(Path, "home", lambda: home)
    assert UserFolders(Path.home()).usual() == home / "Documents"
    return home


@pytest.fixture
def page(qtbot, desk, pool, theme, settled, home):
    vars(desk)["embedded"] = None  # found by words: the model that comes along takes its time
    page = ChatPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.resize(1200, 760)
    page.show()
    page.entered()
    settled()
    yield page
    page.closing()
    settled()


def ask(page, question):
    page._composer.edit.setPlainText(question)
    QTest.keyClick(page._composer.edit, Qt.Key.Key_Return)


def answer(page):
    return [view for view in page._talk.transcript.views() if isinstance(view, AnswerView)][-1]


def press(widget, name):
    found = [b for b in widget.findChildren(QPushButton) if b.text() == name and b.isVisible()]
    assert len(found) == 1, [b.text() for b in widget.findChildren(QPushButton)]
    found[0].click()


def says(desk, words):
    desk.models.engines["scripted"] = ScriptedEngine(words)


def test_a_dropped_file_is_read_asked_and_cited(page, desk, home, settled):
    path = home / "Documents" / "Rent_2024.txt"
    assert page.accepts(path)
    page.open_files([path])
    settled()
    assert page._attachments.names == ("Rent_2024.txt",)
    says(desk, "The rent is 500 euros a month. [1] And more. [8]")
    ask(page, "How much is it?")
    settled()
    assert page._attachments.names == ()
    assert page._attachments._known.whole == "In this conversation: Rent_2024.txt"
    shown = answer(page)
    assert shown.shown == "The rent is 500 euros a month. [1] And more."
    assert [chip.text() for chip in shown._sources.chips] == ["[1] Rent_2024.txt"]
    assert shown._sources.read == "Read: Rent_2024.txt: whole"
    shown._sources.chips[0].click()
    settled()
    assert page._sheet.isVisible()
    assert page._sheet.quote == "The rent is 500 euros a month."


def clicked(view, words):
    """Click on a link of an answer's text."""
    cursor = view.document().find(words)
    assert cursor.charFormat().isAnchor(), words
    view.anchorClicked.emit(QUrl(cursor.charFormat().anchorHref()))


def test_a_citation_in_the_text_opens_its_passage(page, desk, home, settled):
    page.open_files([home / "Documents" / "Rent_2024.txt"])
    settled()
    says(desk, "The rent is 500 euros a month. [1] In code `[1]` is none.")
    ask(page, "How much is it?")
    settled()
    view = answer(page).rich
    clicked(view, "[1]")
    assert page._sheet.quote == "The rent is 500 euros a month."
    text = view.document().toPlainText()
    inside = view.document().find("[1]", text.index("code"))
    assert not inside.charFormat().isAnchor()


def test_what_the_model_was_shown_is_a_click_away(page, desk, home, settled):
    path = home / "Documents" / "long.txt"
    parts = [f"Room {number} costs {number}00 euros. " + "word " * 180 for number in range(40)]
    path.write_text("\n\n".join(parts), "utf-8")
    page.open_files([path])
    settled()
    says(desk, "Room 7 costs 700 euros. [1]")
    ask(page, "What does room 7 cost?")
    settled()
    shown = answer(page)._sources
    assert "passages" in shown.read
    shown._shown.click()
    settled()
    assert page._sheet.isVisible()
    assert "Room 7 costs 700 euros." in page._sheet.quote
    assert page._sheet.quote.count("euros") < len(parts)


def test_a_question_shows_its_files_now_and_later(page, desk, home, settled, monkeypatch):
    path = home / "Documents" / "Rent_2024.txt"
    page.open_files([path])
    settled()
    says(desk, "500 euros. [1]")
    ask(page, "How much is it?")
    question = page._talk.transcript.views()[0]
    assert [chip.text() for chip in question.files.chips] == ["Rent_2024.txt"]
    settled()
    conversation = page._showing.conversation
    page.begin()
    ask(page, "And without?")
    settled()
    again = page._talk.transcript.views()[0].files
    assert again is None or (again.chips == [] and not again.isVisible())
    page.open_conversation(conversation)
    settled()
    question = page._talk.transcript.views()[0]
    opened = []
    monkeypatch.setattr(
        "app.ui.chat.links.QDesktopServices.openUrl", lambda url: opened.append(url.toLocalFile())
    )
    question.files.chips[0].click()
    assert opened == [str(path)]
    path.unlink()
    question.files.chips[0].click()
    assert len(opened) == 1
    assert page._bars.shown[0].words.startswith(f"{path} is not there any more.")


def test_an_edited_question_keeps_its_files(page, desk, home, settled):
    page.open_files([home / "Documents" / "Rent_2024.txt"])
    settled()
    says(desk, "500 euros. [1]")
    ask(page, "How much is it?")
    settled()
    page.edit(page._showing.turns[0].id)
    ask(page, "What does it cost?")
    settled()
    question = page._talk.transcript.views()[0]
    assert question.shown == "What does it cost?"
    assert [chip.text() for chip in question.files.chips] == ["Rent_2024.txt"]
    assert desk.files.of_turn(page._showing.turns[0].id) != ()


def test_a_stored_answer_shows_its_sources_again(page, desk, home, settled):
    page.open_files([home / "Documents" / "Rent_2024.txt"])
    settled()
    says(desk, "The rent is 500 euros a month. [1]")
    ask(page, "How much is it?")
    settled()
    conversation = page._showing.conversation
    page.begin()
    assert page._attachments._known.isHidden()
    page.open_conversation(conversation)
    settled()
    assert [chip.text() for chip in answer(page)._sources.chips] == ["[1] Rent_2024.txt"]
    assert page._attachments._known.isVisible()


def test_a_passage_of_a_pdf_is_shown_on_its_page(qtbot, page, desk, home, settled):
    path = home / "two.pdf"
    lines = ["The first page speaks of apples alone.", "The second page speaks of pears alone."]
    path.write_bytes(pdf(*(text(40, 400, line) for line in lines)))
    page.open_files([path])
    settled()
    says(desk, "The second page speaks of pears alone. [2]")
    ask(page, "What does page 2 speak of?")
    settled()
    answer(page)._sources.chips[0].click()
    qtbot.waitUntil(lambda: page._sheet.page.page == 2)
    qtbot.waitUntil(lambda: page._sheet.page.found)
    settled()
    page._sheet.leave()
    assert not page._sheet.isVisible()


def test_a_file_that_cannot_be_read_is_a_sentence_and_goes_with_no_question(page, home, settled):
    path = home / "broken.pdf"
    path.write_bytes(b"%PDF-1.7 broken")
    page.open_files([path])
    settled()
    assert "broken.pdf is damaged" in page._attachments.trouble
    assert page._attachments.files == ()


def test_every_file_that_cannot_be_read_says_why(page, home, settled):
    (home / "empty.txt").write_bytes(b"")
    (home / "folder.txt").mkdir()
    page.open_files([home / "empty.txt", home / "folder.txt", home / "Documents" / "Rent_2024.txt"])
    settled()
    trouble = page._attachments.trouble
    assert "empty.txt is empty." in trouble
    assert "folder.txt is a folder." in trouble
    page._attachments._given[0].chip.away.click()
    settled()
    assert "empty.txt" not in page._attachments.trouble
    assert "folder.txt is a folder." in page._attachments.trouble
    (home / "folder.txt").rmdir()
    (home / "folder.txt").write_text("It is a file by now.", "utf-8")
    page.open_files([home / "folder.txt"])
    settled()
    assert page._attachments.trouble == ""
    assert page._attachments.names == ("Rent_2024.txt", "folder.txt")


def test_files_of_one_name_are_told_apart(page, home, settled):
    paths = [home / "spring" / "notes.txt", home / "autumn" / "notes.txt"]
    for path in paths:
        path.parent.mkdir()
        path.write_text(f"Notes of {path.parent.name}.", "utf-8")
    page.open_files(paths[:1])
    settled()
    (first,) = page._attachments._given
    assert first.chip.accessibleName() == "notes.txt"
    page.open_files(paths[1:])
    settled()
    chips = [one.chip for one in page._attachments._given]
    assert [chip.accessibleName() for chip in chips] == ["spring/notes.txt", "autumn/notes.txt"]
    assert [chip.toolTip().splitlines()[0] for chip in chips] == [str(path) for path in paths]
    chips[1].away.click()
    assert first.chip.accessibleName() == "notes.txt"


class Busy:
    """An agent that works until the test lets it end."""

    def __init__(self):
        self.open = threading.Event()

    def run(self, request, cancel):
        del request
        while not self.open.is_set():
            cancel.check()
            yield self.open.wait(0.01)


def test_a_question_about_a_file_does_not_wait_for_other_work(
    qtbot, page, desk, home, pool, settled
):
    busy = Busy()
    for _number in range(BACKGROUND):  # as documents that are being translated
        pool.start(busy, None)
    page.open_files([home / "Documents" / "Rent_2024.txt"])
    says(desk, "The rent is 500 euros a month. [1]")
    ask(page, "How much is it?")
    qtbot.waitUntil(lambda: "500" in page._talk.texts[-1] if page._talk.texts else False)
    assert page._attachments.names == ()
    assert page._composer.edit.toPlainText() == ""
    busy.open.set()
    settled()
    assert page._bars.shown == []  # that the file was being read is over


def test_a_question_whose_file_cannot_be_read_stays_where_it_was_written(page, home, settled):
    (home / "empty.txt").write_bytes(b"")
    page.open_files([home / "empty.txt"])
    ask(page, "How much is it?")
    settled()
    assert page._talk.texts == []
    assert page._composer.edit.toPlainText() == "How much is it?"


def test_what_was_written_on_is_not_sent_by_itself(page, desk, home, settled):
    page.open_files([home / "Documents" / "Rent_2024.txt"])
    ask(page, "How much is it?")
    page._composer.edit.setPlainText("How much is it in euros?")
    settled()
    assert page._talk.texts == []
    ask(page, "How much is it in euros?")
    settled()
    assert page._talk.texts[0] == "How much is it in euros?"


def needed(part):
    """How high it has to be at its width."""
    wraps = part.hasHeightForWidth()
    return part.heightForWidth(part.width()) if wraps else part.minimumSizeHint().height()


def below(page, lower, upper):
    return lower.mapTo(page, QPoint(0, 0)).y() >= upper.mapTo(page, QPoint(0, upper.height())).y()


@pytest.mark.parametrize("size", [(900, 560), (1230, 620)])
def test_files_and_warnings_scroll_where_there_is_no_room(
    qtbot, desk, pool, theme, settled, home, size
):
    theme.use("light", 200)
    page = ChatPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.resize(*size)
    page.show()
    page.entered()
    settled()
    for number in range(2):
        page._bars.say("warn", f"{number} " + "A warning of some length. " * 4, [("Do it", int)])
    for called in ("a first file with a long name.txt", "a second file with a long name.txt"):
        (home / called).write_text("Words.", "utf-8")
        page.open_files([home / called])
    (home / "empty.txt").write_bytes(b"")
    page.open_files([home / "empty.txt"])
    settled()
    tray, edit = page.findChild(Tray), page._composer.edit
    chips = [one.chip for one in page._attachments._given]
    parts = (*chips, page._attachments._trouble, *page._bars.shown, page._composer.send)
    qtbot.waitUntil(lambda: all(part.height() >= needed(part) for part in parts))
    assert tray.verticalScrollBar().maximum() > 0
    words = page._attachments._trouble  # came last: it is what is in sight
    qtbot.waitUntil(lambda: tray.rect().contains(words.mapTo(tray, words.rect().bottomLeft())))
    assert below(page, page._composer.send, edit)
    assert below(page, edit, tray)
    assert page.rect().contains(page._composer.mapToParent(page._composer.rect().center()))
    page.closing()
    settled()


def test_a_file_that_is_taken_away_is_forgotten(page, desk, home, settled):
    page.open_files([home / "Documents" / "Rent_2024.txt"])
    settled()
    (file,) = page._attachments.files
    page._attachments._given[0].chip.away.click()
    settled()
    assert page._attachments.files == ()
    assert desk.files.get([file]) == ()


def test_pasted_files_are_given(page, home, settled):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(home / "Documents" / "Rent_2024.txt"))])
    QGuiApplication.clipboard().setMimeData(mime)
    QTest.keyClick(page._composer.edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settled()
    assert page._attachments.names == ("Rent_2024.txt",)
    assert page._composer.edit.toPlainText() == ""


def test_files_that_were_not_sent_are_there_again(qtbot, page, desk, pool, theme, home, settled):
    page.open_files([home / "Documents" / "Rent_2024.txt"])
    settled()
    other = ChatPage(desk, pool, theme)
    qtbot.addWidget(other)
    other.restore_state(page.save_state())
    settled()
    assert other._attachments.names == ("Rent_2024.txt",)
    other.closing()


def waits(qtbot, page):
    qtbot.waitUntil(lambda: bool(page._permissions.shown))
    return page._permissions.shown[0]


def test_a_tool_waits_for_its_permission_and_is_asked_once(qtbot, page, desk, home, settled):
    ask(page, "find rent in my Documents folder")
    bar = waits(qtbot, page)
    assert bar.words == "The chat wants to look for “rent” in ~/Documents."
    press(page._permissions, "Always in this folder")
    settled()
    assert page._permissions.shown == []
    (chip,) = answer(page)._sources.chips
    assert chip.text() == "Rent_2024.txt"
    ask(page, "find rent in my Documents folder")
    settled()
    assert len(answer(page)._sources.chips) == 1
    assert [one.folder for one in desk.permissions.list()] == [str(home / "Documents")]


def test_a_no_is_a_no(qtbot, page, settled):
    ask(page, "find rent in my Documents folder")
    waits(qtbot, page)
    press(page._permissions, "No")
    settled()
    assert "have not allowed" in answer(page).shown
    assert answer(page)._sources.chips == []


def test_stopping_takes_the_question_along(qtbot, page, settled):
    ask(page, "find rent in my Documents folder")
    waits(qtbot, page)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    settled()
    assert page._permissions.shown == []


def test_another_folder_is_chosen(qtbot, page, home, settled, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(home / "Documents"))
    ask(page, "find the file about rent")
    waits(qtbot, page)
    press(page._permissions, "Another folder")
    settled()
    assert len(answer(page)._sources.chips) == 1


def test_the_clipboard_is_written_and_read_on_the_gui_thread(qtbot, page, settled):
    ask(page, "copy this to the clipboard: See you at 9.")
    waits(qtbot, page)
    press(page._permissions, "This once")
    settled()
    assert QGuiApplication.clipboard().text() == "See you at 9."
    ask(page, "what's on my clipboard?")
    waits(qtbot, page)
    press(page._permissions, "In this conversation")
    settled()
    assert "See you at 9." in answer(page).shown


def test_a_document_is_made_and_can_be_opened(qtbot, page, home, settled, monkeypatch):
    opened = []
    monkeypatch.setattr(
        "app.ui.chat.links.QDesktopServices.openUrl", lambda url: opened.append(url.toLocalFile())
    )
    ask(page, "Put the following notes in a docx:\n\n# Minutes\n- budget approved\n- two people")
    waits(qtbot, page)
    press(page._permissions, "This once")
    settled()
    path = home / "Documents" / "Minutes.docx"
    assert path.is_file()
    answer(page)._sources.chips[0].click()
    assert opened == [str(path)]


def test_permissions_are_listed_and_taken_back(qtbot, desk, pool, theme, settled, home):
    desk.permissions.allow("files", str(home))
    section = PermissionsSection(desk, pool, theme)
    qtbot.addWidget(section)
    section.resize(700, 300)
    section.show()
    settled()
    press(section, "Take back")
    settled()
    assert desk.permissions.list() == ()
    section.allow(str(home / "Documents"))
    settled()
    assert [one.folder for one in desk.permissions.list()] == [str(home / "Documents")]


def test_every_tool_is_named_with_whether_it_asks(qtbot, desk, pool, theme):
    section = PermissionsSection(desk, pool, theme)
    qtbot.addWidget(section)
    said = [label.text() for label in section.findChildren(QLabel)]
    asks = next(words for words in said if words.startswith("They ask first"))
    assert all(name(tool) in asks for tool in TOOLS)
    assert any("never ask" in words and "calculator" in words for words in said)


def test_links_of_ours_are_only_made_by_us():
    assert source_of("https://example.org") is None
    assert source_of("moadesk-source:{broken") is None
    assert path_of("https://example.org") == ""
