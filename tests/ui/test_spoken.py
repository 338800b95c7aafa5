"""A screen reader hears an answer in whole sentences, each once."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import PySide6
import pytest
import shiboken6
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent

from app.ui.rich.markdown import Reader
from app.ui.rich.spoken import Sentences, Speaker, spoken
from app.ui.rich.view import RichView


@pytest.fixture
def events():
    """Every event that a screen reader would get, as (kind, text), by Qt's own hook."""
    if sys.platform != "linux":
        pytest.skip("the hook is called by its name in the Linux library")
    library = ctypes.CDLL(str(Path(PySide6.__file__).parent / "Qt" / "lib" / "libQt6Gui.so.6"))
    install = library._ZN11QAccessible20installUpdateHandlerEPFvP16QAccessibleEventE
    install.restype = ctypes.c_void_p
    install.argtypes = [ctypes.c_void_p]
    seen = []

    def handle(address):
        event = shiboken6.wrapInstance(address, QAccessibleEvent)
        words = ""
        if event.type() == QAccessible.Event.Announcement:
            words = shiboken6.wrapInstance(address, QAccessibleAnnouncementEvent).message()
        seen.append((event.type(), words))

    hook = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(handle)
    was_active = QAccessible.isActive()
    before = install(ctypes.cast(hook, ctypes.c_void_p))
    QAccessible.setActive(True)
    yield seen
    QAccessible.setActive(was_active)
    install(before)


def announced(events):
    return [words for kind, words in events if kind == QAccessible.Event.Announcement]


def changes(events):
    kinds = QAccessible.Event
    told = (kinds.TextInserted, kinds.TextRemoved, kinds.TextUpdated)
    return [kind for kind, _words in events if kind in told]


@pytest.fixture
def view(qtbot, theme):
    view = RichView(theme, "Answer")
    qtbot.addWidget(view)
    view.resize(400, 100)
    view.show()
    return view


def test_a_growing_answer_is_announced_sentence_by_sentence(view, events):
    speaker = Speaker(view)
    speaker.begin()
    text = "안녕하세요. 저는 **모델**입니다! 값은 3.14입니다.\n\n- 첫째\n- 둘째\n\n끝"
    events.clear()
    for end in range(len(text) + 1):
        view.grow(text[:end])
        view._draw()
        speaker.hear(view.pieces, ended=False)
    view.say(text)
    speaker.hear(view.pieces, ended=True)
    assert announced(events) == [
        "안녕하세요.",
        "저는 모델입니다!",
        "값은 3.14입니다.",
        "• 첫째",
        "• 둘째",
        "끝",
    ]
    assert changes(events) == []  # no token by token beside it


def test_what_is_not_on_its_way_is_not_announced(view, events):
    speaker = Speaker(view)
    view.say("A stored answer. It was read before.")
    speaker.hear(view.pieces, ended=True)
    assert announced(events) == []


def test_an_answer_of_the_page_is_announced(qtbot, desk, pool, theme, settled, events):
    from app.ui.chat.page import ChatPage
    from tests.engine.scripted import ScriptedEngine

    page = ChatPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    page.entered()
    settled()
    desk.models.engines["scripted"] = ScriptedEngine("First sentence. Second **one**. And a third")
    page._composer.edit.setPlainText("Say three.")
    page._composer.send.click()
    settled()
    heard = " ".join(announced(events))
    assert heard == "First sentence. Second one. And a third"
    page.closing()
    settled()


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two", ["One."]),
        ("Version 3.14 is out. It", ["Version 3.14 is out."]),
        ("e.g. this. That", ["e.g. this."]),
        ("정말요? 네! 그", ["정말요?", "네!"]),
        ("“그렇다.” 하고", ["“그렇다.”"]),
        ("first line\nsecond", ["first line"]),
        ("no end yet", []),
    ],
)
def test_sentences(text, sentences):
    assert Sentences().hear(text, ended=False) == sentences


def test_nothing_is_told_twice():
    sentences = Sentences()
    assert sentences.hear("One. Tw", ended=False) == ["One."]
    assert sentences.hear("One. Two. Thr", ended=False) == ["Two."]
    assert sentences.hear("One. Two. Three", ended=True) == ["Three"]
    assert sentences.hear("One. Two. Three", ended=True) == []


def test_tables_and_programs_are_told_as_a_whole():
    pieces = Reader("Copy", "Save").read(
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n```py\nx = 1\ny = 2\n```\n\n$x^2$"
    )
    assert spoken(pieces.pieces) == "a, b\n1, 2\nProgram, lines: 2.\nx^2\n"
