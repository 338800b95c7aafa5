"""How long the window is busy at a time while somebody writes in a very long draft.

The one law: the real page over a real store, driven by keys as the system sends them; what is
measured is every single turn of the event loop, for the longest one is what a hand feels.

    python -m tests.bench.draft_editor [SENTENCES [SECTIONS]]

Each section is one paragraph of so many sentences, far longer than people write. Turns are
measured as in `tests.bench.review_table`, and no more of a test than there.
"""

# ruff: noqa: T201 - it is a command
from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from tests.bench.review_table import Turns  # first: it chooses Qt's platform

from PySide6.QtCore import Qt  # isort: skip
from PySide6.QtTest import QTest  # isort: skip

from agents.scholar import bib
from agents.store.drafts import Plan, Sentence
from app import i18n
from app.build import Desk
from app.jobs import JobPool
from app.paths import Paths, assets_dir
from app.settings import Settings
from app.ui import build
from app.ui.scholar.page import ScholarPage
from app.ui.theme import Theme

SENTENCES, SECTIONS = 250, 4
SIZE = (1200, 800)
KEYS = 200
_WORDS = (
    "the model a sentence of each result we measure and compare with text that was written by"
    " people in an office where nobody had time for long words but many numbers such as tables"
)
_KOREAN = "이 연구는 모형의 결과를 측정하고 서로 비교하여 값의 차이가 어디에서 왔는지 설명한다"
_CTRL = Qt.KeyboardModifier.ControlModifier


def _draft(desk: Desk, sentences: int, sections: int) -> int:
    """A draft of so many sections, every other in Korean, as a model left it."""
    dice = random.Random(sentences)
    works = bib.parse(
        "".join(
            f"@article{{work{at}, title={{Work {at}}}, author={{Kim, A. and Lee, B.}}, year=20{at},"
            f" abstract={{{' '.join(dice.choices(_WORDS.split(), k=40))}.}}}}\n"
            for at in range(10, 40)
        )
    ).entries
    keys = [entry.work.key for entry in works]
    plan = Plan(tuple((f"Theme {at}", ()) for at in range(sections)), works)
    draft = desk.drafts.start("A long topic", "m", 0, "", plan)
    for section in range(sections):
        words, end = (_KOREAN, "다.") if section % 2 else (_WORDS, ".")
        made: list[Sentence] = []
        for at in range(sentences):
            said = " ".join(dice.choices(words.split(), k=dice.randint(8, 18))).capitalize()
            cited = (dice.choice(keys),) if at % 3 == 0 else ()
            if at % 7:
                one = Sentence(f"{said} {at}{end}", cited, "supported")
            else:
                one = Sentence(f"{said} {at}{end}", cited, "flagged", reason="scholar.no_support")
            made.append(one)
        desk.draft_edits.replace(draft, section, made)
    desk.drafts.finish(draft, "done")
    return draft


def _type(turns: Turns, page: ScholarPage, section: int, share: float, name: str) -> None:
    """Write a sentence into a paragraph, letter by letter, as quick as a person."""
    editor = page.drafts.reading.editor
    cursor = editor.textCursor()
    block = editor.document().findBlockByNumber(2 * section + 1)
    cursor.setPosition(block.position() + int((block.length() - 1) * share))
    turns.do(f"go {name}", lambda: editor.setTextCursor(cursor))
    editor.setFocus()
    for number in range(KEYS):
        letter = "written in the middle of it "[number % 28]
        turns.do(name, lambda key=letter: QTest.keyClicks(editor, key))
        turns.wait(f"{name}: stored", 0.03)
    turns.wait(f"{name}: checked", 1.5)
    for _time in range(20):
        turns.do("undo", lambda: QTest.keyClick(editor, Qt.Key.Key_Z, _CTRL))
        turns.wait("undo: stored", 0.03)


def main() -> None:
    """Measure and print."""
    sentences = int(sys.argv[1]) if len(sys.argv) > 1 else SENTENCES
    sections = int(sys.argv[2]) if len(sys.argv) > 2 else SECTIONS
    with tempfile.TemporaryDirectory(prefix="moadesk-") as name:
        home = Path(name)
        i18n.use("en", assets_dir())
        paths = Paths(home / "data", home / "config", home / "cache", assets_dir())
        desk = Desk(paths, Settings(language="en", theme="light"))
        vars(desk)["embedder"] = lambda: None
        app = build.application(paths)
        theme = Theme(app, assets_dir(), "light")
        pool = JobPool()
        draft = _draft(desk, sentences, sections)
        page = ScholarPage(desk, pool, theme)
        page.resize(*SIZE)
        page.show()
        page.activateWindow()
        page.entered()
        page.switch.choose("drafts")
        turns = Turns(app, pool)
        turns.wait("before", 0.5)
        turns.do("open", lambda: page.drafts.show_draft(draft))
        turns.wait("open", 1.5)
        _type(turns, page, 0, 0.5, "type")
        _type(turns, page, 1, 0.02, "type at the top")
        _type(turns, page, sections - 1, 1, "type at the end")
        turns.do("open again", lambda: page.drafts.show_draft(draft))
        turns.wait("open again", 0.5)
        page.closing()
        pool.shutdown(10)
        desk.close()
        print(f"{sections} paragraphs of {sentences} sentences, {SIZE[0]} x {SIZE[1]},", end=" ")
        print("milliseconds a turn of the event loop")
        print("\n".join(turns.rows()))


if __name__ == "__main__":
    main()
