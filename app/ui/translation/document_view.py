"""One document: how it goes, what it became, and its segments to look through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QMenu, QProgressBar, QVBoxLayout, QWidget

from app import i18n
from app.i18n import _
from app.jobs import Latest
from app.ui.translation import words
from app.ui.translation.queue import ENDED
from app.ui.translation.review_panel import ReviewPanel
from app.ui.translation.segment_model import prepared
from app.ui.widgets.bars import Bars
from app.ui.widgets.basic import ElidedLabel, IconButton, button, chip, row, text

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QResizeEvent

    from agents.translation.events import DocumentDone, SegmentDone
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.theme import Theme
    from app.ui.translation.queue import Document
    from app.ui.translation.segment_model import Stored

    # A job, its segments; if they were cut, also their sources now and where to stand.
    _Read = tuple[int, Stored, tuple[str, ...], int]


_LOOK_MS = 150  # without a scroll, before it is told what is on the screen
_HIGH = 360  # px below which the segments take what stands around them
_ROOMY = 480  # px in which the name and all that stands beside it have room


class DocumentView(QWidget):
    """Shows one document of the queue at a time."""

    cancel = Signal(object)  # Document
    again = Signal(object)  # Document
    remove = Signal(object)  # Document
    exported = Signal(object)  # DocumentDone
    list_asked = Signal()  # show the list of documents, or take it away again
    looked = Signal(int, int, int)  # job, and the first and last segment on the screen

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Arrange it; `show_document` fills it."""
        super().__init__()
        self._desk, self._pool, self._theme = desk, pool, theme
        self._reading = Latest(pool, self._loaded, self)
        self._asked = (0, "")  # what was read last: a job, and a segment that was cut
        self._document: Document | None = None
        self._exporting = False
        self._meanwhile: list[SegmentDone] = []  # what came while they were
        self._name = ElidedLabel("", "title", Qt.TextElideMode.ElideMiddle)
        self._chip = chip("")
        self._next = button(_("Next problem"), self._go_to_next, hint=_("Next problem (F8)"))
        for words_, keys, act in (
            (_("Next problem"), "F8", self._go_to_next),
            (_("Previous problem"), "Shift+F8", self._go_before),
        ):
            action = QAction(words_, self, shortcut=QKeySequence(keys))
            action.triggered.connect(act)
            self.addAction(action)
        self._cancel = button(_("Stop"), self._emit_cancel)
        self._again = button(_("Go on"), self._emit_again)
        self._export = button(
            _("Export again"),
            self._write_again,
            hint=_("Write the file with your changes; no model is asked"),
        )
        self._open = button(_("Open"), self._open_output, "primary")
        self._more = IconButton(theme, "more", _("More"))
        self._more.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self._more)
        self._folder = menu.addAction(_("Show the folder"), self._open_folder)
        self._receipt = menu.addAction(_("Open the receipt"), self._open_receipt)
        self._original = menu.addAction(_("Open the original"), self._open_source)
        menu.addSeparator()
        self._once_more = menu.addAction(_("Translate once more"), self._emit_again)
        self._remove = menu.addAction(_("Take off the list"), self._emit_remove)
        self._more.setMenu(menu)
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName(_("Progress"))
        self._account = text("", "small", wrap=True)
        self.bars = Bars(theme)
        self.review = ReviewPanel(desk, pool, theme)
        self.table = self.review.table
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.space("s"))
        layout.addWidget(self._head())
        layout.addWidget(self._bar)
        layout.addWidget(self._account)
        layout.addWidget(self.bars)
        layout.addWidget(self.review, 1)
        layout.addStretch(0)  # where there is nothing to review, the head stays at the top
        self._looks = QTimer(self, singleShot=True, interval=_LOOK_MS)
        self._looks.timeout.connect(self._tell_looked)
        self.table.verticalScrollBar().valueChanged.connect(self._looks.start)
        self.review.counted.connect(self._stepped)
        self.review.said.connect(self._say)
        self.review.stale.connect(self._load)
        self.review.recut.connect(self._recut)

    def _head(self) -> QWidget:
        self.list_button = IconButton(
            self._theme, "chevron-left", _("List of documents"), self.list_asked.emit
        )
        self.list_button.hide()  # whoever has the list says when it is not there
        made = row(
            self.list_button,
            self._name,
            self._chip,
            4,
            self._next,
            self._cancel,
            self._again,
            self._export,
            self._open,
            self._more,
        )
        made.layout().setStretch(1, 1)
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the name is what stays."""
        super().resizeEvent(event)
        self._chip.setVisible(event.size().width() >= self._theme.px(_ROOMY))
        self._leave_edges(low=event.size().height() < self._theme.px(_HIGH))

    def _leave_edges(self, *, low: bool) -> None:
        px = self._theme.px
        above, below = (8, 4) if low else (22, 16)
        self.layout().setContentsMargins(px(28), px(above), px(20), px(below))

    @property
    def document(self) -> Document | None:
        """What is shown."""
        return self._document

    def show_document(self, document: Document) -> None:
        """Show another document: what is stored of it, then what comes."""
        if document is self._document:
            return
        self.review.show_job(document.job, document.request)
        self._document = document
        self.table.show_segments(sources=document.sources)
        self._load()
        self.refresh()
        self._looks.start()

    @Slot()
    def _tell_looked(self) -> None:
        table, document = self.table, self._document
        if document is None or not document.job or not self.isVisible():
            return
        end = table.rowAt(table.viewport().height() - 1)
        last = end if end >= 0 else table.segments.rowCount() - 1
        places = [table.segments.place(row) for row in (table.rowAt(0), last)]
        if min(places) >= 0:
            self.looked.emit(document.job, *places)

    @Slot(object)
    def changed(self, document: Document) -> None:
        """The queue says that a document changed."""
        if document is not self._document:
            return
        if document.state == "running" and document.job and document.job != self._asked[0]:
            self._load()
        self.table.segments.expect(document.sources)
        self.refresh()

    @Slot(object, object)
    def put(self, document: Document, segment: SegmentDone) -> None:
        """The queue says that a segment is done."""
        if document is not self._document:
            return
        self._meanwhile.append(segment)
        self.table.put(segment)
        self._show_counts(document)

    def refresh(self) -> None:
        """Show the document as it is now."""
        document = self._document
        if document is None:
            return
        self._name.say(document.name)
        request = document.request
        way = (
            words.direction(document.source_language, request.target)
            if document.source_language
            else f"→ {words.language(request.target)}"
        )
        self._chip.setText(way)
        self._show_counts(document)
        ended = document.state in ENDED
        made = document.state == "done" and document.output is not None
        self._cancel.setVisible(not ended)
        self._cancel.setEnabled(not document.cancelling)
        self._again.setVisible(ended and not made)
        self._again.setText(_("Go on") if document.done else _("Try again"))
        self._again.setAccessibleName(self._again.text())
        self._open.setVisible(made)
        self._export.setVisible(made)
        self._export.setEnabled(not self._exporting)
        self._folder.setEnabled(made)
        self._receipt.setEnabled(made and document.receipt_path is not None)
        self._once_more.setVisible(made)
        self._remove.setEnabled(ended)
        self._show_bars(document)

    def _show_counts(self, document: Document) -> None:
        problems = self.table.segments.problems
        self._next.setText(_("Next problem ({count})", count=problems))
        self._next.setAccessibleName(self._next.text())
        self._next.setVisible(bool(problems))
        self._bar.setMaximum(max(1, document.segments))
        self._bar.setValue(min(document.done, max(1, document.segments)))
        nothing = document.state in ENDED and not document.job  # it could not even be read
        self._bar.setVisible(document.state != "done" and not nothing)
        self.review.setVisible(not nothing)
        request = document.request
        known = self._desk.catalog.get(request.model)
        name = known.name if known else request.model
        by = name if request.engine == "model" else words.engine(request.engine)
        self.review.engine = by
        self.review.tell_counts()
        self._account.setText(words.account(document, problems, by))

    def _show_bars(self, document: Document) -> None:
        said = [bar.words for bar in self.bars.shown]
        wanted = [("warn", i18n.explain(notice)) for notice in document.notices]
        if document.error:
            wanted.append(("error", i18n.explain(document.error)))
        elif document.bug:
            wanted.append(("error", _("Something went wrong in MoA Desk itself. Try again.")))
        if [sentence for _kind, sentence in wanted] != said:
            self.bars.clear()
            for kind, sentence in wanted:
                self.bars.say(kind, sentence)

    # --- segments ---

    @Slot()
    def _load(self) -> None:
        document = self._document
        self._meanwhile = []
        if document and document.job:
            self.review.show_job(document.job, document.request)
            self._read(document.job)
        else:
            self._reading.drop()
            self._asked = (0, "")

    @Slot(str)
    def _recut(self, segment: str) -> None:
        """Segments were cut or joined: those behind them stand elsewhere now."""
        if self._document is not None and self._document.job:
            self._read(self._document.job, segment)

    def _read(self, job: int, cut: str = "") -> None:
        """Read what is stored; `cut` is a segment that was cut or joined."""
        asked, before = self._asked
        if self._reading.waiting and asked == job:
            cut = cut or before  # its answer is still to come, and then is not asked for any more
        self._asked = (job, cut)
        self._reading.ask(_recut if cut else _segments, self._desk, job, cut)

    @Slot(object)
    def _loaded(self, outcome: Outcome) -> None:
        document = self._document
        if outcome.state != "done" or document is None:
            return
        job, stored, sources, place = outcome.value
        if job != document.job:
            return
        if sources:
            document.sources, document.segments = sources, len(sources)
            document.done = sum(row is not None for row in stored.rows)
            self.table.end_edit()
            self.table.show_again(stored, sources, place)
            self.refresh()
            return
        at = self.table.currentIndex()
        self.table.show_segments(stored, document.sources)
        for segment in self._meanwhile:  # stored while these were being read
            self.table.put(segment)
        if at.isValid():
            self.table.selectRow(at.row())
        self._show_counts(document)

    @Slot()
    def _stepped(self) -> None:
        """A person did something: the file that is written does not have it yet."""
        if self._reading.waiting:
            self._read(*self._asked)  # with what was just done
        if self._document is not None:
            self._show_counts(self._document)

    @Slot(str, str)
    def _say(self, kind: str, sentence: str) -> None:
        self.bars.say(kind, sentence, key="review", seconds=8 if kind == "info" else 0)

    @Slot()
    def _go_to_next(self) -> None:
        self.table.go_to_next_problem()
        self.table.setFocus()

    @Slot()
    def _go_before(self) -> None:
        self.table.go_to_next_problem(back=True)
        self.table.setFocus()

    # --- what was asked for ---

    def closing(self) -> None:
        """Store what is being written."""
        self.review.closing()

    def _write_again(self) -> None:
        document = self._document
        if document is None or not document.job or self._exporting:
            return
        self._exporting = True
        self._export.setEnabled(False)
        self.table.end_edit()
        job = document.job
        self.review.steps.after(lambda: self._write_stored(job))

    def _write_stored(self, job: int) -> None:
        self._pool.call(_exported, self._desk, job).finished.connect(self._written)

    @Slot(object)
    def _written(self, outcome: Outcome) -> None:
        self._exporting = False
        self._export.setEnabled(True)
        if outcome.error is not None:
            self.bars.say("error", i18n.explain(outcome.error), key="review")
        elif outcome.state == "done":
            done = outcome.value
            self.exported.emit(done)
            self._say("info", _("{file} was written with your changes.", file=done.output.name))

    def _emit_cancel(self) -> None:
        self.cancel.emit(self._document)

    def _emit_again(self) -> None:
        self.again.emit(self._document)

    def _emit_remove(self) -> None:
        self.remove.emit(self._document)

    def _open_output(self) -> None:
        self._show_file(self._document.output if self._document else None)

    def _open_receipt(self) -> None:
        self._show_file(self._document.receipt_path if self._document else None)

    def _open_source(self) -> None:
        self._show_file(self._document.request.source if self._document else None)

    def _open_folder(self) -> None:
        if self._document and self._document.output:
            self._show_file(self._document.output.parent)

    def _show_file(self, path: Path | None) -> None:
        if path is None or not path.exists():
            self.bars.say("error", _("{path} is no longer there.", path=path or ""), key="gone")
        else:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _segments(desk: Desk, job: int, _cut: str) -> _Read:
    return job, prepared(desk.review.segments(job)), (), -1


def _recut(desk: Desk, job: int, cut: str) -> _Read:
    """The segments as they are cut now, and the place of one of them."""
    units, _judge = desk.review.opened(job)
    sources = tuple(unit.text for unit in units.values())
    return job, prepared(desk.review.segments(job)), sources, units[cut].index


def _exported(desk: Desk, job: int) -> DocumentDone:
    return desk.review.export(job)
