"""Check a text: does every citation of it hold against the works it cites?

The one law: every sentence that cites is listed, whatever became of it; "unknown" says only that
the work is not in the library.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from agents.base import Progress, UserError
from agents.scholar import check_report, texts
from agents.scholar.checking import ORDER
from agents.scholar.events import SentenceChecked, TextChecked, VerifyRequest
from app import i18n
from app.i18n import _
from app.ui import figures
from app.ui.combo import Combo
from app.ui.scholar.checking_cards import Cards
from app.ui.scholar.checking_rows import SentenceTable, reason, verdict
from app.ui.scholar.pdf_page import PdfPage
from app.ui.widgets.bars import Bars
from app.ui.widgets.basic import ElidedLabel, button, column, row, text
from app.ui.widgets.scrolled import scrolled

if TYPE_CHECKING:
    from agents.scholar.events import BackedBy
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme

_MINE, _BIB, _OTHER = "mine", "bib", "other"
_LEAST, _TABLE = 330, 130  # px: the width of the text, the height of its sentences
_PASTED = "pasted.txt"  # the form of a pasted text is told by what is in it


class CheckingPanel(QWidget):
    """The text and its sentences on the left, evidence and its page on the right."""

    open_work = Signal(int)  # show a work in the library

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Arrange it; nothing is checked yet."""
        super().__init__()
        self._desk, self._pool, self._theme = desk, pool, theme
        self._file: Path | None = None
        self._bib: Path | None = None
        self._job: Job | None = None
        self._looked_up = 0  # counts evidence that was asked for: only the last one is shown
        self.bars = Bars(theme)
        self.text = _PasteEdit()
        self.text.setPlaceholderText(
            _(
                "Paste a text with citations here, or open or drop a LaTeX, Markdown, Word, PDF or "
                "plain text file. \\cite{key}, [@key], (Kim et al., 2020), 김철수 외(2021) and "
                "[12] are found."
            )
        )
        self.text.setAccessibleName(_("Text to check"))
        self._name = ElidedLabel("", "strong")
        self._open = button(_("Open…"), self.choose_file)
        self._paste = button(_("Paste a text instead"), self._use_pasted, "plain")
        self.library = Combo(_("Check against"))
        self.library.add(_("My library, with its PDFs"), _MINE)
        self.library.add(_("A .bib file…"), _OTHER)
        self.library.activated.connect(self._library_chosen)
        self._start = button(_("Check"), self.start, "primary")
        self._stop = button(_("Stop"), self.stop)
        self._stop.setAccessibleName(_("Stop checking"))
        self._state = ElidedLabel("", "small")
        self.filter = Combo(_("Show only"))
        self.filter.currentIndexChanged.connect(self._filtered)
        self._export = button(_("Export…"), self.choose_export)
        self._unknown = text("", "mark", wrap=True)
        self._unknown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table = SentenceTable(theme)
        self.table.selectionModel().currentRowChanged.connect(self._picked)
        self.cards = Cards(theme)
        self.cards.show_evidence.connect(self._show_evidence)
        self.cards.open_work.connect(self.open_work)
        self.page = PdfPage(pool, theme)
        self._arrange()
        self._show_source()
        self._show_results()

    @property
    def checking(self) -> bool:
        """Whether a text is being checked."""
        return self._job is not None

    @staticmethod
    def accepts(path: Path) -> bool:
        """Texts that can be checked."""
        return path.suffix.lower() in texts.SUFFIXES

    def open_file(self, path: Path) -> None:
        """Check a file."""
        self._file = path
        self._show_source()
        self.start()

    def closing(self) -> None:
        """End what is under way."""
        self.page.closing()

    def _arrange(self) -> None:
        theme = self._theme
        self.text.setMinimumHeight(theme.px(90))
        tools = row(self._state, self.filter, self._export, gap=theme.px(8))
        tools.layout().setStretch(0, 1)
        source = row(self._name, self._open, self._paste, gap=theme.px(8))
        box = source.layout()
        assert isinstance(box, QHBoxLayout)  # noqa: S101 - `row` makes one
        box.setStretch(0, 1)
        left = column(
            source,
            self.text,
            row(self.library, self._start, self._stop, gap=theme.px(8)),
            self.bars,
            tools,
            self._unknown,
            self.table,
            gap=theme.px(8),
            margins=(theme.px(28), theme.px(12), theme.px(16), theme.px(12)),
        )
        below = left.layout()
        assert isinstance(below, QVBoxLayout)  # noqa: S101 - `column` makes one
        below.setStretchFactor(self.text, 1)
        below.setStretchFactor(self.table, 3)
        self.table.setMinimumHeight(theme.px(_TABLE))
        checked = scrolled(left, _("Check a text"), theme.px(_LEAST))
        scroll = scrolled(self.cards, _("Evidence"))
        right = QSplitter(Qt.Orientation.Vertical)
        right.setHandleWidth(1)
        right.setChildrenCollapsible(False)
        right.addWidget(scroll)
        right.addWidget(self.page)
        self.page.hide()  # until there is one
        right.setSizes([theme.px(300), theme.px(400)])
        split = QSplitter()
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(checked)
        split.addWidget(right)
        split.setSizes([theme.px(640), theme.px(460)])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)

    # --- what is checked ---

    @Slot()
    def choose_file(self) -> None:
        """Ask for a text."""
        kinds = " ".join(f"*{suffix}" for suffix in texts.SUFFIXES)
        name, _kind = QFileDialog.getOpenFileName(
            self, _("Open a text to check"), "", f"{_('Texts')} ({kinds})"
        )
        if name:
            self.open_file(Path(name))

    def _use_pasted(self) -> None:
        self._file = None
        self._show_source()
        self.text.setFocus()

    @Slot(int)
    def _library_chosen(self, _index: int) -> None:
        if self.library.currentData() != _OTHER:
            return
        name, _kind = QFileDialog.getOpenFileName(
            self, _("Check against a .bib file"), "", f"{_('Bibliographies')} (*.bib *.bibtex)"
        )
        if name:
            self.use_bib(Path(name))
        else:
            self.library.setCurrentIndex(0 if self._bib is None else 1)

    def use_bib(self, path: Path) -> None:
        """Check against this file."""
        known = self.library.findData(_BIB)
        if known >= 0:
            self.library.removeItem(known)
        self._bib = path
        self.library.insertItem(1, path.name, _BIB)
        self.library.setCurrentIndex(1)

    def _show_source(self) -> None:
        self._name.say(self._file.name if self._file else _("A pasted text"))
        self.text.setVisible(self._file is None)
        self._paste.setVisible(self._file is not None)

    # --- checking ---

    @Slot()
    def start(self) -> None:
        """Check the text."""
        pasted = "" if self._file else self.text.toPlainText()
        if self._file is None and not pasted.strip():
            self.bars.say("warn", _("There is no text yet: paste one, or open a file."), key="text")
            return
        self.stop()
        self.bars.close_bar("text")
        self.table.sentences.clear()
        self.cards.show_sentence(None)
        self.page.clear()
        self.page.hide()
        library = self._bib if self.library.currentData() == _BIB else None
        request = VerifyRequest(self._file or Path(_PASTED), library, pasted=pasted)
        self._job = self._pool.start(self._desk.scholar, request, interactive=True)
        self._job.event.connect(self._happened)
        self._job.finished.connect(self._ended)
        self._state.say(_("Reading the text…"))
        self._show_results()

    @Slot()
    def stop(self) -> None:
        """Stop; what was checked stays."""
        job, self._job = self._job, None
        if job is not None:
            job.event.disconnect(self._happened)
            job.finished.disconnect(self._ended)
            job.cancel()
            self._show_results()

    @Slot(object)
    def _happened(self, event: object) -> None:
        if isinstance(event, SentenceChecked):
            self.table.sentences.add(event)
        elif isinstance(event, Progress):
            self._state.say(_("Checked: {done} of {total}", done=event.done, total=event.total))
        elif isinstance(event, TextChecked):
            if not event.sentences:
                self.bars.say("info", _("No sentence of this text cites anything."), key="text")
            elif event.broken:
                said = _("could not be read {count}", count=len(event.broken))
                self.bars.say("warn", said, key="text")

    @Slot(object)
    def _ended(self, outcome: Outcome) -> None:
        self._job = None
        if outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="text")
        self._show_results()
        if self.table.sentences.rowCount():
            self.table.selectRow(0)

    def _show_results(self) -> None:
        busy, model = self.checking, self.table.sentences
        self._start.setVisible(not busy)
        self._stop.setVisible(busy)
        counts = model.counts()
        if not busy:
            self._state.say(
                _("sentences that cite {count}", count=figures.number(len(model.every)))
                if model.every
                else ""
            )
        self.filter.blockSignals(True)  # noqa: FBT003 - Qt's own signature
        chosen = self.filter.currentData() or ""
        self.filter.clear()
        self.filter.add(_("All verdicts"), "")
        for name in ORDER:
            if counts.get(name):
                self.filter.add(f"{verdict(name)} ({counts[name]})", name)
        self.filter.setCurrentIndex(max(0, self.filter.findData(chosen)))
        self.filter.blockSignals(False)  # noqa: FBT003 - Qt's own signature
        self._filtered()
        some = bool(model.every)
        for part in (self.filter, self._export):
            part.setVisible(some and not busy)
        self.table.setVisible(some or busy)
        unknown = model.unknown()
        self._unknown.setVisible(bool(unknown) and not busy)
        self._unknown.setText(_("Not in the library: {works}", works=", ".join(unknown)))

    @Slot()
    def _filtered(self) -> None:
        self.table.sentences.show_only(self.filter.currentData() or "")
        if self.table.sentences.rowCount():
            self.table.selectRow(0)
        else:
            self.cards.show_sentence(None)

    # --- evidence ---

    @Slot(QModelIndex, QModelIndex)
    def _picked(self, index: QModelIndex, _before: QModelIndex) -> None:
        self.cards.show_sentence(self.table.sentences.sentence(index.row()))

    @Slot(object)
    def _show_evidence(self, work: BackedBy) -> None:
        """Show the page of the PDF from which evidence is quoted."""
        self._looked_up += 1
        self._pool.call(_pdf_of, self._desk, work, self._looked_up).finished.connect(self._located)

    @Slot(object)
    def _located(self, outcome: Outcome) -> None:
        if outcome.error:
            self.bars.say("warn", i18n.explain(outcome.error), key="page")
        elif outcome.state == "done":
            path, work, number = outcome.value
            if number == self._looked_up:
                self.bars.close_bar("page")
                self.page.show()
                self.page.show_page(path, work.page, work.evidence)

    # --- export ---

    @Slot()
    def choose_export(self) -> None:
        """Ask where the report goes."""
        kinds = ";;".join(f"{suffix[1:].upper()} (*{suffix})" for suffix in check_report.SUFFIXES)
        stem = self._file.stem if self._file else _("check")
        name, _kind = QFileDialog.getSaveFileName(
            self, _("Export the report"), f"{stem}.html", kinds
        )
        if name:
            self.export(Path(name))

    def export(self, path: Path) -> None:
        """Write the report; the name says which kind."""
        sentences = tuple(self.table.sentences.every)
        title = self._file.name if self._file else _("A pasted text")
        job = self._pool.call(_written, path, sentences, title)
        job.finished.connect(self._exported)

    @Slot(object)
    def _exported(self, outcome: Outcome) -> None:
        if outcome.error:
            self.bars.say("error", i18n.explain(outcome.error), key="export")
        elif outcome.state == "done":
            self.bars.say("info", _("Written: {path}", path=outcome.value), key="export")


class _PasteEdit(QPlainTextEdit):
    """Takes pasted words; files that are dropped are for the window."""

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Words only."""
        return source.hasText() and not source.hasUrls()


def _pdf_of(desk: Desk, work: BackedBy, number: int) -> tuple[Path, BackedBy, int]:
    """The PDF of a work.

    Raises:
        UserError: scholar.no_pdf.
    """
    paper = desk.papers.get(work.work) if work.work else None
    if paper is not None and paper.state in ("read", "scanned"):
        return Path(paper.path), work, number
    for entry in desk.library.entries([work.work] if work.work else []):
        for name in entry.files:
            if name.lower().endswith(".pdf") and Path(name).is_file():
                return Path(name), work, number
    raise UserError("scholar.no_pdf", work=work.key)


def _written(path: Path, sentences: tuple[SentenceChecked, ...], title: str) -> Path:
    check_report.write(path, sentences, title, verdict, reason)
    return path
