"""How an answer was made, drawn: the request above, the steps in order of time, the answer below.

The one law: each step is a widget that can be reached by keyboard and says all of itself to a
screen reader; the lines between them are decoration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.i18n import _
from app.ui.chat import team
from app.ui.theme import mark
from app.ui.widgets.basic import ElidedLabel, button, text

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent

    from agents.chat.trace import Step, Trace
    from app.ui.theme import Theme

_FORWARD = (Qt.Key.Key_Down, Qt.Key.Key_Right)
_BACK = (Qt.Key.Key_Up, Qt.Key.Key_Left)


class Node(QFrame):
    """One box of the diagram."""

    def __init__(self, theme: Theme, title: str, lines: list[str], *, bad: bool = False) -> None:
        super().__init__()
        self.setProperty("kind", "node-bad" if bad else "node")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(title)
        self.setAccessibleDescription("\n".join(lines))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(10), theme.px(7), theme.px(10), theme.px(7))
        layout.setSpacing(theme.px(2))
        layout.addWidget(ElidedLabel(title, "strong"))
        for line in lines:
            layout.addWidget(text(line, "small", wrap=True))


class Diagram(QWidget):
    """The boxes and the lines between them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(theme.px(22))
        self._links: list[tuple[QWidget, QWidget]] = []
        self.nodes: list[Node] = []
        self.setAccessibleName(_("How this answer was made"))

    def show_trace(self, found: Trace) -> None:
        """Draw a trace."""
        while (item := self._layout.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        self._links, self.nodes = [], []
        how = team.decided(found)
        first = self._node(_("The request"), [how] if how else [])
        self._layout.addWidget(first)
        made: dict[int, Node] = {}
        for row in team.rows(found.steps):
            line = QWidget()
            side_by_side = QHBoxLayout(line)
            side_by_side.setContentsMargins(0, 0, 0, 0)
            side_by_side.setSpacing(self._theme.px(8))
            for step in row:
                made[step.number] = self._step(step)
                side_by_side.addWidget(made[step.number], 1, Qt.AlignmentFlag.AlignTop)
            self._layout.addWidget(line)
        last = self._node(_("Answer"), [_total(found)])
        self._layout.addWidget(last)
        built_on = {at for step in found.steps for at in step.after}
        for step in found.steps:
            for at in step.after:
                if at in made:
                    self._links.append((made[at], made[step.number]))
            if not step.after:
                self._links.append((first, made[step.number]))
            if step.number not in built_on:
                self._links.append((made[step.number], last))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from box to box."""
        focus = self.focusWidget()
        if event.key() in (*_FORWARD, *_BACK) and focus in self.nodes:
            by = 1 if event.key() in _FORWARD else -1
            at = self.nodes.index(focus) + by
            if 0 <= at < len(self.nodes):
                self.nodes[at].setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Lines from each box to those that build on it."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.colour("muted"), 1.4))
        head = self._theme.px(4)
        for above, below in self._links:
            start = above.mapTo(self, above.rect().bottomLeft())
            end = below.mapTo(self, below.rect().topLeft())
            one = QPointF(start.x() + above.width() / 2, start.y() + 2)
            two = QPointF(end.x() + below.width() / 2, end.y() - 2)
            middle = two.y() - self._theme.px(11)  # just above the lower box: lines do not cross it
            painter.drawLine(one, QPointF(one.x(), middle))
            painter.drawLine(QPointF(one.x(), middle), QPointF(two.x(), middle))
            painter.drawLine(QPointF(two.x(), middle), two)
            painter.drawLine(two, two + QPointF(-head, -head))
            painter.drawLine(two, two + QPointF(head, -head))

    def _node(self, title: str, lines: list[str], *, bad: bool = False) -> Node:
        node = Node(self._theme, title, lines, bad=bad)
        self.nodes.append(node)
        return node

    def _step(self, step: Step) -> Node:
        title = _("{number}. {route}", number=step.number + 1, route=team.name(step.route))
        lines = [team.short(step.text, 90), team.who(step), " · ".join(team.facts(step))]
        bad = bool(step.given.wrong or step.given.failed)
        return self._node(title, [*(line for line in lines if line), *step.given.wrong], bad=bad)


class TraceSheet(QScrollArea):
    """The diagram with its title, for the side of the page."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._found: Trace | None = None
        self.diagram = Diagram(theme)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        mark(inner, kind="scrolled")
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(theme.px(14), theme.px(6), theme.px(14), theme.px(14))
        layout.setSpacing(theme.space("m"))
        layout.addWidget(self.diagram)
        self.copy = button(_("Copy as text"), self._copy)
        layout.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)
        self.setWidget(inner)

    def show_trace(self, found: Trace) -> None:
        """Draw a trace."""
        self._found = found
        self.diagram.show_trace(found)

    def _copy(self) -> None:
        if self._found is not None:
            QGuiApplication.clipboard().setText(team.told(self._found))


def _total(found: Trace) -> str:
    seconds = max((step.ended for step in found.steps), default=0.0)
    tokens = sum(step.given.tokens for step in found.steps)
    said = _("{seconds} s", seconds=f"{seconds:.1f}")
    return f"{said} · " + _("{count} tokens", count=tokens) if tokens else said
