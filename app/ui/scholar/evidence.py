"""The evidence sheet: what a sentence of the draft rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.i18n import _
from app.ui import figures
from app.ui.scholar import words
from app.ui.theme import mark
from app.ui.widgets.basic import button, row, text

if TYPE_CHECKING:
    from agents.scholar.events import Sentence, Work
    from app.ui.theme import Theme


class EvidenceSheet(QWidget):
    """One card a cited work, with the quoted sentence."""

    open_work = Signal(int)  # the id of a work of the library

    def __init__(self, theme: Theme) -> None:
        """Arrange it; `show_sentence` fills it."""
        super().__init__()
        self._theme = theme
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
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 0, 0)
        layout.addWidget(scroll)
        self.show_sentence(None, [], "")

    def show_sentence(self, sentence: Sentence | None, works: list[Work], key: str) -> None:
        """Show what backs a sentence; the work of `key` stands first."""
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
            for work in sorted(works, key=lambda one: one.key != key):
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
        quoted = _quoted(sentence, work)
        if quoted:
            layout.addWidget(text(f"“{quoted}”", wrap=True))
        verdict = (
            text(_("The quotation stands in the abstract"), "ok", wrap=True)
            if quoted
            else text(
                _("Nothing is quoted from this work") if work.abstract else _("No abstract"),
                "small",
                wrap=True,
            )
        )
        layout.addWidget(verdict)
        if work.id:
            show = button(_("Show in the library"), lambda: self.open_work.emit(work.id), "plain")
            layout.addWidget(row(None, show))
        return card


def _quoted(sentence: Sentence, work: Work) -> str:
    """The evidence, where it is this work's: the abstract says it word for word."""
    squeezed = " ".join(work.abstract.split())
    found = " ".join(sentence.evidence.split())
    return sentence.evidence if found and found in squeezed else ""
