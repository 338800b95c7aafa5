"""The formulas of all texts: drawn once, on a worker, and kept.

The one law: the window never waits for a formula. Until it is drawn its source is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QPointF, QRectF, Signal, Slot
from PySide6.QtGui import QColor, QFont
from PySide6.QtSvg import QSvgRenderer

from app.ui.rich import tex as drawn
from app.ui.rich.maths import MOST

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from app.jobs import JobPool, Outcome

KEPT = 500  # drawings
_AT_ONCE = 12  # formulas of one job, so that the first are soon on the screen

Wanted = tuple[str, bool]


@dataclass(slots=True)
class Drawing:
    """A formula that can be painted in any colour and size."""

    sketch: drawn.Sketch
    size: int = drawn.SIZE
    _renderers: dict[str, QSvgRenderer] = field(default_factory=dict)

    @property
    def width(self) -> float:
        """In units of which its letters are `size` high, as are all its lengths."""
        return self.sketch.width

    @property
    def ascent(self) -> float:
        """Above the line of the text."""
        return self.sketch.ascent

    @property
    def descent(self) -> float:
        """Below the line of the text."""
        return self.sketch.descent

    def draw(self, painter: QPainter, rect: QRectF, colour: str) -> None:
        """Paint it into a rectangle."""
        renderer = self._renderers.get(colour)
        if renderer is None:
            svg = self.sketch.svg.replace(drawn.INK, colour)
            renderer = self._renderers[colour] = QSvgRenderer(QByteArray(svg.encode()))
        renderer.render(painter, rect)
        if not self.sketch.letters:
            return
        scale = rect.width() / self.width
        painter.save()
        painter.setPen(QColor(colour))
        for letter, left, base, wide in self.sketch.letters:
            font = QFont(painter.font())
            font.setPixelSize(max(1, round(wide * scale * 1.06)))
            painter.setFont(font)
            at = QPointF(rect.left() + left * scale, rect.top() + (self.ascent + base) * scale)
            painter.drawText(at, letter)
        painter.restore()


class Formulas(QObject):
    """Knows what is drawn, and has drawn what is wanted."""

    ready = Signal()  # more of them are drawn

    def __init__(self, pool: JobPool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = pool
        self._drawings: dict[Wanted, Drawing | None] = {}  # None: cannot be drawn
        self._wanted: dict[Wanted, None] = {}
        self._working = False

    def drawing(self, tex: str, block: bool) -> Drawing | None:  # noqa: FBT001 - as the layout asks
        """The drawing of a formula, if it is there; otherwise it will be, if it can be drawn."""
        key = (tex, block)
        if key in self._drawings:
            return self._drawings[key]
        if len(tex) <= MOST:
            self._wanted[key] = None
            self._work()
        return None

    def _work(self) -> None:
        if self._working or not self._wanted:
            return
        batch = tuple(self._wanted)[:_AT_ONCE]
        self._working = True
        self._pool.call(_sketches, batch).finished.connect(self._drawn)

    @Slot(object)
    def _drawn(self, outcome: Outcome) -> None:
        self._working = False
        if outcome.state != "done":
            self._wanted.clear()
            return
        for key, made in outcome.value:
            self._wanted.pop(key, None)
            self._drawings[key] = Drawing(made) if made is not None else None
        while len(self._drawings) > KEPT:
            del self._drawings[next(iter(self._drawings))]
        self.ready.emit()
        self._work()


def _sketches(batch: tuple[Wanted, ...]) -> list[tuple[Wanted, drawn.Sketch | None]]:
    return [(key, drawn.sketch(key[0], block=key[1])) for key in batch]
