"""Markdown as it is shown: safe whatever a model writes, and only what is new is drawn."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.rich.markdown import Reader
from app.ui.rich.view import RichView


@pytest.fixture
def read():
    return lambda text: Reader("Copy", "Save").read(text).pieces


@pytest.fixture
def view(qtbot, theme):
    view = RichView(theme, "Answer")
    qtbot.addWidget(view)
    view.resize(500, 100)
    view.show()
    return view


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("**bold** and *slanted*", "bold and slanted"),
        ("1. one\n2. two", "1. one\n2. two"),
        ("3) one\n   - two", "3. one\n◦ two"),
        ("- [ ] open\n- [x] done", "☐ open\n☑ done"),
        ("a\nb", "a\u2028b"),
        ("`code`", "code"),
        ("# Title\ntext", "Title\ntext"),
        ("~~gone~~", "gone"),
        ("한글 **굵게** 씁니다", "한글 굵게 씁니다"),
        ("[link](https://example.org)", "link"),
    ],
)
def test_common_markdown(view, source, shown):
    view.say(source)
    assert view.document().toPlainText().replace("\n\n", "\n") == shown.replace("\u2028", "\n")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src='https://example.org/x.png'>",
        "<iframe src=http://example.org></iframe>",
        "<style>body{display:none}</style>visible",
    ],
)
def test_raw_html_is_text(view, hostile):
    view.say(hostile)
    assert view.document().toPlainText().strip() == hostile


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "vbscript:x"]
)
def test_a_dangerous_link_is_no_link(read, target):
    assert not any(run.href for piece in read(f"[click]({target})") for run in piece.runs)


def test_a_picture_is_never_fetched(view, monkeypatch):
    asked = []
    monkeypatch.setattr(RichView, "loadResource", lambda _v, _k, name: asked.append(name))
    view.say("before ![a cat](https://example.org/cat.png) after ![](http://x/y.png)")
    assert asked == []
    assert "[a cat]" in view.document().toPlainText()


def test_a_table_and_a_code_block(view):
    view.say("| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\nprint('<b>')\n```")
    cells = [piece for piece in view.pieces if piece.kind == "cell"]
    assert [(one.plain, one.row, one.column) for one in cells] == [
        ("a", 0, 0),
        ("b", 0, 1),
        ("1", 1, 0),
        ("2", 1, 1),
    ]
    assert cells[3].align == "right"
    head, line = view.pieces[4:]
    assert head.runs[0].text == "python"
    assert line.plain == "print('<b>')"
    assert {run.tone for run in line.runs} > {"accent", "ok"}


def test_a_code_block_is_copied_whole(view, qtbot):
    view.say("```\none\n```\n\n```sh\ntwo < 3\n```")
    with qtbot.waitSignal(view.copied):
        view.anchorClicked.emit(QUrl("moadesk-copy:1"))
    assert QApplication.clipboard().text() == "two < 3\n"
    view.anchorClicked.emit(QUrl("moadesk-copy:77"))  # a stale link is harmless


def test_a_link_is_told_and_not_followed(view, qtbot):
    view.say("[x](https://example.org/a)")
    with qtbot.waitSignal(view.link) as told:
        view.anchorClicked.emit(QUrl("https://example.org/a"))
    assert told.args == ["https://example.org/a"]
    assert view.document().toPlainText() == "x"


@pytest.mark.parametrize("end", range(0, 60, 7))
def test_an_unfinished_text_can_be_shown(view, end):
    view.say("Text **bold\n```python\nx = 1\n| a | b |\n|--\n[li](http://a"[:end])
    assert view.document().toPlainText().startswith("Text"[:end])


def test_growing_is_drawn_later_and_completely(view, qtbot):
    view.say("")
    for number in range(200):
        view.grow("word " * number + "end")
    assert view.document().toPlainText() == ""
    qtbot.waitUntil(lambda: view.document().toPlainText().endswith("end"))
    assert view.document().toPlainText().count("word") == 199


def test_the_view_is_as_high_as_its_text(view):
    view.say("one line")
    low = view.height()
    view.say("line\n\n" * 30)
    assert view.height() > 10 * low
    assert view.verticalScrollBar().maximum() == 0


def test_a_selection_survives_growth(view, qtbot):
    view.say("hello world")
    cursor = view.textCursor()
    cursor.setPosition(0)
    cursor.setPosition(5, cursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    view.say("hello world and more")
    assert view.textCursor().selectedText() == "hello"


def test_an_enormous_answer_is_drawn_in_slices(theme, qtbot):
    window = QWidget()  # it shows the beginning; the rest is laid out, not painted
    qtbot.addWidget(window)
    window.resize(500, 200)
    view = RichView(theme, "Answer", parent=window)
    window.show()
    view.say("\n\n".join(f"Paragraph {number} of many." for number in range(1000)))
    assert not view.settled
    assert view.document().toPlainText().startswith("Paragraph 0 of many.")
    qtbot.waitUntil(lambda: view.settled)
    assert view.document().blockCount() == 1000
    assert view.document().toPlainText().endswith("Paragraph 999 of many.")
