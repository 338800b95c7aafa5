"""A real desk in a folder of its own; only the model's words are written by the test."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before Qt is loaded: tests never need a screen
os.environ["QT_ACCESSIBILITY"] = "1"

import dataclasses
import functools
import gc

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from agents.engine.shelf import Installed
from app import i18n
from app.build import Desk
from app.jobs import JobPool
from app.paths import Paths, assets_dir
from app.settings import Settings
from app.ui.chat.transcript import Transcript
from app.ui.theme import Theme
from app.ui.translation.page import TranslationPage
from app.ui.widgets.bars import InlineBar
from tests.engine.scripted import INFO, ScriptedEngine, ScriptedModels

PATIENCE_MS = 60_000  # of a wait for a condition; a busy machine may need a good part of it


class ScriptedShelf:
    """Which models are here, as the test says; the rest is asked of the real shelf."""

    def __init__(self, shelf, models):
        self._shelf = shelf
        self.models = list(models)

    def __getattr__(self, name):
        return getattr(self._shelf, name)

    def installed(self):
        return tuple(self.models)

    def get(self, model_id):
        return next((model for model in self.models if model.id == model_id), None)

    def best(self, role, wanted=""):
        if wanted and self.get(wanted):
            return wanted
        fitting = [model.id for model in self.models if model.role in (role, "chat")]
        return fitting[0] if fitting else ""

    def knows(self, model_id, language):
        model = self.get(model_id)
        return model is not None and language in model.languages


def installed(model_id, role="chat", languages=("en", "ko"), name=""):
    """A model as the shelf lists it."""
    return Installed(
        id=model_id,
        name=name or model_id.title(),
        role=role,
        languages=languages,
        path=assets_dir() / "nowhere.gguf",
        size=1_000_000,
        where="downloaded",
        verified="ok",
    )


@pytest.fixture(autouse=True)
def _english():
    i18n.use("en", assets_dir())
    yield
    i18n.use("en", assets_dir())


@pytest.fixture(scope="session", autouse=True)
def _empty_clipboard(qapp):
    """What Python put into the clipboard of no screen would outlive Python, and end in a crash."""
    yield
    qapp.clipboard().clear()


@pytest.fixture(autouse=True)
def _read_in_peace(monkeypatch):
    """A bar that goes by itself stays until the test has read it, however busy the machine is."""
    expire = InlineBar.expire

    def patient(bar, seconds):
        expire(bar, seconds if seconds < 1 else 600.0)

    monkeypatch.setattr(InlineBar, "expire", patient)


@pytest.fixture
def paths(tmp_path):
    return Paths(tmp_path / "data", tmp_path / "config", tmp_path / "cache", assets_dir())


@pytest.fixture
def engine():
    """The engine behind the model "scripted"; a test changes what it says."""
    return ScriptedEngine("The answer is **42**.")


@pytest.fixture
def desk(paths, engine):
    """A real desk whose one model is scripted."""
    # A title of the model's would be one request more than a test has written words for.
    desk = Desk(paths, Settings(language="en", theme="light", chat_titles="question"))
    vars(desk)["models"] = ScriptedModels({"scripted": engine})
    vars(desk)["shelf"] = ScriptedShelf(desk.shelf, [installed("scripted", name=INFO.name)])
    # Words alone route here: what the commander says of a request has tests of its own.
    desk.commander = lambda _model: None
    yield desk
    desk.close()


@pytest.fixture
def pool(qapp):
    pool = JobPool()
    bugs = []
    pool.broken.connect(bugs.append)
    yield pool
    assert pool.shutdown(10)
    pool.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert bugs == []


@pytest.fixture
def theme(qapp):
    qapp.setStyle("Fusion")
    theme = Theme(qapp, assets_dir(), "light")
    yield theme
    theme.deleteLater()
    qapp.setStyleSheet("")
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


@pytest.fixture
def qtbot(qtbot):
    """Waits much longer than usual before it gives up: a busy machine is no failure."""
    for wait in ("waitUntil", "waitSignal", "waitSignals"):
        setattr(qtbot, wait, functools.partial(getattr(qtbot, wait), timeout=PATIENCE_MS))
    return qtbot


@pytest.fixture
def settled(qtbot, pool):
    """A function that waits until nothing runs and everything is told and shown."""

    def building():
        widgets = (one for one in QApplication.allWidgets() if isinstance(one, Transcript))
        return any(one.building for one in widgets)

    def wait():
        qtbot.waitUntil(lambda: not pool.busy)
        QCoreApplication.processEvents()
        qtbot.waitUntil(lambda: not building())

    return wait


@pytest.fixture
def english_engine():
    """An engine that does not know Korean."""
    return ScriptedEngine("?", info=dataclasses.replace(INFO, languages=("en",)))


@pytest.fixture
def open_page(qtbot, desk, pool, theme, settled):
    """A function that shows the Translate page with one of its parts on top; closed at the end."""
    pages = []

    def opened(part):
        page = TranslationPage(desk, pool, theme)
        qtbot.addWidget(page)
        page.resize(1100, 700)
        page.show()
        page.switch.choose(part)
        page.entered()
        settled()
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.closing()
    settled()
