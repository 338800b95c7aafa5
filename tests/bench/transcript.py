"""How quickly a long conversation opens and scrolls, and how smoothly an answer grows.

The one law: the real transcript, driven by events as the system sends them; what is measured is
every single turn of the event loop, for the longest one is what a hand feels.

    python -m tests.bench.transcript [MESSAGES]

Each turn is measured twice: by the clock, which counts what else the machine does, and by the
computing time of the GUI thread alone, which does not. A picture every 16 ms is smooth. It is no
test: nothing fails here, and on a busy machine the clock says more about the machine.
"""

# ruff: noqa: T201 - it is a command
from __future__ import annotations

import gc
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before Qt is loaded

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest

from agents.store.conversations import Turn
from app import i18n
from app.jobs import JobPool
from app.paths import Paths, assets_dir
from app.ui import build
from app.ui.chat.branches import TurnWishes
from app.ui.chat.transcript import Transcript
from app.ui.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QApplication

MESSAGES = 10_000
SIZE = (900, 760)
_PAUSE = 0.005  # seconds between two turns
_AT = ("p50", "p99", "max")
_CTRL = Qt.KeyboardModifier.ControlModifier
_PROSE = (
    "대규모 언어 모델은 작은 모델 여러 개로 나누어 쓸 수 있으며, 각 모델은 **자기 일만** 합니다.",
    "The router sends each request to the model that is best at it, and `checks` what comes back.",
    "정확도는 93.4%에서 96.9%로 올랐고, 한 번 묻는 데 걸리는 시간은 0.6 ms입니다.",
    "See [the paper](https://example.org) for the figures; prices like $5 and $10 are not maths.",
)
_PARTS = (
    "- 첫째 항목\n- 둘째 항목\n  - 그 아래 항목\n- [x] 끝난 일",
    "```python\ndef greet(name: str) -> str:\n    # 인사말\n    return f'Hello, {name}'\n```",
    "| 모델 | 정확도 |\n|---|--:|\n| LFM2.5 | 96.9 % |\n| Falcon-H1 | 88.0 % |",
    "> 인용한 문장은 이렇게 보입니다.",
    "The loss is $L(\\theta) = \\frac{1}{n}\\sum_i x_i^2$ here.",
    "### 제목\n\n1. one\n2. two",
)


class Turns:
    """Turns of the event loop, by what was being done."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self.wall: dict[str, list[float]] = {}
        self.cpu: dict[str, list[float]] = {}

    def do(self, name: str, act: Callable[[], object], more: int = 1) -> None:
        """Do something, and let the window do what follows from it, turn by turn."""
        self._turn(name, act)
        for _time in range(more):
            time.sleep(_PAUSE)  # what is put off for a moment is due, and is counted
            self._turn(name, lambda: None)

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


def _answer(dice: random.Random, parts: int) -> str:
    made = []
    for _part in range(parts):
        made.append(" ".join(dice.choices(_PROSE, k=dice.randint(1, 4))))
        if dice.random() < 0.5:
            made.append(dice.choice(_PARTS))
    return "\n\n".join(made)


def conversation(count: int) -> tuple[Turn, ...]:
    """So many messages, questions and answers in turn."""
    dice = random.Random(count)
    return tuple(
        Turn(at, "user", f"질문 {at}: {dice.choice(_PROSE)}", "done", "", 0, 0.0)
        if at % 2 == 0
        else Turn(at, "assistant", _answer(dice, dice.randint(1, 4)), "done", "LFM2.5", 90, 3.0)
        for at in range(count)
    )


def _scroll(turns: Turns, view: Transcript, dice: random.Random) -> None:
    port, bar = view.viewport(), view.verticalScrollBar()
    at = QPointF(port.width() / 2, port.height() / 2)

    def wheel(by: int) -> None:
        event = QWheelEvent(
            at,
            port.mapToGlobal(at),
            QPoint(),
            QPoint(0, by),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        view.wheelEvent(event)

    for _time in range(400):
        turns.do("wheel up", lambda: wheel(120))
    for _time in range(200):
        turns.do("wheel down", lambda: wheel(-120))
    for _time in range(100):
        turns.do("page up", lambda: QTest.keyClick(view, Qt.Key.Key_PageUp), 3)
    for _time in range(100):
        turns.do("drag", lambda: bar.setValue(dice.randrange(bar.maximum())), 4)
    turns.do("home", lambda: QTest.keyClick(view, Qt.Key.Key_Home), 6)
    turns.do("end", lambda: QTest.keyClick(view, Qt.Key.Key_End), 6)


def _grow(turns: Turns, view: Transcript, dice: random.Random) -> None:
    """An answer of some 12,000 letters, a token at a time, drawn as often as the timer says."""
    answer = view._views.answer()
    text = _answer(dice, 60)
    answer.rich.show()
    view.ask("Tell me everything.")
    view.add(answer)
    for at in range(0, len(text), 24):
        answer.rich.grow(text[:at])
        answer.rich._frame.stop()
        turns.do("growing", answer.rich._draw, 0)
    answer.rich.say(text)


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    dice = random.Random(1)
    with tempfile.TemporaryDirectory(prefix="moadesk-") as name:
        home = Path(name)
        i18n.use("en", assets_dir())
        app = build.application(Paths(home / "d", home / "c", home / "k", assets_dir()))
        theme = Theme(app, assets_dir(), "light")
        pool = JobPool()
        view = Transcript(theme, pool, TurnWishes(pool))
        view.resize(*SIZE)
        view.show()
        made = conversation(count)
        view.show_turns(made[-6:])  # what the first message ever costs: fonts, modules
        end = time.monotonic() + 2
        while pool.busy or time.monotonic() < end:
            app.processEvents()
            time.sleep(0.01)
        view.clear()
        app.processEvents()
        gc.freeze()  # as the program does once its window stands
        turns = Turns(app)
        began, computing = time.perf_counter(), time.thread_time()
        view.show_turns(made)
        app.processEvents()
        opened = 1000 * (time.perf_counter() - began), 1000 * (time.thread_time() - computing)
        built = len(view.views())
        for _time in range(5):
            turns.do("after opening", lambda: None, 0)
        _scroll(turns, view, dice)
        most = len(view.views())
        _grow(turns, view, dice)
        print(f"{count:,} messages, {SIZE[0]} x {SIZE[1]}: opened in {opened[0]:.0f} ms, computing")
        print(f"{opened[1]:.0f} ms; {built} messages built then, {most} after scrolling")
        print("milliseconds a turn of the event loop")
        print("\n".join(turns.rows()))
        view.close()
        pool.shutdown(10)
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


if __name__ == "__main__":
    main()
