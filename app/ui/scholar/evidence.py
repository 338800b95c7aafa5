"""The evidence sheet: what a sentence of the draft rests on, on the page of the PDF it stands on.

The one law: what is shown as quoted stands there word for word; where there is no PDF, the abstract
is shown with the quotation marked in it.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSplitter, QVBoxLayout, QWidget

from app.i18n import _
from app.ui import figures
from app.ui.scholar import words
from app.ui.scholar.pdf_page import PdfPage
from app.ui.theme import mark
from app.ui.widgets.basic import button, row, text

if TYPE_CHECKING:
    from agents.scholar.events import Sentence, Work
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme


class EvidenceSheet(QWidget):
    """One card a cited work, with the quoted sentence; below them the page that has it."""

    open_work = Signal(int)  # the id of a work of the library

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Arrange it; `show_sentence` fills it."""
        super().__init__()
        self._desk, self._pool, self._theme = desk, pool, theme
        self._shown: tuple[Sentence, list[Work], str] | None = None
        self._finding: Job | None = None
        self._at = (0, "")  # the page and the quotation that are looked for
        self.page = PdfPage(pool, theme)
        self.page.hide()
        mark(self, ground="ground", edge="left")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(theme.px(220))
        inner = QWidget()
        inner.setProperty("kind", "scrolled")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(theme.px(16), theme.px(20), theme.px(16), theme.px(16))
        self._column.setSpacing(theme.px(12))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(_("Evidence"))
        scroll.setWidget(inner)
        pages = QSplitter(Qt.Orientation.Vertical)
        pages.setHandleWidth(1)
        pages.setChildrenCollapsible(False)
        pages.addWidget(scroll)
        pages.addWidget(self.page)
        scroll.setMinimumHeight(theme.px(170))
        pages.setStretchFactor(0, 1)
        pages.setStretchFactor(1, 1)
        pages.setSizes([theme.px(300), theme.px(400)])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 0, 0)
        layout.addWidget(pages)
        self.show_sentence(None, [], "")

    def closing(self) -> None:
        """End what is under way."""
        self.page.closing()

    def show_sentence(self, sentence: Sentence | None, works: list[Work], key: str) -> None:
        """Show what backs a sentence; the work of `key` stands first."""
        shown = None if sentence is None else (sentence, works, key)
        if shown is not None and shown == self._shown:
            return
        self._shown = shown
        works = sorted(works, key=lambda one: one.key != key)
        self._find_page(sentence, works)
        while (item := self._column.takeAt(0)) is not None:
            if item.widget():
                item.widget().hide()
                item.widget().deleteLater()
        self._column.addWidget(text(_("Evidence"), "heading"))
        if sentence is None:
            self._column.addWidget(
                text(
                    _("Point at a citation or a sentence to see what it rests on."),
                    "small",
                    wrap=True,
                )
            )
        else:
            if sentence.support == "flagged":
                self._column.addWidget(text(words.reason(sentence), "mark", wrap=True))
            for work in works:
                self._column.addWidget(self._card(sentence, work))
            said = words.origin(sentence)
            if said:
                self._column.addWidget(text(said, "small", wrap=True))
            if not works:
                self._column.addWidget(text(_("This sentence cites nothing."), "small", wrap=True))
        self._column.addStretch(1)

    def _card(self, sentence: Sentence, work: Work) -> QFrame:
        theme = self._theme
        card = QFrame()
        card.setProperty("kind", "card")
        card.setAccessibleName(words.author_year(work))
        layout = QVBoxLayout(card)
        layout.setContentsMargins(theme.px(14), theme.px(12), theme.px(14), theme.px(12))
        layout.setSpacing(theme.space("xs"))
        layout.addWidget(text(words.author_year(work), "heading", wrap=True))
        layout.addWidget(text(work.title, "small", wrap=True))
        layout.addWidget(text(figures.joined(words.people(work), work.venue), "small", wrap=True))
        quoted, page = _quoted(sentence, work)
        if quoted:
            layout.addWidget(text(f"“{quoted}”", wrap=True))
        layout.addWidget(text(_verdict(work, quoted, page), "ok" if quoted else "small", wrap=True))
        if work.abstract and not page:
            layout.addWidget(self._abstract(work.abstract, quoted))
        if work.id:
            show = button(_("Show in the library"), lambda: self.open_work.emit(work.id), "plain")
            layout.addWidget(row(None, show))
        return card

    def _abstract(self, abstract: str, quoted: str) -> QLabel:
        """The abstract, with the quotation on a ground of its own."""
        made = text("", "small", wrap=True)
        made.setTextFormat(Qt.TextFormat.RichText)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        squeezed, wanted = " ".join(abstract.split()), " ".join(quoted.split())
        at = squeezed.find(wanted) if wanted else -1
        parts = (
            [squeezed, "", ""] if at < 0 else [squeezed[:at], wanted, squeezed[at + len(wanted) :]]
        )
        before, inside, after = map(html.escape, parts)
        ground = self._theme.hex("accent_soft")
        made.setText(f'{before}<span style="background:{ground}">{inside}</span>{after}')
        made.setAccessibleName(_("Abstract"))
        return made

    # --- the page of the PDF ---

    def _find_page(self, sentence: Sentence | None, works: list[Work]) -> None:
        """Look for the PDF of the work that stands first and is quoted."""
        job, self._finding = self._finding, None
        if job is not None:
            job.finished.disconnect(self._found)
            job.cancel()
        self.page.hide()
        self.page.clear()
        if sentence is None:
            return
        for work in works:
            quoted, page = _quoted(sentence, work)
            if work.id and (quoted or len(works) == 1):
                self._at = (page, quoted)
                self._finding = self._pool.call(_pdf_of, self._desk, work.id)
                self._finding.finished.connect(self._found)
                return

    @Slot(object)
    def _found(self, outcome: Outcome) -> None:
        self._finding = None
        path = outcome.value if outcome.state == "done" else None
        if isinstance(path, Path):
            self.page.show()
            self.page.show_page(path, *self._at)


def _pdf_of(desk: Desk, work: int) -> Path | None:
    """The PDF of a work, if it is on this disk. For a worker."""
    files = (Path(file) for entry in desk.library.entries([work]) for file in entry.files)
    return next((file for file in files if file.suffix.lower() == ".pdf" and file.is_file()), None)


def _quoted(sentence: Sentence, work: Work) -> tuple[str, int]:
    """What a sentence quotes of a work, and on which page (0 = the abstract)."""
    for ref in sentence.passages:
        if ref.key == work.key and ref.text:
            return ref.text, ref.page
    squeezed = " ".join(work.abstract.split())
    found = " ".join(sentence.evidence.split())
    return (sentence.evidence, 0) if found and found in squeezed else ("", 0)


def _verdict(work: Work, quoted: str, page: int) -> str:
    if quoted and page:
        return _("The quotation stands on page {page}", page=page)
    if quoted:
        return _("The quotation stands in the abstract")
    return _("Nothing is quoted from this work") if work.abstract else _("No abstract")
