"""A page of a PDF with a quotation highlighted on it.

The one law: a page is read and drawn off the GUI thread, and whoever goes elsewhere ends what is
under way; what cannot be shown is a sentence in the place of the page.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QImage, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from agents.base import CancelToken
from agents.pages.render import WIDEST
from app import i18n
from app.i18n import _
from app.ui.scholar import page_work
from app.ui.scholar.page_picture import PagePicture
from app.ui.scholar.page_work import Wanted
from app.ui.widgets.basic import IconButton, button, row, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent

    from agents.pages.quoted import Located
    from agents.pages.shapes import Box
    from app.jobs import Job, JobPool, Outcome
    from app.ui.theme import Theme

_MOVED = 120  # ms after a change of the width before the page is drawn
_KEPT = 12  # pictures that are remembered
_ZOOMS = (50, 75, 100, 125, 150, 200, 300, 400)  # per cent of the width there is
_NEAR = 0.25  # of the height that is seen: how far from its top the quotation comes to stand


class PdfPage(QWidget):
    """One page at a time, as wide as there is room."""

    turned = Signal(int)  # another page is shown, from 1

    def __init__(self, pool: JobPool, theme: Theme) -> None:
        """Arrange it; nothing is shown yet."""
        super().__init__()
        self._pool = pool
        self._wanted: Wanted | None = None
        self._located: Located | None = None
        self._pictures: OrderedDict[tuple[Path, int, int, int], QPixmap] = OrderedDict()
        self._job: Job | None = None
        self._token: CancelToken | None = None
        self._zoom = _ZOOMS.index(100)
        self._jump = False  # the quotation is to be scrolled to once it is drawn
        self._words = text("", "muted", wrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lacks = text("", "warn", wrap=True)
        self._back = IconButton(theme, "chevron-left", _("Page before"), partial(self._turn, -1))
        self._on = IconButton(theme, "chevron-right", _("Next page"), partial(self._turn, 1))
        self._count = text("", "small")
        self._smaller = IconButton(theme, "minus", _("Smaller"), partial(self._enlarge, -1))
        self._larger = IconButton(theme, "plus", _("Larger"), partial(self._enlarge, 1))
        self._share = button("100 %", self._fit, "faint", hint=_("As wide as there is room"))
        self._open = IconButton(
            theme, "file", _("Open in the system's PDF reader"), self._open_elsewhere
        )
        self._tools = row(
            *(self._back, self._count, self._on, None),
            *(self._smaller, self._share, self._larger, self._open),
            gap=theme.space("xs"),
        )
        self._picture = PagePicture(theme)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._picture)
        self._scroll.setWidgetResizable(True)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._scroll.setAccessibleName(_("Page of the PDF"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.space("xs"))
        for part in (self._tools, self._lacks, self._words):
            layout.addWidget(part)
        layout.addWidget(self._scroll, 1)
        layout.addStretch()
        self._soon = QTimer(self, singleShot=True, interval=_MOVED)
        self._soon.timeout.connect(self._draw)
        for keys, act in (
            (QKeySequence.StandardKey.ZoomIn, partial(self._enlarge, 1)),
            (QKeySequence.StandardKey.ZoomOut, partial(self._enlarge, -1)),
            (QKeySequence(Qt.Modifier.CTRL | Qt.Key.Key_PageDown), partial(self._turn, 1)),
            (QKeySequence(Qt.Modifier.CTRL | Qt.Key.Key_PageUp), partial(self._turn, -1)),
        ):
            self._on_keys(QKeySequence(keys), act)
        self.clear()

    @property
    def page(self) -> int:
        """The page that is shown, from 1; 0 for none."""
        return self._located.number + 1 if self._located is not None else 0

    @property
    def pages(self) -> int:
        """How many pages the shown file has; 0 where none is shown."""
        return self._located.pages if self._located is not None else 0

    @property
    def found(self) -> bool:
        """Whether the quotation is highlighted on the page."""
        return self._located is not None and self._located.found

    @property
    def said(self) -> str:
        """The sentence that stands in the place of a page, if any."""
        return self._words.text()

    def show_page(
        self, path: Path, page: int = 1, quote: str = "", boxes: Sequence[Box] = ()
    ) -> None:
        """Show a page of a PDF with a quotation highlighted.

        Args:
            path: the file.
            page: from 1; where it is not known (0), the quotation is looked for on all pages.
            quote: what is highlighted. If it is not on that page, the page that has it is shown.
            boxes: more to be highlighted, in points of that page.
        """
        wanted = Wanted(path, max(0, page - 1), quote, tuple(boxes))
        if wanted == self._wanted and self._located is not None:
            self._scroll_to_mark()
            return
        self._wanted, self._located = wanted, None
        self._jump = True
        self._locate()

    def clear(self) -> None:
        """Show nothing."""
        self._stop()
        self._wanted = self._located = None
        self._picture.clear()
        self._say("")
        self._tools.hide()
        self._scroll.hide()

    def closing(self) -> None:
        """End what is under way."""
        self._soon.stop()
        self._stop()

    def showEvent(self, event: QShowEvent) -> None:
        """Go on where it was left."""
        super().showEvent(event)
        if self._wanted is not None and self._located is None:
            self._locate()
        self._soon.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more."""
        super().hideEvent(event)
        self.closing()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The page is as wide as there is room."""
        super().resizeEvent(event)
        self._soon.start()

    # --- which page ---

    def _locate(self) -> None:
        self._stop()
        wanted = self._wanted
        if wanted is None or not self.isVisible():
            return
        self._lacks.hide()
        if not self._scroll.isVisible():
            self._say(_("The page is being looked up…"))
        self._begin(page_work.located, wanted).finished.connect(self._placed)

    @Slot(object)
    def _placed(self, outcome: Outcome) -> None:
        self._job = self._token = None
        if outcome.state != "done":
            self._failed(outcome)
            return
        self._located = outcome.value
        self._tell()
        self._draw()

    def _turn(self, step: int) -> None:
        located, wanted = self._located, self._wanted
        if located is None or wanted is None:
            return
        index = located.number + step
        if 0 <= index < located.pages:
            self._wanted = Wanted(wanted.path, index)
            self._located = None
            self._jump = True
            self._locate()

    def _tell(self) -> None:
        located, wanted = self._located, self._wanted
        if located is None or wanted is None:
            return
        self._count.setText(_("{page} of {pages}", page=self.page, pages=located.pages))
        self._back.setEnabled(located.number > 0)
        self._on.setEnabled(self.page < located.pages)
        lacks = bool(wanted.quote.strip()) and not located.found
        self._lacks.setText(_("The quotation could not be found on this page.") if lacks else "")
        self._lacks.setVisible(lacks)
        self._share.setText(f"{_ZOOMS[self._zoom]} %")
        self._share.setAccessibleName(_("Size: {size}", size=self._share.text()))
        self._smaller.setEnabled(self._zoom > 0)
        self._larger.setEnabled(self._zoom + 1 < len(_ZOOMS))

    # --- its picture ---

    @Slot()
    def _draw(self) -> None:
        located, wanted = self._located, self._wanted
        if located is None or wanted is None or not self.isVisible() or self._job is not None:
            return
        self._tools.show()
        self._scroll.show()
        self._say("")
        ratio = self.devicePixelRatioF()
        room = self._scroll.viewport().width() * _ZOOMS[self._zoom] / 100
        width = max(1, min(round(room * ratio), WIDEST))
        try:
            changed = wanted.path.stat().st_mtime_ns
        except OSError:
            changed = 0
        key = (wanted.path, changed, located.number, width)
        known = self._pictures.get(key)
        if known is not None:
            self._pictures.move_to_end(key)
            self._show(known, located)
        else:
            self._begin(page_work.rendered, key).finished.connect(self._drawn)

    @Slot(object)
    def _drawn(self, outcome: Outcome) -> None:
        self._job = self._token = None
        if outcome.state != "done":
            self._failed(outcome)
            return
        key, picture = outcome.value
        size = (picture.width, picture.height, picture.stride)
        image = QImage(picture.rgb, *size, QImage.Format.Format_RGB888).copy()
        image.setDevicePixelRatio(self.devicePixelRatioF())
        self._pictures[key] = QPixmap.fromImage(image)
        while len(self._pictures) > _KEPT:
            self._pictures.popitem(last=False)
        self._draw()  # which finds it, or sees that the width is another by now

    def _show(self, picture: QPixmap, located: Located) -> None:
        before = self._picture.accessibleName()
        said = _("Page {page} of {pages}", page=located.number + 1, pages=located.pages)
        self._picture.show_page(picture, located.marks, said)
        if self._jump:
            self._jump = False
            # the area learns the size of its picture when it is laid out
            QTimer.singleShot(0, self, self._scroll_to_mark)
        if said != before:
            self.turned.emit(located.number + 1)

    @Slot()
    def _scroll_to_mark(self) -> None:
        bar = self._scroll.verticalScrollBar()
        top = self._picture.first_mark()
        bar.setValue(0 if top is None else round(top - _NEAR * self._scroll.viewport().height()))

    def _enlarge(self, step: int) -> None:
        self._zoom = max(0, min(self._zoom + step, len(_ZOOMS) - 1))
        self._jump = True
        self._tell()
        self._soon.start()

    def _fit(self) -> None:
        self._enlarge(_ZOOMS.index(100) - self._zoom)

    def _open_elsewhere(self) -> None:
        if self._wanted is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._wanted.path)))

    # --- work ---

    def _begin(self, function: Callable[..., object], wanted: object) -> Job:
        self._token = CancelToken()
        self._job = self._pool.call(function, wanted, self._token)
        return self._job

    def _stop(self) -> None:
        job, token = self._job, self._token
        self._job = self._token = None
        if job is not None and token is not None:
            job.finished.disconnect()
            job.cancel()
            token.cancel()

    def _failed(self, outcome: Outcome) -> None:
        if outcome.error is not None:
            self._picture.clear()
            self._tools.setVisible(self._located is not None)  # the other pages may be whole
            self._scroll.hide()
            self._say(i18n.explain(outcome.error))

    def _say(self, words: str) -> None:
        self._words.setText(words)
        self._words.setVisible(bool(words))
        if words:
            self._lacks.hide()

    def _on_keys(self, keys: QKeySequence, act: Callable[[], object]) -> None:
        made = QShortcut(keys, self)
        made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.activated.connect(act)
