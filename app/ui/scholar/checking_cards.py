"""A checked sentence with each work it cites: verdict, quotation, reason."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.i18n import _
from app.ui import figures
from app.ui.scholar.checking_rows import COLOURS, reason, verdict
from app.ui.widgets.basic import button, row, text

if TYPE_CHECKING:
    from agents.scholar.events import BackedBy, SentenceChecked
    from app.ui.theme import Theme


class Cards(QWidget):
    """One card for each citation of the shown sentence."""

    show_evidence = Signal(object)  # BackedBy
    open_work = Signal(int)

    def __init__(self, theme: Theme) -> None:
        """Start empty."""
        super().__init__()
        self._theme = theme
        self.setProperty("kind", "scrolled")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        self._column.setSpacing(theme.space("m"))
        self.show_sentence(None)

    def show_sentence(self, sentence: SentenceChecked | None) -> None:
        """Show another sentence, or none."""
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if sentence is None:
            hint = _("Choose a sentence to see what it rests on.")
            self._column.addWidget(text(hint, "muted", wrap=True))
        else:
            self._column.addWidget(text(sentence.sentence, wrap=True))
            for work in sentence.works:
                self._column.addWidget(self._card(work))
        self._column.addStretch(1)

    def _card(self, work: BackedBy) -> QFrame:
        theme = self._theme
        card = QFrame()
        card.setProperty("kind", "card")
        card.setAccessibleName(work.shown or work.key)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(theme.px(14), theme.px(12), theme.px(14), theme.px(12))
        layout.setSpacing(theme.space("xs"))
        colour = COLOURS[work.verdict]
        layout.addWidget(text(verdict(work.verdict), "small" if colour == "muted" else colour))
        shown = work.shown if work.shown != work.key else ""
        layout.addWidget(text(figures.joined(shown, work.key), "strong", wrap=True))
        if work.title:
            layout.addWidget(text(work.title, "small", wrap=True))
        if work.evidence:
            layout.addWidget(text(f"“{work.evidence}”", wrap=True))
        if work.reason:
            layout.addWidget(text(reason(work.reason), "small", wrap=True))
        if work.work:
            place = _("Page {page} of the PDF", page=work.page) if work.page else _("Find in PDF")
            show = button(place, partial(self.show_evidence.emit, work), "plain")
            show.setVisible(bool(work.evidence))
            opened = partial(self.open_work.emit, work.work)
            layout.addWidget(row(show, button(_("Show in the library"), opened, "plain"), None))
        return card
