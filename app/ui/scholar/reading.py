"""A draft on the screen, whole or growing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QTimer, QUrl, Signal, Slot
from PySide6.QtWidgets import QProgressBar, QTextBrowser, QVBoxLayout, QWidget

from app.i18n import _
from app.ui import figures
from app.ui.scholar import draft_text
from app.ui.scholar.draft_text import Written
from app.ui.widgets.basic import ElidedLabel, IconButton, button, row, text

if TYPE_CHECKING:
    from agents.base import Progress
    from app.ui.theme import Theme

_REDRAW = 80  # ms between two drawings of a growing draft

Stage = Literal["writing", "stopped", "done"]


class DraftReading(QWidget):
    """Title, figures, buttons, text."""

    stop = Signal()
    go_on = Signal()
    export = Signal()
    drop = Signal()
    pointed = Signal(object, list, str)  # Sentence, the works it cites, the key pointed at

    def __init__(self, theme: Theme) -> None:
        """Arrange it."""
        super().__init__()
        self._theme = theme
        self._picked = ""
        self._stage: Stage = "done"
        self.written = Written()
        self._title = ElidedLabel("", "title")
        self._counts = text("", "small")
        self._stop = button(_("Stop"), self.stop.emit)
        self._go_on = button(_("Go on"), self.go_on.emit)
        self._export = button(_("Export…"), self.export.emit, "primary")
        self._drop = IconButton(theme, "trash", _("Delete this draft"), self.drop.emit)
        self._progress = QProgressBar(textVisible=False)
        self._progress.setAccessibleName(_("Progress"))
        self._doing = text("", "small")
        self.text = QTextBrowser()
        self.text.setAccessibleName(_("Draft text"))
        self.text.setProperty("kind", "read")
        self.text.setOpenLinks(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(40), theme.px(20), theme.px(28), theme.px(12))
        layout.setSpacing(theme.px(8))
        head = row(self._title, self._stop, self._go_on, self._drop, self._export)
        head.layout().setStretch(0, 1)
        layout.addWidget(head)
        layout.addWidget(self._counts)
        layout.addWidget(self._progress)
        layout.addWidget(self._doing)
        layout.addWidget(self.text, 1)
        self._later = QTimer(self, singleShot=True, interval=_REDRAW)
        self._later.timeout.connect(self._draw)
        self.text.anchorClicked.connect(self._clicked)
        self.text.highlighted.connect(self._hovered)
        theme.changed.connect(self._draw)

    @property
    def topic(self) -> str:
        """The topic of the shown draft."""
        return self._title.whole

    def show_draft(self, topic: str, written: Written, counts: str, stage: Stage) -> None:
        """Show another draft, or the same one as it is stored."""
        same = topic == self.topic and written.themes == self.written.themes
        self.written = written
        self._picked = self._picked if same else ""
        self._title.say(topic)
        self._counts.setText(counts)
        self.show_stage(stage)
        self._draw()

    def show_stage(self, stage: Stage, doing: str = "") -> None:
        """Whether it is being written."""
        self._stage = stage
        writing = stage == "writing"
        self._stop.setVisible(writing)
        self._progress.setVisible(writing)
        self._doing.setVisible(writing)
        self._counts.setVisible(not writing)
        self._go_on.setVisible(stage == "stopped")
        self._export.setVisible(not writing and bool(self.written.sentences))
        self._drop.setVisible(not writing)
        if writing:
            self._progress.setMaximum(0)
            self._doing.setText(doing)

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

    @Slot(int)
    def scroll_to(self, theme: int) -> None:
        """Show a paragraph."""
        self.text.scrollToAnchor(f"theme-{theme}")

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
        bar = self.text.verticalScrollBar()
        at = bar.value()
        follows = at == bar.maximum() and self._stage == "writing"
        self.text.setHtml(draft_text.page(self.written, self._theme, self._picked))
        bar.setValue(bar.maximum() if follows else at)
