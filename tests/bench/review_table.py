"""How long the window is busy at a time while somebody works in a table of 100,000 segments.

The one law: the real review over a real store, driven by events as the system sends them; what is
measured is every single turn of the event loop, for the longest one is what a hand feels.

    python -m tests.bench.review_table [SEGMENTS]

Each turn is measured twice: by the clock, which counts what else the machine does, and by the
computing time of the GUI thread alone, which does not. A picture every 16 ms is smooth. It is no
test: nothing fails here, and on a busy machine the clock says more about the machine.
"""

# ruff: noqa: T201 - it is a command
from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before Qt is loaded

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest

from agents.store.segment_rows import StoredSegment
from agents.translation.events import DocumentRequest
from app import i18n
from app.build import Desk
from app.jobs import JobPool
from app.paths import Paths, assets_dir
from app.settings import Settings
from app.ui import build
from app.ui.theme import Theme
from app.ui.translation.document_view import DocumentView
from app.ui.translation.queue import Document
from app.ui.translation.segment_cells import CellEdit
from app.ui.translation.segment_model import Filter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QApplication

SEGMENTS = 100_000
SIZE = (1100, 800)
_WORDS = (
    "the committee of members met in Seoul and decided nothing about a budget that was small"
    " because reports from every office said that 350 documents had been lost last year"
)
_KOREAN = "위원회는 서울에서 모여 작은 예산에 대해 아무것도 정하지 않았고 보고서를 다시 읽었다"
_AT = ("p50", "p99", "max")
_CTRL = Qt.KeyboardModifier.ControlModifier


class Turns:
    """Turns of the event loop, by what was being done."""

    def __init__(self, app: QApplication, pool: JobPool) -> None:
        self._app, self._pool = app, pool
        self.wall: dict[str, list[float]] = {}
        self.cpu: dict[str, list[float]] = {}

    def do(self, name: str, act: Callable[[], object]) -> None:
        """Do something, and let the window do what follows from it."""
        self._turn(name, act)
        while self._pool.busy:
            self._turn(name, lambda: time.sleep(0.001))
        self._turn(name, lambda: None)

    def wait(self, name: str, seconds: float) -> None:
        """Let timers run out."""
        end = time.monotonic() + seconds
        while time.monotonic() < end or self._pool.busy:
            self._turn(name, lambda: time.sleep(0.001))

    def _turn(self, name: str, act: Callable[[], object]) -> None:
        wall, cpu = time.perf_counter(), time.thread_time()
        act()
        self._app.processEvents()
        self.wall.setdefault(name, []).append(1000 * (time.perf_counter() - wall))
        self.cpu.setdefault(name, []).append(1000 * (time.thread_time() - cpu))

    def rows(self) -> Iterator[str]:
        """A line for each thing that was done: turns, then milliseconds."""
        head = ("what", "turns", *(f"{way}_{at}" for way in ("wall", "cpu") for at in _AT))
        yield "{:16}{:>7}{:>10}{:>10}{:>10}{:>9}{:>9}{:>9}".format(*head)
        for name, wall in self.wall.items():
            figures = (*_figures(wall), *_figures(self.cpu[name]))
            said = "{:10.2f}{:10.2f}{:10.2f}{:9.2f}{:9.2f}{:9.2f}".format(*figures)
            yield f"{name:16}{len(wall):>7}{said}"


def _figures(values: list[float]) -> tuple[float, float, float]:
    ordered = sorted(values)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)], ordered[-1]


def _text(dice: random.Random, words: str, most: int) -> str:
    return " ".join(dice.choices(words.split(), k=dice.randint(4, most)))


def _document(desk: Desk, folder: Path, count: int) -> Document:
    """A document of so many segments, as a translation left it."""
    dice = random.Random(count)
    sources = [f"{_text(dice, _WORDS, 30).capitalize()} {at}." for at in range(count)]
    source = folder / "long.txt"
    source.write_text("\n\n".join(sources) + "\n", "utf-8")
    job = desk.translations.start(
        "bench",
        source=str(source),
        output=str(folder / "long.ko.txt"),
        languages=("en", "ko"),
        engine="model",
        model="m",
        segments=count,
    )
    rows = [
        StoredSegment(
            f"p{at}.0",
            at,
            text,
            f"{_text(dice, _KOREAN, 22)} {at}.",
            "translated",
            ("number",) if at % 97 == 5 else (),
        )
        for at, text in enumerate(sources)
    ]
    for at in range(0, count, 5000):
        desk.translations.save(job, rows[at : at + 5000])
    desk.translations.finish(job, "done")
    request = DocumentRequest(source, "ko", folder, "model", "m")
    document = Document(1, request, "done", job, "en", tuple(sources), count, count)
    document.output = folder / "long.ko.txt"
    return document


