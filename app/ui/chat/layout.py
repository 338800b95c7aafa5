"""Where the parts of the chat page stand. It only arranges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from app.ui.widgets.basic import row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.ui.chat.passage_sheet import PassageSheet
    from app.ui.theme import Theme

WIDEST = 860  # pixels of what is read or written in one column
_SIDE, _SHEET, _ASIDE = 232, 420, 300


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
    sheet: PassageSheet,
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
    sheet.stand_beside(side, right)
    splitter.addWidget(aside)
    splitter.setStretchFactor(1, 1)
    splitter.setSizes([theme.px(_SIDE), theme.px(900), theme.px(_SHEET), theme.px(_ASIDE)])
    layout = QHBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(splitter)
    return splitter
