"""Markdown as it is shown: safe whatever a model writes, and only what is new is drawn."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.chat.saving import CodeSaver, ending
from app.ui.rich.formulas import Formulas
from app.ui.rich.markdown import Reader
from app.ui.rich.view import RichView
from app.ui.widgets.bars import Bars


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


# --- growing ---

SAMPLE = """# 제목

이 문장은 **굵은 글씨**와 `코드`, [링크](https://example.org)를 담고 있습니다. $E=mc^2$ 끝.

1. 하나
2. 둘
   - 셋

| 모델 | 점수 |
|------|-----:|
| A | 1 |
| B | 2 |

$$
a^2 + b^2 = c^2
$$

```python
def f(x):
    return x
```

> 인용

끝 문장.
"""


@pytest.mark.parametrize("step", [1, 7])
def test_what_is_shown_while_growing_is_not_taken_back(view, step):
    """Each picture only adds to the one before, up to the last block, which may be written on."""
    before = ()
    for end in range(0, len(SAMPLE), step):
        view.grow(SAMPLE[:end])
        view._draw()
        pieces = view.pieces
        finished = len(before) - 1
        while finished > 0 and before[finished].kind == "cell" and before[finished].column:
            finished -= 1  # the last row of a table is one block
        assert pieces[:finished] == before[:finished], SAMPLE[:end][-30:]
        if before and before[-1].plain and len(pieces) >= len(before):
            now = pieces[finished]
            assert now.kind == before[finished].kind, SAMPLE[:end][-30:]
            assert now.plain.startswith(before[finished].plain.rstrip()), SAMPLE[:end][-30:]
        before = pieces
    view.say(SAMPLE)
    assert view.pieces == whole(SAMPLE)


def whole(text):
    return Reader("Copy", "Save").read(text).pieces


def test_finished_blocks_are_not_laid_out_again(view):
    text = "\n\n".join(f"문단 {number}입니다. " + "낱말 " * 40 for number in range(200))
    view.say(text)
    while not view.settled:
        view._draw()
    laid = view._layout.laid_out
    for _time in range(50):
        text += "더 "
        view.grow(text)
        view._draw()
    assert view._layout.laid_out - laid <= 2 * 50
    assert view.document().blockCount() == 200


def test_a_growing_program_costs_what_is_new(view):
    text = "```python\n" + "x = 1\n" * 300
    view.grow(text)
    while not view.settled:
        view._draw()
    laid = view._layout.laid_out
    for number in range(20):
        text += f"y = {number}\n"
        view.grow(text)
        view._draw()
    assert view._layout.laid_out - laid <= 3 * 20
    assert view.pieces[-1].plain == "y = 19"


def test_a_growing_text_never_shrinks_but_by_a_line(view):
    highest = 0
    for end in range(0, len(SAMPLE), 3):
        view.grow(SAMPLE[:end])
        view._draw()
        assert view.height() >= highest - 2 * view.fontMetrics().lineSpacing()
        highest = max(highest, view.height())


def test_a_link_defined_at_the_end_is_a_link_in_the_end(view):
    view.grow("See [the paper][1].\n\nMore.\n")
    view._draw()
    view.say("See [the paper][1].\n\nMore.\n\n[1]: https://example.org\n")
    assert view.pieces[0].runs[1].href == "https://example.org"


# --- lines of Korean ---


def lines(view, width):
    view.resize(width, view.height())
    layout = view.document().firstBlock().layout()
    text = view.document().firstBlock().text()
    shown = []
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        shown.append(text[line.textStart() : line.textStart() + line.textLength()])
    return shown


@pytest.mark.parametrize("width", range(120, 480, 37))
def test_a_line_ends_between_words(view, width):
    text = (
        "대규모 언어모델(LLM)은 1,000개의 문장을 번역했고 정확도는 93.4%를 넘었으며 "
        "API를 통해 사용할 수 있습니다. 자세한 내용은 논문을 참고하시기 바랍니다."
    )
    view.say(text)
    found = lines(view, width)
    assert "".join(found) == text
    words = set(text.split())
    assert all(set(line.split()) <= words for line in found), found
    layout = view.document().firstBlock().layout()
    assert all(
        layout.lineAt(number).naturalTextWidth() <= width for number in range(layout.lineCount())
    )


def test_a_word_longer_than_the_line_is_cut(view):
    text = "짧은 " + "띄어쓰기없이아주길게쓴낱말" * 4 + " 끝"
    view.say(text)
    found = lines(view, 160)
    assert "".join(found) == text
    assert found[0] == "짧은 "
    assert len(found) > 3


# --- formulas ---


@pytest.mark.parametrize(
    ("source", "formulas"),
    [
        ("It costs $5 and $10.", []),
        ("between $5 or 10$ more", []),
        ("$20/month and $30/month", []),
        ("US$5, US$10", []),
        ("가격은 $5이고 세금은 3$입니다", []),
        (r"a \$x\$ b", []),
        ("`$x$`", []),
        ("costs $5", []),
        ("the variable $x$ here", ["x"]),
        ("$E=mc^2$", ["E=mc^2"]),
        ("$f(x)$ 함수", ["f(x)"]),
        ("확률은 $p < 0.05$입니다", ["p < 0.05"]),
        (r"\(a+b\) and \[c^2\]", ["a+b", "c^2"]),
        ("$$\nx\n=\n- 1\n$$", ["x\n=\n- 1"]),
        ("before $$x^2$$ after", ["x^2"]),
        (r"$\text{속도} = v$", [r"\text{속도} = v"]),
        ("1. item\n\n   $$a$$", ["a"]),
        ("open $x and no more", []),
        ("$$ never closed", []),
        (r"open $x + y, $5 and $10, then $$\frac12$$ here", [r"\frac12"]),
        ("open $x + y and then $z = 1$", ["z = 1"]),
        ("open $x and `$y` in code", []),
    ],
)
def test_what_is_a_formula_and_what_a_price(read, source, formulas):
    assert [run.tex for piece in read(source) for run in piece.runs if run.tex] == formulas


@pytest.fixture
def maths(qtbot, theme, pool, settled):
    """A function that shows a text and waits for its formulas."""
    view = RichView(theme, "Answer", Formulas(pool))
    qtbot.addWidget(view)
    view.resize(500, 100)
    view.show()

    def say(text):
        view.say(text)
        settled()
        return view

    return say


def test_formulas_are_drawn_and_copied_as_latex(maths):
    view = maths(r"Einstein: $E=mc^2$ and $$\int_0^1 x\,dx$$")
    drawn = [run for piece in view.pieces for run in piece.runs if run.drawn]
    assert [run.tex for run in drawn] == ["E=mc^2", r"\int_0^1 x\,dx"]
    assert view.document().toPlainText() == "Einstein: \ufffc and \ufffc"
    view.selectAll()
    assert view.createMimeDataFromSelection().text() == (
        r"Einstein: $E=mc^2$ and $$\int_0^1 x\,dx$$"
    )
    picture = view.grab().toImage()
    dark = sum(
        picture.pixelColor(x, y).lightness() < 120
        for x in range(70, picture.width())
        for y in range(picture.height())
    )
    assert dark > 50  # something is painted where the formulas stand


@pytest.mark.parametrize("source", [r"\badcommand{x}+1", r"\frac{1}{", "x_{", "漢字 = x", "{" * 60])
def test_what_cannot_be_drawn_stays_readable(maths, source):
    view = maths(f"$${source}$$")
    assert source in view.document().toPlainText()


def test_hangul_in_a_formula_is_drawn(maths):
    view = maths(r"$$\text{속도} = \frac{\text{거리}}{t}$$")
    (run,) = view.pieces[0].runs
    assert run.drawn
    drawing = view._drawing(run.tex, True)
    assert [letter[0] for letter in drawing.sketch.letters] == list("속도거리")


def test_a_formula_too_wide_is_made_smaller(maths):
    view = maths("$$" + " + ".join(f"x_{{{number}}}^2" for number in range(60)) + "$$")
    line = view.document().firstBlock().layout().lineAt(0)
    assert line.naturalTextWidth() <= 500


# --- copying ---


def test_a_table_is_copied_with_tabs_and_code_without_its_buttons(view):
    view.say("| a | b |\n|---|---|\n| 1 | 2 |\n\n```py\nx = 1\ny = 2\n```\n\nend")
    view.selectAll()
    assert view.createMimeDataFromSelection().text() == "a\tb\n1\t2\n\nx = 1\ny = 2\n\nend"


def test_code_is_offered_to_be_saved(view, qtbot):
    view.say("text\n\n```python\nx = 1\n```")
    with qtbot.waitSignal(view.save) as told:
        view.anchorClicked.emit(QUrl("moadesk-save:0"))
    assert told.args == ["x = 1\n", "python"]


@pytest.mark.parametrize(
    ("language", "named"), [("python", ".py"), ("c++", ".cpp"), ("", ".txt"), ("nonsense", ".txt")]
)
def test_saved_code_is_named_after_its_language(language, named):
    assert ending(language) == named


def test_code_is_saved_whole(qtbot, pool, theme, settled, tmp_path):
    window = QWidget()
    qtbot.addWidget(window)
    bars = Bars(theme)
    saver = CodeSaver(pool, bars, window)
    saver.write(tmp_path / "a.py", "print('안녕')\n")
    settled()
    assert (tmp_path / "a.py").read_text("utf-8") == "print('안녕')\n"
    assert [bar.words for bar in bars.shown] == ["Written: a.py"]
    saver.write(tmp_path / "no" / "folder.py", "x")
    settled()
    assert "folder.py cannot be written" in bars.shown[-1].words
    assert list(tmp_path.iterdir()) == [tmp_path / "a.py"]
    bars.deleteLater()
