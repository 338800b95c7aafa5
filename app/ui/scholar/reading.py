"""A draft on the screen: growing while it is written, an editor once it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPoint, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QProgressBar, QStackedWidget, QTextBrowser, QVBoxLayout, QWidget

from app.i18n import _
from app.ui import figures
from app.ui.scholar import draft_text, words
from app.ui.scholar.cite_popup import CitePopup
from app.ui.scholar.draft_text import Written
from app.ui.scholar.dropping import Drops
from app.ui.scholar.editor import DraftEditor
from app.ui.scholar.editor_find import FindBar
from app.ui.scholar.editor_keeper import Keeper
from app.ui.widgets.basic import ElidedLabel, IconButton, button, row, text

if TYPE_CHECKING:
    from agents.base import Progress
    from agents.scholar.events import DraftReport, Work
    from app.build import Desk
    from app.jobs import JobPool
    from app.ui.theme import Theme

_REDRAW = 80  # ms between two drawings of a growing draft

Stage = Literal["writing", "stopped", "done"]


class DraftReading(QWidget):
    """Title, figures, buttons, text."""

    stop = Signal()
    go_on = Signal()
    export = Signal()
    versions = Signal()
    drop = Signal()
    pointed = Signal(object, list, str)  # Sentence, the works it cites, the key pointed at
    titled = Signal(int, str)  # a heading has other words
    failed = Signal(object)  # UserError: something could not be stored

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Arrange it."""
        super().__init__()
        self._theme = theme
        self._picked = ""
        self._stage: Stage = "done"
        self._draft = 0
        self.written = Written()
        self._title = ElidedLabel("", "title")
        self._counts = text("", "small")
        self._length = text("", "small")
        self._stop = button(_("Stop"), self.stop.emit)
        self._go_on = button(_("Go on"), self.go_on.emit)
        self._export = button(_("Export…"), self.export.emit, "primary")
        self._drop = IconButton(theme, "trash", _("Delete this draft"), self.drop.emit)
        self._versions = IconButton(theme, "clock", _("Versions"), self.versions.emit)
        self._cite = IconButton(theme, "quote", _("Insert a citation"), self.cite)
        self._progress = QProgressBar(textVisible=False)
        self._progress.setAccessibleName(_("Progress"))
        self._doing = text("", "small")
        self.text = QTextBrowser()
        self.text.setAccessibleName(_("Draft text"))
        self.text.setProperty("kind", "read")
        self.text.setOpenLinks(False)
        self.editor = DraftEditor(theme)
        self.keeper = Keeper(desk, pool, self.editor)
        self.find = FindBar(theme, self.editor)
        self.popup = CitePopup(desk, pool, theme, self)
        self.drops = Drops(desk, pool, self.editor)
        self._texts = QStackedWidget()
        self._texts.addWidget(self.text)
        self._texts.addWidget(self.editor)
        self._later = QTimer(self, singleShot=True, interval=_REDRAW)
        self._arrange(theme)
        self._connect(theme)

    def _arrange(self, theme: Theme) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(40), theme.px(20), theme.px(28), theme.px(12))
        layout.setSpacing(theme.px(8))
        tools = (self._stop, self._go_on, self._cite, self._versions, self._drop, self._export)
        head = row(self._title, *tools)
        head.layout().setStretch(0, 1)
        layout.addWidget(head)
        layout.addWidget(row(self._counts, None, self._length))
        for part in (self._progress, self._doing, self.find):
            layout.addWidget(part)
        layout.addWidget(self._texts, 1)

    def _connect(self, theme: Theme) -> None:
        self._later.timeout.connect(self._draw)
        self.text.anchorClicked.connect(self._clicked)
        self.text.highlighted.connect(self._hovered)
        self.editor.pointed.connect(self.pointed)
        self.editor.cite_wanted.connect(self.cite)
        self.editor.find_wanted.connect(self.find.open)
        self.keeper.counted.connect(self._counted)
        self.keeper.changed.connect(self._measure)
        self.keeper.titled.connect(self.titled)
        self.keeper.failed.connect(self.failed)
        self.popup.cited.connect(self._cited)
        self.drops.ready.connect(self._cited)
        self.drops.failed.connect(self.failed)
        self.popup.failed.connect(self.failed)
        self.popup.left.connect(self.editor.setFocus)
        theme.changed.connect(self._draw)

    @property
    def topic(self) -> str:
        """The topic of the shown draft."""
        return self._title.whole

    def show_draft(
        self, topic: str, written: Written, counts: str, stage: Stage, draft: int = 0
    ) -> None:
        """Show another draft, or the same one as it is stored.

        Args:
            topic: what it is about.
            written: what there is of it.
            counts: its figures.
            stage: whether it is being written; otherwise it can be edited.
            draft: its id; 0 while it has none.
        """
        same = topic == self.topic and written.themes == self.written.themes
        self.written, self._draft = written, draft
        self._picked = self._picked if same else ""
        self._title.say(topic)
        self._counts.setText(counts)
        self.show_stage(stage)

    def show_stage(self, stage: Stage, doing: str = "") -> None:
        """Whether it is being written."""
        self._stage = stage
        writing = stage == "writing"
        edited = not writing and bool(self.written.sentences)
        self._stop.setVisible(writing)
        self._progress.setVisible(writing)
        self._doing.setVisible(writing)
        self._counts.setVisible(not writing)
        self._go_on.setVisible(stage == "stopped")
        for part in (self._export, self._cite, self._versions, self._length):
            part.setVisible(edited)
        self._drop.setVisible(not writing)
        self.find.hide()
        self.popup.hide()
        if writing:
            self._progress.setMaximum(0)
            self._doing.setText(doing)
        if writing and self._draft and self.keeper.draft == self._draft:
            self.keeper.flush()  # it is written on from what was typed
            self.written.sentences = self.keeper.sentences()
        self.drops.show(self._draft if edited else 0)
        self.keeper.open(self._draft if edited else 0, self.written if edited else Written())
        self._texts.setCurrentWidget(self.editor if edited else self.text)
        self._measure()
        self._draw()

    def show_progress(self, event: Progress) -> None:
        """How far the writing is."""
        self._progress.setMaximum(event.total)
        self._progress.setValue(event.done)
        if not event.total:
            said = _("Writing…")
        elif event.unit == "work":
            said = _("Reading abstracts: {done} of {total}", done=event.done, total=event.total)
        else:
            said = _("Writing: {done} of {total}", done=event.done, total=event.total)
        self._doing.setText(figures.joined(said, figures.left(event.seconds_left)))

    def redraw(self) -> None:
        """Draw soon; many changes are drawn once."""
        if not self._later.isActive():
            self._later.start()

    def closing(self) -> None:
        """Store what was typed."""
        self.drops.cancel()
        self.keeper.closing()

    @Slot(int)
    def scroll_to(self, theme: int) -> None:
        """Show a paragraph."""
        if self._texts.currentWidget() is self.editor:
            self.editor.scroll_to(theme)
        else:
            self.text.scrollToAnchor(f"theme-{theme}")

    @Slot()
    def cite(self) -> None:
        """Choose works to cite where the cursor is."""
        if self._texts.currentWidget() is self.editor:
            below = self.editor.cursorRect().bottomLeft() + QPoint(0, self._theme.px(4))
            self.popup.open(self._draft, self.editor.viewport().mapTo(self, below))

    @Slot(list)
    @Slot(list, QTextCursor)
    def _cited(self, works: list[Work], at: QTextCursor | None = None) -> None:
        for work in works:
            self.editor.add_work(work)
        self.editor.insert_citation([work.key for work in works], at)
        self.editor.setFocus()

    @Slot(object)
    def _counted(self, counts: DraftReport) -> None:
        self._counts.setText(words.counts(counts))

    @Slot()
    def _measure(self) -> None:
        count = self.editor.word_count()
        self._length.setText(_("words {count}", count=figures.number(count)))

    @Slot(QUrl)
    def _clicked(self, url: QUrl) -> None:
        self._point(url)
        self._draw()

    @Slot(QUrl)
    def _hovered(self, url: QUrl) -> None:
        if not url.isEmpty():
            self._point(url)

    def _point(self, url: QUrl) -> None:
        link = url.toString(QUrl.ComponentFormattingOption.FullyEncoded)
        found = self.written.sentence(link)
        if found is None or link == self._picked:
            return
        self._picked = link
        sentence, key = found
        known = self.written.works
        self.pointed.emit(sentence, [known[each] for each in sentence.keys if each in known], key)

    @Slot()
    def _draw(self) -> None:
        if self._texts.currentWidget() is self.editor:
            return
        bar = self.text.verticalScrollBar()
        at = bar.value()
        follows = at == bar.maximum() and self._stage == "writing"
        self.text.setHtml(draft_text.page(self.written, self._theme, self._picked))
        bar.setValue(bar.maximum() if follows else at)
