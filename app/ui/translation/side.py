"""The sheet beside the segments: matches and terms of the current one, or its page.

The one law: it works only while it is seen. What is hidden looks nothing up and renders nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from agents.translation.hits import HitsRequest
from app.i18n import _
from app.ui.switch import Switch
from app.ui.theme import mark
from app.ui.translation.hits_list import HitsList
from app.ui.translation.page_view import PageView
from app.ui.widgets.basic import IconButton, row

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from agents.store.segment_rows import StoredSegment
    from agents.translation.events import DocumentRequest
    from app.build import Desk
    from app.jobs import JobPool
    from app.ui.theme import Theme

HITS, PAGE = "hits", "page"


class SideSheet(QWidget):
    """Two views behind a switch."""

    closed = Signal()  # the button was pressed
    chosen = Signal(str, bool)  # words to put in; whether they stand for the whole segment

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Arrange it."""
        super().__init__()
        self._request: DocumentRequest | None = None
        self._segment: StoredSegment | None = None
        self._source = ""
        mark(self, ground="ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(theme.px(200), theme.px(120))
        self.hits = HitsList(desk, pool, theme)
        self.page = PageView(desk, pool, theme)
        self.switch = Switch(_("Side sheet"), [(HITS, _("Matches")), (PAGE, _("Page"))])
        close = IconButton(theme, "close", _("Close the side sheet"), self.closed.emit)
        self._stack = QStackedWidget()
        for view in (self.hits, self.page):
            self._stack.addWidget(view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(10), theme.px(6), theme.px(6), theme.px(6))
        layout.setSpacing(theme.space("s"))
        layout.addWidget(row(self.switch, None, close))
        layout.addWidget(self._stack, 1)
        self.switch.chosen.connect(self._switched)
        self.hits.chosen.connect(self.chosen)

    def show_document(self, job: int, request: DocumentRequest | None) -> None:
        """The segments are those of this job now."""
        self._request = request
        self.page.show_document(job, request.source if request is not None else None)

    def show_segment(self, segment: StoredSegment | None, source: str, share: float) -> None:
        """Another segment is the current one, or says something else.

        Args:
            segment: it, if it is done.
            source: its text, also if it is not.
            share: how far down the document it stands, 0 to 1.
        """
        self._segment, self._source = segment, source
        self.page.show_segment(segment.target if segment is not None else source, share)
        self._look()

    def changed(self) -> None:
        """Something was stored: memory and file say something else now."""
        self.page.changed()
        if self._looks:
            self.hits.again()

    def closing(self) -> None:
        """Stop what is being rendered."""
        self.page.closing()

    def showEvent(self, event: QShowEvent) -> None:
        """What was not looked up while the sheet was hidden is looked up now."""
        super().showEvent(event)
        self._look()

    @property
    def _looks(self) -> bool:
        return self.isVisible() and self.switch.value == HITS

    def _look(self) -> None:
        if self._looks:
            self.hits.look(self._wanted())

    def _wanted(self) -> HitsRequest | None:
        request = self._request
        if request is None or not self._source:
            return None
        said = self._segment.target if self._segment is not None else ""
        model = request.model if request.engine == "model" else ""
        return HitsRequest(self._source, said, request.target, model, request.glossary)

    @Slot(str)
    def _switched(self, value: str) -> None:
        self._stack.setCurrentIndex(1 if value == PAGE else 0)
        self._look()
