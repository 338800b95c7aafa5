"""How long the window keeps a person waiting at full load: `python -m app.ui.bench_window PART`.

The real window without a screen, over a desk of its own: a chat is answered, a document is
translated on the other model and bibliographies are imported, while a timer of one millisecond
notes when it is late and the pages are shown in turn.

The one law: what is told is what a person would wait who clicks at a random moment. Counting the
timer's beats instead would hide a block: while it lasts there is no beat to count.
"""

from __future__ import annotations

import dataclasses
import os
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Slot

from agents.base import CancelToken
from agents.engine.bench import parts, texts
from agents.engine.bench.figures import alone
from agents.engine.shelf import Imported
from app import i18n
from app.build import Desk
from app.jobs import JobPool
from app.paths import Paths, assets_dir
from app.settings import Settings
from app.ui import build
from app.ui.main_window import MainWindow
from app.ui.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from agents.engine.bench.figures import Figure, Part
    from agents.engine.catalog import ModelRole
    from app.ui.chat.page import ChatPage

_BEAT = 1  # ms between two beats of the timer
_SHOWN = 2_000  # ms a page is shown before the next
_ASK = 100  # ms between two looks whether the chat is free for the next question
_START_SECONDS = 300.0  # within which everything must be running
_BIBLIOGRAPHIES, _WORKS = 20, 400
_PARAGRAPHS = 600
_SIZE = (1280, 800)


def main(arguments: Sequence[str]) -> int:
    """Measure the part given as JSON and write the figures as lines."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    part = parts.understood(arguments[0])
    for figure in measure(part):
        sys.stdout.write(parts.written(figure) + "\n")
    sys.stdout.flush()
    return 0


def measure(part: Part) -> tuple[Figure, ...]:
    """Work for `Sizes.gui_seconds` and tell what a click would wait.

    Raises:
        RuntimeError: something did not start, or failed.
    """
    i18n.use("en", assets_dir())
    desk = _desk(part)
    app = build.application(desk.paths)
    theme = Theme(app, desk.paths.assets, "light")
    pool = JobPool()
    problems: list[str] = []
    pool.broken.connect(problems.append)
    window = MainWindow(desk, pool, theme, build.makers(desk, pool, theme), {})
    window.resize(*_SIZE)
    window.show()
    load = _Load(window, desk, part)
    load.begin()
    _wait(lambda: bool(problems) or load.running, _START_SECONDS)
    beat = _Beat(window)
    _wait(lambda: bool(problems), part.sizes.gui_seconds)
    gaps = beat.stop()
    busy = any(one.running for one in desk.models.resident())  # the document; chats come and go
    window.leave()
    pool.shutdown()
    desk.close()
    if problems or not busy:
        raise RuntimeError(problems[0] if problems else "the work ended too early")
    waited = waits(gaps)
    return (
        alone(part.name, float(np.percentile(waited, 99)), "ms"),
        alone("gui_p50_ms", float(np.percentile(waited, 50)), "ms"),
        alone("gui_max_ms", max(gaps) * 1e3, "ms"),
    )


def waits(gaps: Sequence[float]) -> np.ndarray:
    """What clicks wait that come every tenth of a millisecond.

    Args:
        gaps: seconds between two moments at which the window was free.

    Returns:
        Milliseconds, shape (clicks,): each until the end of the gap it fell into.
    """
    ends = np.cumsum(np.asarray(gaps, np.float64)) * 1e3
    clicks = np.arange(0, ends[-1], 0.1)
    return ends[np.searchsorted(ends, clicks, side="right")] - clicks


class _Beat(QObject):
    """Notes the time between the beats of a timer."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._gaps: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(_BEAT)

    def stop(self) -> list[float]:
        """End; the seconds between the beats."""
        self._timer.stop()
        return self._gaps

    @Slot()
    def _beat(self) -> None:
        now = time.perf_counter()
        self._gaps.append(now - self._last)
        self._last = now


class _Load(QObject):
    """Chat, document and imports, as a person starts them; and the pages in turn."""

    def __init__(self, window: MainWindow, desk: Desk, part: Part) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        self._folder = part.folder
        self._chat: ChatPage = window.go("chat")
        self._question = 0
        self._shown = 0
        self._ask = QTimer(self, interval=_ASK)
        self._ask.timeout.connect(self._next_question)
        self._turn = QTimer(self, interval=_SHOWN)
        self._turn.timeout.connect(self._next_page)

    @property
    def running(self) -> bool:
        """Whether both models write."""
        here = self._desk.models.resident()
        return len(here) > 1 and all(one.running and one.tokens_per_second for one in here)

    def begin(self) -> None:
        """Start everything."""
        document = self._folder / "document.md"
        document.write_text(
            "\n\n".join(_sentence(24, seed) for seed in range(_PARAGRAPHS)), encoding="utf-8"
        )
        self._window.go("translate").open_files([document])
        works = [self._bibliography(number) for number in range(_BIBLIOGRAPHIES)]
        self._window.go("scholar").open_files(works)
        self._window.go("chat")
        self._ask.start()
        self._turn.start()

    @Slot()
    def _next_question(self) -> None:
        self._question += 1
        self._chat.ask(_sentence(30, self._question))  # does nothing while one is answered

    @Slot()
    def _next_page(self) -> None:
        self._shown += 1
        self._window.go(("chat", "translate", "chat", "scholar")[self._shown % 4])

    def _bibliography(self, number: int) -> Path:
        path = self._folder / f"works-{number}.bib"
        entries = [
            f"@article{{key{number}x{each}, title={{{_sentence(9, each)}}},"
            f" author={{Author{each}, A.}}, year={{{1950 + each % 70}}},"
            f" abstract={{{_sentence(60, number * _WORKS + each)}}} }}"
            for each in range(_WORKS)
        ]
        path.write_text("\n".join(entries), encoding="utf-8")
        return path


def _desk(part: Part) -> Desk:
    """A desk with both models on its shelf."""
    home = part.folder
    paths = Paths(home / "data", home / "config", home / "cache", assets_dir())
    desk = Desk(paths, Settings(language="en", threads=part.threads, output_dir=str(home / "out")))
    desk.settings = dataclasses.replace(
        desk.settings,
        chat_model=_import(desk, part.model, "chat"),
        translation_model=_import(desk, part.second, "translation"),
    )
    return desk


def _import(desk: Desk, file: Path, role: ModelRole) -> str:
    events = desk.shelf.import_file(file, CancelToken(), role=role, languages=("en", "ko"))
    return next(event.id for event in events if isinstance(event, Imported))


def _sentence(words: int, seed: int) -> str:
    return texts.words(words, seed, lambda text: len(text.split())).capitalize() + "."


def _wait(until: Callable[[], bool], seconds: float) -> None:
    """Run the event loop until something is so, or for so long."""
    loop = QEventLoop()
    end = time.monotonic() + seconds
    look = QTimer(interval=50)
    look.timeout.connect(lambda: loop.quit() if until() or time.monotonic() > end else None)
    look.start()
    loop.exec()
    look.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
