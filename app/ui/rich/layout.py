"""Where the pieces of a document stand, and how they are drawn.

The one law: what did not change is not laid out again. Blocks keep their place until an edit
reaches them, and a line of Korean ends between words.

Qt's own layout does not serve: it breaks Korean after any syllable, it cannot put a formula on
the line of the words around it, and it lays out a growing table from its beginning.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFontMetricsF,
    QTextLayout,
    QTextOption,
)

from app.ui.rich import breaks
from app.ui.rich.columns import natural, rows, shared
from app.ui.rich.grounds import Box, draw_grounds
from app.ui.rich.inline import OBJECT_TYPE, Inline
from app.ui.rich.pieces import OBJECT, Piece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PySide6.QtGui import (
        QPainter,
        QTextBlock,
        QTextDocument,
        QTextFrame,
    )

    from app.ui.rich.formulas import Drawing
    from app.ui.theme import Theme

_LINE = 1.4  # height of a line, in heights of the font
_CODE_LINE = 1.3
_NARROWEST = 40  # pixels of a column


class RichLayout(QAbstractTextDocumentLayout):
    """Lays out a document whose blocks are `pieces`, one each."""

    def __init__(
        self,
        document: QTextDocument,
        theme: Theme,
        drawing: Callable[[str, bool], Drawing | None],
    ) -> None:
        super().__init__(document)
        self._theme = theme
        self._formulas = Inline(self, theme, drawing)
        self.registerHandler(OBJECT_TYPE, self._formulas)
        self._pieces: Sequence[Piece] = ()
        self._boxes: list[Box] = []
        self._tops: list[float] = []
        self._width = 0.0
        self._size = QSizeF(0, 0)
        self._edited = True  # something changed that is not laid out yet
        self.changed_from = 0.0  # pixels from the top: above, nothing is to be drawn anew
        self.laid_out = 0  # blocks laid out since the beginning; what a test looks at

    def describe(self, pieces: Sequence[Piece]) -> None:
        """Say what the blocks are, before the document is changed to them."""
        self._pieces = pieces
        self._edited = True

    # --- what Qt asks ---

    def documentChanged(self, start: int, removed: int, added: int) -> None:
        """Lay out what changed."""
        del removed
        document = self.document()
        if len(self._pieces) != document.blockCount():
            return  # in the middle of an edit, which ends with another call
        width = document.textWidth()
        if width <= 0 or (width == self._width and not self._edited):
            return  # Qt asks whenever the height of the window changes
        whole = width != self._width or len(self._boxes) == 0
        self._width, self._edited = width, False
        self._formulas.room = width - self._theme.px(24)
        first = 0 if whole else document.findBlock(start).blockNumber()
        end = document.findBlock(start + added)
        last = end.blockNumber() if end.isValid() and not whole else document.blockCount() - 1
        first, last = self._group_start(first), self._group_end(last)
        kept = self._boxes[len(self._boxes) - (document.blockCount() - 1 - last) :]
        if last == document.blockCount() - 1:
            kept = []
        del self._boxes[first:]
        self._lay_out(first, last)
        if kept:
            self._append(kept)
        self._tops = [box.top for box in self._boxes]
        self.changed_from = self._boxes[first - 1].bottom if first else 0.0
        high = self._boxes[-1].bottom if self._boxes else 0.0
        self._size = QSizeF(width, high)
        self.documentSizeChanged.emit(self._size)

    def draw(self, painter: QPainter, context: QAbstractTextDocumentLayout.PaintContext) -> None:
        """Draw what is inside the clip."""
        clip = context.clip if context.clip.isValid() else QRectF(QPointF(0, 0), self._size)
        painter.setPen(self._theme.colour("text"))
        shown = list(self._shown(clip.top(), clip.bottom()))
        draw_grounds(painter, self._theme, self._boxes, shown)
        for number in shown:
            box = self._boxes[number]
            block = self.document().findBlockByNumber(number)
            chosen = []
            for selection in context.selections:
                begin = max(0, selection.cursor.selectionStart() - block.position())
                end = min(block.length(), selection.cursor.selectionEnd() - block.position())
                if end > begin:
                    part = QTextLayout.FormatRange()
                    part.start, part.length, part.format = begin, end - begin, selection.format
                    chosen.append(part)
            at = QPointF(box.left, box.top + box.above)
            block.layout().draw(painter, at, chosen, clip)

    def hitTest(self, point: QPointF, accuracy: Qt.HitTestAccuracy) -> int:
        """The position in the text at a point, or -1 with ExactHit where there is none."""
        exact = accuracy == Qt.HitTestAccuracy.ExactHit
        number = self._at(point)
        if number < 0:
            return -1 if exact else 0
        box, block = self._boxes[number], self.document().findBlockByNumber(number)
        x, y = point.x() - box.left, point.y() - box.top - box.above
        layout = block.layout()
        for at in range(layout.lineCount()):
            line = layout.lineAt(at)
            if y < line.y() + line.height() * 1.2 or at == layout.lineCount() - 1:
                inside = line.naturalTextRect().contains(QPointF(x, line.y() + 1))
                if exact and (not inside or y < line.y() or y > line.y() + line.height()):
                    return -1
                return block.position() + line.xToCursor(x)
        return -1 if exact else block.position()

    def pageCount(self) -> int:
        """All of it on one page."""
        return 1

    def documentSize(self) -> QSizeF:
        """As wide as it was asked to be, as high as its blocks."""
        return self._size

    def frameBoundingRect(self, frame: QTextFrame) -> QRectF:
        """The one frame there is."""
        del frame
        return QRectF(QPointF(0, 0), self._size)

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:
        """Where a block's letters are."""
        number = block.blockNumber()
        if not 0 <= number < len(self._boxes):
            return QRectF()
        box = self._boxes[number]
        return QRectF(box.left, box.top + box.above, box.width, box.height - box.above)

    # --- laying out ---

    def _blocks(self, first: int) -> Iterator[QTextBlock]:
        block = self.document().findBlockByNumber(first)
        while block.isValid():
            yield block
            block = block.next()

    def _group_start(self, number: int) -> int:
        """Where to begin: a table with its first cell, a program with the line before."""
        group = self._pieces[number].group
        while group >= 0 and number and self._pieces[number - 1].group == group:
            number -= 1
            if self._pieces[number].kind != "cell":
                break
        return number

    def _group_end(self, number: int) -> int:
        group = self._pieces[number].group
        while group >= 0 and self._pieces[number].kind == "cell":
            if number + 1 == len(self._pieces) or self._pieces[number + 1].group != group:
                break
            number += 1
        return number

    def _lay_out(self, first: int, last: int) -> None:
        number = first
        for block in self._blocks(first):
            if block.blockNumber() > last:
                break
            if block.blockNumber() < number:
                continue  # a cell of a table that is done
            piece = self._pieces[number]
            if piece.kind == "cell":
                end = number
                while end + 1 <= last and self._pieces[end + 1].group == piece.group:
                    end += 1
                self._append(self._table(number, end))
                number = end + 1
            else:
                self._append([self._paragraph(block, piece)])
                number += 1

    def _append(self, boxes: list[Box]) -> None:
        """Put boxes that stand in the right places among themselves below the others."""
        before = self._boxes[-1] if self._boxes else None
        top = 0.0
        if before is not None:
            top = before.bottom + self._room(before.piece, boxes[0].piece)
        move = top - boxes[0].top
        for box in boxes:
            box.top += move
        self._boxes.extend(boxes)

    def _room(self, above: Piece, below: Piece) -> float:
        """Pixels between two pieces."""
        px = self._theme.px
        if above.group >= 0 and above.group == below.group:
            return 0
        if below.kind == "heading":
            return px(16)
        if above.kind == "heading":
            return px(6)
        if below.tight and above.group < 0:
            return px(2) if not below.depth else px(4)
        return px(10)

    def _left(self, piece: Piece) -> float:
        return self._theme.px(piece.depth * 22 + piece.quote * 16)

    def _paragraph(self, block: QTextBlock, piece: Piece) -> Box:
        px = self._theme.px
        left = self._left(piece)
        width = max(px(_NARROWEST), self._width - left)
        box = Box(piece, left=left, width=width)
        if piece.kind == "rule":
            block.layout().clearLayout()
            self._break(block, width, 0)
            box.height = px(9)
            return box
        if piece.kind in ("code", "code-head"):
            return self._code(block, box)
        hang = 0.0
        if piece.marker:
            font = QFontMetricsF(block.begin().fragment().charFormat().font())
            hang = font.horizontalAdvance(block.text()[: piece.marker])
        option = Qt.AlignmentFlag.AlignLeft
        if piece.kind == "maths" and piece.runs[0].drawn:
            option = Qt.AlignmentFlag.AlignHCenter
        box.height = self._break(block, width, -hang, align=option)
        return box

    def _code(self, block: QTextBlock, box: Box) -> Box:
        px = self._theme.px
        inside = box.width - 2 * px(12)
        box.left += px(12)
        box.width = inside
        if box.piece.kind == "code-head":
            box.above = px(7)
            # The language on the left, what can be done with the code on the right.
            actions = len(box.piece.runs[0].text) if box.piece.runs[0].text else 0
            text = block.text()
            metrics = QFontMetricsF(self._theme.font("small"))
            wide = metrics.horizontalAdvance(text[actions:].strip()) + 1
            box.height = box.above + self._break(block, inside, 0, tab=inside - wide) + px(4)
            return box
        box.height = self._break(block, inside, 0, line_height=_CODE_LINE, anywhere=True)
        number = block.blockNumber() + 1
        if number == len(self._pieces) or self._pieces[number].group != box.piece.group:
            box.height += px(10)  # the last line
        return box

    def _break(
        self,
        block: QTextBlock,
        width: float,
        first: float,
        *,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        line_height: float = _LINE,
        anywhere: bool = False,
        tab: float = 0.0,
    ) -> float:
        """Break a block into lines; returns how high they are together.

        Args:
            block: whose lines they are.
            width: of a line, in pixels.
            first: where the first line begins, left of the others if negative.
            align: of the lines.
            line_height: in heights of what stands in it.
            anywhere: whether a line of Korean may end in a word.
            tab: where a tab leads to.
        """
        self.laid_out += 1
        layout = block.layout()
        mode = QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
        option = QTextOption(align)
        option.setWrapMode(mode)
        if tab > 0:
            option.setTabStopDistance(tab)
        layout.setTextOption(option)
        text = block.text()
        depths = self._formulas.depths(block) if OBJECT in text else {}
        height = 0.0
        layout.beginLayout()
        line = layout.createLine()
        while line.isValid():
            left = first if not height else 0.0
            line.setLineWidth(width - left)
            if not anywhere:
                start, end = line.textStart(), line.textStart() + line.textLength()
                wanted = breaks.word_start(text, start, end)
                if wanted != end:
                    line.setLineWidth(line.cursorToX(wanted)[0] - line.cursorToX(start)[0] + 0.5)
            high = line.height() * line_height
            line.setPosition(QPointF(left, height + (high - line.height()) / 2))
            if depths:
                ends = range(line.textStart(), line.textStart() + line.textLength())
                deep = max((depths.get(at, 0.0) for at in ends), default=0.0)
                high += max(0.0, deep - line.descent())
            height += high
            line = layout.createLine()
        layout.endLayout()
        block.setLineCount(layout.lineCount())
        return height

    # --- tables ---

    def _table(self, first: int, last: int) -> list[Box]:
        px = self._theme.px
        side, top = px(8), px(5)
        blocks = [self.document().findBlockByNumber(at) for at in range(first, last + 1)]
        pieces = self._pieces[first : last + 1]
        left = self._left(pieces[0])
        columns = max(piece.column for piece in pieces) + 1
        wide, narrow = [0.0] * columns, [float(px(_NARROWEST))] * columns
        for block, piece in zip(blocks, pieces, strict=True):
            self._break(block, 1e6, 0)
            wide[piece.column] = max(wide[piece.column], natural(block.layout()) + 2 * side + 1)
            narrow[piece.column] = max(narrow[piece.column], self._longest(block) + 2 * side + 1)
        widths = shared(wide, narrow, self._width - left - 1)
        boxes, y, row_at = [], 0.0, 0
        for row in rows(pieces):
            height = 0.0
            for at in range(row_at, row_at + row):
                piece = pieces[at]
                align = {
                    "right": Qt.AlignmentFlag.AlignRight,
                    "center": Qt.AlignmentFlag.AlignHCenter,
                }.get(piece.align, Qt.AlignmentFlag.AlignLeft)
                room = widths[piece.column] - 2 * side
                high = self._break(blocks[at], room, 0, align=align) + 2 * top
                x = left + sum(widths[: piece.column]) + side
                boxes.append(Box(piece, y, x, room, high, top))
                height = max(height, high)
            for box in boxes[row_at:]:
                box.height = height
            y += height
            row_at += row
        return boxes

    def _longest(self, block: QTextBlock) -> float:
        metrics = QFontMetricsF(self._theme.font())
        most = self._width / 3
        words = block.text().split()
        return min(most, max((metrics.horizontalAdvance(word) for word in words), default=0.0))

    # --- drawing ---

    def _shown(self, top: float, bottom: float) -> Iterator[int]:
        number = max(0, bisect_right(self._tops, top) - 1)
        while number and self._boxes[number - 1].bottom > top:
            number -= 1
        while number < len(self._boxes) and self._boxes[number].top <= bottom:
            yield number
            number += 1

    def _at(self, point: QPointF) -> int:
        """The number of the block at a point, or the nearest."""
        if not self._boxes:
            return -1
        number = max(0, bisect_right(self._tops, point.y()) - 1)
        piece = self._boxes[number].piece
        if piece.kind == "cell":
            top = self._boxes[number].top
            while (
                number
                and self._boxes[number - 1].top == top
                and (self._boxes[number].left - self._theme.px(8) > point.x())
            ):
                number -= 1
        return number
