"""Where blocks are, and what lies below their letters: tables, programs, quotations, rules.

The one law: a box knows where it is; how it is filled follows from its piece alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtGui import QPainter

    from app.ui.rich.pieces import Piece
    from app.ui.theme import Theme


@dataclass(slots=True)
class Box:
    """Where one block is. Lengths in pixels, from the top left of the document."""

    piece: Piece
    top: float = 0.0
    left: float = 0.0
    width: float = 0.0
    height: float = 0.0
    above: float = 0.0  # room that is kept above its letters, as in a cell

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.height


def draw_grounds(
    painter: QPainter, theme: Theme, boxes: Sequence[Box], shown: Iterable[int]
) -> None:
    """Draw what lies below the letters of these boxes.

    Args:
        painter: at the top left of the document.
        theme: its colours.
        boxes: all of them.
        shown: the numbers of those that are drawn.
    """
    px, colour = theme.px, theme.colour
    painter.save()
    drawn: set[int] = set()
    for number in shown:
        box = boxes[number]
        piece = box.piece
        for deep in range(piece.quote):
            x = px(16 * deep)
            painter.fillRect(QRectF(x, box.top, px(3), box.height), colour("line"))
        if piece.kind == "rule":
            middle = box.top + box.height / 2
            painter.fillRect(QRectF(box.left, middle, box.width, 1), colour("line"))
        elif piece.group >= 0 and piece.group not in drawn:
            drawn.add(piece.group)
            group = _group(boxes, number)
            if piece.kind == "cell":
                _draw_table(painter, theme, group)
            else:
                first, last = group[0], group[-1]
                ground = QRectF(
                    first.left - px(12), first.top, first.width + 2 * px(12), 0
                ).adjusted(0, 0, 0, last.bottom - first.top)
                painter.setRenderHint(painter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour("sunken"))
                painter.drawRoundedRect(ground, px(6), px(6))
    painter.restore()


def _draw_table(painter: QPainter, theme: Theme, group: Sequence[Box]) -> None:
    px, colour = theme.px, theme.colour
    side = px(8)
    left = group[0].left - side
    columns = {box.piece.column: box for box in group}
    right = max(box.left + box.width for box in columns.values()) + side
    top, bottom = group[0].top, group[-1].bottom
    head = [box for box in group if box.piece.row == 0]
    painter.fillRect(QRectF(left, top, right - left, head[0].height), colour("sunken"))
    line = colour("line")
    for row_top in sorted({box.top for box in group} | {bottom}):
        painter.fillRect(QRectF(left, round(row_top), right - left, 1), line)
    for x in sorted({box.left - side for box in columns.values()} | {right}):
        painter.fillRect(QRectF(round(x), top, 1, bottom - top + 1), line)


def _group(boxes: Sequence[Box], number: int) -> Sequence[Box]:
    """All boxes of the table or program that one is part of."""
    group = boxes[number].piece.group
    first = last = number
    while first and boxes[first - 1].piece.group == group:
        first -= 1
    while last + 1 < len(boxes) and boxes[last + 1].piece.group == group:
        last += 1
    return boxes[first : last + 1]
