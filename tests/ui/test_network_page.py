"""What went over the network is told; while text leaves the machine the window says so."""

from __future__ import annotations

import contextlib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from agents.base import CancelledError, UserError
from agents.engine.fetch import CutError
from agents.engine.line import BusyError
from app.ui.network.page import NetworkPage
from app.ui.settings.change import change
from app.ui.status_bar import StatusBar


@pytest.fixture
def page(qtbot, desk, pool, theme, settled):
    page = NetworkPage(desk, pool, theme)
    qtbot.addWidget(page)
    page.resize(1100, 600)
    page.show()
    yield page
    page._clock.stop()
    settled()


def cells(page, row):
    model = page._model
    return [model.data(model.index(row, column)) for column in range(model.columnCount())]


def test_nothing_is_said_to_be_nothing(page, settled):
    page.entered()
    settled()
    assert page._views.currentWidget() is page._empty
    assert not page.forget.isVisible()


def test_calls_are_listed_with_sizes_and_reasons(page, desk, settled):
    with desk.wire.call("https://hub.example/file", "hub_file", "tiny.gguf") as call:
        call.came(2_500_000)
    _open, end = desk.wire.begin("http://gpu.lan/v1/chat/completions", "server_answer", "qwen")
    desk.wire.close()
    page.entered()
    settled()
    assert page._views.currentWidget() is page.table
    assert cells(page, 0)[1:] == [
        "http://gpu.lan/v1/chat/completions",
        "Text sent to the remote server",
        "qwen",
        "0 bytes",
        "",
        "under way",
    ]
    assert cells(page, 1)[1:] == [
        "https://hub.example/file",
        "Downloading a model",
        "tiny.gguf",
        "0 bytes",
        "2.5 MB",
        "answered",
    ]
    text = page._model.index(0, 2)
    assert page._model.data(text, Qt.ItemDataRole.ForegroundRole) == page.theme.colour("warn")
    assert "2 calls" in page._total.text()
    end("")
    desk.wire.close()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (UserError("hub.forbidden", host="h", url="u"), "failed: refused"),
        (UserError("hub.gated", url="u"), "failed: a valid key or token is needed"),
        (UserError("engine.remote_down", host="h"), "failed: the server is busy or has a fault"),
        (BusyError(503, 0), "failed: status 503"),
        (CutError("reset"), "failed: no connection"),
        (CancelledError(), "cancelled"),
    ],
)
def test_a_call_that_failed_is_told_in_a_persons_words(page, desk, settled, error, said):
    with (
        contextlib.suppress(type(error)),
        desk.wire.call("https://hub.example/file", "hub_file", "tiny.gguf"),
    ):
        raise error
    desk.wire.close()
    page.entered()
    settled()
    assert cells(page, 0)[-1] == said


def test_the_list_is_forgotten_only_when_asked_twice(page, desk, settled):
    with desk.wire.call("https://hub.example/file", "hub_file", "tiny.gguf"):
        pass
    desk.wire.close()
    page.entered()
    settled()
    page.forget.click()
    settled()
    assert page._model.rowCount() == 1
    (button,) = [b for b in page.bars.findChildren(QPushButton) if b.text() == "Forget it"]
    button.click()
    settled()
    page._look()
    settled()
    assert page._model.rowCount() == 0


def test_the_status_bar_says_while_text_leaves(qtbot, desk, pool, theme):
    change(desk, remote_url="http://gpu.lan:8080/v1", remote_model="qwen", remote_enabled=True)
    bar = StatusBar(desk, pool, theme)
    qtbot.addWidget(bar)
    went = []
    bar.wanted.connect(went.append)
    assert bar._remote.text() == "Remote: gpu.lan:8080"
    assert bar.property("ground") == "sunken"
    _call, end = desk.wire.begin("http://gpu.lan:8080/v1/chat/completions", "server_answer", "qwen")
    bar._show_remote()
    assert bar._remote.text() == "Sending text to gpu.lan:8080"
    assert bar.property("ground") == "warn"
    bar._remote.click()
    assert went == ["network"]
    end("")
    bar._show_remote()
    assert bar._remote.text() == "Remote: gpu.lan:8080"
    assert bar.property("ground") == "sunken"
    bar._remote.click()
    bar._network.click()
    assert went == ["network", "settings", "network"]
    desk.wire.close()


class Waits:
    def run(self, request, cancel):
        cancel.wait(30)
        yield request


def test_it_looks_only_while_something_is_under_way(page, desk, pool, settled):
    change(desk, remote_enabled=True, remote_url="http://gpu.lan/v1")
    page.entered()
    settled()
    assert not page._clock.isActive()
    job = pool.start(Waits(), None)
    assert page._clock.isActive()
    job.cancel()
    settled()
    page._look()
    settled()
    assert not page._clock.isActive()
