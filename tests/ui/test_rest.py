"""A window nobody touches does not wake: no timer, no poll, no cursor that blinks."""

from __future__ import annotations

import os
import signal

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLineEdit

from app.ui import caret
from app.ui.build import makers
from app.ui.caret import Caret
from app.ui.main_window import MainWindow
from app.ui.page import ASIDE, PAGES
from app.ui.signals import Signals
from app.ui.watch import Watch


def awake(window):
    """The timers that go on."""
    return [one for one in window.findChildren(QTimer) if one.isActive() and not one.isSingleShot()]


@pytest.mark.parametrize("name", PAGES + ASIDE)
def test_no_page_goes_on_looking_where_nothing_runs(qtbot, desk, pool, theme, settled, name):
    desk.models.resident()  # there is something that could be looked at
    window = MainWindow(desk, pool, theme, makers(desk, pool, theme), {})
    qtbot.addWidget(window, before_close_func=lambda w: w.leave())
    window.show()
    window.go(name)
    settled()
    for _look in range(5):
        for timer in awake(window):
            timer.timeout.emit()
        settled()
    assert not awake(window)


def test_work_is_looked_at_until_it_has_come_to_rest(qtbot, pool, settled):
    looks = []
    watch = Watch(pool, 1, lambda: looks.append(pool.peek(int)), pool)
    qtbot.waitUntil(lambda: not watch._timer.isActive())
    settled()
    before = len(looks)
    pool.call(int)
    assert watch._timer.isActive()
    qtbot.waitUntil(lambda: not watch._timer.isActive())
    settled()
    assert len(looks) > before
    assert not watch._timer.isActive()  # what was only looked at has not woken it again


def test_nobody_there_means_no_look(pool, settled):
    watch = Watch(pool, 1, lambda: None, pool)
    watch.set_on(on=False)
    pool.call(int)
    settled()
    assert not watch._timer.isActive()
    watch.set_on(on=True)
    assert watch._timer.isActive()


@pytest.fixture
def cursor(qapp, monkeypatch):
    hints = qapp.styleHints()
    usual = hints.cursorFlashTime()
    hints.setCursorFlashTime(1000)
    monkeypatch.setattr(caret, "REST_MS", 1)
    made = Caret(qapp)
    yield hints
    qapp.inputMethod().cursorRectangleChanged.disconnect(made._moved)
    qapp.focusObjectChanged.disconnect(made._moved)
    made.deleteLater()
    hints.setCursorFlashTime(usual)


def test_the_cursor_stands_still_and_blinks_again_with_the_next_key(qtbot, cursor):
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    field.setFocus()
    qtbot.waitUntil(lambda: cursor.cursorFlashTime() == 0)
    blinking = []
    cursor.cursorFlashTimeChanged.connect(blinking.append)
    qtbot.keyClicks(field, "a")
    assert 1000 in blinking


@pytest.mark.skipif(os.name != "posix", reason="a signal cannot be sent to oneself elsewhere")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_polite_kill_is_noticed_at_once(qtbot, number):
    before = signal.getsignal(number)
    asked = []
    signals = Signals(lambda: asked.append(number))
    loop_woke = QTimer(interval=60_000)  # nothing else wakes the loop
    loop_woke.start()
    os.kill(os.getpid(), number)
    QApplication.processEvents()
    qtbot.waitUntil(lambda: asked == [number])
    signals.close()
    assert signal.getsignal(number) is before
