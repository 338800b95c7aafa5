"""The page of the translated file on which the current segment stands, as it stands now.

The one law: pages are laid out off the GUI thread, a moment after the last change, and only while
they are seen; whoever goes elsewhere ends what is under way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from agents.base import CancelToken
from agents.pages.library import BrokenPdfError
from agents.pages.render import Image, render_page
from agents.translation import preview
from app import i18n
from app.i18n import _
from app.ui.widgets.basic import IconButton, row, text

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent

    from agents.translation.preview import Preview
    from app.build import Desk
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme

_PAUSE = 1200  # ms after a change before the file is laid out again
_MOVED = 120  # ms after a move or a change of the width before the page is drawn


class PageView(QWidget):
    """One page at a time."""

    def __init__(self, desk: Desk, pool: JobPool, theme: Theme) -> None:
        """Arrange it; it begins to work when it is seen."""
        super().__init__()
        self._desk, self._pool = desk, pool
        self._job, self._path = 0, None
        self._dirty = True  # what is shown is not what is stored
        self._made: Preview | None = None
        self._number = 0
        self._said, self._share = "", 0.0
        self._token: CancelToken | None = None  # of the file that is being laid out
        self._laying: Job | None = None
        self._drawing: tuple[Preview, int, int] | None = None  # what is being drawn
        self._words = text("", "muted", wrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._count = text("", "small")
        self._state = text("", "small")
        self._back = IconButton(theme, "chevron-left", _("Page before"), self._before)
        self._on = IconButton(theme, "chevron-right", _("Next page"), self._next)
        self._tools = row(self._back, self._count, self._on, None, self._state)
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._picture)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._scroll.setAccessibleName(_("Page of the translated file"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.space("xs"))
        layout.addWidget(self._tools)
        layout.addWidget(self._words)
        layout.addWidget(self._scroll, 1)
        layout.addStretch()
        self._later = QTimer(self, singleShot=True, interval=_PAUSE)
        self._later.timeout.connect(self._lay_out)
        self._soon = QTimer(self, singleShot=True, interval=_MOVED)
        self._soon.timeout.connect(self._draw)
        self._say("")

    def show_document(self, job: int, path: Path | None) -> None:
        """Another document, or the same one translated anew: what is under way is of no use."""
        if (job, path) != (self._job, self._path):
            self._job, self._path = job, path
            self._made, self._number = None, 0
            self._picture.clear()
            self.changed()
            if self.isVisible():
                self._later.start(0)

    def changed(self) -> None:
        """The document says something else now."""
        self._stop()
        self._dirty = True
        if self.isVisible():
            self._later.start(_PAUSE)

    def show_segment(self, said: str, share: float) -> None:
        """Turn to the page of a segment, where that can be known."""
        self._said, self._share = said, share
        self._turn()

    def closing(self) -> None:
        """End what is under way."""
        self._later.stop()
        self._stop()

    @property
    def page(self) -> int:
        """The page that is shown, from 1; 0 for none."""
        return self._number + 1 if self._made is not None and self._made.texts else 0

    def showEvent(self, event: QShowEvent) -> None:
        """Begin where something changed."""
        super().showEvent(event)
        if self._dirty:
            self._later.start(0)
        self._soon.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more."""
        super().hideEvent(event)
        self.closing()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The page is as wide as there is room."""
        super().resizeEvent(event)
        self._soon.start()

    # --- the file ---

    @Slot()
    def _lay_out(self) -> None:
        if not self._job or self._path is None or not self.isVisible() or not self._dirty:
            return
        self._stop()
        token = self._token = CancelToken()
        self._dirty = False
        self._state.setText(_("Laying out…"))
        if self._made is None:
            self._say(_("The pages are being laid out…"))
        self._laying = self._pool.call(
            preview.laid_out, self._desk.review, self._job, self._path, token
        )
        self._laying.finished.connect(self._laid_out)

    @Slot(object)
    def _laid_out(self, outcome: Outcome) -> None:
        self._token = self._laying = None
        self._state.setText("")
        if outcome.state == "done":
            self._made = outcome.value
            self._number = min(self._number, max(0, len(self._made.texts) - 1))
            self._say("")
            self._turn()
            self._draw()
        elif outcome.error is not None:
            self._made = None
            self._picture.clear()
            self._say(i18n.explain(outcome.error))
        else:
            self._dirty = True

    def _stop(self) -> None:
        if self._token is not None and self._laying is not None:
            self._laying.finished.disconnect(self._laid_out)
            self._laying.cancel()
            self._token.cancel()
            self._token = self._laying = None
            self._dirty = True
            self._state.setText("")

    # --- the page ---

    def _turn(self) -> None:
        if self._made is not None:
            number = preview.page_of(self._made.texts, self._said, self._share)
            if number >= 0:
                self._go(number)

    def _before(self) -> None:
        self._go(self._number - 1)

    def _next(self) -> None:
        self._go(self._number + 1)

    def _go(self, number: int) -> None:
        pages = len(self._made.texts) if self._made is not None else 0
        if 0 <= number < pages and number != self._number:
            self._number = number
            self._soon.start()
        self._tell()

    def _tell(self) -> None:
        pages = len(self._made.texts) if self._made is not None else 0
        self._count.setText(_("{page} of {pages}", page=self.page, pages=pages) if pages else "")
        self._back.setEnabled(self._number > 0)
        self._on.setEnabled(self._number + 1 < pages)

    @Slot()
    def _draw(self) -> None:
        made = self._made
        if made is None or not self.isVisible():
            return
        self._tell()
        room = self._scroll.viewport().width()
        wanted = (made, self._number, round(room * self.devicePixelRatioF()))
        if wanted != self._drawing:
            self._drawing = wanted
            self._pool.call(_rendered, *wanted).finished.connect(self._drawn)

    @Slot(object)
    def _drawn(self, outcome: Outcome) -> None:
        if outcome.state != "done":
            return
        wanted, picture = outcome.value
        if wanted != self._drawing or picture is None:
            return  # of an earlier page
        size = (picture.width, picture.height, picture.stride)
        image = QImage(picture.rgb, *size, QImage.Format.Format_RGB888).copy()
        image.setDevicePixelRatio(self.devicePixelRatioF())
        self._picture.setPixmap(QPixmap.fromImage(image))
        said = _("Page {page} of {pages}", page=wanted[1] + 1, pages=len(wanted[0].texts))
        self._picture.setAccessibleName(said)

    def _say(self, words: str) -> None:
        self._words.setText(words)
        self._words.setVisible(bool(words))
        self._scroll.setVisible(not words)
        self._tools.setVisible(not words)


def _rendered(
    made: Preview, number: int, width: int
) -> tuple[tuple[Preview, int, int], Image | None]:
    try:
        picture = render_page(made.pdf, number, width_px=width)
    except BrokenPdfError:  # one page of many: the others can still be looked at
        picture = None
    return (made, number, width), picture
