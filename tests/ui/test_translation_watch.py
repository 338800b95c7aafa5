"""A watched folder: what arrives is translated once, when it is whole; nothing of ours is."""

from __future__ import annotations

import os
import shutil

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from app.ui import build
from app.ui.translation import watching
from app.ui.translation.folders import look
from app.ui.translation.page import TranslationPage
from app.ui.translation.watching import FolderWatch
from tests.engine.scripted import ScriptedEngine

TEXT = "The committee met in Seoul."
KOREAN = "위원회가 서울에서 모였다."


@pytest.fixture
def engine():
    return ScriptedEngine(KOREAN)


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


class Watched:
    """A watch whose clock the test turns, and what arrived."""

    def __init__(self, desk, pool, settled, parent, free=lambda _path: True):
        self.now = 0.0
        self.names = []
        self.before = []
        self.watch = FolderWatch(desk, pool, parent, free=free, clock=lambda: self.now)
        self.watch.arrived.connect(lambda found: self.names.extend(one.path.name for one in found))
        self.watch.there_before.connect(
            lambda found: self.before.extend(one.path.name for one in found)
        )
        self.settled = settled

    def look(self, seconds=0.0):
        self.now += seconds
        self.watch.look()
        self.settled()
        return self.names


@pytest.fixture
def parent(qapp):
    parent = QObject()
    yield parent
    parent.deleteLater()


@pytest.fixture
def watched(desk, pool, settled, parent):
    made = Watched(desk, pool, settled, parent)
    yield made
    made.watch.closing()
    settled()


def test_a_file_is_taken_when_it_has_stopped_growing(watched, inbox):
    (inbox / "old.txt").write_text(TEXT, "utf-8")
    watched.watch.watch(inbox, None)
    assert watched.look(5) == []
    assert watched.before == ["old.txt"]
    new = inbox / "new.txt"
    new.write_text(TEXT, "utf-8")
    assert watched.look() == []
    new.write_text(TEXT * 2, "utf-8")  # still being written
    assert watched.look(5) == []
    assert watched.look(1) == []
    assert watched.look(1.5) == ["new.txt"]
    assert watched.look(5) == ["new.txt"]  # once
    os.utime(new, ns=(1, 1))  # written again
    watched.look()
    assert watched.look(5) == ["new.txt", "new.txt"]


def test_a_file_that_is_being_translated_is_taken_afterwards(desk, pool, settled, inbox, parent):
    free = []
    watched = Watched(desk, pool, settled, parent, free=lambda path: path.name in free)
    watched.watch.watch(inbox, None)
    watched.look()
    (inbox / "a.txt").write_text(TEXT, "utf-8")
    watched.look()
    assert watched.look(5) == []
    free.append("a.txt")
    assert watched.look(1) == ["a.txt"]
    watched.watch.closing()


def test_a_folder_that_is_away_for_a_while_is_no_new_folder(watched, inbox, tmp_path):
    watched.watch.watch(inbox, None)
    watched.look()
    (inbox / "a.txt").write_text(TEXT, "utf-8")
    watched.look()
    assert watched.look(5) == ["a.txt"]
    inbox.rename(tmp_path / "away")
    watched.look()
    assert watched.watch.gone
    assert watched.watch.on
    (tmp_path / "away" / "b.txt").write_text(TEXT, "utf-8")
    (tmp_path / "away").rename(inbox)
    watched.look()
    assert not watched.watch.gone
    assert watched.look(5) == ["a.txt", "b.txt"]


def test_what_was_taken_is_remembered_and_what_came_meanwhile_is_not(
    desk, pool, settled, inbox, watched, monkeypatch, parent, qtbot
):
    monkeypatch.setattr(watching, "_STORED_MS", 0)
    (inbox / "old.txt").write_text(TEXT, "utf-8")
    watched.watch.watch(inbox, None)
    watched.look()
    (inbox / "a.txt").write_text(TEXT, "utf-8")
    watched.look()
    assert watched.look(5) == ["a.txt"]
    qtbot.waitUntil(lambda: len(desk.kept.watched()) == 2)
    watched.watch.closing()
    (inbox / "b.txt").write_text(TEXT, "utf-8")
    second = Watched(desk, pool, settled, parent)
    second.watch.go_on(inbox, None)
    settled()
    assert second.look(5) == ["b.txt"]
    second.watch.closing()


def test_nothing_of_ours_nothing_hidden_and_no_link_is_looked_at(desk, inbox, tmp_path):
    names = (
        "a.txt",
        "deep/b.md",
        "empty.docx",
        ".hidden.txt",
        "~$open.docx",
        "picture.png",
        "a.ko.txt",
        "a.ko.txt.receipt.json",
        "a.ko.receipt.html",
        "a.ko.bilingual.docx",
        "a.ko.xliff2.xlf",
        "b.ko.bilingual.html",  # a stranger's: there is no receipt of such a translation
        "out/c.txt",
    )
    for name in names:
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_text("" if name.startswith("empty") else TEXT, "utf-8")
    (tmp_path / "outside.txt").write_text(TEXT, "utf-8")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "d.txt").write_text(TEXT, "utf-8")
    (inbox / "link.txt").symlink_to(tmp_path / "outside.txt")
    (inbox / "linked").symlink_to(tmp_path / "elsewhere")
    (inbox / "circle").symlink_to(inbox)
    found = look(inbox, inbox / "out", desk.translations)
    assert sorted(os.path.relpath(path, inbox) for path in found.states) == [
        "a.txt",
        "b.ko.bilingual.html",
        "deep/b.md",
    ]
    assert look(tmp_path / "nowhere", None, desk.translations).gone


