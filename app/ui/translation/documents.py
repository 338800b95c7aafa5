"""Documents: choose or drop files, watch them being translated, look through what came out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agents.translation.formats import SUFFIXES
from app import i18n
from app.i18n import _
from app.ui.theme import mark
from app.ui.translation.document_view import DocumentView
from app.ui.translation.documents_split import DocumentsSplit
from app.ui.translation.engines import warn_of_korean
from app.ui.translation.folders import MOST, Found, documents_in
from app.ui.translation.night import NightShift, begins
from app.ui.translation.queue import DocumentQueue
from app.ui.translation.queue_kept import Counter, QueueKeeper, Stored, stored
from app.ui.translation.queue_line import QueueLine
from app.ui.translation.queue_list import QueueList
from app.ui.translation.unattended import Unattended
from app.ui.translation.wanted import Wanted, fitting
from app.ui.translation.watching import FolderWatch
from app.ui.widgets.bars import Bars
from app.ui.widgets.basic import EmptyState, IconButton, button, column, line, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme
    from app.ui.translation.queue import Document

LACKS = ("translation.model_lacks_korean", "translation.model_lacks_english")

_LIST = 96  # px: two documents of the list


class DocumentsPanel(QWidget):
    """Options and queue on the left, the chosen document on the right."""

    navigate = Signal(str)

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Arrange it."""
        super().__init__()
        self._desk, self._pool, self._theme = desk, pool, theme
        self._restored = False
        self._waiting: list[Found] = []  # dropped before it was known which models are here
        self.queue = DocumentQueue(desk, pool, self)
        self._keeper = QueueKeeper(self.queue, desk, pool)
        Counter(self.queue, desk, pool)
        self.list = QueueList(self.queue, theme)
        self.view = DocumentView(desk, pool, theme)
        self.bars = Bars(theme)
        self.wanted = Wanted(desk, pool, theme)
        self.chooser = self.wanted.chooser
        self.watch = FolderWatch(desk, pool, self, free=self._is_free)
        self.night = NightShift(self.queue, desk, pool)
        self.unattended = Unattended(self.watch, self.night, desk, pool, theme, self.wanted.request)
        self.wanted.sheet.add(self.unattended.section())
        self.line = QueueLine(self.queue, theme)
        self.told = self.line.told
        self._stack = QStackedWidget()
        empty = EmptyState(
            theme,
            "file",
            _("Drop documents here"),
            _(
                "Word, PowerPoint, Excel, PDF, LibreOffice, Hangul (.hwpx), web pages, e-books, "
                "subtitles and many others keep their formatting. "
                "The translation is saved as a new file with a receipt; the original stays."
            ),
        )
        empty.offer(button(_("Choose documents…"), self._choose))
        for page in (empty, self.view, self.wanted.sheet):
            self._stack.addWidget(page)
        right = column(self.bars, self._stack, gap=0)
        right.layout().setStretch(1, 1)
        self._split = DocumentsSplit(self._side(), right, theme)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._split)
        self.bars.layout().setContentsMargins(theme.px(28), theme.px(12), theme.px(20), 0)
        self._connect()

    def _connect(self) -> None:
        self.list.picked.connect(self._picked)
        self.list.clicked.connect(self._show_chosen)
        self.list.activated.connect(self._show_chosen)
        self._stack.currentChanged.connect(self._share_room)
        self._split.narrow_changed.connect(self.view.list_button.setVisible)
        self.queue.added.connect(self._added)
        self.queue.changed.connect(self.view.changed)
        self.queue.changed.connect(self._changed)
        self.queue.segment.connect(self.view.put)
        self.queue.removed.connect(self._removed)
        self.view.cancel.connect(self.queue.cancel)
        self.view.again.connect(self._again)
        self.view.remove.connect(self.queue.remove)
        self.view.exported.connect(self.queue.written)
        self.view.looked.connect(self._looked)
        self.view.list_asked.connect(self._turn_list)
        self.chooser.changed.connect(self._warn)
        self.wanted.changed.connect(self.unattended.chosen_anew)
        self.wanted.options_asked.connect(self.show_options)
        self.unattended.options_asked.connect(self._show_hours)
        self.wanted.sheet.closed.connect(self._show_picked)
        self.watch.arrived.connect(self._arrived)
        self.watch.there_before.connect(self._there_before)
        self.night.changed.connect(self._night_changed)
        self.night.morning.connect(self._morning)
        self.night.sleepy.connect(self._sleepy)
        self.line.now_asked.connect(self.night.begin_now)

    def entered(self) -> None:
        """Look which models there are."""
        self.chooser.refresh()
        self.wanted.sheet.refresh()
        self.begin()

    def begin(self) -> None:
        """Take up earlier documents, the watched folder and the night; once."""
        if not self._restored:
            self._restored = True
            self._pool.call(stored, self._desk).finished.connect(self._found_earlier)

    def open_files(self, paths: list[Path]) -> None:
        """Translate these, and the documents inside of folders, with what is chosen."""
        folders = [path for path in paths if path.is_dir()]
        if folders:
            look = self._pool.call(documents_in, folders, self._desk.translations)
            look.finished.connect(self._found_inside)
        self._open([Found(path, Path()) for path in paths if path not in folders])

    def _open(self, found: Sequence[Found]) -> None:
        if not found:
            return
        if not self.chooser.ready:
            self._waiting += found
            self.chooser.refresh()
            return
        missing, wrong = self.chooser.missing, self.wanted.sheet.problem
        if missing or wrong:
            actions = []
            if not missing:
                actions = [(_("Options"), self.show_options)]
            elif self.chooser.choice.engine == "model":
                actions = [(_("Open Models"), lambda: self.navigate.emit("models"))]
            self.bars.say("warn", missing or wrong, actions, key="missing")
            return
        self.bars.close_bar("missing")
        last = None
        for one in found:
            last = self.queue.add(fitting(self.wanted.request(one.path, one.below)))
        if last is not None:
            self.list.pick(last)
            self._show_chosen()

    @Slot(object)
    def _found_inside(self, outcome: Outcome) -> None:
        if outcome.state != "done":
            return
        found, more = outcome.value
        said = _("Documents found in the folder: {count}.", count=len(found))
        if more:
            said = _(
                "The folder has more than {count} documents; the first were taken.", count=MOST
            )
        elif not found:
            said = _("There is no document in the folder that can be translated.")
        self.bars.say("info" if found and not more else "warn", said, key="folder", seconds=10)
        self._open(found)

    def closing(self) -> None:
        """Store what is being written in the table, and what waits."""
        self.view.closing()
        self._keeper.closing()
        self.watch.closing()
        self.night.closing()

    def save_state(self) -> dict[str, object]:
        """Options and how wide the list is."""
        return {
            **self.wanted.save_state(),
            "split": self._split.kept,
            "review": self.view.review.save_state(),
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Take the options back."""
        self.wanted.restore_state(state)
        review = state.get("review")
        if isinstance(review, dict):
            self.view.review.restore_state(review)
        sizes = state.get("split")
        if isinstance(sizes, list) and all(isinstance(size, int) for size in sizes):
            self._split.keep(sizes)

    def _side(self) -> QWidget:
        theme = self._theme
        side = QWidget()
        side.setProperty("kind", "scrolled")
        layout = QVBoxLayout(side)
        layout.setContentsMargins(theme.px(12), theme.px(10), theme.px(12), theme.px(12))
        layout.setSpacing(theme.space("xs"))
        add = button(_("Add documents…"), self._choose, "primary")
        add_folder = IconButton(theme, "folder", _("Add a folder…"), self._choose_folder)
        layout.addWidget(self.wanted)
        layout.addWidget(row(add, add_folder))
        layout.addSpacing(theme.space("s"))
        layout.addWidget(self.line)
        layout.addWidget(self.list, 1)
        layout.addWidget(line())
        layout.addWidget(self.unattended)
        self.list.setMinimumHeight(theme.px(_LIST))
        area = QScrollArea()  # a low window or large text: nothing is squeezed
        mark(area, ground="ground", edge="right")
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(_("What is translated, and how"))
        area.setMinimumWidth(theme.px(212))
        area.setWidget(side)
        return area

    # --- what is shown on the right ---

    @Slot()
    def show_options(self) -> None:
        """Show the sheet in place of the document."""
        self._stack.setCurrentWidget(self.wanted.sheet)
        self.wanted.sheet.refresh()
        self.wanted.sheet.setFocus()
        self.wanted.sheet.reveal()

    @Slot()
    def _show_hours(self) -> None:
        self.show_options()
        self.wanted.sheet.reveal(self.unattended.end)

    @Slot(object)
    def _picked(self, document: Document | None) -> None:
        if document is not None:
            self.view.show_document(document)
        if self._stack.currentWidget() is not self.wanted.sheet:
            self._show_picked()

    @Slot()
    def _show_picked(self, *_index: object) -> None:
        self._stack.setCurrentIndex(0 if self.list.current is None else 1)

    @Slot()
    def _show_chosen(self, *_index: object) -> None:
        """Show it, and where there is no room for the list let that go."""
        self._show_picked()
        self._split.want_list(wanted=False)

    @Slot()
    def _share_room(self, *_page: object) -> None:
        self._split.show_alone(alone=self._stack.currentWidget() is self.view)

    @Slot()
    def _turn_list(self) -> None:
        self._split.want_list(wanted=not self._split.lists)
        (self.list if self._split.lists else self.view.table).setFocus()

    @Slot(int, int, int)
    def _looked(self, job: int, first: int, last: int) -> None:
        """What is on the screen of a document that is being translated is translated next."""
        if self.queue.running is not None and self.queue.running.job == job:
            self._desk.translation.look(job, first, last)

    @Slot(object)
    def _added(self, document: Document) -> None:
        if self.list.current is None:
            self.list.pick(document)

    @Slot(object)
    def _changed(self, document: Document) -> None:
        if any(notice.code in LACKS for notice in document.notices):
            self.bars.close_bar("korean")  # the document says so itself now

    @Slot(object)
    def _removed(self, _document: Document) -> None:
        if not self.queue.documents:
            self._show_picked()

    @Slot(object)
    def _again(self, document: Document) -> None:
        request = document.request
        memory = request.memory or self.chooser.choice.memory
        if request.engine == "memory" and memory is None:
            self.chooser.choose("memory")
            self.bars.say("warn", _("Choose a translation memory first."), key="missing")
            return
        self.queue.again(document, memory)

    # --- earlier documents, the watched folder, the night ---

    @Slot(object)
    def _found_earlier(self, outcome: Outcome) -> None:
        if outcome.state != "done":
            if outcome.error:
                self.bars.say("error", i18n.explain(outcome.error), key="earlier")
            return
        found: Stored = outcome.value
        self.night.restored(found.night)
        requests = self._keeper.restored(found.queue)
        if requests and not found.alone:
            self.queue.pause()  # nothing starts unasked
        for request in requests:
            self.queue.add(request)
        unfinished = self.queue.restore(found.jobs)
        self.unattended.restored(found.watch)
        if unfinished and found.alone:
            self._go_on(unfinished)
        elif unfinished:
            self.bars.say(
                "info",
                _(
                    "Interrupted documents: {count}. What is translated is kept.",
                    count=len(unfinished),
                ),
                [(_("Go on with them"), lambda: self._go_on(unfinished))],
                key="earlier",
            )

    def _go_on(self, documents: list[Document]) -> None:
        for document in documents:
            self._again(document)
        self.list.pick(documents[0])

    def _is_free(self, path: Path) -> bool:
        running = self.queue.running
        return running is None or running.request.source != path

    @Slot(object)
    def _arrived(self, found: list[Found]) -> None:
        for one in found:
            request = self.unattended.request_for(one)
            if request is not None:
                self.queue.add(fitting(request))
        said = _("New in the watched folder: {count}.", count=len(found))
        self.bars.say("info", said, key="arrived", seconds=10)

    @Slot(object)
    def _there_before(self, found: list[Found]) -> None:
        said = _(
            "The folder is watched. Documents that are in it already: {count}.", count=len(found)
        )
        take = (_("Translate them too"), lambda: self._arrived(found))
        self.bars.say("info", said, [take], key="arrived")

    @Slot()
    def _night_changed(self) -> None:
        self.line.begins = begins(self.night)
        self.line.count()

    @Slot(str)
    def _morning(self, said: str) -> None:
        self.bars.say("info", said, key="morning")

    @Slot(str)
    def _sleepy(self, said: str) -> None:
        self.bars.say("warn", said, key="sleepy")

    @Slot()
    def _warn(self) -> None:
        warn_of_korean(self.bars, self.chooser.model, lambda: self.navigate.emit("models"))
        if self.chooser.ready and self._waiting:
            waiting, self._waiting = self._waiting, []
            self._open(waiting)

    # --- choosing files ---

    @Slot()
    def _choose(self) -> None:
        endings = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        names, _kind = QFileDialog.getOpenFileNames(
            self, _("Choose documents"), "", f"{_('Documents')} ({endings})"
        )
        if names:
            self.open_files([Path(name) for name in names])

    @Slot()
    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, _("Choose a folder of documents"))
        if name:
            self.open_files([Path(name)])
