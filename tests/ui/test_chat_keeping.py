"""The list of conversations: folders, pins, search with hits, deleting for good, files, titles."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from app import i18n
from app.paths import assets_dir
from app.ui.chat import conversations
from app.ui.chat.exchanging import file_name, meant
from app.ui.chat.found import MARKS
from app.ui.chat.listing import FOLDER, ID, PLACE
from app.ui.chat.page import ChatPage
from tests.engine.scripted import ScriptedEngine


@pytest.fixture
def page(qtbot, desk, pool, theme, settled):
    page = ChatPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    page.entered()
    settled()
    yield page
    page.closing()
    settled()


@pytest.fixture
def side(page):
    return page._side


def talk(desk, title, *said):
    kept = desk.conversations
    made = kept.start(title, "scripted")
    for number, text in enumerate(said):
        kept.add(made, ("user", "assistant")[number % 2], text, "done", "Scripted")
    return made


def rows(side):
    return [side.list.item(at).text() for at in range(side.list.count())]


def row(side, text):
    return next(
        side.list.item(at) for at in range(side.list.count()) if side.list.item(at).text() == text
    )


def drag(side, what, onto):
    """Drag the row of a text onto that of another, or below all rows."""
    rows = side.list
    data = rows.mimeData([row(side, what)])
    at = QPointF(20, rows.viewport().height() - 2)
    if onto:
        at = QPointF(rows.visualItemRect(row(side, onto)).center())
    keys = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton)
    rows.dragEnterEvent(QDragEnterEvent(at.toPoint(), *keys, Qt.KeyboardModifier.NoModifier))
    drop = QDropEvent(at, *keys, Qt.KeyboardModifier.NoModifier)
    rows.dropEvent(drop)


def press(menu, *names):
    for name in names:
        action = next(one for one in menu.actions() if one.text() == name)
        if action.menu():
            menu = action.menu()
    action.trigger()


def bars(page):
    return [bar.words for bar in page._bars.shown]


@pytest.fixture
def shown(side, settled):
    def look():
        side.reload()
        settled()
        return rows(side)

    return look


def test_pinned_first_then_folders_then_days(desk, side, shown, settled):
    one, _two, three = (talk(desk, name, "q") for name in ("one", "two", "three"))
    assert shown() == ["Today", "three", "two", "one"]
    press(side.menu(one), "Pin to the top")
    settled()
    desk.folders.put((three,), desk.folders.make("Work"))
    assert shown() == ["Pinned", "one", "Work", "three", "Today", "two"]
    press(side.menu(three), "Move to folder", "Out of the folder")
    press(side.menu(one), "Unpin")
    settled()
    assert shown() == ["Work", "Today", "three", "two", "one"]


def test_a_folder_is_made_named_closed_and_deleted(qtbot, desk, page, side, shown, settled):
    one = talk(desk, "one", "q")
    shown()
    press(side.menu(one), "Move to folder", "New folder")
    settled()
    assert rows(side) == ["New folder", "one"]
    item = row(side, "New folder")
    assert side.list.isPersistentEditorOpen(item) or side.list.state().name == "EditingState"
    side.list.closePersistentEditor(item)
    side.list.setCurrentItem(None)
    qtbot.keyClick(side.list.focusWidget() or side.list, Qt.Key.Key_Escape)
    item.setText("  논문  ")
    settled()
    assert [one.name for one in desk.folders.list()] == ["논문"]
    assert shown() == ["논문", "one"]
    side._clicked(row(side, "논문"))
    qtbot.waitUntil(lambda: rows(side) == ["논문"])
    assert page.save_state()["folded"] == [row(side, "논문").data(FOLDER)]
    side._clicked(row(side, "논문"))
    qtbot.waitUntil(lambda: rows(side) == ["논문", "one"])
    press(
        side.folder_menu(row(side, "논문").data(FOLDER)),
        "Delete the folder, keep the conversations",
    )
    settled()
    assert rows(side) == ["Today", "one"]
    page._bars.shown[-1]._actions[0]()
    settled()
    assert rows(side) == ["논문", "one"]


def test_a_name_that_is_taken_is_said(desk, page, side, shown, settled):
    desk.folders.make("Work")
    other = desk.folders.make("Play")
    shown()
    side.folder_renamed.emit(other, "work")
    settled()
    assert any("already a folder" in each for each in bars(page))
    assert [one.name for one in desk.folders.list()] == ["Play", "Work"]


def test_search_shows_where_the_words_stand_and_goes_there(qtbot, desk, page, side, settled):
    long = [f"message {number}" for number in range(60)]
    long[10] = "서울에서 부산까지 KTX 요금은 59,800원이다."
    one = talk(desk, "부산 여행", *long)
    talk(desk, "other", "nothing of that")
    side.search.setText("부산")
    qtbot.waitUntil(lambda: rows(side)[:1] == ["부산 여행"])
    settled()
    title, hit = side.list.item(0), side.list.item(1)
    assert title.data(MARKS) == ((0, 2),)
    assert hit.text() == long[10]
    assert [hit.text()[at : at + length] for at, length in hit.data(MARKS)] == ["부산"]
    assert hit.data(PLACE)[0] == one
    side.list.setCurrentItem(hit)
    side._clicked(hit)
    settled()
    turn = hit.data(PLACE)[1]

    def in_sight():
        for view in page._talk.transcript.views():
            if view.tools.turn is not None and view.tools.turn.id == turn:
                top = view.mapTo(page._talk.transcript.viewport(), view.rect().topLeft()).y()
                return -5 <= top < page._talk.transcript.viewport().height()
        return False

    qtbot.waitUntil(in_sight)
    assert page._showing.conversation == one
    find = page._talk.transcript.find
    qtbot.waitUntil(lambda: find.hit is not None)
    assert (find.words, find.hit.item, find.isVisible()) == ("부산", 10, True)
    assert not find.line.hasFocus()  # who goes through the hits by keys stays in the list
    side._clicked(title)
    page.open_conversation(one)
    assert not find.isVisible()


def test_a_hit_of_another_branch_is_shown_in_its_branch(qtbot, desk, page, side, settled):
    one = talk(desk, "t", "the first wording", "answer")
    desk.conversations.add(one, "user", "something else", "done", parent=0)
    side.search.setText('first "the first wording" t')
    qtbot.waitUntil(lambda: len(rows(side)) == 2)
    side._clicked(side.list.item(1))
    settled()
    qtbot.waitUntil(lambda: page._talk.transcript.find.hit is not None)
    assert page._talk.transcript.find.words == "the first wording"  # the longest
    assert desk.conversations.turns(one)[0].content == "the first wording"
    qtbot.waitUntil(lambda: len(page._talk.transcript.views()) == 2)


def test_hits_are_drawn_with_their_marks(desk, side, qtbot):
    talk(desk, "t", "a secret word among others")
    side.search.setText("secret")
    qtbot.waitUntil(lambda: len(rows(side)) == 2)
    picture = side.list.viewport().grab().toImage()
    mark = side._theme.colour("warn_soft")
    colours = {
        picture.pixelColor(x, y).name()
        for x in range(0, picture.width(), 2)
        for y in range(0, picture.height(), 2)
    }
    assert mark.name() in colours


def files_with(paths, words):
    found = []
    for folder in (paths.data, paths.cache):
        if folder.exists():
            found += [
                file.name
                for file in folder.rglob("*")
                if file.is_file() and words.encode() in file.read_bytes()
            ]
    return found


def test_deleted_is_gone_from_every_file_and_says_so(desk, paths, page, shown, settled):
    secret = "아무도 모르는 이야기"  # noqa: S105 - nobody's
    one = talk(desk, "t", f"{secret} " * 200, f"{secret} " * 300)
    talk(desk, "other", "harmless " * 100)
    shown()
    assert files_with(paths, secret) != []
    page.delete(one)
    settled()
    page._bars.shown[0].dismiss()
    settled()
    assert files_with(paths, secret) == []
    assert bars(page) == ["“t” is gone for good: its words are in no file any more."]
    assert desk.models.forgotten == [f"chat-{one}"]


def test_what_goes_when_the_window_closes_is_looked_after_at_the_next_start(
    qtbot, desk, paths, page, shown, settled, monkeypatch
):
    secret = "아무도 모르는 이야기"  # noqa: S105 - nobody's
    one = talk(desk, "t", f"{secret} " * 200)
    shown()
    page.delete(one)
    calls = []
    forget = type(desk.conversations).forget_traces
    monkeypatch.setattr(
        type(desk.conversations), "forget_traces", lambda kept: calls.append(1) or forget(kept)
    )
    page.closing()
    assert calls == []  # the window does not wait
    again = ChatPage(desk, page.pool, page.theme)
    qtbot.addWidget(again)
    again.entered()
    settled()
    assert len(calls) == 1
    assert files_with(paths, secret) == []
    third = ChatPage(desk, page.pool, page.theme)
    qtbot.addWidget(third)
    third.entered()
    settled()
    assert len(calls) == 1


def test_a_backup_that_still_has_it_is_said(desk, page, shown, settled):
    one = talk(desk, "t", "words")
    desk.backups.make()
    shown()
    page.delete(one)
    page._bars.shown[0].dismiss()
    settled()
    assert "1 backup" in bars(page)[0]


def test_out_and_in_again(desk, page, side, shown, settled, tmp_path):
    one = talk(desk, "부산", "question", "answer")
    shown()
    page._exchanging.write(tmp_path / "a.json", one)
    settled()
    assert bars(page) == ["Written: a.json."]
    desk.conversations.delete(one)
    page._exchanging.read(tmp_path / "a.json")
    settled()
    assert rows(side) == ["Today", "부산"] or "부산" in rows(side)
    assert "1 conversation added, 0 were" in bars(page)[-1]
    page._bars.shown[-1]._actions[0]()  # undo
    settled()
    assert "부산" not in rows(side)
    (tmp_path / "bad.json").write_text("{")
    page._exchanging.read(tmp_path / "bad.json")
    settled()
    assert "Nothing was taken in" in bars(page)[-1]


@pytest.mark.parametrize(
    ("title", "name"),
    [("What is 3/4?", "What is 3 4"), ("..", "chat"), ("a:b\n*", "a b"), ("부산 " * 40, None)],
)
def test_titles_are_fit_for_names_of_files(title, name):
    made = file_name(title)
    assert made == name if name else len(made) <= 60


def test_a_conversation_gets_a_title_while_nobody_asks(desk, page, side, settled):
    desk.settings = dataclasses.replace(desk.settings, chat_titles="model")
    engine = ScriptedEngine(["The train takes two hours.", "Train time"])
    desk.models.engines["scripted"] = engine
    page.ask("How long is the train?")
    settled()
    assert rows(side) == ["Today", "Train time"]
    assert page._title.whole == "Train time"
    assert len(engine.requests) == 2


def test_who_asks_goes_before_a_title(qtbot, desk, page, side, settled):
    desk.settings = dataclasses.replace(desk.settings, chat_titles="model")
    tokens = []
    title = desk.titler.title

    def watched(conversation, model, token):
        tokens.append(token)
        return title(conversation, model, token)

    desk.titler.title = watched
    engine = ScriptedEngine(lambda r: "The train." if len(r.messages) != 1 else "word " * 30)
    engine._delay = 0.02
    desk.models.engines["scripted"] = engine
    page.ask("How long is the train?")
    qtbot.waitUntil(lambda: bool(tokens))
    page.ask("And back?")
    assert tokens[0].cancelled
    settled()
    assert side.list.item(1).data(ID)


def test_what_was_folded_stays_so(qtbot, desk, pool, theme, settled):
    folder = desk.folders.make("Work")
    again = ChatPage(desk, pool, theme)
    qtbot.addWidget(again)
    again.restore_state({"folded": [folder], "conversation": 0})
    again._side.reload()
    settled()
    assert again.save_state()["folded"] == [folder]


def test_a_conversation_is_dragged_into_a_folder_and_out_again(page, desk, side, settled):
    one, _other = talk(desk, "one", "?"), talk(desk, "other", "?")
    folder = desk.folders.make("Work")
    side.reload()
    settled()
    drag(side, "one", "Work")
    settled()
    assert desk.conversations.one(one).folder == folder
    drag(side, "other", "one")  # onto one that is inside
    settled()
    assert {talk.folder for talk in desk.conversations.list()} == {folder}
    drag(side, "one", "")
    settled()
    assert desk.conversations.one(one).folder == 0


def test_a_folder_and_files_are_not_dragged_as_conversations(page, desk, side, settled):
    desk.folders.make("Work")
    side.reload()
    settled()
    assert side.list.mimeData([row(side, "Work")]).formats() == []
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/a.pdf")])
    event = QDragEnterEvent(
        QPointF(20, 20).toPoint(),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    side.list.dragEnterEvent(event)
    assert not event.isAccepted()  # the window asks for it


def test_older_conversations_come_when_they_are_wanted(page, side, desk, settled, monkeypatch):
    monkeypatch.setattr(conversations, "STEP", 2)
    for number in range(5):
        talk(desk, f"talk {number}")
    side._most = 2
    side.reload()
    settled()
    assert rows(side) == ["Today", "talk 4", "talk 3", "Show older ones"]
    side.list.itemClicked.emit(row(side, "Show older ones"))
    settled()
    assert rows(side)[1:] == ["talk 4", "talk 3", "talk 2", "talk 1", "Show older ones"]
    side.list.itemClicked.emit(row(side, "Show older ones"))
    settled()
    assert rows(side)[-1] == "talk 0"


@pytest.mark.parametrize(
    ("typed", "kind", "written"),
    [
        ("A.md", ".md", "A.md"),
        ("A.docx", ".md", "A.docx"),  # an ending that was typed holds
        ("A.md", ".json", "A.json"),  # the kind was changed, the offered ending was not
        ("A", ".html", "A.html"),
        ("Talk of Dr. Kim v1.2 notes", ".md", "Talk of Dr. Kim v1.2 notes.md"),
        ("there.md", ".json", "there (2).json"),  # nobody was asked about that name
        ("there.json", ".json", "there.json"),  # and about this one they were
    ],
)
def test_a_file_has_the_ending_that_was_meant(tmp_path, typed, kind, written):
    (tmp_path / "there.json").write_text("{}", "utf-8")
    assert meant(tmp_path / typed, ".md", kind) == tmp_path / written


def test_deleting_by_key_leaves_the_keyboard_in_the_list(desk, page, side, shown, settled):
    one = talk(desk, "one", "hello")
    page._side.reload()
    settled()
    page.open_conversation(one)
    settled()
    side.list.setFocus()
    QTest.keyClick(side.list, Qt.Key.Key_Delete)
    settled()
    assert page._showing.conversation == 0
    assert side.list.hasFocus()


def test_what_is_no_export_is_refused_in_the_language_of_the_window(page, settled, tmp_path):
    i18n.use("ko", assets_dir())
    for name, content in (("talk.md", "# Title"), ("cut.json", '{"format": "moadesk')):
        (tmp_path / name).write_text(content, "utf-8")
        page._exchanging.read(tmp_path / name)
        settled()
        said = page._bars.shown[-1].words
        assert name in said
        assert "malformed" not in said
        assert "truncated" not in said


def test_deleting_twice_leaves_the_chance_to_undo(desk, page, side, shown, settled):
    one = talk(desk, "one", "hello")
    page._side.reload()
    settled()
    page.open_conversation(one)
    settled()
    side.list.setFocus()
    for _press in range(2):  # the second comes before the list is read anew
        QTest.keyClick(side.list, Qt.Key.Key_Delete)
    page.delete(one)
    settled()
    assert desk.conversations.exists(one)
    (bar,) = page._bars.shown
    bar.findChildren(QPushButton)[0].click()
    settled()
    assert page._showing.conversation == one
    assert [row for row in rows(side) if row == "one"] == ["one"]


def test_what_was_just_deleted_comes_back_with_its_file(desk, page, side, shown, settled, tmp_path):
    one = talk(desk, "one", "hello")
    shown()
    page._exchanging.write(tmp_path / "one.json", one)
    settled()
    page.delete(one)
    settled()
    page._exchanging.read(tmp_path / "one.json")  # before the chance to undo is over
    settled()
    page._bars.clear()
    settled()
    assert [row for row in rows(side) if row == "one"] == ["one"]
    (back,) = desk.conversations.list()
    assert (back.title, back.id != one) == ("one", True)