# --- on the page ---


def shown(qtbot, desk, pool, theme, settled):
    page = TranslationPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    page.switch.choose("documents")
    settled()
    return page


@pytest.fixture
def page(qtbot, desk, pool, theme, settled, monkeypatch):
    monkeypatch.setattr(watching, "SETTLE", 0.2)
    monkeypatch.setattr(watching, "POLL_MS", 100)
    page = shown(qtbot, desk, pool, theme, settled)
    yield page
    page.closing()
    settled()


def choose(monkeypatch, folder):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a, **_k: str(folder))


def names(page):
    return [document.name for document in page.documents.queue.documents]


def test_what_arrives_is_translated_into_the_chosen_folder(
    page, inbox, tmp_path, monkeypatch, qtbot, settled, desk
):
    alone = page.documents.unattended
    assert not alone.watching.isChecked()
    choose(monkeypatch, "")
    alone.watching.click()  # no folder was chosen: it stays off
    assert not alone.watching.isChecked()
    choose(monkeypatch, tmp_path / "out")
    alone.into.click()
    choose(monkeypatch, inbox)
    alone.watching.click()
    assert alone.watching.isChecked()
    assert alone.said.whole == "inbox → out"
    qtbot.waitUntil(lambda: not page.documents.watch._first)
    page.documents.wanted.sheet.lines["protect"].setPlainText("Seoul")
    page.documents.wanted.sheet.lines["protect"].clear()
    (inbox / "deep").mkdir()
    (inbox / "deep" / "a.txt").write_text(TEXT, "utf-8")
    said = ["New in the watched folder: 1."]  # for ten seconds
    qtbot.waitUntil(lambda: [bar.words for bar in page.documents.bars.shown] == said)
    qtbot.waitUntil((tmp_path / "out" / "deep" / "a.ko.txt").exists)
    qtbot.waitUntil(lambda: page.documents.queue.documents[0].state == "done")
    assert (tmp_path / "out" / "deep" / "a.ko.txt").read_text("utf-8") == KOREAN
    qtbot.wait(600)
    assert names(page) == ["a.txt"]
    assert desk.kept.get("watch")["on"] is True
    alone.watching.click()
    assert not alone.watching.isChecked()
    assert not alone.said.isVisible()
    qtbot.waitUntil(lambda: desk.kept.get("watch")["on"] is False)
    (inbox / "b.txt").write_text(TEXT, "utf-8")
    qtbot.wait(600)
    assert names(page) == ["a.txt"]


def test_beside_the_original_there_are_no_loops(page, inbox, monkeypatch, qtbot):
    choose(monkeypatch, inbox)
    (inbox / "old.txt").write_text(TEXT, "utf-8")
    page.documents.wanted.sheet.outputs["bilingual-docx"].click()
    page.documents.wanted.sheet.outputs["xliff2"].click()
    page.documents.unattended.watching.click()
    qtbot.waitUntil(lambda: bool(page.documents.bars.shown))
    (bar,) = page.documents.bars.shown
    assert bar.words == "The folder is watched. Documents that are in it already: 1."
    bar._go(bar._actions[0])
    (inbox / "new.txt").write_text(TEXT, "utf-8")
    qtbot.waitUntil((inbox / "new.ko.xliff2.xlf").exists)
    qtbot.waitUntil((inbox / "old.ko.bilingual.docx").exists)
    qtbot.wait(1000)
    assert sorted(names(page)) == ["new.txt", "old.txt"]


def test_a_watched_folder_survives_a_restart_also_behind_another_page(
    page, inbox, monkeypatch, qtbot, desk, pool, theme, settled
):
    choose(monkeypatch, inbox)
    page.documents.unattended.watching.click()
    qtbot.waitUntil(lambda: bool(desk.kept.get("watch")))
    qtbot.waitUntil(lambda: not page.documents.watch._first)
    settled()
    page.closing()
    (inbox / "a.txt").write_text(TEXT, "utf-8")
    keeper = build.Keeper(desk, pool, theme)
    qtbot.addWidget(keeper.window)
    keeper.open()
    assert keeper.window.page == "welcome"  # its own page is not shown
    qtbot.waitUntil(lambda: "translate" in keeper.window._pages)
    qtbot.waitUntil((inbox / "a.ko.txt").exists)
    settled()
    keeper.window.leave()
    settled()


def test_a_folder_that_is_gone_is_said_in_plain_sight(page, inbox, monkeypatch, qtbot):
    choose(monkeypatch, inbox)
    page.documents.unattended.watching.click()
    qtbot.waitUntil(lambda: not page.documents.watch._first)
    shutil.rmtree(inbox)
    said = page.documents.unattended.said
    qtbot.waitUntil(lambda: said.whole.startswith("inbox is not there"))
    assert said.property("kind") == "warn"
    inbox.mkdir()
    qtbot.waitUntil(lambda: said.whole == "inbox → beside each")
    (inbox / "a.txt").write_text(TEXT, "utf-8")
    qtbot.waitUntil((inbox / "a.ko.txt").exists)