def _scroll(turns: Turns, view: DocumentView, dice: random.Random) -> None:
    port, bar = view.table.viewport(), view.table.verticalScrollBar()
    at = QPointF(port.width() / 2, port.height() / 2)

    def wheel() -> None:
        event = QWheelEvent(
            at,
            port.mapToGlobal(at),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        view.table.wheelEvent(event)

    for _time in range(500):
        turns.do("wheel", wheel)
    for _time in range(300):
        turns.do("page down", lambda: QTest.keyClick(view.table, Qt.Key.Key_PageDown))
    for _time in range(200):
        turns.do("drag", lambda: bar.setValue(dice.randrange(bar.maximum())))
    for _time in range(200):
        turns.do("next problem", lambda: QTest.keyClick(view.table, Qt.Key.Key_F8))


def _filter(turns: Turns, view: DocumentView) -> None:
    bar = view.review.filter
    for kind, words in (
        ("problems", ""),
        ("", "seoul"),
        ("open", "350"),
        ("number", "서울"),
        ("", ""),
    ):
        for _time in range(4):
            turns.do("filter", lambda k=kind, w=words: bar.choose(Filter(k, w)))
            turns.do("filter", lambda: bar.choose(Filter()))


def _edit(turns: Turns, view: DocumentView, dice: random.Random, count: int) -> None:
    table = view.table
    for number in range(40):
        turns.do("edit", lambda: table.go_to(dice.randrange(count)))
        turns.do("edit", lambda: QTest.keyClick(table, Qt.Key.Key_Return))
        (field,) = [one for one in table.findChildren(CellEdit) if not one.isHidden()]
        for letter in f"abc {number}":
            turns.do("edit", lambda key=letter, to=field: QTest.keyClicks(to, key))
        turns.do("edit", lambda to=field: QTest.keyClick(to, Qt.Key.Key_Return, _CTRL))
    for _time in range(40):
        turns.do("undo", view.review.steps.undo)


def _find(turns: Turns, view: DocumentView) -> None:
    bar = view.review.find
    turns.do("find", lambda: QTest.keyClick(view.table, Qt.Key.Key_F, _CTRL))
    for words in ("서울", "예산에", "99999"):
        turns.do("find", lambda w=words: bar._find.setText(w))
        turns.wait("find", 0.3)
        for _time in range(30):
            turns.do("find next", lambda: QTest.keyClick(bar._find, Qt.Key.Key_Return))
    turns.do("find", bar.leave)


def _sheet(turns: Turns, view: DocumentView) -> None:
    turns.do("sheet", view.review._acts["side"].trigger)
    view.table.go_to(1000)
    for _time in range(200):
        turns.do("sheet", lambda: QTest.keyClick(view.table, Qt.Key.Key_Down))
    turns.wait("sheet", 0.3)
    turns.do("sheet", view.review._acts["side"].trigger)


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else SEGMENTS
    dice = random.Random(1)
    with tempfile.TemporaryDirectory(prefix="moadesk-") as name:
        home = Path(name)
        i18n.use("en", assets_dir())
        paths = Paths(home / "data", home / "config", home / "cache", assets_dir())
        desk = Desk(paths, Settings(language="en", theme="light"))
        app = build.application(paths)
        theme = Theme(app, assets_dir(), "light")
        pool = JobPool()
        document = _document(desk, home, count)
        view = DocumentView(desk, pool, theme)
        view.resize(*SIZE)
        view.show()
        view.activateWindow()
        turns = Turns(app, pool)
        turns.do("open", lambda: view.show_document(document))
        view.table.setFocus()
        turns.wait("open", 0.3)
        _scroll(turns, view, dice)
        _filter(turns, view)
        _edit(turns, view, dice, count)
        _find(turns, view)
        _sheet(turns, view)
        view.closing()
        pool.shutdown(10)
        desk.close()
        print(f"{count:,} segments, {SIZE[0]} x {SIZE[1]}, milliseconds a turn of the event loop")
        print("\n".join(turns.rows()))


if __name__ == "__main__":
    main()
