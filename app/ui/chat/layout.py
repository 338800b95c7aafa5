"""Where the parts of the chat page stand. It only arranges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from app.ui.chat.transcript import WIDEST
from app.ui.widgets.basic import row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.ui.chat.passage_sheet import PassageSheet
    from app.ui.theme import Theme

_SIDE, _SHEET = 232, 420
_ASIDE = 300  # of the sheet of model, persona and trace


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
    """The list on the left; the head, what is said (it takes the room), the rest; the sheets."""
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
    splitter.setStretchFactor(1, 1)
    splitter.addWidget(aside)
    splitter.setSizes([theme.px(wide) for wide in (_SIDE, 900, _SHEET, _ASIDE)])
    layout = QHBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(splitter)
    return splitter
