"""Folders become documents of the queue; the queue pauses, goes on and is remembered."""

from __future__ import annotations

import threading

import pytest

from app.ui.translation.folders import documents_in
from app.ui.translation.page import TranslationPage
from tests.engine.scripted import ScriptedEngine

TEXT = "The committee met in Seoul."
KOREAN = "위원회가 서울에서 모였다."


@pytest.fixture
def engine():
    return ScriptedEngine(KOREAN)


@pytest.fixture
def folder(tmp_path):
    """A folder with documents, and with what is none."""
    top = tmp_path / "papers"
    for name in (
        "a.txt",
        "deep/er/b.md",
        "deep/a.txt",
        ".hidden/c.txt",
        ".d.txt",
        "~$e.docx",
        "picture.png",
        "made.ko.txt",
    ):
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT, "utf-8")
    (top / "made.ko.txt.receipt.json").write_text("{}", "utf-8")
    (top / "circle").symlink_to(top)
    return top


@pytest.fixture
def page(qtbot, desk, pool, theme, settled):
    page = TranslationPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.show()
    page.switch.choose("documents")
    settled()
    yield page
    page.documents.queue.pause()
    settled()


def names(page):
    return [document.name for document in page.documents.queue.documents]


def said(page):
    return [bar.words for bar in page.documents.bars.shown]


def line(page):
    return page.documents.line


def test_documents_are_found_below_and_our_own_are_not(folder, desk):
    found, more = documents_in([folder], desk.translations)
    assert [(str(one.path.relative_to(folder)), str(one.below)) for one in found] == [
        ("a.txt", "."),
        ("deep/a.txt", "deep"),
        ("deep/er/b.md", "deep/er"),
    ]
    assert not more


def test_too_many_documents_are_said(folder, desk, monkeypatch):
    monkeypatch.setattr("app.ui.translation.folders.MOST", 2)
    found, more = documents_in([folder], desk.translations)
    assert (len(found), more) == (2, True)


def test_a_dropped_folder_is_translated_and_counted(page, folder, settled):
    assert page.accepts(folder)
    page.open_files([folder])
    settled()
    assert names(page) == ["a.txt", "a.txt", "b.md"]
    assert said(page) == ["Documents found in the folder: 3."]
    assert (folder / "deep" / "er" / "b.ko.md").read_text("utf-8") == KOREAN
    page.open_files([folder])  # what was made is not translated once more
    settled()
    assert names(page) == ["a.txt", "a.txt", "b.md"]


def test_the_folders_below_are_kept_in_another_output_folder(page, folder, tmp_path, settled):
    page.documents.wanted.add_folder(tmp_path / "out")
    page.open_files([folder])
    settled()
    assert sorted(
        str(p.relative_to(tmp_path / "out"))
        for p in (tmp_path / "out").rglob("*.ko.*")
        if not p.name.endswith(".json")
    ) == [
        "a.ko.txt",
        "deep/a.ko.txt",
        "deep/er/b.ko.md",
    ]


def test_a_folder_without_documents_is_a_sentence(page, tmp_path, settled):
    (tmp_path / "empty").mkdir()
    page.open_files([tmp_path / "empty"])
    settled()
    assert said(page) == ["There is no document in the folder that can be translated."]


class Gate:
    """Answers when it is opened, or when nobody waits any more."""

    def __init__(self):
        self.open = threading.Event()
        self.asked = 0

    def __call__(self, request):
        self.asked += 1
        assert self.open.wait(20)
        return KOREAN


def test_a_queue_pauses_and_goes_on_where_it_was(page, folder, qtbot, settled, desk):
    gate = Gate()
    desk.models.engines["scripted"] = ScriptedEngine(gate)
    page.open_files([folder])
    qtbot.waitUntil(lambda: gate.asked > 0)
    assert line(page).said.whole.startswith("2 waiting")
    line(page).button.click()
    gate.open.set()
    settled()
    assert [one.state for one in page.documents.queue.documents] == ["waiting"] * 3
    assert line(page).said.whole == "Paused · 3 waiting"
    assert line(page).button.accessibleName() == "Go on with the queue"
    line(page).button.click()
    settled()
    assert [one.state for one in page.documents.queue.documents] == ["done"] * 3
    assert not line(page).isVisible()


def test_a_paused_document_can_be_stopped_for_good(page, folder, settled):
    page.documents.queue.pause()
    page.open_files([folder])
    settled()
    first = page.documents.queue.documents[0]
    page.documents.queue.cancel(first)
    page.documents.queue.go_on()
    settled()
    assert [one.state for one in page.documents.queue.documents] == ["cancelled", "done", "done"]


def test_what_waited_waits_again_in_the_next_window(
    page, folder, settled, qtbot, desk, pool, theme, engine
):
    page.documents.queue.pause()
    page.open_files([folder])
    settled()
    page.documents.view.table.share = 0.4
    state = page.save_state()
    page.closing()
    (folder / "deep" / "a.txt").unlink()
    desk.kept.put("queue", [*desk.kept.get("queue"), {"source": 3}, "?", {}])  # damaged: left out
    second = TranslationPage(desk, pool, theme)
    qtbot.addWidget(second)
    second.restore_state(state)
    second.show()
    second.begin()
    settled()
    assert names(second) == ["a.txt", "b.md"]
    assert engine.requests == []  # nothing starts unasked
    assert second.documents.view.table.share == pytest.approx(0.4)
    line(second).button.click()
    settled()
    assert [one.state for one in second.documents.queue.documents] == ["done", "done"]
