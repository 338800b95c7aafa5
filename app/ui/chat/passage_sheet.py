"""A cited passage beside the conversation: its words, and the page of a PDF they stand on.

Or all passages that a model was shown for an answer.

The one law: the words are those the answer rests on, kept with it; the page is drawn from the file
where it still is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.i18n import _
from app.jobs import Latest
from app.permitting import went_in
from app.ui import figures
from app.ui.theme import mark
from app.ui.widgets.basic import ElidedLabel, IconButton, row, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.chat.files.events import Source, WentIn
    from agents.store.files import StoredFile
    from app.build import Desk
    from app.jobs import JobPool, Outcome
    from app.ui.scholar.pdf_page import PdfPage
    from app.ui.theme import Theme


class PassageSheet(QWidget):
    """One passage at a time; hidden until one is wanted."""

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        super().__init__()
        self._desk, self._pool, self._theme = desk, pool, theme
        self._look = Latest(pool, self._looked, self)
        self._reading = Latest(pool, self._was_read, self)
        self._source: Source | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "surface")
        self.setProperty("edge", "left")
        self.setMinimumWidth(theme.px(280))
        self._title = ElidedLabel("", "strong")
        self._where = text("", "small")
        self._quote = text("", "mark", wrap=True)
        self._quote.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._quote.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._words = QScrollArea()
        self._words.setWidgetResizable(True)
        self._words.setFrameShape(QScrollArea.Shape.NoFrame)
        self._words.setAccessibleName(_("Passage"))
        inner = QWidget()
        inner.setProperty("kind", "scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._quote)
        column.addStretch(1)
        self._words.setWidget(inner)
        self._page: PdfPage | None = None  # made with the first passage of a PDF
        close = IconButton(theme, "close", _("Close the passage"), self.leave)
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(16), theme.px(12), theme.px(12), theme.px(12))
        layout.setSpacing(theme.space("s"))
        layout.addWidget(row(self._title, close))
        layout.addWidget(self._where)
        layout.addWidget(self._words, 1)
        self.hide()

    def show_source(self, source: Source) -> None:
        """Show a passage."""
        self._source = source
        self._title.say(f"[{source.number}] {source.name}")
        self._where.setText(_("Page {page}", page=source.page) if source.page else "")
        self._where.setVisible(bool(source.page))
        self._say(source.text, "mark")
        self._quote.setAccessibleName(figures.joined(source.name, source.text))
        self._open()
        self._look.ask(self._desk.files.get, [source.file])

    def show_read(self, went: Sequence[WentIn]) -> None:
        """Show what a model was shown of files."""
        self._source = None
        self._look.drop()
        self._title.say(_("What was read"))
        self._where.setText("\n".join(went_in(one) for one in went))
        self._where.show()
        self._say("", "")
        self._open()
        self._reading.ask(self._read, tuple(went))

    def _say(self, words: str, kind: str) -> None:
        if self._quote.property("kind") != kind:
            mark(self._quote, kind=kind)
        self._quote.setText(words)
        self._quote.setAccessibleName(words)

    def _open(self) -> None:
        self._reading.drop()
        self._clear_page()
        self._words.verticalScrollBar().setValue(0)
        self.show()

    def _read(self, went: tuple[WentIn, ...]) -> str:
        """The passages as one text, on a worker."""
        kept = self._desk.files.passages([one.file for one in went])
        made: list[str] = []
        shown = [one for one in went if one.passages]
        for one in shown:
            places = frozenset(one.places)
            parts = [
                figures.joined(_("p. {page}", page=part.page) if part.page else "", part.text)
                for part in kept
                if part.file == one.file and (one.whole or part.position in places)
            ]
            lost = _("The passages of {file} are not kept any more.", file=one.name)
            made += [one.name, *(parts or [lost])] if len(shown) > 1 else parts or [lost]
        return "\n\n".join(made)

    @Slot(object)
    def _was_read(self, outcome: Outcome) -> None:
        if outcome.state == "done" and self.isVisible():
            self._say(outcome.value, "")

    @property
    def quote(self) -> str:
        """The words that are shown."""
        return self._quote.text()

    @property
    def page(self) -> PdfPage:
        """The page below them, where it is that of a PDF."""
        if self._page is None:
            from app.ui.scholar.pdf_page import PdfPage  # noqa: PLC0415 - with the first PDF

            self._page = PdfPage(self._pool, self._theme)
            self._layout.addWidget(self._page, 3)
        return self._page

    def _clear_page(self) -> None:
        if self._page is not None:
            self._page.clear()
            self._page.hide()

    @Slot()
    def leave(self) -> None:
        """Show nothing any more."""
        self._look.drop()
        self._reading.drop()
        self._clear_page()
        self.hide()

    def closing(self) -> None:
        """End what is under way."""
        if self._page is not None:
            self._page.closing()

    @Slot(object)
    def _looked(self, outcome: Outcome) -> None:
        files: tuple[StoredFile, ...] = outcome.value if outcome.state == "done" else ()
        source = self._source
        if source is None or not files or not self.isVisible():
            return
        path = Path(files[0].path)
        if path.suffix.lower() == ".pdf":
            self.page.show()
            self.page.show_page(path, source.page, source.text)
