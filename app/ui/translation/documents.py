"""Documents: choose or drop files, watch them being translated, look through what came out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from agents.translation.events import DocumentRequest
from agents.translation.formats import SUFFIXES
from app import i18n
from app.i18n import _
from app.ui.combo import Combo
from app.ui.theme import mark
from app.ui.translation import words
from app.ui.translation.document_view import DocumentView
from app.ui.translation.engines import EngineChooser, warn_of_korean
from app.ui.translation.folders import MOST, Found, documents_in
from app.ui.translation.queue import DocumentQueue
from app.ui.translation.queue_line import QueueLine, restored, saved
from app.ui.translation.queue_list import QueueList
from app.ui.widgets.bars import Bars
from app.ui.widgets.basic import EmptyState, IconButton, button, column, row, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.translation.events import Language
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme
    from app.ui.translation.queue import Document

LACKS = ("translation.model_lacks_korean", "translation.model_lacks_english")
_BESIDE, _CHOOSE = "", "…"


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
        self.list = QueueList(self.queue, theme)
        self.view = DocumentView(desk, pool, theme)
        self.bars = Bars(theme)
        self.chooser = EngineChooser(desk, pool, theme, ("model", "memory", "pseudo", "identity"))
        self._target = Combo(_("Translate into"))
        for code in ("ko", "en"):
            self._target.add(words.language(code), code)
        self._out = Combo(_("Save into"))
        self._out.add(_("Beside the original"), _BESIDE)
        if desk.settings.output_dir:
            self._add_folder(Path(desk.settings.output_dir))
        self._out.add(_("Another folder…"), _CHOOSE)
        self._out.activated.connect(self._out_chosen)
        self._out_before = self._out.currentIndex()
        self._add = button(_("Add documents…"), self._choose, "primary")
        self._add_folder_button = IconButton(
            theme, "folder", _("Add a folder…"), self._choose_folder
        )
        self._line = QueueLine(self.queue, theme)
        self._stack = QStackedWidget()
        empty = EmptyState(
            theme,
            "file",
            _("Drop documents here"),
            _(
                "Word, PowerPoint, Excel, LibreOffice, Hangul (.hwpx), Markdown and text files "
                "keep their formatting. "
                "The translation is saved as a new file with a receipt; the original stays."
            ),
        )
        empty.offer(button(_("Choose documents…"), self._choose))
        self._stack.addWidget(empty)
        self._stack.addWidget(self.view)
        self._split = QSplitter()
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self._side())
        right = column(self.bars, self._stack, gap=0)
        right.layout().setStretch(1, 1)
        self._split.addWidget(right)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([theme.px(252), theme.px(880)])
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._split)
        self.bars.layout().setContentsMargins(theme.px(28), theme.px(12), theme.px(20), 0)
        self._connect()

    def _connect(self) -> None:
        self.list.picked.connect(self._picked)
        self.queue.added.connect(self._added)
        self.queue.changed.connect(self.view.changed)
        self.queue.changed.connect(self._changed)
        self.queue.segment.connect(self.view.put)
        self.queue.removed.connect(self._removed)
        self.view.cancel.connect(self.queue.cancel)
        self.view.again.connect(self._again)
        self.view.remove.connect(self.queue.remove)
        self.view.exported.connect(self.queue.written)
        self.chooser.changed.connect(self._warn)

    def entered(self) -> None:
        """Look which models and which earlier documents there are."""
        self.chooser.refresh()
        if not self._restored:
            self._restored = True
            self._pool.call(_earlier, self._desk).finished.connect(self._found_earlier)

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
        missing = self.chooser.missing
        if missing:
            actions = (
                [(_("Open Models"), lambda: self.navigate.emit("models"))]
                if self.chooser.choice.engine == "model"
                else []
            )
            self.bars.say("warn", missing, actions, key="missing")
            return
        self.bars.close_bar("missing")
        choice = self.chooser.choice
        out = self._out.currentData()
        last = None
        for one in found:
            last = self.queue.add(
                DocumentRequest(
                    source=one.path,
                    target=cast("Language", self._target.currentData()),
                    out_dir=Path(out) / one.below if out else one.path.parent,
                    engine=choice.engine,
                    model=choice.model,
                    memory=choice.memory,
                )
            )
        if last is not None:
            self.list.pick(last)

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
        """Store what is being written in the table; documents are the window's question."""
        self.view.closing()

    def save_state(self) -> dict[str, object]:
        """Options and how wide the list is."""
        return {
            "target": self._target.currentData(),
            "out": self._out.currentData(),
            **self.chooser.save_state(),
            "split": self._split.sizes(),
            "waiting": [saved(document.request) for document in self.queue.waiting],
            "review": self.view.review.save_state(),
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Take the options back."""
        place = self._target.findData(state.get("target"))
        self._target.setCurrentIndex(max(0, place))
        out = state.get("out")
        if isinstance(out, str) and out not in {_BESIDE, _CHOOSE}:
            self._add_folder(Path(out))
        self.chooser.restore_state(state)
        review = state.get("review")
        if isinstance(review, dict):
            self.view.review.restore_state(review)
        waiting = state.get("waiting")
        if isinstance(waiting, list):
            self._wait_again(waiting)
        sizes = state.get("split")
        if isinstance(sizes, list) and all(isinstance(size, int) for size in sizes):
            self._split.setSizes(sizes)

    def _wait_again(self, waiting: list[object]) -> None:
        """What waited when the window was closed waits again, until the user goes on."""
        requests = [request for one in waiting if (request := restored(one)) is not None]
        if requests:
            self.queue.pause()
            for request in requests:
                self.queue.add(request)

    def _side(self) -> QWidget:
        theme = self._theme
        side = QWidget()
        mark(side, ground="ground", edge="right")
        side.setMinimumWidth(theme.px(212))
        layout = QVBoxLayout(side)
        layout.setContentsMargins(theme.px(12), theme.px(10), theme.px(12), theme.px(12))
        layout.setSpacing(theme.space("xs"))
        for name, field in (
            (_("Into"), self._target),
            (_("With"), self.chooser),
            (_("Save"), self._out),
        ):
            layout.addWidget(text(name, "small"))
            layout.addWidget(field)
        layout.addSpacing(theme.space("s"))
        layout.addWidget(row(self._add, self._add_folder_button))
        layout.addSpacing(theme.space("s"))
        layout.addWidget(self._line)
        layout.addWidget(self.list, 1)
        return side

    @Slot(object)
    def _picked(self, document: Document | None) -> None:
        self._stack.setCurrentIndex(0 if document is None else 1)
        if document is not None:
            self.view.show_document(document)

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
            self._stack.setCurrentIndex(0)

    @Slot(object)
    def _again(self, document: Document) -> None:
        request = document.request
        memory = request.memory or self.chooser.choice.memory
        if request.engine == "memory" and memory is None:
            self.chooser.choose("memory")
            self.bars.say("warn", _("Choose a translation memory first."), key="missing")
            return
        self.queue.again(document, memory)

    @Slot(object)
    def _found_earlier(self, outcome: Outcome) -> None:
        if outcome.state != "done":
            if outcome.error:
                self.bars.say("error", i18n.explain(outcome.error), key="earlier")
            return
        unfinished = self.queue.restore(outcome.value)
        if unfinished:
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

    @Slot()
    def _warn(self) -> None:
        warn_of_korean(self.bars, self.chooser.model, lambda: self.navigate.emit("models"))
        if self.chooser.ready and self._waiting:
            waiting, self._waiting = self._waiting, []
            self._open(waiting)

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

    @Slot()
    def _out_chosen(self) -> None:
        if self._out.currentData() == _CHOOSE:
            name = QFileDialog.getExistingDirectory(self, _("Save translations into"))
            self._out.setCurrentIndex(self._out_before)
            if name:
                self._add_folder(Path(name))
        self._out_before = self._out.currentIndex()

    def _add_folder(self, folder: Path) -> None:
        place = self._out.findData(str(folder))
        if place < 0:
            place = 1
            self._out.insertItem(place, folder.name or str(folder), str(folder))
            self._out.setItemData(place, str(folder), Qt.ItemDataRole.ToolTipRole)
        self._out.setCurrentIndex(place)
        self._out_before = place


def _earlier(desk: Desk) -> object:
    return desk.translations.jobs(limit=50)
