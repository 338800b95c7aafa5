"""Composes the window, as `app.build` composes the agents.

The one law: the window is on the screen before anything heavy is loaded; no model, no native
library, and of the pages only the one that is shown.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QObject, QTimer, QTranslator, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from agents.base import UserError
from app import i18n
from app.build import Desk
from app.i18n import _
from app.jobs import JobPool
from app.ui import state as remembered
from app.ui.caret import Caret
from app.ui.enter_guard import EnterGuard
from app.ui.examining import Examiner, wish
from app.ui.main_window import MainWindow
from app.ui.report import BugReports, CrashFile, start_log
from app.ui.signals import Signals
from app.ui.single_instance import SingleInstance
from app.ui.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from agents.base import Notice
    from app.jobs import Outcome
    from app.paths import Paths
    from app.settings import Settings
    from app.ui.page import Page

_OPEN_SECONDS = 30.0  # how long a page may take to read what it shows
_SWITCH_SECONDS = 0.001
_TIDY_MS = 3000  # after the window was made


def run(paths: Paths, settings: Settings, notice: Notice | None, files: Sequence[Path] = ()) -> int:
    """Open the window and stay until it is closed; returns the exit code."""
    app = application(paths)
    instance = SingleInstance(paths.data)
    if not instance.first(files):
        return 0
    start_log(paths.logs)
    crash = CrashFile(paths.logs)
    desk = Desk(paths, settings)
    theme = Theme(app, paths.assets, settings.theme, settings.text_scale)
    mended = ""
    try:
        if wish(paths).exists():
            raise UserError("store.damaged", path=str(paths.database), reason=_("found by a check"))  # noqa: TRY301 - as if opening it had said so
        desk.database  # noqa: B018 - opened here, where there is no work yet that it could stall
    except UserError as error:
        mended = _mended(paths, theme, error)
        if not mended:
            crash.close()
            instance.close()
            return 1
    bugs = BugReports()
    bugs.install()
    pool = JobPool()
    pool.broken.connect(bugs.show)
    keeper = Keeper(desk, pool, theme)
    keeper.open(files)
    if notice is not None:
        keeper.window.bars.say("warn", i18n.explain(notice), key="settings")
    if mended:
        keeper.window.bars.say("warn", mended, key="repaired")
    if crash.last is not None:
        keeper.window.tell_crash(crash.last)
    examiner = Examiner(desk, pool, keeper.say)
    examiner.begin(soon=crash.last is not None)
    instance.called.connect(keeper.called)
    # The system shuts down: what was made is stored, so there is nothing to ask.
    app.commitDataRequest.connect(lambda _manager: keeper.window.leave())
    signals = Signals(keeper.leave)
    # What the program is made of stays: to look through it again and again for what nobody uses
    # stops the window for 30 ms each time.
    gc.freeze()
    app.exec()
    signals.close()
    instance.close()
    return _end(desk, pool, crash)


def _mended(paths: Paths, theme: Theme, error: UserError) -> str:
    """Say what is wrong, where there is no window yet; returns what mending came to, or ""."""
    if error.code != "store.damaged":
        QMessageBox.critical(None, _("MoA Desk"), i18n.explain(error))
        return ""
    from app.ui import recovery  # noqa: PLC0415 - where something is broken

    done = recovery.offer(paths, theme, error)
    return recovery.told(done) if done is not None else ""


def application(paths: Paths) -> QApplication:
    """The one QApplication of the process."""
    # Each turn of the event loop asks for the interpreter several times, and waits so long for a
    # worker that computes: 5 ms, as Python has it, add up to what a hand feels.
    sys.setswitchinterval(_SWITCH_SECONDS)
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    app.setApplicationName("MoA Desk")
    app.setDesktopFileName("moadesk")
    app.setStyle("Fusion")
    if app.findChild(EnterGuard) is None:
        EnterGuard(app)
        Caret(app)
    app.setWindowIcon(QIcon(str(paths.assets / "icons" / "app.svg")))
    return app


def makers(desk: Desk, pool: JobPool, theme: Theme) -> dict[str, Callable[[], Page]]:
    """How each page is made. A page's module is loaded with its first visit."""

    def chat() -> Page:
        from app.ui.chat.page import ChatPage  # noqa: PLC0415 - on its first visit

        return ChatPage(desk, pool, theme)

    def translate() -> Page:
        from app.ui.translation.page import TranslationPage  # noqa: PLC0415 - likewise

        return TranslationPage(desk, pool, theme)

    def scholar() -> Page:
        from app.ui.scholar.page import ScholarPage  # noqa: PLC0415 - likewise

        return ScholarPage(desk, pool, theme)

    def models() -> Page:
        from app.ui.models.page import ModelsPage  # noqa: PLC0415 - likewise

        return ModelsPage(desk, pool, theme)

    def settings() -> Page:
        from app.ui.settings.page import SettingsPage  # noqa: PLC0415 - likewise

        return SettingsPage(desk, pool, theme)

    def network() -> Page:
        from app.ui.network.page import NetworkPage  # noqa: PLC0415 - likewise

        return NetworkPage(desk, pool, theme)

    def welcome() -> Page:
        from app.ui.first_run.page import FirstRunPage  # noqa: PLC0415 - likewise

        return FirstRunPage(desk, pool, theme)

    return {
        "chat": chat,
        "translate": translate,
        "scholar": scholar,
        "models": models,
        "settings": settings,
        "network": network,
        "welcome": welcome,
    }


