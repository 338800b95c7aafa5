"""The window: rail, pages, bars, status. It only arranges.

The one law: a page is made when it is first wanted, and the window knows of it only what
`app.ui.page.Page` says.
"""

from __future__ import annotations

import base64
import contextlib
import functools
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.i18n import _
from app.ui import state as remembered
from app.ui.page import PAGES
from app.ui.rail import Rail
from app.ui.status_bar import StatusBar
from app.ui.widgets.bars import Bars

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import (
        QCloseEvent,
        QDragEnterEvent,
        QDragLeaveEvent,
        QDropEvent,
        QResizeEvent,
    )

    from app.build import Desk
    from app.jobs import JobPool
    from app.ui.drop_veil import DropVeil
    from app.ui.page import Page
    from app.ui.theme import Theme

_SMALLEST = QSize(760, 480)
_FIRST = QSize(1280, 800)
_AROUND = QSize(24, 96)  # for the title bar, and a panel that the screen does not tell of


class MainWindow(QMainWindow):
    """One window of the desk."""

    settings_changed = Signal(object)  # the new Settings
    restored = Signal()  # the database is another: the window is to be made anew
    left = Signal()  # closed for good

    def __init__(
        self,
        desk: Desk,
        pool: JobPool,
        theme: Theme,
        makers: Mapping[str, Callable[[], Page]],
        state: dict[str, object],
    ) -> None:
        """Arrange the frame and show the page of last time.

        Args:
            desk: the agents and the data.
            pool: where work runs.
            theme: how it looks.
            makers: one function a page name, called when the page is first wanted.
            state: what `save_state` of an earlier window gave.
        """
        super().__init__()
        self._pool, self._theme = pool, theme
        self._makers = makers
        self._pages: dict[str, Page] = {}
        self._page = ""
        self._state = state
        self._going = False
        self.setWindowTitle(_("MoA Desk"))
        self.setMinimumSize(_SMALLEST)
        self.setAcceptDrops(True)
        self._rail = Rail(theme, self)
        self._rail.wanted.connect(self.go)
        self._stack = QStackedWidget()
        self.bars = Bars(theme, (theme.space("m"), theme.space("s"), theme.space("m"), 0))
        self.bars.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.bars.setProperty("ground", "surface")
        self._status = StatusBar(desk, pool, theme)
        self._status.wanted.connect(self.go)
        self.settings_changed.connect(self._status.settings_changed)
        self._arrange()
        self._restore()

    @Slot(str)
    def go(self, name: str) -> Page:
        """Show a page; made on its first visit."""
        page = self._made(name)
        if name != self._page:
            before, self._page = self._pages.get(self._page), name
            if before is not None:
                before.left()
            self._stack.setCurrentWidget(page)
            self._rail.show_page(name)
            page.setFocus()  # no control of it looks chosen before one is
            page.entered()
        return page

    @functools.cached_property
    def veil(self) -> DropVeil:
        """What is over the page while files are held above it."""
        from app.ui.drop_veil import DropVeil  # noqa: PLC0415 - with the first file

        return DropVeil(self._theme, self._stack)

    @property
    def page(self) -> str:
        """The name of the page that is shown."""
        return self._page

    def open_files(self, paths: list[Path]) -> None:
        """Give files to the first page that takes them, the shown one asked first."""
        order = [self._page, *(name for name in PAGES if name != self._page)]
        rest = list(paths)
        for name in order:
            taken = [path for path in rest if self._made(name).accepts(path)]
            if taken:
                self.go(name).open_files(taken)
                rest = [path for path in rest if path not in taken]
            if not rest:
                return
        names = ", ".join(path.name for path in rest)
        self.bars.say(
            "warn", _("MoA Desk cannot open {names}.", names=names), key="unknown", seconds=12
        )

    def ask(self) -> None:
        """Come to the front: a second start found this window."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def tell_crash(self, trace: Path) -> None:
        """Say that the last run ended in a native crash, and where its trace is."""
        folder = QUrl.fromLocalFile(str(trace.parent))
        words = _("MoA Desk ended unexpectedly last time. What you made is stored.")
        show = (_("Show the record"), lambda: QDesktopServices.openUrl(folder))
        self.bars.say("warn", words, [show], key="crash")

    def save_state(self) -> dict[str, object]:
        """What to remember: geometry, page, and what each page says."""
        pages = dict(remembered.table(self._state, "pages"))
        pages |= {name: page.save_state() for name, page in self._pages.items()}
        geometry = base64.b64encode(self.saveGeometry().data()).decode()
        return {"geometry": geometry, "page": self._page, "pages": pages}

    def leave(self) -> None:
        """Close without asking."""
        self._going = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask first, in the window, while work is running."""
        if self._pool.running() and not self._going:
            event.ignore()
            words = _("Work is still running. Closing stops it; what was made so far is kept.")
            actions = [(_("Close anyway"), self.leave), (_("Keep working"), lambda: None)]
            self.bars.say("warn", words, actions, key="close", closable=False)
            self.ask()
            return
        self._going = True
        for page in self._pages.values():
            page.closing()
        event.accept()
        self.left.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files; which page wants them is asked when they are dropped."""
        paths = _paths(event)
        if not paths:
            return
        event.acceptProposedAction()
        page = self._pages[self._page]
        here = [path for path in paths if page.accepts(path)]
        words = page.drop_words() if here else _("Drop to open it where it belongs")
        self.veil.say(words, here or paths)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The rail keeps to the room there is."""
        super().resizeEvent(event)
        self._rail.fit(self.width())

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They are held elsewhere now."""
        self.veil.hide()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand dropped files on."""
        self.veil.hide()
        event.acceptProposedAction()
        self.open_files(_paths(event))

    def _arrange(self) -> None:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bars)
        column.addWidget(self._stack, 1)
        upper = QHBoxLayout()
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(0)
        upper.addWidget(self._rail)
        upper.addWidget(right, 1)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(upper, 1)
        layout.addWidget(self._status)
        self.setCentralWidget(whole)

    def _restore(self) -> None:
        self.resize(_FIRST.boundedTo(self.screen().availableSize() - _AROUND))
        geometry = remembered.words(self._state, "geometry")
        if geometry:
            with contextlib.suppress(ValueError):  # damaged: the first size stays
                self.restoreGeometry(QByteArray(base64.b64decode(geometry, validate=True)))
        name = remembered.words(self._state, "page")
        self.go(name if name in self._makers else PAGES[0])

    def begin(self, name: str) -> None:
        """Let a page work that is not shown."""
        self._made(name).begin()

    @Slot()
    def _put_down(self) -> None:
        for page in self._pages.values():
            page.closing()

    @Slot(str, object)
    def _hand(self, name: str, what: object) -> None:
        self.go(name).take(what)

    @Slot(str)
    def _say_title(self, words: str) -> None:
        self.setWindowTitle(f"{words} – {_('MoA Desk')}" if words else _("MoA Desk"))

    def _made(self, name: str) -> Page:
        page = self._pages.get(name)
        if page is None:
            page = self._pages[name] = self._makers[name]()
            page.setAccessibleName(page.title())
            page.navigate.connect(self.go)
            page.handed.connect(self._hand)
            page.settings_changed.connect(self.settings_changed)
            page.restoring.connect(self._put_down)
            page.restored.connect(self.restored)
            page.told.connect(self._say_title)
            self._stack.addWidget(page)
            page.restore_state(remembered.table(remembered.table(self._state, "pages"), name))
        return page


def _paths(event: QDropEvent) -> list[Path]:
    """The files and folders that are dragged."""
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
