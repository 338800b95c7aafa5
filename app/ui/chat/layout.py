"""Where the parts of the chat page stand, and who gives way where there is little room.

The one law: what is open is whole. The list goes first, then a sheet that was open before, then
the conversation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from app.ui.widgets.basic import row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.ui.theme import Theme

WIDEST = 860  # pixels of what is read or written in one column
_SIDE, _SHEET, _ASIDE = 232, 420, 300
_LIST, _TALK, _ONE = 360, 320, 280  # pixels that the list, the conversation and a sheet want
_OPENS, _CLOSES = QEvent.Type.ShowToParent, QEvent.Type.HideToParent


def headed(theme: Theme, *parts: QWidget) -> QWidget:
    """The line above a conversation, in line with it."""
    px = theme.px
    head = QWidget()
    middle = row(*parts)
    middle.setMaximumWidth(px(WIDEST))
    line = QHBoxLayout(head)
    line.setContentsMargins(px(40), px(12), px(40), px(8))
    line.addStretch(1)
    line.addWidget(middle, WIDEST)
    line.addStretch(1)
    return head


def arranged(
    page: QWidget,
    theme: Theme,
    side: QWidget,
    talk: Sequence[QWidget],
    sheet: QWidget,
    aside: QWidget,
) -> QSplitter:
    """The list on the left; the head, what is said (it takes the room), the rest; two sheets."""
    right = QWidget()
    column = QVBoxLayout(right)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for at, part in enumerate(talk):
        column.addWidget(part, int(at == 1))
    splitter = QSplitter(Qt.Orientation.Horizontal)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(1)
    splitter.addWidget(side)
    splitter.addWidget(right)
    splitter.addWidget(sheet)
    splitter.addWidget(aside)
    _Room(page, theme, (side, right), (sheet, aside))
    splitter.setStretchFactor(1, 1)
    splitter.setSizes([theme.px(_SIDE), theme.px(900), theme.px(_SHEET), theme.px(_ASIDE)])
    layout = QHBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(splitter)
    return splitter


class _Room(QObject):
    """Looks after the room of a page."""

    def __init__(
        self,
        page: QWidget,
        theme: Theme,
        beside: tuple[QWidget, QWidget],
        sheets: Sequence[QWidget],
    ) -> None:
        """Look after it while the page is there; `beside` are the list and the conversation."""
        super().__init__(page)
        self._page, self._theme, self._sheets = page, theme, sheets
        self._list, self._talk = beside
        for one in (page, *sheets):
            one.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A sheet opens or closes, or the page has another size."""
        if event.type() == (QEvent.Type.Resize if watched is self._page else _OPENS):
            self._share(watched)
        elif event.type() == _CLOSES and watched is not self._page:
            self._share(self._page)
        return super().eventFilter(watched, event)

    def _share(self, latest: QObject) -> None:
        wide, px = self._page.width(), self._theme.px
        opened = [sheet for sheet in self._sheets if not sheet.isHidden()]
        if len(opened) > 1 and wide < px(_TALK + _ONE * len(opened)):
            for sheet in opened:
                if sheet is not latest:
                    sheet.hide()  # and we are asked again
                    return
        sheets = px(_ONE * len(opened))
        self._list.setVisible(not opened or wide >= px(_LIST + _TALK) + sheets)
        self._talk.setVisible(not opened or wide >= px(_TALK) + sheets)