class Keeper(QObject):
    """Keeps the one window, and makes a new one when the language changes."""

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        super().__init__()
        self._desk, self._pool, self._theme = desk, pool, theme
        self._file = desk.paths.config / "window.json"
        self._language = desk.settings.language
        self._translator: QTranslator | None = None
        self.window = self._made(remembered.load(self._file))

    def open(self, files: Sequence[Path] = ()) -> None:
        """Show the window, with files to work on; the first run, where there was none yet."""
        if not files and not self._desk.settings.welcomed:
            self.window.go("welcome")
        self.window.show()
        if files:
            self.window.open_files(list(files))

    def leave(self) -> None:
        """Close the window of now as a person would, without a question."""
        self.window.leave()

    def say(self, words: str) -> None:
        """Tell something in the window of now."""
        self.window.bars.say("warn", words, key="database")

    @Slot(object)
    def called(self, files: list[Path]) -> None:
        """A second start found this one."""
        self.window.ask()
        if files:
            self.window.open_files(files)

    def _made(self, state: dict[str, object]) -> MainWindow:
        self._speak()
        pages = makers(self._desk, self._pool, self._theme)
        window = MainWindow(self._desk, self._pool, self._theme, pages, state)
        window.settings_changed.connect(self._settings_changed)
        window.restored.connect(self._restored)
        window.left.connect(self._left)
        self._pool.call(_works_alone, self._desk).finished.connect(self._begin)
        QTimer.singleShot(_TIDY_MS, self._pool, self._tidy)  # not once that is gone
        return window

    @Slot()
    def _tidy(self) -> None:
        """What nobody waits for, once the window stands."""
        self._pool.call(_take_back_dead, self._desk)

    @Slot(object)
    def _begin(self, outcome: Outcome) -> None:
        """A watched folder or a night's work does not wait until its page is visited."""
        if outcome.state == "done" and outcome.value:
            self.window.begin("translate")

    def _speak(self) -> None:
        """Use the language of the settings, for our words and for Qt's own (context menus)."""
        chosen = self._language
        language = i18n.system_language() if chosen == "system" else chosen
        i18n.use(language, self._desk.paths.assets)
        app = QApplication.instance()
        if app is None:
            return
        if self._translator is not None:
            app.removeTranslator(self._translator)
        self._translator = QTranslator(self)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self._translator.load(f"qtbase_{language}", folder):
            app.installTranslator(self._translator)

    @Slot(object)
    def _settings_changed(self, settings: Settings) -> None:
        self._theme.use(settings.theme, settings.text_scale)
        if settings.language != self._language:
            self._language = settings.language
            self._renew()

    @Slot()
    def _restored(self) -> None:
        """The database is another: nothing that was read of the old one stays on the screen."""
        QTimer.singleShot(0, self, self._show_restored)

    @Slot()
    def _show_restored(self) -> None:
        self._replace()
        words = _("The backup is restored. What was there before is kept as a backup, too.")
        self.window.bars.say("info", words, key="restored", seconds=12)

    @Slot()
    def _renew(self) -> None:
        """Make the window anew in another language, once nothing runs that its pages follow."""
        if self._pool.running():
            words = _("The language changes as soon as the running work has ended.")
            self.window.bars.say("info", words, key="language")
            self._pool.changed.connect(self._renew_when_idle)
            return
        QTimer.singleShot(0, self, self._replace)  # not from within a page that goes away

    @Slot()
    def _renew_when_idle(self) -> None:
        if not self._pool.running():
            self._pool.changed.disconnect(self._renew_when_idle)
            self._renew()

    @Slot()
    def _replace(self) -> None:
        old = self.window
        state = old.save_state()
        old.left.disconnect(self._left)
        self.window = self._made(state)
        self.window.show()
        old.leave()
        old.deleteLater()

    @Slot()
    def _left(self) -> None:
        remembered.save(self._file, self.window.save_state())
        QApplication.quit()


def _works_alone(desk: Desk) -> bool:
    return desk.kept.works_alone()


def _take_back_dead(desk: Desk) -> None:
    """What was half when the power failed: an import into the memory, a call over the network."""
    desk.memories.imports.take_back_dead()
    desk.network_log.close_open()


def open_every_page(desk: Desk) -> list[str]:
    """Open each page once and let it read what it shows; returns their titles.

    Raises:
        RuntimeError: a page could not be made, or reading for it failed.
    """
    app = application(desk.paths)
    theme = Theme(app, desk.paths.assets, desk.settings.theme, desk.settings.text_scale)
    pool = JobPool()
    failures: list[str] = []
    pool.broken.connect(failures.append)
    pages = makers(desk, pool, theme)
    window = MainWindow(desk, pool, theme, pages, {})
    window.show()
    titles = []
    for name in pages:
        titles.append(window.go(name).title())
        _settle(app, pool)
    window.leave()
    window.deleteLater()
    pool.shutdown()
    app.processEvents()
    if failures:
        raise RuntimeError(failures[0])
    return titles


def _settle(app: QApplication, pool: JobPool) -> None:
    end = time.monotonic() + _OPEN_SECONDS
    while pool.busy and time.monotonic() < end:
        app.processEvents()
        time.sleep(0.005)
    app.processEvents()


def _end(desk: Desk, pool: JobPool, crash: CrashFile) -> int:
    ended = pool.shutdown()
    crash.close()
    if not ended:
        # A worker that does not listen would crash beneath the interpreter's end. What it made
        # is stored; the process goes without it.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
    desk.close()
    return 0
